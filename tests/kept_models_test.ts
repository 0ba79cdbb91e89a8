import { assertMatch, assertRejects } from "@std/assert";
import {
  layers,
  layersFromTorch,
  nn,
  Optimizer,
  program,
  type Secret,
  sfix,
  sgd,
  SGDLinear,
  SGDLogistic,
  sint,
  tf,
} from "../mod.ts";
import { runUnchecked as run } from "../engine/run/run.ts";

const X = () => sfix.inputTensorVia(0, [[0, 1], [1, 0], [1, 1], [0, 0]]);
const y = () => sint.inputTensorVia(1, [1, 0, 1, 0]);

/** Models of every kind, trained; what asks them. */
const MODELS: Readonly<Record<string, () => (X: Secret) => Secret>> = {
  SGDLogistic: () => {
    const model = new SGDLogistic(1, 2);
    model.fit(X(), y());
    return (X) => model.predict(X);
  },
  SGDLinear: () => {
    const model = new SGDLinear(1, 2);
    model.fit(X(), y());
    return (X) => model.predict(X);
  },
  Optimizer: () => {
    const optimizer = new Optimizer(layers.sequential([layers.dense(1)]), { rule: sgd({ rate: 0.1 }) });
    optimizer.fit(X(), y(), { epochs: 1, batchSize: 2 });
    return (X) => optimizer.eval(X, { batchSize: 2 });
  },
  "a Keras model": () => {
    const model = tf.keras.Sequential([tf.keras.layers.Dense(1, { activation: "sigmoid" })]);
    model.compile({ optimizer: tf.keras.optimizers.SGD(), loss: "binary_crossentropy" });
    model.fit(X(), y(), { epochs: 1, batchSize: 2 });
    return (X) => model.predict(X, { batchSize: 2 });
  },
  "a network from PyTorch": () => {
    const optimizer = new Optimizer(layersFromTorch(nn.Sequential(nn.Linear(2, 1)), [4, 2], 2));
    optimizer.fit(X(), y(), { epochs: 1 });
    return (X) => optimizer.eval(X);
  },
};

for (const [what, train] of Object.entries(MODELS)) {
  Deno.test(`${what} trained in another program does not answer in this one`, async () => {
    let ask: ((X: Secret) => Secret) | undefined;
    await run(program("", {}, () => void (ask = train())(X()).reveal().output("p")), { backend: "emulate" });
    // Another model is trained here: its weights have the numbers of the first one's.
    const { message } = await assertRejects(
      () => run(program("", {}, () => void (train(), ask!(X()).reveal().output("p"))), { backend: "emulate" }),
      TypeError,
    );
    assertMatch(
      message,
      /^\S+kept_models_test\.ts:\d+: This tensor, made at \S+kept_models_test\.ts:\d+, belongs to another program/,
    );
  });
}
