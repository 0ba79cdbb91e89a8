import { equals } from "@std/bytes";
import { signaturesOf } from "../tools/kernel_calls.ts";
import { KERNELS } from "./build/table.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as oracle from "./testing/oracle.ts";
import { views } from "./linear_memory.ts";
import { layout, matmul, matmulTransposed, noteFunction, PartyMemory, record, recording, ring } from "./mod.ts";
import { draw, startStream, STREAM_BYTES } from "./mod.ts";
import { Arena, sample, wordsAt } from "./testing/arena.ts";

const memory = new PartyMemory();
const recorded = (work: () => void) => record((bytes) => memory.allocate(bytes), work);

Deno.test("what is recorded computes nothing until it is run, then the same as the calls, as often as it is run", () => {
  const [x, y] = [sample(9, 1), sample(9, 2)];
  const arena = new Arena();
  const [left, right, out] = [arena.words(x), arena.words(y), arena.inOut(sample(9, 3))];
  const run = recorded(() => {
    ring.add(left, right, out, 9);
    ring.mulAdd(left, out, out, 9);
  });
  assertEquals(wordsAt(out, 9), sample(9, 3));
  const sum = oracle.add(x, y);
  const expected = oracle.mulAdd(x, sum, sum);
  for (let i = 0; i < 3; i++) {
    run();
    assertEquals(wordsAt(out, 9), expected);
  }
  arena.assertGuardsIntact();
});

Deno.test("recorded calls see what memory holds when they run", () => {
  const arena = new Arena();
  const [x, c, out] = [arena.words(sample(5, 1)), arena.inOut([0n]), arena.inOut(sample(5, 2))];
  const run = recorded(() => ring.mulWord(x, c, out, 5));
  for (const factor of [1n, 3n, 2n ** 64n - 1n]) {
    views.words[c / 8] = factor;
    run();
    assertEquals(wordsAt(out, 5), oracle.mulScalar(sample(5, 1), factor));
  }
});

Deno.test("words of 64 bits among the arguments arrive whole, in every place where kernels have one", () => {
  const arena = new Arena();
  const x = arena.words(sample(3, 1));
  const [sum, product, filled] = [arena.inOut(sample(3, 2)), arena.inOut(sample(3, 3)), arena.inOut(sample(3, 4))];
  const word = 2n ** 63n + 2n ** 32n + 5n;
  recorded(() => {
    ring.addScalar(x, word, sum, 3);
    ring.mulScalar(x, word, product, 3);
    ring.fill(filled, word, 3);
  })();
  assertEquals(wordsAt(sum, 3), oracle.addScalar(sample(3, 1), word));
  assertEquals(wordsAt(product, 3), oracle.mulScalar(sample(3, 1), word));
  assertEquals(wordsAt(filled, 3), [word, word, word]);
  arena.assertGuardsIntact();
});

Deno.test("functions run between the calls where they were noted", () => {
  const arena = new Arena();
  const [x, out] = [arena.inOut([1n]), arena.inOut([0n])];
  const seen: bigint[] = [];
  const run = recorded(() => {
    noteFunction(() => seen.push(views.words[out / 8]!));
    ring.add(out, x, out, 1);
    noteFunction(() => seen.push(views.words[out / 8]!));
    noteFunction(() => views.words[x / 8]! += 1n);
    ring.add(out, x, out, 1);
  });
  run();
  run();
  assertEquals(seen, [0n, 1n, 3n, 5n]);
  assertEquals(wordsAt(out, 1), [8n]);
});

Deno.test("a recorded stream goes on each time it is run, as the stream itself does", () => {
  const [live, replayed] = [memory.allocate(STREAM_BYTES), memory.allocate(STREAM_BYTES)];
  const [a, b] = [memory.allocate(2048), memory.allocate(2048)];
  for (const at of [live, replayed]) {
    views.bytes.fill(9, at, at + 32);
    startStream(at);
  }
  for (const bytes of [8, 500, 1500, 3]) {
    const run = recorded(() => draw(replayed, b, bytes));
    for (let i = 0; i < 3; i++) {
      draw(live, a, bytes);
      run();
      assertEquals(views.bytes.slice(b, b + bytes), views.bytes.slice(a, a + bytes));
    }
  }
});

Deno.test("matrix products are recorded with all their arguments", () => {
  const arena = new Arena();
  const [a, b] = [sample(12, 1), sample(8, 2)];
  const [left, right, panel] = [arena.words(a), arena.words(b), arena.output(8192)];
  const [plain, transposed] = [arena.inOut(sample(6, 3)), arena.inOut(sample(6, 3))];
  recorded(() => {
    matmul(left, right, plain, 3, 4, 2, panel);
    matmulTransposed(left, 3, right, transposed, 3, 4, 2, panel);
  })();
  const columns = Array.from({ length: 12 }, (_, i) => a[i % 4 * 3 + Math.floor(i / 4)]!);
  assertEquals(wordsAt(plain, 6), oracle.matmul(a, b, sample(6, 3), { m: 3, k: 4, n: 2 }));
  assertEquals(wordsAt(transposed, 6), oracle.matmul(columns, b, sample(6, 3), { m: 3, k: 4, n: 2 }));
});

/** The wrappers of all modules of kernels, by name. */
const WRAPPERS: Readonly<Record<string, unknown>> = {
  authenticated_bits: await import("./build/authenticated_bits.ts"),
  ...{ bits: await import("./build/bits.ts"), chacha: await import("./build/chacha.ts") },
  ...{ digits: await import("./build/digits.ts"), field_gilboa: await import("./build/field_gilboa.ts") },
  ...{ field: await import("./build/field.ts"), field_products: await import("./build/field_products.ts") },
  ...{ gf128: await import("./build/gf128.ts"), gilboa: await import("./build/gilboa.ts") },
  ...{
    layout: await import("./build/layout.ts"),
    matmul: await import("./build/matmul.ts"),
    ot: await import("./build/ot.ts"),
  },
  ...{ ot_check: await import("./build/ot_check.ts"), pad_trees: await import("./build/pad_trees.ts") },
  ...{
    pads: await import("./build/pads.ts"),
    ring: await import("./build/ring.ts"),
    trunc: await import("./build/trunc.ts"),
  },
};

Deno.test("every kernel that is called while something is recorded computes nothing then, and the same as its call later", async () => {
  const PLACE = 1 << 17, bytes = 16 * PLACE;
  const at = memory.allocate(bytes);
  /** Zeros and ones: small numbers wherever a kernel reads a count, a place in a list or an instruction. */
  const fill = (pattern: number) =>
    views.words32.subarray(at / 4, (at + bytes) / 4)
      .forEach((_, i, all) => all[i] = Math.imul(i, 0x9e3779b1) >>> pattern & 1);
  const now = () => views.bytes.slice(at, at + bytes);
  let kernels = 0;
  for (const [module, wrappers] of Object.entries(WRAPPERS)) {
    const source = await Deno.readTextFile(new URL(`src/${module}.as.ts`, import.meta.url));
    const signatures = signaturesOf(module, source);
    assertEquals(signatures.map(({ name }) => name).sort(), Object.keys(wrappers as object).sort(), module);
    for (const { name, parameters } of signatures) {
      const args = parameters.map(({ name, type }, i) =>
        type === "u64" ? 3n : type === "i32" ? 2 : /^(stride|bytes|wide|row)$/.test(name) ? 64 : at + PLACE * i
      );
      const call = () => (wrappers as Record<string, (...args: (number | bigint)[]) => void>)[name]!(...args);
      let changes = false;
      for (const pattern of [25, 26, 27, 28]) {
        fill(pattern);
        const before = now();
        const run = recorded(call);
        assert(equals(now(), before), `${module}.${name} has computed while it was recorded`);
        run();
        const after = now();
        changes ||= !equals(after, before);
        fill(pattern);
        call();
        assert(equals(now(), after), `${module}.${name} does something else when it is recorded`);
      }
      assert(changes, `${module}.${name} does nothing to be compared`);
      kernels++;
    }
  }
  assertEquals(kernels, KERNELS.length);
});

Deno.test("what is being recorded cannot look at memory", () => {
  for (const view of ["bytes", "words", "words32"] as const) {
    assertThrows(() => recorded(() => void memory[view]), TypeError, "may not look at memory");
  }
  assertThrows(() => recorded(() => startStream(0)), TypeError, "may not look at memory");
  assertEquals(memory.bytes.length, views.bytes.length);
});

Deno.test("an error while recording ends the recording; recordings are not nested", () => {
  assertThrows(
    () =>
      recorded(() => {
        throw new RangeError("broken");
      }),
    RangeError,
    "broken",
  );
  assertEquals(recording, false);
  assertThrows(() => recorded(() => recorded(() => {})), TypeError, "nested");
  assertThrows(() => noteFunction(() => {}), TypeError, "nothing is being recorded");
  const arena = new Arena();
  const out = arena.inOut([5n]);
  layout.clear(out, 8);
  assertEquals(wordsAt(out, 1), [0n]);
});

Deno.test("a recording of nothing can be run", () => {
  recorded(() => {})();
});
