/**
 * Numbers that one party knows, as elements and bit by bit: Π_number.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt; own construction after EGKRS20 (edaBits), see docs/adr. R is uniform below 2^128, made of 128
 * random bits of its owner, who authenticates R mod p, and R mod 2^m where the number is cut at m. That those are what the bits say is
 * checked in buckets, in an order from a coin that is tossed when all candidates are fixed: the first one X of a bucket is added to each
 * other one Y. A proved adder gives the bits of s = X + Y mod 2^128 and the carries o out of places m and 128, which go into the field
 * (`owned_dabits.ts`). s is opened, uniform since Y is, and used for nothing else; then [X] + [Y] − 2^128 · o must be s, and the low parts
 * likewise, for which the check of openings is made. X is kept. `number_buckets.ts` says with what probability a wrong one is.
 *
 * @module
 */
import { type PartyId, round, type Step, together } from "@symbolon/protocol";
import { bits as planes, field, layout } from "@symbolon/kernels";
import { hash, numberBytes, Prg } from "@symbolon/primitives";
import {
  gatherBits,
  joined,
  type OwnedBits,
  ownedBits,
  type OwnedElements,
  packedBytes,
  partOfElements,
  ROW,
  sliceOfBits,
  vectorsOf,
} from "../owned.ts";
import { add, allOnes } from "../owned_arithmetic.ts";
import { circuitBytes, type OwnedCircuit, runCircuit } from "../owned_circuit.ts";
import { openedElements, openedOwnedBits } from "../owned_opening.ts";
import { type Buckets, bucketsFor } from "./number_buckets.ts";
import {
  type Asked,
  CONVERSION_BYTES,
  CONVERSION_ROUNDS,
  conversionAsks,
  convertBits,
  type MakingParty,
  type OwnedSources,
} from "./owned_dabits.ts";

/** Bits of a number. */
const WIDTH = 128;
/** Upper bits that are not all 1 in bounded numbers. */
const TOP = 60;

/** n numbers of one party. */
export interface OwnedNumbers {
  readonly owner: PartyId;
  readonly n: number;
  /** The 128 bits of each, lowest first: n bits a place. */
  readonly bits: readonly OwnedBits[];
  /** R mod p. */
  readonly number: OwnedElements;
  /** R mod 2^m; null where they are not cut. */
  readonly low: OwnedElements | null;
}

/** Which numbers. */
export interface NumberOptions {
  /** How many of each owner. */
  readonly counts: readonly number[];
  /** m, from 1 to 127; null: they are not cut. */
  readonly cut: number | null;
  /** Owners that also prove that the upper 60 bits of a number are not all 1. */
  readonly bounded: readonly PartyId[];
  /** A wrong number passes with probability 2^-security at most. */
  readonly security: number;
}

/** What is asked of sources: bits once, elements and a coin, and then a conversion of so many bits of each owner. */
export interface NumbersCost {
  readonly asked: Asked;
  readonly converted: readonly number[];
  /** Besides what sources take. */
  readonly rounds: number;
  /** What an owner sends to each peer besides. */
  readonly bytes: readonly number[];
}

/** One owner's part of the work. */
interface Work extends Buckets {
  readonly owner: PartyId;
  readonly candidates: number;
  /** Sums. */
  readonly pairs: number;
  /** Products for proofs of bounds. */
  readonly boundProducts: number;
}

function workOf({ counts, bounded, security }: NumberOptions): (Work | null)[] {
  return counts.map((n, owner) => {
    if (n === 0) return null;
    const { buckets, size } = bucketsFor(n, security), boundProducts = bounded.includes(owner) ? (TOP - 1) : 0;
    return { owner, buckets, size, candidates: buckets * size, pairs: buckets * (size - 1), boundProducts };
  });
}

/** Exact cost of {@linkcode ownedNumbers}. */
export function numbersCost(options: NumberOptions): NumbersCost {
  const work = workOf(options), carries = options.cut === null ? 1 : 2;
  const of = (each: (work: Work) => number) => work.map((one) => one === null ? 0 : each(one));
  const products = ({ pairs, boundProducts, buckets }: Work) => WIDTH * pairs + boundProducts * buckets;
  const any = work.some((one) => one !== null);
  return {
    asked: {
      bits: of((one) => WIDTH * one.candidates + products(one)),
      elements: of(({ candidates }) => carries * candidates),
    },
    converted: of(({ pairs }) => carries * pairs),
    rounds: any ? 2 + CONVERSION_ROUNDS : 0,
    bytes: of(({ pairs, boundProducts, buckets }) =>
      circuitBytes({ n: pairs, products: WIDTH }) + circuitBytes({ n: buckets, products: boundProducts }) +
      CONVERSION_BYTES + sumBytes(pairs)
    ),
  };
}

/** What conversions of {@linkcode NumbersCost} ask for. */
export function numbersConversion(cost: NumbersCost): Asked {
  return conversionAsks(cost.converted);
}

/**
 * Numbers of each owner, in scratch: some more than asked for where few are.
 *
 * Cost: {@linkcode numbersCost}.
 *
 * @throws {SacrificeError} if an owner's carries are not the same in the field; whatever else is wrong, the checks of openings and of proofs
 * find
 */
export function* ownedNumbers(sources: OwnedSources, options: NumberOptions): Step<readonly OwnedNumbers[]> {
  const { party } = sources, { cut } = options, { asked } = numbersCost(options);
  if (cut !== null && !(cut > 0 && cut < WIDTH)) {
    throw new RangeError(`Numbers are cut at 1 to ${WIDTH - 1}, not ${cut}`);
  }
  const pools = yield* sources.bits(asked.bits);
  const all = workOf(options).map((work, owner) => work === null ? null : candidatesOf(party, work, pools[owner]!));
  const elements = yield* sources.elements(asked.elements, ownElements(party, all[party.self] ?? null, cut));
  const coin = yield* sources.coin();
  const checks = all.filter((one) => one !== null).map((one) => ({
    ...one,
    order: orderOf(party, one.work, coin),
    elements: elements[one.work.owner]!,
  }));
  const sums = checks.map((one) => blankSums(party, one, cut));
  yield* together(checks.flatMap((one, i) => circuits(party, one, sums[i]!, cut)));
  const carries = options.counts.map((_, owner) => {
    const found = sums.find((sum) => sum.owner === owner);
    return found === undefined ? ownedBits(party, owner, 0) : joined(party, found.carries);
  });
  const converted = yield* convertBits(sources, carries);
  yield* openSums(party, sums);
  checks.forEach((one, i) => compare(party, one, { ...sums[i]!, converted: converted[one.work.owner]! }, cut));
  return options.counts.map((_, owner) => {
    const found = checks.find(({ work }) => work.owner === owner);
    return found === undefined ? noNumbers(party, owner, cut) : kept(party, found, cut);
  });
}

/** All candidates of an owner: bits by place, and random bits for products. */
interface Candidates {
  readonly work: Work;
  readonly places: readonly OwnedBits[];
  readonly forSums: OwnedBits;
  readonly forBounds: OwnedBits;
}

/** Candidates with elements R, and R mod 2^m after them, in buckets. */
interface Checked extends Candidates {
  readonly elements: OwnedElements;
  readonly order: Order;
}

/** Indices of candidates: the first one of each bucket; and the first and the other one of each pair. */
interface Order {
  readonly kept: number;
  readonly first: number;
  readonly other: number;
}

/** Bits of sums and carries. */
interface Sums {
  readonly owner: PartyId;
  readonly pairs: number;
  readonly bits: readonly OwnedBits[];
  /** Out of place m, if the numbers are cut, and out of the last. */
  readonly carries: readonly OwnedBits[];
  /** Whether the upper bits are all 1, if that is proved. */
  readonly tops: OwnedBits | null;
  /** Planes of what is opened. */
  readonly opened: number;
}

function candidatesOf(party: MakingParty, work: Work, pool: OwnedBits): Candidates {
  const { candidates, pairs, boundProducts, buckets } = work, sums = WIDTH * candidates, bounds = sums + WIDTH * pairs;
  return {
    work,
    places: vectorsOf(party, pool, WIDTH, candidates),
    forSums: sliceOfBits(party, pool, sums, WIDTH * pairs),
    forBounds: sliceOfBits(party, pool, bounds, boundProducts * buckets),
  };
}

/** This party's elements: R of all candidates, then R mod 2^m of all. */
function ownElements(party: MakingParty, own: Candidates | null, cut: number | null): number {
  const { memory } = party;
  if (own === null) return memory.scratch(0);
  const n = own.work.candidates, at = memory.scratch(2 * ROW * n);
  compose(party, own.places.map(({ values }) => values), n, at);
  if (cut !== null) compose(party, own.places.slice(0, cut).map(({ values }) => values), n, at + ROW * n);
  return at;
}

/** out = Σ 2^j · bit j mod p, for n elements. */
function compose({ memory }: MakingParty, places: readonly number[], n: number, out: number): void {
  const mark = memory.mark(), word = memory.scratch(8 * n), bit = memory.scratch(ROW * n), power = memory.scratch(ROW);
  layout.clear(out, ROW * n);
  places.forEach((plane, j) => {
    planes.planeToWords(plane, n, word);
    field.fromWords(word, bit, n);
    writeElement(memory, power, 1n << BigInt(j));
    field.mulScalarAdd(bit, power, out, n);
  });
  memory.release(mark);
}

function writeElement(memory: MakingParty["memory"], at: number, value: bigint): void {
  memory.words[at / 8] = BigInt.asUintN(64, value);
  memory.words[at / 8 + 1] = value >> 64n;
}

/** A public order of an owner's candidates, in buckets. */
function orderOf({ memory }: MakingParty, { owner, candidates, buckets, size, pairs }: Work, coin: Uint8Array): Order {
  const order = {
    kept: memory.scratch(4 * buckets),
    first: memory.scratch(4 * pairs),
    other: memory.scratch(4 * pairs),
  };
  const shuffled = memory.scratch(4 * candidates), { words32 } = memory;
  new Prg(memory, hash("symbolon/mascot-field/buckets", coin, numberBytes(owner))).permutation(shuffled, candidates);
  for (let k = 0, pair = 0; k < buckets; k++) {
    const first = memory.words32[shuffled / 4 + k * size]!;
    words32[order.kept / 4 + k] = first;
    for (let b = 1; b < size; b++, pair++) {
      words32[order.first / 4 + pair] = first;
      words32[order.other / 4 + pair] = words32[shuffled / 4 + k * size + b]!;
    }
  }
  return order;
}

function blankSums(party: MakingParty, { work }: Checked, cut: number | null): Sums {
  const { owner, pairs, boundProducts, buckets } = work;
  const blank = (n: number) => ownedBits(party, owner, n);
  return {
    ...{ owner, pairs },
    bits: Array.from({ length: WIDTH }, () => blank(pairs)),
    carries: (cut === null ? [WIDTH] : [cut, WIDTH]).map(() => blank(pairs)),
    tops: boundProducts > 0 ? blank(buckets) : null,
    opened: party.memory.scratch(WIDTH * packedBytes(pairs)),
  };
}

/** The adder of an owner's pairs, and what shows its numbers' bounds. */
function circuits(party: MakingParty, one: Checked, sums: Sums, cut: number | null): Step<void>[] {
  const { work, places, order, forSums, forBounds } = one, { owner, pairs, buckets, boundProducts } = work;
  const gathered = (rows: number) => places.map((place) => gatherBits(party, place, rows, pairs));
  const adder = (circuit: OwnedCircuit) => {
    const wanted = cut === null ? [WIDTH] : [cut, WIDTH];
    const carries = new Map(wanted.map((place, i) => [place, sums.carries[i]!]));
    add(circuit, [gathered(order.first), gathered(order.other)], sums.bits, carries);
  };
  const bound = (circuit: OwnedCircuit) =>
    allOnes(
      circuit,
      places.slice(WIDTH - TOP).map((place) => gatherBits(party, place, order.kept, buckets)),
      sums.tops!,
    );
  return [
    runCircuit(party, { owner, n: pairs, products: WIDTH }, forSums, adder),
    ...(boundProducts > 0 ? [runCircuit(party, { owner, n: buckets, products: boundProducts }, forBounds, bound)] : []),
  ];
}

/** Bytes of the bits of sums, without gaps. */
function sumBytes(pairs: number): number {
  return WIDTH * pairs / 8;
}

/**
 * Owners tell the bits of their sums.
 *
 * Masked by: the second candidate of each pair, which is not kept.
 */
function* openSums(party: MakingParty, sums: readonly Sums[]): Step<void> {
  const { self, memory, peers } = party;
  const told = sums.map(({ owner, pairs, bits }) => {
    const at = memory.scratch(sumBytes(pairs)), stride = packedBytes(pairs);
    if (owner !== self) return at;
    const laid = memory.scratch(WIDTH * stride);
    bits.forEach(({ values }, j) => layout.copy(laid + stride * j, values, stride));
    planes.packBits(laid, stride, WIDTH, pairs, at);
    return at;
  });
  const messages = (mine: boolean) =>
    sums.flatMap(({ owner, pairs }, i) => {
      const piece = { at: told[i]!, bytes: sumBytes(pairs) };
      if ((owner === self) !== mine) return [];
      return (mine ? peers : [owner]).map((peer) => ({ peer, ...piece }));
    });
  if (sums.length > 0) yield round(messages(true), messages(false));
  sums.forEach(({ pairs, opened }, i) => {
    planes.unpackBits(told[i]!, 0n, WIDTH, pairs, opened, packedBytes(pairs));
  });
}

/** Logs what must hold: bits that were told, elements that they stand for, and upper bits that are not all 1. */
function compare(
  party: MakingParty,
  { elements, order, work }: Checked,
  sums: Sums & { readonly converted: OwnedElements },
  cut: number | null,
): void {
  const { memory } = party, { pairs, candidates, owner } = work, { converted } = sums;
  const stride = packedBytes(pairs), opened = sums.bits.map((_, j) => sums.opened + stride * j);
  sums.bits.forEach((bits, j) => openedOwnedBits(party, bits, opened[j]!));
  const mark = memory.mark(), value = memory.scratch(ROW * pairs), power = memory.scratch(ROW);
  const check = (first: number, carry: number, width: number) => {
    const rows = elements.rows.map((from, i) => {
      const x = gatherRows(party, from + ROW * first, order.first, pairs);
      const y = gatherRows(party, from + ROW * first, order.other, pairs), times = memory.scratch(ROW * pairs);
      field.add(x, y, x, pairs);
      // 2^128 is 159 mod p.
      writeElement(memory, power, width === WIDTH ? 159n : 1n << BigInt(width));
      layout.clear(times, ROW * pairs);
      field.mulScalarAdd(converted.rows[i]! + ROW * pairs * carry, power, times, pairs);
      field.sub(x, times, x, pairs);
      return x;
    });
    compose(party, opened.slice(0, width), pairs, value);
    openedElements(party, { owner, n: pairs, values: 0, rows }, value);
  };
  if (cut !== null) check(candidates, 0, cut);
  check(0, cut === null ? 0 : 1, WIDTH);
  if (sums.tops !== null) {
    const zeros = memory.scratch(packedBytes(sums.tops.n));
    layout.clear(zeros, packedBytes(sums.tops.n));
    openedOwnedBits(party, sums.tops, zeros);
  }
  memory.release(mark);
}

/** Rows of n elements, by index. */
function gatherRows({ memory }: MakingParty, from: number, rows: number, n: number): number {
  const at = memory.scratch(ROW * n);
  layout.gatherRows(from, rows, n, ROW, at);
  return at;
}

/** The first candidates of all buckets. */
function kept(party: MakingParty, { work, places, elements, order }: Checked, cut: number | null): OwnedNumbers {
  const { owner, buckets, candidates } = work;
  const gathered = (of: OwnedElements): OwnedElements => ({
    ...{ owner, n: buckets },
    values: party.self === owner ? gatherRows(party, of.values, order.kept, buckets) : 0,
    rows: of.rows.map((from) => gatherRows(party, from, order.kept, buckets)),
  });
  return {
    ...{ owner, n: buckets },
    bits: places.map((place) => gatherBits(party, place, order.kept, buckets)),
    number: gathered(partOfElements(elements, 0, candidates)),
    low: cut === null ? null : gathered(partOfElements(elements, candidates, candidates)),
  };
}

function noNumbers(party: MakingParty, owner: PartyId, cut: number | null): OwnedNumbers {
  const none = ownedBits(party, owner, 0), elements = { ...none, values: 0 };
  const bits = Array.from({ length: WIDTH }, () => none);
  return { owner, n: 0, bits, number: elements, low: cut === null ? null : elements };
}
