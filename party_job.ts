/**
 * What one party of a run is told and what it tells: the same in a thread, a worker or a process.
 *
 * @module
 */
import type { Given, Tape } from "@symbolon/compiler";
import type { HelperInit } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import type { BackendOptions, PartyId, Traffic } from "@symbolon/protocol";
import { type Environment, type InputOrigin, InputReader, openInput, type Published, type Spent } from "@symbolon/vm";
import type { KeptPreprocessing } from "./party_material.ts";

/** What happens while a program runs. All parties' outputs arrive here, prints once. */
export interface Listener {
  print(line: string): void;
  output(value: Published & { readonly learnedBy: PartyId }): void;
  metric(name: string, value: number): void;
  /** Rounds done so far, preprocessing not counted. Called at most every few milliseconds. */
  progress(rounds: number): void;
  /** Which part of the preprocessing is done, from 0 to 1. Called like `progress`, before the program. */
  preprocessing?(fraction: number): void;
}

/** A file of one party's material. */
export interface MaterialFile {
  /** Its name in the folder. */
  readonly name: string;
  /** Its length. */
  readonly bytes: number;
}

/** What one party's thread needs. */
export interface PartyJob {
  readonly backend: string;
  readonly options: BackendOptions;
  readonly tape: Tape;
  /** The tape's hash. */
  readonly hash: string;
  readonly threads: number;
  /** What the parties of this run have in common, where whoever starts them says so: those of a network agree on it themselves. */
  readonly run?: Uint8Array;
  readonly preprocessing?: KeptPreprocessing;
  readonly inputs: readonly (InputOrigin & { readonly owner: PartyId; readonly source: "binary" | "text" })[];
  /** What the program brings in place of a part of the binary inputs, by party. */
  readonly brought: ReadonlyMap<PartyId, Given>;
}

/** What the parties of a run that one caller starts have in common: 32 bytes that no other run has. */
export function freshRun(): Uint8Array {
  const run = new Uint8Array(32);
  systemEntropy(run);
  return run;
}

/** What one party reports at its end. Time and traffic of preprocessing are apart from those of the program. */
export interface PartyResult {
  readonly seconds: number;
  readonly traffic: Traffic;
  readonly spent: Spent;
  readonly registerBytes: number;
  /** What it has written, if it only preprocesses: nothing else has run then. */
  readonly file?: MaterialFile;
}

/** Events of a party's thread. */
export type PartyEvent =
  | { readonly type: "print"; readonly line: string }
  | { readonly type: "output"; readonly value: Published }
  | { readonly type: "metric"; readonly name: string; readonly value: number }
  | { readonly type: "progress"; readonly rounds: number }
  | { readonly type: "preprocessing"; readonly fraction: number };

/** What a worker asks for: only the thread that all workers come from starts others quickly. */
export interface HelperRequest {
  readonly type: "helper";
  readonly init: HelperInit;
}

/** Passes a party's events on: everybody prints the same, so party 0 speaks for all. */
export function hear(listener: Listener, party: PartyId, event: PartyEvent): void {
  if (event.type === "output") {
    if (event.value.party !== "all" || party === 0) listener.output({ ...event.value, learnedBy: party });
  } else if (party !== 0) return;
  else if (event.type === "print") listener.print(event.line);
  else if (event.type === "metric") listener.metric(event.name, event.value);
  else if (event.type === "preprocessing") listener.preprocessing?.(event.fraction);
  else listener.progress(event.rounds);
}

/** Whether a party's event is worth passing on: everybody is equally far, so party 0 tells of progress. */
export function speaks(event: PartyEvent, self: PartyId): boolean {
  return self === 0 || (event.type !== "progress" && event.type !== "preprocessing");
}

/** The environment of one party; what it emits goes to `emit`. */
export function environmentOf(
  job: Pick<PartyJob, "inputs" | "brought">,
  emit: (event: PartyEvent) => void,
): Environment {
  const reader = new InputReader((owner, source) => {
    const file = job.inputs.find((f) => f.owner === owner && f.source === source);
    if (file === undefined) throw new RangeError(`Party ${owner} has no ${source} input here`);
    return openInput(file);
  }, job.brought);
  return {
    input: (owner, source, kind, count) => reader.take(owner, source, kind, count),
    print: (line) => emit({ type: "print", line }),
    output: (value) => emit({ type: "output", value }),
    metric: (name, value) => emit({ type: "metric", name, value }),
  };
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
