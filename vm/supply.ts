/**
 * Preprocessed material for a run: made before it, and in portions where all of it would take too much memory.
 *
 * Material is made only between the parts of a program, when no step is under way, at the same places at all parties.
 *
 * @module
 */
import type { Demand, Protocol, Step } from "@symbolon/protocol";

/** Bytes of a party's memory for material, unless one part of the program takes more at once. */
const STORE_BYTES = 2 ** 28;

/** What preprocessing took so far. */
export interface Spent {
  seconds: number;
  rounds: number;
  /** Bytes sent, by receiver. */
  readonly sent: number[];
}

/** Sees that material is there when a part of the program begins. */
export class Supply {
  readonly spent: Spent;
  readonly #protocol: Protocol;
  readonly #total: Demand;
  readonly #left: Map<string, number>;
  /** The part of the whole that is made at a time. */
  readonly #fraction: number;

  /** `total`: what the whole program takes. */
  constructor(protocol: Protocol, total: Demand) {
    this.#protocol = protocol;
    this.#total = total;
    this.#left = new Map(total);
    this.spent = { seconds: 0, rounds: 0, sent: new Array<number>(protocol.target.parties).fill(0) };
    let bytes = 0;
    for (const [kind, n] of total) bytes += n * (protocol.target.unitBytes?.(kind) ?? 0);
    this.#fraction = Math.min(1, STORE_BYTES / Math.max(1, bytes));
  }

  /** Makes the first portion: all, if it fits. */
  start(): Step<void> {
    return this.#make(new Map());
  }

  /** Makes the next portion if a part that takes `demand` lacks something. */
  *need(demand: Demand): Step<void> {
    if (this.#lacks(demand)) yield* this.#make(demand);
    for (const [kind, n] of demand) this.#left.set(kind, this.#left.get(kind)! - n);
  }

  #lacks(demand: Demand): boolean {
    const { stored } = this.#protocol;
    for (const [kind, n] of demand) if ((stored?.get(kind) ?? 0) < n) return true;
    return false;
  }

  *#make(demand: Demand): Step<void> {
    if (this.#total.size === 0) return;
    const { prepare, target } = this.#protocol;
    if (prepare === undefined) throw new Error(`internal: ${target.name} takes material but makes none`);
    const portion = new Map<string, number>();
    for (const [kind, n] of this.#total) {
      const wanted = Math.min(this.#left.get(kind)!, Math.ceil(n * this.#fraction));
      portion.set(kind, Math.max(wanted, demand.get(kind) ?? 0));
    }
    yield* this.#measured(prepare.call(this.#protocol, portion));
  }

  *#measured(step: Step<void>): Step<void> {
    const start = performance.now();
    for (let at = step.next(); !at.done; at = step.next()) {
      this.spent.rounds++;
      for (const { peer, bytes } of at.value.send) this.spent.sent[peer]! += bytes;
      yield at.value;
    }
    this.spent.seconds += (performance.now() - start) / 1000;
  }
}
