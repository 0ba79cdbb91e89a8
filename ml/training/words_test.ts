import { assertEquals, assertThrows } from "@std/assert";
import { compile, program, sfix, sint } from "@symbolon/compiler";
import { dense } from "../layers/mod.ts";
import { binaryCrossEntropy, meanSquaredError } from "../losses/mod.ts";
import { adam, sgd, type UpdateRule } from "../optimizers/mod.ts";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";
import { TRAINING_WORDS, trainingOptions } from "./words.ts";

/** A training whose optimizer depends on the words. */
function hash(args: readonly string[], make: (args: readonly string[]) => Optimizer, outputs = 3): string {
  return compile(
    program("", TRAINING_WORDS, ({ args }) => {
      const [X, Y] = [sfix.inputFrom(0, { shape: [10, 4] }), sint.inputFrom(0, { shape: [10, outputs] })];
      const optimizer = make(args);
      optimizer.fit(X, Y, { batchSize: 5, validationData: [X, Y] });
      optimizer.revealModel();
    }),
    { args },
  ).tapeHash;
}

const network = (outputs = 3) => dense(outputs);
const fromArgs = (args: readonly string[]) => Optimizer.fromArgs(args, network());
const given = (options: OptimizerOptions) => hash([], () => new Optimizer(network(), options));

const RULES: Readonly<Record<string, () => UpdateRule>> = {
  "": () => sgd(),
  "nomom": () => sgd({ momentum: 0 }),
  "rate0.5": () => sgd({ rate: 0.5 }),
  "adam": () => adam(),
  "adam rate0.01": () => adam({ rate: 0.01 }),
  "adamapprox": () => adam({ approximate: true }),
  "amsgrad": () => adam({ amsgrad: true, approximate: true }),
  "amsgradapprox": () => adam({ amsgrad: true, approximate: true }),
  "amsgradprec": () => adam({ amsgrad: true }),
};

for (const [words, rule] of Object.entries(RULES)) {
  Deno.test(`the words "${words}" train as ${rule().name}`, () => {
    assertEquals(hash(words.split(" ").filter((w) => w !== ""), fromArgs), given({ rule: rule() }));
  });
}

const SWITCHES: Readonly<Record<string, OptimizerOptions>> = {
  "mse": { loss: meanSquaredError },
  "no_loss": { fit: { printLoss: false } },
  "no_acc": { fit: { printAccuracy: false } },
  "part_acc": { fit: { printRunning: true } },
  "full_acc": { fit: { trainFigures: "full" } },
  "restart": { fit: { restart: true } },
  "early_stop": { fit: { earlyStop: { patience: 1 } } },
  "dep0.5": { fit: { depreciation: 0.5 } },
  "one_iter": { fit: { steps: 1 } },
  "bench1": { fit: { steps: 1, printLoss: false, printAccuracy: false } },
  "bench10": { fit: { steps: 10, printLoss: false, printAccuracy: false } },
};

Deno.test("every other word is one option, and all of them differ", () => {
  const hashes = Object.entries(SWITCHES).map(([word, options]) => {
    const found = hash([word], fromArgs);
    assertEquals(found, given(options), word);
    return found;
  });
  assertEquals(new Set([...hashes, given({})]).size, hashes.length + 1);
});

Deno.test('"approx" is the three-piece sigmoid for one output, and nothing for several', () => {
  const one = (args: readonly string[]) => Optimizer.fromArgs(args, network(1));
  const approximate = hash([], () => new Optimizer(network(1), { loss: binaryCrossEntropy({ sigmoid: "approx" }) }), 1);
  assertEquals(hash(["approx"], one, 1), approximate);
  assertEquals(hash(["approx"], fromArgs), hash([], fromArgs));
});

Deno.test("options in the program count more than words", () => {
  const rule = sgd({ rate: 0.25 });
  assertEquals(hash(["adam"], (args) => Optimizer.fromArgs(args, network(), { rule })), given({ rule }));
});

Deno.test("words that contradict each other, or that do not exist, are refused", () => {
  assertThrows(() => trainingOptions(["adam", "amsgrad"]), RangeError, "adam or amsgrad");
  assertThrows(() => trainingOptions(["adam", "nomom"]), RangeError, "word for SGD");
  assertThrows(() => hash(["adamw"], fromArgs), RangeError, 'does not know the word "adamw"');
});

Deno.test("the numbers in words are taken strictly", () => {
  for (const word of ["rate-0.5", "dep-1", "rate+1", "dep1.2.3", "rate0,5", "dep1e"]) {
    assertThrows(() => trainingOptions([word]), RangeError, `The word "${word}" is malformed`);
  }
  assertEquals(trainingOptions(["dep.5"]).fit.depreciation, 0.5);
  assertEquals(trainingOptions(["dep1e-2"]).fit.depreciation, 0.01);
});

Deno.test("words for different steps, or one word with two numbers, are refused", () => {
  const contradict: readonly [words: string[], named: string][] = [
    [["bench1", "bench10"], '"bench1" and "bench10" exclude each other'],
    [["bench10", "adam", "one_iter"], '"one_iter" and "bench10" exclude each other'],
    [["rate0.5", "rate.25"], '"rate0.5" and "rate.25" exclude each other'],
    [["dep0.5", "dep1", "bench1"], '"dep0.5" and "dep1" exclude each other'],
  ];
  for (const [words, named] of contradict) assertThrows(() => trainingOptions(words), RangeError, named);
  assertEquals(trainingOptions(["rate0.5", "rate0.5", "bench1", "bench1"]).fit.steps, 1);
});
