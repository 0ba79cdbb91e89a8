/** Loops that end early or never run, and rows by public numbers. @module */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  cint,
  metric,
  printLn,
  program,
  type Public,
  publicPermutation,
  type Regint,
  repeat,
  type Secret,
  sfix,
  sint,
} from "../mod.ts";
import { compile, format } from "@symbolon/compiler";
import { runUnchecked as run } from "../engine/run/run.ts";

/** Doubles x until it is at least `limit`, at most `most` times; gives the value and the number of passes. */
function doubling(x: number, limit: number, most: number) {
  return program("", {}, () => {
    const start: readonly [Secret, Public] = [sint.inputTensorVia(0, [x]), cint.constant(0)];
    const [y, passes] = repeat<readonly [Secret, Public]>(most, start, ([y, n]) => [y.mul(2), n.add(1)], {
      until: ([y]) => y.greaterEqual(limit).reveal(),
    });
    y.reveal().output("y");
    passes.output("passes");
  });
}

Deno.test("a loop ends after the first pass that says so, or after its last", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 2, max: 1000 }),
      fc.integer({ min: 0, max: 8 }),
      fc.constantFrom("ring", "emulate"),
      async (x, limit, most, backend) => {
        let [y, passes] = [x, 0];
        while (passes < most) {
          [y, passes] = [2 * y, passes + 1];
          if (y >= limit) break;
        }
        const { outputs } = await run(doubling(x, limit, most), { backend, transport: "inline" });
        assertEquals(outputs.map(({ values }) => Number(values[0])), [y, passes]);
      },
    ),
    { numRuns: 12, seed: 7 },
  );
});

Deno.test("a padded loop gives and tells what an unpadded one does, in traffic that does not depend on where it ends", async () => {
  const halting = (x: number, limit: number, pad: boolean) =>
    program("", {}, () => {
      const start: readonly [Secret, Public] = [sint.inputTensorVia(0, [x]), cint.constant(0)];
      // Twice, inside another loop: what was kept aside is taken up anew.
      const [sum] = repeat(2, [sint.constant([0])], ([sum]) => {
        const [y, passes] = repeat<readonly [Secret, Public]>(6, start, ([y, n]) => {
          printLn("pass %s", n);
          metric("pass", n);
          n.output("pass");
          return [y.mul(y.add(1)), n.add(1)];
        }, { until: ([y]) => y.greaterEqual(limit).reveal(), pad });
        passes.output("passes");
        return [sum!.add(y)];
      });
      sum!.reveal().output("sum");
    });
  for (const backend of ["ring", "emulate", "semi2k", "mascot"]) {
    const traffic = new Set<string>();
    const cases = [[1, 2], [1, 1e18], [1, 6], [2, 1000]] as const;
    // The least and the most passes, where a run makes much material.
    for (const [x, limit] of backend === "mascot" ? cases.slice(0, 2) : cases) {
      const options = { backend, transport: "inline", checkRange: false } as const;
      const [plain, padded] = [
        await run(halting(x, limit, false), options),
        await run(halting(x, limit, true), options),
      ];
      assertEquals(padded.outputs, plain.outputs);
      assertEquals(padded.printed, plain.printed);
      assertEquals(padded.metrics, plain.metrics);
      assertEquals(padded.rounds, padded.predicted.rounds);
      assertEquals(padded.bytes.total, padded.predicted.bytes);
      traffic.add(`${padded.rounds} ${padded.bytes.perParty}`);
    }
    assertEquals(traffic.size, 1);
  }
  assertThrows(
    () => compile(program("", {}, () => void repeat(2, [sint.constant([0])], (x) => x, { pad: true }))),
    TypeError,
    "give until as well",
  );
});

Deno.test("a loop that ends early may stand in another loop", async () => {
  const nested = program("", {}, () => {
    const [total] = repeat(3, [sint.constant(0)], ([total]) => {
      const [x] = repeat(10, [total!.add(1)], ([x]) => [x!.add(3)], {
        until: ([x]) => x!.greaterThan(10).reveal(),
      });
      return [x!];
    });
    total!.reveal().output("total");
  });
  let total = 0;
  for (let i = 0; i < 3; i++) {
    let x = total + 1;
    do x += 3; while (x <= 10);
    total = x;
  }
  const { outputs } = await run(nested, { backend: "ring", transport: "inline" });
  assertEquals(Number(outputs[0]!.values[0]), total);
});

Deno.test("a loop may end by a value that it carries", async () => {
  const carried = program("", {}, () => {
    const [a, b] = repeat(5, [cint.constant(0), cint.constant(1)], ([a, b]) => [b!, a!], { until: ([a]) => a! });
    a!.output("a");
    b!.output("b");
    let before: Public;
    const [c] = repeat(9, [cint.constant([0])], ([c]) => {
      before = c!.reshape([]);
      return [c!.add(1)];
    }, { until: () => before });
    c!.output("c");
  });
  for (const backend of ["ring", "emulate"]) {
    const { outputs } = await run(carried, { backend, transport: "inline" });
    assertEquals(outputs.map(({ values }) => Number(values[0])), [1, 0, 2]);
  }
});

Deno.test("a loop that never runs opens nothing", () => {
  const { tape } = compile(program("", {}, () => {
    const secret = sint.inputTensorVia(0, [42]);
    const [n] = repeat(0, [cint.constant([0])], ([n]) => [n!.add(secret.reveal())]);
    n!.output("n");
  }));
  assert(tape.body.every(({ does }) => does.op !== "reveal"));
});

Deno.test("rows that a tensor does not have are refused when the program is compiled", () => {
  const taking = (rows: (x: Secret) => Secret) =>
    compile(program("", {}, () => rows(sint.inputTensorVia(1, [[1, 2], [3, 4]])).reveal().output("x")));
  const listed = cint.constant;
  assertThrows(
    () => taking((x) => x.gather(listed([0, 9]).rows(10), null, 2)),
    RangeError,
    "row numbers must be below 2",
  );
  assertThrows(() => taking((x) => x.gather(publicPermutation(6), null, 6)), RangeError, "row numbers must be below 2");
  assertThrows(() => taking((x) => x.sum().gather(listed([0]).rows(1), null, 1)), RangeError, "must be below 0");
  taking((x) => x.gather(publicPermutation(2, 4), null, 4));
});

Deno.test("a loop whose index names more rows than are listed is refused when the program is compiled, in loops within loops too", () => {
  const taking = (passes: number, at: (i: Regint) => Regint, options = {}) =>
    compile(program("", {}, () => {
      const x = sint.inputTensorVia(1, [[1, 2], [3, 4], [5, 6]]);
      const rows = publicPermutation(3, 7);
      repeat(2, [], () => {
        repeat(passes, [sint.constant([[0, 0], [0, 0]])], ([sum], i) => [sum!.add(x.gather(rows, at(i), 2))], options);
        return [];
      });
    }));
  const refused = (...args: Parameters<typeof taking>) =>
    assertThrows(() => taking(...args), RangeError, "of a list of 7 do not exist: 3 passes of 2 rows are listed");
  for (const passes of [0, 1, 3]) taking(passes, (i) => i);
  refused(4, (i) => i);
  taking(2, (i) => i.add(1));
  refused(3, (i) => i.add(1));
  taking(4, (i) => i.add(-1));
  // A loop that may end early need not get there; a padded one does.
  const until = () => cint.constant(1);
  taking(4, (i) => i, { until });
  refused(4, (i) => i, { until, pad: true });
});

Deno.test("the condition is printed with the tape, and must be one public number", () => {
  assertStringIncludes(format(compile(doubling(1, 5, 4)).tape), " until %");
  const loop = (stop: (x: Secret) => Public) =>
    compile(program("", {}, () => {
      repeat(2, [sfix.constant([1, 2])], ([x]) => [x!], { until: ([x]) => stop(x!) });
    }));
  assertThrows(() => loop((x) => x.reveal()), RangeError, "ends by one number");
  assertThrows(() => loop((x) => x.sum() as unknown as Public), TypeError, "until returns a public number");
});
