/** Every option of the public functions refuses what makes no sense, with the place in the program and what to write. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compile, program, type Secret, sfix, sint } from "@symbolon/compiler";
import * as ml from "./mod.ts";

const { layers, losses, nn, tf: { keras } } = ml;

/** What makes no sense for an option of a sort. */
const WRONG = {
  whole: ["3", null, NaN, -1, 1.5, Infinity, {}, true],
  real: ["0.5", null, NaN, -1, Infinity, [], false],
  flag: [1, "yes", null, []],
  word: ["bogus", 3, null, {}],
  window: ["3", null, 0, -1, 1.5, NaN, [2], [2, 0], [2, "2"], [1, 2, 3]],
  padding: ["SAME", null, -1, 1.5, [1], [1, -1], [[1, 1], [0, -1]], true],
  integer: ["1", null, NaN, 1.5, Infinity, {}],
  object: ["bogus", 3, null, () => ({})],
} as const;

type Sort = keyof typeof WRONG;

/** A function with options, called with these. */
type Called = (options: never) => unknown;

const rows = () => sfix.constant([[0, 1], [1, 0], [1, 1], [0, 0]]);
const labels = () => sint.constant([0, 1, 1, 0]);
const optimizer = () => new ml.Optimizer(layers.dense(1));
const model = () => {
  const made = keras.Sequential([keras.layers.Dense(1, { activation: "sigmoid" })]);
  made.compile();
  return made;
};
const SWITCHES = {
  printLoss: "flag",
  printAccuracy: "flag",
  printRunning: "flag",
  trainFigures: "word",
  depreciation: "real",
  restart: "flag",
  earlyStop: "object",
  steps: "whole",
} as const;

const OPTIONS: readonly (readonly [name: string, called: Called, options: Readonly<Record<string, Sort>>])[] = [
  ["SGDLogistic", (o) => new ml.SGDLogistic(1, 1, o), { optimizer: "object", sigmoid: "word" }],
  ["SGDLinear", (o) => new ml.SGDLinear(1, 1, o), { optimizer: "object" }],
  ["Optimizer", (o) => new ml.Optimizer(layers.dense(1), o), {
    rule: "object",
    loss: "object",
    approximate: "flag",
    fit: "object",
  }],
  ["Optimizer.fromArgs", (o) => ml.Optimizer.fromArgs([], layers.dense(1), o), { rule: "object", approximate: "flag" }],
  ["Optimizer: fit", (o) => new ml.Optimizer(layers.dense(1), { fit: o }), SWITCHES],
  ["fit()", (o) => optimizer().fit(rows(), labels(), o), {
    epochs: "whole",
    batchSize: "whole",
    validationData: "object",
    reset: "flag",
    ...SWITCHES,
  }],
  ["fit(): earlyStop", (o) => optimizer().fit(rows(), labels(), { earlyStop: o }), {
    patience: "whole",
    minDelta: "real",
  }],
  ["eval()", (o) => optimizer().eval(rows(), o), { top: "flag", batchSize: "whole" }],
  ["revealCorrectness()", (o) => optimizer().revealCorrectness(rows(), labels(), 2, o), { running: "flag" }],
  ["sgd", ml.sgd, {
    rate: "real",
    momentum: "real",
    decay: "real",
    schedule: "object",
    weightDecay: "real",
    divisor: "word",
    nesterov: "flag",
  }],
  ["adam", ml.adam, {
    rate: "real",
    beta1: "real",
    beta2: "real",
    epsilon: "real",
    amsgrad: "flag",
    approximate: "flag",
    schedule: "object",
    atOnce: "whole",
  }],
  ["binaryCrossEntropy", losses.binaryCrossEntropy, { sigmoid: "word" }],
  ["Dense", (o) => layers.dense(3, o), { activation: "word", bias: "flag" }],
  ["Conv2d", (o) => layers.conv2d({ filters: 2, kernel: 3, ...(o as object) }), {
    filters: "whole",
    kernel: "window",
    stride: "window",
    padding: "padding",
    groups: "whole",
    bias: "flag",
    activation: "word",
  }],
  ["MaxPool2d", (o) => layers.maxPool2d(2, o), { stride: "window", padding: "padding" }],
  ["AveragePool2d", (o) => layers.averagePool2d(2, o), { stride: "window", padding: "padding", countPadding: "flag" }],
  ["BatchNorm", layers.batchNorm, { momentum: "real", epsilon: "real" }],
  ["LayerNorm", layers.layerNorm, { axes: "whole", epsilon: "real" }],
  ["Flatten", layers.flatten, { order: "word" }],
  ["Dense", (o) => keras.layers.Dense(3, o), { activation: "word", useBias: "flag" }],
  ["Conv2D", (o) => keras.layers.Conv2D(8, 3, o), {
    activation: "word",
    strides: "window",
    padding: "word",
    groups: "whole",
    useBias: "flag",
  }],
  ["MaxPooling2D", keras.layers.MaxPooling2D, { poolSize: "window", strides: "window", padding: "word" }],
  ["MaxPooling2D", (o) => keras.layers.MaxPooling2D(2, o), { strides: "window", padding: "word" }],
  ["AveragePooling2D", keras.layers.AveragePooling2D, { poolSize: "window", strides: "window", padding: "word" }],
  ["BatchNormalization", keras.layers.BatchNormalization, { momentum: "real", epsilon: "real" }],
  ["LeakyReLU", keras.layers.LeakyReLU, { negativeSlope: "real" }],
  ["LayerNormalization", keras.layers.LayerNormalization, { epsilon: "real" }],
  ["Concatenate", (o) => keras.layers.Concatenate([[]], o), { axis: "integer" }],
  ["SGD", keras.optimizers.SGD, { learningRate: "real", momentum: "real", nesterov: "flag", schedule: "object" }],
  ["Adam", keras.optimizers.Adam, {
    learningRate: "real",
    beta1: "real",
    beta2: "real",
    epsilon: "real",
    amsgrad: "flag",
    approximate: "flag",
    schedule: "object",
  }],
  ["CategoricalCrossentropy", keras.losses.CategoricalCrossentropy, { fromLogits: "flag" }],
  ["BinaryCrossentropy", keras.losses.BinaryCrossentropy, { fromLogits: "flag" }],
  ["EarlyStopping", keras.callbacks.EarlyStopping, { patience: "whole", minDelta: "real" }],
  ["compile()", (o) => model().compile(o), { optimizer: "object", loss: "word", metrics: "object" }],
  ["fit()", (o) => model().fit(rows(), labels(), o), {
    epochs: "whole",
    batchSize: "whole",
    validationData: "object",
    callbacks: "object",
    printLoss: "flag",
  }],
  ["predict()", (o) => model().predict(rows(), o), { batchSize: "whole" }],
  ["evaluate()", (o) => model().evaluate(rows(), labels(), o), { batchSize: "whole" }],
  ["Linear", (o) => nn.Linear(2, 3, o), { bias: "flag" }],
  ["Conv2d", (o) => nn.Conv2d(1, 8, 3, o), { stride: "window", padding: "padding", groups: "whole", bias: "flag" }],
  ["MaxPool2d", (o) => nn.MaxPool2d(2, o), { stride: "window" }],
  ["AvgPool2d", (o) => nn.AvgPool2d(2, o), { stride: "window", countIncludePad: "flag" }],
  ["BatchNorm1d", (o) => nn.BatchNorm1d(2, o), { eps: "real", momentum: "real" }],
  ["BatchNorm2d", (o) => nn.BatchNorm2d(2, o), { eps: "real", momentum: "real" }],
  ["LayerNorm", (o) => nn.LayerNorm(2, o), { eps: "real" }],
  ["layersFromTorch", (o) => ml.layersFromTorch(nn.Linear(2, 1), [4, 2], 2, o), {
    inputVia: "whole",
    regression: "flag",
  }],
];

/** Arguments by place: what fails, with the sort of the argument. */
const ARGUMENTS: readonly (readonly [name: string, called: (value: never) => unknown, sort: Sort])[] = [
  ["SGDLogistic: epochs", (v) => new ml.SGDLogistic(v, 1), "whole"],
  ["SGDLogistic: batchSize", (v) => new ml.SGDLogistic(1, v), "whole"],
  ["SGDLinear: epochs", (v) => new ml.SGDLinear(v, 1), "whole"],
  ["SGDLinear: batchSize", (v) => new ml.SGDLinear(1, v), "whole"],
  ["Optimizer: network", (v) => new ml.Optimizer(v), "object"],
  ["trainingOptions: args", ml.trainingOptions, "object"],
  ["fit(): X", (v) => optimizer().fit(v, labels()), "object"],
  ["fit(): Y", (v) => optimizer().fit(rows(), v), "object"],
  ["fit(): X", (v) => model().fit(v, labels()), "object"],
  ["evaluate(): batchSize", (v) => optimizer().evaluate(rows(), labels(), v), "whole"],
  ["Training: X", (v) => new ml.SGDLogistic(1, 1).fit(v, labels()), "object"],
  ["Training: y", (v) => new ml.SGDLogistic(1, 1).fit(rows(), v), "object"],
  ["Testing: X", (v) => new ml.SGDLinear(1, 1).fitWithTesting(rows(), labels(), v, labels()), "object"],
  ["exponentialDecay: decay", ml.exponentialDecay, "real"],
  ["inverseTimeDecay: decay", ml.inverseTimeDecay, "real"],
  ["stepDecay: steps", (v) => ml.stepDecay(v, 0.5), "whole"],
  ["stepDecay: factor", (v) => ml.stepDecay(2, v), "real"],
  ["Dense: units", (v) => layers.dense(v), "whole"],
  ["Dropout: rate", layers.dropout, "real"],
  ["LeakyReLU: slope", layers.leakyRelu, "real"],
  ["MaxPool2d: size", (v) => layers.maxPool2d(v), "window"],
  ["AveragePool2d: size", (v) => layers.averagePool2d(v), "window"],
  ["AdaptiveAveragePool2d: size", layers.adaptiveAveragePool2d, "window"],
  ["Sequential: layers", (v) => layers.sequential(v), "object"],
  ["Add: branches", layers.add, "object"],
  ["Concat: branches", (v) => layers.concat(v), "object"],
  ["Dense: units", (v) => keras.layers.Dense(v), "whole"],
  ["Conv2D: filters", (v) => keras.layers.Conv2D(v, 3), "whole"],
  ["Conv2D: kernelSize", (v) => keras.layers.Conv2D(8, v), "window"],
  ["Dropout: rate", keras.layers.Dropout, "real"],
  ["Activation", keras.layers.Activation, "word"],
  ["Add: branches", keras.layers.Add, "object"],
  ["Concatenate: branches", (v) => keras.layers.Concatenate(v), "object"],
  ["Sequential: layers", keras.Sequential, "object"],
  ["Linear: inFeatures", (v) => nn.Linear(v, 1), "whole"],
  ["Linear: outFeatures", (v) => nn.Linear(1, v), "whole"],
  ["Conv2d: inChannels", (v) => nn.Conv2d(v, 1, 3), "whole"],
  ["Conv2d: outChannels", (v) => nn.Conv2d(1, v, 3), "whole"],
  ["Conv2d: kernelSize", (v) => nn.Conv2d(1, 1, v), "window"],
  ["MaxPool2d: kernelSize", (v) => nn.MaxPool2d(v), "window"],
  ["AvgPool2d: kernelSize", (v) => nn.AvgPool2d(v), "window"],
  ["AdaptiveAvgPool2d: outputSize", nn.AdaptiveAvgPool2d, "window"],
  ["BatchNorm1d: features", (v) => nn.BatchNorm1d(v), "whole"],
  ["BatchNorm2d: channels", (v) => nn.BatchNorm2d(v), "whole"],
  ["Dropout: rate", nn.Dropout, "real"],
  ["LeakyReLU: negativeSlope", nn.LeakyReLU, "real"],
  ["layersFromTorch: batchSize", (v) => ml.layersFromTorch(nn.Linear(2, 1), [4, 2], v), "whole"],
  ["layersFromTorch: net", (v) => ml.layersFromTorch(v, [4, 2], 2), "object"],
];

/** The message of a call that fails, without its place, which must be this file. */
function refusal(called: () => unknown): string {
  let message = "";
  compile(program("", {}, () => {
    const error = assertThrows(called, Error);
    assert(error instanceof TypeError || error instanceof RangeError, Deno.inspect(error));
    assertMatch(error.message, /^\/\S+\/arguments_test\.ts:\d+: /);
    message = error.message.replace(/^\S+ /, "");
  }));
  return message;
}

for (const [name, called, options] of OPTIONS) {
  Deno.test(`${name} refuses options that make no sense: ${Object.keys(options).join(", ")}`, () => {
    for (const [option, sort] of Object.entries(options)) {
      for (const value of WRONG[sort]) {
        const message = refusal(() => called({ [option]: value } as never));
        assert(message.startsWith(name), message);
        assertMatch(message, new RegExp(`: ${option} must be |takes an object with options`));
      }
    }
    assertMatch(refusal(() => called({ bogus_option: 1 } as never)), /has no option "bogus_option".*\. Its options: /);
    const [first] = Object.keys(options) as [string];
    const snake = first.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (snake !== first) {
      assertMatch(
        refusal(() => called({ [snake]: 1 } as never)),
        new RegExp(`"${snake}" \\(did you mean "${first}"\\?\\)`),
      );
    }
  });
}

Deno.test("arguments that make no sense are refused by name", () => {
  for (const [name, called, sort] of ARGUMENTS) {
    for (const value of WRONG[sort]) {
      const message = refusal(() => called(value as never));
      assert(message.startsWith(`${name} must be `), message);
    }
  }
});

Deno.test("what users of other libraries write is answered with what to write here", () => {
  const cases: readonly (readonly [() => unknown, string])[] = [
    [() => new ml.SGDLogistic("3" as never, 2), 'SGDLogistic: epochs must be a whole number from 1, not "3"'],
    [() => new ml.SGDLogistic(3, 2, { sigmoid: "aprox" as never }), '"approx5", not "aprox" (did you mean "approx"?)'],
    [
      () => new ml.SGDLinear(3, 2, { learning_rate: 1 } as never),
      "the optimizer has it, { optimizer: sgd({ rate: … }) }",
    ],
    [() => keras.layers.Activation("elu" as never), '"softmax", not "elu" (did you mean "relu"?)'],
    [
      () => keras.layers.Dense(8, "relu" as never),
      'Dense(8) takes an object with options, { activation: … }, not "relu"',
    ],
    [
      () => keras.layers.Dense(8, { inputShape: [4] } as never),
      "begin the model with tf.keras.layers.Input({ shape })",
    ],
    [
      () => keras.layers.Input([4] as never),
      "Input takes an object with options, { shape: … }, not a list of one entry",
    ],
    [() => keras.Sequential(keras.layers.ReLU() as never), "Sequential: layers must be a list of layers"],
    [() => keras.Sequential([keras.layers.ReLU as never]), "entry 0 is the function ReLU: call it, ReLU(…)"],
    [() => nn.Sequential(nn.ReLU as never), "entry 0 is the function ReLU: call it, ReLU(…)"],
    [() => nn.Sequential([nn.ReLU()] as never), "Sequential: layers must be a list of layers, 1 at least"],
    [() => new ml.Optimizer([layers.dense(1)] as never), "write layers.sequential([…])"],
    [() => new ml.Optimizer(layers.dense(1), { rule: ml.adam as never }), "not the function adam: call it, adam(…)"],
    [() => new ml.Optimizer(layers.dense(1), { learningRate: 1 } as never), "{ rule: sgd({ rate: … }) }"],
    [() => optimizer().fit(rows(), labels(), { validationSplit: 0.2 } as never), "give validationData: [X, Y]"],
    [() => optimizer().fit(rows(), labels(), 10 as never), "fit() takes an object with options, { epochs: … }, not 10"],
    [() => optimizer().fit([[0, 1]] as never, labels()), "a list of one entry: bring it in by sfix.inputTensorVia("],
    [() => optimizer().fit(rows().reveal() as never, labels()), "an object of Public: it is public already"],
    [
      () => model().compile({ metrics: ["auc"] as never }),
      'of which there is "accuracy", not a list of one entry whose entry 0 is "auc"',
    ],
    [() => model().compile({ optimizer: "adm" as never }), '(did you mean "adam"?)'],
    [() => model().compile({ loss: "binary_crossentrpy" as never }), '(did you mean "binary_crossentropy"?)'],
    [() => model().compile({ loss: keras.losses.MeanSquaredError as never }), "call it, MeanSquaredError()"],
    [
      () => model().fit(rows(), labels(), { batch_size: 2 } as never),
      'fit() has no option "batch_size" (did you mean "batchSize"?)',
    ],
    [() => keras.layers.LeakyReLU({ alpha: 0.1 } as never), "write negativeSlope"],
    [() => keras.optimizers.Adam({ lr: 0.1 } as never), "write learningRate"],
    [() => keras.optimizers.Adam({ rate: 0.1 } as never), "write learningRate"],
    [() => ml.sgd({ learningRate: 0.1 } as never), "write rate"],
    [() => ml.sgd({ moemntum: 0.1 } as never), 'sgd has no option "moemntum" (did you mean "momentum"?)'],
  ];
  for (const [called, part] of cases) {
    const message = refusal(called);
    assert(message.includes(part), `${message}\n  should include: ${part}`);
  }
});

Deno.test("functions of tensors refuse what is no secret tensor", () => {
  const one = [
    "sigmoid",
    "sigmoidThreePieces",
    "sigmoidFivePieces",
    "tanh",
    "relu",
    "leakyRelu",
    "gelu",
    "geluDerivative",
    "softplus",
    "softmax",
  ];
  const more = ["exp", "log", "log2", "sqrt", "inverseSqrt", "reciprocal", "abs", "argmax", "maximum"];
  const two = ["divide", "max", "min"];
  for (const name of [...one, ...more, ...two]) {
    const fn = ml[name as keyof typeof ml] as (...x: unknown[]) => unknown;
    for (const [value, what] of [[3, "3"], [[1, 2], "a list of 2 entries"], [undefined, "undefined"]] as const) {
      const message = refusal(() => fn(value, rows()));
      assert(message.includes(name), message);
      assertMatch(message, new RegExp(`must be a secret tensor, not ${what}`));
    }
    assertMatch(refusal(() => fn(rows().reveal(), rows())), /not an object of Public: it is public already$/);
  }
});

Deno.test("a test set of another width is named as such, with the widths of both", () => {
  const wide = () => sfix.constant([[0, 1, 2], [1, 0, 2]]);
  const two = () => sint.constant([0, 1]);
  for (const Model of [ml.SGDLogistic, ml.SGDLinear]) {
    assertEquals(
      refusal(() => new Model(1, 1).fitWithTesting(rows(), labels(), wide(), two())),
      "The test rows have 3 columns, but the training rows have 2: give both the same",
    );
    assertMatch(
      refusal(() => new Model(1, 1).fitWithTesting(rows(), labels(), rows(), two())),
      /^Testing needs rows of shape \[samples, features\] and as many labels, not \[4,2\] and \[2\]/,
    );
    const predicted = (X: () => Secret) => {
      const model = new Model(1, 1);
      model.fit(rows(), labels());
      return model.predict(X());
    };
    assertMatch(refusal(() => predicted(wide)), /^The model has 2 features, the rows have shape \[2,3\]/);
  }
  assertEquals(
    refusal(() => optimizer().fit(rows(), labels(), { validationData: [wide(), two()] })),
    "fit(): validationData was given rows of shape [3], but the network was built for [2]",
  );
});

Deno.test("the place is the program's also where layers do not fit", () => {
  assertEquals(
    refusal(() => nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(4, 1)).bind([2])),
    "Sequential.2 Linear(4, 1) takes 4 features, not 3",
  );
  assertEquals(
    refusal(() => {
      const images = keras.Sequential([keras.layers.Input({ shape: [8] }), keras.layers.MaxPooling2D(2)]);
      images.compile();
    }),
    "Sequential.0 MaxPooling2D(2) takes images [height, width, channels], not values of shape [8]",
  );
});

Deno.test("pools and convolutions take sizes and strides by place, as in Keras and PyTorch", () => {
  const output = (layer: ml.Layer) => layer.bind([9, 9, 1]).output;
  const { MaxPooling2D, AveragePooling2D, Conv2D } = keras.layers;
  for (const Pool of [MaxPooling2D, AveragePooling2D]) {
    assertEquals(output(Pool()), [4, 4, 1]);
    assertEquals(output(Pool(3)), [3, 3, 1]);
    assertEquals(output(Pool([3, 1])), [3, 9, 1]);
    assertEquals(output(Pool(3, 2)), [4, 4, 1]);
    assertEquals(output(Pool(3, { strides: [2, 1], padding: "same" })), [5, 9, 1]);
    assertEquals(output(Pool({ poolSize: 3 })), [3, 3, 1]);
    assertEquals(output(Pool({ strides: 1 })), [8, 8, 1]);
  }
  assertEquals(output(Conv2D(8, 3)), [7, 7, 8]);
  assertEquals(output(Conv2D(8, [3, 1])), [7, 9, 8]);
  assertEquals(output(Conv2D(8, 3, 2)), [4, 4, 8]);
  assertEquals(output(Conv2D(8, 3, [2, 1])), [4, 7, 8]);
  assertEquals(output(Conv2D(8, [3, 3], { padding: "same" })), [9, 9, 8]);
  assertEquals(output(nn.MaxPool2d(3)), [3, 3, 1]);
  assertEquals(output(nn.MaxPool2d(3, 2)), [4, 4, 1]);
  assertEquals(output(nn.AvgPool2d(3, [2, 1])), [4, 7, 1]);
  assertEquals(output(nn.AvgPool2d(3, { padding: 1 })), [3, 3, 1]);
  assertEquals(output(nn.Conv2d(1, 8, 5, 2)), [3, 3, 8]);
  assertEquals(output(nn.Conv2d(1, 8, 3, { padding: 1 })), [9, 9, 8]);
});

/** Layers and losses, called with arguments that they do not take. */
const NO_MORE: readonly (readonly [call: () => unknown, message: string])[] = [
  [() => keras.layers.Softmax({ axis: 0 } as never), "Softmax: axis must be -1, the last axis, not 0"],
  [() => keras.layers.Softmax(0 as never), "Softmax takes an object with options, { axis: … }, not 0"],
  [() => keras.layers.Softmax({ axes: -1 } as never), 'Softmax has no option "axes"'],
  [() => keras.layers.Softmax({}, ...[1] as unknown as []), "Softmax takes an object with options alone: leave out 1"],
  [
    () => keras.layers.ReLU(...[{ negativeSlope: 0.1 }] as unknown as []),
    'ReLU takes no arguments: leave out the option "negativeSlope"',
  ],
  [() => keras.layers.ReLU(...[6] as unknown as []), "ReLU takes no arguments: leave out 6"],
  [() => keras.layers.LeakyReLU(0.1, ...[1] as unknown as []), "negativeSlope: … }, alone: leave out 1"],
  [() => keras.layers.ReLU(...[null] as unknown as []), "ReLU takes no arguments: leave out null"],
  [
    () => keras.layers.GlobalAveragePooling2D(...[{ keepdims: true }] as unknown as []),
    'leave out the option "keepdims"',
  ],
  [
    () => keras.layers.Flatten(...[{ dataFormat: "channels_first" }] as unknown as []),
    'Flatten takes no arguments: leave out the option "dataFormat", images are [height, width, channels]',
  ],
  [
    () => keras.layers.Dropout(0.5, ...[{ seed: 1 }] as unknown as []),
    'Dropout takes its rate alone: leave out the option "seed", a run\'s publicSeed fixes what is drawn',
  ],
  [() => keras.layers.Activation("relu", ...[1] as unknown as []), "Activation takes a name alone: leave out 1"],
  [() => keras.layers.Add([[]], ...[[]] as unknown as []), "Add takes its branches alone, in a list: leave out a list"],
  [() => keras.layers.Dense(1, {}, ...["relu"] as unknown as []), 'Dense takes units and options: leave out "relu"'],
  [() => keras.layers.Conv2D(8, 3, 2, ...["same"] as unknown as []), 'padding: … }: leave out "same"'],
  [() => keras.layers.MaxPooling2D(3, 2, ...["same"] as unknown as []), 'padding: … }: leave out "same"'],
  [() => keras.layers.AveragePooling2D(3, 2, ...["same"] as unknown as []), 'padding: … }: leave out "same"'],
  [() => keras.losses.MeanSquaredError(...[{ reduction: "sum" }] as unknown as []), 'leave out the option "reduction"'],
  [() => nn.Softmax(0), "Softmax: dim must be 1 or -1, the axis of the features, not 0"],
  [() => nn.Softmax({ dim: 2 }), "Softmax: dim must be 1 or -1, the axis of the features, not 2"],
  [() => nn.Softmax("1" as never), 'Softmax: dim must be 1 or -1, the axis of the features, not "1"'],
  [() => nn.Softmax(null as never), "Softmax takes an object with options, { dim: … }, not null"],
  [() => nn.Softmax(-1).bind([2, 2, 3]), "Softmax is over the channels of images, not over their columns"],
  [() => nn.Flatten(0), "Flatten: startDim must be 1, the axis after the batch, not 0"],
  [() => nn.Flatten(1, 2), "Flatten: endDim must be -1, the last axis, not 2"],
  [() => nn.Flatten({ startDim: 0 } as never), "Flatten: startDim must be 1, the axis after the batch, not an object"],
  [() => nn.ReLU(...[true] as unknown as []), "ReLU takes no arguments: leave out true"],
  [() => nn.LeakyReLU(0.1, ...[true] as unknown as []), "LeakyReLU takes its negativeSlope alone: leave out true"],
  [() => nn.GELU(...[{ approximate: "tanh" }] as unknown as []), 'leave out the option "approximate"'],
  [() => nn.Tanh(...[1] as unknown as []), "Tanh takes no arguments"],
  [() => nn.Sigmoid(...[1] as unknown as []), "Sigmoid takes no arguments"],
  [() => nn.Dropout(0.5, ...[true] as unknown as []), "Dropout takes its rate alone: leave out true"],
  [() => nn.AdaptiveAvgPool2d(2, ...[3] as unknown as []), "AdaptiveAvgPool2d takes its size alone"],
  [() => nn.Conv2d(1, 8, 5, 2, ...[1] as unknown as []), "padding: … }: leave out 1"],
  [() => nn.MaxPool2d(2, 2, ...[1] as unknown as []), "padding: … }: leave out 1"],
  [() => nn.AvgPool2d(2, 2, ...[1] as unknown as []), "padding: … }: leave out 1"],
  [() => nn.Linear(1, 2, {}, ...[1] as unknown as []), "Linear takes features and options, { bias: … }: leave out 1"],
  ...(["relu", "tanh", "sigmoid", "square", "gelu", "softmax", "identity", "globalAveragePool2d"] as const).map((
    name,
  ) => [() => layers[name](...[{ axis: 0 }] as unknown as []), 'leave out the option "axis"'] as const),
  [() => layers.dropout(0.5, ...[{ seed: 1 }] as unknown as []), 'leave out the option "seed"'],
  [() => layers.leakyRelu(0.1, ...[1] as unknown as []), "LeakyReLU takes its slope alone: leave out 1"],
  [() => layers.adaptiveAveragePool2d(2, ...[3] as unknown as []), "leave out 3"],
  [() => layers.add([layers.relu()], ...[1] as unknown as []), "leave out 1"],
  [
    () => layers.sequential(layers.relu() as never, layers.relu() as never),
    "Sequential: layers must be a list of layers",
  ],
  [() => layers.sequential(layers.relu() as never), "not an object: write them in a list, [layer, …]"],
  [() => layers.sequential([layers.relu()], layers.relu() as never), "Sequential: name must be a text, not an object"],
  [() => layers.sequential([layers.relu()], Symbol("x") as never), "Sequential: name must be a text, not a symbol"],
  [() => model().summary("x" as never), 'summary(): print must be a function, not "x"'],
  [() => model().summary({} as never), "summary(): print must be a function, not an object"],
];

for (const [call, message] of NO_MORE) {
  Deno.test(`arguments that would be ignored are refused: ${message}`, () => {
    const said = refusal(call);
    assert(said.includes(message), `${said}\n  should include: ${message}`);
  });
}

Deno.test("arguments that say what a layer does anyway are taken", () => {
  const names = [
    keras.layers.Softmax({ axis: -1 }),
    keras.layers.Softmax({}),
    keras.layers.ReLU(...[{}] as unknown as []),
    keras.layers.ReLU(...[undefined] as unknown as []),
    nn.Softmax(1),
    nn.Softmax(-1),
    nn.Softmax({ dim: 1 }),
    nn.Softmax(),
    nn.Flatten(1),
    nn.Flatten(1, -1),
  ].map((made) => made.bind([4]).output);
  assertEquals(names, Array(10).fill([4]));
  assertEquals(nn.Softmax(1).bind([2, 2, 3]).output, [2, 2, 3]);
});
