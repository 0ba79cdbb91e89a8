/**
 * Recipes of preprocessed material: of each material kind what a unit is, what it costs and how it is made, in one object.
 *
 * A new kind is a {@linkcode Family} in its backend's table, and nothing else: store, files, prediction and reports go by what it says.
 * Kinds that differ in a size only are one family. The steps that need a unit ask the family for the kind of their size, declare it in
 * their cost's `demand`, and take it from the store.
 *
 * @module
 */
import type { Cost, MaterialKind, Step } from "@symbolon/protocol";
import type { Units } from "./store.ts";

/** Units of a kind that are made at a time. */
export interface Batch {
  /** At most so many, a multiple of `multiple`: scratch memory is then tens of megabytes. */
  readonly most: number;
  /** What they come in multiples of: 64 where a part has single bits. */
  readonly multiple: number;
}

/** A material kind and how it is made. `Maker` is what that takes: transfers, keys, randomness. */
export interface Recipe<Maker> extends MaterialKind {
  readonly batch: Batch;
  /** Exact cost of making a batch of n units. */
  cost(parties: number, n: number): Cost;
  /** Makes a batch of n units in their places. */
  make(maker: Maker, n: number, units: Units): Step<void>;
}

/**
 * What kinds of one family have in common, by their size: `void` where there is but one.
 *
 * A kind that is made from others makes these in scratch memory, and its cost is the sum of theirs.
 */
export interface FamilyRules<Maker, Size> {
  /** {@linkcode MaterialKind.name}: what the size is must be in it. No other family has such names. */
  name(size: Size): string;
  /** {@linkcode MaterialKind.parts} */
  parts(size: Size, parties: number): readonly number[];
  /** {@linkcode Recipe.batch} */
  batch(size: Size): Batch;
  /** {@linkcode Recipe.cost} */
  cost(size: Size, parties: number, n: number): Cost;
  /** {@linkcode Recipe.make} */
  make(size: Size, maker: Maker, n: number, units: Units): Step<void>;
}

/** Kinds that differ in a size only. */
export class Family<Maker, Size> {
  readonly #rules: FamilyRules<Maker, Size>;
  readonly #known = new Map<string, { readonly recipe: Recipe<Maker>; readonly size: Size }>();

  constructor(rules: FamilyRules<Maker, Size>) {
    this.#rules = rules;
  }

  /** The recipe of this size: always the same object. */
  of(size: Size): Recipe<Maker> {
    const rules = this.#rules, name = rules.name(size);
    const known = this.#known.get(name);
    if (known !== undefined) return known.recipe;
    const recipe: Recipe<Maker> = {
      name,
      batch: rules.batch(size),
      parts: (parties) => rules.parts(size, parties),
      cost: (parties, n) => rules.cost(size, parties, n),
      make: (maker, n, units) => rules.make(size, maker, n, units),
    };
    this.#known.set(name, { recipe, size });
    return recipe;
  }

  /** The recipe of a kind of this family, null of another's. */
  own(kind: MaterialKind): Recipe<Maker> | null {
    const known = this.#known.get(kind.name)?.recipe;
    return known === kind ? known : null;
  }

  /** The size of a kind of this family, null of another's. */
  sizeOf(kind: MaterialKind): Size | null {
    const known = this.#known.get(kind.name);
    return known?.recipe === kind ? known.size : null;
  }
}

/** A backend's table of families, by their names in its code. */
export type Families<Maker> = Readonly<Record<string, Pick<Family<Maker, never>, "own">>>;
