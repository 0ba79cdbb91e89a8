/**
 * Uniform bits that nobody knows, in both worlds: Π_daBit; and bits that all share as words, into the field.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. RW19: the sum mod 2 of a bit of each party, converted while that party knows it
 * (`owned_dabits.ts`). Words add up; elements become x + y − 2 · x · y, with a product for each party but one.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { bits as planes, field, layout, words as rows } from "@symbolon/kernels";
import { type OwnedBits, type OwnedElements, ROW } from "../owned.ts";
import { addVectors, type Vector } from "../party.ts";
import { type Asked, conversionAsks, convertBits, type MakingParty, type OwnedSources } from "./owned_dabits.ts";

/** A party's words of n bits, one after the other. */
export interface Words {
  readonly n: number;
  readonly at: number;
}

/** Where a party has products and openings from, too. */
export interface JointSources extends OwnedSources {
  /** [out] = [x] · [y]; `out` overlaps neither. */
  multiply(x: Vector, y: Vector, out: Vector): Step<void>;
  /** out = x ∧ y; `out` overlaps neither. */
  and(x: Words, y: Words, out: Words): Step<void>;
  /** The bits, packed: logged, to be checked. Afterwards x is what the check looks at. */
  openBits(x: Words): Step<number>;
}

/** n bits in both worlds. */
export interface DaBits {
  readonly words: Words;
  readonly shared: Vector;
}

/** What is asked of sources for n: bits of all, a conversion, and products. */
export interface DaBitsCost {
  readonly asked: readonly [bits: readonly number[], conversion: Asked];
  /** Products of n each, one after the other. */
  readonly products: number;
}

/** Exact cost of {@linkcode daBits} but for the conversion's own messages. */
export function daBitsCost(parties: number, n: number): DaBitsCost {
  const counts = new Array<number>(parties).fill(n);
  return { asked: [counts, conversionAsks(counts)], products: parties - 1 };
}

/**
 * n > 0 bits, in scratch.
 *
 * Masked by: what hides conversions and products.
 *
 * Cost: {@linkcode daBitsCost}, with a conversion's messages.
 *
 * @throws {SacrificeError} if a party's bits are not the same in the field
 */
export function* daBits(sources: JointSources, n: number): Step<DaBits> {
  const { party } = sources, { memory, parties } = party;
  const owned = yield* sources.bits(new Array<number>(parties).fill(n));
  const { elements } = yield* convertBits(sources, owned);
  const words = { n, at: memory.scratch(ROW * n) }, shared = vectorOf(party, n), product = vectorOf(party, n);
  layout.clear(words.at, ROW * n);
  for (const bits of owned) addOwned(party, bits, words);
  copyOwned(party, elements[0]!, shared);
  for (const one of elements.slice(1)) {
    const other = vectorOf(party, n);
    copyOwned(party, one, other);
    yield* sources.multiply(shared, other, product);
    addVectors(shared, other, shared);
    for (let twice = 0; twice < 2; twice++) subtract(product, shared);
  }
  return { words, shared };
}

/**
 * [out] = bits that all share as words.
 *
 * Masked by: `masks`, as many, used for nothing else.
 *
 * Cost: that of opening them.
 */
export function* enterWords(sources: JointSources, x: Words, masks: DaBits, out: Vector): Step<void> {
  const { party } = sources, { memory, self, key } = party, { n } = x, { shared } = masks;
  const sum = { n, at: memory.scratch(ROW * n) };
  layout.copy(sum.at, x.at, ROW * n);
  planes.xorInto(sum.at, masks.words.at, 2 * n);
  const opened = yield* sources.openBits(sum);
  // c ⊕ b is b · (1 − 2c) + c.
  const mark = memory.mark(), word = memory.scratch(8 * n), c = memory.scratch(ROW * n), sign = memory.scratch(ROW * n);
  planes.planeToWords(opened, n, word);
  field.fromWords(word, c, n);
  field.add(c, c, sign, n);
  field.negate(sign, sign, n);
  field.addScalar(sign, one(memory), sign, n);
  field.mul(shared.at, sign, out.at, n);
  field.mul(shared.mac, sign, out.mac, n);
  if (self === 0) field.add(out.at, c, out.at, n);
  field.mulScalarAdd(c, key, out.mac, n);
  memory.release(mark);
}

/** out ^= x, as a bit that all share. */
export function addOwned({ self, bitKey }: MakingParty, x: OwnedBits, out: Words): void {
  for (const row of x.rows) planes.xorInto(out.at, row, 2 * x.n);
  if (self === x.owner) rows.addOffsetWhere(bitKey, x.values, out.at, x.n);
}

/** [out] = x */
export function copyOwned({ self, key }: MakingParty, x: OwnedElements, out: Vector): void {
  const { n } = x;
  if (self !== x.owner) {
    layout.clear(out.at, ROW * n);
    layout.copy(out.mac, x.rows[0]!, ROW * n);
    return;
  }
  layout.copy(out.at, x.values, ROW * n);
  field.mulScalar(x.values, key, out.mac, n);
  for (const tags of x.rows) field.sub(out.mac, tags, out.mac, n);
}

/** Scratch for n shared elements. */
export function vectorOf({ memory }: MakingParty, n: number): Vector {
  const at = memory.scratch(2 * ROW * n);
  return { n, at, mac: at + ROW * n };
}

/** [out] −= [x] */
function subtract(x: Vector, out: Vector): void {
  field.sub(out.at, x.at, out.at, x.n);
  field.sub(out.mac, x.mac, out.mac, x.n);
}

function one(memory: MakingParty["memory"]): number {
  const at = memory.scratch(ROW);
  layout.clear(at, ROW);
  memory.bytes[at] = 1;
  return at;
}
