/**
 * Preprocessed material for a run: made before it, and in portions where all of it would take too much memory.
 *
 * Material is made only between the parts of a program, when no step is under way, at the same places at all parties. A protocol
 * that takes it from an earlier run does so at these places too, and a run that only preprocesses hands over each portion as it
 * is made, so no run holds more than a portion.
 *
 * @module
 */
import {
  type Demand,
  type MaterialKind,
  type MaterialSink,
  NO_DEMAND,
  type Protocol,
  type Step,
  unitBytes,
} from "@symbolon/protocol";

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
  readonly #left: Map<MaterialKind, number>;
  /** The part of the whole that is made at a time. */
  readonly #fraction: number;

  /** `total`: what the whole program takes. `portion`: bytes of memory for material. */
  constructor(protocol: Protocol, total: Demand, portion: number = STORE_BYTES) {
    this.#protocol = protocol;
    this.#total = total;
    this.#left = new Map(total);
    this.spent = { seconds: 0, rounds: 0, sent: new Array<number>(protocol.target.parties).fill(0) };
    let bytes = 0;
    for (const [kind, n] of total) bytes += n * unitBytes(kind, protocol.target.parties);
    this.#fraction = Math.min(1, portion / Math.max(1, bytes));
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

  /** Makes all that the program takes and moves it to the sink, portion by portion. */
  *save(sink: MaterialSink): Step<void> {
    const { save, target } = this.#protocol;
    if (save === undefined) throw new Error(`internal: ${target.name} cannot save material`);
    while ([...this.#left.values()].some((n) => n > 0)) {
      yield* this.#make(new Map());
      for (const [kind, n] of this.#protocol.stored ?? NO_DEMAND) {
        this.#left.set(kind, Math.max(0, (this.#left.get(kind) ?? 0) - n));
      }
      save.call(this.#protocol, sink);
    }
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
    const portion = new Map<MaterialKind, number>();
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
