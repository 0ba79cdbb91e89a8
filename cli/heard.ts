/**
 * What a run tells while it goes on: lines as they come, results and figures for its end.
 *
 * @module
 */
import type { Listener } from "@symbolon/engine";
import type { RunOutput } from "@symbolon/engine/run";
import type { PartyId } from "@symbolon/protocol";
import { RunBar } from "./progress.ts";
import { inFlags } from "./wording.ts";

/** Hears a run. */
export class Heard implements Listener {
  readonly outputs: RunOutput[] = [];
  readonly metrics: Record<string, number> = {};
  readonly #progress: RunBar;
  readonly #write: (line: string) => void;

  /** `rounds`: predicted for the program. `write` gets what is printed and learned. */
  constructor(rounds: number, write: (line: string) => void) {
    this.#progress = new RunBar(rounds);
    this.#write = write;
  }

  print(line: string): void {
    this.#progress.clear();
    this.#write(line);
  }

  output({ label, party, shape, values }: RunOutput & { readonly learnedBy: PartyId }): void {
    this.outputs.push({ label, party, shape, values });
    this.print(`${label}${party === "all" ? "" : ` (party ${party})`}: [${values.join(", ")}]`);
  }

  metric(name: string, value: number): void {
    this.metrics[name] = value;
  }

  progress(rounds: number): void {
    this.#progress.rounds(rounds);
  }

  preprocessing(fraction: number): void {
    this.#progress.preprocessing(fraction);
  }

  /** What looks wrong and does not stop the run. */
  notice(line: string): void {
    this.#progress.clear();
    console.error(inFlags(line));
  }

  /** Nothing more comes. */
  end(): void {
    this.#progress.clear();
  }
}
