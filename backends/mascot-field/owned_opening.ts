/**
 * Opening what one party knows: it tells the values, and the check of openings, put off, compares tags with keys.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. An owned value is a shared one of which the owner's share is all of it: the owner's MAC share
 * is Δ_o · x − Σ_j v_j, that of peer j its key w_j, and for bits likewise.
 *
 * @module
 */
import { bits as planes, field, layout, words as rows } from "@symbolon/kernels";
import { type OwnedBits, type OwnedElements, ROW } from "./owned.ts";
import type { Party } from "./party.ts";

/** Logs that n elements were said to be those at `value`, below p, which everybody has been told or knows. */
export function openedElements({ self, memory, key, openings }: Party, x: OwnedElements, value: number): void {
  const { n, owner } = x, mark = memory.mark(), mac = memory.scratch(ROW * n);
  if (self === owner) {
    layout.clear(mac, ROW * n);
    field.mulScalarAdd(value, key, mac, n);
    for (const tags of x.rows) field.sub(mac, tags, mac, n);
  } else layout.copy(mac, x.rows[0]!, ROW * n);
  openings.opened(value, mac, n);
  memory.release(mark);
}

/** Logs that n bits were said to be those packed at `value`, which everybody has been told or knows. */
export function openedOwnedBits({ self, memory, bitKey, openings }: Party, x: OwnedBits, value: number): void {
  const { n, owner } = x, mark = memory.mark(), word = memory.scratch(ROW * n);
  layout.clear(word, ROW * n);
  // The owner's word is b · Δ²_o and all tags: without the first, the tags remain.
  for (const one of x.rows) planes.xorInto(word, one, 2 * n);
  if (self !== owner) rows.addOffsetWhere(bitKey, value, word, n);
  openings.openedBits(value, word, n);
  memory.release(mark);
}
