/**
 * Compiling and running a program in one call, after a look at its code: for TypeScript code that embeds Symbolon, and for tests.
 *
 * @module
 */
import {
  type Block,
  callable,
  checkArgument,
  checkOptions,
  type Compiled,
  flag,
  having,
  listOf,
  type Loc,
  oneOf,
  type Program,
  type Rules,
  shown,
  type Tape,
  text,
  where,
  whole,
} from "@symbolon/compiler";
import type { PartyId } from "@symbolon/protocol";
import { BACKENDS, type CarrierName, type TransportName } from "../plan.ts";
import type { Preprocessing } from "../execute.ts";
import type { KeptPreprocessing } from "../party/job.ts";
import { INPUTS, noInput, type PartyInput, withInputs } from "./input_options.ts";
import { type CodeCheck, codeOf } from "./code_check.ts";

/** How far a run is. */
export interface RunProgress {
  /** Rounds of the program that are done; the parties of "emulate" exchange none. */
  readonly rounds: number;
  /** Rounds that it takes at most. */
  readonly of: number;
  /** Which part of its preprocessing is done, from 0 to 1. */
  readonly preprocessing: number;
}

/** How {@linkcode runUnchecked} runs a program. */
export interface UncheckedRunOptions {
  /** "ring" (the default), "semi2k", "mascot" or "emulate". */
  readonly backend?: string;
  /** The words after a program's name on the command line. */
  readonly args?: readonly string[];
  /** The first so many training samples only; a program that cannot do with fewer refuses it. */
  readonly samples?: number | undefined;
  /** Number of parties, where the backend lets one choose. */
  readonly parties?: number | undefined;
  /** What "emulate" computes in: the ring of the protocols, or a field so wide that nothing wraps. */
  readonly domain?: "ring" | "field" | undefined;
  /** What carries the messages; "auto" (the default) takes one thread, or a thread a party for large programs. */
  readonly transport?: TransportName;
  /** Threads that compute, a party, 1 to 256; by default what the program asks for with `setNThreads`, or 1. */
  readonly threads?: number | undefined;
  /** Fixes public shuffles and initial weights, never shares or masks. */
  readonly publicSeed?: number | undefined;
  /** What the parties bring, by party, for `inputFrom` and `inputVia`. What the program brings itself needs none. */
  readonly inputs?: Readonly<Record<number, PartyInput>>;
  /** Text inputs by party: short for `inputs` with `text`; "" for none. */
  readonly texts?: readonly string[];
  /**
   * Stops at the first value outside its range, naming the line: "emulate" does so unless this is false, and then computes on as the
   * ring does; other backends cannot.
   */
  readonly checkRange?: boolean | undefined;
  /** Makes material into files in a folder and stops, or uses what such a run has made. */
  readonly preprocessing?: KeptPreprocessing | undefined;
  /** Called with each printed line. */
  readonly onPrint?: (line: string) => void;
  /** Called now and then with how far the run is. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What each option must be. */
const OPTIONS: Rules = {
  backend: oneOf(BACKENDS.map(({ name }) => name)),
  args: listOf(text, "words, each a text"),
  samples: whole(1),
  parties: whole(1),
  domain: oneOf(["ring", "field"]),
  transport: oneOf(["auto", "inline", "workers", "tls", "tcp"]),
  threads: whole(1, 256),
  publicSeed: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  inputs: INPUTS,
  texts: listOf(text, "texts"),
  checkRange: flag,
  preprocessing: having('an object, { mode: "only" or "file", folder }'),
  onPrint: callable,
  onProgress: callable,
  signal: having("an AbortSignal", "addEventListener", "throwIfAborted"),
};

const PREPROCESSING: Rules = { mode: oneOf(["only", "file"]), folder: text };

/** What programs call the options elsewhere. */
const ADVICE: Readonly<Record<string, string>> = {
  input: "inputs, by party: { 0: { binary: [1, 2] } }",
  seed: "publicSeed, which fixes public shuffles and initial weights",
  epochs: "it is the program's: a word in args",
};

/**
 * Checks what is to be run and the options. `more`: rules of further ones.
 *
 * @throws {TypeError} if it is no program, if there is no such option, or one is of another type
 * @throws {RangeError} if one is out of range
 */
function checkArguments(program: Program, options: UncheckedRunOptions, more: Rules = {}): void {
  checkProgram(program);
  checkOptions("run()", options, { ...OPTIONS, ...more }, ADVICE);
  const { preprocessing } = options;
  if (preprocessing === undefined) return;
  checkOptions("run(): preprocessing", preprocessing, PREPROCESSING);
  for (const [name, rule] of Object.entries(PREPROCESSING)) {
    checkArgument(`run(): preprocessing: ${name}`, preprocessing[name as keyof KeptPreprocessing], rule);
  }
}

/** A result of a program. */
export interface RunOutput {
  /** What the program calls it. */
  readonly label: string;
  /** The party that learns it, or all. */
  readonly party: PartyId | "all";
  /** The tensor's shape, `[]` for a number. */
  readonly shape: readonly number[];
  /** Row-major; integers beyond 2^53 are bigints. */
  readonly values: readonly (number | bigint)[];
}

/** What a run gave and took. */
export interface UncheckedRunSummary {
  /** SHA-256 of the compiled program, in hexadecimal: parties that run together have the same. */
  readonly tapeHash: string;
  /** The backend's name. */
  readonly backend: string;
  /** Number of parties. */
  readonly parties: number;
  /** What carried the messages. */
  readonly transport: CarrierName;
  /** From the first input to the last output, preprocessing included. */
  readonly seconds: number;
  /** What compiling took. */
  readonly compileSeconds: number;
  /** Rounds that the parties exchanged. */
  readonly rounds: number;
  /** Bytes sent, by party and in all. */
  readonly bytes: { readonly perParty: readonly number[]; readonly total: number };
  /** Material made before the program and within it: its time is in the seconds above, its bytes and rounds are not. */
  readonly preprocessing: Preprocessing;
  /** What it would take, known before the run; at most, if the program ends a loop early. */
  readonly predicted: { readonly rounds: number; readonly bytes: number };
  /** What the program names with `metric`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** The results, in the order of the program. */
  readonly outputs: readonly RunOutput[];
  /** The lines of `printLn`. */
  readonly printed: readonly string[];
  /** What looked wrong and did not stop the run. */
  readonly notices: readonly string[];
}

/**
 * Compiles a program and runs all its parties in this process, without a look at its code: see `run` of `mod.ts`.
 *
 * @throws {RangeError} if the program, its inputs or the options do not fit
 * @throws {OutOfRangeError} at a public value outside its range, and under "emulate" at the first value of any kind
 */
export async function runUnchecked(program: Program, options: UncheckedRunOptions = {}): Promise<UncheckedRunSummary> {
  checkArguments(program, options);
  return await runCompiled(await compileFor(program, options), options);
}

function checkProgram(program: unknown): void {
  if (typeof program === "object" && program !== null && "trace" in program && typeof program.trace === "function") {
    return;
  }
  throw new TypeError(`${where()}run() takes what program(description, words, function) gives, not ${shown(program)}`);
}

/** A program compiled for a run. */
interface CompiledFor {
  readonly compiled: Compiled;
  readonly compileSeconds: number;
}

/** Compiles a program. `onPass` as in `compile`. */
async function compileFor(
  program: Program,
  { args = [], samples, signal }: UncheckedRunOptions,
  onPass: (name: string, tape: Tape) => void = () => {},
): Promise<CompiledFor> {
  signal?.throwIfAborted();
  const { compile } = await import("@symbolon/compiler");
  const start = performance.now();
  const compiled = compile(program, { args, onPass, ...(samples === undefined ? {} : { samples }) });
  return { compiled, compileSeconds: (performance.now() - start) / 1000 };
}

/** Runs all parties of a compiled program in this process. */
async function runCompiled(done: CompiledFor, options: UncheckedRunOptions): Promise<UncheckedRunSummary> {
  const { execute } = await import("../execute.ts");
  const { backend = "ring", transport = "auto", inputs = {}, texts = [], onPrint, onProgress } = options;
  const { parties, domain, publicSeed, threads, preprocessing, signal, checkRange } = options;
  const { compiled, files } = Object.keys(inputs).length + texts.length === 0
    ? { compiled: done.compiled, files: noInput }
    : withInputs(done.compiled, inputs, texts);
  const outputs: RunOutput[] = [];
  const printed: string[] = [];
  const notices: string[] = [];
  const metrics: Record<string, number> = {};
  let progress: RunProgress = { rounds: 0, of: 0, preprocessing: 0 };
  const advance = (change: Partial<RunProgress>) => onProgress?.(progress = { ...progress, ...change });
  const report = await execute(compiled, {
    ...{ backend, parties, domain, publicSeed, threads, preprocessing, signal, transport },
    checkRange: checkRange === undefined ? undefined : checkRange ? "bits" : "off",
    inputs: files,
    onPlan: ({ rounds }) => advance({ of: rounds }),
    onNotice: (line) => notices.push(line),
    listener: {
      print: (line) => {
        printed.push(line);
        onPrint?.(line);
      },
      output: ({ label, party, shape, values }) => outputs.push({ label, party, shape, values }),
      metric: (name, value) => metrics[name] = value,
      progress: (rounds) => advance({ rounds }),
      preprocessing: (fraction) => advance({ preprocessing: fraction }),
    },
  });
  const total = report.sent.reduce((s, b) => s + b, 0);
  return {
    tapeHash: compiled.tapeHash,
    backend,
    parties: report.parties,
    transport: report.transport,
    seconds: report.seconds,
    compileSeconds: done.compileSeconds,
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
    notices,
  };
}

/** How {@linkcode run} runs a program. */
export interface RunOptions extends UncheckedRunOptions {
  /**
   * Whether the program's code is looked at before it runs, so that no branch on a tensor silently takes one side; true unless told.
   *
   * Needed are the module's TypeScript file and the package typescript, which is loaded at the first run.
   */
  readonly check?: boolean;
}

/** What a run gave and took. */
export interface RunSummary extends UncheckedRunSummary {
  /** Whether the program's code has been looked at; if not, why. */
  readonly checked: true | string;
}

/**
 * Compiles a program and runs all its parties in this process.
 *
 * Before that, the code that the program runs is looked at, in its module and in those that it imports: what would need the value of a
 * tensor is refused, such as `if (x.lessThan(y))`, `!x` or `x === y`, for while the program is compiled a tensor has none. Other errors
 * of the module are not looked for. Where the code cannot be read, the summary's `checked` says why.
 *
 * @throws {ProgramError} if the program would branch on a tensor, naming every location
 * @throws {RangeError} if the program, its inputs or the options do not fit
 * @throws {TypeError} if an option is unknown or of another type
 * @throws {OutOfRangeError} with `checkRange`, at the first value outside its range
 */
export async function run(program: Program, options: RunOptions = {}): Promise<RunSummary> {
  checkArguments(program, options, { check: flag });
  const { check = true, ...others } = options;
  others.signal?.throwIfAborted();
  const code: CodeCheck = check ? await codeOf(program) : { unchecked: "check: false" };
  if (!("unchecked" in code)) code.refuse();
  const recorded: Loc[] = [];
  const done = await compileFor(
    program,
    others,
    (pass, tape) => pass === "tracing" && recorded.push(...locationsIn(tape)),
  );
  if (!("unchecked" in code)) code.refuse(recorded);
  return { ...await runCompiled(done, others), checked: "unchecked" in code ? code.unchecked : true };
}

/** Where a tape's instructions were recorded, each location once. */
function locationsIn({ body }: Tape): Loc[] {
  const locations = new Map<string, Loc>();
  const blocks: Block[] = [body];
  for (const block of blocks) {
    for (const { does, at } of block) {
      if (at !== null) locations.set(`${at.file}:${at.line}:${at.column}`, at);
      if (does.op === "repeat") blocks.push(does.body);
    }
  }
  return [...locations.values()];
}
