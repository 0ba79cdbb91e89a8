/**
 * Where the properties of the contract run: one backend, one set of options.
 *
 * @module
 */
import type { Backend, BackendOptions, Domain, Target } from "@symbolon/protocol";
import fc from "fast-check";
import { Simulation, type TestMemory } from "./simulate.ts";
import { Stage } from "./stage.ts";

/** The backend under test. */
export interface ContextParts {
  readonly backend: Backend;
  readonly options: BackendOptions;
  readonly makeMemory: () => TestMemory;
  /** Random cases a property. */
  readonly runs: number;
  /** Elements of the largest tensor. */
  readonly largest: number;
  /** Sizes from 1 to 70 that are tried. */
  readonly sizes: readonly number[];
  /** Largest `bound` of truncations and of comparisons. */
  readonly bounds: Bounds;
  /** Whether truncation rounds to nearest too. */
  readonly nearest: boolean;
}

/** Largest bounds that a domain allows. */
export interface Bounds {
  readonly trunc: number;
  readonly piecewise: number;
}

/** Whatever a ring of L bits can tell apart; in a field 62 bits, which leaves room for statistical masking. */
export function boundsOf(domain: Domain): Bounds {
  return domain.kind === "ring" ? { trunc: domain.bits - 2, piecewise: domain.bits - 1 } : { trunc: 62, piecewise: 62 };
}

/** Fixes every random choice of the suite. */
const SEED = 20260114;

/** Runs bodies on parties that are set up once, and anew after a failure. */
export class Context {
  readonly target: Target;
  readonly domain: Domain;
  readonly bounds: Bounds;
  readonly largest: number;
  readonly sizes: readonly number[];
  readonly options: BackendOptions;
  readonly nearest: boolean;
  readonly #parts: ContextParts;
  #simulation: Simulation | null = null;
  #fresh = 0;

  constructor(parts: ContextParts) {
    this.#parts = parts;
    this.options = parts.options;
    this.target = parts.backend.target(parts.options);
    this.domain = this.target.domain;
    this.bounds = parts.bounds;
    this.largest = parts.largest;
    this.sizes = parts.sizes;
    this.nearest = parts.nearest;
  }

  get backend(): Backend {
    return this.#parts.backend;
  }

  /** Parties of their own, to be disposed of by the caller. */
  simulation(options: BackendOptions = this.options, seed = `contract ${this.#fresh++}`): Simulation {
    return new Simulation(this.#parts.backend, options, this.#parts.makeMemory, { seed });
  }

  /** Runs one case. */
  stage(body: (stage: Stage) => void): void {
    this.#simulation ??= this.simulation();
    try {
      const stage = new Stage(this.#simulation);
      body(stage);
      stage.close();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Runs the body on every example and on random inputs, and shrinks an input that fails. */
  property<T>(inputs: fc.Arbitrary<T>, examples: readonly T[], body: (stage: Stage, input: T) => void): void {
    fc.assert(fc.property(inputs, (input) => this.stage((stage) => body(stage, input))), {
      seed: SEED,
      numRuns: this.#parts.runs + examples.length,
      examples: examples.map((input): [T] => [input]),
      includeErrorInReport: true,
    });
  }

  dispose(): void {
    this.#simulation?.dispose();
    this.#simulation = null;
  }
}
