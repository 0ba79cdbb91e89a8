/** Programs with several threads a party: the same results and costs as with one. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compile } from "@symbolon/compiler";
import { printLn, program, type Secret, setNThreads, sfix } from "../mod.ts";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";

/** Places of a result, spread over all chunks. */
function some(x: Secret): Secret {
  const flat = x.getVector();
  const n = flat.shape[0]!;
  return flat.slice(0, 5).concat(flat.slice(n >> 1, (n >> 1) + 5)).concat(flat.slice(n - 5, n));
}

/** Products, comparisons and truncations long enough for helpers; sums of products leave the range, in every backend alike. */
const LONG = program("long vectors", { "threads<n>": "asks for threads" }, ({ args }) => {
  const threads = /\d+/.exec(args.find((word) => word.startsWith("threads")) ?? "")?.[0];
  if (threads !== undefined) setNThreads(Number(threads));
  sfix.roundNearest();
  const column = (salt: number) => {
    const values = (n: number, by: number) => Float64Array.from({ length: n }, (_, i) => ((i * by) % 2003) / 64 - 15);
    const rows = sfix.constant({ shape: [70, 1], data: values(70, salt) });
    return rows.sub(sfix.constant({ shape: [1, 1000], data: values(1000, salt + 2) })).reshape([70_000]);
  };
  const [x, y] = [column(17), column(29)];
  some(x.mul(y)).reveal().output("products");
  some(x.lessThan(y)).reveal().output("signs");
  const a = x.slice(0, 150 * 400).reshape([150, 400]);
  const b = y.slice(0, 400 * 100).reshape([400, 100]);
  some(a.matmul(b)).reveal().output("matrix product");
  printLn("%s", x.slice(0, 3).reveal());
});

const outcome = async (options: RunOptions) => {
  const { outputs, printed, rounds, bytes, tapeHash } = await run(LONG, options);
  return { outputs, printed, rounds, bytes, tapeHash };
};

Deno.test("results, rounds and bytes do not depend on the number of threads, nor on where they are asked for", async () => {
  const expected = await outcome({ backend: "ring", transport: "inline" });
  const clear = await outcome({ backend: "emulate", checkRange: false });
  assertEquals(expected.outputs, clear.outputs);
  for (const transport of ["inline", "workers"] as const) {
    for (const threads of [1, 2, 4]) {
      assertEquals(
        await outcome({ backend: "ring", transport, threads }),
        expected,
        `${transport}, ${threads} threads`,
      );
    }
  }
  assertEquals(await outcome({ backend: "ring", args: ["threads3"] }), expected);
  assertEquals(await outcome({ backend: "emulate", checkRange: false, threads: 3 }), clear);
});

Deno.test("setNThreads() is no part of the tape", () => {
  const [asked, silent] = [compile(LONG, { args: ["threads5"] }), compile(LONG)];
  assertEquals(asked.tapeHash, silent.tapeHash);
  assertEquals(asked.threads, 5);
  assertEquals(silent.threads, undefined);
});

Deno.test("a number of threads that is none is refused", async () => {
  for (const n of [0, -2, 1.5, NaN, 257]) {
    assertThrows(
      () => compile(program("", {}, () => setNThreads(n))),
      RangeError,
      `setNThreads() must be a whole number from 1 to 256, not ${n}`,
    );
  }
  await assertRejects(() => run(LONG, { threads: 257 }), RangeError, "1 to 256");
  await assertRejects(() => run(LONG, { threads: 257, transport: "workers" }), RangeError, "1 to 256");
});

Deno.test("a run that fails leaves no helpers behind, and the next one works", async () => {
  for (const transport of ["inline", "workers"] as const) {
    const fail = () => {
      throw new TypeError("enough");
    };
    await assertRejects(() => run(LONG, { transport, threads: 3, onPrint: fail }), TypeError, "enough");
    assert((await run(LONG, { transport, threads: 3 })).outputs.length === 3);
  }
});
