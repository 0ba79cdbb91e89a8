/**
 * One party as a process of a local run: what `--transport tls` and `--transport tcp` start.
 *
 * @module
 */
import { mutualTls, plainTcp, serveProcess } from "@symbolon/transport";
import { backendNamed } from "../plan.ts";
import type { PartyResult } from "../party/job.ts";
import { runInNetwork } from "./network.ts";
import type { ProcessJob } from "./processes.ts";

await serveProcess<ProcessJob, PartyResult>(async ({ self, addresses, identity, ...job }, emit) => {
  const backend = await backendNamed(job.backend).load();
  const carrier = identity === undefined ? plainTcp : mutualTls(identity);
  return await runInNetwork(job, { self, addresses, carrier }, { backend, emit });
});
