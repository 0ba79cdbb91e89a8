/**
 * Nothing leaves a program before `verify()`: no print, no metric, no output, and no decision about another pass.
 *
 * Programs run under backends of which `verify()` is noted, or fails as that of a protocol that finds a forged message does.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { cfix, metric, printLn, repeat, type Secret, sint } from "@symbolon/compiler";
import { emulate } from "@symbolon/emulate";
import type { Backend } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
import { Forged, watch } from "./testing/watched.ts";

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

for (const backend of BACKENDS) {
  for (const [name, { trace, gives }] of Object.entries(RELEASES)) {
    Deno.test(`${backend.name}: ${name} comes right after a check, and after a check that fails it does not come`, () => {
      const { events, error } = watch(backend, trace);
      assertEquals(error, null);
      assertEquals(events.filter(released), [gives]);
      assertEquals(events.at(-2), "verify", String(events));
      const failed = watch(backend, trace, { fails: 0 });
      assert(failed.error instanceof Forged);
      assertEquals(failed.events.filter(released), []);
    });
  }

  Deno.test(`${backend.name}: what is opened for an output is given after a check`, () => {
    const trace = RELEASES["an output that is opened for it"]!.trace;
    assertEquals(watch(backend, trace).events, ["open", "verify", "output z 1"]);
    const failed = watch(backend, trace, { fails: 0 });
    assertEquals(failed.events, ["open"]);
  });

  Deno.test(`${backend.name}: what one party is to learn comes out there alone`, () => {
    const { parties } = backend.target({});
    for (let to = 0; to < parties; to++) {
      const { given } = watch(backend, () => input().revealTo(to, "z"));
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
    const { events, rounds } = watch(backend, trace);
    assertEquals(events.filter((event) => event === "verify").length, 3 + 1);
    assertEquals(events.at(-1), "output x 4");
    for (const passes of [0, 1, 2]) {
      const failed = watch(backend, trace, { fails: passes });
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
