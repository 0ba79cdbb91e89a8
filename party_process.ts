/**
 * One party as a process of a local run: what `--transport tls` and `--transport tcp` start.
 *
 * @module
 */
import { type Address, type Identity, mutualTls, plainTcp, serveProcess } from "@symbolon/transport";
import { backendNamed } from "./backends.ts";
import { type PartyEvent, type PartyJob, type PartyResult, speaks } from "./party_job.ts";
import { playOverNetwork } from "./play.ts";

/** What the process is told. */
export interface ProcessJob extends PartyJob {
  readonly self: number;
  readonly addresses: readonly Address[];
  /** Absent: plain TCP. */
  readonly identity?: Identity;
}

await serveProcess<ProcessJob, PartyResult>(async ({ self, addresses, identity, ...job }, emit) => {
  const backend = await backendNamed(job.backend).load();
  const tell = (event: PartyEvent) => {
    if (speaks(event, self)) emit(event);
  };
  const carrier = identity === undefined ? plainTcp : mutualTls(identity);
  return await playOverNetwork(job, { self, addresses, carrier }, { backend, emit: tell });
});
