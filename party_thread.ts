/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * One party on a thread of its own: the worker behind `--transport workers`.
 *
 * @module
 */
import { PartyMemory, useThreads } from "@symbolon/kernels";
import { drive } from "@symbolon/protocol";
import { serveParty } from "@symbolon/transport";
import { backendNamed } from "./backends.ts";
import { type HelperRequest, type PartyEvent, type PartyJob, type PartyResult, speaks } from "./party_job.ts";
import { openMaterial } from "./party_material.ts";
import { play } from "./play.ts";

serveParty<PartyJob, PartyResult>(async (job, { self, connect, emit }) => {
  const memory = new PartyMemory();
  const backend = await backendNamed(job.backend).load();
  const channel = connect(memory);
  const tell = (event: PartyEvent) => {
    if (speaks(event, self)) emit(event);
  };
  const material = openMaterial(job, { self, backend, emit: tell });
  const stopThreads = useThreads(job.threads, (init) => emit({ type: "helper", init } satisfies HelperRequest));
  try {
    const run = job.run ?? new Uint8Array();
    return drive(play(job, { self, backend, memory, run, traffic: channel.traffic, material, emit: tell }), channel);
  } finally {
    stopThreads();
    memory.dispose();
    material.close();
  }
});
