/** Loops that end early. @module */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { cint, program, type Public, repeat, type Secret, sfix, sint } from "../mod.ts";
import { compile, format } from "@symbolon/compiler";
import { run } from "../run.ts";

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

Deno.test("the condition is printed with the tape, and must be one public number", () => {
  assertStringIncludes(format(compile(doubling(1, 5, 4)).tape), " until %");
  const loop = (stop: (x: Secret) => Public) =>
    compile(program("", {}, () => {
      repeat(2, [sfix.constant([1, 2])], ([x]) => [x!], { until: ([x]) => stop(x!) });
    }));
  assertThrows(() => loop((x) => x.reveal()), RangeError, "ends by one number");
  assertThrows(() => loop((x) => x.sum() as unknown as Public), Error, "ends by a secret");
});
