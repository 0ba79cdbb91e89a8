import { assertStringIncludes, assertThrows } from "@std/assert";
import { type Kind, publicInt, publicWide, type Register, secretInt } from "./registers.ts";
import { type Instruction, type Op, verify } from "./tape.ts";

const index: Kind = { type: "index", bits: 32, f: 0, secret: false };
const fix: Kind = { type: "fix", bits: 31, f: 16, secret: true };

/** Registers 0 to 9: what the operations of the cases read. */
const GIVEN: readonly (readonly [register: Register, does: Op])[] = [
  [{ shape: [2, 3], kind: secretInt }, { op: "input", owner: 0, source: "text" }],
  [{ shape: [3], kind: secretInt }, { op: "input", owner: 0, source: "text" }],
  [{ shape: [2, 3], kind: publicInt }, { op: "constant", values: [1n, 2n, 3n, 4n, 5n, 6n] }],
  [{ shape: [3], kind: publicInt }, { op: "constant", values: [0n, 1n, 2n] }],
  [{ shape: [2], kind: index }, { op: "permutation", n: 2 }],
  [{ shape: [2], kind: publicWide }, { op: "constant", values: [1n << 90n, 0n] }],
  [{ shape: [2, 3], kind: fix }, { op: "input", owner: 0, source: "text" }],
  [{ shape: [3, 3], kind: secretInt }, { op: "input", owner: 0, source: "text" }],
  [{ shape: [1], kind: index }, { op: "permutation", n: 1 }],
  [{ shape: [], kind: publicInt }, { op: "constant", values: [5n] }],
];

/** The tape of the given registers and one more instruction, whose result has this shape and kind. */
function tapeOf(does: Op, ...results: Register[]) {
  const registers = [...GIVEN.map(([register]) => register), ...results];
  const body: Instruction[] = GIVEN.map(([, does], r) => ({ does, out: [r], at: null }));
  body.push({ does, out: results.map((_, i) => GIVEN.length + i), at: null });
  return { registers, body };
}

const secret = (...shape: number[]): Register => ({ shape, kind: secretInt });
const open = (...shape: number[]): Register => ({ shape, kind: publicInt });
const rows = (...shape: number[]): Register => ({ shape, kind: index });
const product = (x: number, y: number, kind: "mul" | "matmul" = "mul"): Op => ({
  ...{ op: "product", terms: [{ kind, x, y }], addend: null, trunc: null },
});
const trunc = { bits: 4, bound: 62, rounding: "nearest" } as const;
const steps = { op: "piecewise", bound: 31, thresholds: [0n], table: [[0n, 1n]], slopes: null } as const;
const patches = (offset: number) => ({ shape: [2, 3], window: { shape: [2, 3], offset, strides: [1, 1] } });

/** Well formed, and each with one thing wrong. */
const CASES: readonly (readonly [name: string, right: [Op, ...Register[]], wrong: [Op, ...Register[]][]])[] = [
  ["input", [{ op: "input", owner: 1, source: "text" }, secret(2)], [
    [{ op: "input", owner: 1, source: "text" }, open(2)],
    [{ op: "input", owner: -1, source: "text" }, secret(2)],
    [{ op: "input", owner: 1, source: "text" }, secret(-2)],
    [{ op: "input", owner: 1, source: "text" }, secret(1.5)],
  ]],
  ["constant", [{ op: "constant", values: [1n, -(1n << 63n)] }, open(2)], [
    [{ op: "constant", values: [1n] }, open(2)],
    [{ op: "constant", values: [1n << 63n] }, open(1)],
    [{ op: "constant", values: [1n] }, secret(1)],
  ]],
  ["share", [{ op: "share", x: 2 }, secret(2, 3)], [
    [{ op: "share", x: 2 }, secret(3, 3)],
    [{ op: "share", x: 0 }, secret(2, 3)],
    [{ op: "share", x: 5 }, { shape: [2], kind: { ...fix, f: 40 } }],
  ]],
  ["add", [{ op: "add", x: 0, y: 0 }, secret(2, 3)], [
    [{ op: "add", x: 0, y: 1 }, secret(2, 3)],
    [{ op: "add", x: 1, y: 1 }, secret(2, 3)],
    [{ op: "add", x: 0, y: 2 }, secret(2, 3)],
    [{ op: "add", x: 0, y: 6 }, secret(2, 3)],
  ]],
  ["sub", [{ op: "sub", x: 6, y: 6 }, { shape: [2, 3], kind: fix }], [[{ op: "sub", x: 1, y: 0 }, secret(3)]]],
  ["negate", [{ op: "negate", x: 1 }, secret(3)], [[{ op: "negate", x: 1 }, secret(4)], [
    { op: "negate", x: 3 },
    secret(3),
  ]]],
  ["addPublic", [{ op: "addPublic", x: 0, c: 2 }, secret(2, 3)], [
    [{ op: "addPublic", x: 0, c: 3 }, secret(2, 3)],
    [{ op: "addPublic", x: 1, c: 5 }, secret(3)],
    [{ op: "addPublic", x: 1, c: 1 }, secret(3)],
  ]],
  ["mulPublic", [{ op: "mulPublic", x: 1, c: 3 }, secret(3)], [
    [{ op: "mulPublic", x: 1, c: 3 }, secret(4)],
    [{ op: "mulPublic", x: 1, c: 4 }, secret(3)],
  ]],
  ["product", [product(0, 7, "matmul"), secret(2, 3)], [
    [product(7, 0, "matmul"), secret(3, 3)],
    [product(0, 7, "matmul"), secret(3, 3)],
    [product(0, 1), secret(2, 3)],
    [product(0, 2), secret(2, 3)],
    [{ ...product(0, 0), addend: 1 } as Op, secret(2, 3)],
    [{ ...product(0, 0), addend: 2 } as Op, secret(2, 3)],
    [{ ...product(0, 0), terms: [] } as Op, secret(2, 3)],
    [product(0, 0), open(2, 3)],
  ]],
  ["product of patches", [
    { op: "product", terms: [{ kind: "matmul", x: 0, y: 7, xOf: patches(2) }], addend: null, trunc: null },
    secret(2, 3),
  ], [
    [
      { op: "product", terms: [{ kind: "matmul", x: 0, y: 7, xOf: patches(3) }], addend: null, trunc: null },
      secret(2, 3),
    ],
    [
      { op: "product", terms: [{ kind: "matmul", x: 0, y: 7, xOf: patches(-1) }], addend: null, trunc: null },
      secret(2, 3),
    ],
    [{ op: "product", terms: [{ kind: "mul", x: 0, y: 0, xOf: patches(2) }], addend: null, trunc: null }, secret(2, 3)],
  ]],
  ["trunc", [{ op: "trunc", x: 1, trunc }, secret(3)], [
    [{ op: "trunc", x: 1, trunc }, secret(4)],
    [{ op: "trunc", x: 1, trunc: { ...trunc, bits: 64 } }, secret(3)],
  ]],
  ["piecewise", [{ ...steps, x: 1 }, secret(3)], [
    [{ ...steps, x: 1 }, secret(4)],
    [{ ...steps, x: 1, table: [[0n]] }, secret(3)],
    [{ ...steps, x: 1, table: [] }, secret(3)],
    [{ ...steps, x: 1, table: [[0n, 1n], [0n, 1n]] }, secret(3)],
    [{ ...steps, x: 1, table: [[0n, 1n], [0n, 1n]] }, secret(3, 3)],
    [{ ...steps, x: 1, thresholds: [1n, 0n], table: [[0n, 1n, 2n]] }, secret(3)],
    [{ ...steps, x: 1, slopes: { factor: 0, table: [[0n, 1n]] } }, secret(3)],
    [{ ...steps, x: 1, slopes: { factor: 1, table: [[0n]] } }, secret(3)],
    [{ ...steps, x: 1, slopes: { factor: 1, table: [[0n, 1n], [0n, 1n]] } }, secret(3)],
  ]],
  ["decompose", [{ op: "decompose", x: 1 }, secret(3, 8)], [
    [{ op: "decompose", x: 1 }, secret(4, 8)],
    [{ op: "decompose", x: 1 }, secret(3, 65)],
    [{ op: "decompose", x: 3 }, secret(3, 8)],
  ]],
  ["window", [{ op: "window", x: 0, offset: 1, strides: [1, 2] }, secret(2, 2)], [
    [{ op: "window", x: 0, offset: 3, strides: [1, 2] }, secret(2, 2)],
    [{ op: "window", x: 0, offset: 1, strides: [1, -2] }, secret(2, 2)],
    [{ op: "window", x: 0, offset: 1, strides: [1] }, secret(2, 2)],
    [{ op: "window", x: 0, offset: 0, strides: [1, 1] }, open(2, 2)],
    [{ op: "window", x: 5, offset: 0, strides: [1] }, open(2)],
  ]],
  ["concat", [
    { op: "concat", parts: [{ x: 0, offset: 0, strides: [3, 1] }, { x: 7, offset: 6, strides: [3, 1] }] },
    secret(5, 3),
  ], [
    [
      { op: "concat", parts: [{ x: 0, offset: 0, strides: [3, 1] }, { x: 7, offset: 7, strides: [3, 1] }] },
      secret(5, 3),
    ],
    [
      { op: "concat", parts: [{ x: 0, offset: 0, strides: [3, 1] }, { x: 0, offset: 0, strides: [3, 1] }] },
      secret(4, 3),
    ],
    [{ op: "concat", parts: [{ x: 0, offset: 0, strides: [3, 1] }] }, secret(4, 3)],
    [
      { op: "concat", parts: [{ x: 0, offset: 0, strides: [3, 1] }, { x: 2, offset: 6, strides: [3, 1] }] },
      secret(4, 3),
    ],
    [{ op: "concat", parts: [] }, secret(2)],
  ]],
  ["gather", [{ op: "gather", x: 0, rows: 4, start: null, stride: 2 }, secret(2, 3)], [
    [{ op: "gather", x: 0, rows: 4, start: null, stride: 3 }, secret(3, 3)],
    [{ op: "gather", x: 0, rows: 3, start: null, stride: 2 }, secret(2, 3)],
    [{ op: "gather", x: 0, rows: 4, start: null, stride: 2 }, secret(2, 4)],
    [{ op: "gather", x: 0, rows: 4, start: 3, stride: 2 }, secret(2, 3)],
    [{ op: "gather", x: 2, rows: 4, start: null, stride: 2 }, open(2, 3)],
  ]],
  ["scatter", [{ op: "scatter", x: 0, rows: 4 }, secret(2, 3)], [
    [{ op: "scatter", x: 7, rows: 4 }, secret(3, 3)],
    [{ op: "scatter", x: 0, rows: 3 }, secret(2, 3)],
  ]],
  ["rows", [{ op: "rows", x: 3, below: 3 }, rows(3)], [
    [{ op: "rows", x: 3, below: 3 }, rows(4)],
    [{ op: "rows", x: 1, below: 3 }, rows(3)],
    [{ op: "rows", x: 3, below: 2 ** 33 }, rows(3)],
  ]],
  ["sum", [{ op: "sum", x: 0, axis: 1 }, secret(2)], [
    [{ op: "sum", x: 0, axis: 1 }, secret(3)],
    [{ op: "sum", x: 0, axis: 2 }, secret(2, 3)],
    [{ op: "sum", x: 0, axis: -1 }, secret(2)],
  ]],
  ["cumsum", [{ op: "cumsum", x: 0 }, secret(2, 3)], [[{ op: "cumsum", x: 0 }, secret(3, 3)]]],
  ["shuffle", [{ op: "shuffle", x: 0 }, secret(2, 3)], [[{ op: "shuffle", x: 0 }, secret(6)]]],
  ["reveal", [{ op: "reveal", x: 0 }, open(2, 3)], [
    [{ op: "reveal", x: 0 }, open(3, 3)],
    [{ op: "reveal", x: 0 }, secret(2, 3)],
    [{ op: "reveal", x: 0 }, { shape: [2, 3], kind: publicWide }],
  ]],
  ["public", [{ op: "public", fn: "add", x: 2, y: 2 }, open(2, 3)], [
    [{ op: "public", fn: "add", x: 2, y: 3 }, open(2, 3)],
    [{ op: "public", fn: "mul", x: 3, y: 3 }, open(2, 3)],
    [{ op: "public", fn: "div", x: 0, y: 2 }, open(2, 3)],
    [{ op: "public", fn: "sub", x: 4, y: 4 }, open(2)],
  ]],
  ["offset", [{ op: "offset", x: 8, by: 1 }, rows()], [[{ op: "offset", x: 4, by: 1 }, rows()]]],
  ["permutation", [{ op: "permutation", n: 3 }, rows(4)], [
    [{ op: "permutation", n: 5 }, rows(4)],
    [{ op: "permutation", n: 0 }, rows(4)],
    [{ op: "permutation", n: 3 }, open(4)],
  ]],
  ["uniform", [{ op: "uniform", low: 0, high: 1 }, open(4)], [
    [{ op: "uniform", low: 0, high: 1 }, secret(4)],
    [{ op: "uniform", low: 0, high: 1 }, { shape: [4], kind: publicWide }],
  ]],
  ["print", [{ op: "print", format: "%s %%", args: [2] }], [
    [{ op: "print", format: "%s %s", args: [2] }],
    [{ op: "print", format: "%s", args: [0] }],
  ]],
  ["output", [{ op: "output", x: 0, to: "all", label: "" }], [[{ op: "output", x: 4, to: "all", label: "" }]]],
  ["metric", [{ op: "metric", x: 9, name: "" }], [[{ op: "metric", x: 3, name: "" }]]],
];

for (const [name, right, wrong] of CASES) {
  Deno.test(`a tape with a wrong "${name}" is refused`, () => {
    verify(tapeOf(...right), "the test");
    for (const [does, ...results] of wrong) {
      const { message } = assertThrows(() => verify(tapeOf(does, ...results), "the test"), Error);
      assertStringIncludes(message, `internal: after the test, "${does.op}" `);
    }
  });
}

Deno.test("a loop's values, index and condition are checked", () => {
  const at = null;
  const loop = (change: Partial<Extract<Op, { op: "repeat" }>>, stop: Register = open()) => ({
    registers: [...GIVEN.map(([register]) => register), rows(), secret(3), secret(3), stop, secret(3)],
    body: [
      ...GIVEN.map(([, does], r): Instruction => ({ does, out: [r], at })),
      {
        does: {
          ...{ op: "repeat", times: 2, index: 10, init: [1], params: [11], results: [12], stop: 13, unit: null },
          body: [
            { does: { op: "negate", x: 11 }, out: [12], at },
            { does: { op: "constant", values: Array(stop.shape.reduce((n, d) => n * d, 1)).fill(0n) }, out: [13], at },
          ],
          ...change,
        },
        out: [14],
        at,
      } as Instruction,
    ],
  });
  verify(loop({}), "the test");
  for (
    const change of [{ times: -1 }, { times: 1.5 }, { init: [0] }, { results: [0] }, { results: [14] }, { stop: 12 }]
  ) {
    assertThrows(() => verify(loop(change), "the test"), Error, "internal: after the test");
  }
  assertThrows(() => verify(loop({}, open(2)), "the test"), Error, '"repeat" ends by a secret');
});
