/**
 * What a step costs where all parties do the same.
 *
 * @module
 */
import { type Cost, type Demand, linkTable, type MaterialKind } from "@symbolon/protocol";

/** Rounds, bytes on each directed link, and material. */
export interface SymmetricCost {
  readonly rounds: number;
  readonly bytes: number;
  readonly demand: Demand;
}

/** Steps one after the other. */
export function inSequence(...costs: readonly SymmetricCost[]): SymmetricCost {
  return { ...inParallel(...costs), rounds: costs.reduce((sum, c) => sum + c.rounds, 0) };
}

/** Steps side by side. */
export function inParallel(...costs: readonly SymmetricCost[]): SymmetricCost {
  const demand = new Map<MaterialKind, number>();
  for (const cost of costs) {
    for (const [kind, n] of cost.demand) if (n > 0) demand.set(kind, (demand.get(kind) ?? 0) + n);
  }
  return {
    rounds: Math.max(0, ...costs.map((c) => c.rounds)),
    bytes: costs.reduce((sum, c) => sum + c.bytes, 0),
    demand,
  };
}

/** The cost of a step in which every party sends every other the same. */
export function onAllLinks({ rounds, bytes, demand }: SymmetricCost, parties: number): Cost {
  const links = linkTable(parties).map((row, from) => row.map((_, to) => from === to ? 0 : bytes));
  return { rounds, links, demand };
}
