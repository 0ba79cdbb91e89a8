/**
 * Where checks take rounds each stands where something would be told, or decided by what was opened, or too much would wait for it.
 *
 * Programs run under `ring` with checks that take rounds and are watched; measured rounds are the predicted ones.
 *
 * @module
 */
import { assert, assertEquals, assertGreater, assertInstanceOf, assertLessOrEqual } from "@std/assert";
import { type Carried, cint, printLn, type Public, repeat, type Secret, type Segment, sint } from "@symbolon/compiler";
import { type Call, OutOfRangeError, sizeOf } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import fc from "fast-check";
import { checking, Forged, type Run, watch } from "./testing/watched.ts";

const CHECKED = checking(replicatedRing, 3);

const input = (...shape: number[]) => sint.inputTensorVia(0, undefined, { shape });
/** Rows of a secret by what is public. */
const taken = (list: Public) => input(2).gather(list.rows(2), null, 2);
const checksOf = ({ events }: Run) => events.filter((event) => event === "verify").length;

function rightly(trace: () => void, backend = CHECKED): Run {
  const run = watch(backend, trace);
  assertEquals(run.error, null);
  assertEquals(run.rounds, run.predicted);
  return run;
}

/** What stops a run in which all inputs are 1. */
const STOPS: Readonly<Record<string, { trace: () => void; kind: typeof RangeError | typeof OutOfRangeError }>> = {
  "a row number out of range": {
    trace: () => input(1).gather(input(1).reveal().rows(1), null, 1).revealTo(0, "x"),
    kind: RangeError,
  },
  "a list that is no order": {
    trace: () => input(2).scatter(input(2).reveal().rows(2)).revealTo(0, "x"),
    kind: RangeError,
  },
  "a division by zero": { trace: () => cint.constant(3).div(input().sub(1).reveal()).output("x"), kind: RangeError },
  "a sum out of range": {
    trace: () => {
      const x = input().mul(2 ** 62).reveal();
      x.add(x).output("x");
    },
    kind: OutOfRangeError,
  },
};

for (const [name, { trace, kind }] of Object.entries(STOPS)) {
  Deno.test(`${name} stops a run only after a check that finds nothing`, () => {
    const { error, events } = watch(CHECKED, trace);
    assertInstanceOf(error, kind);
    assertEquals(events.at(-1), "verify");
    assertInstanceOf(watch(CHECKED, trace, { fails: 0 }).error, Forged);
    assertInstanceOf(watch(replicatedRing, trace).error, kind);
  });
}

/** Programs that end by an output, which is opened and then checked, and the checks before that one. */
const PROGRAMS: Readonly<Record<string, { trace: () => void; checks: number }>> = {
  "decisions by several openings share a check": {
    trace: () => taken(input(2).reveal()).add(taken(input(2).reveal().mul(1))).revealTo(0, "x"),
    checks: 1,
  },
  "a decision by what another one gave has a check of its own": {
    trace: () => taken(taken(input(2).reveal()).reveal()).revealTo(0, "x"),
    checks: 2,
  },
  "what depends on no opening waits for no check": {
    trace: () => taken(cint.constant([0, 1]).add(1).sub(1)).mul(input(2)).revealTo(0, "x"),
    checks: 0,
  },
  "what was opened before a loop is checked before it": {
    trace: () => {
      const [, sum] = repeat(4, [input(2).reveal(), input(2)], ([list, sum]) => {
        return [cint.constant([1, 1]).mul(list), sum.mul(taken(list))];
      });
      sum.revealTo(0, "x");
    },
    checks: 1,
  },
  "what a pass opens and decides by is checked in each": {
    trace: () => {
      const [sum] = repeat(4, [input(2)], ([sum]) => [sum.add(taken(sum.sub(sum.sub(1)).reveal()))]);
      sum.revealTo(0, "x");
    },
    checks: 4,
  },
  "what a pass opens for the next one is checked in each": {
    trace: () => {
      const [, sum] = repeat(4, [cint.constant([0, 1]), input(2)], ([list, sum]) => {
        const next = sum.add(taken(list));
        return [next.sub(next).reveal(), next];
      });
      sum.revealTo(0, "x");
    },
    checks: 4,
  },
};

for (const [name, { trace, checks }] of Object.entries(PROGRAMS)) {
  Deno.test(name, () => assertEquals(checksOf(rightly(trace)), checks + 1));
}

Deno.test("no check comes where nothing was sent since the last one", () => {
  const prints = () => {
    const x = input(2), y = x.reveal();
    for (const i of [0, 1, 2]) printLn(`%s ${i}`, y);
    x.mul(x).reveal().output("x");
  };
  assertEquals(checksOf(rightly(prints)), 2);
  const loop = () =>
    void repeat(3, [input()], ([x]) => {
      printLn("%s", x.reveal());
      return [x.mul(2)];
    }, { until: () => cint.constant(0) });
  assertEquals(checksOf(rightly(loop)), 3);
});

Deno.test("a run ends with a check", () => {
  const { events } = rightly(() => {
    printLn("nothing yet");
    input();
  });
  assertEquals(events, ["print nothing yet", "verify"]);
});

/** A program at random: products of so many elements, prints, and loops. */
type Part =
  | { readonly kind: "product"; readonly elements: number }
  | { readonly kind: "print" }
  | { readonly kind: "loop"; readonly times: number; readonly until: boolean; readonly body: readonly Part[] };

const { parts } = fc.letrec<{ parts: Part[]; part: Part }>((tie) => ({
  parts: fc.array(tie("part"), { minLength: 1, maxLength: 4 }),
  part: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("product" as const), elements: fc.integer({ min: 1, max: 8 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("print" as const) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("loop" as const),
        times: fc.integer({ min: 0, max: 6 }),
        until: fc.boolean(),
        body: tie("parts"),
      }),
    },
  ),
}));

function build(parts: readonly Part[], x: Secret): Secret {
  for (const part of parts) {
    if (part.kind === "print") printLn("%s", x.reveal());
    else if (part.kind === "product") {
      const wide = x.broadcastTo([part.elements]);
      x = wide.mul(wide).sum();
    } else {
      const until = part.until ? { until: ([x]: readonly Carried[]) => (x as Secret).sub(x as Secret).reveal() } : {};
      [x] = repeat(part.times, [x], ([x]) => [build(part.body, x)], until);
    }
  }
  return x;
}

Deno.test("no more waits for a check than the target says, in whatever loops", () => {
  let reached = false;
  fc.assert(
    fc.property(parts, fc.integer({ min: 1, max: 40 }), (parts, most) => {
      const of = ({ op, shape }: Call) => op === "input" ? 0 : sizeOf(shape);
      const trace = () => build(parts, input()).reveal().output("x");
      const { unchecked } = rightly(trace, checking(replicatedRing, 1, { most, of }));
      assertLessOrEqual(unchecked, Math.max(most, 8));
      reached ||= unchecked === most && most > 8;
      assert(scheduledFreely(watch(replicatedRing, trace).segments));
    }),
    { seed: 20261128, numRuns: 60 },
  );
  assert(reached);
});

Deno.test("a loop whose passes leave little is checked every so many passes", () => {
  const of = ({ op }: Call) => op === "products" ? 3 : 0;
  const trace = () => repeat(100, [input()], ([x]) => [x.mul(x)])[0].reveal().output("x");
  const run = rightly(trace, checking(replicatedRing, 1, { most: 30, of }));
  assertEquals(run.unchecked, 30);
  assertEquals(checksOf(run), 100 / 10 + 1);
});

Deno.test("what the last passes leave waits with what follows", () => {
  const of = ({ op }: Call) => op === "products" ? 3 : 0;
  const trace = () => {
    let [x] = repeat(105, [input()], ([x]) => [x.mul(x)]);
    for (let i = 0; i < 6; i++) x = x.mul(x);
    x.revealTo(0, "x");
  };
  const run = rightly(trace, checking(replicatedRing, 1, { most: 32, of }));
  // 15 of the last passes and 18 are too much together.
  assertEquals(run.unchecked, 30);
  assertEquals(checksOf(run), 10 + 1 + 1);
});

Deno.test("what a pass opens for the next one to print is checked", () => {
  const { events } = rightly(() => {
    repeat(3, [cint.constant(7), sint.constant(1)], ([opened, x]) => {
      printLn("%s", opened);
      const next = x.mul(x.add(1));
      return [next.reveal(), next];
    });
  });
  const prints = ["print 7", "print 2", "print 6"];
  assertEquals(events, [...prints.flatMap((print) => ["verify", print, "open"]), "verify"]);
});

Deno.test("what the pass before has sent is checked before a print, whatever is printed", () => {
  const { events } = rightly(() => {
    repeat(2, [sint.constant(1)], ([x], pass) => {
      printLn("%s", pass);
      return [x.mul(x.add(1))];
    })[0].reveal().output("x");
  });
  assertEquals(events, ["verify", "print 0", "verify", "print 1", "open", "verify", "output x 6"]);
});

/** Whether no check of its own stands in a schedule: each is where something is told. */
function scheduledFreely(segments: readonly Segment[]): boolean {
  return segments.every((segment) => {
    if (segment.kind === "check" || "settled" in segment || "checkEvery" in segment) return false;
    return segment.kind !== "loop" || scheduledFreely(segment.body);
  });
}

Deno.test("where checks are free, none is scheduled", () => {
  for (const { trace } of [...Object.values(STOPS), ...Object.values(PROGRAMS)]) {
    const { segments } = watch(replicatedRing, trace);
    assertGreater(segments.length, 0);
    assert(scheduledFreely(segments));
  }
});
