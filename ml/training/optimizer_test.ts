import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { compile, predict, type Program, program, schedule, type Secret, sfix, sint } from "@symbolon/compiler";
import { replicatedRing } from "@symbolon/replicated-ring";
import { runUnchecked as run, type UncheckedRunSummary as RunSummary } from "../../engine/run/run.ts";
import { batchNorm, dense, relu, sequential } from "../layers/mod.ts";
import { binaryCrossEntropy, meanSquaredError, softmaxCrossEntropy } from "../losses/mod.ts";
import { adam, sgd } from "../optimizers/mod.ts";
import type { EarlyStop } from "./early_stop.ts";
import { Optimizer, type OptimizerOptions } from "./optimizer.ts";

const XOR = { X: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [[1, 0], [0, 1], [0, 1], [1, 0]] };
const network = () => sequential([dense(8), relu(), dense(2)]);

/** A program on exclusive or. */
function onXor(body: (optimizer: Optimizer, X: Secret, Y: Secret) => void, options: OptimizerOptions = {}): Program {
  return program("", {}, () => {
    const [X, Y] = [sfix.inputTensorVia(0, XOR.X), sint.inputTensorVia(1, XOR.labels)];
    body(new Optimizer(network(), { rule: sgd({ rate: 0.2 }), ...options }), X, Y);
  });
}

const clear = (program: Program): Promise<RunSummary> =>
  run(program, { backend: "emulate", publicSeed: 5, args: ["nearest"] });
const values = (summary: RunSummary, label: string) =>
  summary.outputs.filter((o) => o.label === label).map((o) => o.values.map(Number));

for (const rule of [sgd({ rate: 0.2 }), adam({ rate: 0.05 }), adam({ rate: 0.05, approximate: true })]) {
  Deno.test(`exclusive or is learnt by ${rule.name}, the same under ring and emulate with nearest`, async () => {
    const learning = onXor((optimizer, X, Y) => {
      optimizer.fit(X, Y, { epochs: 60, batchSize: 4 });
      optimizer.eval(X).reveal().output("probabilities");
      optimizer.eval(X, { top: true }).reveal().output("classes");
    }, { rule });
    const [emulate, ring] = [
      await clear(learning),
      await run(learning, { backend: "ring", publicSeed: 5, args: ["nearest"] }),
    ];
    assertEquals(ring.outputs, emulate.outputs);
    assertEquals(ring.printed, emulate.printed);
    assertEquals(values(emulate, "classes"), [[0, 1, 1, 0]]);
    XOR.labels.flat().forEach((label, i) => assertAlmostEquals(values(emulate, "probabilities")[0]![i]!, label, 0.25));
    assertEquals(emulate.metrics["trainAccuracy"], 1);
  });
}

Deno.test("figures are exact and counted once a row, whatever the batch", async () => {
  const rows = 7;
  const X = Array.from({ length: rows }, (_, i) => [i / 8, 1 - i / 4]);
  const labels = X.map((_, i) => i % 3 === 0 ? [1, 0] : [0, 1]);
  const found: unknown[] = [];
  for (const batchSize of [1, 2, 3, 7, 100]) {
    const summary = await clear(program("", {}, () => {
      const [x, y] = [sfix.inputTensorVia(0, X), sint.inputTensorVia(0, labels)];
      const optimizer = new Optimizer(network()).build([2]);
      const [correct, loss] = optimizer.revealCorrectness(x, y, batchSize);
      correct.output("correct");
      loss.output("loss");
      optimizer.eval(x, { batchSize }).reveal().output("probabilities");
      optimizer.eval(x, { top: true, batchSize }).reveal().output("classes");
    }));
    found.push(["correct", "loss", "probabilities", "classes"].map((label) => values(summary, label)));
    const [classes, probabilities] = [values(summary, "classes")[0]!, values(summary, "probabilities")[0]!];
    const right = classes.filter((c, i) => labels[i]![c] === 1).length;
    assertEquals(values(summary, "correct"), [[right]]);
    const loss = labels.reduce((sum, [even], i) => sum - Math.log(probabilities[2 * i + (even === 1 ? 0 : 1)]!), 0);
    assertAlmostEquals(values(summary, "loss")[0]![0]!, loss / rows, 2 ** -12);
  }
  found.forEach((f) => assertEquals(f, found[0]));
});

Deno.test("every epoch prints loss and accuracy of both sets, the summary has the last", async () => {
  const { printed, metrics } = await clear(onXor((optimizer, X, Y) => {
    optimizer.fit(X, Y, { epochs: 3, batchSize: 3, validationData: [X, Y] });
  }));
  assertEquals(printed.length, 6);
  printed.forEach((line, i) => {
    const set = i % 2 === 0 ? "train" : "test";
    // Two batches of three: the repeats that fill up the second one are not counted.
    const n = 4;
    const match = new RegExp(
      `^epoch ${Math.floor(i / 2) + 1}/3, ${set}: cross entropy ([\\d.]+), accuracy ([\\d.]+) \\((\\d+)/${n}\\)$`,
    ).exec(line);
    assert(match !== null, line);
    assertEquals(Number(match[2]), Number((Number(match[3]) / n).toFixed(6)));
  });
  assertEquals(Object.keys(metrics).sort(), ["testAccuracy", "testLoss", "trainAccuracy", "trainLoss"]);
  const tail = /entropy ([\d.]+), accuracy ([\d.]+)/.exec(printed.at(-1)!)!;
  assertAlmostEquals(metrics["testLoss"]!, Number(tail[1]), 1e-6);
  assertAlmostEquals(metrics["testAccuracy"]!, Number(tail[2]), 1e-6);
});

Deno.test("figures that nobody wants are not computed, and a full pass gives what an evaluation gives", async () => {
  const silent = onXor((o, X, Y) => o.fit(X, Y, { printLoss: false, printAccuracy: false }));
  const { printed, metrics } = await clear(silent);
  assertEquals([printed, metrics], [[], {}]);
  const target = replicatedRing.target({});
  const rounds = (p: Program) => predict(schedule(compile(p).tape, target), target).rounds;
  assertLess(rounds(silent), rounds(onXor((o, X, Y) => o.fit(X, Y, { printLoss: false }))));

  const full = await clear(
    onXor((o, X, Y) => o.fit(X, Y, { trainFigures: "full", batchSize: 3, validationData: [X, Y] })),
  );
  assertEquals(full.metrics["trainLoss"], full.metrics["testLoss"]);
  assertEquals(full.metrics["trainAccuracy"], full.metrics["testAccuracy"]);
});

Deno.test("fit() goes on without reset and begins again with it", async () => {
  const weights = async (body: (o: Optimizer, X: Secret, Y: Secret) => void) =>
    values(await clear(onXor((o, X, Y) => (body(o, X, Y), o.revealModel()))), "0.weight")[0]!;
  const quiet = { batchSize: 4, printLoss: false, printAccuracy: false };
  // A batch of all four rows: their order does not matter but for roundings, and there are none in sums.
  const whole = await weights((o, X, Y) => o.fit(X, Y, { ...quiet, steps: 6 }));
  const parts = await weights((o, X, Y) => {
    o.fit(X, Y, { ...quiet, steps: 4 });
    o.fit(X, Y, { ...quiet, steps: 2, reset: false });
  });
  assertEquals(parts, whole);
  const again = await weights((o, X, Y) => {
    o.fit(X, Y, { ...quiet, steps: 4 });
    o.fit(X, Y, { ...quiet, steps: 2 });
  });
  assert(again.some((v, i) => v !== whole[i]));
});

Deno.test("weights that are given are those to begin with, also after a reset", async () => {
  const summary = await clear(program("", {}, () => {
    const initial = [sfix.constant([[1], [2]]), sfix.constant([0.5])];
    const optimizer = new Optimizer({ network: dense(1), initial }).build([2]);
    optimizer.eval(sfix.constant([[3, -1.75]]), { top: true }).reveal().output("class");
    const [X, y] = [sfix.inputTensorVia(0, [[1, 1]]), sint.inputTensorVia(0, [0])];
    optimizer.fit(X, y, { batchSize: 1 });
    optimizer.trainableVariables[0]!.reveal().output("trained");
    optimizer.reset();
    optimizer.revealModel();
  }));
  assertEquals(values(summary, "class"), [[1]]);
  assertLess(values(summary, "trained")[0]![0]!, 1);
  assertEquals([values(summary, "weight"), values(summary, "bias")], [[[1, 2]], [[0.5]]]);
  const wrong = () => new Optimizer({ network: dense(1), initial: [sfix.constant([[1]])] }).build([2]);
  assertThrows(() => compile(program("", {}, wrong)), RangeError, "Dense(1) has the weights weight [2,1], bias [1]");
});

Deno.test("poor accuracy begins again at half the rate, and says so", async () => {
  // A rate at which training does not get anywhere, and one that does.
  const start = async (rate: number) =>
    await clear(onXor((o, X, Y) => {
      o.fit(X, Y, { epochs: 4, batchSize: 4, restart: true });
      o.revealModel();
    }, { rule: sgd({ rate, momentum: 0, decay: 0 }) }));
  const still = await start(0);
  const lines = still.printed.filter((line) => line.includes("restarted"));
  const good = /\((\d)\/4\)/.exec(still.printed[0]!)![1]!;
  // Guessing is right twice in four: fewer than two is poor.
  const poor = Number(good) < Math.floor(2 * 1.2);
  const factors = [1, 2, 3, 4].map((i) => poor ? 2 ** -i : 1);
  assertEquals(
    lines,
    factors.map((f, i) => `epoch ${i + 1}/4: restarted: ${poor ? 1 : 0}, learning rate times ${f}`),
  );
});

Deno.test("a restart gives the weights that training at the halved rate gives", async () => {
  // Labels that no label of a class fits: every prediction is wrong, so every epoch restarts.
  const trained = async (rate: number, epochs: number, restart: boolean) => {
    const summary = await clear(program("", {}, () => {
      const X = sfix.inputTensorVia(0, XOR.X);
      const never = { ...softmaxCrossEntropy, evaluate: neverRight };
      const optimizer = new Optimizer(network(), { rule: sgd({ rate, decay: 0 }), loss: never });
      // The weights before the last restart: an epoch of one batch each.
      optimizer.fit(X, sint.inputTensorVia(1, XOR.labels), { epochs, batchSize: 4, restart });
      optimizer.fit(X, sint.inputTensorVia(1, XOR.labels), { steps: 3, batchSize: 4, reset: false });
      optimizer.revealModel();
    }));
    return [values(summary, "0.weight"), values(summary, "2.bias")];
  };
  const neverRight = (scores: Secret, labels: Secret) => ({
    ...softmaxCrossEntropy.evaluate(scores, labels),
    correct: sint.constant(0),
  });
  const steps = async (rate: number) => {
    const summary = await clear(onXor((o, X, Y) => {
      o.fit(X, Y, { steps: 3, batchSize: 4 });
      o.revealModel();
    }, { rule: sgd({ rate, decay: 0 }) }));
    return [values(summary, "0.weight"), values(summary, "2.bias")];
  };
  assertEquals(await trained(0.5, 2, true), await steps(0.125));
  assert((await trained(0.5, 2, false))[0]![0]![0] !== (await steps(0.125))[0]![0]![0]);
});

Deno.test("training stops early: at a loss that is low enough, or when it no longer falls", async () => {
  const trained = async (earlyStop: EarlyStop, rate = 0.2, backend = "emulate") => {
    const stopping = onXor((o, X, Y) => {
      o.fit(X, Y, { epochs: 50, batchSize: 4, earlyStop, validationData: [X, Y] });
      o.revealModel();
    }, { rule: sgd({ rate }) });
    const summary = await run(stopping, { backend, publicSeed: 5, args: ["nearest"] });
    const losses = summary.printed.flatMap((line) => /test: cross entropy ([\d.]+)/.exec(line)?.[1] ?? []).map(Number);
    assertEquals(summary.printed.at(-1), `trained for ${losses.length} of 50 epochs`);
    return { losses, summary };
  };
  const low = await trained({ below: 0.4 });
  assertLess(low.losses.at(-1)!, 0.4);
  assert(low.losses.slice(0, -1).every((l) => l >= 0.4));
  assertLess(low.losses.length, 50);
  assertEquals((await trained({ below: 0.4 }, 0.2, "ring")).summary.outputs, low.summary.outputs);

  for (const [patience, minDelta] of [[0, 0], [1, 0], [3, 0], [2, 0.01]] as const) {
    const { losses } = await trained({ patience, minDelta }, 1.5);
    let [best, waited, epochs] = [Infinity, 0, 0];
    for (const loss of losses) {
      assert(waited < Math.max(1, patience), "it should have stopped before");
      epochs++;
      if (loss < best - minDelta) [best, waited] = [loss, 0];
      else waited++;
    }
    assert(epochs === 50 || waited === Math.max(1, patience), "it should not have stopped yet");
    assertLess(epochs, 50);
  }
});

Deno.test("training does not stop early while a very large loss is falling", async () => {
  const { printed } = await clear(program("", {}, () => {
    const [X, y] = [sfix.constant([[1], [1]]), sfix.constant([16_000, 16_000])];
    const rule = sgd({ rate: 0.05, momentum: 0, decay: 0 });
    new Optimizer(dense(1), { loss: meanSquaredError, rule }).fit(X, y, {
      epochs: 8,
      batchSize: 2,
      earlyStop: { patience: 1 },
    });
  }));
  assertEquals(printed.at(-1), "trained for 8 of 8 epochs");
});

Deno.test("depreciation multiplies the rate after each epoch", async () => {
  const moved = async (depreciation: number) => {
    const summary = await clear(program("", {}, () => {
      const rule = sgd({ rate: 0.5, momentum: 0, decay: 0 });
      const optimizer = new Optimizer(dense(1, { bias: false }), { rule, loss: straight });
      optimizer.fit(sfix.constant([[1]]), sfix.constant([[0]]), { epochs: 3, batchSize: 1, depreciation });
      optimizer.trainableVariables[0]!.reveal().output("w");
      optimizer.reset();
      optimizer.trainableVariables[0]!.reveal().output("start");
    }));
    return values(summary, "w")[0]![0]!;
  };
  // A loss with gradient 1 everywhere: the weight moves by the sum of the rates.
  const straight = {
    ...meanSquaredError,
    evaluate: (scores: Secret) => ({ loss: scores.sum(), gradient: sfix.constant(1).broadcastTo(scores.shape) }),
  };
  const difference = await moved(1) - await moved(0.5);
  assertAlmostEquals(difference, -(1.5 - 0.875), 2 ** -13);
});

Deno.test("a regression has no accuracy, and does not pretend to", async () => {
  const X = [[1], [2], [3], [4]];
  const y = X.map(([v]) => 0.5 * v! - 0.25);
  const fitted = program("", {}, () => {
    const [rows, targets] = [sfix.inputTensorVia(0, X), sfix.inputTensorVia(1, y)];
    const optimizer = new Optimizer(dense(1), { loss: meanSquaredError, rule: sgd({ rate: 0.05 }) });
    optimizer.fit(rows, targets, { epochs: 200, batchSize: 4, validationData: [rows, targets] });
    optimizer.eval(rows).reveal().output("values");
  });
  const summary = await clear(fitted);
  assertEquals(Object.keys(summary.metrics).sort(), ["testLoss", "trainLoss"]);
  assert(/test: mean squared error [\d.e-]+$/.test(summary.printed.at(-1)!), summary.printed.at(-1)!);
  values(summary, "values")[0]!.forEach((v, i) => assertAlmostEquals(v, y[i]!, 0.05));
  const asked = program("", {}, () => {
    new Optimizer(dense(1), { loss: meanSquaredError })
      .revealCorrectness(sfix.constant([[1]]), sfix.constant([1]));
  });
  assertThrows(() => compile(asked), TypeError, "mean squared error does not tell what is right");
  const poor = program("", {}, () => {
    new Optimizer(dense(1), { loss: meanSquaredError })
      .fit(sfix.constant([[1]]), sfix.constant([1]), { restart: true });
  });
  assertThrows(() => compile(poor), TypeError, "by accuracy only");
});

Deno.test("the loss follows from the outputs: logistic for one, softmax for several", () => {
  compile(program("", {}, () => {
    assertEquals(new Optimizer(dense(1)).build([3]).loss.name, binaryCrossEntropy().name);
    assertEquals(new Optimizer(dense(4)).build([3]).loss, softmaxCrossEntropy);
  }));
});

Deno.test("running statistics move in training and hold in evaluation", async () => {
  const X = Array.from({ length: 8 }, (_, i) => [i % 2 === 0 ? 4 : 2, i]);
  const summary = await clear(program("", {}, () => {
    const [rows, labels] = [
      sfix.inputTensorVia(0, X),
      sint.inputTensorVia(0, X.map(([a]) => a === 4 ? [1, 0] : [0, 1])),
    ];
    const optimizer = new Optimizer(sequential([batchNorm({ momentum: 0.5 }), dense(2)]), { rule: sgd({ rate: 0.1 }) });
    optimizer.fit(rows, labels, { epochs: 12, batchSize: 8, validationData: [rows, labels] });
    optimizer.revealModel();
    optimizer.trainableVariables.forEach((v) => v.reveal().output("trained"));
  }));
  assertEquals(summary.outputs.slice(0, 6).map((o) => o.label), [
    ...["0.weight", "0.bias", "0.running_mean", "0.running_var", "1.weight", "1.bias"],
  ]);
  assertEquals(values(summary, "trained").length, 4);
  const [mean] = values(summary, "0.running_mean")[0]!;
  assertAlmostEquals(mean!, 3, 2 ** -10);
  assertAlmostEquals(values(summary, "0.running_var")[0]![0]!, 8 / 7, 2 ** -8);
  assertEquals(summary.metrics["testAccuracy"], 1);
});

Deno.test("the model is revealed with PyTorch's names and layout", async () => {
  const summary = await clear(onXor((o, X, Y) => {
    o.fit(X, Y, { steps: 1, printLoss: false, printAccuracy: false });
    o.parameters.forEach(({ value }) => value.reveal().output("here"));
    o.revealModel();
  }));
  const model = summary.outputs.filter((o) => o.label !== "here");
  assertEquals(model.map((o) => [o.label, o.party, o.shape]), [
    ["0.weight", "all", [8, 2]],
    ["0.bias", "all", [8]],
    ["2.weight", "all", [2, 8]],
    ["2.bias", "all", [2]],
  ]);
  const here = summary.outputs[0]!;
  assertEquals(here.shape, [2, 8]);
  assertEquals(model[0]!.values, Array.from({ length: 16 }, (_, i) => here.values[(i % 2) * 8 + Math.floor(i / 2)]!));
});

Deno.test("what does not fit is said with the names and shapes that matter", () => {
  const fails = (body: () => void, message: string) =>
    assertThrows(() => compile(program("", {}, body)), RangeError, message);
  const rows = (...shape: number[]) => sfix.constant(0).broadcastTo(shape);
  fails(() => new Optimizer(network()).fit(rows(4), rows(4)), "fit() needs rows of shape [samples, …], not [4]");
  fails(() => new Optimizer(network()).fit(rows(4, 3, 3), rows(4, 2)), "Dense(8) takes rows");
  fails(
    () => new Optimizer(network()).fit(rows(4, 3), rows(4)),
    "labels of shape [4,2] for these rows, not [4]: make them one-hot",
  );
  fails(() => new Optimizer(network()).fit(rows(4, 3), rows(5, 2)), "labels of shape [4,2]");
  fails(
    () => new Optimizer(network()).fit(rows(4, 3), rows(4, 2), { epochs: 0 }),
    "fit(): epochs must be a whole number from 1, not 0",
  );
  fails(
    () => new Optimizer(network()).fit(rows(4, 3), rows(4, 2), { batchSize: 1.5 }),
    "fit(): batchSize must be a whole number from 1, not 1.5",
  );
  fails(
    () => new Optimizer(network()).build([3]).eval(rows(4, 5)),
    "eval() was given rows of shape [5], but the network was built for [3]",
  );
  fails(() => new Optimizer(network()).fit(rows(4, 3), rows(4, 2), { earlyStop: {} }), "a loss to reach");
  fails(
    () => new Optimizer(network()).fit(rows(4, 3), rows(4, 2), { earlyStop: { patience: -1 } }),
    "earlyStop: patience must be a whole number from 0, not -1",
  );
  assertThrows(() => new Optimizer(network()).summary(), TypeError, "before build() or fit()");
});
