/**
 * All parties of a run as processes of this machine, over sockets of the loopback interface.
 *
 * @module
 */
import { HELPER } from "@symbolon/kernels";
import { type Address, freePorts, type Identity, makeCertificate, runProcesses } from "@symbolon/transport";
import type { PartyEvent, PartyJob, PartyResult } from "../party/job.ts";
import type { LocalRun } from "./inline.ts";

/** What a process is told. */
export interface ProcessJob extends PartyJob {
  readonly self: number;
  readonly addresses: readonly Address[];
  /** Absent: plain TCP. */
  readonly identity: Identity | undefined;
}

/** Runs one job a party. Over TLS with keys made for this run, which no file ever holds. */
export async function runInProcesses(
  jobs: readonly PartyJob[],
  carrier: "tls" | "tcp",
  { onEvent, signal }: LocalRun,
): Promise<PartyResult[]> {
  const addresses = freePorts(jobs.length).map((port) => ({ host: "127.0.0.1", port }));
  const keys = carrier === "tcp" ? [] : await Promise.all(jobs.map((_, party) => makeCertificate(party)));
  const certificates = keys.map(({ certificate: pem }, p) => ({ file: `the certificate of party ${p}`, pem }));
  return await runProcesses<PartyResult>({
    module: new URL("./process_party.ts", import.meta.url),
    inits: jobs.map((job, self): ProcessJob => {
      const key = keys[self]?.key;
      return { ...job, self, addresses, identity: key === undefined ? undefined : { self, key, certificates } };
    }),
    reads: jobs.map(({ inputs }) => inputs.flatMap((input) => "path" in input ? [input.path] : [])),
    workers: jobs.every(({ threads }) => threads === 1) ? undefined : new URL(".", HELPER),
    folder: jobs[0]?.preprocessing?.folder,
    signal,
    onMessage: (party, event) => onEvent(party, event as PartyEvent),
  });
}
