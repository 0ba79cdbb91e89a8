/**
 * That the elements of candidates are what their bits say: sums in buckets. See `owned_numbers.ts`.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. EGKRS20 (section 3), with numbers of one owner.
 *
 * @module
 */
import { type PartyId, round, type Step } from "@symbolon/protocol";
import { bits as planes, field, layout, STREAM_BYTES } from "@symbolon/kernels";
import { hash, numberBytes, Prg } from "@symbolon/primitives";
import { gatherBits, type OwnedBits, ownedBits, type OwnedElements, packedBytes, ROW } from "../owned.ts";
import { add } from "../owned_arithmetic.ts";
import { runCircuit } from "../owned_circuit.ts";
import { openedElements, openedOwnedBits } from "../owned_opening.ts";
import { element, type Party } from "../party.ts";
import type { Buckets } from "./number_buckets.ts";

/** Bits of a number. */
export const WIDTH = 128;

/** Candidates of one owner. */
export interface Candidates extends Buckets {
  readonly owner: PartyId;
  /** Bits by place. */
  readonly places: readonly OwnedBits[];
  /** R mod p of each. */
  readonly numbers: OwnedElements;
  /** R mod 2^m of each, and m; null where they are not cut. */
  readonly low: { readonly elements: OwnedElements; readonly cut: number } | null;
}

/** Indices of candidates: the first one of each bucket; and the first and the other one of each pair. */
export interface Order {
  readonly kept: number;
  readonly first: number;
  readonly other: number;
}

/** Bits of the sums of one owner's pairs. */
export interface Sums {
  readonly owner: PartyId;
  readonly pairs: number;
  readonly bits: readonly OwnedBits[];
  /** Out of place m, if the numbers are cut, and out of the last. */
  readonly carries: readonly OwnedBits[];
  /** Planes of what is opened. */
  readonly opened: readonly number[];
}

/** Sums that are opened. */
export function pairsOf({ buckets, size }: Buckets): number {
  return buckets * (size - 1);
}

/** Carries of a sum that go into the field. */
export function carriesOf(cut: number | null): number {
  return cut === null ? 1 : 2;
}

/** Bytes of the bits of so many sums. */
export function sumBytes(pairs: number): number {
  return WIDTH * pairs / 8;
}

/** out = Σ 2^j · bit j mod p, for n elements of packed planes. */
export function compose(party: Party, places: readonly number[], n: number, out: number): void {
  const { memory } = party, mark = memory.mark(), word = memory.scratch(8 * n), bit = memory.scratch(ROW * n);
  layout.clear(out, ROW * n);
  places.forEach((plane, j) => {
    planes.planeToWords(plane, n, word);
    field.fromWords(word, bit, n);
    field.mulScalarAdd(bit, element(party, 1n << BigInt(j)), out, n);
  });
  memory.release(mark);
}

/** A public uniform order of an owner's candidates. `coin`: 32 bytes that nobody knew before all candidates were fixed. */
export function orderOf({ memory }: Party, owner: PartyId, { buckets, size }: Buckets, coin: Uint8Array): Order {
  const place = (n: number) => memory.scratch(4 * n), pairs = buckets * (size - 1);
  const order = { kept: place(buckets), first: place(pairs), other: place(pairs) }, shuffled = place(buckets * size);
  const mark = memory.mark(), key = hash("symbolon/mascot-field/number-buckets", coin, numberBytes(owner));
  new Prg(memory, key, memory.scratch(STREAM_BYTES)).permutation(shuffled, buckets * size);
  memory.release(mark);
  // Not before: memory that grows has other views.
  const { words32 } = memory;
  for (let k = 0, pair = 0; k < buckets; k++) {
    const from = shuffled / 4 + k * size, first = words32[from]!;
    words32[order.kept / 4 + k] = first;
    for (let b = 1; b < size; b++, pair++) {
      words32[order.first / 4 + pair] = first;
      words32[order.other / 4 + pair] = words32[from + b]!;
    }
  }
  return order;
}

/** Places for sums. */
export function blankSums(party: Party, { owner, buckets, size, low }: Candidates): Sums {
  const pairs = pairsOf({ buckets, size }), blank = () => ownedBits(party, owner, pairs);
  const opened = party.memory.scratch(WIDTH * packedBytes(pairs));
  return {
    ...{ owner, pairs },
    bits: Array.from({ length: WIDTH }, blank),
    carries: Array.from({ length: carriesOf(low === null ? null : low.cut) }, blank),
    opened: Array.from({ length: WIDTH }, (_, j) => opened + packedBytes(pairs) * j),
  };
}

/** The sums of all pairs, with carries. `random`: 128 bits a pair. */
export function addPairs(
  party: Party,
  { owner, places, low }: Candidates,
  { order, sums, random }: { readonly order: Order; readonly sums: Sums; readonly random: OwnedBits },
): Step<void> {
  const { pairs } = sums, wanted = low === null ? [WIDTH] : [low.cut, WIDTH];
  return runCircuit(party, { owner, n: pairs, products: WIDTH }, random, (circuit) => {
    const gathered = (rows: number) => places.map((place) => gatherBits(party, place, rows, pairs));
    const carries = new Map(wanted.map((place, i) => [place, sums.carries[i]!]));
    add(circuit, [gathered(order.first), gathered(order.other)], sums.bits, carries);
  });
}

/**
 * Owners tell the bits of their sums.
 *
 * Masked by: the other candidate of each pair, which is not kept.
 *
 * Cost: 1 round, {@linkcode sumBytes} from each owner to each peer.
 */
export function* openSums(party: Party, all: readonly Sums[]): Step<void> {
  const { self, memory, peers } = party;
  const told = all.map(({ owner, pairs, bits }) => {
    const at = memory.scratch(sumBytes(pairs)), stride = packedBytes(pairs);
    if (owner !== self) return at;
    const laid = memory.scratch(WIDTH * stride);
    bits.forEach(({ values }, j) => layout.copy(laid + stride * j, values, stride));
    planes.packBits(laid, stride, WIDTH, pairs, at);
    return at;
  });
  const messages = (mine: boolean) =>
    all.flatMap(({ owner, pairs }, i) =>
      (owner === self) !== mine
        ? []
        : (mine ? peers : [owner]).map((peer) => ({ peer, at: told[i]!, bytes: sumBytes(pairs) }))
    );
  yield round(messages(true), messages(false));
  all.forEach(({ pairs, opened }, i) => {
    planes.unpackBits(told[i]!, 0n, WIDTH, pairs, opened[0]!, packedBytes(pairs));
  });
}

/** Logs that sums have the bits that were told, and that elements fit them. `carries`: those of {@linkcode Sums}, one after the other. */
export function compareSums(
  party: Party,
  { owner, numbers, low }: Candidates,
  { order, sums, carries }: { readonly order: Order; readonly sums: Sums; readonly carries: OwnedElements },
): void {
  const { memory } = party, { pairs, opened } = sums, mark = memory.mark(), value = memory.scratch(ROW * pairs);
  sums.bits.forEach((bits, j) => openedOwnedBits(party, bits, opened[j]!));
  const compare = (elements: OwnedElements, { carry, width }: { carry: number; width: number }) => {
    // 2^128 is 159 mod p.
    const power = element(party, width === WIDTH ? 159n : 1n << BigInt(width));
    const rows = elements.rows.map((from, i) => {
      const [x, y, times] = [0, 1, 2].map(() => memory.scratch(ROW * pairs)) as [number, number, number];
      layout.gatherRows(from, order.first, pairs, ROW, x);
      layout.gatherRows(from, order.other, pairs, ROW, y);
      field.add(x, y, x, pairs);
      field.mulScalar(carries.rows[i]! + ROW * pairs * carry, power, times, pairs);
      field.sub(x, times, x, pairs);
      return x;
    });
    compose(party, opened.slice(0, width), pairs, value);
    openedElements(party, { owner, n: pairs, values: 0, rows }, value);
  };
  if (low !== null) compare(low.elements, { carry: 0, width: low.cut });
  compare(numbers, { carry: low === null ? 0 : 1, width: WIDTH });
  memory.release(mark);
}

/** What was opened of so many pairs. */
export function openingsOf(pairs: number, cut: number | null): number {
  return (WIDTH + carriesOf(cut)) * pairs;
}
