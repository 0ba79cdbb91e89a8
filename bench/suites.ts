/**
 * Which rows are measured under which backend, and against what.
 *
 * @module
 */
import type { TransportName } from "@symbolon/engine";
import { MASCOT, type References, RING, RING_TLS, SEMI2K } from "./reference.ts";

/** One table. */
export interface Suite {
  /** Names its file, bench/results/<name>.json. */
  readonly name: string;
  readonly title: string;
  readonly backend: string;
  readonly transport: TransportName;
  /** In the order of the table; each has its row in rows.ts. */
  readonly references: References;
  /** Rows that take long: only with --all. */
  readonly long?: readonly string[];
}

/** All tables. */
export const SUITES: readonly Suite[] = [
  {
    name: "ring",
    title: "Replicated ring, three parties on one machine; the reference is MP-SPDZ 0.4.2 without TLS",
    backend: "ring",
    transport: "auto",
    references: RING,
  },
  {
    name: "ring-tls",
    title: "Replicated ring, three processes over TLS 1.3; the reference is MP-SPDZ 0.4.2 over TLS",
    backend: "ring",
    transport: "tls",
    references: RING_TLS,
  },
  {
    name: "semi2k",
    title: "semi2k, two parties with real preprocessing; the reference is MP-SPDZ 0.4.2 without TLS",
    backend: "semi2k",
    transport: "workers",
    references: SEMI2K,
    long: ["1,000,000 multiplications"],
  },
  {
    name: "mascot",
    title: "mascot, two parties with real preprocessing; the reference is MP-SPDZ 0.4.2's MASCOT without TLS",
    backend: "mascot",
    transport: "workers",
    references: MASCOT,
    long: ["10,000 comparisons of sfix"],
  },
];
