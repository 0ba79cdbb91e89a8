/**
 * What a compiled program reads, and in which order.
 *
 * @module
 */
import type { Kind, LabelCheck, Tape } from "@symbolon/compiler";
import { type PartyId, sizeOf } from "@symbolon/protocol";

/** One reading of the program, in its order. */
export interface Reading {
  readonly owner: PartyId;
  readonly source: "binary" | "text";
  readonly kind: Kind;
  readonly count: number;
  /** What learners expect of the values. */
  readonly labels?: readonly LabelCheck[];
}

/** Everything the program reads, loops unrolled. */
export function* readings(tape: Tape, block: Tape["body"] = tape.body): Generator<Reading> {
  for (const { does, out } of block) {
    if (does.op === "repeat" && does.body.some((i) => i.does.op === "input" || i.does.op === "repeat")) {
      for (let i = 0; i < does.times; i++) yield* readings(tape, does.body);
    }
    if (does.op !== "input") continue;
    const { shape, kind } = tape.registers[out[0]!]!;
    const { owner, source, labels } = does;
    yield { owner, source, kind, count: sizeOf(shape), ...(labels === undefined ? {} : { labels }) };
  }
}

/** How many values the program reads from one of a party's inputs. */
export function valuesRead(tape: Tape, party: PartyId, from: "binary" | "text"): number {
  let values = 0;
  for (const { owner, source, count } of readings(tape)) if (owner === party && source === from) values += count;
  return values;
}
