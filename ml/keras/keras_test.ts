import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compile, program, type Secret, sfix, sint } from "@symbolon/compiler";
import { runUnchecked as run } from "../../engine/run/run.ts";
import * as ours from "../layers/mod.ts";
import { binaryCrossEntropy, meanSquaredError } from "../losses/mod.ts";
import { adam, constantRate, sgd } from "../optimizers/mod.ts";
import { Optimizer, type OptimizerOptions } from "../training/optimizer.ts";
import { keras } from "./mod.ts";

const { layers, optimizers, losses } = keras;

/** The tape's hash of what a body does with data of these shapes. */
function hash(input: readonly number[], labels: number, body: (X: Secret, Y: Secret) => void): string {
  return compile(program("", {}, () => {
    body(sfix.inputFrom(0, { shape: [20, ...input] }), sint.inputFrom(1, { shape: [20, labels] }));
  })).tapeHash;
}

const FIT = { epochs: 3, batchSize: 8 };

function byHand(network: () => ours.Layer, options: OptimizerOptions) {
  return (X: Secret, Y: Secret) => {
    const optimizer = new Optimizer(network(), options);
    optimizer.fit(X, Y, { ...FIT, validationData: [X, Y] });
    optimizer.eval(X, { batchSize: 8 }).reveal().output("p");
  };
}

function byKeras(make: () => ReturnType<typeof keras.Sequential>) {
  return (X: Secret, Y: Secret) => {
    const model = make();
    model.fit(X, Y, { ...FIT, validationData: [X, Y] });
    model.predict(X, { batchSize: 8 }).reveal().output("p");
  };
}

Deno.test("a dense model is the tape of the network by hand: softmax and cross entropy are one", () => {
  assertEquals(
    hash(
      [20],
      3,
      byKeras(() => {
        const model = keras.Sequential([
          layers.Dense(8, { activation: "relu" }),
          layers.Dropout(0.5),
          layers.Dense(3, { activation: "softmax" }),
        ]);
        model.compile({ optimizer: optimizers.Adam({ learningRate: 0.01 }), loss: "categorical_crossentropy" });
        return model;
      }),
    ),
    hash(
      [20],
      3,
      byHand(
        () => ours.sequential([ours.dense(8, { activation: "relu" }), ours.dropout(0.5), ours.dense(3)]),
        { rule: adam({ rate: 0.01 }) },
      ),
    ),
  );
});

Deno.test("a convolutional model is the tape of the network by hand", () => {
  assertEquals(
    hash(
      [8, 8, 1],
      3,
      byKeras(() => {
        const model = keras.models.Sequential([
          layers.Conv2D(4, 3, { activation: "relu", padding: "same" }),
          layers.MaxPooling2D(),
          layers.BatchNormalization(),
          layers.AveragePooling2D({ poolSize: 2 }),
          layers.Flatten(),
          layers.LayerNormalization(),
          layers.Dense(3),
          layers.Softmax(),
        ]);
        model.compile({ loss: losses.CategoricalCrossentropy() });
        return model;
      }),
    ),
    hash(
      [8, 8, 1],
      3,
      byHand(() =>
        ours.sequential([
          ours.conv2d({ filters: 4, kernel: 3, padding: "same", activation: "relu" }),
          ours.maxPool2d(2),
          ours.batchNorm({ momentum: 1 - 0.99, epsilon: 0.001 }),
          ours.averagePool2d(2, { countPadding: false }),
          ours.flatten({ order: "channels last" }),
          ours.layerNorm({ epsilon: 0.001 }),
          ours.dense(3),
        ]), { rule: sgd({ momentum: 0, schedule: constantRate(), divisor: "batch size" }) }),
    ),
  );
});

Deno.test("sigmoid with binary cross entropy, and squared errors, are the tapes by hand", () => {
  const rule = sgd({ rate: 0.1, momentum: 0.9, nesterov: true, schedule: constantRate(), divisor: "batch size" });
  const optimizer = () => optimizers.SGD({ learningRate: 0.1, momentum: 0.9, nesterov: true });
  const model = (last: ReturnType<typeof layers.Dense>, loss?: "binary_crossentropy" | "mse") => {
    const made = keras.Sequential([layers.Dense(4, { activation: "tanh" }), last]);
    made.compile({ optimizer: optimizer(), ...(loss === undefined ? {} : { loss }) });
    return made;
  };
  const network = () => ours.sequential([ours.dense(4, { activation: "tanh" }), ours.dense(1)]);
  const logistic = hash([5], 1, byHand(network, { rule, loss: binaryCrossEntropy() }));
  assertEquals(
    hash([5], 1, byKeras(() => model(layers.Dense(1, { activation: "sigmoid" }), "binary_crossentropy"))),
    logistic,
  );
  // Without a loss the end of the model decides.
  assertEquals(hash([5], 1, byKeras(() => model(layers.Dense(1, { activation: "sigmoid" })))), logistic);
  assertEquals(
    hash([5], 1, byKeras(() => model(layers.Dense(1), "mse"))),
    hash([5], 1, byHand(network, { rule, loss: meanSquaredError })),
  );
});

Deno.test("branches are added and concatenated as by hand", () => {
  assertEquals(
    hash(
      [6],
      3,
      byKeras(() => {
        const model = keras.Sequential([
          layers.Add([[], [layers.Dense(6), layers.ReLU()]]),
          layers.Concatenate([layers.Dense(2), [layers.Activation("linear")]]),
          layers.Dense(3),
        ]);
        model.compile({ loss: losses.CategoricalCrossentropy({ fromLogits: true }) });
        return model;
      }),
    ),
    hash(
      [6],
      3,
      byHand(() =>
        ours.sequential([
          ours.add([ours.identity(), ours.sequential([ours.dense(6), ours.relu()])]),
          ours.concat([ours.dense(2), ours.identity()]),
          ours.dense(3),
        ]), { rule: sgd({ momentum: 0, schedule: constantRate(), divisor: "batch size" }) }),
    ),
  );
});

Deno.test("leaky ReLU has Keras's slopes: 0.3 as a layer, 0.2 as an activation, or the one given", () => {
  const last = { loss: losses.CategoricalCrossentropy({ fromLogits: true }) };
  const made = byKeras(() => {
    const model = keras.Sequential([
      layers.Dense(4, { activation: "leaky_relu" }),
      layers.LeakyReLU(),
      layers.LeakyReLU(0.1),
      layers.LeakyReLU({ negativeSlope: 0.1 }),
      layers.Activation("leaky_relu"),
      layers.Dense(3),
    ]);
    model.compile(last);
    return model;
  });
  const hand = byHand(
    () =>
      ours.sequential([
        ours.dense(4),
        ...[0.2, 0.3, 0.1, 0.1, 0.2].map((slope) => ours.leakyRelu(slope)),
        ours.dense(3),
      ]),
    { rule: sgd({ momentum: 0, schedule: constantRate(), divisor: "batch size" }) },
  );
  assertEquals(hash([6], 3, made), hash([6], 3, hand));
});

Deno.test("fit goes on where it was, evaluate and predict agree, trainableVariables are the weights", async () => {
  const X = [[0, 0], [0, 1], [1, 0], [1, 1], [0, 1]];
  const labels = [[1, 0], [0, 1], [0, 1], [1, 0], [0, 1]];
  const { outputs, printed } = await run(
    program("", {}, () => {
      const [x, y] = [sfix.inputTensorVia(0, X), sint.inputTensorVia(1, labels)];
      const model = keras.Sequential([
        layers.Input({ shape: [2] }),
        layers.Dense(8, { activation: "relu" }),
        layers.Dense(2, { activation: "softmax" }),
      ]);
      model.compile({
        optimizer: optimizers.Adam({ learningRate: 0.05 }),
        loss: "categoricalCrossentropy",
        metrics: ["accuracy"],
      });
      model.summary();
      model.fit(x, y, { epochs: 20, batchSize: 5 });
      model.fit(x, y, { epochs: 40, batchSize: 5 });
      const [loss, accuracy] = model.evaluate(x, y, { batchSize: 2 });
      loss.output("loss");
      accuracy!.output("accuracy");
      model.predict(x).reveal().output("p");
      model.trainableVariables.forEach((v) => v.reveal().output("variable"));
    }),
    { backend: "emulate", publicSeed: 5, args: ["nearest"] },
  );
  const value = (label: string) => outputs.filter((o) => o.label === label).map((o) => o.values.map(Number));
  const p = value("p")[0]!;
  const loss = labels.reduce((sum, [even], i) => sum - Math.log(p[2 * i + (even === 1 ? 0 : 1)]!), 0) / labels.length;
  assertAlmostEquals(value("loss")[0]![0]!, loss, 2 ** -11);
  assertEquals(value("accuracy"), [[1]]);
  assertEquals(outputs.filter((o) => o.label === "variable").map((o) => o.shape), [[2, 8], [8], [8, 2], [2]]);
  assertEquals(printed.slice(0, 5), [
    "Layer             Output shape  Parameters",
    "Sequential        [?, 2]                 0",
    "  Dense(8, relu)  [?, 8]                24",
    "  Dense(2)        [?, 2]                18",
    "Parameters: 42, of which 42 are trained",
  ]);
  assertEquals(
    printed.filter((line) => /^epoch \d+\/\d+, train: cross entropy [\d.]+, accuracy/.test(line)).length,
    60,
  );
});

Deno.test("a loss without accuracy evaluates to the loss alone; metrics choose what is printed", async () => {
  const { outputs, printed } = await run(
    program("", {}, () => {
      const [x, y] = [sfix.inputTensorVia(0, [[1], [2]]), sfix.inputTensorVia(0, [[2], [4]])];
      const model = keras.Sequential([layers.Dense(1)]);
      model.compile({ loss: "mse" });
      const figures = model.evaluate(x, y);
      assertEquals(figures.length, 1);
      figures[0].output("loss");
      const other = keras.Sequential([layers.Dense(2, { activation: "softmax" })]);
      other.compile({ metrics: [] });
      other.fit(x, sint.inputTensorVia(0, [[1, 0], [0, 1]]));
    }),
    { backend: "emulate", publicSeed: 1 },
  );
  assertEquals(outputs.length, 1);
  assertEquals(printed.length, 1);
  assertEquals(printed[0]!.includes("accuracy"), false);
});

Deno.test("EarlyStopping is the optimizer's early stop", () => {
  const rule = sgd({ momentum: 0, schedule: constantRate(), divisor: "batch size" });
  const early = (X: Secret, Y: Secret) => {
    const model = keras.Sequential([layers.Dense(3)]);
    model.compile({ loss: losses.CategoricalCrossentropy({ fromLogits: true }) });
    model.fit(X, Y, { ...FIT, callbacks: [keras.callbacks.EarlyStopping({ patience: 2, minDelta: 0.125 })] });
  };
  const byHand = (X: Secret, Y: Secret) => {
    const optimizer = new Optimizer(ours.sequential([ours.dense(3)]), { rule });
    optimizer.fit(X, Y, { ...FIT, earlyStop: { patience: 2, minDelta: 0.125 } });
  };
  assertEquals(hash([4], 3, early), hash([4], 3, byHand));
});

Deno.test("mistakes name the layer, the name or the call", () => {
  const fails = (body: () => void, type: typeof RangeError | typeof TypeError, message: string) =>
    assertThrows(() => compile(program("", {}, body)), type, message);
  const model = (last: ReturnType<typeof layers.Dense>) => keras.Sequential([layers.Flatten(), last]);
  fails(
    () => keras.Sequential([]),
    RangeError,
    "Sequential: layers must be a list of layers, 1 at least, not a list of 0 entries",
  );
  fails(
    () => model(layers.Dense(2)).fit(sfix.constant([[1]]), sint.constant([[1]])),
    TypeError,
    "call compile() first",
  );
  fails(
    () => model(layers.Dense(2, { activation: "relu" })).compile({ loss: "categorical_crossentropy" }),
    RangeError,
    'Dense(2, relu) ends the model, but CategoricalCrossentropy takes probabilities: end it with the activation "softmax"',
  );
  fails(
    () => model(layers.Dense(2)).compile({ loss: "sparse_categorical_crossentropy" as "mse" }),
    RangeError,
    "one-hot",
  );
  fails(
    () => model(layers.Dense(2)).compile({ optimizer: "rmsprop" as "sgd" }),
    RangeError,
    'compile(): optimizer must be "sgd", "adam", "SGD" or "Adam", or an update rule such as sgd() or adam(), not "rmsprop"',
  );
  fails(
    () => {
      const images = keras.Sequential([layers.Conv2D(2, 3), layers.Dense(2)]);
      images.compile();
      images.build([null, 8, 8, 1]);
    },
    RangeError,
    "Sequential.1 Dense(2) takes rows, not values of shape [6,6,2]",
  );
  fails(
    () => {
      const images = keras.Sequential([layers.Input({ shape: [8] }), layers.MaxPooling2D()]);
      images.compile();
    },
    RangeError,
    "Sequential.0 MaxPooling2D(2) takes images",
  );
});
