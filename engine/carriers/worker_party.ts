/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * One party on a thread of its own: the worker behind `--transport workers`.
 *
 * @module
 */
import { useThreads } from "@symbolon/kernels";
import { drive } from "@symbolon/protocol";
import { serveParty } from "@symbolon/transport";
import { backendNamed } from "../plan.ts";
import type { PartyResult } from "../party/job.ts";
import { Party } from "../party/party.ts";
import type { HelperRequest, WorkerJob } from "./workers.ts";

serveParty<WorkerJob, PartyResult>(async ({ run, ...job }, { self, connect, emit }) => {
  const backend = await backendNamed(job.backend).load();
  const party = new Party(job, { self, backend, emit });
  let stopThreads = () => {};
  try {
    stopThreads = useThreads(job.threads, (init) => emit({ type: "helper", init } satisfies HelperRequest));
    const channel = connect(party.memory);
    for (const phase of party.phases({ run, traffic: channel.traffic })) {
      drive(phase.begin(), channel, party.afterRound);
      phase.end?.();
    }
    return party.result;
  } finally {
    stopThreads();
    party.close();
  }
});
