/**
 * What each operation costs, link by link.
 *
 * @module
 */
import {
  type Call,
  type Cost,
  free,
  linkTable,
  NO_DEMAND,
  piecewiseOperand,
  sizeOf,
  type Trunc,
} from "@symbolon/protocol";
import type { CarryTraffic } from "./carry_protocol.ts";
import { decomposeTraffic, piecewiseTraffic, signTraffic } from "./comparison.ts";
import { inputRounds } from "./input_open.ts";
import { packedBytes } from "./truncation.ts";

/** The exact cost of a call among the three parties. */
export function cost(call: Call): Cost {
  const links = linkTable(3);
  const send = (from: number, to: number, bytes: number) => {
    const [f, t] = [(from + call.turn) % 3, (to + call.turn) % 3];
    links[f]![t]! += bytes;
  };
  const n = sizeOf(call.shape);
  let rounds: number;
  switch (call.op) {
    case "verify":
      return free(3);
    case "input":
      links[call.owner % 3]![(call.owner + 1) % 3] = 8 * n;
      links[call.owner % 3]![(call.owner + 2) % 3] = 8 * n;
      return { rounds: inputRounds(n), links, demand: NO_DEMAND };
    case "open":
      for (let p = 0; p < 3; p++) if (call.to === "all" || call.to === (p + 1) % 3) links[p]![(p + 1) % 3] = 8 * n;
      return { rounds: 1, links, demand: NO_DEMAND };
    case "products":
      if (call.trunc === null) {
        for (let p = 0; p < 3; p++) links[p]![(p + 2) % 3] = 8 * n;
        return { rounds: 1, links, demand: NO_DEMAND };
      }
      send(0, 1, 8 * n);
      send(2, 1, 8 * n);
      rounds = 1 + truncation(call.trunc, n, send);
      break;
    case "trunc":
      rounds = truncation(call.trunc, n, send);
      break;
    case "piecewise": {
      const rows = sizeOf(piecewiseOperand(call));
      rounds = carries(piecewiseTraffic(call, rows), 0, send);
      break;
    }
    case "shuffle":
      send(0, 1, 8 * n);
      send(1, 2, 16 * n);
      send(2, 1, 8 * n);
      return { rounds: 2, links, demand: NO_DEMAND };
    case "decompose":
      rounds = carries(decomposeTraffic(call.bits, n / call.bits), 0, send);
  }
  return { rounds, links, demand: NO_DEMAND };
}

type Send = (from: number, to: number, bytes: number) => void;

/** Truncation of a shared value; returns its rounds. */
function truncation(trunc: Trunc, n: number, send: Send): number {
  const packed = packedBytes(n, trunc.bits);
  send(0, 1, packed);
  send(2, 1, packed);
  send(1, 0, packed);
  send(1, 2, packed + 8 * n);
  if (trunc.rounding === "probabilistic") return 1;
  return 1 + carries(signTraffic(trunc.bits + 1, n), 1, send);
}

/** Bits of a sum with role `dealer` dealing; returns its rounds. */
function carries({ deal, exchange, rounds }: CarryTraffic, dealer: number, send: Send): number {
  send(dealer, dealer + 2, deal);
  for (const bytes of exchange) {
    send(dealer + 1, dealer + 2, bytes);
    send(dealer + 2, dealer + 1, bytes);
  }
  return rounds;
}
