/**
 * What a coalition is sent by the honest parties one by one, and whether each number of it has a pad that the coalition lacks.
 *
 * All but one of the parties see what the last one sends: that is what `privacy_test.ts` looks at. A smaller coalition sees the messages
 * of two honest parties or more, and so more than their sum. It learns nothing by that if what every honest party but one sends is
 * uniform and independent whatever the secrets are, given the sums: then the simulator draws those messages and takes the last one's
 * from the sum.
 *
 * The randomness that hides them is how what two honest parties hold adds up: a *move* adds δ to a number of one party's material and
 * takes it from the other's, which changes neither the material's value nor anything the coalition holds. If the numbers can be
 * put in an order in which each has a move that adds or subtracts δ and that touches none before it, they are uniform.
 *
 * @module
 */
import type { PartyMemory } from "@symbolon/kernels";
import { type Demand, lockstep, type MaterialKind, type Memory, type PartyId, type Step } from "@symbolon/protocol";
import { MATERIAL } from "../material.ts";
import type { Party } from "../party.ts";
import { partyOf } from "./dealt.ts";

/** A step on one element, and the bits of the numbers in the messages of each of its rounds. */
export interface Observed {
  readonly parties: number;
  /** Words that each party holds: its summands of the operands. */
  readonly operands: number;
  readonly material: Demand;
  /** By round, the messages that a party sends to each other, or to the one whose turn it is: the widths of their numbers. */
  readonly wire: readonly (readonly (readonly number[])[])[];
  step(party: Party, operands: number): Step<void>;
}

/** Where a number of material is: a bit, or a word. */
export interface Digit {
  readonly kind: MaterialKind;
  /** The part in which a party has its share; null if it has none. */
  readonly part: (party: PartyId) => number | null;
  readonly index: number;
  readonly bits: 1 | 64;
}

/** All numbers of material of which two parties may move a part from one to the other. */
function digitsOf({ material, parties }: Observed): Digit[] {
  return [...material].flatMap(([kind, units]) => {
    const rows = MATERIAL.permutations.sizeOf(kind)?.size;
    if (rows !== undefined) return permutationDigits(kind, parties, units * rows.height * rows.width);
    return kind.parts(parties).flatMap((width, part): Digit[] => {
      // 2^(width − m) times the mask's top bit comes from the same bits as the quotient.
      if (MATERIAL.truncationMasks.sizeOf(kind) !== null && part === 2) return [];
      // XOR shares of a mask's bits lie in words: they hide bits of gates only, which triples do as well.
      if (MATERIAL.bitMasks.sizeOf(kind) !== null && part === 0) return [];
      return list(kind, () => part, { count: width === 1 ? units : units * width / 64, bits: width === 1 ? 1 : 64 });
    });
  });
}

/** In each party's turn: the masks a of the others, and their masks b together with the turn's sum of all π(a) − b. */
function permutationDigits(kind: MaterialKind, parties: number, count: number): Digit[] {
  return Array.from({ length: parties }, (_, turn) => turn).flatMap((turn) => {
    const ofPeer = (p: PartyId) => 2 + 2 * (turn < p ? turn : turn - 1);
    const a = (p: PartyId) => p === turn ? null : ofPeer(p);
    const b = (p: PartyId) => p === turn ? 1 : ofPeer(p) + 1;
    return [a, b].flatMap((part) => list(kind, part, { count, bits: 64 }));
  });
}

function list(kind: MaterialKind, part: Digit["part"], { count, bits }: { count: number; bits: 1 | 64 }): Digit[] {
  return Array.from({ length: count }, (_, index) => ({ kind, part, index, bits }));
}

/** Uniform words for tests, from a seed (SplitMix64). */
export function sampler(seed: bigint): () => bigint {
  let state = seed;
  return () => {
    let z = state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    z = BigInt.asUintN(64, (z ^ z >> 30n) * 0xbf58476d1ce4e5b9n);
    z = BigInt.asUintN(64, (z ^ z >> 27n) * 0x94d049bb133111ebn);
    return z ^ z >> 31n;
  };
}

/** Adds to one party's part of a number. */
interface Move {
  readonly digit: Digit;
  readonly party: PartyId;
  readonly by: bigint;
}

/** Reads numbers of these widths from packed bytes. */
function numbers(bytes: Uint8Array, widths: readonly number[]): bigint[] {
  let at = 0;
  return widths.map((width) => {
    let value = 0n;
    for (let b = 0; b < width; b++, at++) value |= BigInt(bytes[at >> 3]! >> (at & 7) & 1) << BigInt(b);
    return value;
  });
}

/** First bytes of the parts of each kind. */
type Places = ReadonlyMap<MaterialKind, readonly number[]>;

function put(memory: Memory, places: Places, { digit: { kind, part, index, bits }, party, by }: Move): void {
  const own = part(party);
  if (own === null) return;
  const at = places.get(kind)![own]!;
  if (bits === 1) memory.bytes[at + (index >> 3)]! ^= Number(by & 1n) << (index & 7);
  else memory.words[at / 8 + index] = BigInt.asUintN(64, memory.words[at / 8 + index]! + by);
}

/** What each party sends to each other, number by number: `sent[from][to]`, and the numbers' bits. */
interface Sent {
  readonly sent: readonly (readonly (readonly bigint[])[])[];
  readonly widths: readonly (readonly (readonly number[])[])[];
}

/** Runs the step on random operands and material, with moves. The same seed gives the same operands and material. */
function run(observed: Observed, seed: bigint, moves: readonly Move[]): Sent {
  const { parties, operands, material, wire } = observed;
  const random = sampler(seed);
  const members: (Party & { readonly memory: PartyMemory })[] = [];
  try {
    const runners = Array.from({ length: parties }, (_, self) => {
      // Sharings of zero are left out: nothing may depend on them.
      const plain = partyOf(self, parties);
      const party = {
        ...plain,
        pairs: plain.pairs.map((pair) => ({ ...pair, zero: { ...pair.zero, words: zeros(plain.memory) } })),
      };
      members.push(party);
      const places = new Map<MaterialKind, number[]>();
      for (const [kind, units] of material) {
        const padded = Math.ceil(units / 64) * 64;
        places.set(kind, [...party.store.reserve(kind, padded).places]);
        party.store.added(kind, padded);
      }
      for (const [kind, [order]] of places) {
        // Rows in the opposite order.
        const height = MATERIAL.permutations.sizeOf(kind)?.size.height ?? 0;
        for (let row = 0; row < height; row++) party.memory.words32[order! / 4 + row] = height - 1 - row;
      }
      for (const digit of digitsOf(observed)) put(party.memory, places, { digit, party: self, by: random() });
      for (const move of moves) if (move.party === self) put(party.memory, places, move);
      const at = party.memory.allocate(8 * operands);
      for (let i = 0; i < operands; i++) party.memory.words[at / 8 + i] = random();
      return { memory: party.memory, step: observed.step(party, at) };
    });
    const sent: bigint[][][] = runners.map(() => runners.map(() => []));
    const layout: number[][][] = runners.map(() => runners.map(() => []));
    let round = 0;
    lockstep(runners, (rounds) => {
      const messages = wire[round++];
      if (messages === undefined) throw new Error(`Round ${round} is not described`);
      rounds.forEach(({ send }, from) => {
        const next = new Array<number>(parties).fill(0);
        for (const { peer, at, bytes } of send) {
          const widths = messages[next[peer]!++] ?? [];
          if (bytes !== Math.ceil(widths.reduce((s, w) => s + w, 0) / 8)) {
            throw new Error(`Round ${round}: ${bytes} bytes where [${widths}] bits are described`);
          }
          layout[from]![peer]!.push(...widths);
          sent[from]![peer]!.push(...numbers(members[from]!.memory.bytes.slice(at, at + bytes), widths));
        }
      });
    });
    if (round !== wire.length) throw new Error(`${wire.length} rounds are described, ${round} were taken`);
    return { sent, widths: layout };
  } finally {
    for (const { memory } of members) memory.dispose();
  }
}

const zeros = (memory: Memory) => (at: number, n: number) => void memory.words.fill(0n, at / 8, at / 8 + n);

/** Executions with operands and material of their own in which a move is tried. */
const TRIALS = 3;

/**
 * The numbers that an honest party sends to the coalition without a pad that the coalition lacks: of all honest parties but the last.
 *
 * Moves are tried on {@linkcode TRIALS} times operands and material from `seed`: a dependence that shows in one of ten of them is overlooked
 * with probability 0.9^3. `without` are digits that do not move.
 */
export function unpadded(
  observed: Observed,
  coalition: readonly PartyId[],
  { seed, without = () => false }: { readonly seed: bigint; readonly without?: (digit: Digit) => boolean },
): string[] {
  const honest = Array.from({ length: observed.parties }, (_, p) => p).filter((p) => !coalition.includes(p));
  const last = honest.at(-1)!;
  const trials = Array.from({ length: TRIALS }, (_, t) => seed + BigInt(1000 * t));
  const plain = trials.map((trial) => run(observed, trial, []));
  const random = sampler(seed - 1n);
  return honest.slice(0, -1).flatMap((party) => {
    const seen = (view: Sent) => numbersTo(view.sent[party]!, coalition);
    const base = plain.map(seen), widths = numbersTo(plain[0]!.widths[party]!, coalition);
    const pads = digitsOf(observed).filter((digit) =>
      digit.part(party) !== null && digit.part(last) !== null && !without(digit)
    ).map((digit) => {
      const by = digit.bits === 1 ? 1n : random() | 1n;
      const moves = [{ digit, party, by }, { digit, party: last, by: -by }];
      return padOf(
        trials.map((trial, t) => ({ before: base[t]!, now: seen(run(observed, trial, moves)) })),
        widths,
        by,
      );
    });
    return unordered(pads, widths.length).map((i) => `number ${i} (${widths[i]} bits) from party ${party}`);
  });
}

/** What one party sends to the coalition: numbers that go to all of it alike are one. */
function numbersTo<T>(views: readonly (readonly T[])[], coalition: readonly PartyId[]): readonly T[] {
  const own = coalition.map((to) => views[to]!);
  return own.every((view) => String(view) === String(own[0])) ? own[0]! : own.flat();
}

/** The numbers that a move touches, and those to which it adds δ or subtracts it. */
interface Pad {
  readonly touched: ReadonlySet<number>;
  readonly padded: ReadonlySet<number>;
}

function padOf(
  trials: readonly { readonly before: readonly bigint[]; readonly now: readonly bigint[] }[],
  widths: readonly number[],
  by: bigint,
): Pad {
  const touched = new Set<number>(), padded = new Set<number>(widths.keys());
  for (const { before, now } of trials) {
    now.forEach((value, i) => {
      const mod = (v: bigint) => BigInt.asUintN(widths[i]!, v);
      const moved = mod(value - before[i]!);
      if (moved !== 0n) touched.add(i);
      // A bit that moves pads no word.
      if ((by === 1n && widths[i]! > 1) || (moved !== mod(by) && moved !== mod(-by))) padded.delete(i);
    });
  }
  return { touched, padded };
}

/** The numbers for which no order is found, from its end: a move that touches no other of those still open pads the last of them. */
function unordered(pads: readonly Pad[], numbers: number): number[] {
  const open = new Set(Array.from({ length: numbers }, (_, i) => i)), unused = new Set(pads);
  for (let before = -1; before !== open.size;) {
    before = open.size;
    for (const pad of unused) {
      const [number, ...others] = [...pad.touched].filter((i) => open.has(i));
      if (number === undefined || others.length > 0 || !pad.padded.has(number)) continue;
      open.delete(number);
      unused.delete(pad);
    }
  }
  return [...open];
}
