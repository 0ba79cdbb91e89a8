/**
 * Which backends there are, and a program made ready for one: what it will do and cost, before anything runs.
 *
 * @module
 */
import { type Backend, type BackendOptions, sizeOf, type Target, totalBytes } from "@symbolon/protocol";
import { checkTarget, predict, type Prediction, schedule, type Segment, type Tape } from "@symbolon/compiler";
import type { KeptPreprocessing } from "./party/job.ts";

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
    name: "mascot",
    summary:
      "2 to 16 parties, authenticated shares mod 2^128 − 159; any number, whatever they do, learn nothing of the others: results are " +
      "right, or the run stops",
    load: async () => (await import("@symbolon/mascot-field")).mascotField,
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

/** How the parties of a local run are carried. */
export type TransportName = "auto" | CarrierName;

/** What carries the messages: one thread, a thread a party, a process a party over TLS 1.3 or plain TCP. */
export type CarrierName = "inline" | "workers" | "tls" | "tcp";

/** What a run of a program with a backend is. */
export interface Plan {
  readonly backend: Backend;
  readonly target: Target;
  readonly segments: readonly Segment[];
  readonly prediction: Prediction;
}

/** A backend's name and what it takes. */
export interface Chosen extends BackendOptions {
  readonly backend: string;
}

/**
 * Loads the backend and schedules the program for it.
 *
 * @throws {RangeError} if there is no such backend, or the program or the options do not fit it
 */
export async function plan({ tape }: { readonly tape: Tape }, chosen: Chosen): Promise<Plan> {
  const backend = await backendNamed(chosen.backend).load();
  const target = backend.target(chosen);
  checkTarget(tape, target);
  const segments = schedule(tape, target);
  return { backend, target, segments, prediction: predict(segments, target) };
}

/** Above this many predicted multiplications a round, threads pay for themselves: see docs/adr/0006. */
const WORKERS_FROM = 10_000_000;

/** Above this many bytes of preprocessing a round of the program likewise: making a kilobyte takes 6 µs of one core. */
const WORKERS_FROM_MATERIAL = 5_000;

/** Above this many elements in large tensors, parties do not share the 4 GiB that one thread can address: 512 MiB of replicated shares. */
const WORKERS_FROM_ELEMENTS = 2 ** 25;

/** Elements from which a tensor counts as large. */
const LARGE_TENSOR = 2 ** 20;

/** What carries a run that is planned so. `kept`: whether it makes its material. */
export function carrierOf(
  wanted: TransportName,
  { tape }: { readonly tape: Tape },
  planned: Plan,
  kept?: KeptPreprocessing,
): CarrierName {
  const { target, prediction } = planned;
  if (target.parties === 1) return "inline";
  if (wanted !== "auto") return wanted;
  const rounds = Math.max(1, prediction.rounds);
  const work = prediction.multiplications > WORKERS_FROM * rounds ||
    materialBytes(planned, kept) > WORKERS_FROM_MATERIAL * rounds;
  return work || largeElements(tape) > WORKERS_FROM_ELEMENTS ? "workers" : "inline";
}

/** Elements of the program's large secret tensors, as if all were there at the same time. */
function largeElements({ registers }: Tape): number {
  let sum = 0;
  for (const { shape, kind } of registers) if (kind.secret && sizeOf(shape) >= LARGE_TENSOR) sum += sizeOf(shape);
  return sum;
}

/** Preprocessing that takes so many seconds of one machine is said before it starts. */
const COSTLY_SECONDS = 10;

/** Bytes of material that are made in a second, all parties on one machine: see docs/benchmarks.md. */
const BYTES_A_SECOND = 1e8;

/** The same where it is checked while it is made. */
const CHECKED_BYTES_A_SECOND = 6e7;

/** What making so much material will take, if it is much; null otherwise. */
export function costlyMaterial(planned: Plan, kept?: KeptPreprocessing): string | null {
  const checked = planned.target.security.adversary === "malicious", bytes = materialBytes(planned, kept);
  const seconds = bytes / (checked ? CHECKED_BYTES_A_SECOND : BYTES_A_SECOND);
  if (seconds < COSTLY_SECONDS) return null;
  const time = seconds < 90 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
  return `Preprocessing will send ${
    (bytes / 1e9).toPrecision(3)
  } GB among the parties and take in the order of ${time} if they ` +
    `share one machine: fewer samples, epochs or parties make it less; backend ring needs none, and trusts two of three parties`;
}

/** Bytes that the parties send to make material in a run. */
function materialBytes({ target, prediction: { demand } }: Plan, kept?: KeptPreprocessing): number {
  if (kept?.mode === "file" || target.preprocessing === undefined) return 0;
  return totalBytes(target.preprocessing(demand));
}
