/**
 * What interactive operations must do. Every one of them runs with its rounds and bytes compared to its declared cost.
 *
 * @module
 */
import {
  type OperandCall,
  type Protocol,
  type Rounding,
  type Shape,
  type Share,
  sizeOf,
  type Step,
  together,
  type Trunc,
} from "@symbolon/protocol";
import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { exampleShapes, seeds, shapes, turns } from "./arbitraries.ts";
import type { Context } from "./context.ts";
import {
  decomposeJob,
  inputJob,
  type Job,
  openJob,
  perform,
  piecewiseJob,
  productsJob,
  type ProductsSpec,
  shuffleJob,
  truncJob,
} from "./jobs.ts";
import { products, windowIndices } from "./oracle.ts";
import { describeCall, fail, sequential, type Stage } from "./stage.ts";
import { boundaryValues, Sampler, signedRange } from "./values.ts";

/** Extents of matrices. */
const sides = fc.integer({ min: 1, max: 9 });
/** Indices into {@linkcode jobs}. */
const EVERY = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const SHIFTS = [1, 8, 16, 24, 32, 40];

/** The properties, by name. */
export const STEPS = {
  "input() and open() are exact for every owner and receiver": (context: Context): void => {
    const { domain, target } = context;
    const indices = Array.from({ length: target.clear ? 4 : target.parties }, (_, i) => i);
    const ends = boundaryValues(signedRange(domain));
    context.stage((stage) => {
      for (const owner of indices) perform(stage, inputJob(owner, [ends.length], ends, owner));
      for (const to of [...indices, "all"] as const) perform(stage, openJob(to, [ends.length], ends, 0));
    });
    context.property(
      fc.record({ shape: shapes, turn: turns, seed: seeds }),
      exampleShapes(context.largest).map((shape, turn) => ({ shape, turn, seed: turn })),
      (stage, { shape, turn, seed }) => {
        const sampler = new Sampler(seed);
        const values = sampler.values(shape.reduce((n, d) => n * d, 1), signedRange(domain));
        perform(stage, inputJob(indices[sampler.below(indices.length)]!, shape, values, turn));
        perform(stage, openJob("all", shape, values, turn));
        perform(stage, openJob(indices[sampler.below(indices.length)]!, shape, values, turn));
      },
    );
  },

  "rows of held inputs are exact, at the cost of inputs": (context: Context): void => {
    const { domain, target } = context;
    const dimensions = fc.record({
      heights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
      width: fc.integer({ min: 0, max: 70 }),
      seed: seeds,
    });
    const examples = [[32, 784], [33, 3], [1, 64], [3, 1]].map(([height, width], seed) => ({
      ...{ heights: [2, height!, 1], width: width!, seed },
    }));
    context.property(dimensions, examples, (stage, { heights, width, seed }) => {
      if (stage.protocols.some(({ held }) => held === undefined)) return;
      const sampler = new Sampler(seed);
      const parts = heights.map((height, i) => ({
        call: { op: "input", owner: (seed + i) % target.parties, shape: [height, width], turn: i } as const,
        values: sampler.values(height * width, signedRange(domain)),
      }));
      const handles = stage.protocols.map((p) =>
        parts.map(({ call }) => p.held!.at(call, p.memory.scratch(p.held!.bytes(call))))
      );
      parts.forEach(({ call, values }, i) =>
        stage.step([call], (p) => {
          const mine = p.self === call.owner || target.clear;
          return p.held!.input(call, mine ? stage.feed(p, values) : null, handles[p.self]![i]!);
        })
      );
      const height = heights.reduce((sum, h) => sum + h, 0);
      const rows = Array.from({ length: height + 2 }, () => sampler.below(height));
      const out = stage.blank([rows.length, width]);
      stage.local((p) => {
        const at = p.memory.scratch(4 * rows.length);
        p.memory.words32.set(rows, at / 4);
        p.held!.gather(handles[p.self]!, { count: rows.length, at }, stage.share(out, p));
      });
      const all = parts.flatMap(({ values }) => values);
      stage.expect("rows of held inputs", out, rows.flatMap((row) => all.slice(row * width, (row + 1) * width)));
    });
  },

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
      stage.step([call], (p) => p.products(call, [x, x, x].map((s) => stage.share(s, p)), stage.share(out, p)));
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
          return p.products(call, operands, stage.share(out, p));
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
          return call.op === "trunc" ? p.trunc(call, a!, to!) : p.products(call, [a!, b!], to!);
        });
        const up = stage.open(out).filter((v) => v === 0n).length;
        // −3/4 becomes 0 with probability 1/4. Six standard deviations: fails with probability 2e-9.
        const far = Math.abs(up - n / 4) > 6 * Math.sqrt(n * 3 / 16);
        if (far) fail(`${describeCall(call)}: of ${n} times −3/4, ${up} were rounded up; expected about ${n / 4}`);
      }
    });
  },

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

  "shuffle() keeps all rows, and keeps them whole": (context: Context): void =>
    context.property(
      fc.record({ shape: shapes, height: fc.integer({ min: 1, max: 12 }), turn: turns, seed: seeds }),
      exampleShapes(context.largest / 4).map((shape, i) => ({ shape, height: 1 + i % 4, turn: i % 3, seed: i })),
      (stage, { shape, height, turn, seed }) => {
        for (const to of [[height, ...shape], [height * sizeOf(shape)]]) {
          perform(stage, shuffleJob(context.domain, to, turn, new Sampler(seed)));
        }
      },
    ),

  // Pearson's statistic of 600 shuffles of three rows, five degrees of freedom: above 54 with probability 2.1e-10, so for all
  // three turns 6.4e-10. Two shuffles of 40 rows are alike with probability 1e-48.
  "shuffle() gives every order alike, and another one each time": (context: Context): void => {
    for (const turn of [0, 1, 2]) {
      context.stage((stage) => {
        const counts = new Map<string, number>();
        for (const order of orders(stage, 600, 3, turn)) counts.set(`${order}`, (counts.get(`${order}`) ?? 0) + 1);
        const seen = [...counts.values(), ...new Array<number>(6 - counts.size).fill(0)];
        if (seen.reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0) > 54) {
          fail(`shuffle, turn ${turn}: of 600 times three rows, the six orders came ${seen} times`);
        }
      });
    }
    context.stage((stage) => {
      const all = orders(stage, 4, 40, 1).map(String);
      if (new Set(all).size < all.length) fail("shuffle: an order of 40 rows came twice");
    });
  },

  "every turn and every size from 1 to 70 gives right results at the declared cost": (context: Context): void => {
    for (const turn of [0, 1, 2]) {
      for (let n = 1 + turn; n <= 70; n += 3) {
        context.stage((stage) => {
          for (const job of jobs(context, [n], turn, new Sampler(n))) perform(stage, job);
        });
      }
    }
    context.stage((stage) => {
      for (const turn of [0, 1, 2]) {
        for (const job of jobs(context, [], turn, new Sampler(turn))) perform(stage, job);
      }
    });
  },

  "steps in parallel share their rounds": (context: Context): void =>
    context.property(
      fc.record({ seed: seeds, picks: fc.array(fc.nat(), { minLength: 2, maxLength: 9 }) }),
      [{ seed: 1, picks: EVERY }, { seed: 2, picks: EVERY.toReversed() }, { seed: 3, picks: [3, 3] }],
      (stage, { seed, picks }) => {
        const sampler = new Sampler(seed);
        const chosen = picks.map((pick, turn) => {
          const all = jobs(context, [1 + sampler.below(70)], turn, sampler);
          return all[pick % all.length]!;
        });
        const prepared = chosen.map((job) => job.prepare(stage));
        stage.step(chosen.map((job) => job.call), (p) => together(prepared.map((one) => one.step(p))));
        for (const one of prepared) one.check();
      },
    ),

  "sequences of steps run in parallel": (context: Context): void =>
    context.stage((stage) => {
      const [first, second] = [0, 1].map((turn) => jobs(context, [13 + turn], turn, new Sampler(turn)));
      const columns = [first!, second!.toReversed()].map((column) => column.map((job) => job.prepare(stage)));
      const costs = [first!, second!].map((column) => sequential(column.map((job) => stage.cost(job.call))));
      const expected = {
        rounds: Math.max(...costs.map((c) => c.rounds)),
        links: costs[0]!.links.map((row, from) => row.map((b, to) => b + costs[1]!.links[from]![to]!)),
      };
      stage.prepare([first!, second!].flatMap((column) => column.map((job) => stage.cost(job.call))));
      const got = stage.run((p) =>
        together(columns.map(function* (column): Step<void> {
          for (const one of column) yield* one.step(p);
        }))
      );
      stage.expectTraffic("two sequences of steps in parallel", expected, got);
      for (const one of columns.flat()) one.check();
    }),

  // What lies behind an operand may be shares of something else.
  "operands of other sizes are a RangeError before anything is sent": (context: Context): void =>
    context.stage((stage) => {
      for (const { call, operands } of sizedCalls(context)) {
        const right = operands.map((shape) => stage.blank(shape)), out = stage.blank(call.shape);
        const less = (shape: Shape) => stage.blank([sizeOf(shape) - 1]);
        const wrong = [...right.map((x, i) => [...right.with(i, less(x.shape)), out]), [...right, less(call.shape)]];
        for (const secrets of wrong) {
          for (const p of stage.protocols) {
            const shares = secrets.map((x) => stage.share(x, p));
            const start = () => void startOf(p, call, shares.slice(0, -1), shares.at(-1)!).next();
            assertThrows(start, RangeError, undefined, describeCall(call));
          }
        }
      }
      const [x, y] = [stage.blank([6]), stage.blank([7])];
      for (const p of stage.protocols) {
        const [short, long] = [stage.share(x, p), stage.share(y, p)];
        const c = stage.elements(p, [1n], [1]);
        for (
          const local of [
            () => p.add(short, long, long),
            () => p.add(long, short, long),
            () => p.sub(short, long, long),
            () => p.sub(long, short, long),
            () => p.negate(short, long),
            () => p.copy(short, long),
            () => p.addPublic(short, c, long),
            () => p.mulPublic(short, c, long),
          ]
        ) assertThrows(local, RangeError, undefined, String(local));
      }
    }),

  "tensors without elements are no exception": (context: Context): void =>
    context.stage((stage) => {
      for (const job of jobs(context, [0], 1, new Sampler(0))) perform(stage, job);
      for (const job of jobs(context, [2, 0, 3], 0, new Sampler(0))) perform(stage, job);
      for (const [shape, k] of [[[0, 2], 3], [[2, 3], 0], [[2, 0], 3]] as const) {
        const spec: ProductsSpec = { shape, terms: [k], addend: false, trunc: null, turn: 0 };
        perform(stage, productsJob(context.domain, spec, new Sampler(0)));
      }
      const x = stage.input([], [2, 0]), out = stage.blank([2]);
      stage.local((p) => p.sum(stage.share(x, p), 1, stage.share(out, p)));
      stage.expect("sum [2,0] over axis 1", out, [0n, 0n]);
    }),
} as const;

/** A call of every kind with shared operands, and the shapes of these. */
function sizedCalls({ bounds }: Context): { readonly call: OperandCall; readonly operands: readonly Shape[] }[] {
  const trunc: Trunc = { bits: 8, bound: Math.min(40, bounds.trunc), rounding: "probabilistic" };
  const mul = { kind: "mul", x: [6], y: [6] } as const, matmul = { kind: "matmul", x: [2, 4], y: [4, 3] } as const;
  const signs = { op: "piecewise", turn: 0, bound: 20, thresholds: [0n] } as const;
  return [
    {
      call: { op: "products", shape: [6], turn: 0, terms: [mul, mul], addend: true, trunc: null },
      operands: [[6], [6], [6], [6], [6]],
    },
    {
      call: { op: "products", shape: [2, 3], turn: 0, terms: [matmul], addend: true, trunc },
      operands: [[2, 4], [4, 3], [2, 3]],
    },
    { call: { op: "trunc", shape: [6], turn: 0, trunc }, operands: [[6]] },
    { call: { ...signs, shape: [6, 2], table: [[0n, 1n], [1n, 0n]] }, operands: [[6]] },
    { call: { ...signs, shape: [6], table: [[0n, 1n]], slopes: [[1n, 0n]] }, operands: [[6], [6]] },
    { call: { op: "decompose", shape: [6, 5], turn: 0, bits: 5 }, operands: [[6]] },
    { call: { op: "shuffle", shape: [6], turn: 0 }, operands: [[6]] },
  ];
}

function startOf(p: Protocol, call: OperandCall, operands: readonly Share[], out: Share): Step<void> {
  const [x, factor] = operands as [Share, Share?];
  switch (call.op) {
    case "products":
      return p.products(call, operands, out);
    case "trunc":
      return p.trunc(call, x, out);
    case "piecewise":
      return p.piecewise(call, x, out, factor);
    case "decompose":
      return p.decompose(call, x, out);
    case "shuffle":
      return p.shuffle(call, x, out);
  }
}

/** The orders of so many shuffles of the rows 0 … height − 1, half of them one after the other and half of them in parallel. */
function orders(stage: Stage, times: number, height: number, turn: number): bigint[][] {
  const call = { op: "shuffle", shape: [height], turn } as const;
  const x = stage.input(Array.from({ length: height }, (_, i) => BigInt(i)), [height]);
  const all = stage.blank([times, height]);
  const row = stage.blank([height]), rows = Array.from({ length: times / 2 }, () => stage.blank([height]));
  const window = (i: number) => ({ shape: [height], offset: i * height, strides: [1] });
  for (let i = 0; i < times / 2; i++) {
    stage.step([call], (p) => p.shuffle(call, stage.share(x, p), stage.share(row, p)));
    stage.local((p) => p.write(stage.share(row, p), window(i), stage.share(all, p)));
  }
  stage.step(
    rows.map(() => call),
    (p) => together(rows.map((out) => p.shuffle(call, stage.share(x, p), stage.share(out, p)))),
  );
  rows.forEach((out, i) =>
    stage.local((p) => p.write(stage.share(out, p), window(times / 2 + i), stage.share(all, p)))
  );
  const opened = stage.open(all);
  return Array.from({ length: times }, (_, i) => opened.slice(i * height, (i + 1) * height));
}

/** One job of every kind, with results of this shape (a matrix product aside). */
export function jobs(context: Context, shape: Shape, turn: number, sampler: Sampler): Job[] {
  const { domain, bounds, target, nearest } = context;
  const n = shape.reduce((n, d) => n * d, 1);
  const trunc: Trunc = { bits: 16, bound: Math.min(47, bounds.trunc), rounding: "probabilistic" };
  const exact: Trunc = { ...trunc, bits: 13, rounding: nearest ? "nearest" : "probabilistic" };
  const values = sampler.values(n, signedRange(domain));
  return [
    inputJob(turn % target.parties, shape, values, turn),
    openJob("all", shape, values, turn),
    productsJob(domain, { shape, terms: ["mul", "mul"], addend: true, trunc: null, turn }, sampler),
    productsJob(domain, { shape: [2, n], terms: [3, "mul"], addend: false, trunc, turn }, sampler),
    productsJob(domain, { shape, terms: ["mul"], addend: true, trunc: exact, turn }, sampler),
    productsJob(domain, { shape: [n, 2], terms: [{ inner: 6, sides: "left" }], addend: true, trunc, turn }, sampler),
    truncJob(domain, shape, { trunc, turn }, sampler),
    truncJob(domain, shape, { trunc: exact, turn }, sampler),
    piecewiseJob(domain, shape, { bound: 31, thresholds: 1 + turn % 4, columns: 1 + turn % 2, turn }, sampler),
    decomposeJob(domain, shape, { bits: 5 + turn % 3, turn }, sampler),
    shuffleJob(domain, shape.length === 0 ? [1] : shape, turn, sampler),
  ];
}

/** Bounds of comparisons, up to the largest. */
function comparisonBounds({ bounds }: Context): number[] {
  return [8, 31, 40, bounds.piecewise].filter((b) => b <= bounds.piecewise);
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
