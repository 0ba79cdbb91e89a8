/**
 * What operations must do whose results nobody can foresee.
 *
 * @module
 */
import { describeCall, type Domain, type Protocol, type Shape, sizeOf, together } from "@symbolon/protocol";
import fc from "fast-check";
import { exampleShapes, seeds, shapes, turns } from "./arbitraries.ts";
import type { Context } from "./context.ts";
import { type Job, perform } from "./jobs.ts";
import type { Contracts } from "./operation.ts";
import { sortedRows } from "./oracle.ts";
import { fail, type Secret, type Stage } from "./stage.ts";
import { Sampler, signedRange } from "./values.ts";

/** What the contract asks of them. */
export const RANDOM: Contracts<"shuffle" | "randomBits"> = {
  shuffle: {
    jobs: ({ domain }, shape, { turn, sampler }) => [
      shuffleJob(domain, shape.length === 0 ? [1] : shape, turn, sampler),
    ],
    sized: () => [{ call: { op: "shuffle", shape: [6], turn: 0 }, operands: [[6]] }],
    rows: { "shuffle": (n) => ({ op: "shuffle", shape: [n], turn: 0 }) },
  },

  randomBits: {
    jobs: (_context, shape, { turn }) => [randomBitsJob(shape, turn)],
    sized: () => [{ call: { op: "randomBits", shape: [6], turn: 0 }, operands: [] }],
    rows: { "random bits": (n) => ({ op: "randomBits", shape: [n], turn: 0 }) },
  },
};

/** The properties, by name. */
export const RANDOM_PROPERTIES = {
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

  // Each count is off by six standard deviations with probability 2e-9, so one of 15 is with 3e-8.
  "randomBits() are 0 as often as 1, and independent from one time to the next": (context: Context): void => {
    const shape = [context.largest], n = context.largest;
    const even = (bits: readonly bigint[], what: string) => {
      const ones = bits.filter((b) => b === 1n).length;
      if (Math.abs(ones - n / 2) > 6 * Math.sqrt(n / 4)) fail(`randomBits: of ${n} ${what}, ${ones} are 1`);
    };
    for (const turn of [0, 1, 2]) {
      context.stage((stage) => {
        const call = { op: "randomBits", shape, turn } as const;
        const outs = [0, 1, 2].map(() => stage.blank(shape));
        const draw = (out: Secret) => (p: Protocol) => p.step(call, [], stage.share(out, p));
        stage.step([call], draw(outs[0]!));
        stage.step([call, call], (p) => together(outs.slice(1).map((out) => draw(out)(p))));
        const [one, other, third] = outs.map((out) => stage.open(out));
        for (const bits of [one!, other!, third!]) even(bits, "bits");
        for (const bits of [one!, third!]) even(bits.map((b, i) => b === other![i] ? 1n : 0n), "pairs of bits");
      });
    }
  },
} as const;

/** Shares of bits: each opens to 0 or 1. */
function randomBitsJob(shape: Shape, turn: number): Job {
  const call = { op: "randomBits", shape, turn } as const;
  return {
    call,
    prepare(stage) {
      const out = stage.blank(shape);
      return {
        step: (p) => p.step(call, [], stage.share(out, p)),
        check() {
          const other = stage.open(out).find((v) => v !== 0n && v !== 1n);
          if (other !== undefined) fail(`${describeCall(call)}: ${other} is no bit`);
        },
      };
    },
  };
}

/** The rows of random values in another order: none is lost, none twice, all whole. */
export function shuffleJob(domain: Domain, shape: Shape, turn: number, sampler: Sampler): Job {
  const call = { op: "shuffle", shape, turn } as const;
  const values = sampler.values(sizeOf(shape), signedRange(domain));
  const row = sizeOf(shape.slice(1));
  return {
    call,
    prepare(stage) {
      const x = stage.input(values, shape, { owner: turn % stage.target.parties });
      const out = stage.blank(shape);
      return {
        step: (p) => p.step(call, [stage.share(x, p)], stage.share(out, p)),
        check() {
          const expected = sortedRows(values, row), got = sortedRows(stage.open(out), row);
          const at = expected.findIndex((e, i) => e !== got[i]);
          if (at >= 0) fail(`${describeCall(call)}: a row of ${expected[at]} is lost; found a row of ${got[at]}`);
          stage.expect(`operand of ${describeCall(call)}`, x, values);
        },
      };
    },
  };
}

/** The orders of so many shuffles of the rows 0 … height − 1, half of them one after the other and half of them in parallel. */
function orders(stage: Stage, times: number, height: number, turn: number): bigint[][] {
  const call = { op: "shuffle", shape: [height], turn } as const;
  const x = stage.input(Array.from({ length: height }, (_, i) => BigInt(i)), [height]);
  const all = stage.blank([times, height]);
  const row = stage.blank([height]), rows = Array.from({ length: times / 2 }, () => stage.blank([height]));
  const window = (i: number) => ({ shape: [height], offset: i * height, strides: [1] });
  for (let i = 0; i < times / 2; i++) {
    stage.step([call], (p) => p.step(call, [stage.share(x, p)], stage.share(row, p)));
    stage.local((p) => p.write(stage.share(row, p), window(i), stage.share(all, p)));
  }
  stage.step(
    rows.map(() => call),
    (p) => together(rows.map((out) => p.step(call, [stage.share(x, p)], stage.share(out, p)))),
  );
  rows.forEach((out, i) =>
    stage.local((p) => p.write(stage.share(out, p), window(times / 2 + i), stage.share(all, p)))
  );
  const opened = stage.open(all);
  return Array.from({ length: times }, (_, i) => opened.slice(i * height, (i + 1) * height));
}
