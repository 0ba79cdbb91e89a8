/**
 * Values that one party knows, authenticated to each other party by a key of that party's own.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Of a bit b the owner holds, for each peer j, a tag t_j, and peer j holds q_j = t_j ⊕ b · Δ²_j;
 * of an element x of F_p the owner holds v_j and peer j holds w_j = v_j + Δ_j · x. Nielsen, Nordholt, Orlandi and Burra 2012 (NNOB12), with
 * the tags of each peer apart.
 *
 * @module
 */
import type { Memory, PartyId } from "@symbolon/protocol";
import { bits as planes, layout } from "@symbolon/kernels";

/** Bytes of a row: a tag or a key. */
export const ROW = 16;

/** n bits that their owner knows. */
export interface OwnedBits {
  readonly owner: PartyId;
  readonly n: number;
  /** At the owner ⌈n / 64⌉ words of packed values, lowest first; what is past the last is undefined. Elsewhere 0. */
  readonly values: number;
  /** n rows in each place: at the owner tags, a place for each peer in ascending order; at the others their keys, in one place. */
  readonly rows: readonly number[];
}

/** n elements of F_p that their owner knows. */
export interface OwnedElements {
  readonly owner: PartyId;
  readonly n: number;
  /** At the owner n elements. Elsewhere 0. */
  readonly values: number;
  /** As in {@linkcode OwnedBits}. */
  readonly rows: readonly number[];
}

/** Who holds them. */
export interface Holder {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
}

/** Where there is room for them. */
interface Room extends Omit<Holder, "memory"> {
  readonly memory: Pick<Memory, "scratch">;
}

/** Bytes of n packed bits, in whole 64-bit words. */
export function packedBytes(n: number): number {
  return 8 * Math.ceil(n / 64);
}

/** Scratch for n bits of `owner`. */
export function ownedBits({ self, parties, memory }: Room, owner: PartyId, n: number): OwnedBits {
  const values = self === owner ? memory.scratch(packedBytes(n)) : 0;
  const rows = Array.from({ length: self === owner ? parties - 1 : 1 }, () => memory.scratch(ROW * n));
  return { owner, n, values, rows };
}

/** `n` of the bits, from number `first` on: a multiple of 64. */
export function partOfBits({ owner, values, rows }: OwnedBits, first: number, n: number): OwnedBits {
  return { owner, n, values: values === 0 ? 0 : values + first / 8, rows: rows.map((at) => at + ROW * first) };
}

/** Which of the owner's places of rows is that of a peer. */
export function placeOf(owner: PartyId, peer: PartyId): number {
  return peer < owner ? peer : peer - 1;
}

/** out = x */
export function copyBits({ self }: Holder, x: OwnedBits, out: OwnedBits): void {
  if (self === x.owner) layout.copy(out.values, x.values, packedBytes(x.n));
  x.rows.forEach((row, i) => layout.copy(out.rows[i]!, row, ROW * x.n));
}

/** out ^= x */
export function xorBits({ self }: Holder, x: OwnedBits, out: OwnedBits): void {
  if (self === x.owner) planes.xorInto(out.values, x.values, packedBytes(x.n) / 8);
  x.rows.forEach((row, i) => planes.xorInto(out.rows[i]!, row, 2 * x.n));
}

/** out = 0 */
export function clearBits({ self }: Holder, out: OwnedBits): void {
  if (self === out.owner) layout.clear(out.values, packedBytes(out.n));
  for (const row of out.rows) layout.clear(row, ROW * out.n);
}

/** Scratch for n elements of `owner`. */
export function ownedElements({ self, parties, memory }: Room, owner: PartyId, n: number): OwnedElements {
  const values = self === owner ? memory.scratch(ROW * n) : 0;
  const rows = Array.from({ length: self === owner ? parties - 1 : 1 }, () => memory.scratch(ROW * n));
  return { owner, n, values, rows };
}

/** `n` of the elements, from number `first` on. */
export function partOfElements({ owner, values, rows }: OwnedElements, first: number, n: number): OwnedElements {
  return { owner, n, values: values === 0 ? 0 : values + ROW * first, rows: rows.map((at) => at + ROW * first) };
}

/** `count` vectors of n bits each, one after the other, as bits that each begin at a word of their own; the rows stay where they are. */
export function vectorsOf({ self, memory }: Holder, bits: OwnedBits, count: number, n: number): OwnedBits[] {
  const { owner } = bits, stride = packedBytes(n), values = self === owner ? memory.scratch(stride * count) : 0;
  if (self === owner) planes.unpackBits(bits.values, 0n, count, n, values, stride);
  return Array.from({ length: count }, (_, i) => ({
    ...{ owner, n },
    values: self === owner ? values + stride * i : 0,
    rows: bits.rows.map((at) => at + ROW * n * i),
  }));
}

/** n bits from number `first` on, wherever that is in a word; the rows stay where they are. */
export function sliceOfBits({ self, memory }: Holder, bits: OwnedBits, first: number, n: number): OwnedBits {
  const { owner } = bits, values = self === owner ? memory.scratch(packedBytes(n)) : 0;
  if (self === owner) planes.unpackBits(bits.values, BigInt(first), 1, n, values, packedBytes(n));
  return { owner, n, values, rows: bits.rows.map((at) => at + ROW * first) };
}

/** The bits of some vectors of one owner, one after the other. */
export function joined(party: Holder, vectors: readonly OwnedBits[]): OwnedBits {
  const { self, memory } = party, { owner } = vectors[0]!;
  const n = vectors.reduce((sum, of) => sum + of.n, 0), out = ownedBits(party, owner, n);
  const mark = memory.mark(), word = memory.scratch(8 * n), scratch = memory.scratch(512);
  let from = 0;
  for (const of of vectors) {
    out.rows.forEach((row, i) => layout.copy(row + ROW * from, of.rows[i]!, ROW * of.n));
    if (self === owner) planes.planeToWords(of.values, of.n, word + 8 * from);
    from += of.n;
  }
  if (self === owner) planes.toPlanes(word, n, 1, out.values, packedBytes(n), scratch);
  memory.release(mark);
  return out;
}

/** out[i] = x[rows[i]], for n public indices of 32 bits. */
export function gatherBits(party: Holder, x: OwnedBits, rows: number, n: number): OwnedBits {
  const { self, memory } = party, out = ownedBits(party, x.owner, n);
  x.rows.forEach((from, i) => layout.gatherRows(from, rows, n, ROW, out.rows[i]!));
  if (self === x.owner) {
    const mark = memory.mark(),
      all = memory.scratch(8 * x.n),
      chosen = memory.scratch(8 * n),
      scratch = memory.scratch(512);
    planes.planeToWords(x.values, x.n, all);
    layout.gatherRows(all, rows, n, 8, chosen);
    planes.toPlanes(chosen, n, 1, out.values, packedBytes(n), scratch);
    memory.release(mark);
  }
  return out;
}
