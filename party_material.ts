/**
 * One party's preprocessed material between two runs: one makes it and keeps it in a file, the other uses it up.
 *
 * @module
 */
import { predict, schedule } from "@symbolon/compiler";
import { MaterialReader, MaterialWriter, sessionOf } from "@symbolon/preprocessing";
import { deriveKey, systemEntropy } from "@symbolon/primitives";
import {
  type Backend,
  type Demand,
  type Domain,
  type PartyId,
  type Protocol,
  round,
  type Step,
  type Target,
} from "@symbolon/protocol";
import { type Spent, Supply } from "@symbolon/vm";
import type { PartyEvent, PartyJob, PartyResult } from "./party_job.ts";

/** A run that has to do with kept material. Absent: material is made where the program runs, and used there. */
export interface KeptPreprocessing {
  /** Makes material and stops, or uses what was made. */
  readonly mode: "only" | "file";
  /** Where the parties' files are. */
  readonly folder: string;
}

/** A party's open file: a writer if the run only preprocesses, a reader if it uses a file, neither otherwise. */
export interface PartyMaterial {
  readonly writer?: MaterialWriter;
  readonly reader?: MaterialReader;
  /** Ends: nothing half-written and nothing half-used is left. */
  close(): void;
}

/** The option behind a mode. */
export const OPTION_OF = { only: "--preprocess-only", file: "--use-preprocessing" } as const;

/** Milliseconds between reports of progress. */
const PROGRESS_EVERY = 100;
const SESSION = 32;

/** Why a program cannot run in a mode, or null if it can. */
export function refusal(backend: Backend, target: Target, demand: Demand, { mode }: KeptPreprocessing): string | null {
  const option = `${OPTION_OF[mode]} (preprocessing of run())`;
  if (target.preprocessing === undefined) return `Backend ${backend.name} needs no preprocessing: leave out ${option}`;
  if (backend.savesMaterial !== true) {
    return `Backend ${backend.name} cannot keep its preprocessing: leave out ${option}`;
  }
  if (demand.size > 0) return null;
  return `This program takes no preprocessing with backend ${backend.name}: leave out ${option}`;
}

/**
 * Opens the party's file, if the job is about one: before anything is sent.
 *
 * @throws {RangeError} if the file to be used is missing, used, damaged or made for something else; or there is one already where
 * one is to be made
 */
export function openMaterial(
  job: Pick<PartyJob, "preprocessing" | "options" | "tape" | "hash">,
  { self, backend, emit }: { self: PartyId; backend: Backend; emit: (event: PartyEvent) => void },
): PartyMaterial {
  const { preprocessing } = job;
  if (preprocessing === undefined) return { close() {} };
  const target = backend.target(job.options);
  const { demand } = predict(schedule(job.tape, target), target);
  const why = refusal(backend, target, demand, preprocessing);
  if (why !== null) throw new RangeError(why);
  const id = materialId(job.hash, target, self);
  if (preprocessing.mode === "only") {
    const writer = new MaterialWriter(preprocessing.folder, id);
    return { writer, close: () => writer.close() };
  }
  const reader = new MaterialReader(preprocessing.folder, id, demand, now(emit));
  return { reader, close: () => reader.close() };
}

/** Throws a RangeError if the files of parties on this machine are of different sessions. */
export function checkSessions(hash: string, target: Target, { folder }: KeptPreprocessing): void {
  const ids = Array.from({ length: target.parties }, (_, self) => materialId(hash, target, self));
  const sessions = ids.map((id) => sessionOf(folder, id));
  const party = sessions.findIndex((session) => session !== null && session !== sessions[0]);
  if (party < 0 || sessions[0] === null) return;
  throw new RangeError(
    `The files of preprocessing in ${folder} do not belong together: party 0 has one of session ${
      sessions[0]!.slice(0, 16)
    }, party ${party} one of session ${
      sessions[party]!.slice(0, 16)
    }. Put back the files of one session, or delete all and ` +
      `make new material with --preprocess-only`,
  );
}

function materialId(hash: string, { name, domain, parties }: Target, party: PartyId) {
  return { backend: name, domain: showDomain(domain), parties, party, program: hash };
}

/** A domain, as parties tell each other. */
export function showDomain(domain: Domain): string {
  return domain.kind === "ring" ? `integers mod 2^${domain.bits}` : `integers mod ${domain.modulus}`;
}

/**
 * Makes all the material that a program takes and keeps it.
 *
 * Cost: two rounds besides those of the preprocessing, which alone are in the result.
 */
export function* makeMaterial(
  protocol: Protocol,
  demand: Demand,
  writer: MaterialWriter,
  emit: (event: PartyEvent) => void,
): Step<PartyResult> {
  const { parties } = protocol.target;
  const start = performance.now();
  writer.start(yield* drawSession(protocol), demand);
  const supply = new Supply(protocol, demand);
  yield* watched(supply.save(writer), { protocol, demand, spent: supply.spent, emit });
  writer.finish();
  // Nobody's file gets its name before everybody's is complete.
  yield* exchange(protocol, Uint8Array.of(1));
  writer.commit();
  return {
    seconds: 0,
    traffic: { rounds: 0, sent: new Array<number>(parties).fill(0) },
    spent: { ...supply.spent, seconds: (performance.now() - start) / 1000 },
    registerBytes: 0,
    file: { name: writer.name, bytes: writer.bytes },
  };
}

/** 32 public bytes to which every party contributes as many random ones: no two sessions have the same. */
function* drawSession(protocol: Protocol): Step<Uint8Array> {
  const part = new Uint8Array(SESSION);
  systemEntropy(part);
  return deriveKey("preprocessing/session", ...(yield* exchange(protocol, part)));
}

/** What every party tells all others, by party. */
function* exchange({ self, memory, target: { parties } }: Protocol, own: Uint8Array): Step<Uint8Array[]> {
  const mark = memory.mark();
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  const at = Array.from({ length: parties }, () => memory.scratch(own.length));
  memory.bytes.set(own, at[self]);
  const bytes = own.length;
  yield round(
    peers.map((peer) => ({ peer, at: at[self]!, bytes })),
    peers.map((peer) => ({ peer, at: at[peer]!, bytes })),
  );
  const all = at.map((from) => memory.bytes.slice(from, from + bytes));
  memory.release(mark);
  return all;
}

/** What {@linkcode watched} goes by. */
export interface Watch {
  readonly protocol: Protocol;
  /** What all of the preprocessing is to make. */
  readonly demand: Demand;
  /** What it has taken so far. */
  readonly spent: Readonly<Spent>;
  readonly emit: (event: PartyEvent) => void;
}

/** The step, telling now and then which part of the preprocessing is done, by the bytes that this party has sent. */
export function* watched(step: Step<void>, { protocol: { target, self }, demand, spent, emit }: Watch): Step<void> {
  if (demand.size === 0 || target.preprocessing === undefined) return yield* step;
  const expected = target.preprocessing(demand).links[self]!.reduce((sum, bytes) => sum + bytes, 0);
  const tell = now(emit);
  for (let at = step.next(); !at.done; at = step.next()) {
    yield at.value;
    tell(Math.min(1, spent.sent.reduce((sum, bytes) => sum + bytes, 0) / Math.max(1, expected)));
  }
}

/** Emits progress, but not too often. */
function now(emit: (event: PartyEvent) => void): (fraction: number) => void {
  let last = performance.now();
  return (fraction) => {
    const time = performance.now();
    if (time - last < PROGRESS_EVERY) return;
    last = time;
    emit({ type: "preprocessing", fraction });
  };
}
