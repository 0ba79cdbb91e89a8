/**
 * Runs a compiled program with a backend over a local transport: what the command line and `run` of `mod.ts` share.
 *
 * @module
 */
import {
  type Compiled,
  type Kind,
  predict,
  type Prediction,
  schedule,
  type Segment,
  type Tape,
} from "@symbolon/compiler";
import { checkTarget } from "@symbolon/compiler";
import { type HelperInit, PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import {
  type Backend,
  type BackendOptions,
  type PartyId,
  type Round,
  sizeOf,
  type Target,
  type Traffic,
} from "@symbolon/protocol";
import { runInline, runWorkers } from "@symbolon/transport";
import { type Environment, InputReader, prepare, type Published, rangeCheck, type Spent } from "@symbolon/vm";
import { backendNamed } from "./backends.ts";
import { KernelHelpers, startThreads } from "./kernel_threads.ts";

/** How the parties of a local run are carried. */
export type TransportName = "auto" | CarrierName;

/** What carries the messages: one thread, a thread a party, a process a party over TLS 1.3 or plain TCP. */
export type CarrierName = "inline" | "workers" | "tls" | "tcp";

/** One of a party's input files. */
export interface InputFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A party's files, opened only if the program reads them. */
export type InputSource = (owner: PartyId, source: "binary" | "text") => InputFile;

/** What happens while a program runs. All parties' outputs arrive here, prints once. */
export interface Listener {
  print(line: string): void;
  output(value: Published & { readonly learnedBy: PartyId }): void;
  metric(name: string, value: number): void;
  /** Rounds done so far. Called at most every few milliseconds. */
  progress(rounds: number): void;
}

/** How to run. */
export interface EngineOptions extends BackendOptions {
  readonly backend: string;
  readonly transport?: TransportName;
  readonly inputs: InputSource;
  readonly listener: Listener;
  /** Threads that compute, for each party with a thread of its own; all parties of one thread share them. Absent: the program's. */
  readonly threads?: number;
  /** Stops at the first value outside its range; "values" shows it. Only in the clear. Absent: no check. */
  readonly checkRange?: "bits" | "values";
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

/** What making material took: in all, as `bytes` is over all parties. */
export interface Preprocessing {
  readonly seconds: number;
  readonly rounds: number;
  readonly bytes: number;
}

/** What one party's thread needs. */
export interface PartyJob {
  readonly backend: string;
  readonly options: BackendOptions;
  readonly tape: Tape;
  readonly threads: number;
  readonly inputs: readonly (InputFile & { readonly owner: PartyId; readonly source: "binary" | "text" })[];
}

/** What one party reports at its end. Time and traffic of preprocessing are apart from those of the program. */
export interface PartyResult {
  readonly seconds: number;
  readonly traffic: Traffic;
  readonly spent: Spent;
  readonly registerBytes: number;
}

/** Events of a party's thread. */
export type PartyEvent =
  | { readonly type: "print"; readonly line: string }
  | { readonly type: "output"; readonly value: Published }
  | { readonly type: "metric"; readonly name: string; readonly value: number }
  | { readonly type: "progress"; readonly rounds: number };

/** What a worker asks for: only the thread that all workers come from starts others quickly. */
export interface HelperRequest {
  readonly type: "helper";
  readonly init: HelperInit;
}

/** Above this many predicted multiplications a round, threads pay for themselves: see docs/adr/0006. */
const WORKERS_FROM = 10_000_000;

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;

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
 * @throws {RangeError} if an input is missing or too short, before anything is sent
 * @throws {OutOfRangeError} with `checkRange`, naming the program's line
 */
export async function execute(compiled: Compiled, given: EngineOptions): Promise<RunReport> {
  const options = given.checkRange === undefined ? given : await checking(given);
  const { target, prediction, ...ready } = await plan(compiled, options);
  const files = openInputs(compiled.tape, options.inputs);
  const transport = choose(options.transport ?? "auto", target, prediction);
  const ofParty = (self: PartyId) => files.filter(({ owner }) => target.clear || owner === self);
  const threads = options.threads ?? compiled.threads ?? 1;
  const results = transport === "inline"
    ? runAllInline(compiled, { ...ready, target }, { ...options, threads }, ofParty)
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
      seconds: Math.max(...results.map((r) => r.spent.seconds)),
      rounds: results[0]!.spent.rounds,
      bytes: results.reduce((sum, { spent }) => spent.sent.reduce((s, b) => s + b, sum), 0),
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

function choose(wanted: TransportName, target: Target, prediction: Prediction): CarrierName {
  if (target.parties === 1) return "inline";
  if (wanted !== "auto") return wanted;
  return prediction.multiplications > WORKERS_FROM * Math.max(1, prediction.rounds) ? "workers" : "inline";
}

/** One reading of the program, in its order. */
interface Reading {
  readonly owner: PartyId;
  readonly source: "binary" | "text";
  readonly kind: Kind;
  readonly count: number;
}

/** Everything the program reads, loops unrolled. */
function* readings(tape: Tape, block: Tape["body"] = tape.body): Generator<Reading> {
  for (const { does, out } of block) {
    if (does.op === "repeat" && does.body.some((i) => i.does.op === "input" || i.does.op === "repeat")) {
      for (let i = 0; i < does.times; i++) yield* readings(tape, does.body);
    }
    if (does.op !== "input") continue;
    const { shape, kind } = tape.registers[out[0]!]!;
    yield { owner: does.owner, source: does.source, kind, count: sizeOf(shape) };
  }
}

/**
 * Opens the files that the program reads and reads them once, so that nothing is sent if one is wrong.
 *
 * `only`: those of this party.
 */
export function openInputs(tape: Tape, open: InputSource, only?: PartyId): PartyJob["inputs"] {
  const files: (InputFile & { owner: PartyId; source: "binary" | "text" })[] = [];
  const reader = new InputReader((owner, source) => {
    const file = open(owner, source);
    files.push({ owner, source, ...file });
    return file;
  });
  for (const { owner, source, kind, count } of readings(tape)) {
    if (only === undefined || owner === only) reader.read(owner, source, kind, count);
  }
  return files;
}

/** The environment of one party; what it emits goes to `emit`. */
export function environmentOf(job: Pick<PartyJob, "inputs">, emit: (event: PartyEvent) => void): Environment {
  const reader = new InputReader((owner, source) => {
    const file = job.inputs.find((f) => f.owner === owner && f.source === source);
    if (file === undefined) throw new RangeError(`Party ${owner} has no ${source} input here`);
    return file;
  });
  return {
    input: (owner, source, kind, count) => reader.read(owner, source, kind, count),
    print: (line) => emit({ type: "print", line }),
    output: (value) => emit({ type: "output", value }),
    metric: (name, value) => emit({ type: "metric", name, value }),
  };
}

/** Passes a party's events on: everybody prints the same, so party 0 speaks for all. */
function hear(listener: Listener, party: PartyId, event: PartyEvent): void {
  if (event.type === "output") {
    if (event.value.party !== "all" || party === 0) listener.output({ ...event.value, learnedBy: party });
  } else if (party !== 0) return;
  else if (event.type === "print") listener.print(event.line);
  else if (event.type === "metric") listener.metric(event.name, event.value);
  else listener.progress(event.rounds);
}

type FilesOf = (self: PartyId) => PartyJob["inputs"];

function runAllInline(
  { tape }: Compiled,
  { backend, target, segments }: { backend: Backend; target: Target; segments: readonly Segment[] },
  options: EngineOptions & { readonly threads: number },
  filesOf: FilesOf,
): PartyResult[] {
  const { listener } = options;
  const stopThreads = startThreads(options.threads);
  const parties = Array.from({ length: target.parties }, (_, self) => ({ self, memory: new PartyMemory() }));
  try {
    const { results: protocols } = runInline(parties.map(({ self, memory }) => ({
      memory,
      step: backend.setup(self, options, { memory, entropy: systemEntropy }),
    })));
    const observe = options.checkRange && rangeCheck(tape, { showValues: options.checkRange === "values" });
    const prepared = protocols.map((protocol, self) =>
      prepare(tape, segments, protocol, {
        ...environmentOf({ inputs: filesOf(self) }, (e) => hear(listener, self, e)),
        ...(observe === undefined ? {} : { observe }),
      })
    );
    runInline(prepared.map(({ preprocess }, self) => ({ memory: parties[self]!.memory, step: preprocess() })));
    const before = prepared.map(({ spent }) => ({ ...spent, sent: [...spent.sent] }));
    const start = performance.now();
    const { traffic } = runInline(
      prepared.map(({ run }, self) => ({ memory: parties[self]!.memory, step: run() })),
      progressTap(listener),
    );
    const seconds = (performance.now() - start) / 1000;
    return prepared.map(({ registerBytes, spent }, self) =>
      programOnly({ seconds, registerBytes, traffic: traffic[self]!, spent }, before[self]!)
    );
  } finally {
    stopThreads();
    for (const { memory } of parties) memory.dispose();
  }
}

/** A result with what preprocessing took after `before` taken out of its time and traffic. */
export function programOnly({ seconds, traffic, spent, registerBytes }: PartyResult, before: Spent): PartyResult {
  return {
    seconds: seconds - (spent.seconds - before.seconds),
    traffic: {
      rounds: traffic.rounds - (spent.rounds - before.rounds),
      sent: traffic.sent.map((bytes, peer) => bytes - (spent.sent[peer]! - before.sent[peer]!)),
    },
    spent: { ...spent, sent: [...spent.sent] },
    registerBytes,
  };
}

function progressTap(listener: Listener): (rounds: readonly Round[]) => void {
  let rounds = 0;
  let last = performance.now();
  return () => {
    if (++rounds % 256 !== 0) return;
    const now = performance.now();
    if (now - last < PROGRESS_EVERY) return;
    last = now;
    listener.progress(rounds);
  };
}

/** Runs the parties on threads or in processes of their own. */
async function runApart(
  { tape, hash }: Compiled,
  transport: Exclude<CarrierName, "inline">,
  target: Target,
  { backend, listener, parties, domain, publicSeed, threads }: EngineOptions & { readonly threads: number },
  filesOf: FilesOf,
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
