/**
 * Rounds and bytes of layers, losses, update rules and steps of regressions, by programs that are compiled and never run.
 *
 * @module
 */
import { repeat, type Secret } from "@symbolon/compiler";
import { type Shape, sizeOf, type Target } from "@symbolon/protocol";
import { abs } from "../ml/functional/mod.ts";
import { SGDLinear, SGDLogistic } from "../ml/regression.ts";
import * as layers from "../ml/layers/mod.ts";
import * as losses from "../ml/losses/mod.ts";
import { adam, sgd, type UpdateRule } from "../ml/optimizers/mod.ts";
import {
  fixed,
  type Growth,
  growth,
  integers,
  type Price,
  type Priced,
  priced,
  pricedTurn,
  tabulated,
} from "./complexity_priced.ts";

/** A layer to be priced. */
interface LayerCase {
  readonly name: string;
  readonly layer: layers.Layer;
  /** Shape of a sample. */
  readonly input: Shape;
  /** False: the forward pass of predictions. */
  readonly training?: boolean;
  /** What is sent whatever the batch is for so many: the trained weights if left out. */
  readonly once?: number;
}

const image: Shape = [28, 28, 6];
/** Statistics of so few pixels and so many channels are nearly free of what is sent once for all channels. */
const small: Shape = [6, 6, 64];

/** By the name of the function that makes the layer. Combined layers cost what their parts do. */
export const LAYERS: Readonly<Record<string, readonly LayerCase[]>> = {
  dense: [{ name: "Dense, 100 to 50", layer: layers.dense(50, { bias: false }), input: [100] }],
  conv2d: [
    {
      name: "Conv2d, 16 filters of 5 × 5 on 28 × 28 × 6",
      layer: layers.conv2d({ filters: 16, kernel: 5, bias: false }),
      input: image,
    },
    {
      name: "Conv2d, the same with stride 2",
      layer: layers.conv2d({ filters: 16, kernel: 5, stride: 2, bias: false }),
      input: image,
    },
    {
      name: "Conv2d, depthwise: 6 filters of 5 × 5",
      layer: layers.conv2d({ filters: 6, kernel: 5, groups: 6, bias: false }),
      input: image,
    },
  ],
  maxPool2d: [2, 3].flatMap((size) => [
    { name: `MaxPool2d, ${size} × ${size}, training`, layer: layers.maxPool2d(size), input: image },
    { name: `MaxPool2d, ${size} × ${size}, inference`, layer: layers.maxPool2d(size), input: image, training: false },
  ]),
  averagePool2d: [{ name: "AveragePool2d, 2 × 2", layer: layers.averagePool2d(2), input: image }],
  adaptiveAveragePool2d: [{
    name: "AdaptiveAveragePool2d, 28 × 28 to 5 × 5",
    layer: layers.adaptiveAveragePool2d([5, 5]),
    input: image,
  }],
  globalAveragePool2d: [{ name: "GlobalAveragePool2d, 28 × 28", layer: layers.globalAveragePool2d(), input: image }],
  batchNorm: [
    { name: "BatchNorm, training", layer: layers.batchNorm(), input: small, once: 64 },
    { name: "BatchNorm, inference", layer: layers.batchNorm(), input: small, once: 64, training: false },
  ],
  layerNorm: [{ name: "LayerNorm, 100 values", layer: layers.layerNorm(), input: [100] }],
  dropout: [
    { name: "Dropout(0.5), training", layer: layers.dropout(0.5), input: [100] },
    { name: "Dropout(0.2), training", layer: layers.dropout(0.2), input: [100] },
    { name: "Dropout, inference", layer: layers.dropout(0.2), input: [100], training: false },
  ],
  flatten: [{ name: "Flatten", layer: layers.flatten(), input: image }],
  identity: [{ name: "Identity", layer: layers.identity(), input: [100] }],
  relu: [{ name: "ReLU", layer: layers.relu(), input: [100] }],
  leakyRelu: [{ name: "LeakyReLU", layer: layers.leakyRelu(), input: [100] }],
  sigmoid: [{ name: "Sigmoid", layer: layers.sigmoid(), input: [100] }],
  tanh: [{ name: "Tanh", layer: layers.tanh(), input: [100] }],
  gelu: [{ name: "GELU", layer: layers.gelu(), input: [100] }],
  square: [{ name: "Square", layer: layers.square(), input: [100] }],
  softmax: [{ name: "Softmax, rows of 10", layer: layers.softmax(), input: [10] }],
};

/** What a pass of a layer costs: bytes for a value of each sample, and whatever the batch for each weight. */
export interface PassCost {
  readonly rounds: number;
  readonly value: number;
  /** Null where there is nothing that it could be for. */
  readonly weight: number | null;
}

/** A row of the table of layers. */
export interface LayerRow {
  readonly name: string;
  /** A value: of the output. */
  readonly forward: PassCost;
  /** A value: of the input. From the gradient by the output on; what was ready before takes no round. Null in inference. */
  readonly backward: PassCost | null;
}

/** So many absolute values one after the other take longer than any forward pass. */
const DELAY = 12;
const delayed = (x: Secret) => Array.from({ length: DELAY }).reduce((late: Secret) => abs(late), x);
const delay = priced(() => fixed([1]), (x) => [delayed(x!)]);

/** A pass of layers of its kind; forward and backward together the gradient by y comes late, and its delay is not counted. */
function passes({ layer, input, training = true }: LayerCase, until: "forward" | "backward") {
  const { parameters, forward } = layer.bind(input);
  const costOf = (n: number) =>
    priced(() => fixed([n, ...input], [1], ...parameters.map((p) => p.shape)), (x, time, ...values) => {
      const { y, moved, backward } = forward(values, x!, { training });
      if (until === "forward") return [y, ...moved];
      const { dx, gradients } = backward(y.add(delayed(time!)));
      return [y, ...moved, dx, ...gradients];
    });
  return growth(
    until === "forward" ? costOf : (n) => without(delay, costOf(n)),
    parameters.length === 0 ? [320] : [320, 448],
  );
}

function without(part: Priced, whole: Priced): Priced {
  return (target) => {
    const [less, all] = [part(target), whole(target)];
    return { rounds: all.rounds - less.rounds, bytes: all.bytes - less.bytes };
  };
}

/** The table of layers. */
export const layerRows: (target: Target) => LayerRow[] = tabulated(Object.values(LAYERS).flat(), (of) => {
  const { name, layer, input, training = true } = of;
  const { output, parameters } = layer.bind(input);
  const { once = parameters.reduce((n, p) => n + (p.trainable ? sizeOf(p.shape) : 0), 0) } = of;
  const passCost = (cost: Growth, values: number): PassCost => ({
    rounds: cost.rounds,
    value: cost.each / values,
    weight: once === 0 ? null : cost.once / once,
  });
  const [forward, both] = [passes(of, "forward"), passes(of, "backward")];
  return (target) => {
    const there = forward(target);
    const row = { name, forward: passCost(there, sizeOf(output)) };
    if (!training) return { ...row, backward: null };
    if (delay(target).rounds < there.rounds) throw new Error(`${name}: its forward pass takes longer than the delay`);
    const { rounds, each, once } = both(target);
    return { ...row, backward: passCost({ rounds, each: each - there.each, once: once - there.once }, sizeOf(input)) };
  };
});

/** A loss to be priced. */
interface LossCase {
  readonly name: string;
  readonly loss: losses.Loss;
  /** Scores of a row. */
  readonly scores: number;
  /** Labels that are integers if left out. */
  readonly labels?: typeof fixed;
}

/** By the name in `ml/losses/mod.ts`. */
export const LOSSES: Readonly<Record<string, readonly LossCase[]>> = {
  binaryCrossEntropy: [
    { name: "binary cross entropy", loss: losses.binaryCrossEntropy(), scores: 1 },
    { name: "… of fixed-point labels", loss: losses.binaryCrossEntropy(), scores: 1, labels: fixed },
    { name: "… with five pieces", loss: losses.binaryCrossEntropy({ sigmoid: "approx5" }), scores: 1 },
    { name: "… with three pieces", loss: losses.binaryCrossEntropy({ sigmoid: "approx" }), scores: 1 },
  ],
  softmaxCrossEntropy: [
    { name: "softmax cross entropy, 10 classes", loss: losses.softmaxCrossEntropy, scores: 10 },
    { name: "… of fixed-point labels", loss: losses.softmaxCrossEntropy, scores: 10, labels: fixed },
  ],
  meanSquaredError: [
    { name: "mean squared error, 1 value", loss: losses.meanSquaredError, scores: 1 },
    { name: "mean squared error, 10 values", loss: losses.meanSquaredError, scores: 10 },
  ],
};

/** A row of the table of losses: rounds, and bytes for a score. */
export interface LossRow {
  readonly name: string;
  /** The gradient alone: nothing is printed. */
  readonly gradient: Price;
  /** With loss and number of right rows. */
  readonly all: Price;
}

/** The table of losses. */
export const lossRows: (target: Target) => LossRow[] = tabulated(Object.values(LOSSES).flat(), (of) => {
  const { name, loss, scores, labels = integers } = of;
  const cost = (what: "gradient" | "all") =>
    growth((rows) =>
      priced(() => [...fixed([rows, scores]), ...labels([rows, scores])], (x, y) => {
        const { gradient, loss: sum, correct } = loss.evaluate(x!, y!);
        if (what === "gradient") return [gradient];
        return correct === undefined ? [gradient, sum] : [gradient, sum, correct];
      })
    );
  const [gradient, all] = [cost("gradient"), cost("all")];
  const price = ({ rounds, each }: Growth) => ({ rounds, bytes: each / scores });
  return (target) => ({ name, gradient: price(gradient(target)), all: price(all(target)) });
});

/** A row of the table of update rules and steps. */
export interface StepRow extends Price {
  readonly name: string;
}

/** Rows that gradients are summed over, unless a name says otherwise. */
const BATCH = 128;

const large = { largestGradient: 16 };

const RULES: readonly (readonly [name: string, rule: UpdateRule, batch?: number])[] = [
  ["SGD without momentum", sgd({ momentum: 0 })],
  ["SGD with momentum 0.9", sgd()],
  ["… Nesterov's", sgd({ nesterov: true })],
  ["… and weight decay", sgd({ weightDecay: 1e-4 })],
  ["… and rate 10^-5", sgd({ rate: 1e-5 })],
  ["Adam", adam()],
  ["Adam, 2,048 rows", adam(), 2048],
  ["Adam, approximate", adam({ approximate: true })],
  ["AMSGrad", adam({ amsgrad: true })],
  ["Adam, gradients below 16", adam(large)],
  ["Adam, approximate, gradients below 16", adam({ ...large, approximate: true })],
  ["AMSGrad, gradients below 16", adam({ ...large, amsgrad: true })],
];

/** A multiple of 64. */
const WEIGHTS = 6400;

/** What a step of each update rule takes from the gradient on: rounds, and bytes for a weight. */
export const ruleRows: (target: Target) => StepRow[] = tabulated(RULES, ([name, rule, batchSize = BATCH]) => {
  const step = pricedTurn(() => {
    const [start] = fixed([WEIGHTS]) as [Secret];
    // Gradients change from step to step: what is made of them is no invariant of the loop.
    const carried = [start, start, ...rule.init([start], batchSize)];
    const [weights] = repeat(2, carried, ([w, g, ...state]) => {
      const next = rule.update({ weights: [w as Secret], gradients: [g as Secret], state, batchSize });
      return [next.weights[0]!, (g as Secret).neg(), ...next.state];
    });
    (weights as Secret).revealTo(0);
  });
  return (target) => {
    const { rounds, bytes } = step(target);
    return { name, rounds, bytes: bytes / WEIGHTS };
  };
});

const FEATURES = 30;

const REGRESSIONS: Readonly<Record<string, () => SGDLinear | SGDLogistic>> = {
  "SGDLinear": () => new SGDLinear(1, BATCH),
  "SGDLogistic": () => new SGDLogistic(1, BATCH),
  "SGDLogistic, five pieces": () => new SGDLogistic(1, BATCH, { sigmoid: "approx5" }),
  "SGDLogistic, three pieces": () => new SGDLogistic(1, BATCH, { sigmoid: "approx" }),
};

/** What a step of each regression takes on 128 rows of 30 features. */
export const regressionRows: (target: Target) => StepRow[] = tabulated(Object.entries(REGRESSIONS), ([name, model]) => {
  const step = pricedTurn(() => {
    const samples = 2 * BATCH;
    const regression = model();
    regression.fit(fixed([samples, FEATURES])[0]!, integers([samples])[0]!);
    regression.weights.revealTo(0);
  });
  return (target) => ({ name, ...step(target) });
});
