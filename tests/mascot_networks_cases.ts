/**
 * Networks under mascot, all material made by the parties themselves: with nearest rounding what `emulate` prints in a field, at the
 * predicted cost.
 *
 * On whole images they take gigabytes for a single one: `mascot_programs_long.ts` has one, and this file layers, losses and rules of all
 * of them on few pixels.
 *
 * @module
 */
import { assertEquals, assertGreater } from "@std/assert";
import { compile } from "@symbolon/compiler";
import { plan } from "@symbolon/engine";
import { layersFromTorch, nn, Optimizer, program, sfix, sint, tf } from "../mod.ts";
import { assertAsInTheClear, load } from "./mascot_programs.ts";

/** Images of 6 × 6 pixels that say by their brightest half which class they are of. */
function images(shape: readonly number[]) {
  const data = Array.from({ length: 4 * 36 }, (_, i) => (i % 6 < 3) === (Math.floor(i / 36) % 2 === 0) ? 0.75 : 0.25);
  const X = sfix.inputTensorVia(0, data).reshape([4, ...shape]);
  return { X, Y: sint.inputTensorVia(1, [[1, 0], [0, 1], [1, 0], [0, 1]]) };
}

Deno.test("a small LeNet as with Keras is trained by AMSGrad under mascot as in the clear", async () => {
  await assertAsInTheClear(program("", {}, () => {
    const { X, Y } = images([6, 6, 1]);
    const model = tf.keras.Sequential([
      tf.keras.layers.Conv2D(2, 3, { activation: "relu" }),
      tf.keras.layers.BatchNormalization(),
      tf.keras.layers.MaxPooling2D(),
      tf.keras.layers.Flatten(),
      tf.keras.layers.Dropout(0.5),
      tf.keras.layers.Dense(3, { activation: "relu" }),
      tf.keras.layers.Dense(2, { activation: "softmax" }),
    ]);
    model.compile({ optimizer: tf.keras.optimizers.Adam({ amsgrad: true }) });
    model.fit(X, Y, { epochs: 1, batchSize: 4 });
  }));
});

Deno.test("a small network D as with PyTorch is trained by SGD under mascot as in the clear", async () => {
  await assertAsInTheClear(program("", {}, ({ args }) => {
    const { X, Y } = images([1, 6, 6]);
    const net = nn.Sequential(
      nn.Conv2d(1, 2, 3, { stride: 2, padding: 1 }),
      nn.ReLU(),
      nn.Flatten(),
      nn.Linear(18, 2),
    );
    Optimizer.fromArgs(args, layersFromTorch(net, X.shape, 2)).fit(X, Y, { epochs: 1 });
  }));
});

/** All programs, and samples with which each can do. */
const PROGRAMS: Readonly<Record<string, number | undefined>> = {
  breast_logistic: undefined,
  diabetes: undefined,
  keras_mnist_dense: 3,
  keras_mnist_lenet: 1,
  logreg: undefined,
  mnist_full_A: 1,
  mnist_full_B: 1,
  mnist_full_C: 1,
  mnist_full_D: 1,
  prepare_mnist: 1,
  torch_alex_test: 1,
  torch_cifar_alex: 1,
  torch_cifar_lenet: 1,
  torch_mnist_dense: 1,
  torch_mnist_lenet: 1,
};

Deno.test("every program fits mascot, and what it takes is predicted", async () => {
  const files = [...Deno.readDirSync(new URL("../programs/", import.meta.url))].filter(({ isFile }) => isFile);
  assertEquals(files.map(({ name }) => name.replace(/\.ts$/, "")).sort(), Object.keys(PROGRAMS));
  for (const [name, samples] of Object.entries(PROGRAMS)) {
    const compiled = compile(await load(name), samples === undefined ? {} : { samples });
    const { target, prediction: { demand, links } } = await plan(compiled, { backend: "mascot", parties: 3 });
    const bytes = (all: readonly (readonly number[])[]) => all.flat().reduce((sum, b) => sum + b, 0);
    assertGreater(bytes(target.preprocessing!(demand).links), bytes(links), name);
  }
});
