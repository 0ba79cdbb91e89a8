/**
 * F_shuffle: rows in an order that no party knows.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Each party in turn sends the rows through a network of swaps set by bits of its own
 * (Laur, Willemson and Zhang 2011 (LWZ11), section 4; Beneš 1964). The bits are entered under authenticated bits, so whatever a
 * party tells, they are bits, and the network gives some order of its choice; an honest party's order is uniform.
 *
 * @module
 */
import { type Message, round, type Shape, type ShuffleCall, sizeOf, type Step } from "@symbolon/protocol";
import { networkPlaces, route, swapCount } from "@symbolon/primitives";
import { inSequence, onAllLinks, type StepCost } from "./cost.ts";
import { copyElements } from "./local.ts";
import { MATERIAL, takeOwned } from "./material.ts";
import { multiply, multiplyCost } from "./multiply.ts";
import {
  addElements,
  addVectors,
  type AuthenticatedShare,
  copyVector,
  ELEMENT,
  elements,
  MODULUS,
  mulElements,
  type Operations,
  part,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "./party.ts";

/** Rows of a tensor: its first axis. @throws {RangeError} if it has none */
function rowsOf(shape: Shape): { readonly height: number; readonly width: number } {
  const [height, ...row] = shape;
  if (height === undefined) throw new RangeError("shuffle: a scalar has no rows");
  return { height, width: sizeOf(row) };
}

/** Swap s acts on rows `upper` and `lower`. */
interface Swap {
  readonly swap: number;
  readonly upper: number;
  readonly lower: number;
}

/** The swaps of the network for so many rows, in levels that touch each row once. */
function levelsOf(height: number): readonly (readonly Swap[])[] {
  const places = networkPlaces(height), levels: Swap[][] = [], reached = new Array<number>(height).fill(0);
  for (let swap = 0; 2 * swap < places.length; swap++) {
    const upper = places[2 * swap]!, lower = places[2 * swap + 1]!;
    const level = Math.max(reached[upper]!, reached[lower]!);
    (levels[level] ??= []).push({ swap, upper, lower });
    reached[upper] = reached[lower] = level + 1;
  }
  return levels;
}

/** Π_shuffle. Cost: {@linkcode shuffleCost}. */
function* shuffle(party: Party, call: ShuffleCall, x: AuthenticatedShare, out: AuthenticatedShare): Step<void> {
  const { height, width } = rowsOf(call.shape);
  copyVector(x, out);
  if (swapCount(height) === 0 || width === 0) return;
  const levels = levelsOf(height), row = (i: number) => part(out, width * i, width);
  const switches = yield* enterOrders(party, height);
  for (const bits of switches) {
    for (const level of levels) {
      const n = level.length * width;
      const [left, right, moved] = [0, 1, 2].map(() => vector(party, n)) as [Vector, Vector, Vector];
      level.forEach(({ swap, upper, lower }, i) => {
        const [to, bit] = [part(left, i * width, width), part(bits, swap, 1)];
        copyElements(party, [width], { at: bit.at, strides: [0] }, { at: to.at, strides: [1] });
        copyElements(party, [width], { at: bit.mac, strides: [0] }, { at: to.mac, strides: [1] });
        subVectors(row(lower), row(upper), part(right, i * width, width));
      });
      yield* multiply(party, left, right, moved);
      level.forEach(({ upper, lower }, i) => {
        const difference = part(moved, i * width, width);
        addVectors(row(upper), difference, row(upper));
        subVectors(row(lower), difference, row(lower));
      });
    }
  }
}

/**
 * Every party draws an order and enters the swaps that make it: [s] = δ + (1 − 2δ) · [b], where it tells δ = s ⊕ b for a bit b that it
 * alone knows. By party.
 *
 * Masked by: b, used for nothing else. That all were told the same is compared at the next check.
 */
function* enterOrders(party: Party, height: number): Step<readonly Vector[]> {
  const { self, parties, memory, peers, random, openings } = party;
  const count = swapCount(height), bytes = Math.ceil(count / 8);
  const masks = Array.from({ length: parties }, (_, p) => takeOwned(party, MATERIAL.ownedDaBit.of(p), count));
  const told = masks.map(() => memory.scratch(bytes));
  const order = memory.scratch(4 * height);
  random.permutation(order, height);
  const { swaps } = route(memory.words32.slice(order / 4, order / 4 + height));
  memory.bytes.fill(0, told[self]!, told[self]! + bytes);
  swaps.forEach((s, i) => {
    const masked = s ^ memory.bytes[masks[self]!.value + ELEMENT * i]!;
    memory.bytes[told[self]! + (i >> 3)]! |= masked << (i & 7);
  });
  swaps.fill(0);
  yield round(
    peers.map((peer): Message => ({ peer, at: told[self]!, bytes })),
    peers.map((peer): Message => ({ peer, at: told[peer]!, bytes })),
  );
  return masks.map(({ shared }, p) => {
    openings.told(told[p]!, bytes);
    const bits = vector(party, count), delta = elements(party, count), sign = elements(party, count);
    setDeltas(party, { told: told[p]!, count, delta, sign });
    mulElements(shared, sign, bits);
    addElements(party, bits, delta, bits);
    return bits;
  });
}

/** δ and 1 − 2δ as elements. Public. */
function setDeltas(
  { memory }: Party,
  { told, count, delta, sign }: { told: number; count: number; delta: number; sign: number },
): void {
  const { bytes, words } = memory;
  const [low, high] = [BigInt.asUintN(64, MODULUS - 1n), (MODULUS - 1n) >> 64n];
  for (let i = 0; i < count; i++) {
    const set = (bytes[told + (i >> 3)]! >> (i & 7) & 1) === 1;
    words[delta / 8 + 2 * i] = set ? 1n : 0n;
    words[delta / 8 + 2 * i + 1] = 0n;
    words[sign / 8 + 2 * i] = set ? low : 1n;
    words[sign / 8 + 2 * i + 1] = set ? high : 0n;
  }
}

/** Cost of {@linkcode shuffle}: a round and a bit a swap for the orders, then for each party a product an element of each swap. */
function shuffleCost(shape: Shape, parties: number): StepCost {
  const { height, width } = rowsOf(shape), count = swapCount(height);
  if (count === 0 || width === 0) return inSequence();
  const bits = new Map(Array.from({ length: parties }, (_, p) => [MATERIAL.ownedDaBit.of(p), count] as const));
  const pass = levelsOf(height).map((level) => multiplyCost(level.length * width));
  const passes = Array.from({ length: parties }, () => pass).flat();
  return inSequence({ rounds: 1, bytes: Math.ceil(count / 8), first: 0, demand: bits }, ...passes);
}

/** What this backend says of it. */
export const SHUFFLE: Pick<Operations, "shuffle"> = {
  shuffle: {
    cost: ({ shape }, parties) => onAllLinks(shuffleCost(shape, parties), parties),
    step: (party, call, [x], out) => shuffle(party, call, x!, out),
  },
};
