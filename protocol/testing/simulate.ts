/**
 * All parties of a protocol in one thread, for tests.
 *
 * @module
 */
import {
  type Backend,
  type BackendOptions,
  type Entropy,
  lockstep,
  type LockstepRun,
  type Memory,
  type PartyId,
  type Protocol,
  type Step,
  type Tap,
} from "@symbolon/protocol";
import { createHash } from "node:crypto";

/** A party's memory; `dispose` gives it back. */
export type TestMemory = Memory & { dispose?(): void };

/** What a simulation may be given besides the protocol. */
export interface SimulateExtras {
  /** Makes the parties' private randomness deterministic: the same seed, the same messages. */
  readonly seed?: string;
  /** A party's private randomness, in place of the system's or the seed's. */
  readonly entropy?: (party: PartyId) => Entropy;
  /** Sees the messages of the body, not those of the setup. */
  readonly tap?: Tap;
}

/** What the parties did, in order of parties. */
export interface Simulated<T> {
  readonly results: readonly T[];
  readonly rounds: number;
  /** Bytes by sender and receiver: `links[from][to]`. */
  readonly links: readonly (readonly number[])[];
}

/** Parties that have been set up and run one body after the other. */
export class Simulation {
  readonly protocols: readonly Protocol[];
  /** What the setup took. */
  readonly setup: Omit<Simulated<unknown>, "results">;
  readonly #memories: readonly TestMemory[];

  /** @throws {RangeError} if the backend cannot run with these options */
  constructor(backend: Backend, options: BackendOptions, memories: () => TestMemory, extras: SimulateExtras = {}) {
    const { parties } = backend.target(options);
    this.#memories = Array.from({ length: parties }, memories);
    const { results, ...traffic } = summary(lockstep(this.#memories.map((memory, self) => {
      const entropy = extras.entropy?.(self) ??
        (extras.seed === undefined ? systemEntropy : seededEntropy(`${extras.seed}/${self}`));
      return { memory, step: backend.setup(self, options, { memory, entropy }) };
    })));
    this.protocols = results;
    this.setup = traffic;
  }

  /**
   * Runs the body at every party, round by round.
   *
   * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
   */
  run<T>(body: (protocol: Protocol) => Step<T>, tap?: Tap): Simulated<T> {
    return summary(lockstep(this.protocols.map((p) => ({ memory: p.memory, step: body(p) })), tap));
  }

  /** Gives the parties' memory back. */
  dispose(): void {
    for (const memory of this.#memories) memory.dispose?.();
  }
}

/**
 * Sets up all parties and runs the body at each: its results, by party, with the rounds and bytes of the body alone.
 *
 * Memory is given back at the end, so the body returns values and not handles.
 *
 * @throws {DesyncError} if the parties disagree on a message's length or on the number of rounds
 */
export function simulate<T>(
  backend: Backend,
  options: BackendOptions,
  memories: () => TestMemory,
  body: (protocol: Protocol) => Step<T>,
  extras: SimulateExtras = {},
): Simulated<T> {
  const simulation = new Simulation(backend, options, memories, extras);
  try {
    return simulation.run(body, extras.tap);
  } finally {
    simulation.dispose();
  }
}

/** A deterministic source of bytes for tests: SHA-256 of the seed and a counter. */
export function seededEntropy(seed: string): Entropy {
  let counter = 0;
  return (buffer) => {
    for (let at = 0; at < buffer.length; at += 32) {
      const block = createHash("sha256").update(`symbolon/testing/${counter++}/${seed}`).digest();
      buffer.set(block.subarray(0, Math.min(32, buffer.length - at)), at);
    }
  };
}

function systemEntropy(buffer: Uint8Array): void {
  crypto.getRandomValues(buffer as Uint8Array<ArrayBuffer>);
}

function summary<T>({ results, traffic }: LockstepRun<T>): Simulated<T> {
  return { results, rounds: traffic[0]!.rounds, links: traffic.map((t) => t.sent) };
}
