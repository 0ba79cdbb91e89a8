/**
 * Runs a compiled program with a backend over a local transport: what the command line and `run` of `mod.ts` share.
 *
 * @module
 */
import {
  type Compiled,
  type Given,
  predict,
  type Prediction,
  schedule,
  type Segment,
  type Tape,
} from "@symbolon/compiler";
import { checkTarget } from "@symbolon/compiler";
import { type Backend, type BackendOptions, type PartyId, sizeOf, type Target, totalBytes } from "@symbolon/protocol";
import { runWorkers } from "@symbolon/transport";
import { type InputOrigin, InputReader, type Leftover, openInput } from "@symbolon/vm";
import { backendNamed } from "./backends.ts";
import { runAllInline } from "./inline_run.ts";
import { KernelHelpers } from "./kernel_threads.ts";
import {
  freshRun,
  hear,
  type HelperRequest,
  type Listener,
  type MaterialFile,
  type PartyEvent,
  type PartyJob,
  type PartyResult,
} from "./party_job.ts";
import { readings } from "./readings.ts";
import { checkSessions, type KeptPreprocessing } from "./party_material.ts";

/** How the parties of a local run are carried. */
export type TransportName = "auto" | CarrierName;

/** What carries the messages: one thread, a thread a party, a process a party over TLS 1.3 or plain TCP. */
export type CarrierName = "inline" | "workers" | "tls" | "tcp";

/** Where a party's input files are, asked for only if the program reads them and does not bring all of their values. */
export type InputSource = (owner: PartyId, source: "binary" | "text") => InputOrigin;

/** How to run. */
export interface EngineOptions extends BackendOptions {
  readonly backend: string;
  readonly transport?: TransportName;
  readonly inputs: InputSource;
  readonly listener: Listener;
  /** Is told before the run what it will take. */
  readonly onPlan?: (prediction: Prediction) => void;
  /** Stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Is told what looks wrong and does not stop the run. */
  readonly onNotice?: (line: string) => void;
  /** Threads that compute, for each party with a thread of its own; all parties of one thread share them. Absent: the program's. */
  readonly threads?: number;
  /** Stops at the first value outside its range; "values" shows it. Only in the clear, where absent means "bits". */
  readonly checkRange?: "bits" | "values" | "off";
  /** Makes material and stops, or uses what such a run has made. Absent: material is made and used in one run. */
  readonly preprocessing?: KeptPreprocessing;
}

/** What a run took. Traffic is that of the program; agreeing on keys beforehand is not counted. */
export interface RunReport {
  readonly parties: number;
  readonly transport: CarrierName;
  /** Threads that computed, as {@linkcode EngineOptions.threads} counts them. */
  readonly threads: number;
  /** From the first input to the last output, preprocessing included. */
  readonly seconds: number;
  readonly rounds: number;
  /** Bytes sent, by party. */
  readonly sent: readonly number[];
  readonly prediction: Prediction;
  /** Material made before the program and within it: its rounds and bytes are not counted above. */
  readonly preprocessing: Preprocessing;
  /** Linear memory for registers, bytes a party. */
  readonly registerBytes: number;
}

/** What making material, or reading it from files, took: in all, as `bytes` is over all parties. */
export interface Preprocessing {
  /** Whether this run has made it. */
  readonly from: "run" | "file";
  /** What it took. */
  readonly seconds: number;
  /** Rounds of making it. */
  readonly rounds: number;
  /** Bytes sent to make it, or read. */
  readonly bytes: number;
  /** By party, what a run that only preprocesses has written. */
  readonly files?: readonly MaterialFile[];
}

/** Above this many predicted multiplications a round, threads pay for themselves: see docs/adr/0006. */
const WORKERS_FROM = 10_000_000;

/** Above this many bytes of preprocessing a round of the program likewise: making a kilobyte takes 6 µs of one core. */
const WORKERS_FROM_MATERIAL = 5_000;

/** Above this many elements in large tensors, parties do not share the 4 GiB that one thread can address: 512 MiB of replicated shares. */
const WORKERS_FROM_ELEMENTS = 2 ** 25;

/** Elements from which a tensor counts as large. */
const LARGE_TENSOR = 2 ** 20;

/** A program made ready for a backend: what it will cost, before anything runs. */
export async function plan(
  compiled: Compiled,
  options: Pick<EngineOptions, "backend" | keyof BackendOptions>,
): Promise<{ backend: Backend; target: Target; segments: readonly Segment[]; prediction: Prediction }> {
  const backend = await backendNamed(options.backend).load();
  const target = backend.target(options);
  checkTarget(compiled.tape, target);
  const segments = schedule(compiled.tape, target);
  return { backend, target, segments, prediction: predict(segments, target) };
}

/**
 * Runs a compiled program to its end.
 *
 * @throws {RangeError} if an input is missing or too short, or material that it is to use, before anything is sent
 * @throws {OutOfRangeError} in the clear, at the first value outside its range, naming the program's line
 */
export async function execute(compiled: Compiled, options: EngineOptions): Promise<RunReport> {
  const ready = await plan(compiled, options);
  const { target, prediction } = ready;
  checkChecking(options, target);
  options.onPlan?.(prediction);
  const { preprocessing: kept } = options;
  if (kept?.mode === "file") checkSessions(compiled.hash, target, kept);
  const files = kept?.mode === "only" ? [] : openInputs(compiled, options.inputs, options);
  const transport = choose(options, compiled, target, prediction);
  const isOf = (self: PartyId, owner: PartyId) => target.clear || owner === self;
  const ofParty = (self: PartyId): PartyInputs => ({
    inputs: files.filter(({ owner }) => isOf(self, owner)),
    brought: new Map([...compiled.inputs].filter(([owner]) => isOf(self, owner))),
  });
  const costly = costlyMaterial(materialBytes(options, target, prediction));
  if (costly !== null) options.onNotice?.(costly);
  const threads = options.threads ?? compiled.threads ?? 1;
  const results = transport === "inline"
    ? await runAllInline(compiled, ready, { ...options, threads }, ofParty)
    : await runApart(compiled, transport, target, { ...options, threads }, ofParty);
  return {
    parties: target.parties,
    transport,
    threads,
    seconds: Math.max(...results.map((r) => r.seconds + r.spent.seconds)),
    rounds: results[0]!.traffic.rounds,
    sent: results.map((r) => r.traffic.sent.reduce((s, b) => s + b, 0)),
    prediction,
    preprocessing: {
      from: kept?.mode === "file" ? "file" : "run",
      seconds: Math.max(...results.map((r) => r.spent.seconds)),
      rounds: results[0]!.spent.rounds,
      bytes: results.reduce((sum, { spent }) => spent.sent.reduce((s, b) => s + b, sum), 0),
      ...(kept?.mode === "only" ? { files: results.map(({ file }) => file!) } : {}),
    },
    registerBytes: results[0]!.registerBytes,
  };
}

/** Preprocessing from here on is said before it starts: some ten seconds of one machine. */
const COSTLY_BYTES = 1e9;

/** Bytes of material that one core makes in a second, all parties on one machine: see docs/benchmarks.md. */
const BYTES_A_SECOND = 1e8;

/** What making so much material will take, if it is much; null otherwise. */
function costlyMaterial(bytes: number): string | null {
  if (bytes < COSTLY_BYTES) return null;
  const seconds = bytes / BYTES_A_SECOND;
  const time = seconds < 90 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`;
  return `Preprocessing will send ${
    (bytes / 1e9).toPrecision(3)
  } GB among the parties and take in the order of ${time} if they ` +
    `share one machine: fewer samples, epochs or parties make it less, and "-E ring" needs none`;
}

/** Ranges can be checked only where the values are there to be looked at. */
function checkChecking({ checkRange }: EngineOptions, { name, clear }: Target): void {
  if (clear || checkRange === undefined || checkRange === "off") return;
  throw new RangeError(`Ranges are checked in the clear, which backend ${name} never computes in: choose emulate`);
}

/** Elements of the program's large secret tensors, as if all were there at the same time. */
function largeElements({ registers }: Tape): number {
  let sum = 0;
  for (const { shape, kind } of registers) if (kind.secret && sizeOf(shape) >= LARGE_TENSOR) sum += sizeOf(shape);
  return sum;
}

/** Bytes that the parties send to make material in this run. */
function materialBytes({ preprocessing: kept }: EngineOptions, target: Target, { demand }: Prediction): number {
  if (kept?.mode === "file" || target.preprocessing === undefined) return 0;
  return totalBytes(target.preprocessing(demand));
}

function choose(options: EngineOptions, { tape }: Compiled, target: Target, prediction: Prediction): CarrierName {
  const { transport: wanted = "auto" } = options;
  if (target.parties === 1) return "inline";
  if (wanted !== "auto") return wanted;
  const rounds = Math.max(1, prediction.rounds);
  const work = prediction.multiplications > WORKERS_FROM * rounds ||
    materialBytes(options, target, prediction) > WORKERS_FROM_MATERIAL * rounds;
  return work || largeElements(tape) > WORKERS_FROM_ELEMENTS ? "workers" : "inline";
}

/** What one party brings. */
export type PartyInputs = Pick<PartyJob, "inputs" | "brought">;

/** What {@linkcode openInputs} opens files for. */
export interface InputReadings {
  readonly tape: Tape;
  /** What the program brings: no file is needed for that. */
  readonly inputs: ReadonlyMap<PartyId, Given>;
  /** What the program reads depends on the number of samples that it is told. */
  readonly usesSamples: boolean;
}

/**
 * Opens the files that the program reads and reads them once, so that nothing is sent if one is wrong.
 *
 * `only`: those of this party. `onNotice` is told what looks wrong, though it can be read.
 *
 * @throws {RangeError} if a file is missing, too short or out of range; or longer than what is read in a way that shows that it is
 * another program's, or was made for another number of samples
 */
export function openInputs(
  { tape, inputs, usesSamples }: InputReadings,
  open: InputSource,
  { only, onNotice = () => {} }: { readonly only?: PartyId; readonly onNotice?: (line: string) => void } = {},
): PartyJob["inputs"] {
  const files: (InputOrigin & { owner: PartyId; source: "binary" | "text" })[] = [];
  const reader = new InputReader((owner, source) => {
    const origin = open(owner, source);
    files.push({ owner, source, ...origin });
    return openInput(origin);
  }, inputs);
  for (const { owner, source, kind, count, labels } of readings(tape)) {
    if (only === undefined || owner === only) reader.check(owner, source, kind, count, labels);
  }
  for (const leftover of reader.leftovers()) {
    const { name, left, unit } = leftover;
    const more = `${name} holds ${left.toLocaleString("en")} ${
      left === 1 ? unit.slice(0, -1) : unit
    } more than the program reads`;
    const wrong = misreading(leftover, usesSamples);
    if (wrong !== null) throw new RangeError(`${more}: ${wrong}`);
    onNotice(`${more}: is it another program's?`);
  }
  return files;
}

/** Bytes of the smallest value in a binary input. */
const SMALLEST = 4;

/** Why what is left over shows that the values were misread, and what to do; null if it does not. */
function misreading({ left, unit }: Leftover, usesSamples: boolean): string | null {
  if (unit === "bytes" && left % SMALLEST !== 0) {
    return "it ends within a value, so it was cut off or is no binary input; provide the whole file";
  }
  if (!usesSamples) return null;
  return "it was made for another number of samples, so that values would be taken for others; give --samples the number that it " +
    "was made with, or make it anew";
}

/** Runs the parties on threads or in processes of their own. */
async function runApart(
  { tape, hash }: Compiled,
  transport: Exclude<CarrierName, "inline">,
  target: Target,
  { backend, listener, parties, domain, publicSeed, threads, preprocessing, signal }: EngineOptions & {
    readonly threads: number;
  },
  inputsOf: (self: PartyId) => PartyInputs,
): Promise<PartyResult[]> {
  const options: BackendOptions = {
    ...(parties === undefined ? {} : { parties }),
    ...(domain === undefined ? {} : { domain }),
    ...(publicSeed === undefined ? {} : { publicSeed }),
  };
  const run = freshRun();
  const jobs = Array.from({ length: target.parties }, (_, self) => ({
    backend,
    options,
    tape,
    hash,
    threads,
    run,
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...inputsOf(self),
  }));
  if (transport !== "workers") {
    const { runLocalNetwork } = await import("./local_network.ts");
    return await runLocalNetwork(jobs, transport, {
      onEvent: (party, event) => hear(listener, party, event),
      ...(signal === undefined ? {} : { signal }),
    });
  }
  const helpers = new KernelHelpers();
  try {
    const { results } = await runWorkers<PartyResult>({
      worker: new URL("./party_thread.ts", import.meta.url),
      inits: jobs satisfies PartyJob[],
      ...(signal === undefined ? {} : { signal }),
      onMessage: (party, message) => {
        const event = message as PartyEvent | HelperRequest;
        if (event.type === "helper") helpers.start(event.init);
        else hear(listener, party, event);
      },
    });
    return results;
  } finally {
    helpers.stop();
  }
}
