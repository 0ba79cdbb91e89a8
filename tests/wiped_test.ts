/** Parties on threads of their own overwrite their memory when they end, as those of one thread and of processes do. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { compile, printLn, type Regint, repeat, type Secret, sfix, shared } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { runWorkers } from "@symbolon/transport";
import { execute, jobOf, type PartyJob, type PartyResult, plan } from "@symbolon/engine";
import type { WorkerJob } from "../engine/carriers/workers.ts";
import { freshRun } from "../engine/party/job.ts";
import { runUnchecked as run } from "../engine/run/run.ts";
import { testWith } from "./permissions.ts";

/** Bytes of this thread's linear memory that are not zero; below the first of them kernels keep data of their own. */
const leftHere = () => new PartyMemory().bytes.subarray(4096).filter((b) => b !== 0).length;

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
  for (const backend of ["ring", "semi2k", "mascot", "emulate"]) {
    await run(program, { backend, transport: "inline" });
    assertEquals(leftHere(), 0, backend);
  }
});

testWith(["read", "write"], "nor where the first party's file of material cannot be closed", async () => {
  const folder = await Deno.makeTempDir();
  const trace = () => {
    printLn("%s", sfix.constant([1.5, 2.5]).mul(shared(2.5)).sum().reveal());
  };
  const of = { backend: "semi2k", parties: 3, transport: "inline" } as const;
  await run({ description: "", trace }, { ...of, preprocessing: { mode: "only", folder } });
  const onPrint = () => Deno.removeSync(folder, { recursive: true });
  await assertRejects(
    () => run({ description: "", trace }, { ...of, preprocessing: { mode: "file", folder }, onPrint }),
    Deno.errors.NotFound,
  );
  assertEquals(leftHere(), 0);
});

testWith(["read", "write"], "a party whose helper threads cannot start leaves no file of material", async () => {
  const folder = await Deno.makeTempDir();
  const compiled = compile({ description: "", trace: () => void secrets().sum().reveal().output("sum") });
  const of = {
    backend: "semi2k",
    transport: "workers",
    threads: 257,
    preprocessing: { mode: "only", folder },
  } as const;
  const nothing = { print() {}, output() {}, metric() {}, progress() {} };
  const inputs = () => {
    throw new Error("no inputs");
  };
  await assertRejects(() => execute(compiled, { ...of, inputs, listener: nothing }), RangeError, "threads");
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), []);
  await Deno.remove(folder);
});
