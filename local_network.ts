/**
 * All parties of a run as processes of this machine, over sockets of the loopback interface.
 *
 * @module
 */
import { HELPER } from "@symbolon/kernels";
import { freePorts, makeCertificate, runProcesses } from "@symbolon/transport";
import type { PartyEvent, PartyJob, PartyResult } from "./party_job.ts";
import type { ProcessJob } from "./party_process.ts";

/** Who is told of events, and what stops the run. */
export interface NetworkRun {
  readonly onEvent: (party: number, event: PartyEvent) => void;
  readonly signal?: AbortSignal;
}

/** Runs one job a party. Over TLS with keys made for this run, which no file ever holds. */
export async function runLocalNetwork(
  jobs: readonly PartyJob[],
  transport: "tls" | "tcp",
  { onEvent, signal }: NetworkRun,
): Promise<PartyResult[]> {
  const addresses = freePorts(jobs.length).map((port) => ({ host: "127.0.0.1", port }));
  const keys = transport === "tcp" ? [] : await Promise.all(jobs.map((_, party) => makeCertificate(party)));
  const certificates = keys.map(({ certificate: pem }, p) => ({ file: `the certificate of party ${p}`, pem }));
  const folder = jobs[0]?.preprocessing?.folder;
  return await runProcesses<PartyResult>({
    module: new URL("./party_process.ts", import.meta.url),
    inits: jobs.map((job, self): ProcessJob => {
      const key = keys[self]?.key;
      return { ...job, self, addresses, ...(key === undefined ? {} : { identity: { self, key, certificates } }) };
    }),
    reads: jobs.map(({ inputs }) => inputs.flatMap((input) => "path" in input ? [input.path] : [])),
    ...(jobs.every(({ threads }) => threads === 1) ? {} : { workers: new URL(".", HELPER) }),
    ...(folder === undefined ? {} : { folder }),
    ...(signal === undefined ? {} : { signal }),
    onMessage: (party, event) => onEvent(party, event as PartyEvent),
  });
}
