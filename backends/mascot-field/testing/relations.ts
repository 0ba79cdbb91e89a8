/**
 * What material has to be: opens all parties' shares, words, tags and keys, as no party can.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { MaterialKind, PartyId } from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import type { Units } from "@symbolon/primitives";
import { BITS, MATERIAL, type TripleSize } from "../material.ts";
import { placeOf } from "../owned.ts";
import { ELEMENT, MODULUS, type Party } from "../party.ts";

/** A party that can be looked into. */
type Open = Party & { readonly memory: PartyMemory };

/** 16 bytes at a place. */
function bigAt({ memory }: Open, at: number): bigint {
  return memory.words[at / 8]! | memory.words[at / 8 + 1]! << 64n;
}

/** Units that all parties have taken from store, opened. */
class Opened {
  readonly #parties: readonly Open[];
  readonly #units: readonly Units[];
  readonly #n: number;
  readonly #key: bigint;
  readonly #bitKey: bigint;

  constructor(parties: readonly Open[], kind: MaterialKind, n: number) {
    this.#parties = parties;
    this.#units = parties.map(({ store }) => store.take(kind, n));
    this.#n = n;
    this.#key = parties.reduce((sum, party) => (sum + bigAt(party, party.key)) % MODULUS, 0n);
    this.#bitKey = parties.reduce((sum, party) => sum ^ bigAt(party, party.bitKey), 0n);
    assertEquals(this.#bitKey & 1n, 1n);
  }

  /** The values of a pair of parts, `width` a unit: shares and MACs are right. */
  values(pair: number, width = 1): bigint[] {
    const [values, macs] = [2 * pair, 2 * pair + 1].map((part) => this.#sums(part, width, (x, y) => (x + y) % MODULUS));
    assertEquals(macs, values!.map((v) => v * this.#key % MODULUS));
    return values!;
  }

  /** The bits of a part of words. */
  words(part: number): bigint[] {
    const low = this.#lowBits(part);
    const bits = this.#sums(part, 1, (x, y) => x ^ y).map((word) => {
      assert(word === 0n || word === this.#bitKey);
      return word === 0n ? 0n : 1n;
    });
    assertEquals(low, bits);
    return bits;
  }

  /** What an owner knows: 0 at all others. */
  known(owner: PartyId, part: number): bigint[] {
    this.#parties.forEach((_, p) => p === owner || this.#part(p, part).forEach((v) => assertEquals(v, 0n)));
    return this.#part(owner, part);
  }

  /** Packed bits that an owner knows. */
  knownBits(owner: PartyId, part: number): bigint[] {
    const bits = this.#parties.map(({ memory }, p) => {
      const { places, from } = this.#units[p]!;
      return Array.from(
        { length: this.#n },
        (_, i) => BigInt(memory.bytes[places[part]! + (from + i >> 3)]! >> (from + i & 7) & 1),
      );
    });
    bits.forEach((of, p) => p === owner || of.forEach((bit) => assertEquals(bit, 0n)));
    return bits[owner]!;
  }

  /** That tags and keys from a part on are those of bits: by peer of the owner, and then by bit of a unit. */
  tagged(owner: PartyId, first: number, bits: readonly (readonly bigint[])[]): void {
    bits.forEach((values, j) => {
      for (const peer of this.#parties) {
        if (peer.self === owner) continue;
        const tags = this.#part(owner, first + placeOf(owner, peer.self) * bits.length + j);
        const keys = this.#part(peer.self, first + j), key = bigAt(peer, peer.bitKey);
        assertEquals(keys, tags.map((tag, i) => values[i] === 1n ? tag ^ key : tag));
      }
    });
  }

  #part(p: PartyId, part: number, width = 1): bigint[] {
    const { places, from } = this.#units[p]!, at = places[part]! + ELEMENT * width * from;
    return Array.from({ length: width * this.#n }, (_, i) => bigAt(this.#parties[p]!, at + ELEMENT * i));
  }

  #sums(part: number, width: number, add: (x: bigint, y: bigint) => bigint): bigint[] {
    return this.#parties.map((_, p) => this.#part(p, part, width)).reduce((sum, of) =>
      sum.map((v, i) => add(v, of[i]!))
    );
  }

  #lowBits(part: number): bigint[] {
    return this.#sums(part, 1, (x, y) => x ^ y).map((v) => v & 1n);
  }
}

/** The matrix of a factor that may be made of patches. */
function matrixOf(values: readonly bigint[], count: number, patches: TripleSize["x"]): bigint[] {
  if (patches === undefined) return [...values];
  const { shape: [rows, columns], offset, strides: [down, right] } = patches.window as unknown as {
    shape: [number, number];
    offset: number;
    strides: [number, number];
  };
  assertEquals(rows * columns, count);
  return Array.from(
    { length: count },
    (_, i) => values[offset + down * Math.floor(i / columns) + right * (i % columns)]!,
  );
}

function bitsOf(values: readonly bigint[], count: number): bigint[][] {
  return Array.from({ length: count }, (_, j) => values.map((v) => v >> BigInt(j) & 1n));
}

/**
 * Takes n units of a kind from all parties' stores: they are what they have to be. Returns all that nobody may foresee of them.
 *
 * @throws {AssertionError} if something is not right
 */
export function assertRight(parties: readonly Open[], kind: MaterialKind, n: number): bigint[] {
  const units = new Opened(parties, kind, n), is = <T>(of: { sizeOf(kind: MaterialKind): T | null }) => of.sizeOf(kind);
  const mask = is(MATERIAL.ownedMask), matrix = is(MATERIAL.matrixTriple), bit = is(MATERIAL.ownedBit);
  const ownedDaBit = is(MATERIAL.ownedDaBit), first = is(MATERIAL.firstNumber), hidden = is(MATERIAL.hiddenNumber);
  if (mask !== null) {
    const values = units.values(0);
    assertEquals(units.known(mask.size, 2), values);
    return values;
  }
  if (is(MATERIAL.triple) !== null) {
    const [a, b, c] = [0, 1, 2].map((pair) => units.values(pair)) as [bigint[], bigint[], bigint[]];
    assertEquals(c, a.map((v, i) => v * b[i]! % MODULUS));
    return [...a, ...b];
  }
  if (matrix !== null) return matrixRight(units, matrix.size, n);
  if (bit !== null) {
    const bits = units.knownBits(bit.size, 0);
    units.tagged(bit.size, 1, [bits]);
    return bits;
  }
  if (ownedDaBit !== null) {
    const owner = ownedDaBit.size, bits = units.known(owner, 2);
    assert(bits.every((v) => v < 2n));
    assertEquals(units.values(0), bits);
    units.tagged(owner, 3, [bits]);
    return bits;
  }
  if (is(MATERIAL.daBit) !== null) {
    const bits = units.words(2);
    assertEquals(units.values(0), bits);
    return bits;
  }
  if (is(MATERIAL.andTriple) !== null) {
    const [a, b, c] = [0, 1, 2].map((part) => units.words(part)) as [bigint[], bigint[], bigint[]];
    assertEquals(c, a.map((v, i) => v & b[i]!));
    return [...a, ...b];
  }
  if (first !== null) {
    const cut = first.size, pairs = cut === null ? 1 : 2, numbers = units.known(0, 2 * pairs);
    assertEquals(units.values(0), numbers.map((v) => v % MODULUS));
    if (cut !== null) assertEquals(units.values(1), numbers.map((v) => v >> BigInt(cut)));
    units.tagged(0, 2 * pairs + 1, bitsOf(numbers, BITS));
    return numbers;
  }
  assert(hidden !== null);
  const { cut, bits } = hidden.size, numbers = units.values(0), pairs = cut === null ? 1 : 2;
  assert(numbers.every((v) => v < 2n ** 128n - 2n ** 66n));
  if (cut !== null) assertEquals(units.values(1), numbers.map((v) => v >> BigInt(cut)));
  assertEquals(Array.from({ length: bits }, (_, j) => units.words(2 * pairs + j)), bitsOf(numbers, bits));
  return numbers;
}

function matrixRight(units: Opened, { size: [m, k, n], x, y }: TripleSize, count: number): bigint[] {
  const widths = [x?.base ?? m * k, y?.base ?? k * n, m * n] as const;
  const [a, b, c] = widths.map((width, pair) => units.values(pair, width)) as [bigint[], bigint[], bigint[]];
  const of = (all: bigint[], pair: 0 | 1 | 2, u: number) => all.slice(widths[pair] * u, widths[pair] * (u + 1));
  for (let u = 0; u < count; u++) {
    const left = matrixOf(of(a, 0, u), m * k, x), right = matrixOf(of(b, 1, u), k * n, y);
    const product = Array.from({ length: m * n }, (_, i) => {
      const row = Math.floor(i / n), column = i % n;
      let sum = 0n;
      for (let j = 0; j < k; j++) sum += left[row * k + j]! * right[j * n + column]!;
      return sum % MODULUS;
    });
    assertEquals(of(c, 2, u), product);
  }
  return [...a, ...b];
}
