/** The programs that train networks: results, agreement with the cleartext, costs, words. */
import { assertAlmostEquals, assertEquals, assertGreater, assertLess, assertMatch, assertThrows } from "@std/assert";
import { compile } from "@symbolon/compiler";
import { execute, plan } from "@symbolon/engine";
import { type Program, syntheticImages } from "../mod.ts";
import {
  runUnchecked as run,
  type UncheckedRunOptions as RunOptions,
  type UncheckedRunSummary as RunSummary,
} from "../engine/run/run.ts";

/** Programs with few enough images and steps for a test: what is trained, and on how much. */
const PROGRAMS: readonly (readonly [name: string, samples: number, args: readonly string[]])[] = [
  ["torch_mnist_dense", 12, ["1", "2", "batch8"]],
  ["torch_mnist_dense", 8, ["adamapprox", "full_acc"]],
  ["keras_mnist_dense", 12, ["2", "batch8", "halves"]],
  ["torch_mnist_lenet", 4, ["batch2"]],
  ["torch_cifar_lenet", 4, ["batch2"]],
  ["torch_cifar_alex", 2, []],
  ["torch_alex_test", 2, []],
  ["mnist_full_A", 8, ["1", "4", "1"]],
  ["mnist_full_B", 4, ["1", "4"]],
  ["mnist_full_C", 4, ["1", "2"]],
  ["mnist_full_D", 8, ["2", "4", "1", "2dense"]],
  ["mnist_full_D", 8, ["1dense", "nomom", "rate.1"]],
];

async function load(name: string): Promise<Program> {
  return (await import(`../programs/${name}.ts`)).default;
}

for (const [name, samples, args] of PROGRAMS) {
  Deno.test(`${[name, ...args].join(" ")} prints the same under ring and emulate with nearest rounding`, async () => {
    const program = await load(name);
    const nearest = (options: RunOptions) =>
      run(program, { ...options, samples, args: [...args, "nearest"], publicSeed: 2 });
    const [ring, clear] = [await nearest({ backend: "ring" }), await nearest({ backend: "emulate" })];
    assertEquals(ring.printed, clear.printed);
    assertMatch(ring.printed.join("\n"), /accuracy [\d.]+ \(\d+\/\d+\)/);
    assertEquals(ring.rounds, ring.predicted.rounds);
    assertEquals(ring.bytes.total, ring.predicted.bytes);
  });
}

Deno.test("keras_mnist_lenet batch4 batchnorm trains in the clear; deep_learning_long.ts compares it with shares", async () => {
  const options = { backend: "emulate", samples: 4, args: ["batch4", "batchnorm", "nearest"], publicSeed: 2 };
  const { printed } = await run(await load("keras_mnist_lenet"), options);
  assertMatch(printed.join("\n"), /accuracy [\d.]+ \(\d+\/4\)/);
});

Deno.test("network D is trained on one image among two parties without a dealer", async () => {
  const options = { samples: 1, args: ["1dense", "nearest"], publicSeed: 2 };
  const program = await load("mnist_full_D");
  const clear = await run(program, { ...options, backend: "emulate" });
  assertEquals((await run(program, { ...options, backend: "semi2k", transport: "inline" })).printed, clear.printed);
});

/**
 * Training and test loss after each of four epochs: six standard deviations of the difference of two runs, each with
 * random rounding of its own, which training amplifies (single runs deviate by 0.0002, 0.0007, … 0.010, over 40 runs).
 */
const CURVE_TOLERANCES = [0.002, 0.007, 0.01, 0.04, 0.025, 0.05, 0.045, 0.09];

Deno.test("the dense network learns 300 digits in four epochs, and its curve is that of the cleartext", async () => {
  const program = await load("torch_mnist_dense");
  const [ring, clear] = await Promise.all(
    ["ring", "emulate"].map((backend) => run(program, { backend, samples: 300, args: ["4"], publicSeed: 4 })),
  );
  assertGreater(ring!.metrics["testAccuracy"]!, 0.65);
  const losses = ({ printed }: RunSummary) => printed.map((line) => Number(/entropy ([\d.]+)/.exec(line)![1]));
  const [secret, expected] = [losses(ring!), losses(clear!)];
  assertEquals(secret.length, 8);
  secret.forEach((loss, i) => assertAlmostEquals(loss, expected[i]!, CURVE_TOLERANCES[i]!));
});

/** Rounds and bytes of one training step on so many rows, without figures. */
async function step(name: string, rows: number) {
  const program = await load(name);
  const of = async (word: string) => {
    const compiled = compile(program, { samples: rows, args: [word, `batch${rows}`] });
    const { prediction: { rounds, links } } = await plan(compiled, { backend: "ring" });
    return { rounds, bytes: links.flat().reduce((sum, b) => sum + b, 0) };
  };
  const [one, ten] = [await of("bench1"), await of("bench10")];
  return { rounds: (ten.rounds - one.rounds) / 9, bytes: (ten.bytes - one.bytes) / 9 };
}

Deno.test("a step of torch_mnist_dense on 128 rows takes at most 80 rounds and 13.5 MB", async () => {
  const { rounds, bytes } = await step("torch_mnist_dense", 128);
  assertLess(rounds, 81);
  assertLess(bytes, 13.5e6);
});

for (const name of ["torch_mnist_dense", "torch_mnist_lenet", "torch_cifar_lenet", "torch_cifar_alex"]) {
  Deno.test(`rounds of a step of ${name} do not depend on the number of rows`, async () => {
    assertEquals((await step(name, 32)).rounds, (await step(name, 8)).rounds);
  });
}

Deno.test("the tape of a program does not grow with its images", async () => {
  const program = await load("torch_mnist_lenet");
  const size = (samples: number) => compile(program, { samples, args: ["batch32"] }).tape.registers.length;
  assertEquals(size(640), size(1280));
});

Deno.test("torch_alex_test takes party 0's weights in PyTorch's order", async () => {
  const samples = 10;
  // Only the bias of the last layer is not 0: it is the last of the state_dict, and makes every image one of class 4.
  const parameters = [3 * 64 * 9, 64, 64 * 96 * 9, 96, 96 * 96 * 9, 96, 96 * 64 * 9, 64, 64 * 64 * 9, 64]
    .concat([1024 * 128, 128, 128 * 256, 256, 256 * 10, 10])
    .reduce((sum, n) => sum + n);
  const weights = new Float32Array(parameters);
  weights[parameters - 10 + 4] = 2;
  const compiled = compile(await load("torch_alex_test"), { samples, args: ["weights"] });
  const printed: string[] = [];
  const nothing = () => {};
  await execute(compiled, {
    backend: "emulate",
    inputs: (owner, source) => ({ name: `${source} ${owner}`, bytes: new Uint8Array(weights.buffer) }),
    listener: { print: (line) => printed.push(line), output: nothing, metric: nothing, progress: nothing },
  });
  const { yTest } = syntheticImages({ shape: [32, 32, 3], classes: 10, samples, testSamples: samples });
  const right = yTest.data.filter((label) => label === 4).length;
  assertMatch(printed.at(-1)!, new RegExp(`^accuracy [\\d.]+ \\(${right}/${samples}\\)`));
  const loss = Math.log(9 + Math.exp(2)) - 2 * right / samples;
  assertAlmostEquals(Number(/entropy ([\d.]+)/.exec(printed.at(-1)!)![1]), loss, 1e-3);
});

/** What is refused: program, words, images, and of the message what a user needs. */
const REFUSED: readonly (readonly [program: string, args: readonly string[], samples: number, says: string])[] = [
  ["torch_mnist_dense", ["x"], 8, 'does not know the word "x"'],
  ["torch_mnist_dense", ["0"], 8, "number of epochs is a whole number from 1, not 0"],
  ["torch_mnist_dense", ["1", "1.5"], 8, "number of threads is a whole number from 1, not 1.5"],
  ["torch_mnist_dense", ["1", "2", "3"], 8, "takes epochs, then threads"],
  ["torch_mnist_dense", ["batch9"], 8, "Steps of 9 rows need as many: there are 8"],
  ["torch_mnist_dense", ["batch0"], 8, "rows a step is a whole number from 1, not 0"],
  ["torch_mnist_dense", ["adam", "amsgrad"], 8, "Train by one rule"],
  ["torch_mnist_dense", [], 60_001, "MNIST has 60000 training images"],
  ["mnist_full_A", ["1", "9"], 8, "Steps of 9 rows need as many: there are 8"],
  ["mnist_full_D", ["1dense", "2dense"], 8, "one dense layer or two"],
  ["keras_mnist_dense", ["halves"], 1, "2 samples or more"],
];

for (const [name, args, samples, says] of REFUSED) {
  Deno.test(`${[name, ...args].join(" ")} on ${samples} images is refused: ${says}`, async () => {
    const program = await load(name);
    assertThrows(() => compile(program, { args, samples }), RangeError, says);
  });
}
