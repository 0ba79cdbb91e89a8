/**
 * What local operations must do: they send nothing, so they are plain calls at every party.
 *
 * @module
 */
import { type Protocol, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import fc from "fast-check";
import { broadcast, exampleShapes, seeds, shapes, slice } from "./arbitraries.ts";
import type { Context } from "./context.ts";
import { cumsum, sum, windowIndices } from "./oracle.ts";
import type { Secret, Stage } from "./stage.ts";
import { Sampler, signedRange } from "./values.ts";

type Values = readonly bigint[];

interface Tensors {
  readonly shape: Shape;
  readonly seed: number;
}

const tensors: fc.Arbitrary<Tensors> = fc.record({ shape: shapes, seed: seeds });

function examples(context: Context): Tensors[] {
  return exampleShapes(context.largest).map((shape, i) => ({ shape, seed: i }));
}

/** The properties, by name. */
export const LOCAL = {
  "constant() shares public values": (context: Context): void =>
    context.property(tensors, examples(context), (stage, { shape, seed }) => {
      const { values } = draw(stage, shape, new Sampler(seed));
      const out = stage.blank(shape);
      stage.local((p) => p.constant(stage.elements(p, values, shape), stage.share(out, p)));
      stage.expect(`constant [${shape}]`, out, values);
    }),

  "add() is exact, whatever operand out is": (context: Context): void => binary(context, "add", (x, y) => x + y),

  "sub() is exact, whatever operand out is": (context: Context): void => binary(context, "sub", (x, y) => x - y),

  "negate() is exact, in place too": (context: Context): void =>
    context.property(tensors, examples(context), (stage, { shape, seed }) => {
      const x = draw(stage, shape, new Sampler(seed));
      const out = stage.blank(shape);
      stage.local((p) => p.negate(stage.share(x.secret, p), stage.share(out, p)));
      stage.expect(`negate [${shape}]`, out, x.values.map((v) => -v), (i) => `x = ${x.values[i]}`);
      stage.expect(`operand of negate [${shape}]`, x.secret, x.values);
      stage.local((p) => p.negate(stage.share(x.secret, p), stage.share(x.secret, p)));
      stage.expect(`negate [${shape}] in place`, x.secret, x.values.map((v) => -v));
    }),

  "addPublic() is exact, in place too": (context: Context): void => withPublic(context, "addPublic", (x, c) => x + c),

  "mulPublic() is exact, in place too": (context: Context): void => withPublic(context, "mulPublic", (x, c) => x * c),

  "copy() keeps elements in order": (context: Context): void =>
    context.property(tensors, examples(context), (stage, { shape, seed }) => {
      const x = draw(stage, shape, new Sampler(seed));
      for (const to of [shape, [sizeOf(shape)], [1, sizeOf(shape), 1]]) {
        const out = stage.blank(to);
        stage.local((p) => p.copy(stage.share(x.secret, p), stage.share(out, p)));
        stage.expect(`copy [${shape}] → [${to}]`, out, x.values);
      }
    }),

  "read() takes slices, transposes and broadcasts": (context: Context): void =>
    context.property(tensors, examples(context), (stage, { shape, seed }) => {
      const sampler = new Sampler(seed);
      const x = draw(stage, shape, sampler);
      const part = slice(shape, sampler);
      for (const window of [transpose(shape), part, broadcast(part, sampler), broadcast(part, sampler)]) {
        const out = stage.blank(window.shape);
        stage.local((p) => p.read(stage.share(x.secret, p), window, stage.share(out, p)));
        stage.expect(`read ${show(window)} of [${shape}]`, out, windowIndices(window).map((i) => x.values[i]!));
      }
    }),

  "write() changes its window and nothing else": (context: Context): void =>
    context.property(tensors, examples(context), (stage, { shape, seed }) => {
      const sampler = new Sampler(seed);
      for (const window of [transpose(shape), slice(shape, sampler)]) {
        const x = draw(stage, window.shape, sampler), out = draw(stage, shape, sampler);
        stage.local((p) => p.write(stage.share(x.secret, p), window, stage.share(out.secret, p)));
        const expected = [...out.values];
        windowIndices(window).forEach((to, from) => expected[to] = x.values[from]!);
        stage.expect(`write ${show(window)} of [${shape}]`, out.secret, expected);
        stage.expect(`operand of write ${show(window)}`, x.secret, x.values);
      }
    }),

  "gather() takes rows in any order": (context: Context): void =>
    context.property(
      tensors,
      examples(context),
      (stage, { shape: row, seed }) => {
        const sampler = new Sampler(seed);
        const height = 1 + sampler.below(9), count = 1 + sampler.below(12);
        const x = draw(stage, [height, ...row], sampler);
        const rows = Array.from({ length: count }, () => sampler.below(height));
        const out = stage.blank([count, ...row]);
        stage.local((p) => {
          const at = p.memory.scratch(4 * count);
          p.memory.words32.set(rows, at / 4);
          p.gather(stage.share(x.secret, p), { count, at }, stage.share(out, p));
        });
        const n = sizeOf(row);
        const expected = rows.flatMap((r) => x.values.slice(r * n, (r + 1) * n));
        stage.expect(`gather rows ${rows} of [${height},${row}]`, out, expected);
      },
    ),

  "sum() adds up any axis": (context: Context): void =>
    context.property(tensors, [...examples(context), { shape: [3, 4, 5], seed: 0 }], (stage, { shape, seed }) => {
      const x = draw(stage, shape, new Sampler(seed));
      shape.forEach((_, axis) => {
        const out = stage.blank(shape.toSpliced(axis, 1));
        stage.local((p) => p.sum(stage.share(x.secret, p), axis, stage.share(out, p)));
        stage.expect(`sum [${shape}] over axis ${axis}`, out, sum(shape, axis, x.values));
      });
    }),

  "cumsum() adds up the rows before each": (context: Context): void =>
    context.property(tensors, [...examples(context), { shape: [5, 3, 2], seed: 0 }], (stage, { shape, seed }) => {
      for (const to of shape.length === 0 ? [] : [shape, [sizeOf(shape)]]) {
        const x = draw(stage, to, new Sampler(seed));
        const out = stage.blank(to);
        stage.local((p) => p.cumsum(stage.share(x.secret, p), stage.share(out, p)));
        stage.expect(`cumsum [${to}]`, out, cumsum(to, x.values));
        stage.expect(`operand of cumsum [${to}]`, x.secret, x.values);
      }
    }),

  "handles made twice for a place are the same share": (context: Context): void =>
    context.stage((stage) => {
      const values = [3n, -4n, 5n];
      const out = stage.blank([3]);
      stage.local((p) => {
        const at = p.memory.scratch(p.bytes([3]));
        p.constant(stage.elements(p, values, [3]), p.at([3], at));
        p.copy(p.at([1, 3], at), stage.share(out, p));
      });
      stage.expect("a share through its second handle", out, values);
    }),
} as const;

/** Random values of the whole domain, shared from party 0. */
function draw(stage: Stage, shape: Shape, sampler: Sampler): { values: Values; secret: Secret } {
  const values = sampler.values(sizeOf(shape), signedRange(stage.domain));
  return { values, secret: stage.input(values, shape, { owner: sampler.below(stage.target.parties) }) };
}

function binary(context: Context, op: "add" | "sub", oracle: (x: bigint, y: bigint) => bigint): void {
  context.property(tensors, examples(context), (stage, { shape, seed }) => {
    const sampler = new Sampler(seed);
    const run = (p: Protocol, x: Secret, y: Secret, out: Secret) =>
      p[op](stage.share(x, p), stage.share(y, p), stage.share(out, p));
    for (const alias of ["fresh", "x", "y", "both", "all"]) {
      const x = draw(stage, shape, sampler);
      const y = alias === "both" || alias === "all" ? x : draw(stage, shape, sampler);
      const out = alias === "x" || alias === "all" ? x.secret : alias === "y" ? y.secret : stage.blank(shape);
      stage.local((p) => run(p, x.secret, y.secret, out));
      const expected = x.values.map((v, i) => oracle(v, y.values[i]!));
      const what = `${op} [${shape}] (${describe[alias]})`;
      stage.expect(what, out, expected, (i) => `x = ${x.values[i]}, y = ${y.values[i]}`);
      if (out !== x.secret) stage.expect(`operand x of ${what}`, x.secret, x.values);
      if (out !== y.secret) stage.expect(`operand y of ${what}`, y.secret, y.values);
    }
  });
}

const describe: Readonly<Record<string, string>> = {
  fresh: "out apart",
  x: "out = x",
  y: "out = y",
  both: "x = y",
  all: "x = y = out",
};

function withPublic(
  context: Context,
  op: "addPublic" | "mulPublic",
  oracle: (x: bigint, c: bigint) => bigint,
): void {
  context.property(tensors, examples(context), (stage, { shape, seed }) => {
    const sampler = new Sampler(seed);
    const x = draw(stage, shape, sampler);
    for (const constants of [shape, [1], []]) {
      const c = sampler.values(sizeOf(constants), signedRange(stage.domain));
      const expected = x.values.map((v, i) => oracle(v, c[c.length === 1 ? 0 : i]!));
      const detail = (i: number) => `x = ${x.values[i]}, c = ${c[c.length === 1 ? 0 : i]}`;
      const out = stage.blank(shape);
      stage.local((p) => p[op](stage.share(x.secret, p), stage.elements(p, c, constants), stage.share(out, p)));
      stage.expect(`${op} [${shape}] with [${constants}]`, out, expected, detail);
      stage.local((p) => p.copy(stage.share(x.secret, p), stage.share(out, p)));
      stage.local((p) => p[op](stage.share(out, p), stage.elements(p, c, constants), stage.share(out, p)));
      stage.expect(`${op} [${shape}] with [${constants}] in place`, out, expected, detail);
    }
    stage.expect(`operand of ${op} [${shape}]`, x.secret, x.values);
  });
}

/** All axes in reverse order. */
function transpose(shape: Shape): Window {
  return { shape: shape.toReversed(), offset: 0, strides: stridesOf(shape).toReversed() };
}

function show({ shape, offset, strides }: Window): string {
  return `window [${shape}] at ${offset} by [${strides}]`;
}
