/**
 * What happens while a program runs: what a party tells, and who hears it.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";
import type { Published } from "@symbolon/vm";

/** What a party tells: plain data. */
export type PartyEvent =
  | { readonly type: "print"; readonly line: string }
  | { readonly type: "output"; readonly value: Published }
  | { readonly type: "metric"; readonly name: string; readonly value: number }
  | { readonly type: "progress"; readonly rounds: number }
  | { readonly type: "preprocessing"; readonly fraction: number };

/** Hears a run. Of several parties: outputs of each, prints once. */
export interface Listener {
  print(line: string): void;
  output(value: Published & { readonly learnedBy: PartyId }): void;
  metric(name: string, value: number): void;
  /** Rounds done so far, preprocessing not counted. Called at most every few milliseconds. */
  progress(rounds: number): void;
  /** Which part of the preprocessing is done, from 0 to 1. Called like `progress`, before the program. */
  preprocessing?(fraction: number): void;
}

/** Passes the events of all parties on: everybody prints the same and is equally far, so party 0 speaks for all. */
export function hearAll(listener: Listener, party: PartyId, event: PartyEvent): void {
  if (party === 0 || event.type === "output" && event.value.party !== "all") hear(listener, party, event);
}

/** Passes a party's events on. */
export function hear(listener: Listener, party: PartyId, event: PartyEvent): void {
  switch (event.type) {
    case "print":
      return listener.print(event.line);
    case "output":
      return listener.output({ ...event.value, learnedBy: party });
    case "metric":
      return listener.metric(event.name, event.value);
    case "preprocessing":
      return listener.preprocessing?.(event.fraction);
    case "progress":
      return listener.progress(event.rounds);
  }
}

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;

/** The clock is looked at after so many rounds at most: slow ones may follow many quick ones. */
const LONGEST_STRIDE = 16;

/** Tells of progress, but not too often, at hardly any cost a round. */
export class Progress {
  #told = performance.now();
  #looked = this.#told;
  #stride = 1;
  #left = 1;

  /** `tell`: what is called now and then. */
  constructor(readonly tell: () => void) {}

  /** To be called often: calls are counted, and the clock is looked at now and then. */
  readonly tick = (): void => {
    if (--this.#left > 0) return;
    const now = performance.now();
    this.#stride = now - this.#looked < 1 ? Math.min(LONGEST_STRIDE, 2 * this.#stride) : 1;
    this.#left = this.#stride;
    this.#looked = now;
    if (now - this.#told < PROGRESS_EVERY) return;
    this.#told = now;
    this.tell();
  };
}
