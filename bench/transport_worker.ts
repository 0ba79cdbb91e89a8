/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/** One party of `transport_bench.ts`. @module */
import { drive, type Step } from "@symbolon/protocol";
import { serveParty } from "@symbolon/transport";
import { allToAll, plainMemory } from "./transport_rounds.ts";

serveParty<{ bytes: number; rounds: number; repeats: number }, number[]>((init, { self, parties, connect }) => {
  const memory = plainMemory(2 * parties * init.bytes);
  const channel = connect(memory);
  const run = (rounds: number): Step<void> => allToAll(self, parties, init.bytes, rounds);
  drive(run(Math.ceil(init.rounds / 2)), channel);
  const seconds: number[] = [];
  for (let i = 0; i < init.repeats; i++) {
    const start = performance.now();
    drive(run(init.rounds), channel);
    seconds.push((performance.now() - start) / 1000);
  }
  return seconds;
});
