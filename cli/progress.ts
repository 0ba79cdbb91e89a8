/**
 * Progress of a run on standard error: a bar on a terminal, plain lines elsewhere. Silent for the first two seconds.
 *
 * @module
 */
// @ts-types="npm:@types/cli-progress@3.11.6"
import { Presets, SingleBar } from "cli-progress";

const QUIET_MS = 2000;
const LINE_EVERY_MS = 10_000;

/** Shows how far a run is. */
export class Progress {
  readonly #total: number;
  readonly #terminal: boolean;
  readonly #start = performance.now();
  #bar: SingleBar | null = null;
  #lastLine = -Infinity;

  /** `total`: predicted rounds. */
  constructor(total: number, terminal: boolean = Deno.stderr.isTerminal()) {
    this.#total = total;
    this.#terminal = terminal;
  }

  /** Rounds done so far. */
  update(rounds: number): void {
    const elapsed = performance.now() - this.#start;
    if (elapsed < QUIET_MS || this.#total === 0) return;
    if (this.#terminal) return this.#draw(rounds);
    if (elapsed - this.#lastLine < LINE_EVERY_MS) return;
    this.#lastLine = elapsed;
    const left = elapsed * (this.#total - rounds) / Math.max(1, rounds);
    console.error(
      `${(100 * rounds / this.#total).toFixed(0)} % after ${seconds(elapsed)}, about ${seconds(left)} left`,
    );
  }

  /** Makes room for a line of output. */
  clear(): void {
    if (this.#bar === null) return;
    this.#bar.stop();
    this.#bar = null;
  }

  #draw(rounds: number): void {
    if (this.#bar === null) {
      this.#bar = new SingleBar({
        format: "{bar} {percentage} %, {spent} elapsed, {left} left",
        clearOnComplete: true,
        hideCursor: true,
      }, Presets.rect);
      this.#bar.start(this.#total, rounds, { spent: "", left: "" });
    }
    const elapsed = performance.now() - this.#start;
    const left = elapsed * (this.#total - rounds) / Math.max(1, rounds);
    this.#bar.update(rounds, { spent: seconds(elapsed), left: seconds(left) });
  }
}

function seconds(ms: number): string {
  const s = Math.round(ms / 1000);
  return s < 60 ? `${s} s` : `${Math.floor(s / 60)} min ${s % 60} s`;
}
