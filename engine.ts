/**
 * Runs a compiled program with a backend over a local transport: what the command line and `run` of `mod.ts` share.
 *
 * @module
 */
import {
  type Compiled,
  type Kind,
  type LabelCheck,
  predict,
  type Prediction,
  schedule,
  type Segment,
  type Tape,
} from "@symbolon/compiler";
import { checkTarget } from "@symbolon/compiler";
import { type Backend, type BackendOptions, type PartyId, sizeOf, type Target, totalBytes } from "@symbolon/protocol";
import { runWorkers } from "@symbolon/transport";
import { type InputOrigin, InputReader, openInput } from "@symbolon/vm";
import { backendNamed } from "./backends.ts";
import { runAllInline } from "./inline_run.ts";
import { KernelHelpers } from "./kernel_threads.ts";
import {
  hear,
  type HelperRequest,
  type Listener,
  type MaterialFile,
  type PartyEvent,
  type PartyJob,
  type PartyResult,
} from "./party_job.ts";
import { checkSessions, type KeptPreprocessing } from "./party_material.ts";

/** How the parties of a local run are carried. */
export type TransportName = "auto" | CarrierName;

/** What carries the messages: one thread, a thread a party, a process a party over TLS 1.3 or plain TCP. */
export type CarrierName = "inline" | "workers" | "tls" | "tcp";

/** Where a party's inputs are, asked for only if the program reads them. */
export type InputSource = (owner: PartyId, source: "binary" | "text") => InputOrigin;

/** How to run. */
export interface EngineOptions extends BackendOptions {
  readonly backend: string;
  readonly transport?: TransportName;
  readonly inputs: InputSource;
  readonly listener: Listener;
  /** Is told what looks wrong and does not stop the run. */
  readonly onNotice?: (line: string) => void;
  /** Threads that compute, for each party with a thread of its own; all parties of one thread share them. Absent: the program's. */
  readonly threads?: number;
  /** Stops at the first value outside its range; "values" shows it. Only in the clear. Absent: no check. */
  readonly checkRange?: "bits" | "values";
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
  readonly seconds: number;
  readonly rounds: number;
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
 * @throws {OutOfRangeError} with `checkRange`, naming the program's line
 */
export async function execute(compiled: Compiled, given: EngineOptions): Promise<RunReport> {
  const options = given.checkRange === undefined ? given : await checking(given);
  const ready = await plan(compiled, options);
  const { target, prediction } = ready;
  const { preprocessing: kept } = options;
  if (kept?.mode === "file") checkSessions(compiled.hash, target, kept);
  const files = kept?.mode === "only" ? [] : openInputs(compiled.tape, options.inputs, options);
  const transport = choose(options, compiled, target, prediction);
  const ofParty = (self: PartyId) => files.filter(({ owner }) => target.clear || owner === self);
  const threads = options.threads ?? compiled.threads ?? 1;
  const results = transport === "inline"
    ? runAllInline(compiled, ready, { ...options, threads }, ofParty)
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

/** The options of a run that checks ranges: in a field wide enough that nothing wraps before it is checked. */
async function checking(options: EngineOptions): Promise<EngineOptions> {
  const { name, clear } = (await backendNamed(options.backend).load()).target(options);
  if (clear) return { ...options, domain: "field" };
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

/** One reading of the program, in its order. */
interface Reading {
  readonly owner: PartyId;
  readonly source: "binary" | "text";
  readonly kind: Kind;
  readonly count: number;
  readonly labels?: readonly LabelCheck[];
}

/** Everything the program reads, loops unrolled. */
function* readings(tape: Tape, block: Tape["body"] = tape.body): Generator<Reading> {
  for (const { does, out } of block) {
    if (does.op === "repeat" && does.body.some((i) => i.does.op === "input" || i.does.op === "repeat")) {
      for (let i = 0; i < does.times; i++) yield* readings(tape, does.body);
    }
    if (does.op !== "input") continue;
    const { shape, kind } = tape.registers[out[0]!]!;
    const { owner, source, labels } = does;
    yield { owner, source, kind, count: sizeOf(shape), ...(labels === undefined ? {} : { labels }) };
  }
}

/** How many values the program reads from one of a party's inputs. */
export function valuesRead(tape: Tape, party: PartyId, from: "binary" | "text"): number {
  let values = 0;
  for (const { owner, source, count } of readings(tape)) if (owner === party && source === from) values += count;
  return values;
}

/**
 * Opens the files that the program reads and reads them once, so that nothing is sent if one is wrong.
 *
 * `only`: those of this party. `onNotice` is told what looks wrong, though it can be read.
 */
export function openInputs(
  tape: Tape,
  open: InputSource,
  { only, onNotice = () => {} }: { readonly only?: PartyId; readonly onNotice?: (line: string) => void } = {},
): PartyJob["inputs"] {
  const files: (InputOrigin & { owner: PartyId; source: "binary" | "text" })[] = [];
  const reader = new InputReader((owner, source) => {
    const origin = open(owner, source);
    files.push({ owner, source, ...origin });
    return openInput(origin);
  });
  for (const { owner, source, kind, count, labels } of readings(tape)) {
    if (only !== undefined && owner !== only) continue;
    if (labels === undefined) reader.check(owner, source, kind, count);
    else reader.checkLabels({ owner, source, kind, count, labels });
  }
  for (const { name, bytes } of reader.leftovers()) {
    onNotice(`${name} holds ${bytes.toLocaleString("en")} bytes more than the program reads: is it another program's?`);
  }
  return files;
}

/** Runs the parties on threads or in processes of their own. */
async function runApart(
  { tape, hash }: Compiled,
  transport: Exclude<CarrierName, "inline">,
  target: Target,
  { backend, listener, parties, domain, publicSeed, threads, preprocessing }: EngineOptions & {
    readonly threads: number;
  },
  filesOf: (self: PartyId) => PartyJob["inputs"],
): Promise<PartyResult[]> {
  const options: BackendOptions = {
    ...(parties === undefined ? {} : { parties }),
    ...(domain === undefined ? {} : { domain }),
    ...(publicSeed === undefined ? {} : { publicSeed }),
  };
  const jobs = Array.from({ length: target.parties }, (_, self) => ({
    backend,
    options,
    tape,
    hash,
    threads,
    ...(preprocessing === undefined ? {} : { preprocessing }),
    inputs: filesOf(self),
  }));
  if (transport !== "workers") {
    const { runLocalNetwork } = await import("./local_network.ts");
    return await runLocalNetwork(jobs, transport, (party, event) => hear(listener, party, event));
  }
  const helpers = new KernelHelpers();
  try {
    const { results } = await runWorkers<PartyResult>({
      worker: new URL("./party_thread.ts", import.meta.url),
      inits: jobs satisfies PartyJob[],
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
