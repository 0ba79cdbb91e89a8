/**
 * What steps cost: values are opened to all by all, so that most links carry the same, and party 0 tells all others the same in addition.
 *
 * @module
 */
import { type Cost, type Demand, linkTable, type MaterialKind, NO_DEMAND } from "@symbolon/protocol";
import { ELEMENT } from "./party.ts";

/** Rounds, bytes, and material. */
export interface StepCost {
  readonly rounds: number;
  /** On each directed link. */
  readonly bytes: number;
  /** On each link from party 0, in addition. */
  readonly first: number;
  readonly demand: Demand;
}

/** n elements opened to all in one round. */
export function opening(n: number, demand: Demand = NO_DEMAND): StepCost {
  return { rounds: 1, bytes: ELEMENT * n, first: 0, demand };
}

/** Steps one after the other. */
export function inSequence(...costs: readonly StepCost[]): StepCost {
  const demand = new Map<MaterialKind, number>();
  for (const cost of costs) {
    for (const [kind, n] of cost.demand) if (n > 0) demand.set(kind, (demand.get(kind) ?? 0) + n);
  }
  return {
    rounds: costs.reduce((sum, c) => sum + c.rounds, 0),
    bytes: costs.reduce((sum, c) => sum + c.bytes, 0),
    first: costs.reduce((sum, c) => sum + c.first, 0),
    demand,
  };
}

/** The cost of a step among so many parties. */
export function onAllLinks({ rounds, bytes, first, demand }: StepCost, parties: number): Cost {
  const sent = (from: number) => from === 0 ? bytes + first : bytes;
  const links = linkTable(parties).map((row, from) => row.map((_, to) => from === to ? 0 : sent(from)));
  return { rounds, links, demand };
}
