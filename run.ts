/**
 * Compiling and running a program in one call: for TypeScript code that embeds Symbolon, and for tests.
 *
 * @module
 */
import type { Compiled, Program, Tape } from "@symbolon/compiler";
import type { PartyId } from "@symbolon/protocol";
import type { CarrierName, Preprocessing, TransportName } from "./engine.ts";
import type { KeptPreprocessing } from "./party_material.ts";

/** How {@linkcode run} runs a program. */
export interface RunOptions {
  /** "ring" (the default), "emulate", … */
  readonly backend?: string;
  /** The words after a program's name on the command line. */
  readonly args?: readonly string[];
  /** The first so many training samples only; a program that cannot do with fewer refuses it. */
  readonly samples?: number;
  readonly parties?: number;
  readonly domain?: "ring" | "field";
  readonly transport?: TransportName;
  /** Threads that compute, a party; by default what the program asks for with `setNThreads`, or 1. */
  readonly threads?: number;
  /** Fixes public shuffles and initial weights, never shares or masks. */
  readonly publicSeed?: number;
  /** Text inputs by party, for `inputFrom`. What the program brings itself needs none. */
  readonly texts?: readonly string[];
  /** Stops at the first value outside its range, naming the line; only with "emulate". */
  readonly checkRange?: boolean;
  /** Makes material into files in a folder and stops, or uses what such a run has made. */
  readonly preprocessing?: KeptPreprocessing;
  /** Called with each printed line. */
  readonly onPrint?: (line: string) => void;
}

/** A result of a program. */
export interface RunOutput {
  readonly label: string;
  readonly party: PartyId | "all";
  readonly shape: readonly number[];
  readonly values: readonly (number | bigint)[];
}

/** What a run gave and took. */
export interface RunSummary {
  readonly tapeHash: string;
  readonly backend: string;
  readonly parties: number;
  readonly transport: CarrierName;
  readonly seconds: number;
  readonly compileSeconds: number;
  readonly rounds: number;
  readonly bytes: { readonly perParty: readonly number[]; readonly total: number };
  /** Material made before the program and within it: its time is in the seconds above, its bytes and rounds are not. */
  readonly preprocessing: Preprocessing;
  readonly predicted: { readonly rounds: number; readonly bytes: number };
  readonly metrics: Readonly<Record<string, number>>;
  readonly outputs: readonly RunOutput[];
  readonly printed: readonly string[];
}

/**
 * Compiles a program and runs all its parties in this process, without a look at its code: see `run` of `mod.ts`.
 *
 * @throws {RangeError} if the program, its inputs or the options do not fit
 * @throws {OutOfRangeError} with `checkRange`, at the first value outside its range
 */
export async function run(program: Program, options: RunOptions = {}): Promise<RunSummary> {
  return await runCompiled(await compileFor(program, options), options);
}

/** A program compiled for a run. */
export interface CompiledFor {
  readonly compiled: Compiled;
  readonly compileSeconds: number;
}

/** Compiles a program. `onPass` as in `compile`. */
export async function compileFor(
  program: Program,
  { args = [], samples }: RunOptions,
  onPass: (name: string, tape: Tape) => void = () => {},
): Promise<CompiledFor> {
  const { compile } = await import("@symbolon/compiler");
  const start = performance.now();
  const compiled = compile(program, { args, onPass, ...(samples === undefined ? {} : { samples }) });
  return { compiled, compileSeconds: (performance.now() - start) / 1000 };
}

/** Runs all parties of a compiled program in this process. */
export async function runCompiled({ compiled, compileSeconds }: CompiledFor, options: RunOptions): Promise<RunSummary> {
  const { execute } = await import("./engine.ts");
  const backend = options.backend ?? "ring";
  const outputs: RunOutput[] = [];
  const printed: string[] = [];
  const metrics: Record<string, number> = {};
  const report = await execute(compiled, {
    ...(options.parties === undefined ? {} : { parties: options.parties }),
    ...(options.domain === undefined ? {} : { domain: options.domain }),
    ...(options.publicSeed === undefined ? {} : { publicSeed: options.publicSeed }),
    ...(options.checkRange ? { checkRange: "bits" } : {}),
    ...(options.preprocessing === undefined ? {} : { preprocessing: options.preprocessing }),
    backend,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    transport: options.transport ?? "auto",
    inputs: (owner, source) => {
      const name = `the ${source} input of party ${owner}`;
      const text = options.texts?.[owner];
      if (source === "text" && text !== undefined) return { name, bytes: new TextEncoder().encode(text) };
      throw new RangeError(`The program reads ${name}, but none is given`);
    },
    listener: {
      print: (line) => {
        printed.push(line);
        options.onPrint?.(line);
      },
      output: ({ label, party, shape, values }) => outputs.push({ label, party, shape, values }),
      metric: (name, value) => metrics[name] = value,
      progress: () => {},
    },
  });
  const total = report.sent.reduce((s, b) => s + b, 0);
  return {
    tapeHash: compiled.hash,
    backend,
    parties: report.parties,
    transport: report.transport,
    seconds: report.seconds,
    compileSeconds,
    rounds: report.rounds,
    bytes: { perParty: report.sent, total },
    preprocessing: report.preprocessing,
    predicted: {
      rounds: report.prediction.rounds,
      bytes: report.prediction.links.flat().reduce((s, b) => s + b, 0),
    },
    metrics,
    outputs,
    printed,
  };
}
