/** Labels are checked where their owner brings them: at once, or in his file before anything is sent. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compile, concat, program, type Secret, sfix, sint } from "@symbolon/compiler";
import { runUnchecked as run } from "../engine/run/run.ts";
import { dense } from "./layers/mod.ts";
import { SGDLinear, SGDLogistic } from "./regression.ts";
import { meanSquaredError } from "./losses/mod.ts";
import { Optimizer } from "./training/optimizer.ts";

const X = [[1, 2], [2, 1], [3, 3], [0, 1]];

/** What is said of labels that come from party 1. */
function refused(labels: () => Secret, learn: (X: Secret, y: Secret) => void, message: string): void {
  const learning = program("", {}, () => learn(sfix.inputTensorVia(0, X), labels()));
  const error = assertThrows(() => compile(learning), RangeError, message);
  assertEquals(/labels_test\.ts:\d+: /.test(error.message), true, error.message);
}

const logistic = (X: Secret, y: Secret) => new SGDLogistic(1, 2).fit(X, y);
const linear = (X: Secret, y: Secret) => new SGDLinear(1, 2).fit(X, y);
const softmax = (X: Secret, y: Secret) => new Optimizer(dense(2)).fit(X, y);

Deno.test("classes of logistic regression are 0 and 1, or probabilities", () => {
  for (const [wrong, at] of [[[-1, 1, 1, -1], 0], [[1, 1, 1, 2], 3], [[0, 1, 2, 1], 2]] as const) {
    const message =
      `The labels of SGDLogistic must be 0 or 1, or probabilities between them (write two classes as 0 and 1): ` +
      `element ${at} of 4 is not`;
    refused(() => sint.inputTensorVia(1, [...wrong]), logistic, message);
    refused(() => sfix.inputTensorVia(1, [...wrong]), logistic, message);
    refused(
      () => sint.inputTensorVia(1, [...wrong]),
      (X, y) => new Optimizer(dense(1)).fit(X, y),
      "binary cross entropy",
    );
    const train = [0, 1, 0, 1];
    refused(
      () => sint.inputTensorVia(1, [...wrong]),
      (X, y) => new SGDLogistic(1, 2).fitWithTesting(X, sint.inputTensorVia(1, train), X, y),
      message,
    );
  }
  compile(program("", {}, () => logistic(sfix.inputTensorVia(0, X), sfix.inputTensorVia(1, [0.25, 1, 0, 0.5]))));
});

Deno.test("rows of a softmax are one-hot or probabilities", () => {
  for (
    const wrong of [[[0, 1], [1, 0], [0, 0], [1, 0]], [[0, 1], [1, 1], [1, 0], [1, 0]], [[0, 1], [2, -1], [1, 0], [
      0,
      1,
    ]]]
  ) {
    refused(() => sint.inputTensorVia(1, wrong), softmax, "The labels of the cross entropy must be one-hot rows");
  }
  const evaluated = (X: Secret, y: Secret) => void new Optimizer(dense(2)).evaluate(X, y);
  refused(() => sfix.inputTensorVia(1, [[0.5, 0.5], [1, 0], [0.9, 0.3], [1, 0]]), evaluated, "element 4 of 8 is not");
  const good = [[0.9, 0.1], [0.3, 0.7], [1, 0], [0.5, 0.5]];
  compile(program("", {}, () => softmax(sfix.inputTensorVia(0, X), sfix.inputTensorVia(1, good))));
  compile(
    program("", {}, () => softmax(sfix.inputTensorVia(0, X), sint.inputTensorVia(1, [0, 1, 1, 0], { oneHot: 2 }))),
  );
});

Deno.test("targets of a regression fit the range of numbers, integers too", () => {
  for (const wrong of [[100_000, 0, 0, 0], [0, 0, 0, -16_385]]) {
    refused(
      () => sint.inputTensorVia(1, wrong),
      linear,
      "The labels of SGDLinear must be numbers from −16384 to 16384",
    );
    const squared = (X: Secret, y: Secret) => new Optimizer(dense(1), { loss: meanSquaredError }).fit(X, y);
    refused(() => sint.inputTensorVia(1, wrong), squared, "the mean squared error must be numbers");
  }
  const wide = program("", {}, () => linear(sfix.inputTensorVia(0, X), sint.inputTensorVia(1, [100_000, 0, 0, 0])));
  compile(wide, { args: ["k35"] });
});

Deno.test("labels are followed through views, and only what is used of an input counts", () => {
  const table = [[9, 0, 7], [8, 1, 7], [7, 2, 7], [9, 1, 7]];
  const column = (data: Secret) => data.slice(1, 2, 1).getVector();
  refused(() => column(sint.inputTensorVia(1, table)), logistic, "element 7 of 12 is not");
  refused(() => column(sint.inputTensorVia(1, table)).toFix(), logistic, "element 7 of 12 is not");
  const parts = () => concat([sint.inputTensorVia(1, [0, 1]), sint.inputTensorVia(0, [1, 3])]);
  refused(parts, logistic, "element 1 of 2 is not");
  refused(() => sint.inputTensorVia(1, [[1, 0], [2, 0]]).transpose().getVector(), logistic, "element 2 of 4 is not");
  refused(
    () => {
      const y = sint.Tensor([4]);
      y.assignRows(2, sint.inputTensorVia(1, [0, 5]));
      y.assignRows(0, sint.inputTensorVia(1, [0, 1]));
      return y;
    },
    logistic,
    "element 1 of 2 is not",
  );
  const rest = program("", {}, () => {
    const y = sint.inputTensorVia(1, [0, 1, 1, 0, 77, -5]);
    logistic(sfix.inputTensorVia(0, X), y.slice(0, 4));
  });
  compile(rest);
});

Deno.test("in a file they are checked before anything is sent; the message names file and place, not the value", async () => {
  for (const [text, at] of [["0 1 -1 1", 2], ["2 1 0 1", 0]] as const) {
    const learning = program("", {}, () => logistic(sfix.inputTensorVia(0, X), sint.inputFrom(1, { shape: [4] })));
    const error = await assertRejects(() => run(learning, { texts: ["", text] }), RangeError, `value ${at} of the 4`);
    assertEquals(
      /text input of party 1: The labels of SGDLogistic must be 0 or 1/.test(error.message),
      true,
      error.message,
    );
    assertEquals(error.message.includes("-1"), false);
  }
  const learning = program("", {}, () => {
    softmax(sfix.inputTensorVia(0, X), sint.inputFrom(1, { shape: [4, 2] }));
  });
  await assertRejects(
    () => run(learning, { texts: ["", "255 0 0 1 0 1 1 0"] }),
    RangeError,
    "made for another number of samples",
  );
  await run(learning, { texts: ["", "1 0 0 1 0 1 1 0"] });
});

Deno.test("a check of labels is no part of the hash: who brings them and who only knows their shape run the same", () => {
  const of = (labels: () => Secret) =>
    compile(program("", {}, () => logistic(sfix.inputTensorVia(0, undefined, { shape: [4, 2] }), labels()))).tapeHash;
  const owner = of(() => sint.inputTensorVia(1, [0, 1, 1, 0]));
  assertEquals(owner, of(() => sint.inputTensorVia(1, undefined, { shape: [4] })));
});
