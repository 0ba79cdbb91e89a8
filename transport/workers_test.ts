import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { DesyncError, OutOfRangeError, PeerError } from "@symbolon/protocol";
import type { Task } from "./testing/party.ts";
import { runWorkers, type WorkersOptions } from "./workers.ts";
import { testWith } from "../tests/permissions.ts";

const worker = new URL("./testing/party.ts", import.meta.url);

function everyone(parties: number, task: Task, options: Partial<WorkersOptions> = {}): WorkersOptions {
  return { worker, inits: new Array<Task>(parties).fill(task), timeoutMs: 30_000, ...options };
}

/** Runs parties of which party 1 fails; the error that comes of it, long before any timeout or the end of any grace. */
async function failure(how: (Task & { does: "fail" })["how"], options: Partial<WorkersOptions> = {}): Promise<Error> {
  const start = performance.now();
  const error = await assertRejects(() =>
    runWorkers(everyone(3, { does: "fail", who: 1, how }, { graceMs: 30_000, ...options }))
  );
  assert(performance.now() - start < 10_000);
  assertInstanceOf(error, Error);
  return error;
}

for (
  const [parties, ringBytes, seed] of [[2, 64, 1], [3, 256, 2], [3, 4096, 3], [4, 1024, 4], [3, 2 ** 20, 5]] as const
) {
  testWith(
    ["read"],
    `${parties} workers exchange random rounds byte for byte over rings of ${ringBytes} bytes`,
    async () => {
      const play = { seed, rounds: 2000, longest: Math.min(20 * ringBytes, 20_000) };
      const run = await runWorkers<number[]>(everyone(parties, { does: "rounds", play }, { ringBytes }));
      assertEquals(run.traffic, run.results.map((sent) => ({ rounds: 2000, sent })));
    },
  );
}

testWith(["read"], "messages of many rings pass both ways at once", async () => {
  const task: Task = { does: "swap", bytes: 1_000_003, rounds: 5 };
  const run = await runWorkers(everyone(3, task, { ringBytes: 1 << 12 }));
  assertEquals(run.traffic[2], { rounds: 5, sent: [5_000_015, 5_000_015, 0] });
});

testWith(["read"], "inits go in, results and events come out, by party", async () => {
  const heard: [number, unknown][] = [];
  const { results } = await runWorkers({
    worker,
    inits: [1, "two", { three: new Uint8Array([3]) }].map((value): Task => ({ does: "echo", value })),
    onMessage: (party, message) => heard.push([party, message]),
  });
  assertEquals(results, [1, "two", { three: new Uint8Array([3]) }]);
  assertEquals(heard.sort(), [[0, [0, "of", 3]], [1, [1, "of", 3]], [2, [2, "of", 3]]]);
});

testWith(["read"], "one party runs alone, and none is no run", async () => {
  assertEquals((await runWorkers(everyone(1, { does: "echo", value: 5 }))).results, [5]);
  assertEquals((await runWorkers(everyone(0, { does: "echo", value: 5 }))).results, []);
});

testWith(["read"], "an error stops everyone and arrives with its class and party", async () => {
  const error = await failure("throw");
  assertInstanceOf(error, OutOfRangeError);
  assertEquals(error.message, "Party 1: Input 7 is out of range");
  assertEquals((await failure("throw text")).message, "Party 1: no error object");
  assertInstanceOf(await failure("reject"), TypeError);
});

testWith(["read"], "a result that cannot be cloned is its party's error", async () => {
  const error = await failure("unclonable");
  assertEquals([error.name, error.message.startsWith("Party 1: ")], ["DataCloneError", true]);
});

testWith(["read"], "an init that cannot be cloned is its party's error", async () => {
  const inits = [{ does: "swap", bytes: 8, rounds: 1e9 }, () => {}];
  await assertRejects(() => runWorkers({ worker, inits }), Error, "Party 1: ");
});

testWith(["read"], "an abort by a party wakes the others with its reason", async () => {
  const error = await failure("abort");
  assertInstanceOf(error, PeerError);
  assertEquals(error.message, "Party 1: changed its mind, ünïcode");
});

testWith(["read"], "a worker that dies outside of its handler stops everyone", async () => {
  const error = await failure("die");
  assertInstanceOf(error, PeerError);
  assert(error.message.startsWith("Party 1: The worker failed: "), error.message);
});

testWith(["read"], "a worker that cannot be loaded stops everyone", async () => {
  const options = everyone(2, { does: "echo", value: 1 }, { worker: new URL("./missing.ts", import.meta.url) });
  await assertRejects(() => runWorkers(options), PeerError, "The worker failed: ");
});

testWith(["read"], "a party that ends early is a desynchronised one", async () => {
  assertInstanceOf(await failure("end early"), DesyncError);
});

testWith(["read"], "parties that take different numbers of rounds are desynchronised", async () => {
  const inits: Task[] = [{ does: "rounds", play: { seed: 1, rounds: 0, longest: 8 } }, { does: "echo", value: 1 }];
  assertEquals((await runWorkers({ worker, inits })).traffic.map((t) => t.rounds), [0, 0]);
  const alone: Task[] = [{ does: "swap", bytes: 0, rounds: 0 }, { does: "swap", bytes: 8, rounds: 1 }];
  await assertRejects(() => runWorkers({ worker, inits: alone }), DesyncError, "ended after 0 rounds");
});

testWith(["read"], "a last message that nobody reads is found at the end", async () => {
  const message = "Party 0 sends party 1 a message that is not expected";
  await assertRejects(() => runWorkers(everyone(2, { does: "send too much" })), DesyncError, message);
});

testWith(["read"], "a silent party is named when the time is up", async () => {
  const error = await failure("sleep", { timeoutMs: 300, graceMs: 300 });
  assertInstanceOf(error, PeerError);
  assert(/^Party [02]: Waited 300 ms for party 1 in round 1/.test(error.message), error.message);
});

testWith(["read"], "a party that never looks is cut off after the grace", async () => {
  const error = await failure("spin", { timeoutMs: 300, graceMs: 300 });
  assertInstanceOf(error, PeerError);
});

testWith(["read"], "a signal stops blocked parties and its reason is what the run rejects with", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const start = performance.now();
  const run = runWorkers(everyone(3, { does: "swap", bytes: 8, rounds: 1e9 }, { signal: controller.signal }));
  setTimeout(() => controller.abort(reason), 300);
  assertStrictEquals(await assertRejects(() => run), reason);
  assert(performance.now() - start < 10_000);
  assertStrictEquals(
    await assertRejects(() => runWorkers(everyone(1, { does: "echo", value: 1 }, { signal: controller.signal }))),
    reason,
  );
});

testWith(["read"], "an error of onMessage stops the run and is what it rejects with", async () => {
  const reason = new Error("from the host");
  const inits: Task[] = [{ does: "echo", value: 1 }, { does: "fail", who: 1, how: "sleep" }];
  const onMessage = (): never => {
    throw reason;
  };
  const error = await assertRejects(() => runWorkers({ worker, inits, onMessage, graceMs: 300 }));
  assertStrictEquals(error, reason);
});

testWith(["read", "run"], "the process ends by itself after a failed run", async () => {
  const script = `
    import { runWorkers } from ${JSON.stringify(new URL("./mod.ts", import.meta.url).href)};
    const inits = new Array(3).fill({ does: "fail", who: 2, how: "throw" });
    try {
      await runWorkers({ worker: new URL(${JSON.stringify(worker.href)}), inits });
    } catch (error) {
      console.log(error.name);
    }`;
  const config = new URL("../deno.json", import.meta.url).pathname;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", config, `data:application/typescript,${encodeURIComponent(script)}`],
    signal: AbortSignal.timeout(30_000),
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "OutOfRangeError\n"]);
});
