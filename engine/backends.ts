/**
 * Which backend a flag names. Each is loaded only when it is used.
 *
 * @module
 */
import type { Backend } from "@symbolon/protocol";

/** A backend as users choose it. */
export interface BackendEntry {
  /** What users choose it by. */
  readonly name: string;
  /** One line: parties and what it protects against. */
  readonly summary: string;
  load(): Promise<Backend>;
}

/** All backends, the default first. */
export const BACKENDS: readonly BackendEntry[] = [
  {
    name: "ring",
    summary: "3 parties, replicated shares mod 2^64; no single party that follows the protocol learns anything",
    load: async () => (await import("@symbolon/replicated-ring")).replicatedRing,
  },
  {
    name: "semi2k",
    summary:
      "2 to 16 parties, additive shares mod 2^64; any number that follow the protocol learn nothing of the others",
    load: async () => (await import("@symbolon/semi2k")).semi2k,
  },
  {
    name: "emulate",
    summary: "in the clear, one process: NO protection; for trying programs out and checking results",
    load: async () => (await import("@symbolon/emulate")).emulate,
  },
];

/** The backend with this name. @throws {RangeError} listing those that exist */
export function backendNamed(name: string): BackendEntry {
  const entry = BACKENDS.find((b) => b.name === name);
  if (entry === undefined) {
    throw new RangeError(
      `There is no backend "${name}". Choose one with option backend: ${BACKENDS.map((b) => b.name).join(", ")}`,
    );
  }
  return entry;
}
