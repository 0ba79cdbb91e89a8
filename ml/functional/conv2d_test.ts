import { assertEquals, assertThrows } from "@std/assert";
import { compile, concat, program, type Secret, sfix, sint } from "@symbolon/compiler";
import fc from "fast-check";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { conv2d, conv2dFilterGradient, conv2dImageGradient } from "./conv2d.ts";
import { evaluate } from "./testing/evaluate.ts";

/** Distinct small integers for a tensor. */
const values = (shape: readonly number[], seed: number) =>
  Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) => (i * 7 + seed * 13) % 11 - 5);

/** The definition, index by index. */
function direct(
  [x, [B, H, W, C]]: [number[], readonly [number, number, number, number]],
  [w, [R, S, , F]]: [number[], readonly [number, number, number, number]],
  [sy, sx]: readonly [number, number],
  [py, px]: readonly [number, number],
): number[] {
  const [OH, OW] = [Math.floor((H + 2 * py - R) / sy) + 1, Math.floor((W + 2 * px - S) / sx) + 1];
  const out: number[] = [];
  for (let b = 0; b < B; b++) {
    for (let i = 0; i < OH; i++) {
      for (let j = 0; j < OW; j++) {
        for (let f = 0; f < F; f++) {
          let sum = 0;
          for (let r = 0; r < R; r++) {
            for (let s = 0; s < S; s++) {
              const [y, z] = [i * sy + r - py, j * sx + s - px];
              if (y < 0 || y >= H || z < 0 || z >= W) continue;
              for (let c = 0; c < C; c++) sum += x[((b * H + y) * W + z) * C + c]! * w[((r * S + s) * C + c) * F + f]!;
            }
          }
          out.push(sum);
        }
      }
    }
  }
  return out;
}

const CASES = [
  { x: [1, 1, 1, 1], w: [1, 1, 1, 1], stride: [1, 1], padding: [0, 0] },
  { x: [2, 5, 6, 3], w: [3, 2, 3, 4], stride: [1, 1], padding: [0, 0] },
  { x: [2, 7, 6, 2], w: [3, 3, 2, 5], stride: [2, 3], padding: [1, 2] },
  { x: [1, 4, 4, 1], w: [4, 4, 1, 2], stride: [1, 1], padding: [3, 3] },
] as const;

for (const backend of ["emulate", "ring"]) {
  Deno.test(`conv2d() is the sum over every patch, under ${backend}`, async () => {
    for (const { x, w, stride, padding } of CASES) {
      const [a, b] = [values(x, 1), values(w, 2)];
      const { outputs } = await run(
        program("", {}, () => {
          const image = sint.inputTensorVia(0, a).reshape(x);
          conv2d(image, sint.inputTensorVia(1, b).reshape(w), { stride, padding }).reveal().output("y");
          conv2d(sfix.inputTensorVia(0, a).reshape(x), sfix.inputTensorVia(1, b).reshape(w), { stride, padding })
            .reveal().output("z");
        }),
        { backend },
      );
      const expected = direct([a, x], [b, w], stride, padding);
      assertEquals(outputs.map((o) => o.values), [expected, expected]);
    }
  });
}

Deno.test("conv2d() takes two rounds and 32 bytes an element, whatever the filters", async () => {
  const cost = async (side: number) => {
    const { rounds, bytes } = await run(
      program("", {}, () => {
        const x = sfix.constant(1).broadcastTo([2, 12, 12, 3]);
        conv2d(x, sfix.constant(0.5).broadcastTo([side, side, 3, 4])).revealTo(0);
      }),
      { backend: "ring" },
    );
    const elements = 2 * (13 - side) ** 2 * 4;
    return [rounds - 1, bytes.total / elements - 8];
  };
  assertEquals(await cost(1), [2, 32]);
  assertEquals(await cost(5), [2, 32]);
});

Deno.test("conv2d() and its gradients under semi2k are emulate's to the last bit, and open each pixel once a product", async () => {
  const [x, w] = [[1, 8, 8, 2], [3, 3, 2, 2]] as const;
  const both = program("", {}, () => {
    const image = sfix.inputTensorVia(0, values(x, 1)).reshape(x).mul(0.25);
    const filters = sfix.inputTensorVia(1, values(w, 2)).reshape(w).mul(0.375);
    const y = conv2d(image, filters);
    const dy = y.mul(y);
    y.revealTo(0, "y");
    conv2dImageGradient(dy, filters, [8, 8, 2]).revealTo(0, "dx");
    conv2dFilterGradient(image, dy, [3, 3]).revealTo(0, "dw");
  });
  const [semi2k, clear] = await Promise.all(
    ["semi2k", "emulate"].map((backend) => run(both, { backend, args: ["nearest"], transport: "inline" })),
  );
  assertEquals(semi2k!.outputs, clear!.outputs);
  assertEquals([semi2k!.rounds, semi2k!.bytes.total], [semi2k!.predicted.rounds, semi2k!.predicted.bytes]);

  // Words that a product of the convolution, of either gradient, opens: pixels, those of dy in its margin, filters, dy.
  const { tape } = compile(both, { args: ["nearest"] });
  const opened = tape.body.flatMap(({ does }) => does.op === "product" ? does.terms : [])
    .filter(({ kind }) => kind === "matmul")
    .map((t) => [t.x, t.y].reduce((sum, r) => sum + tape.registers[r]!.shape.reduce((n, d) => n * d, 1), 0));
  assertEquals(opened, [128 + 36, 10 * 10 * 2 + 36, 128 + 72]);
});

Deno.test("conv2d() refuses shapes that do not fit, with the shapes", () => {
  const tried = (x: number[], w: number[], options = {}) => () =>
    compile(
      program("", {}, () => void conv2d(sfix.constant(0).broadcastTo(x), sfix.constant(0).broadcastTo(w), options)),
    );
  assertThrows(tried([4, 4, 1], [2, 2, 1, 1]), RangeError, "not [4,4,1] and [2,2,1,1]");
  assertThrows(tried([1, 4, 4, 2], [2, 2, 3, 1]), RangeError, "[2,2,3,1]");
  assertThrows(tried([1, 4, 4, 2], [5, 2, 2, 1]), RangeError, "windows of 5 × 2 do not fit images of 4 × 4");
  assertThrows(
    tried([1, 4, 4, 2], [2, 2, 2, 1], { stride: [0, 1] }),
    RangeError,
    "cannot move a window of 2 × 2 by [0,1]",
  );
});

/** Shapes, strides and paddings that fit; a third of them depthwise. */
const convolutions = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  channels: fc.integer({ min: 1, max: 2 }),
  filters: fc.integer({ min: 1, max: 2 }),
  batch: fc.integer({ min: 1, max: 2 }),
  image: fc.tuple(fc.integer({ min: 3, max: 7 }), fc.integer({ min: 3, max: 7 })),
  kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  padding: fc.oneof(
    fc.constantFrom("same" as const, "valid" as const),
    fc.tuple(
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
      fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })),
    ),
  ),
});

Deno.test("both gradients are adjoint to the convolution: Σ dy·conv(x, w) = Σ x·dx = Σ w·dw, exactly", () => {
  fc.assert(
    fc.property(convolutions, ({ groups, channels, filters, batch, image, kernel, ...options }) => {
      const shapes = [[batch, ...image, groups * channels], [...kernel, channels, groups * filters]] as const;
      const data = shapes.map((shape, i) => values(shape, i + 1));
      const { values: products } = evaluate(
        (x, w) => {
          const y = conv2d(x!, w!, { groups, ...options });
          // Any dy will do that is not the same everywhere.
          const dy = y.add(sint.constant(values([y.shape.at(-1)!], 3)));
          const dx = conv2dImageGradient(dy, w!, [...image, groups * channels], { groups, ...options });
          const dw = conv2dFilterGradient(x!, dy, kernel, { groups, ...options });
          const dot = (a: Secret, b: Secret) => a.mulRaw(b).sum().reshape([1]);
          return concat([dot(y, dy), dot(x!, dx), dot(w!, dw)]);
        },
        data,
        { shapes, k: 40 },
      );
      assertEquals(products[1], products[0]);
      assertEquals(products[2], products[0]);
    }),
    { seed: 4, numRuns: 25 },
  );
});
