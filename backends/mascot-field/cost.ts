/**
 * What steps cost: values are opened to all by all, so that most links carry the same.
 *
 * @module
 */
import { type Cost, type Demand, linkTable, type MaterialKind, NO_DEMAND } from "@symbolon/protocol";
import { ELEMENT } from "./party.ts";

/** Rounds, bytes on each directed link, and material. */
export interface SymmetricCost {
  readonly rounds: number;
  readonly bytes: number;
  readonly demand: Demand;
}

/** n elements opened to all in one round. */
export function opening(n: number, demand: Demand = NO_DEMAND): SymmetricCost {
  return { rounds: 1, bytes: ELEMENT * n, demand };
}

/** Steps one after the other. */
export function inSequence(...costs: readonly SymmetricCost[]): SymmetricCost {
  const demand = new Map<MaterialKind, number>();
  for (const cost of costs) {
    for (const [kind, n] of cost.demand) if (n > 0) demand.set(kind, (demand.get(kind) ?? 0) + n);
  }
  return {
    rounds: costs.reduce((sum, c) => sum + c.rounds, 0),
    bytes: costs.reduce((sum, c) => sum + c.bytes, 0),
    demand,
  };
}

/** The cost of a step in which every party sends every other the same. */
export function onAllLinks({ rounds, bytes, demand }: SymmetricCost, parties: number): Cost {
  const links = linkTable(parties).map((row, from) => row.map((_, to) => from === to ? 0 : bytes));
  return { rounds, links, demand };
}
