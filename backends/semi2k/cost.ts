/**
 * What each operation costs, link by link.
 *
 * @module
 */
import { type Call, type Cost, linkTable, NO_DEMAND, piecewiseOperand, sizeOf } from "@symbolon/protocol";
import { productsCost } from "./products.ts";
import { shuffleCost } from "./shuffle.ts";
import { piecewiseCost } from "./piecewise.ts";
import { decomposeCost } from "./sum_bits.ts";
import type { SymmetricCost } from "./symmetric_cost.ts";
import { truncationCost } from "./truncation.ts";

/** The exact cost of a call among so many parties. */
export function cost(call: Call, parties: number): Cost {
  const links = linkTable(parties);
  const n = sizeOf(call.shape);
  switch (call.op) {
    case "verify":
    case "input":
      return { rounds: 0, links, demand: NO_DEMAND };
    case "open":
      for (let from = 0; from < parties; from++) {
        for (let to = 0; to < parties; to++) {
          if (from !== to && (call.to === "all" || call.to === to)) links[from]![to] = 8 * n;
        }
      }
      return { rounds: 1, links, demand: NO_DEMAND };
    case "products":
      return onAllLinks(productsCost(call, parties), parties);
    case "trunc":
      return onAllLinks(truncationCost(call.trunc, parties, n), parties);
    case "piecewise":
      return onAllLinks(piecewiseCost(call, parties, sizeOf(piecewiseOperand(call))), parties);
    case "decompose":
      return onAllLinks(decomposeCost(call.bits, parties, n / call.bits), parties);
    case "shuffle":
      return onAllLinks(shuffleCost(call.shape, parties), parties);
  }
}

function onAllLinks({ rounds, bytes, demand }: SymmetricCost, parties: number): Cost {
  const links = linkTable(parties).map((row, from) => row.map((_, to) => from === to ? 0 : bytes));
  return { rounds, links, demand };
}
