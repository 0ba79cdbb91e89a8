/**
 * The kinds of preprocessed material that the online phase takes.
 *
 * Every value is authenticated; "shared" parts come in pairs, shares and MAC shares. What is said here of distributions holds for any
 * n − 1 parties, whatever they did while it was made: `docs/security.md` says what the online phase relies on.
 *
 * @module
 */
import type { Demand, MaterialKind, PartyId, Patches } from "@symbolon/protocol";
import type { MatrixSize, Units } from "@symbolon/primitives";
import { ELEMENT, type Party, type Vector } from "./party.ts";

/** Bits of an element. */
const WIDTH = 128;

const shared = (...elements: readonly number[]) => elements.flatMap((n) => [WIDTH * n, WIDTH * n]);

/** Kinds that differ in a size only: `void` where there is but one. */
class Kinds<Size> {
  readonly #name: (size: Size) => string;
  readonly #parts: (size: Size) => readonly number[];
  readonly #known = new Map<string, { readonly kind: MaterialKind; readonly size: Size }>();

  constructor(name: (size: Size) => string, parts: (size: Size) => readonly number[]) {
    this.#name = name;
    this.#parts = parts;
  }

  /** The kind of this size: always the same object. */
  of(size: Size): MaterialKind {
    const name = this.#name(size);
    let known = this.#known.get(name);
    if (known === undefined) {
      const parts = this.#parts(size);
      this.#known.set(name, known = { kind: { name, parts: () => parts }, size });
    }
    return known.kind;
  }

  /** The size of a kind of these, wrapped; null if it is another. */
  sizeOf(kind: MaterialKind): { readonly size: Size } | null {
    const known = this.#known.get(kind.name);
    return known?.kind === kind ? known : null;
  }
}

/** What a matrix triple is for. */
export interface TripleSize {
  readonly size: MatrixSize;
  /** The factor is made of elements of a smaller tensor. */
  readonly x?: Patches | undefined;
  readonly y?: Patches | undefined;
}

/** All kinds. */
export const MATERIAL = {
  /** A uniform [r] that one party knows: shares, MACs, and r itself, zero at the others. */
  ownedMask: new Kinds<PartyId>((owner) => `mask of party ${owner}`, () => [...shared(1), WIDTH]),

  /** Uniform [a], [b], and [a · b]. */
  triple: new Kinds<void>(() => "triple", () => shared(1, 1, 1)),

  /** Uniform [A] of m×k, [B] of k×n, and [A · B]; or [a], [b], [A · B] where A or B are patches of a or b. */
  matrixTriple: new Kinds<TripleSize>(
    ({ size, x, y }) => `matrix triple ${size.join("x")}${patchesText("left", x)}${patchesText("right", y)}`,
    ({ size: [m, k, n], x, y }) => shared(x?.base ?? m * k, y?.base ?? k * n, m * n),
  ),

  /** [r] and [⌊r / 2^m⌋] for r uniform below p, so that it hides any element. */
  quotientMask: new Kinds<number>((m) => `mask with its quotient by 2^${m}`, () => shared(1, 1)),

  /** [⌊r / 2^w⌋] for r uniform below p, then its low w bits as [0] or [1], lowest first. */
  bitMask: new Kinds<number>((w) => `mask with ${w} bits`, (w) => shared(...new Array<number>(1 + w).fill(1))),

  /** A uniform bit as [0] or [1]. */
  randomBit: new Kinds<void>(() => "random bit", () => shared(1)),

  /** A uniform bit that one party knows as [0] or [1], and itself, zero at the others. */
  ownedBit: new Kinds<PartyId>((owner) => `bit of party ${owner}`, () => [...shared(1), WIDTH]),
} as const;

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

/** The next n units of masks or bits of one party: shared, and where the owner has their values. */
export function takeOwned({ store }: Party, kind: MaterialKind, n: number): { shared: Vector; value: number } {
  const units = store.take(kind, n);
  return { shared: sharedPart(units, 0, n), value: units.places[2]! + ELEMENT * units.from };
}

/** Units of a kind. */
export function demandOf(kind: MaterialKind, n: number): Demand {
  return new Map(n > 0 ? [[kind, n]] : []);
}
