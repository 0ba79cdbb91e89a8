/**
 * Nothing leaves a program before `verify()`: no print, no metric, no output, and no decision about another pass.
 *
 * Programs run under backends of which `verify()` is noted, or fails as that of a protocol that finds a forged message does.
 *
 * @module
 */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { cfix, cint, compile, metric, predict, printLn, repeat, schedule, type Secret, sint } from "@symbolon/compiler";
import { emulate } from "@symbolon/emulate";
import { PartyMemory } from "@symbolon/kernels";
import { type Backend, linkTable, lockstep, NO_DEMAND, type Protocol, type Target } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
import { prepare } from "./prepare.ts";

/** What a check throws that finds something. */
class Forged extends Error {}

/** A run: what happened at party 0 in its order, and the rounds taken. */
interface Run {
  readonly events: readonly string[];
  readonly rounds: number;
  readonly error: unknown;
  /** By party, the outputs. */
  readonly given: readonly (readonly string[])[];
}

/** The protocol with its checks noted, of which those from number `fails` on throw. */
function watched(protocol: Protocol, note: (event: string) => void, fails: number): Protocol {
  let checks = 0;
  return new Proxy(protocol, {
    get(_, name) {
      const value = Reflect.get(protocol, name, protocol);
      if (typeof value !== "function") return value;
      const method = (...args: unknown[]) => Reflect.apply(value, protocol, args);
      if (name === "verify") {
        return function* () {
          if (checks++ >= fails) throw new Forged("A message was forged");
          note("verify");
          yield* method() as ReturnType<Protocol["verify"]>;
        };
      }
      if (name !== "open") return method;
      return function* (...args: unknown[]) {
        yield* method(...args) as ReturnType<Protocol["open"]>;
        note("open");
      };
    },
  });
}

function runOf(backend: Backend, trace: () => void, fails = Infinity): Run {
  const { parties } = backend.target({});
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const events: string[] = [], given = memories.map((): string[] => []);
  let rounds = 0;
  const all = <T>(step: (self: number) => Parameters<typeof lockstep<T>>[0][number]["step"], tap?: () => void) =>
    lockstep(memories.map((memory, self) => ({ memory, step: step(self) })), tap).results;
  try {
    const { tape } = compile({ description: "", trace });
    const protocols = all((self) =>
      backend.setup(self, {}, { memory: memories[self]!, entropy: (buffer) => void buffer.fill(self + 1) })
    ).map((protocol, self) => watched(protocol, (event) => void (self === 0 && events.push(event)), fails));
    const segments = schedule(tape, protocols[0]!.target);
    const note = (self: number, event: string) => void (self === 0 && events.push(event));
    const prepared = protocols.map((protocol, self) =>
      prepare(tape, segments, protocol, {
        input: () => (into) => void into.fill(1n),
        print: (line) => note(self, `print ${line}`),
        metric: (name, value) => note(self, `metric ${name} ${value}`),
        output: ({ label, values }) => {
          given[self]!.push(`output ${label} ${values}`);
          note(self, `output ${label} ${values}`);
        },
      })
    );
    all((self) => prepared[self]!.preprocess());
    // Recordings open while they are made.
    events.length = 0;
    let error: unknown = null;
    try {
      all((self) => prepared[self]!.run(), () => rounds++);
    } catch (thrown) {
      error = thrown;
    }
    return { events, rounds, error, given };
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

const input = () => sint.inputTensorVia(0, undefined, { shape: [] });
const released = (event: string) => !["verify", "open"].includes(event);

/** What releases something, each alone, and what it gives. */
const RELEASES: Readonly<Record<string, { trace: () => void; gives: string }>> = {
  "a print": { trace: () => printLn("x is %s", input().reveal()), gives: "print x is 1" },
  "a metric": { trace: () => metric("m", input().reveal()), gives: "metric m 1" },
  "an output of an opened value": { trace: () => input().reveal().output("y"), gives: "output y 1" },
  "an output that is opened for it": { trace: () => input().revealTo(0, "z"), gives: "output z 1" },
  "an output of a public value": { trace: () => cfix.constant(2).output("c"), gives: "output c 2" },
};

const BACKENDS = [emulate, replicatedRing, semi2k];

Deno.test("checks are priced: one before what is told, another after what is opened for it, one a pass that may be the last", () => {
  const loop = () =>
    void repeat(3, [input()], ([x]) => {
      printLn("%s", x.reveal());
      return [x];
    }, { until: () => cint.constant(0) });
  const target = replicatedRing.target({});
  const links = linkTable(3).map((row, from) => row.map((_, to) => from === to ? 0 : 5));
  const checking: Target = {
    ...target,
    cost: (call) => call.op === "verify" ? { rounds: 2, links, demand: NO_DEMAND } : target.cost(call),
  };
  for (const trace of [loop, ...Object.values(RELEASES).map(({ trace }) => trace)]) {
    const checks = runOf(replicatedRing, trace).events.filter((event) => event === "verify").length;
    assertGreater(checks, 0);
    const { tape } = compile({ description: "", trace });
    const [free, priced] = [target, checking].map((target) => predict(schedule(tape, target), target));
    assertEquals(priced!.rounds - free!.rounds, 2 * checks);
    assertEquals(priced!.links[0]![1]! - free!.links[0]![1]!, 5 * checks);
  }
});

for (const backend of BACKENDS) {
  for (const [name, { trace, gives }] of Object.entries(RELEASES)) {
    Deno.test(`${backend.name}: ${name} comes right after a check, and after a check that fails it does not come`, () => {
      const { events, error } = runOf(backend, trace);
      assertEquals(error, null);
      assertEquals(events.filter(released), [gives]);
      assertEquals(events.at(-2), "verify", String(events));
      const failed = runOf(backend, trace, 0);
      assert(failed.error instanceof Forged);
      assertEquals(failed.events.filter(released), []);
    });
  }

  Deno.test(`${backend.name}: an output is opened after a check and given after another`, () => {
    const trace = RELEASES["an output that is opened for it"]!.trace;
    assertEquals(runOf(backend, trace).events, ["verify", "open", "verify", "output z 1"]);
    const failed = runOf(backend, trace, 1);
    assertEquals(failed.events, ["verify", "open"]);
  });

  Deno.test(`${backend.name}: what one party is to learn comes out there alone`, () => {
    const { parties } = backend.target({});
    for (let to = 0; to < parties; to++) {
      const { given } = runOf(backend, () => input().revealTo(to, "z"));
      assertEquals(given, Array.from({ length: parties }, (_, p) => p === to ? ["output z 1"] : []));
    }
  });

  Deno.test(`${backend.name}: whether a loop goes on is decided after a check of each pass`, () => {
    const trace = () => {
      const [x] = repeat(10, [input() as Secret], ([x]) => [x.add(1)], {
        until: ([x]) => x.greaterThan(3).reveal(),
      });
      x.revealTo(0, "x");
    };
    const { events, rounds } = runOf(backend, trace);
    assertEquals(events.filter((event) => event === "verify").length, 3 + 2);
    assertEquals(events.at(-1), "output x 4");
    for (const passes of [0, 1, 2]) {
      const failed = runOf(backend, trace, passes);
      assert(failed.error instanceof Forged);
      assertEquals(failed.events.filter(released), []);
      // A round opens the output.
      const opening = backend === emulate ? 0 : 1;
      assertEquals(
        failed.rounds,
        backend === emulate ? 0 : inputRounds(backend) + (passes + 1) * (rounds - inputRounds(backend) - opening) / 3,
      );
    }
  });
}

/** Rounds of an input. */
function inputRounds(backend: Backend): number {
  return backend.target({}).cost({ op: "input", owner: 0, shape: [], turn: 0 }).rounds;
}
