/**
 * Time a round by transport and message size; every party sends every other one message a round.
 *
 * `deno run -A bench/transport_bench.ts [ring bytes]`
 *
 * @module
 */
import { freePorts, makeCertificate, runInline, runProcesses, runWorkers } from "@symbolon/transport";
import type { ProcessLoad } from "./transport_process.ts";
import { allToAll, plainMemory } from "./transport_rounds.ts";

const PARTIES = 3;
const SIZES = [8, 1 << 10, 1 << 16, 1 << 20];
const REPEATS = 7;
const ringBytes = Deno.args[0] === undefined ? {} : { ringBytes: Number(Deno.args[0]) };

function roundsFor(bytes: number): number {
  return Math.max(60, Math.min(5000, Math.floor(2 ** 28 / bytes / PARTIES)));
}

async function overSockets(transport: "tls" | "tcp", bytes: number, rounds: number): Promise<number[]> {
  const addresses = freePorts(PARTIES).map((port) => ({ host: "127.0.0.1", port }));
  const keys = transport === "tcp" ? [] : await Promise.all(addresses.map((_, party) => makeCertificate(party)));
  const certificates = keys.map(({ certificate: pem }, p) => ({ file: `P${p}.pem`, pem }));
  const results = await runProcesses<number[]>({
    module: new URL("./transport_process.ts", import.meta.url),
    inits: addresses.map((_, self): ProcessLoad => {
      const key = keys[self]?.key;
      const identity = key === undefined ? {} : { identity: { self, key, certificates } };
      return { self, addresses, bytes, rounds, repeats: REPEATS, ...identity };
    }),
  });
  return results[0]!;
}

function report(transport: string, bytes: number, rounds: number, seconds: readonly number[]): void {
  const sorted = seconds.map((s) => s / rounds * 1e6).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1]!;
  const rate = bytes * (PARTIES - 1) / median / 1000;
  console.log(
    [
      transport.padEnd(8),
      `${bytes} B`.padStart(10),
      `${median.toFixed(1)} µs`.padStart(12),
      `${sorted[0]!.toFixed(1)} µs`.padStart(12),
      rate.toFixed(2).padStart(8),
    ].join(" "),
  );
}

console.log(`${PARTIES} parties on ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}`);
console.log("transport     message       median      fastest  GB/s sent a party");
for (const bytes of SIZES) {
  const rounds = roundsFor(bytes);
  const inits = new Array(PARTIES).fill({ bytes, rounds, repeats: REPEATS });
  const worker = new URL("./transport_worker.ts", import.meta.url);
  const { results } = await runWorkers<number[]>({ worker, inits, ...ringBytes });
  report("workers", bytes, rounds, results[0]!);
}
for (const bytes of SIZES) {
  const rounds = roundsFor(bytes) * (bytes < 4096 ? 20 : 1);
  const seconds: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const runners = Array.from({ length: PARTIES }, (_, self) => ({
      step: allToAll(self, PARTIES, bytes, rounds),
      memory: plainMemory(2 * PARTIES * bytes),
    }));
    const start = performance.now();
    runInline(runners);
    seconds.push((performance.now() - start) / 1000);
  }
  report("inline", bytes, rounds, seconds);
}
for (const transport of ["tls", "tcp"] as const) {
  for (const bytes of SIZES) {
    const rounds = Math.ceil(roundsFor(bytes) / 3);
    report(transport, bytes, rounds, await overSockets(transport, bytes, rounds));
  }
}
