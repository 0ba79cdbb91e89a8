/**
 * All parties of a run on threads of their own.
 *
 * @module
 */
import type { HelperInit } from "@symbolon/kernels";
import { runWorkers } from "@symbolon/transport";
import { KernelHelpers } from "../kernel_threads.ts";
import { freshRun, type PartyEvent, type PartyJob, type PartyResult } from "../party/job.ts";
import type { LocalRun } from "./inline.ts";

/** What a thread is told. */
export interface WorkerJob extends PartyJob {
  /** What the parties of this run have in common. */
  readonly run: Uint8Array;
}

/** What a thread asks for: only the thread that all workers come from starts others quickly. */
export interface HelperRequest {
  readonly type: "helper";
  readonly init: HelperInit;
}

/** Runs one job a party. */
export async function runInThreads(
  jobs: readonly PartyJob[],
  { onEvent, signal }: LocalRun,
): Promise<PartyResult[]> {
  const run = freshRun();
  const helpers = new KernelHelpers();
  try {
    const { results } = await runWorkers<PartyResult>({
      worker: new URL("./worker_party.ts", import.meta.url),
      inits: jobs.map((job): WorkerJob => ({ ...job, run })),
      signal,
      onMessage: (party, message) => {
        const event = message as PartyEvent | HelperRequest;
        if (event.type === "helper") helpers.start(event.init);
        else onEvent(party, event);
      },
    });
    return results;
  } finally {
    helpers.stop();
  }
}
