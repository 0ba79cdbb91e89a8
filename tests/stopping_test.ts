import { assert, assertEquals, assertRejects } from "@std/assert";
import { program, repeat, type RunProgress, sfix, sint } from "../mod.ts";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";
import { suiteWith } from "./permissions.ts";

/** A program that takes far longer than the tests wait. */
const endless = program("", {}, () => {
  const [x] = repeat(2 ** 30, [sfix.inputTensorVia(0, [1, 2])], ([x]) => [x.mul(x).sub(x)]);
  x.revealTo(0);
});

/** A straight line of many instructions: no loop, and under "emulate" no round. */
const long = program("", {}, () => {
  let x = sint.inputTensorVia(0, new Float64Array(150_000));
  for (let i = 0; i < 1200; i++) x = x.add(x).mul(x);
  x.sum().reveal().output("y");
});

/** How long the longest wait of a timer of 1 ms is, in milliseconds, while `body` goes on; without the first, in which all is loaded. */
async function longestWait(body: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  const waits: number[] = [];
  const timer = setInterval(() => {
    const now = performance.now();
    waits.push(now - last);
    last = now;
  }, 1);
  try {
    await body();
  } finally {
    clearInterval(timer);
  }
  waits.push(performance.now() - last);
  return waits.sort((a, b) => b - a)[1] ?? 0;
}

/** Runs until it is stopped after a while. */
async function stopped(options: RunOptions, ms = 400): Promise<void> {
  const reason = new Error("stopped by the user");
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(reason), ms);
  try {
    const error = await assertRejects(() => run(endless, { ...options, signal: controller.signal }));
    assertEquals(error, reason);
  } finally {
    clearTimeout(timer);
  }
}

for (const backend of ["ring", "emulate", "semi2k", "mascot"]) {
  Deno.test(`${backend} gives the event loop its turn, and stops at a signal`, async () => {
    await run(program("", {}, () => sint.constant(1).revealTo(0)), { backend, transport: "inline" });
    const options: RunOptions = { backend, transport: "inline" };
    // Pauses come every 50 ms; a machine under load may take some more.
    const wait = await longestWait(() => stopped(options, 1500));
    assert(wait < 1000, `the event loop waited for ${wait} ms`);
  });
}

Deno.test("a straight line of instructions has pauses, too", async () => {
  const ended: string[] = [];
  const running = run(long, { backend: "emulate" }).then(() => ended.push("run"));
  const timer = new Promise<void>((resolve) => setTimeout(() => resolve(void ended.push("timer")), 1));
  await Promise.all([running, timer]);
  let turns = 0;
  const each = setInterval(() => turns++, 1);
  await run(long, { backend: "emulate" });
  clearInterval(each);
  assert(turns > 0 && ended.length === 2);
});

Deno.test("runs in one thread wait for each other and are not mixed up", async () => {
  const product = (n: number) => {
    const [x] = repeat(200, [sfix.inputTensorVia(0, [n])], ([x]) => [x.mul(0.5).add(n / 2)]);
    return x;
  };
  const values = await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      const options = { backend: n % 2 === 0 ? "ring" : "emulate", transport: "inline", args: ["nearest"] } as const;
      const { outputs } = await run(program("", {}, () => product(n).reveal().output("y")), options);
      return Number(outputs[0]!.values[0]);
    }),
  );
  values.forEach((value, n) => assert(Math.abs(value - n) < 0.01, `${value} for ${n}`));
});

Deno.test("a run that fails or is stopped leaves the next one alone", async () => {
  const fails = run(program("", {}, () => sint.inputFrom(0, { shape: [1] }).revealTo(0)));
  const stop = new AbortController();
  const long = run(endless, { signal: stop.signal });
  const next = run(program("", {}, () => sint.constant(5).reveal().output("y")));
  await assertRejects(() => fails, RangeError, "none is given");
  stop.abort();
  await assertRejects(() => long, DOMException, "abort");
  assertEquals((await next).outputs[0]!.values, [5]);
});

Deno.test("a signal that has been given stops a run before it begins", async () => {
  let traced = 0;
  const p = program("", {}, () => void traced++);
  const reason = new Error("too late");
  assertEquals(await assertRejects(() => run(p, { signal: AbortSignal.abort(reason) })), reason);
  assertEquals(traced, 0);
});

Deno.test("progress is told in rounds of those predicted, and never goes back", async () => {
  const told: RunProgress[] = [];
  const p = program("", {}, () => {
    const [x] = repeat(300_000, [sfix.inputTensorVia(0, [1])], ([x]) => [x.mul(x)]);
    x.revealTo(0);
  });
  const { rounds, predicted } = await run(p, { transport: "inline", onProgress: (progress) => told.push(progress) });
  assertEquals([told[0]!.rounds, told[0]!.of], [0, predicted.rounds]);
  assert(told.length > 1 && told.every((t, i) => t.rounds >= (told[i - 1]?.rounds ?? 0) && t.rounds <= rounds));
});

await suiteWith(["read", "run", "env"], "parties apart are stopped by a signal", () => {
  for (const transport of ["workers", "tls"] as const) {
    Deno.test(`${transport} stop at a signal, and nothing is left running`, async () => {
      await stopped({ transport }, 3000);
    });
  }
  return Promise.resolve();
});
