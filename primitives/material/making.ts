/**
 * Filling the store: material is made batch by batch, in the order of the kinds' names, the same at all parties.
 *
 * @module
 */
import {
  byName,
  type Cost,
  type Demand,
  linkTable,
  type MaterialKind,
  type Memory,
  NO_DEMAND,
  type Step,
} from "@symbolon/protocol";
import type { Families, Recipe } from "./recipes.ts";
import type { Store } from "./store.ts";

/** Where a run's material comes from. */
export interface MaterialOrigin {
  /** Brings material until at least this much is in store. */
  prepare(demand: Demand, store: Store): Step<void>;
}

/** Material that the parties make. */
export class MadeMaterial<Maker> implements MaterialOrigin {
  readonly #families: Families<Maker>;
  readonly #memory: Memory;
  readonly #setup: () => Step<Maker>;
  #maker: Maker | null = null;

  /** `setup` runs once, the first time something is wanted. */
  constructor(families: Families<Maker>, memory: Memory, setup: () => Step<Maker>) {
    this.#families = families;
    this.#memory = memory;
    this.#setup = setup;
  }

  /** @throws {RangeError} if the demand has a kind that is in no family */
  *prepare(demand: Demand, store: Store): Step<void> {
    const memory = this.#memory;
    for (const { recipe, n } of batches(this.#families, demand, store, store.parties)) {
      const mark = memory.mark();
      this.#maker ??= yield* this.#setup();
      yield* recipe.make(this.#maker, n, store.reserve(recipe.kind, n));
      store.added(recipe.kind, n);
      memory.release(mark);
    }
  }
}

/** What is made for a demand when so much is in store, in order. */
function* batches<Maker>(
  families: Families<Maker>,
  demand: Demand,
  store: Pick<Store, "has">,
  parties: number,
): Generator<{ readonly recipe: Recipe<Maker>; readonly n: number }> {
  for (const [kind, wanted] of byName(demand)) {
    const recipe = recipeOf(families, kind);
    const { most, multiple } = recipe.batch(parties);
    const missing = Math.ceil((wanted - store.has(kind)) / multiple) * multiple;
    for (let done = 0; done < missing; done += most) yield { recipe, n: Math.min(most, missing - done) };
  }
}

function recipeOf<Maker>(families: Families<Maker>, kind: MaterialKind): Recipe<Maker> {
  for (const family of Object.values(families)) {
    const own = family.own(kind);
    if (own !== null) return own;
  }
  throw new RangeError(`There is no preprocessed material "${kind.name}" in this backend`);
}

const NOTHING: Pick<Store, "has"> = { has: () => 0 };

/** What {@linkcode MadeMaterial} goes by, and what its set-up costs. */
export interface Making<Maker> {
  readonly families: Families<Maker>;
  readonly parties: number;
  readonly setup: Cost;
}

/** Bytes and rounds of `prepare` by a party that has nothing in store and is not set up yet: exact. */
export function makingCost<Maker>({ families, parties, setup }: Making<Maker>, demand: Demand): Cost {
  const costs: Cost[] = [];
  let last: Recipe<Maker> | undefined, units = 0, cost = setup;
  for (const { recipe, n } of batches(families, demand, NOTHING, parties)) {
    // Most batches cost what the one before does, and there may be thousands.
    if (recipe !== last || n !== units) {
      [last, units] = [recipe, n];
      cost = recipe.cost(parties, n);
    }
    costs.push(cost);
  }
  return costInSequence(parties, costs.length === 0 ? [] : [setup, ...costs]);
}

/** Steps one after the other that take nothing from the store. */
export function costInSequence(parties: number, costs: readonly Cost[]): Cost {
  const links = linkTable(parties);
  let rounds = 0;
  for (const cost of costs) {
    rounds += cost.rounds;
    cost.links.forEach((row, from) => row.forEach((bytes, to) => links[from]![to]! += bytes));
  }
  return { rounds, links, demand: NO_DEMAND };
}

/** So many steps of the same cost side by side. */
export function costInParallel(count: number, { rounds, links, demand }: Cost): Cost {
  return { rounds, links: links.map((row) => row.map((bytes) => count * bytes)), demand };
}
