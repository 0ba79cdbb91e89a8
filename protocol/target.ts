/**
 * What the compiler may know of a backend: data and cost functions, no protocol code.
 *
 * @module
 */
import type { Call } from "./call.ts";
import { type Demand, NO_DEMAND } from "./material.ts";
import type { Domain } from "./share.ts";

/** Who may be corrupt, and what the corrupt may do. */
export interface Security {
  readonly adversary: "none" | "semi-honest" | "malicious";
  readonly majority: "honest" | "dishonest";
  /** How many parties may be corrupt together. */
  readonly corrupt: number;
}

/** What one operation costs. */
export interface Cost {
  readonly rounds: number;
  /** Bytes by sender and receiver: `links[from][to]`. */
  readonly links: readonly (readonly number[])[];
  readonly demand: Demand;
}

/** A backend as the compiler sees it. */
export interface Target {
  readonly name: string;
  readonly parties: number;
  readonly domain: Domain;
  readonly security: Security;
  /** Computes in the clear and sees every input (emulate). */
  readonly clear: boolean;
  /** Exactly what the call costs: a run that differs is an error. */
  cost(call: Call): Cost;
  /** What making this much material costs a run that has none yet: exact if all is made at once. Absent: there is none. */
  preprocessing?(demand: Demand): Cost;
}

/** A cost without messages. */
export function free(parties: number): Cost {
  return { rounds: 0, links: linkTable(parties), demand: NO_DEMAND };
}

/** A table of zeros, by sender and receiver. */
export function linkTable(parties: number): number[][] {
  return Array.from({ length: parties }, () => new Array<number>(parties).fill(0));
}

/** Bytes over all links. */
export function totalBytes(cost: Cost): number {
  return cost.links.reduce((sum, row) => row.reduce((s, b) => s + b, sum), 0);
}
