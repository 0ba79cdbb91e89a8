import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { cifar10, diabetes, Matrix, mnist, syntheticImages, trainTestIndices, trainTestSplit, Vector } from "./mod.ts";

Deno.test("an option that a function does not have is refused, with those that it has", async () => {
  const X = Matrix.from([[0], [1], [2], [3]]);
  const y = Vector.from([0, 1, 0, 1]);
  const split = 'trainTestIndices() has no option "test_size": it has randomState, testSize';
  assertThrows(() => trainTestSplit(X, y, { test_size: 0.5 } as never), TypeError, split);
  assertThrows(() => trainTestIndices(4, { randomstate: 1 } as never), TypeError, 'no option "randomstate"');
  assertThrows(
    () => trainTestIndices(4, 0.5 as never),
    TypeError,
    "takes an object with options, { randomState: … }, not number",
  );
  const images = { shape: [4, 4], classes: 2, samples: 4 };
  assertThrows(() => syntheticImages({ ...images, one_hot: true } as never), TypeError, 'no option "one_hot"');
  await assertRejects(
    () => mnist({ sample: 10 } as never),
    TypeError,
    'mnist() has no option "sample": it has samples',
  );
  await assertRejects(() => cifar10({ flatten: true } as never), TypeError, 'cifar10() has no option "flatten"');
  await assertRejects(
    () => diabetes({ scale: false } as never),
    TypeError,
    'diabetes() has no option "scale": it has scaled',
  );
  assertEquals(trainTestIndices(4, { testSize: 0.5 }).test.length, 2);
});

Deno.test("what is no list of numbers is refused, and not shown", () => {
  assertThrows(
    () => Matrix.from([1, 2] as never),
    TypeError,
    "a table as a list of rows, [[1, 2], [3, 4]]: not number",
  );
  assertThrows(() => Vector.from("12" as never), TypeError, "The data is a text: turn texts into numbers");
});
