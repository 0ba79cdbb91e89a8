/**
 * Public values that a party's kernels read and that never change: tables, programs, descriptions of windows.
 *
 * They are written to linear memory at their first use and stay there, so that operations need not write them each time.
 *
 * @module
 */
import { placeLiteral } from "@symbolon/kernels";
import type { Party } from "./party.ts";

/** By party: the place of a list, or of integers by their text. */
const places = new WeakMap<Party, Map<unknown, number>>();

function placeOf(party: Party, key: unknown, values: () => Uint32Array | BigUint64Array): number {
  let known = places.get(party);
  if (known === undefined) places.set(party, known = new Map());
  let at = known.get(key);
  if (at === undefined) {
    const list = values();
    at = party.memory.allocate(list.byteLength);
    placeLiteral(at, list);
    known.set(key, at);
  }
  return at;
}

/** Where a list lies; it must not change any more. */
export function literal(party: Party, values: Uint32Array | BigUint64Array): number {
  return placeOf(party, values, () => values);
}

/** Where 32-bit integers lie. */
export function integers(party: Party, values: readonly number[]): number {
  return placeOf(party, values.join(), () => Uint32Array.from(values));
}
