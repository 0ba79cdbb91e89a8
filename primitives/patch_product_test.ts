import { assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { indicesOf, reachOf, sizeOf, type Window } from "@symbolon/protocol";
import { sample } from "../kernels/testing/arena.ts";
import { addPatchProduct, type MatrixSize, matrixWords, windowTaker } from "./mod.ts";

/** The product as it is and by its definition, on top of what was there. */
function multiplied([m, k, n]: MatrixSize, x: Window | null, y: Window | null): [got: bigint[], expected: bigint[]] {
  const memory = new PartyMemory();
  try {
    const factor = (window: Window | null, size: number, seed: number) => {
      const words = sample(window === null ? size : 1 + reachOf(window)[1], seed);
      const at = memory.allocate(8 * words.length);
      memory.words.set(words, at / 8);
      return {
        at,
        window: window ?? undefined,
        values: window === null ? words : indicesOf(window).map((i) => words[i]!),
      };
    };
    const [left, right] = [factor(x, m * k, 1), factor(y, k * n, 2)];
    const z = memory.allocate(8 * m * n);
    memory.words.fill(3n, z / 8, z / 8 + m * n);
    addPatchProduct(memory, windowTaker(memory), [m, k, n], { x: left, y: right, z });
    const expected = Array.from({ length: m * n }, (_, at) => {
      let sum = 3n;
      for (let l = 0; l < k; l++) sum += left.values[Math.floor(at / n) * k + l]! * right.values[l * n + at % n]!;
      return BigInt.asUintN(64, sum);
    });
    return [[...memory.words.slice(z / 8, z / 8 + m * n)], expected];
  } finally {
    memory.dispose();
  }
}

/** Patches of 5 × 5 in images of 20 × 20: a matrix of [images · 256, 25]. */
const patches = (images: number): Window => ({
  shape: [images, 16, 16, 5, 5],
  offset: 0,
  strides: [400, 20, 1, 20, 1],
});
/** The same, transposed. */
const turned = (images: number): Window => ({ shape: [5, 5, images, 16, 16], offset: 0, strides: [20, 1, 400, 20, 1] });

Deno.test("a product of patches is the sum over every patch, in one part or many, by rows or by columns", () => {
  for (const images of [1, 25]) {
    const m = 256 * images;
    for (
      const [size, x, y] of [
        [[m, 25, 2], patches(images), null],
        [[25, m, 2], turned(images), null],
        [[2, 25, 4], null, { shape: [25, 4], offset: 3, strides: [0, 1] }],
        [[2, 2, 3], { shape: [2, 2], offset: 4, strides: [-3, 2] }, { shape: [2, 3], offset: 2, strides: [1, -1] }],
      ] as const
    ) {
      const [got, expected] = multiplied(size, x, y);
      assertEquals(got, expected);
    }
  }
});

Deno.test("words of a matrix lie where they are, or are copied: patches, transposes, transposed patches", () => {
  const memory = new PartyMemory();
  const at = memory.allocate(8 * 6), words = sample(6, 1);
  memory.words.set(words, at / 8);
  assertEquals(matrixWords(memory, { at }, [2, 3], false), at);
  const window = { shape: [2, 3], offset: 1, strides: [2, 1] };
  for (
    const [taken, turned, order] of [
      [undefined, true, [0, 3, 1, 4, 2, 5]],
      [window, false, [1, 2, 3, 3, 4, 5]],
      [window, true, [1, 3, 2, 4, 3, 5]],
    ] as const
  ) {
    const to = matrixWords(memory, { at, window: taken }, [2, 3], turned) / 8;
    assertEquals([...memory.words.slice(to, to + sizeOf([2, 3]))], order.map((i) => words[i]!));
  }
  memory.dispose();
});
