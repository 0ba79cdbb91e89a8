/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * One party on a thread of its own: the worker behind `--transport workers`.
 *
 * @module
 */
import { schedule } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import { drive, type SyncChannel } from "@symbolon/protocol";
import { serveParty } from "@symbolon/transport";
import { prepare } from "@symbolon/vm";
import { backendNamed } from "./backends.ts";
import { environmentOf, type PartyJob, type PartyResult } from "./engine.ts";

serveParty<PartyJob, PartyResult>(async (job, thread) => {
  const memory = new PartyMemory();
  const backend = await backendNamed(job.backend).load();
  const channel = thread.connect(memory);
  const target = backend.target(job.options);
  const protocol = drive(
    backend.setup(thread.self, job.options, { memory, entropy: systemEntropy }),
    channel,
  );
  const segments = schedule(job.tape, target);
  const { run, registerBytes } = prepare(job.tape, segments, protocol, environmentOf(job, thread.emit));
  const before = { rounds: channel.traffic.rounds, sent: [...channel.traffic.sent] };
  const start = performance.now();
  drive(run(), thread.self === 0 ? reporting(channel, thread.emit, before.rounds) : channel);
  const seconds = (performance.now() - start) / 1000;
  const { rounds, sent } = channel.traffic;
  const traffic = { rounds: rounds - before.rounds, sent: sent.map((b, p) => b - before.sent[p]!) };
  return { seconds, traffic, registerBytes };
});

/** The channel, telling how many rounds are done now and then. */
function reporting(channel: SyncChannel, emit: (message: unknown) => void, before: number): SyncChannel {
  let last = performance.now();
  return {
    self: channel.self,
    parties: channel.parties,
    traffic: channel.traffic,
    abort: (reason) => channel.abort(reason),
    exchange: (round) => {
      channel.exchange(round);
      const now = performance.now();
      if (now - last < 100) return;
      last = now;
      emit({ type: "progress", rounds: channel.traffic.rounds - before });
    },
  };
}
