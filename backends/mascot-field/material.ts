/**
 * The kinds of preprocessed material that the online phase takes.
 *
 * Every value is authenticated; "shared" parts come in pairs, shares and MAC shares. What is said here of distributions holds for any
 * n − 1 parties, whatever they did while it was made: `docs/security.md` says what the online phase relies on.
 *
 * @module
 */
import type { Demand, MaterialKind, PartyId, Patches } from "@symbolon/protocol";
import { Kinds, type MatrixSize, type Units } from "@symbolon/primitives";
import { ELEMENT, type Party, type Vector } from "./party.ts";
import { bits as planes } from "@symbolon/kernels";
import { type OwnedBits, packedBytes } from "./owned.ts";
import type { Words } from "./words.ts";

/** Bits of an element. */
const WIDTH = 128;

/** Bits of a number. */
export const BITS = 128;

const each = (count: number, width: number): number[] => new Array<number>(count).fill(width);
const cutText = (cut: number | null): string => cut === null ? "" : `, cut at ${cut}`;
const shared = (...elements: readonly number[]): number[] => elements.flatMap((n) => [WIDTH * n, WIDTH * n]);

/** What a matrix triple is for. */
export interface TripleSize {
  readonly size: MatrixSize;
  /** The factor is made of elements of a smaller tensor. */
  readonly x?: Patches | undefined;
  readonly y?: Patches | undefined;
}

/** What is there of a number that is hidden from party 0. */
export interface HiddenSize {
  /** m of the quotient by 2^m; null: there is none. */
  readonly cut: number | null;
  /** How many of its low bits have words. */
  readonly bits: number;
}

/** All kinds. */
export const MATERIAL = {
  /** A uniform [r] that one party knows: shares, MACs, and r itself, zero at the others. */
  ownedMask: new Kinds<PartyId>({ name: (owner) => `mask of party ${owner}`, parts: () => [...shared(1), WIDTH] }),

  /** Uniform [a], [b], and [a · b]. */
  triple: new Kinds<void>({ name: () => "triple", parts: () => shared(1, 1, 1) }),

  /** Uniform [A] of m×k, [B] of k×n, and [A · B]; or [a], [b], [A · B] where A or B are patches of a or b. */
  matrixTriple: new Kinds<TripleSize>({
    name: ({ size, x, y }) => `matrix triple ${size.join("x")}${patchesText("left", x)}${patchesText("right", y)}`,
    parts: ({ size: [m, k, n], x, y }) => shared(x?.base ?? m * k, y?.base ?? k * n, m * n),
  }),

  /** A uniform bit that one party knows: [0] or [1], itself at the owner, and its tags or key. */
  ownedDaBit: new Kinds<PartyId>({
    name: (owner) => `bit of party ${owner} both ways`,
    parts: (_, parties) => [...shared(1), WIDTH, ...each(parties - 1, WIDTH)],
  }),

  /** A uniform bit that one party knows: itself at the owner, and its tags or key. */
  ownedBit: new Kinds<PartyId>({
    name: (owner) => `bit of party ${owner}`,
    parts: (_, parties) => [1, ...each(parties - 1, WIDTH)],
  }),

  /** A uniform bit: [0] or [1], and a word. */
  daBit: new Kinds<void>({ name: () => "bit both ways", parts: () => [...shared(1), WIDTH] }),

  /** Words of uniform bits a and b, and of a ∧ b. */
  andTriple: new Kinds<void>({ name: () => "AND triple", parts: () => each(3, WIDTH) }),

  /** R uniform below 2^128 that party 0 knows: [R]; where it is cut [⌊R / 2^m⌋]; R itself; and tags or keys of all bits, lowest first. */
  firstNumber: new Kinds<number | null>({
    name: (cut) => `number of party 0${cutText(cut)}`,
    parts: (
      cut,
      parties,
    ) => [...shared(1), ...(cut === null ? [] : shared(1)), WIDTH, ...each(BITS * (parties - 1), WIDTH)],
  }),

  /**
   * R uniform below 2^128 − 2^66, of which party 0 knows nothing if another is honest: [R]; where it
   * is cut [⌊R / 2^m⌋]; and words of its low bits, lowest first.
   */
  hiddenNumber: new Kinds<HiddenSize>({
    name: ({ cut, bits }) => `number hidden from party 0${cutText(cut)}, with ${bits} bits`,
    parts: ({ cut, bits }) => [...shared(1), ...(cut === null ? [] : shared(1)), ...each(bits, WIDTH)],
  }),
};

function patchesText(side: string, patches: Patches | undefined): string {
  if (patches === undefined) return "";
  const { base, window: { shape, offset, strides } } = patches;
  return `, ${side} of ${base} [${shape}] from ${offset} by [${strides}]`;
}

/** The n values of a shared pair of parts, each of so many elements a unit. */
export function sharedPart({ places, from }: Units, pair: number, n: number, width = 1): Vector {
  const offset = ELEMENT * width * from;
  return { n: n * width, at: places[2 * pair]! + offset, mac: places[2 * pair + 1]! + offset };
}

/** The words of n units in a part. */
export function wordsPart({ places, from }: Units, part: number, n: number): Words {
  return { n, at: places[part]! + ELEMENT * from };
}

/** The next n units of masks or bits of one party: shared, and where the owner has their values. */
export function takeOwned({ store }: Party, kind: MaterialKind, n: number): { shared: Vector; value: number } {
  const units = store.take(kind, n);
  return { shared: sharedPart(units, 0, n), value: units.places[2]! + ELEMENT * units.from };
}

/** The next n random bits of party 0. */
export function takeOwnedBits({ store, self, peers, memory }: Party, n: number): OwnedBits {
  const { places, from } = store.take(MATERIAL.ownedBit.of(0), n);
  const rows = (self === 0 ? peers : [0]).map((_, i) => places[1 + i]! + ELEMENT * from);
  const values = self === 0 ? memory.scratch(packedBytes(n)) : 0;
  if (self === 0) planes.unpackBits(places[0]!, BigInt(from), 1, n, values, packedBytes(n));
  return { owner: 0, n, values, rows };
}

/** Units of a kind. */
export function demandOf(kind: MaterialKind, n: number): Demand {
  return new Map(n > 0 ? [[kind, n]] : []);
}
