/**
 * One party's preprocessed material between two runs: one makes it and keeps it in a file, the other uses it up.
 *
 * @module
 */
import { MaterialReader, MaterialWriter, sessionOf } from "@symbolon/preprocessing";
import { deriveKey, systemEntropy } from "@symbolon/primitives";
import {
  type Backend,
  type Demand,
  type Domain,
  NO_DEMAND,
  noTraffic,
  type PartyId,
  type Protocol,
  round,
  type Step,
  type Target,
} from "@symbolon/protocol";
import type { Supply } from "@symbolon/vm";
import type { KeptPreprocessing, PartyJob, PartyResult } from "./job.ts";

/** A party's open file: a writer if the run only preprocesses, a reader if it uses a file, neither otherwise. */
export interface PartyMaterial {
  readonly writer?: MaterialWriter;
  readonly reader?: MaterialReader;
  /** Ends: nothing half-written and nothing half-used is left. */
  close(): void;
}

const SESSION = 32;

/** Why a program cannot run in a mode, or null if it can. */
export function refusal(backend: Backend, target: Target, demand: Demand, { mode }: KeptPreprocessing): string | null {
  const option = `option preprocessing: "${mode}"`;
  if (target.preprocessing === undefined) return `Backend ${backend.name} needs no preprocessing: leave out ${option}`;
  if (backend.savesMaterial !== true) {
    return `Backend ${backend.name} cannot keep its preprocessing: leave out ${option}`;
  }
  if (demand.size > 0) return null;
  return `This program takes no preprocessing with backend ${backend.name}: leave out ${option}`;
}

/** What a file for a program holds: what it takes, and what the backend saves besides. */
export function keptDemand({ savesBesides = NO_DEMAND }: Backend, demand: Demand): Demand {
  return new Map([...demand, ...savesBesides]);
}

/**
 * Opens the party's file: before anything is sent. `tell` is told which part of a file has been read.
 *
 * @throws {RangeError} if the file to be used is missing, used, damaged or made for something else; or there is one already where
 * one is to be made
 */
export function openMaterial(
  preprocessing: KeptPreprocessing,
  { options, tapeHash }: Pick<PartyJob, "options" | "tapeHash">,
  { self, backend, demand, tell }: {
    readonly self: PartyId;
    readonly backend: Backend;
    readonly demand: Demand;
    readonly tell: (fraction: number) => void;
  },
): PartyMaterial {
  const target = backend.target(options);
  const why = refusal(backend, target, demand, preprocessing);
  if (why !== null) throw new RangeError(why);
  const id = materialId(tapeHash, target, self);
  if (preprocessing.mode === "only") {
    const writer = new MaterialWriter(preprocessing.folder, id);
    return { writer, close: () => writer.close() };
  }
  const reader = new MaterialReader(preprocessing.folder, id, keptDemand(backend, demand), tell);
  return { reader, close: () => reader.close() };
}

/** Throws a RangeError if the files of parties on this machine are of different sessions. */
export function checkSessions(tapeHash: string, target: Target, { folder }: KeptPreprocessing): void {
  const ids = Array.from({ length: target.parties }, (_, self) => materialId(tapeHash, target, self));
  const sessions = ids.map((id) => sessionOf(folder, id));
  const party = sessions.findIndex((session) => session !== null && session !== sessions[0]);
  if (party < 0 || sessions[0] === null) return;
  throw new RangeError(
    `The files of preprocessing in ${folder} do not belong together: party 0 has one of session ${
      sessions[0]!.slice(0, 16)
    }, party ${party} one of session ${
      sessions[party]!.slice(0, 16)
    }. Put back the files of one session, or delete all and ` +
      `make new material with option preprocessing: "only"`,
  );
}

function materialId(tapeHash: string, { name, domain, parties }: Target, party: PartyId) {
  return { backend: name, domain: showDomain(domain), parties, party, tapeHash };
}

/** A domain, as parties tell each other. */
export function showDomain(domain: Domain): string {
  return domain.kind === "ring" ? `integers mod 2^${domain.bits}` : `integers mod ${domain.modulus}`;
}

/**
 * Makes all the material that a program takes and keeps it. `demand`: what the file holds then.
 *
 * Cost: two rounds besides those of the preprocessing, which alone are in the result.
 */
export function* makeMaterial(
  protocol: Protocol,
  { demand, supply }: { readonly demand: Demand; readonly supply: Supply },
  writer: MaterialWriter,
): Step<PartyResult> {
  const start = performance.now();
  writer.start(yield* drawSession(protocol), demand);
  yield* supply.save(writer);
  writer.finish();
  // Nobody's file gets its name before everybody's is complete.
  yield* exchange(protocol, Uint8Array.of(1));
  writer.commit();
  return {
    seconds: 0,
    traffic: noTraffic(protocol.target.parties),
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
