/**
 * What comparisons and decomposition into bits must do.
 *
 * @module
 */
import { type CallOf, type Domain, piecewiseOperand, type Shape, sizeOf } from "@symbolon/protocol";
import fc from "fast-check";
import { exampleShapes, seeds, shapes, turns } from "./arbitraries.ts";
import type { Context } from "./context.ts";
import { type Job, operation, perform } from "./jobs.ts";
import type { Contracts } from "./operation.ts";
import { decompose, piecewise } from "./oracle.ts";
import { boundRange, intersect, type Range, Sampler, signedRange } from "./values.ts";

const turn = 0;

function compared(thresholds: number, bound = 31): (n: number) => CallOf<"piecewise"> {
  const at = Array.from({ length: thresholds }, (_, i) => BigInt(i));
  return (n) => ({ op: "piecewise", shape: [n], bound, thresholds: at, table: [[-1n, ...at.map((t) => t * t)]], turn });
}

function relu(n: number): CallOf<"piecewise"> {
  const [table, slopes] = [[[0n, 0n], [0n, 1n]], [[0n, 1n], [0n, 0n]]];
  return { op: "piecewise", shape: [n, 2], bound: 31, thresholds: [0n], table, slopes, turn };
}

/** What the contract asks of them. */
export const BITS: Contracts<"piecewise" | "decompose"> = {
  piecewise: {
    jobs: ({ domain }, shape, { turn, sampler }) => [
      piecewiseJob(domain, shape, { bound: 31, thresholds: 1 + turn % 4, columns: 1 + turn % 2, turn }, sampler),
    ],
    sized() {
      const signs = { op: "piecewise", turn, bound: 20, thresholds: [0n] } as const;
      return [
        { call: { ...signs, shape: [6, 2], table: [[0n, 1n], [1n, 0n]] }, operands: [[6]] },
        { call: { ...signs, shape: [6], table: [[0n, 1n]], slopes: [[1n, 0n]] }, operands: [[6], [6]] },
      ];
    },
    rows: {
      "less-than, 32 bits": compared(1),
      "less-than, 64 bits": compared(1, 63),
      "2 thresholds": compared(2),
      "13 thresholds": compared(13),
      "30 thresholds": compared(30),
      "ReLU with its derivative": relu,
    },
  },

  decompose: {
    jobs: (
      { domain },
      shape,
      { turn, sampler },
    ) => [decomposeJob(domain, shape, { bits: 5 + turn % 3, turn }, sampler)],
    sized: () => [{ call: { op: "decompose", shape: [6, 5], turn, bits: 5 }, operands: [[6]] }],
    rows: { "32 bits of a number": (n) => ({ op: "decompose", shape: [n, 32], bits: 32, turn }) },
  },
};

/** The properties, by name. */
export const BIT_PROPERTIES = {
  "piecewise() is exact at, below and above every threshold": (context: Context): void => {
    const bounds = comparisonBounds(context);
    context.property(
      fc.record({
        ...{ shape: shapes, turn: turns, seed: seeds, bound: fc.constantFrom(...bounds) },
        ...{ thresholds: fc.integer({ min: 1, max: 13 }), columns: fc.integer({ min: 1, max: 4 }) },
      }),
      [
        ...exampleShapes(context.largest).map((shape, i) => ({ shape, thresholds: 1 + i, columns: 1 + i % 4 })),
        ...Array.from({ length: 13 }, (_, i) => ({ shape: [65], thresholds: 1 + i, columns: 1 + i % 2 })),
      ].map((spec, i) => ({ ...spec, turn: i % 3, seed: i, bound: bounds[i % bounds.length]! })),
      (stage, { shape, seed, ...spec }) => {
        perform(stage, piecewiseJob(context.domain, shape, spec, new Sampler(seed)));
      },
    );
  },

  "piecewise() with slopes adds multiples of its second operand": (context: Context): void => {
    const bounds = comparisonBounds(context);
    context.property(
      fc.record({
        ...{ shape: shapes, turn: turns, seed: seeds, bound: fc.constantFrom(...bounds) },
        ...{ thresholds: fc.integer({ min: 1, max: 5 }), columns: fc.integer({ min: 1, max: 3 }) },
        slopes: fc.constantFrom("other" as const, "self" as const),
      }),
      exampleShapes(context.largest).map((shape, i) => ({
        ...{
          shape,
          thresholds: 1 + i % 3,
          columns: 1 + i % 2,
          turn: i % 3,
          seed: i,
          bound: bounds[i % bounds.length]!,
        },
        slopes: i % 2 === 0 ? "other" as const : "self" as const,
      })),
      (stage, { shape, seed, ...spec }) => {
        perform(stage, piecewiseJob(context.domain, shape, spec, new Sampler(seed)));
      },
    );
  },

  "piecewise() tells signs up to the bound": (context: Context): void =>
    context.stage((stage) => {
      for (const [turn, bound] of [...comparisonBounds(context), 1, 2, 3, 4, 7].entries()) {
        const spec = { bound, thresholds: [0n], columns: 1, turn };
        perform(stage, piecewiseJob(context.domain, [70], spec, new Sampler(bound)));
      }
    }),

  "decompose() gives the low bits in two's complement": (context: Context): void => {
    const most = context.domain.kind === "ring" ? Math.min(64, context.domain.bits) : 64;
    context.property(
      fc.record({ shape: shapes, turn: turns, seed: seeds, bits: fc.integer({ min: 1, max: most }) }),
      [
        ...exampleShapes(context.largest / 4).map((shape, i) => ({ shape, bits: [31, 64, 1, 2, 32, 63][i % 6]! })),
        ...Array.from({ length: most }, (_, i) => ({ shape: [3], bits: 1 + i })),
      ].map((spec, i) => ({ ...spec, bits: Math.min(most, spec.bits), turn: i % 3, seed: i })),
      (stage, { shape, seed, ...spec }) => {
        perform(stage, decomposeJob(context.domain, shape, spec, new Sampler(seed)));
      },
    );
  },
} as const;

/** A piecewise constant function: `thresholds` says how many, or which. */
export interface PiecewiseSpec {
  readonly bound: number;
  readonly thresholds: number | readonly bigint[];
  readonly columns: number;
  readonly turn: number;
  /** Piecewise linear in a second operand of random values, or in x itself. */
  readonly slopes?: "other" | "self";
}

/** A piecewise constant or linear function of the thresholds, their neighbours, both ends of the bound and random values. */
export function piecewiseJob(domain: Domain, x: Shape, spec: PiecewiseSpec, sampler: Sampler): Job {
  const { bound, columns, turn } = spec;
  const thresholds = typeof spec.thresholds === "number"
    ? ascending(boundRange(domain, bound - 1), spec.thresholds, sampler)
    : spec.thresholds;
  const range = intersect(signedRange(domain), {
    min: thresholds.at(-1)! - (1n << BigInt(bound)),
    max: thresholds[0]! + (1n << BigInt(bound)) - 1n,
  });
  const special = [...thresholds.flatMap((t) => [t - 1n, t, t + 1n]), range.min, range.max];
  const values = sampler.values(sizeOf(x), range, special);
  special.filter((v) => v >= range.min && v <= range.max).slice(0, values.length).forEach((v, i) => values[i] = v);
  const table = Array.from({ length: columns }, () => sampler.values(thresholds.length + 1, signedRange(domain)));
  const slopes = Array.from({ length: columns }, () => sampler.values(thresholds.length + 1, signedRange(domain)));
  const call = {
    ...{ op: "piecewise", shape: columns === 1 ? x : [...x, columns], turn, bound, thresholds, table } as const,
    ...(spec.slopes === undefined ? {} : { slopes }),
  };
  const factor = spec.slopes === "other" ? sampler.values(values.length, signedRange(domain)) : values;
  const shape = piecewiseOperand(call);
  return operation({
    call,
    operands: spec.slopes === "other" ? [{ shape, values }, { shape, values: factor }] : [{ shape, values }],
    expected: piecewise(domain, call, values, factor),
    ...(spec.slopes === "self" ? { places: [0, 0] } : {}),
    detail: (i) => {
      const v = values[Math.floor(i / columns)]!;
      return `column ${i % columns}, x = ${v}, ${thresholds.filter((t) => t <= v).length} thresholds reached`;
    },
  });
}

function ascending(range: Range, count: number, sampler: Sampler): bigint[] {
  const found = new Set<bigint>();
  while (found.size < count) found.add(sampler.value(range));
  return [...found].sort((a, b) => a < b ? -1 : 1);
}

/** The low bits of random values; in a field of values below 2^62. */
export function decomposeJob(domain: Domain, x: Shape, spec: { bits: number; turn: number }, sampler: Sampler): Job {
  const call = { op: "decompose", shape: [...x, spec.bits], turn: spec.turn, bits: spec.bits } as const;
  const values = sampler.values(sizeOf(x), domain.kind === "ring" ? signedRange(domain) : boundRange(domain, 62));
  return operation({
    call,
    operands: [{ shape: x, values }],
    expected: decompose(call, values),
    detail: (i) => `bit ${i % spec.bits} of ${values[Math.floor(i / spec.bits)]}`,
  });
}

/** Bounds of comparisons, up to the largest. */
function comparisonBounds({ bounds }: Context): number[] {
  return [8, 31, 40, bounds.piecewise].filter((b) => b <= bounds.piecewise);
}
