/**
 * Speed of the kernels in one thread, and of long calls in two, from sizes that fit the first-level cache to sizes that fit none:
 * a line for each, after Deno's own table, with work a second and the share of what this machine can do at best (limits.ts).
 *
 * `deno bench -A bench/kernels_bench.ts`; with `-- --docs` the lines go into docs/benchmarks.md as well. Oblivious transfers have
 * a bench of their own, ot_bench.ts.
 *
 * @module
 */
import { startThreads } from "../engine/kernel_threads.ts";
import { markdownTable, updateDocs } from "./docs.ts";
import { CALLS, type KernelCall } from "./kernel_calls.ts";
import { Limits } from "./limits.ts";
import { describe, thisMachine } from "./machine.ts";

/** Two threads can do twice as much, memory apart. */
const THREADS = 2;

const limits = new Limits();
const { multiplications, scalars, vectors } = limits.rates;

/** Seconds of the fastest call of each bench, with its name. */
const results: { readonly kernel: KernelCall; readonly name: string; readonly threads: number; seconds: number }[] = [];

let stopThreads: (() => void) | undefined;

function bench(kernel: KernelCall, threads: number): void {
  const name = threads === 1 ? kernel.name : `${kernel.name}, ${threads} threads`;
  const result = { kernel, name, threads, seconds: Infinity };
  results.push(result);
  Deno.bench({ name, warmup: 50 }, () => {
    if (threads > 1) stopThreads ??= startThreads(threads);
    const start = performance.now();
    kernel.call();
    result.seconds = Math.min(result.seconds, (performance.now() - start) / 1000);
  });
}

for (const call of CALLS) bench(call, 1);
// Last, as the helper stays.
for (const call of CALLS) if (call.long) bench(call, THREADS);

const COLUMNS = ["kernel", "speed", "limit", "share", "by"];

function lines(): string[][] {
  return results.filter(({ seconds }) => seconds < Infinity).map(({ kernel, name, threads, seconds }) => {
    const { work, unit, load } = kernel;
    const least = limits.least(load);
    const limit = least.seconds / threads;
    const rate = (s: number) => `${(work / s / 1e9).toFixed(work / s < 1e9 ? 3 : 2)} ${unit}`;
    return [name, rate(seconds), rate(limit), `${(100 * limit / seconds).toFixed(0)} %`, least.by];
  });
}

addEventListener("unload", () => {
  stopThreads?.();
  const giga = (rate: number) => (rate / 1e9).toFixed(1);
  const gigabytes = (touched: number) => giga(limits.copying(touched));
  const limitsText =
    `Limits of one thread: ${giga(multiplications)} billion multiplications of 64-bit words a second, ` +
    `${giga(scalars)} billion other operations on words, ${giga(vectors)} billion on 128 bits; ` +
    `copies read and write ${gigabytes(2 ** 14)} GB/s within 16 KiB, ${gigabytes(2 ** 18)} within 256 KiB, ` +
    `${gigabytes(2 ** 22)} within 4 MiB, ${gigabytes(2 ** 26)} within 64 MiB.`;
  const machine = `${describe(thisMachine())}; the fastest call of each bench`;
  console.log(`\n${machine}\n${limitsText}\n`);
  for (const [name, speed, limit, share, by] of [COLUMNS, ...lines()]) {
    console.log(`${name!.padEnd(50)} ${speed!.padStart(14)} ${limit!.padStart(14)} ${share!.padStart(6)}  ${by}`);
  }
  if (!Deno.args.includes("--docs")) return;
  updateDocs("kernels", `${machine}. ${limitsText}\n\n${markdownTable(COLUMNS, lines())}`);
});
