/** Update rules against float64, on gradients that are given, and what they cost. */
import { assertAlmostEquals, assertEquals, assertGreater, assertLess, assertThrows } from "@std/assert";
import { cfix, compile, predict, program, type Public, repeat, schedule, type Secret, sfix } from "@symbolon/compiler";
import { replicatedRing } from "@symbolon/replicated-ring";
import { runUnchecked as run } from "../../engine/run/run.ts";
import { uniform } from "../functional/testing/points.ts";
import { floatAdam, floatSgd } from "../training/testing/float_network.ts";
import {
  adam,
  exponentialDecay,
  inverseTimeDecay,
  type Schedule,
  sgd,
  type SgdOptions,
  stepDecay,
  type UpdateRule,
} from "./mod.ts";
import { distance, training } from "./testing/steps.ts";

/** Sums of gradients over a batch, a row for each step; columns are of different magnitude. */
function gradients(steps: number, batchSize: number, magnitudes: readonly number[]): number[][] {
  const random = uniform(7);
  const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
  return Array.from(
    { length: steps },
    () => magnitudes.map((m) => Math.round(m * (normal() + 0.3) * batchSize * 2 ** 16) / 2 ** 16),
  );
}

/** From 2^-15 to 2^2: of a mean gradient. */
const MAGNITUDES = Array.from({ length: 18 }, (_, i) => 2 ** (i - 15));

const ADAMS = [{}, { amsgrad: true }, { beta1: 0.8, beta2: 0.99 }, { epsilon: 2 ** -8 }];

for (const options of ADAMS) {
  for (const backend of ["emulate", "ring"] as const) {
    Deno.test(`Adam ${JSON.stringify(options)} follows float64 for gradients from 2^-15 to 4, under ${backend}`, async () => {
      const [batchSize, rate, steps] = [128, 0.01, 120];
      const table = gradients(steps, batchSize, MAGNITUDES);
      const found = await distance(
        adam({ rate, ...options }),
        floatAdam({ rate, ...options }),
        { table, batchSize },
        backend,
      );
      // 2^-11 of a path of at most `steps · rate`, and the rounding of each step: 2^-17 each to nearest; by chance,
      // 120 of up to 2^-16 miss by more than 2^-16 · 6 · √120 / 2 once in 10^8.
      const rounding = backend === "emulate" ? steps * 2 ** -17 : 2 ** -16 * 3 * Math.sqrt(steps);
      found.forEach((d, i) => assertLess(d, steps * rate * 2 ** -11 + rounding, `magnitude ${MAGNITUDES[i]}`));
    });
  }
}

Deno.test("Adam with the approximate root goes the same way, each step within 9 % of its length", async () => {
  const [batchSize, rate, steps] = [128, 0.01, 120];
  const table = gradients(steps, batchSize, MAGNITUDES);
  const found = await distance(adam({ rate, approximate: true }), floatAdam({ rate }), { table, batchSize });
  found.forEach((d) => assertLess(d, 0.09 * steps * rate + steps * 2 ** -17));
});

Deno.test("Adam in portions gives the same as at once, in so many times the rounds", async () => {
  const of = async (atOnce: number, amsgrad: boolean) => {
    const rule = adam({ rate: 0.05, atOnce, amsgrad });
    const random = uniform(9);
    const tensor = (rows: number, columns: number) => ({
      shape: [rows, columns],
      data: Array.from({ length: rows * columns }, () => Math.round((random() - 0.5) * 2 ** 16) / 2 ** 14),
    });
    const [first, second] = [tensor(3, 5), tensor(2, 1)];
    return await run(
      program("", {}, () => {
        const gradients = [sfix.inputTensorVia(0, first), sfix.inputTensorVia(0, second)];
        const start = gradients.map((g) => sfix.constant(0.5).broadcastTo(g.shape));
        const trained = repeat(4, [...start, ...rule.init(start, 2)], ([a, b, ...state]) => {
          const next = rule.update({ weights: [a as Secret, b as Secret], gradients, state, batchSize: 2 });
          return [...next.weights, ...next.state];
        });
        trained.slice(0, 2).forEach((w) => (w as Secret).reveal().output("weights"));
      }),
      { backend: "ring", args: ["nearest"] },
    );
  };
  for (const amsgrad of [false, true]) {
    const [whole, four, seventeen] = [await of(17, amsgrad), await of(5, amsgrad), await of(1, amsgrad)];
    assertEquals(four.outputs, whole.outputs);
    assertEquals(seventeen.outputs, whole.outputs);
    assertGreater(four.rounds, 3.5 * whole.rounds);
  }
});

Deno.test("Adam normalises by the batch size, whatever it is", async () => {
  for (const batchSize of [1, 3, 100]) {
    const table = gradients(20, batchSize, [2 ** -6, 2 ** -3, 1]);
    const found = await distance(adam({ rate: 0.05 }), floatAdam({ rate: 0.05 }), { table, batchSize });
    found.forEach((d) => assertLess(d, 2 ** -10));
  }
});

Deno.test("Adam follows float64 at both ends of its range of gradients", async () => {
  // The largest sums of a promised bound of 16, and weights that get none at all.
  const table = Array.from({ length: 40 }, (_, t) => [15.9 * 16, t % 2 === 0 ? -15.9 * 16 : 15.9 * 16, 0]);
  const found = await distance(adam({ rate: 0.01, largestGradient: 16 }), floatAdam({ rate: 0.01 }), {
    table,
    batchSize: 16,
  });
  found.forEach((d) => assertLess(d, 40 * 0.01 * 2 ** -11 + 40 * 2 ** -17));
  assertEquals(found[2], 0);
});

for (const backend of ["emulate", "ring"] as const) {
  for (const options of [{}, { amsgrad: true }, { beta1: 0.8, beta2: 0.99 }]) {
    const name = `Adam ${
      JSON.stringify(options)
    } follows float64 for gradients from 2^-14 to 2^13 in one model, under ${backend}`;
    Deno.test(name, async () => {
      for (const batchSize of [1, 32]) {
        const magnitudes = Array.from({ length: 10 }, (_, i) => 2 ** (3 * i - 14)).filter((m) =>
          m * batchSize <= 2 ** 13
        );
        const random = uniform(31);
        const [steps, rate] = [60, 0.05];
        const table = Array.from(
          { length: steps },
          () => magnitudes.map((m) => Math.round(m * batchSize * (0.6 + 0.8 * random()) * 2 ** 16) / 2 ** 16),
        );
        const found = await distance(
          adam({ rate, ...options }),
          floatAdam({ rate, ...options }),
          { table, batchSize },
          backend,
        );
        found.forEach((d, i) => assertLess(d, steps * rate * 2 ** -10, `magnitude ${magnitudes[i]}`));
      }
    });
  }

  Deno.test(`Adam follows float64 where a weight's gradients grow and shrink by 2^20, under ${backend}`, async () => {
    const sizes = [...Array(20).fill(2 ** -8), ...Array(10).fill(2 ** 12), ...Array(160).fill(2 ** -8)];
    const table = sizes.map((size, t) => [size, t % 3 === 0 ? -size : size, 2 ** -8]);
    for (const options of [{ beta2: 0.9, beta1: 0.8 }, { beta2: 0.9, beta1: 0.8, amsgrad: true }]) {
      const found = await distance(
        adam({ rate: 0.01, ...options }),
        floatAdam({ rate: 0.01, ...options }),
        { table, batchSize: 1 },
        backend,
      );
      found.forEach((d) => assertLess(d, sizes.length * 0.01 * 2 ** -9));
    }
  });

  for (const rate of [1e-6, 1e-5, 1e-3, 1]) {
    Deno.test(`Adam at rate ${rate} moves weights anywhere in the range as float64 does, under ${backend}`, async () => {
      const table = gradients(50, 8, [2 ** -6, 1, 100]);
      const steps = { table, batchSize: 8, times: 6, start: [1, -8000, 8000] };
      const found = await distance(adam({ rate }), floatAdam({ rate }), steps, backend);
      // A unit of the weight, and errors of quotients that add up on the whole path.
      found.forEach((d) => assertLess(d, 2 ** -15 + 300 * rate * 2 ** -10));
    });
  }
}

Deno.test("a promised bound of gradients holds up to its end", async () => {
  const largestGradient = 2 ** 10;
  const table = Array.from({ length: 40 }, (_, t) => [1000, t % 2 === 0 ? -1000 : 1000, 0]);
  const steps = { table, batchSize: 1 };
  const found = await distance(adam({ rate: 0.01, largestGradient }), floatAdam({ rate: 0.01 }), steps);
  found.forEach((d) => assertLess(d, 40 * 0.01 * 2 ** -10 + 2 ** -16));
  assertEquals(found[2], 0);
});

const SGDS: readonly SgdOptions[] = [{}, { momentum: 0 }, { momentum: 0.5, nesterov: true }, { weightDecay: 0.01 }, {
  decay: 0.02,
}];

for (const options of SGDS) {
  Deno.test(`SGD ${JSON.stringify(options)} follows float64`, async () => {
    const [batchSize, rate, steps] = [24, 0.125, 60];
    const table = gradients(steps, batchSize, [2 ** -8, 2 ** -4, 1]);
    // The rule's momentum has 16 fraction bits.
    const momentum = Math.round((options.momentum ?? 0.9) * 2 ** 16) / 2 ** 16;
    const float = floatSgd({ rate, ...options, momentum });
    const found = await distance(sgd({ rate, ...options }), float, { table, batchSize });
    // Momentum makes ten of each rounding of the velocity, of which the step takes rate / 16; and each step is rounded.
    found.forEach((d) => assertLess(d, steps * (2 ** -17 + 10 * 2 ** -17 * rate / 16) + 2 ** -13));
  });
}

Deno.test("SGD divides by a power of two, or exactly by the batch size if asked to", async () => {
  const table = [[24]];
  const step = async (rule: UpdateRule) => {
    const { outputs } = await run(training(rule, { table, batchSize: 24 }), { backend: "emulate", args: ["nearest"] });
    return Number(outputs[0]!.values[0]);
  };
  assertAlmostEquals(await step(sgd({ rate: 0.5 })), -0.5 * 24 / 16, 2 ** -15);
  assertAlmostEquals(await step(sgd({ rate: 0.5, divisor: "batch size" })), -0.5, 2 ** -15);
});

const SCHEDULES: Readonly<Record<string, readonly [Schedule, (t: number) => number]>> = {
  "exponential decay": [exponentialDecay(0.125), (t) => 0.5 * 0.875 ** t],
  "steps": [stepDecay(3, 0.25), (t) => 0.5 * 0.25 ** Math.floor(t / 3)],
  "inverse time": [inverseTimeDecay(0.5), (t) => 0.5 / (1 + 0.5 * t)],
};

for (const [name, [course, wanted]] of Object.entries(SCHEDULES)) {
  Deno.test(`learning rate by ${name}, and slowed`, async () => {
    const { outputs } = await run(
      program("", {}, () => {
        repeat(8, course.init(0.5), (state) => {
          course.rate(state).output("rate");
          return course.next(state);
        });
        const rule = sgd({ rate: 0.5, schedule: course, momentum: 0 });
        const slow = rule.slowed(rule.init([], 1), cfix.precise(0.25, 20)) as Public[];
        course.rate(slow).output("slowed");
      }),
      { backend: "emulate" },
    );
    outputs.slice(0, 8).forEach((o, t) => assertAlmostEquals(Number(o.values[0]), wanted(t), 2 ** -35));
    assertAlmostEquals(Number(outputs[8]!.values[0]), 0.125, 2 ** -35);
  });
}

/** Rounds of a step and bytes of a weight, for a rule alone. */
function cost(rule: UpdateRule, batchSize: number): { rounds: number; bytes: number } {
  const target = replicatedRing.target({});
  const of = (steps: number, width: number) => {
    const table = Array.from({ length: steps }, () => new Array<number>(width).fill(1));
    const { rounds, links } = predict(schedule(compile(training(rule, { table, batchSize })).tape, target), target);
    return { rounds, bytes: links.flat().reduce((sum, b) => sum + b, 0) };
  };
  const [one, two] = [of(1, 640), of(2, 640)];
  const [wideOne, wideTwo] = [of(1, 1280), of(2, 1280)];
  const input = 16; // A row more of gradients is read.
  return {
    rounds: two.rounds - one.rounds,
    bytes: Math.ceil(((wideTwo.bytes - wideOne.bytes) - (two.bytes - one.bytes)) / 640 - input),
  };
}

Deno.test("the rules cost what their documentation says", () => {
  assertEquals(cost(sgd(), 128), { rounds: 2, bytes: 36 });
  assertEquals(cost(sgd({ weightDecay: 1e-4 }), 128), { rounds: 2, bytes: 53 });
  assertEquals(cost(sgd({ nesterov: true }), 128), { rounds: 3, bytes: 51 });
  assertEquals(cost(sgd({ rate: 1e-6 }), 8192), { rounds: 3, bytes: 53 });
  const small = { largestGradient: 16 };
  for (const batchSize of [128, 1024]) {
    assertEquals(cost(adam(small), batchSize), { rounds: 19, bytes: 822 });
    assertEquals(cost(adam({ ...small, approximate: true }), batchSize), { rounds: 18, bytes: 577 });
    assertEquals(cost(adam({ ...small, amsgrad: true }), batchSize), { rounds: 25, bytes: 895 });
  }
  assertEquals(cost(adam(), 128), { rounds: 24, bytes: 1209 });
  assertEquals(cost(adam({ approximate: true }), 128), { rounds: 23, bytes: 904 });
  assertEquals(cost(adam({ amsgrad: true }), 128), { rounds: 30, bytes: 1443 });
  assertEquals(cost(adam(), 8192), { rounds: 25, bytes: 1228 });
});

Deno.test("settings that make no sense are refused", () => {
  assertThrows(() => sgd({ rate: -1 }), RangeError, "sgd: rate must be a number from 0 to 1048576, not -1");
  assertThrows(() => sgd({ momentum: 1 }), RangeError, "sgd: momentum must be a number from 0 below 1, not 1");
  assertThrows(() => sgd({ decay: 0.1, schedule: exponentialDecay(0.1) }), TypeError, "not both");
  assertThrows(() => adam({ rate: 2 }), RangeError, "adam: rate must be a number from 0 to 1, not 2");
  assertThrows(() => adam({ beta2: 1 }), RangeError, "beta2");
  assertThrows(() => adam({ beta1: 0.995, beta2: 0.9 }), RangeError, "too large");
  assertThrows(() => adam({ largestGradient: 3 }), RangeError, "power of two");
  assertThrows(() => stepDecay(0, 0.5), RangeError, "stepDecay: steps must be a whole number from 1, not 0");
});
