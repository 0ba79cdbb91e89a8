/**
 * What interactive operations must do. Every one of them runs with its rounds and bytes compared to its declared cost.
 *
 * @module
 */
import { describeCall, type Shape, sizeOf, type Step, together } from "@symbolon/protocol";
import { assertThrows } from "@std/assert";
import fc from "fast-check";
import { exampleShapes, seeds, shapes, turns } from "./arbitraries.ts";
import { ARITHMETIC_PROPERTIES, productsJob, type ProductsSpec } from "./arithmetic_operations.ts";
import { BIT_PROPERTIES } from "./bit_operations.ts";
import type { Context } from "./context.ts";
import { inputJob, type Job, openJob, perform } from "./jobs.ts";
import { OPERATIONS } from "./operations.ts";
import { RANDOM_PROPERTIES } from "./random_operations.ts";
import { sequential } from "./stage.ts";
import { boundaryValues, Sampler, signedRange } from "./values.ts";

/** Places in {@linkcode jobs}, and more. */
const EVERY = Array.from({ length: 16 }, (_, i) => i);

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

  ...ARITHMETIC_PROPERTIES,
  ...BIT_PROPERTIES,
  ...RANDOM_PROPERTIES,

  "every turn and every size from 1 to 70 gives right results at the declared cost": (context: Context): void => {
    for (const n of context.sizes) {
      const turn = (n - 1) % 3;
      context.stage((stage) => {
        for (const job of jobs(context, [n], turn, new Sampler(n))) perform(stage, job);
      });
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
      const sized = OPERATIONS.flatMap((operation) => operation.sized(context));
      for (const { call, operands } of sized) {
        const right = operands.map((shape) => stage.blank(shape)), out = stage.blank(call.shape);
        const less = (shape: Shape) => stage.blank([sizeOf(shape) - 1]);
        const wrong = [...right.map((x, i) => [...right.with(i, less(x.shape)), out]), [...right, less(call.shape)]];
        for (const secrets of wrong) {
          for (const p of stage.protocols) {
            const shares = secrets.map((x) => stage.share(x, p));
            const start = () => void p.step(call, shares.slice(0, -1), shares.at(-1)!).next();
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

/** Jobs of every kind, with results of this shape (a matrix product aside). */
export function jobs(context: Context, shape: Shape, turn: number, sampler: Sampler): Job[] {
  const { domain, target } = context;
  const values = sampler.values(sizeOf(shape), signedRange(domain));
  return [
    inputJob(turn % target.parties, shape, values, turn),
    openJob("all", shape, values, turn),
    ...OPERATIONS.flatMap((operation) => operation.jobs(context, shape, { turn, sampler })),
  ];
}
