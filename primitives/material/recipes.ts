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

/** How a kind is made. `Maker` is what that takes: transfers, keys, randomness. */
export interface Recipe<Maker> {
  readonly kind: MaterialKind;
  batch(parties: number): Batch;
  /** Exact cost of making a batch of n units. */
  cost(parties: number, n: number): Cost;
  /** Makes a batch of n units in their places. */
  make(maker: Maker, n: number, units: Units): Step<void>;
}

/** What kinds that differ in a size only have in common: `void` where there is but one. */
export interface KindRules<Size> {
  /** {@linkcode MaterialKind.name}: what the size is must be in it. No others have such names. */
  name(size: Size): string;
  /** {@linkcode MaterialKind.parts} */
  parts(size: Size, parties: number): readonly number[];
}

/**
 * How they are made.
 *
 * A kind that is made from others makes these in scratch memory, and its cost is the sum of theirs.
 */
export interface RecipeRules<Maker, Size> {
  /** {@linkcode Recipe.batch} */
  batch(size: Size, parties: number): Batch;
  /** {@linkcode Recipe.cost} */
  cost(size: Size, parties: number, n: number): Cost;
  /** {@linkcode Recipe.make} */
  make(size: Size, maker: Maker, n: number, units: Units): Step<void>;
}

/** Kinds that differ in a size only. */
export class Kinds<Size> {
  readonly #rules: KindRules<Size>;
  readonly #known = new Map<string, { readonly kind: MaterialKind; readonly size: Size }>();

  constructor(rules: KindRules<Size>) {
    this.#rules = rules;
  }

  /** The kind of this size: always the same object. */
  of(size: Size): MaterialKind {
    const rules = this.#rules, name = rules.name(size);
    let known = this.#known.get(name);
    if (known === undefined) {
      const kind: MaterialKind = { name, parts: (parties) => rules.parts(size, parties) };
      this.#known.set(name, known = { kind, size });
    }
    return known.kind;
  }

  /** The size of a kind of these, wrapped, null of another. */
  sizeOf(kind: MaterialKind): { readonly size: Size } | null {
    const known = this.#known.get(kind.name);
    return known?.kind === kind ? known : null;
  }
}

/** How some kinds are made. */
export interface Recipes<Maker> {
  /** The recipe of a kind that it knows, null of another's. */
  own(kind: MaterialKind): Recipe<Maker> | null;
}

/** How kinds are made that stand somewhere else. */
export function recipesFor<Maker, Size>(kinds: Kinds<Size>, rules: RecipeRules<Maker, Size>): Recipes<Maker> {
  return {
    own(kind) {
      const known = kinds.sizeOf(kind);
      if (known === null) return null;
      const { size } = known;
      return {
        kind,
        batch: (parties) => rules.batch(size, parties),
        cost: (parties, n) => rules.cost(size, parties, n),
        make: (maker, n, units) => rules.make(size, maker, n, units),
      };
    },
  };
}

/** Kinds, and how they are made. */
export class Family<Maker, Size> extends Kinds<Size> implements Recipes<Maker> {
  readonly #recipes: Recipes<Maker>;

  constructor(rules: KindRules<Size> & RecipeRules<Maker, Size>) {
    super(rules);
    this.#recipes = recipesFor(this, rules);
  }

  own(kind: MaterialKind): Recipe<Maker> | null {
    return this.#recipes.own(kind);
  }
}

/** A backend's table of kinds and how they are made, by their names in its code. */
export type Families<Maker> = Readonly<Record<string, Recipes<Maker>>>;
