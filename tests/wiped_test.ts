/** Parties on threads of their own overwrite their memory when they end, as those of one thread and of processes do. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { compile, type Regint, repeat, type Secret, sfix } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { runWorkers } from "@symbolon/transport";
import { jobOf, type PartyJob, type PartyResult, plan } from "@symbolon/engine";
import type { WorkerJob } from "../engine/carriers/workers.ts";
import { freshRun } from "../engine/party/job.ts";
import { runUnchecked as run } from "../engine/run/run.ts";
import { testWith } from "./permissions.ts";

/** What is left in the memory of each party of a run of three threads. */
async function leftAfter(
  trace: () => void,
  change: Partial<PartyJob> = {},
): Promise<{ left: number[]; ended: Promise<unknown> }> {
  const compiled = compile({ description: "", trace });
  const of = { backend: "ring" };
  const job: WorkerJob = {
    ...jobOf(compiled, await plan(compiled, of), of),
    ...{ run: freshRun(), inputs: [], brought: new Map(), ...change },
  };
  const left: number[] = [];
  const ended = runWorkers<PartyResult>({
    worker: new URL("./wiped_worker.ts", import.meta.url),
    inits: [job, job, job],
    onMessage: (party, message) => {
      const event = message as { type: string; bytes: number };
      if (event.type === "left") left[party] = event.bytes;
    },
  });
  await ended.catch(() => {});
  return { left, ended };
}

const secrets = () => sfix.constant([1.5, 2.5, -3]).mul(1.25);

testWith(["read"], "a party's thread leaves nothing of shares, keys and results in memory", async () => {
  const { left, ended } = await leftAfter(() => {
    const [x] = repeat(3, [secrets() as Secret], ([x]: readonly [Secret], _: Regint) => [x.mul(x)]);
    x.lessThan(2).revealTo(1, "signs");
    x.sum().reveal().output("sum");
  });
  assertEquals((await ended as { results: unknown[] }).results.length, 3);
  assertEquals(left, [0, 0, 0]);
});

testWith(["read"], "nor does one that is stopped by an error", async () => {
  // There is no input: that shows when it is to be read, after something has been computed.
  const { left, ended } = await leftAfter(() => {
    secrets().lessThan(0).sum().reveal().output("first");
    sfix.inputTensorVia(0, undefined, { shape: [3] }).mul(secrets()).sum().reveal().output("second");
  });
  await assertRejects(() => ended, RangeError, "Party 0");
  assert(left.length > 0);
  assertEquals(left.filter((bytes) => bytes > 0), []);
});

testWith(["read"], "parties of one thread leave nothing either", async () => {
  const program = { description: "", trace: () => void secrets().lessThan(2).sum().reveal().output("sum") };
  for (const backend of ["ring", "semi2k", "emulate"]) {
    await run(program, { backend, transport: "inline" });
    assertEquals(new PartyMemory().bytes.subarray(4096).filter((b) => b !== 0).length, 0, backend);
  }
});
