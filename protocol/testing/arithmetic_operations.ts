/**
 * What products and their rounding must do.
 *
 * @module
 */
import {
  type CallOf,
  describeCall,
  type Domain,
  type ProductsCall,
  type Rounding,
  type Shape,
  sizeOf,
  type Term,
  type Trunc,
} from "@symbolon/protocol";
import fc from "fast-check";
import { exampleShapes, patches, seeds, shapes, turns } from "./arbitraries.ts";
import type { Context } from "./context.ts";
import { type Job, operation, perform, type Tensor } from "./jobs.ts";
import type { Contracts } from "./operation.ts";
import { products, truncated, windowIndices } from "./oracle.ts";
import { fail } from "./stage.ts";
import { boundaryValues, boundRange, type Range, Sampler, signedRange } from "./values.ts";

const turn = 0;
const rounded = (bits: number, rounding: Rounding = "probabilistic"): Trunc => ({ bits, bound: 62, rounding });

function multiply(trunc: Trunc | null): (n: number) => CallOf<"products"> {
  return (n) => {
    const terms = [{ kind: "mul", x: [n], y: [n] }] as const;
    return { op: "products", shape: [n], terms, addend: false, trunc, turn };
  };
}

function matrixProduct(trunc: Trunc | null): (n: number) => CallOf<"products"> {
  return (n) => {
    const terms = [{ kind: "matmul", x: [n, 100], y: [100, 1] }] as const;
    return { op: "products", shape: [n, 1], terms, addend: false, trunc, turn };
  };
}

/** n images of 28 × 28, all patches of 5 × 5, one filter. */
function convolution(n: number): CallOf<"products"> {
  const window = { shape: [n, 24, 24, 5, 5], offset: 0, strides: [784, 28, 1, 28, 1] };
  const [x, y] = [[576 * n, 25], [25, 1]];
  const terms = [{ kind: "matmul", x: x!, y: y!, xOf: { base: 784 * n, window } }] as const;
  return { op: "products", shape: [576 * n, 1], terms, addend: false, trunc: null, turn };
}

const SHIFTS = [1, 8, 16, 24, 32, 40];
/** Extents of matrices. */
const sides = fc.integer({ min: 1, max: 9 });

/** Roundings that every domain has room for. */
function roundings({ bounds, nearest }: Context): { readonly trunc: Trunc; readonly exact: Trunc } {
  const trunc: Trunc = { bits: 16, bound: Math.min(47, bounds.trunc), rounding: "probabilistic" };
  return { trunc, exact: { ...trunc, bits: 13, rounding: nearest ? "nearest" : "probabilistic" } };
}

/** What the contract asks of them. */
export const ARITHMETIC: Contracts<"products" | "trunc"> = {
  products: {
    jobs(context, shape, { turn, sampler }) {
      const { domain } = context;
      const { trunc, exact } = roundings(context);
      const n = sizeOf(shape);
      return ([
        { shape, terms: ["mul", "mul"], addend: true, trunc: null, turn },
        { shape: [2, n], terms: [3, "mul"], addend: false, trunc, turn },
        { shape, terms: ["mul"], addend: true, trunc: exact, turn },
        { shape: [n, 2], terms: [{ inner: 6, sides: "left" }], addend: true, trunc, turn },
      ] as const).map((spec) => productsJob(domain, spec, sampler));
    },
    sized({ bounds }) {
      const trunc: Trunc = { bits: 8, bound: Math.min(40, bounds.trunc), rounding: "probabilistic" };
      const mul = { kind: "mul", x: [6], y: [6] } as const, matmul = { kind: "matmul", x: [2, 4], y: [4, 3] } as const;
      return [
        {
          call: { op: "products", shape: [6], turn, terms: [mul, mul], addend: true, trunc: null },
          operands: [[6], [6], [6], [6], [6]],
        },
        {
          call: { op: "products", shape: [2, 3], turn, terms: [matmul], addend: true, trunc },
          operands: [[2, 4], [4, 3], [2, 3]],
        },
      ];
    },
    rows: {
      "multiply": multiply(null),
      "matrix product, an element": matrixProduct(null),
      "5 × 5 convolution of an image of 28 × 28": convolution,
      "multiply and round by 16 bits": multiply(rounded(16)),
      "matrix product rounded by 16 bits, an element": matrixProduct(rounded(16)),
      "multiply and round to nearest by 16 bits": multiply(rounded(16, "nearest")),
    },
  },

  trunc: {
    jobs(context, shape, { turn, sampler }) {
      const { trunc, exact } = roundings(context);
      return [trunc, exact].map((trunc) => truncJob(context.domain, shape, { trunc, turn }, sampler));
    },
    sized({ bounds }) {
      const trunc: Trunc = { bits: 8, bound: Math.min(40, bounds.trunc), rounding: "probabilistic" };
      return [{ call: { op: "trunc", shape: [6], turn, trunc }, operands: [[6]] }];
    },
    rows: Object.fromEntries([16, 24, 32].flatMap((bits) => [
      [`round by ${bits} bits`, (n: number) => ({ op: "trunc", shape: [n], trunc: rounded(bits), turn }) as const],
      [
        `round to nearest by ${bits} bits`,
        (n: number) => ({ op: "trunc", shape: [n], trunc: rounded(bits, "nearest"), turn }) as const,
      ],
    ])),
  },
};

/** The properties, by name. */
export const ARITHMETIC_PROPERTIES = {
  "products() are exact in the domain": (context: Context): void =>
    context.property(productsInputs(fc.constant(null)), productsExamples(context, null), (stage, { seed, ...spec }) => {
      perform(stage, productsJob(context.domain, spec, new Sampler(seed)));
    }),

  "products() takes the same share twice": (context: Context): void =>
    context.stage((stage) => {
      const values = boundaryValues(signedRange(context.domain));
      const shape = [values.length];
      const call = {
        ...{ op: "products", shape, turn: 0, addend: true, trunc: null } as const,
        terms: [{ kind: "mul", x: shape, y: shape } as const],
      };
      const x = stage.input(values, shape), out = stage.blank(shape);
      stage.step([call], (p) => p.step(call, [x, x, x].map((s) => stage.share(s, p)), stage.share(out, p)));
      stage.expect(`x · x + x, ${describeCall(call)}`, out, values.map((v) => v * v + v));
    }),

  "products() take transposed matrices as they lie, where there are handles for them": (context: Context): void =>
    context.property(
      fc.record({ m: sides, k: sides, n: sides, turn: turns, seed: seeds }),
      [{ m: 31, k: 2, n: 1, turn: 0, seed: 1 }, { m: 5, k: 300, n: 6, turn: 1, seed: 2 }],
      (stage, { m, k, n, turn, seed }) => {
        if (stage.protocols.some((p) => p.transposed === undefined)) return;
        const sampler = new Sampler(seed);
        const [x, y] = [
          sampler.values(k * m, signedRange(context.domain)),
          sampler.values(k * n, signedRange(context.domain)),
        ];
        const call = {
          ...{ op: "products", shape: [m, n], turn, addend: false, trunc: null } as const,
          terms: [{ kind: "matmul", x: [m, k], y: [k, n] } as const],
        };
        const [left, right, out] = [stage.input(x, [k, m]), stage.input(y, [k, n]), stage.blank([m, n])];
        stage.step([call], (p) => {
          const operands = [p.transposed!(stage.share(left, p)), stage.share(right, p)];
          return p.step(call, operands, stage.share(out, p));
        });
        const rows = windowIndices({ shape: [m, k], offset: 0, strides: [1, m] }).map((i) => x[i]!);
        stage.expect(describeCall(call), out, products(context.domain, call, [rows, y]));
      },
    ),

  "products() of patches are exact in the domain": (context: Context): void => {
    const spec = fc.record({
      inner: fc.integer({ min: 1, max: 12 }),
      sides: fc.constantFrom("left" as const, "right" as const, "both" as const),
    });
    context.property(
      fc.record({
        shape: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 8 })),
        terms: fc.array(spec, { minLength: 1, maxLength: 2 }),
        ...{ addend: fc.boolean(), turn: turns, seed: seeds },
      }),
      (["left", "right", "both"] as const).flatMap((sides, i) =>
        ([[1, 1], [64, 3], [3, 64]] as const).map((shape, j) => ({
          ...{ shape: [...shape] as [number, number], terms: [{ inner: [1, 4, 70][i]!, sides }] },
          ...{ addend: i === j, turn: i, seed: j },
        }))
      ),
      (stage, { seed, ...spec }) =>
        perform(stage, productsJob(context.domain, { ...spec, trunc: null }, new Sampler(seed))),
    );
  },

  "products() with probabilistic truncation are within one unit": (context: Context): void =>
    truncatedProducts(context, "probabilistic"),

  "products() with nearest truncation are exact": (context: Context): void => truncatedProducts(context, "nearest"),

  "trunc() with probabilistic rounding is within one unit": (context: Context): void =>
    truncation(context, "probabilistic"),

  "trunc() with nearest rounding is exact": (context: Context): void => truncation(context, "nearest"),

  "probabilistic rounding is unbiased": (context: Context): void => {
    const n = context.largest, bits = 16;
    const quarter = BigInt(2 ** (bits - 2));
    const trunc: Trunc = { bits, bound: Math.min(40, context.bounds.trunc), rounding: "probabilistic" };
    const one = { shape: [n], turn: 0, trunc } as const;
    const mul = { kind: "mul", x: [n], y: [n] } as const;
    context.stage((stage) => {
      const x = stage.input(new Array<bigint>(n).fill(-3n * quarter), [n]), out = stage.blank([n]);
      const factor = stage.input(new Array<bigint>(n).fill(1n), [n]);
      for (const call of [{ op: "trunc", ...one }, { op: "products", ...one, terms: [mul], addend: false }] as const) {
        stage.step([call], (p) => {
          const [a, b, to] = [x, factor, out].map((s) => stage.share(s, p));
          return p.step(call, call.op === "trunc" ? [a!] : [a!, b!], to!);
        });
        const up = stage.open(out).filter((v) => v === 0n).length;
        // −3/4 becomes 0 with probability 1/4. Six standard deviations: fails with probability 2e-9.
        const far = Math.abs(up - n / 4) > 6 * Math.sqrt(n * 3 / 16);
        if (far) fail(`${describeCall(call)}: of ${n} times −3/4, ${up} were rounded up; expected about ${n / 4}`);
      }
    });
  },
} as const;

/** A matrix product whose factors on these sides are windows of other tensors. */
export interface PatchesSpec {
  readonly inner: number;
  readonly sides: "left" | "right" | "both";
}

/** A sum of products: `terms` holds "mul", or the inner dimension of a matrix product. */
export interface ProductsSpec {
  readonly shape: Shape;
  readonly terms: readonly ("mul" | number | PatchesSpec)[];
  readonly addend: boolean;
  readonly trunc: Trunc | null;
  readonly turn: number;
}

/** A sum of products of random values, as large as the domain or the bound of the truncation allows. */
export function productsJob(domain: Domain, spec: ProductsSpec, sampler: Sampler): Job {
  const { shape, addend, trunc, turn } = spec;
  const [m = 1, n = 1] = shape;
  const terms = spec.terms.map((t): Term => {
    if (t === "mul") return { kind: "mul", x: shape, y: shape };
    const { inner, sides } = typeof t === "number" ? { inner: t, sides: null } : t;
    return {
      ...{ kind: "matmul", x: [m, inner], y: [inner, n] },
      ...(sides === "left" || sides === "both" ? { xOf: patches(m, inner, sampler) } : {}),
      ...(sides === "right" || sides === "both" ? { yOf: patches(inner, n, sampler) } : {}),
    };
  });
  const call: ProductsCall = { op: "products", shape, turn, terms, addend, trunc };
  const summands = terms.reduce((sum, t) => sum + (t.kind === "mul" ? 1 : t.x[1]!), 0);
  const factor = trunc === null ? signedRange(domain) : factorRange(domain, trunc.bound, summands, addend);
  const operands: Tensor[] = terms.flatMap((t) =>
    [t.xOf === undefined ? t.x : [t.xOf.base], t.yOf === undefined ? t.y : [t.yOf.base]]
      .map((shape) => ({ shape, values: sampler.values(sizeOf(shape), factor) }))
  );
  if (addend) {
    const range = trunc === null ? signedRange(domain) : boundRange(domain, trunc.bound - 1);
    operands.push({ shape, values: sampler.values(sizeOf(shape), range) });
  }
  const sums = products(domain, call, operands.map((o) => o.values));
  return operation({
    call,
    operands,
    expected: trunc === null ? sums : sums.map((z) => truncated(z, trunc)),
    detail: (i) => `sum of products ${sums[i]}`,
  });
}

/** Factors such that the products of all summands, with an addend half as large as the bound, stay within it. */
function factorRange(domain: Domain, bound: number, summands: number, addend: boolean): Range {
  const bits = bound - (addend ? 1 : 0) - Math.ceil(Math.log2(Math.max(1, summands)));
  const half = boundRange(domain, Math.floor(bits / 2));
  return { min: -half.max, max: half.max };
}

/** Division of random values: both ends of the bound, multiples of 2^bits and halves between them, each ± 1. */
export function truncJob(domain: Domain, shape: Shape, spec: { trunc: Trunc; turn: number }, sampler: Sampler): Job {
  const { trunc, turn } = spec;
  const call = { op: "trunc", shape, turn, trunc } as const;
  const range = boundRange(domain, trunc.bound);
  const values = sampler.values(sizeOf(shape), range).map((v) => {
    const bits = BigInt(trunc.bits);
    switch (sampler.below(6)) {
      case 0:
        return near((v >> bits) << bits);
      case 1:
        return near(((v >> bits) << bits) + (1n << bits) / 2n);
      default:
        return v;
    }
  });
  function near(v: bigint): bigint {
    const w = v + BigInt(sampler.below(3) - 1);
    return w < range.min ? range.min : w > range.max ? range.max : w;
  }
  return operation({
    call,
    operands: [{ shape, values }],
    expected: values.map((z) => truncated(z, trunc)),
    detail: (i) => `of ${values[i]}`,
  });
}

type ProductsInput = ProductsSpec & { readonly seed: number };

function productsInputs(trunc: fc.Arbitrary<Trunc | null>): fc.Arbitrary<ProductsInput> {
  const common = { addend: fc.boolean(), turn: turns, seed: seeds, trunc };
  const mul = fc.constant("mul" as const), matmul = fc.integer({ min: 1, max: 12 });
  return fc.oneof(
    fc.record({ ...common, shape: shapes, terms: fc.array(mul, { minLength: 1, maxLength: 5 }) }),
    fc.record({
      ...common,
      shape: fc.tuple(fc.integer({ min: 1, max: 11 }), fc.integer({ min: 1, max: 11 })),
      terms: fc.array(fc.oneof(mul, matmul), { minLength: 1, maxLength: 4 }),
    }),
  );
}

function productsExamples(context: Context, trunc: Trunc | null): ProductsInput[] {
  const specs: [Shape, ProductsSpec["terms"]][] = [
    ...exampleShapes(context.largest).map((shape): [Shape, ["mul"]] => [shape, ["mul"]]),
    [[70], ["mul", "mul", "mul", "mul", "mul"]],
    [[1, 1], [Math.min(1000, context.largest)]],
    [[3, 5], [Math.min(300, context.largest)]],
    [[13, 9], [7, "mul", 1]],
    [[2, 70], ["mul", 3]],
  ];
  return specs.map(([shape, terms], i) => ({ shape, terms, addend: i % 2 === 1, trunc, turn: i % 3, seed: i }));
}

/** Divisions with every bound that leaves a factor some bits. */
function truncs({ bounds }: Context, rounding: Rounding, least: number): Trunc[] {
  return SHIFTS.flatMap((bits) =>
    [bits + 1, least, 40, 47, bounds.trunc].filter((b) => b > bits && b >= least && b <= bounds.trunc)
      .map((bound) => ({ bits, bound, rounding }))
  );
}

function truncatedProducts(context: Context, rounding: Rounding): void {
  const all = truncs(context, rounding, 24);
  const widest: Trunc = { bits: 16, bound: context.bounds.trunc, rounding };
  context.property(
    productsInputs(fc.constantFrom(...all)),
    [
      ...productsExamples(context, widest),
      ...all.map((trunc, i): ProductsInput => ({
        ...{ shape: [65], terms: ["mul"], trunc, addend: i % 2 === 0, turn: i % 3, seed: i },
      })),
    ],
    (stage, { seed, ...spec }) => perform(stage, productsJob(context.domain, spec, new Sampler(seed))),
  );
}

function truncation(context: Context, rounding: Rounding): void {
  const all = truncs(context, rounding, 2);
  context.property(
    fc.record({ shape: shapes, turn: turns, seed: seeds, trunc: fc.constantFrom(...all) }),
    [
      ...exampleShapes(context.largest).map((shape, i) => ({ shape, trunc: all[i % all.length]! })),
      ...all.map((trunc) => ({ shape: [65], trunc })),
    ].map((spec, i) => ({ ...spec, turn: i % 3, seed: i })),
    (stage, { shape, seed, ...spec }) => perform(stage, truncJob(context.domain, shape, spec, new Sampler(seed))),
  );
}
