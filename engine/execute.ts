/**
 * Runs a compiled program with a backend, all parties on this machine: what the command line and `run` share.
 *
 * @module
 */
import type { Compiled, Prediction } from "@symbolon/compiler";
import type { PartyId, Target } from "@symbolon/protocol";
import { type LocalRun, runInOneThread } from "./carriers/inline.ts";
import { runInThreads } from "./carriers/workers.ts";
import {
  hearAll,
  type InputFiles,
  jobOf,
  type JobOptions,
  type Listener,
  type MaterialFile,
  openInputs,
  type PartyJob,
} from "./party/job.ts";
import { checkSessions } from "./party/material.ts";
import { type CarrierName, carrierOf, costlyMaterial, type Plan, plan, type TransportName } from "./plan.ts";

/** How to run. Threads are those of each party with a thread of its own; all parties of one thread share them. */
export interface EngineOptions extends JobOptions {
  readonly transport?: TransportName;
  readonly inputs: InputFiles;
  readonly listener: Listener;
  /** Is told before the run what it will take. */
  readonly onPlan?: (prediction: Prediction) => void;
  /** Stops the run, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told what looks wrong and does not stop the run. */
  readonly onNotice?: (line: string) => void;
}

/** What a run took. Traffic is that of the program; agreeing on keys beforehand is not counted. */
export interface RunReport {
  readonly parties: number;
  readonly transport: CarrierName;
  /** Threads that computed, as {@linkcode EngineOptions} counts them. */
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

/**
 * Runs a compiled program to its end. `ready`: its plan, where the caller has it already.
 *
 * @throws {RangeError} if an input is missing or too short, or material that it is to use, before anything is sent
 * @throws {OutOfRangeError} in the clear, at the first value outside its range, naming the program's line
 */
export async function execute(compiled: Compiled, options: EngineOptions, ready?: Plan): Promise<RunReport> {
  const planned = ready ?? await plan(compiled, options);
  const { backend, target, prediction } = planned;
  const { listener, preprocessing: kept, signal } = options;
  checkChecking(options, target);
  options.onPlan?.(prediction);
  if (kept?.mode === "file") checkSessions(compiled.tapeHash, target, kept);
  const jobs = jobsOf(compiled, planned, options);
  const costly = costlyMaterial(planned, kept);
  if (costly !== null) options.onNotice?.(costly);
  const carrier = carrierOf(options.transport ?? "auto", compiled, planned, kept);
  const of: LocalRun = { onEvent: (party, event) => hearAll(listener, party, event), signal };
  const results = carrier === "inline"
    ? await runInOneThread(jobs, backend, of)
    : carrier === "workers"
    ? await runInThreads(jobs, of)
    : await (await import("./carriers/processes.ts")).runInProcesses(jobs, carrier, of);
  return {
    parties: target.parties,
    transport: carrier,
    threads: jobs[0]!.threads,
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

/** What each party is told: its own inputs, or all of them in the clear. */
function jobsOf(compiled: Compiled, planned: Plan, options: EngineOptions): PartyJob[] {
  const { clear, parties } = planned.target;
  const files = options.preprocessing?.mode === "only" ? [] : openInputs(compiled, options.inputs, options);
  const job = jobOf(compiled, planned, options);
  return Array.from({ length: parties }, (_, self): PartyJob => {
    const isOf = (owner: PartyId) => clear || owner === self;
    return {
      ...job,
      inputs: files.filter(({ owner }) => isOf(owner)),
      brought: new Map([...compiled.brought].filter(([owner]) => isOf(owner))),
    };
  });
}

/** Ranges can be checked only where the values are there to be looked at. */
function checkChecking({ checkRange }: EngineOptions, { name, clear }: Target): void {
  if (clear || checkRange === undefined || checkRange === "off") return;
  throw new RangeError(`Ranges are checked in the clear, which backend ${name} never computes in: choose emulate`);
}
