/**
 * Numbers that one party knows, as elements and bit by bit: Π_number.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt; own construction after EGKRS20 (edaBits), see docs/adr. R is uniform below 2^128, made of 128
 * random bits of its owner, who authenticates R mod p, and R mod 2^m where the number is cut at m.
 *
 * - **Elements are what the bits say** (`number_sums.ts`): candidates go into buckets by a coin that is tossed when all of them are fixed. The
 *   first one X of a bucket is added to each other one Y: a proved adder gives the bits of s = X + Y mod 2^128 and the carries out of
 *   places m and 128, which go into the field (`owned_dabits.ts`). s is opened, uniform since Y is, and used for nothing else; then [X] +
 *   [Y] − 2^128 · carry must be s, and the low parts likewise. X is kept. `number_buckets.ts` has the probability that a wrong one is.
 * - **Bounded numbers**: a proof that the upper 62 bits are not all 1. An honest owner fails with probability 2^-62 a number.
 * - **Shifted numbers**: a public s < 2^m from the coin is added to R mod 2^m, without a carry into the upper part, by a proved adder. So R
 *   mod 2^m is uniform whatever its owner does.
 *
 * @module
 */
import { type Cost, type PartyId, SacrificeError, type Step, together } from "@symbolon/protocol";
import { draw, field, layout, startStream, STREAM_BYTES } from "@symbolon/kernels";
import { costInSequence, costOf, hash, numberBytes, type TreeDepth } from "@symbolon/primitives";
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
import { addPublic, allOnes } from "../owned_arithmetic.ts";
import { circuitBytes, runCircuit } from "../owned_circuit.ts";
import { openedOwnedBits } from "../owned_opening.ts";
import { element, type Party } from "../party.ts";
import { MASK_BITS, PROOF_BYTES, proveAll } from "../proofs.ts";
import { type Buckets, bucketsFor } from "./number_buckets.ts";
import {
  addPairs,
  blankSums,
  type Candidates,
  carriesOf,
  compareSums,
  compose,
  openingsOf,
  openSums,
  type Order,
  orderOf,
  pairsOf,
  sumBytes,
  type Sums,
  WIDTH,
} from "./number_sums.ts";
import { coinCost, conversionCost, convertBits, type OwnedSources, sourcesCost, SUBSETS } from "./owned_dabits.ts";

/** Upper bits that are not all 1 in bounded numbers. */
export const TOP = 62;

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
  /** Owners whose numbers are bounded. */
  readonly bounded: readonly PartyId[];
  /** Owners whose numbers are shifted, if they are cut. */
  readonly shifted: readonly PartyId[];
  /** A wrong number passes with probability 2^-security at most. */
  readonly security: number;
}

/** One owner's part of the work. */
interface Work extends Buckets {
  readonly owner: PartyId;
  readonly bounded: boolean;
  /** m of numbers that are shifted. */
  readonly shift: number;
  /** Products for a number that is kept. */
  readonly products: number;
}

function workOf({ counts, cut, bounded, shifted, security }: NumberOptions): Work[] {
  return counts.flatMap((n, owner) => {
    if (n === 0) return [];
    const bounds = bounded.includes(owner), shift = cut !== null && shifted.includes(owner) ? cut : 0;
    return [{ owner, ...bucketsFor(n, security), bounded: bounds, shift, products: shift + (bounds ? TOP - 1 : 0) }];
  });
}

/** Where an owner's random bits for each use begin, which are for candidates at first; and where they end. */
function usesOf(work: Work, parties: number): Record<"sums" | "kept" | "masks" | "spare" | "end", number> {
  const sums = WIDTH * work.buckets * work.size, kept = sums + WIDTH * pairsOf(work);
  const masks = kept + work.products * work.buckets, spare = masks + MASK_BITS * (parties - 1);
  return { sums, kept, masks, spare, end: spare + SUBSETS };
}

/** What numbers ask for of each owner: bits, and elements; and how many bits it converts. */
export function numbersAsk(options: NumberOptions): Record<"bits" | "elements" | "converted", readonly number[]> {
  const { counts, cut } = options, byOwner = (of: (work: Work) => number) => ofOwners(options, of);
  return {
    bits: byOwner((one) => usesOf(one, counts.length).end),
    elements: byOwner(({ buckets, size }) => carriesOf(cut) * buckets * size),
    converted: byOwner((one) => carriesOf(cut) * pairsOf(one) + (one.shift > 0 ? one.buckets : 0)),
  };
}

/** What an owner sends each peer besides what is asked for and converted, in two rounds. */
export function numbersBytes(options: NumberOptions): readonly number[] {
  return ofOwners(options, (one) => {
    const pairs = pairsOf(one), kept = circuitBytes({ n: one.buckets, products: one.products });
    return circuitBytes({ n: pairs, products: WIDTH }) + kept + sumBytes(pairs) + PROOF_BYTES;
  });
}

function ofOwners(options: NumberOptions, of: (work: Work) => number): number[] {
  const work = workOf(options);
  return options.counts.map((_, owner) =>
    work.filter((one) => one.owner === owner).reduce((sum, one) => sum + of(one), 0)
  );
}

/** Exact cost of {@linkcode ownedNumbers}, with trees of depth k. */
export function numbersCost(options: NumberOptions, k: TreeDepth): Cost {
  const parties = options.counts.length, ask = numbersAsk(options), bytes = numbersBytes(options);
  if (options.counts.every((n) => n === 0)) return costOf(parties, 0, () => 0);
  return costInSequence(parties, [
    sourcesCost(ask, k),
    coinCost(parties),
    conversionCost(ask.converted),
    costOf(parties, 2, (from) => bytes[from]!),
  ]);
}

/** What was made of the numbers that are kept, before elements are changed likewise. */
interface Kept {
  readonly bits: readonly OwnedBits[];
  /** s of each, and the carry of the sum with it. */
  readonly shift: { readonly planes: readonly number[]; readonly carry: OwnedBits } | null;
  /** Whether the upper bits are all 1. */
  readonly tops: OwnedBits | null;
}

/** One owner's numbers while they are made. */
interface Job {
  readonly work: Work;
  readonly candidates: Candidates;
  readonly order: Order;
  readonly sums: Sums;
  readonly kept: Kept;
  readonly pool: OwnedBits;
}

/**
 * Numbers of each owner, in scratch: some more than asked for where few are. The log of proofs is this step's alone.
 *
 * Cost: {@linkcode numbersCost}. Logs what is to be checked.
 *
 * @throws {SacrificeError} if an owner's carries are not the same in the field, or its proofs are not right
 */
export function* ownedNumbers(sources: OwnedSources, options: NumberOptions): Step<readonly OwnedNumbers[]> {
  const { party } = sources, { cut, counts } = options, work = workOf(options), ask = numbersAsk(options);
  if (cut !== null && !(cut > 0 && cut < WIDTH)) {
    throw new RangeError(`Numbers are cut at 1 to ${WIDTH - 1}, not ${cut}`);
  }
  if (work.length === 0) return counts.map((_, owner) => noNumbers(party, owner, cut));
  party.openings.expect(work.reduce((sum, one) => sum + openingsOf(pairsOf(one), cut) + one.buckets, 0));
  const pools = yield* sources.bits(ask.bits);
  const places = work.map(({ owner, buckets, size }) => vectorsOf(party, pools[owner]!, WIDTH, buckets * size));
  const own = work.findIndex(({ owner }) => owner === party.self);
  const at = own < 0 ? party.memory.scratch(0) : ownElements(party, places[own]!, cut);
  const elements = yield* sources.elements(ask.elements, at);
  const coin = yield* sources.coin();
  const jobs = work.map((one, i): Job => {
    const { owner, buckets, size } = one,
      n = buckets * size,
      part = (first: number) => partOfElements(elements[owner]!, first, n);
    const low = cut === null ? null : { elements: part(n), cut };
    const candidates = { owner, buckets, size, places: places[i]!, numbers: part(0), low };
    const order = orderOf(party, owner, one, coin), kept = blankKept(party, one, { candidates, order, coin });
    return { work: one, candidates, order, sums: blankSums(party, candidates), kept, pool: pools[owner]! };
  });
  yield* together(jobs.flatMap((job) => circuits(party, job)));
  const byOwner = (of: (job: Job) => OwnedBits) =>
    counts.map((_, owner) => {
      const job = jobs.find(({ work }) => work.owner === owner);
      return job === undefined ? ownedBits(party, owner, 0) : of(job);
    });
  const spare = byOwner((job) => sliceOfBits(party, job.pool, usesOf(job.work, party.parties).spare, SUBSETS));
  const converted = yield* convertBits(sources, byOwner((job) => carriesOfJob(party, job)), spare);
  yield* party.trust.checked(finish(party, jobs, converted.coin));
  for (const { candidates, order, sums, kept, work } of jobs) {
    compareSums(party, candidates, { order, sums, carries: converted.elements[candidates.owner]! });
    if (kept.tops !== null) openedOwnedBits(party, kept.tops, zeroBits(party, work.buckets));
  }
  return counts.map((_, owner) => {
    const job = jobs.find(({ work }) => work.owner === owner);
    return job === undefined ? noNumbers(party, owner, cut) : numbersOf(party, job, converted.elements[owner]!);
  });
}

/** This party's elements: R of all candidates, then R mod 2^m of all. */
function ownElements(party: Party, places: readonly OwnedBits[], cut: number | null): number {
  const { n } = places[0]!, at = party.memory.scratch(ROW * n * carriesOf(cut));
  compose(party, places.map(({ values }) => values), n, at);
  if (cut !== null) compose(party, places.slice(0, cut).map(({ values }) => values), n, at + ROW * n);
  return at;
}

/** The bits of the numbers that are kept, and places for what is made of them. */
function blankKept(
  party: Party,
  { owner, buckets, bounded, shift }: Work,
  { candidates, order, coin }: { candidates: Candidates; order: Order; coin: Uint8Array },
): Kept {
  const { memory } = party, stride = packedBytes(buckets), at = memory.scratch(stride * shift);
  const mark = memory.mark(), stream = memory.scratch(STREAM_BYTES);
  memory.bytes.set(hash("symbolon/mascot-field/number-shifts", coin, numberBytes(owner)), stream);
  startStream(stream);
  draw(stream, at, stride * shift);
  memory.release(mark);
  return {
    bits: candidates.places.map((place) => gatherBits(party, place, order.kept, buckets)),
    shift: shift === 0 ? null : {
      planes: Array.from({ length: shift }, (_, j) => at + stride * j),
      carry: ownedBits(party, owner, buckets),
    },
    tops: bounded ? ownedBits(party, owner, buckets) : null,
  };
}

/** The sums of pairs; and for numbers that are kept the sum with s, in place, and what shows that they are bounded. */
function circuits(party: Party, { work, candidates, order, sums, kept, pool }: Job): Step<void>[] {
  const { owner, buckets, products } = work, uses = usesOf(work, party.parties);
  const random = sliceOfBits(party, pool, uses.sums, uses.kept - uses.sums);
  const size = { owner, n: buckets, products }, more = sliceOfBits(party, pool, uses.kept, uses.masks - uses.kept);
  return [
    addPairs(party, candidates, { order, sums, random }),
    runCircuit(party, size, more, (circuit) => {
      if (kept.shift !== null) {
        const { planes, carry } = kept.shift, low = kept.bits.slice(0, planes.length);
        const before = low.map((bit) => {
          const copy = circuit.blank();
          circuit.copy(bit, copy);
          return copy;
        });
        addPublic(circuit, [before, planes], low, new Map([[planes.length, carry]]));
      }
      if (kept.tops !== null) allOnes(circuit, kept.bits.slice(WIDTH - TOP), kept.tops);
    }),
  ];
}

/** What an owner converts: carries of pairs, and of sums with s. */
function carriesOfJob(party: Party, { sums, kept }: Job): OwnedBits {
  return joined(party, [...sums.carries, ...(kept.shift === null ? [] : [kept.shift.carry])]);
}

/** Tells sums and proves all circuits. */
function* finish(party: Party, jobs: readonly Job[], coin: Uint8Array): Step<void> {
  const masks = jobs.map(({ work, pool }) => {
    const { masks, spare } = usesOf(work, party.parties);
    return sliceOfBits(party, pool, masks, spare - masks);
  });
  let right = false;
  yield* together([
    openSums(party, jobs.map(({ sums }) => sums)),
    (function* (): Step<void> {
      right = yield* proveAll(party, coin, masks);
    })(),
  ]);
  if (!right) {
    throw new SacrificeError("A proof about numbers that a party knows is wrong: it deviates from the protocol");
  }
}

/** Zeros for n bits. */
function zeroBits({ memory }: Party, n: number): number {
  const at = memory.scratch(packedBytes(n));
  layout.clear(at, packedBytes(n));
  return at;
}

/** The first candidates of all buckets, shifted. `carries`: the last ones are those of shifts. */
function numbersOf(
  party: Party,
  { work, candidates, order, kept, sums }: Job,
  carries: OwnedElements,
): OwnedNumbers {
  const { owner, buckets } = work, { numbers, low } = candidates, all = { owner, n: buckets, bits: kept.bits };
  const number = gathered(party, numbers, order.kept, buckets);
  if (low === null) return { ...all, number, low: null };
  const lower = gathered(party, low.elements, order.kept, buckets);
  if (kept.shift !== null) {
    const carry = partOfElements(carries, sums.pairs * sums.carries.length, buckets);
    for (const x of [number, lower]) shift(party, x, { planes: kept.shift.planes, carry });
  }
  return { ...all, number, low: lower };
}

/** x += s − 2^m · carry, for public s of m bits. */
function shift(
  party: Party,
  x: OwnedElements,
  { planes, carry }: { readonly planes: readonly number[]; readonly carry: OwnedElements },
): void {
  const { self, memory, key } = party, { n } = x, mark = memory.mark();
  const s = memory.scratch(ROW * n), times = memory.scratch(ROW * n);
  const power = element(party, 1n << BigInt(planes.length));
  const subtract = (from: number, at: number) => {
    field.mulScalar(from, power, times, n);
    field.sub(at, times, at, n);
  };
  compose(party, planes, n, s);
  // The key of a public number is Δ_j times it, its tag 0.
  if (self === x.owner) {
    field.add(x.values, s, x.values, n);
    subtract(carry.values, x.values);
  } else field.mulScalarAdd(s, key, x.rows[0]!, n);
  x.rows.forEach((row, i) => subtract(carry.rows[i]!, row));
  memory.release(mark);
}

/** out[i] = x[rows[i]], for public indices. */
function gathered({ self, memory }: Party, x: OwnedElements, rows: number, n: number): OwnedElements {
  const gather = (from: number) => {
    const at = memory.scratch(ROW * n);
    layout.gatherRows(from, rows, n, ROW, at);
    return at;
  };
  return { owner: x.owner, n, values: self === x.owner ? gather(x.values) : 0, rows: x.rows.map(gather) };
}

function noNumbers(party: Party, owner: PartyId, cut: number | null): OwnedNumbers {
  const none = ownedBits(party, owner, 0), elements = { ...none, values: 0 };
  return {
    owner,
    n: 0,
    bits: new Array<OwnedBits>(WIDTH).fill(none),
    number: elements,
    low: cut === null ? null : elements,
  };
}
