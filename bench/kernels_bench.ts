/**
 * Speed of the kernels in one thread, and of long calls in two, from sizes that fit the second-level cache to sizes that do not: a line for each kernel,
 * after Deno's own table, with work a second. Run with `deno bench -A bench/kernels_bench.ts`.
 *
 * @module
 */
import { bits, chacha12, layout, matmul, PartyMemory, ring, views } from "@symbolon/kernels";
import { startThreads } from "../kernel_threads.ts";

/** Work of a kernel call, in billions a second: bytes, multiply-adds or operations on words. */
type Unit = "GB/s" | "GMAC/s" | "Gop/s";

/** Seconds of the fastest call of each bench, and the work of one call. */
const results = new Map<string, { seconds: number; work: number; unit: Unit }>();

function bench(name: string, work: number, unit: Unit, call: () => void): void {
  results.set(name, { seconds: Infinity, work, unit });
  const result = results.get(name)!;
  Deno.bench({ name, warmup: 50 }, () => {
    const start = performance.now();
    call();
    result.seconds = Math.min(result.seconds, (performance.now() - start) / 1000);
  });
}

const LARGEST = 1_000_000;
const memory = new PartyMemory();
const [a, b, c, d, out] = Array.from({ length: 5 }, () => memory.allocate(8 * LARGEST)) as [
  number,
  number,
  number,
  number,
  number,
];
const scratch = memory.allocate(8192);

const key = memory.allocate(32);
for (const [i, at] of [a, b, c, d].entries()) chacha12(key, BigInt(i), 0n, at, LARGEST / 32);

for (const n of [10_000, 100_000, LARGEST]) {
  bench(`add ${n} words`, n, "Gop/s", () => ring.add(a, b, out, n));
  bench(`mul ${n} words`, n, "Gop/s", () => ring.mul(a, b, out, n));
  bench(`replicatedMulAdd ${n} words`, n, "Gop/s", () => ring.replicatedMulAdd(a, b, c, d, out, n));
}

for (
  const [m, k, n] of [[128, 128, 128], [128, 784, 128], [784, 128, 128], [512, 512, 512], [1000, 1000, 1000], [
    128,
    784,
    10,
  ], [1000, 1000, 1]] as const
) {
  bench(`matmul ${m}×${k}×${n}`, m * k * n, "GMAC/s", () => matmul(a, b, out, m, k, n, scratch));
}

for (const bytes of [1024, 1 << 18, 1 << 20, 1 << 22]) {
  bench(`chacha12 ${bytes} bytes`, bytes, "GB/s", () => chacha12(key, 0n, 0n, out, bytes / 256));
}

const WORDS = 100_000;
for (const width of [1, 13, 16, 32, 63]) {
  bench(`pack ${WORDS} words to ${width} bits`, 8 * WORDS, "GB/s", () => layout.pack(a, WORDS, width, out));
  bench(`unpack ${WORDS} words of ${width} bits`, 8 * WORDS, "GB/s", () => layout.unpack(a, WORDS, width, out));
}

for (
  const [name, dims] of [
    ["rows", [[1000, 1000, 1000], [1000, 1, 1]]],
    ["transpose", [[1000, 1, 1000], [1000, 1000, 1]]],
    ["inner 3", [[250_000, 4, 4], [3, 1, 1]]],
  ] as const
) {
  const spec = memory.allocate(24);
  views.words32.set(dims.flat(), spec / 4);
  const words = dims[0][0] * dims[1][0];
  bench(`copyStrided ${name}`, 8 * words, "GB/s", () => layout.copyStrided(a, out, spec, 2, 1, scratch));
}

const STRIDE = 8 * Math.ceil(WORDS / 64);
for (const width of [1, 8, 31, 64]) {
  bench(
    `toPlanes ${WORDS} words, ${width} planes`,
    8 * WORDS,
    "GB/s",
    () => bits.toPlanes(a, WORDS, width, out, STRIDE, scratch),
  );
}

const PLANES = 200, INSTRUCTIONS = 300;
const program = memory.allocate(16 * INSTRUCTIONS);
for (let i = 0; i < INSTRUCTIONS; i++) {
  views.words32.set([i & 1, 100 + i % 100, i * 7 % PLANES, i * 13 % PLANES], program / 4 + 4 * i);
}
for (const words of [16, 512, LARGEST / PLANES]) {
  bench(
    `evaluate ${INSTRUCTIONS} instructions, ${64 * words} bits`,
    8 * words * INSTRUCTIONS,
    "GB/s",
    () => bits.evaluate(program, INSTRUCTIONS, a, 8 * words, words),
  );
}

let stopThreads: (() => void) | undefined;

/** A bench with two threads: these come last, as the helper stays. */
function benchInTwo(name: string, work: number, unit: Unit, call: () => void): void {
  bench(`${name}, 2 threads`, work, unit, () => {
    stopThreads ??= startThreads(2);
    call();
  });
}

for (const [m, k, n] of [[128, 128, 128], [128, 784, 128], [784, 128, 128], [1000, 1000, 1000]] as const) {
  benchInTwo(`matmul ${m}×${k}×${n}`, m * k * n, "GMAC/s", () => matmul(a, b, out, m, k, n, scratch));
}
for (const bytes of [1 << 18, 1 << 20, 1 << 22]) {
  benchInTwo(`chacha12 ${bytes} bytes`, bytes, "GB/s", () => chacha12(key, 0n, 0n, out, bytes / 256));
}
for (const n of [100_000, LARGEST]) {
  benchInTwo(`add ${n} words`, n, "Gop/s", () => ring.add(a, b, out, n));
  benchInTwo(`replicatedMulAdd ${n} words`, n, "Gop/s", () => ring.replicatedMulAdd(a, b, c, d, out, n));
}
benchInTwo(
  `evaluate ${INSTRUCTIONS} instructions, ${64 * LARGEST / PLANES} bits`,
  8 * LARGEST / PLANES * INSTRUCTIONS,
  "GB/s",
  () => bits.evaluate(program, INSTRUCTIONS, a, 8 * LARGEST / PLANES, LARGEST / PLANES),
);

addEventListener("unload", () => {
  stopThreads?.();
  console.log(`\nfastest call, Deno ${Deno.version.deno}, V8 ${Deno.version.v8}, ${Deno.build.arch}`);
  for (const [name, { seconds, work, unit }] of results) {
    console.log(`${name.padEnd(48)} ${(work / seconds / 1e9).toFixed(2).padStart(7)} ${unit}`);
  }
});
