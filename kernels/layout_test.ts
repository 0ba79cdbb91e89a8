import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { layout } from "./mod.ts";
import * as oracle from "./testing/oracle.ts";
import { Arena, bytesAt, LENGTHS, sample, sampleBytes, wordsAt } from "./testing/arena.ts";

/** Elements of the source and of the target, and where index 0 lies in each. */
interface Blocks {
  readonly src: number;
  readonly dst: number;
  readonly from?: number;
  readonly to?: number;
}

function checkStrided(dims: readonly oracle.Dimension[], { src, dst, from = 0, to = 0 }: Blocks): void {
  for (const limbs of [1, 2, 3]) {
    const source = sample(src * limbs, 1), target = sample(dst * limbs, 2);
    const arena = new Arena();
    const read = arena.words(source), written = arena.inOut(target);
    const spec = arena.words32(dims.flatMap((d) => [d.extent, d.from, d.to]));
    const scratch = arena.output(4 * dims.length);
    layout.copyStrided(read + 8 * limbs * from, written + 8 * limbs * to, spec, dims.length, limbs, scratch);
    assertEquals(wordsAt(written, target.length), oracle.copyStrided(source, target, dims, { limbs, from, to }));
    arena.assertGuardsIntact();
  }
}

/** Row-major strides of a shape. */
function strides(shape: readonly number[]): number[] {
  return shape.map((_, d) => shape.slice(d + 1).reduce((size, extent) => size * extent, 1));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Copies a tensor with its axes in the order `axes`. */
function checkPermuted(shape: readonly number[], axes: readonly number[]): void {
  const from = strides(shape), to = strides(axes.map((axis) => shape[axis]!));
  const dims = axes.map((axis, d) => ({ extent: shape[axis]!, from: from[axis]!, to: to[d]! }));
  checkStrided(dims, { src: size(shape), dst: size(shape) });
}

Deno.test("copyStrided() of no dimensions copies one element", () => checkStrided([], { src: 3, dst: 2 }));

Deno.test("copyStrided() of runs of every length copies the run", () => {
  for (const n of LENGTHS) checkStrided([{ extent: n, from: 1, to: 1 }], { src: n, dst: n });
});

Deno.test("copyStrided() transposes matrices of every size", () => {
  for (const m of [0, 1, 2, 3, 5, 15, 16, 17, 33]) {
    for (const n of [0, 1, 2, 3, 5, 15, 16, 17, 33]) checkPermuted([m, n], [1, 0]);
  }
});

Deno.test("copyStrided() permutes the axes of tensors of three and four dimensions", () => {
  for (const axes of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]) checkPermuted([3, 4, 5], axes);
  checkPermuted([2, 3, 4, 17], [3, 1, 0, 2]);
  checkPermuted([2, 3, 4, 17], [2, 1, 0, 3]);
  checkPermuted([1, 1, 1, 1], [3, 2, 1, 0]);
});

Deno.test("copyStrided() of a dimension without elements writes nothing", () => {
  for (const extents of [[0], [0, 3], [3, 0], [2, 0, 4], [0, 0]]) {
    checkStrided(extents.map((extent) => ({ extent, from: 1, to: 1 })), { src: 4, dst: 4 });
  }
});

Deno.test("copyStrided() with a source stride of 0 broadcasts along any axis", () => {
  for (const inner of [1, 3, 16, 65]) {
    checkStrided([{ extent: 5, from: 0, to: inner }, { extent: inner, from: 1, to: 1 }], {
      src: inner,
      dst: 5 * inner,
    });
    checkStrided([{ extent: 5, from: 1, to: inner }, { extent: inner, from: 0, to: 1 }], { src: 5, dst: 5 * inner });
    checkStrided([{ extent: 5, from: 0, to: inner }, { extent: inner, from: 0, to: 1 }], { src: 1, dst: 5 * inner });
  }
});

Deno.test("copyStrided() takes slices with steps, and writes into them", () => {
  const every = { extent: 4, from: 20, to: 8 }, second = { extent: 4, from: 2, to: 1 };
  checkStrided([every, second], { src: 100, dst: 40, from: 23, to: 3 });
  checkStrided([{ extent: 4, from: 4, to: 20 }, { extent: 4, from: 1, to: 3 }], { src: 16, dst: 80, to: 5 });
});

Deno.test("copyStrided() with strides below 0 reverses", () => {
  for (const n of [1, 2, 17, 64]) {
    checkStrided([{ extent: n, from: -1, to: 1 }], { src: n, dst: n, from: n - 1 });
    checkStrided([{ extent: n, from: 1, to: -1 }], { src: n, dst: n, to: n - 1 });
    checkStrided([{ extent: 3, from: -n, to: n }, { extent: n, from: 1, to: 1 }], {
      src: 3 * n,
      dst: 3 * n,
      from: 2 * n,
    });
  }
});

Deno.test("copyStrided() agrees with the definition for any strides whose targets differ", () => {
  const extent = fc.integer({ min: 0, max: 6 });
  fc.assert(
    fc.property(fc.array(fc.tuple(extent, fc.integer({ min: 0, max: 9 })), { maxLength: 4 }), (dims) => {
      const to = strides(dims.map(([n]) => n));
      checkStrided(dims.map(([n, from], d) => ({ extent: n, from, to: to[d]! })), { src: 6 * 9 * 4, dst: 6 ** 4 });
    }),
    { seed: 4, numRuns: 200 },
  );
});

Deno.test("gatherRows() copies the named rows in order, repeated ones too, for rows of any bytes", () => {
  for (const bytes of [0, 1, 8, 13, 16, 24, 520]) {
    for (const rows of [[], [0], [2, 2, 0], [6, 5, 4, 3, 2, 1, 0], [1, 6, 1, 6, 1]]) {
      const table = sampleBytes(7 * bytes, bytes);
      const arena = new Arena();
      const src = arena.bytes(table), index = arena.words32(rows), dst = arena.output(rows.length * bytes);
      layout.gatherRows(src, index, rows.length, bytes, dst);
      assertEquals(bytesAt(dst, rows.length * bytes), oracle.gatherRows(table, rows, bytes));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("copy() copies as if by way of a copy, however the ranges overlap", () => {
  for (const bytes of LENGTHS) {
    for (const [dst, src] of [[0, 0], [0, 1], [1, 0], [5, 60], [60, 5], [0, 200]] as const) {
      const before = sampleBytes(400, 5);
      const arena = new Arena();
      const at = arena.output(400);
      layout.copy(at, arena.bytes(before), 400);
      layout.copy(at + dst, at + src, bytes);
      assertEquals(bytesAt(at, 400), oracle.copy(before, dst, src, bytes));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("clear() clears its bytes and no others", () => {
  for (const bytes of LENGTHS) {
    const arena = new Arena();
    const at = arena.output(bytes);
    layout.clear(at, bytes);
    assertEquals(bytesAt(at, bytes), oracle.clear(bytes));
    arena.assertGuardsIntact();
  }
});

Deno.test("pack() writes exactly ⌈n · bits / 8⌉ bytes and unpack() inverts it, for every width from 1 to 64", () => {
  for (let bits = 1; bits <= 64; bits++) {
    for (const n of LENGTHS) {
      const words = sample(n, 100 * bits + n), expected = oracle.pack(words, bits);
      const arena = new Arena();
      const src = arena.words(words), packed = arena.output(expected.length), unpacked = arena.output(8 * n);
      layout.pack(src, n, bits, packed);
      assertEquals(bytesAt(packed, expected.length), expected, `${n} of ${bits} bits`);
      layout.unpack(packed, n, bits, unpacked);
      assertEquals(wordsAt(unpacked, n), words.map((word) => oracle.low(word, bits)), `${n} of ${bits} bits`);
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("unpack() of any bytes at any address is the oracle's", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.nat(130), fc.nat(7), (bits, n, skew) => {
      const bytes = sampleBytes(skew + Math.ceil(n * bits / 8), bits + n);
      const arena = new Arena();
      const src = arena.bytes(bytes), dst = arena.output(8 * n);
      layout.unpack(src + skew, n, bits, dst);
      assertEquals(wordsAt(dst, n), oracle.unpack(bytes.subarray(skew), n, bits));
      arena.assertGuardsIntact();
    }),
    { seed: 5, numRuns: 300 },
  );
});
