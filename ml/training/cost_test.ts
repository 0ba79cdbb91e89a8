/** What training costs: rounds, bytes, the length of the tape. */
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { compile, predict, program, schedule, sfix, sint } from "@symbolon/compiler";
import { replicatedRing } from "@symbolon/replicated-ring";
import { dense, type Layer, relu, sequential } from "../layers/mod.ts";
import { adam } from "../optimizers/mod.ts";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

const small = () => sequential([dense(8), relu(), dense(2)]);
const target = replicatedRing.target({});

/** Rounds and bytes of a step of a network on MNIST's shapes. */
function stepCost(layers: () => Layer, rows: number, options: OptimizerOptions = {}) {
  const of = (steps: number) => {
    const training = program("", {}, () => {
      const X = sfix.inputFrom(0, { shape: [rows, 784] });
      const Y = sint.inputFrom(0, { shape: [rows, 10] });
      const optimizer = new Optimizer(layers(), options);
      optimizer.fit(X, Y, { steps, batchSize: rows, printLoss: false, printAccuracy: false });
      optimizer.trainableVariables.forEach((w, i) => w.revealTo(0, `${i}`));
    });
    const { rounds, links } = predict(schedule(compile(training).tape, target), target);
    return { rounds, bytes: links.flat().reduce((sum, b) => sum + b, 0) };
  };
  const [one, two] = [of(1), of(2)];
  return { rounds: two.rounds - one.rounds, bytes: two.bytes - one.bytes };
}

const mnist = () => sequential([dense(128), relu(), dense(128), relu(), dense(10)]);

Deno.test("a step of 784-128-128-10 on 128 rows takes at most 75 rounds and 13.5 MB, and as many rounds for 32 rows", () => {
  const { rounds, bytes } = stepCost(mnist, 128);
  assertLess(rounds, 76);
  assertLess(bytes, 13.5e6);
  assertEquals(stepCost(mnist, 32).rounds, rounds);
});

Deno.test("steps are taken although nothing of them is revealed", () => {
  const rounds = (steps: number) => {
    const measuring = program("", {}, () => {
      const [X, Y] = [sfix.inputFrom(0, { shape: [8, 4] }), sint.inputFrom(0, { shape: [8, 2] })];
      new Optimizer(small()).fit(X, Y, { steps, printLoss: false, printAccuracy: false });
    });
    return predict(schedule(compile(measuring).tape, target), target).rounds;
  };
  assertGreater(rounds(11) - rounds(1), 10 * 40);
});

Deno.test("the approximate root saves a quarter of a step of Adam", () => {
  const exact = stepCost(mnist, 32, { rule: adam({ largestGradient: 16 }) });
  const approximate = stepCost(mnist, 32, { rule: adam({ largestGradient: 16, approximate: true }) });
  assertLess(approximate.bytes, 0.76 * exact.bytes);
  assertLess(approximate.rounds, exact.rounds);
});

Deno.test("the tape does not grow with the data or the epochs", () => {
  const size = (rows: number, epochs: number) => {
    const { tape } = compile(program("", {}, () => {
      const [X, Y] = [sfix.inputFrom(0, { shape: [rows, 4] }), sint.inputFrom(0, { shape: [rows, 2] })];
      const optimizer = new Optimizer(small());
      optimizer.fit(X, Y, { epochs, batchSize: 8, validationData: [X, Y] });
      optimizer.eval(X, { batchSize: 8 }).reveal().output("p");
    }));
    return tape.registers.length;
  };
  assertEquals(size(1003, 1), size(50_003, 30));
});
