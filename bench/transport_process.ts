/** One party of `transport_bench.ts` as a process. @module */
import { driveAsync, type Step } from "@symbolon/protocol";
import {
  type Address,
  connectMesh,
  type Identity,
  mutualTls,
  plainTcp,
  serveProcess,
  SocketChannel,
} from "@symbolon/transport";
import { allToAll, plainMemory } from "./transport_rounds.ts";

/** What a process measures. */
export interface ProcessLoad {
  readonly self: number;
  readonly addresses: readonly Address[];
  /** Absent: plain TCP. */
  readonly identity?: Identity;
  readonly bytes: number;
  readonly rounds: number;
  readonly repeats: number;
}

await serveProcess<ProcessLoad, number[]>(async ({ self, addresses, identity, bytes, rounds, repeats }) => {
  const parties = addresses.length;
  const carrier = identity === undefined ? plainTcp : mutualTls(identity);
  const agreement = { parties, backend: "bench", domain: "bytes", tapeHash: "" };
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  const { links } = await connectMesh({ self, addresses, carrier, agreement, nonce });
  const channel = new SocketChannel(self, plainMemory(2 * parties * bytes), links);
  const run = (rounds: number): Step<void> => allToAll(self, parties, bytes, rounds);
  await driveAsync(run(Math.ceil(rounds / 2)), channel);
  const seconds: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await driveAsync(run(rounds), channel);
    seconds.push((performance.now() - start) / 1000);
  }
  await channel.end();
  await channel.closed(1000);
  return seconds;
});
