import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { syntheticImages } from "./synthetic_images.ts";

const OPTIONS = { shape: [10, 9, 3], classes: 5, samples: 300 };

Deno.test("the same seed gives the same images, another seed others", () => {
  const [a, b, c] = [0, 0, 1].map((seed) => syntheticImages({ ...OPTIONS, seed }));
  assertEquals(a, b);
  assertNotEquals(a!.XTrain.data, c!.XTrain.data);
  assertEquals([a!.XTrain.shape, a!.XTest.shape, a!.yTest.shape], [[300, 10, 9, 3], [60, 10, 9, 3], [60]]);
  assertEquals(a!.XTrain.divisor, 255);
});

Deno.test("classes can be learned: the nearest mean of the training images tells those of new ones", () => {
  const { XTrain, yTrain, XTest, yTest } = syntheticImages({ ...OPTIONS, pixels: "bytes" });
  const size = 270;
  const means = Array.from({ length: 5 }, (_, label) => {
    const mean = new Float64Array(size);
    let count = 0;
    yTrain.data.forEach((y, i) => {
      if (y !== label) return;
      count++;
      for (let p = 0; p < size; p++) mean[p]! += XTrain.at(i * size + p);
    });
    return mean.map((v) => v / count);
  });
  let right = 0;
  yTest.data.forEach((y, i) => {
    const far = means.map((mean) => mean.reduce((sum, m, p) => sum + (m - XTest.at(i * size + p)) ** 2, 0));
    if (far.indexOf(Math.min(...far)) === y) right++;
  });
  assertEquals(right, 60);
});

Deno.test("test images are as many as asked for, labels one-hot if asked for", () => {
  const { XTest, yTrain } = syntheticImages({ ...OPTIONS, samples: 2, testSamples: 7, oneHot: true });
  assertEquals([XTest.length, yTrain.shape], [7, [2, 5]]);
  assert(yTrain.data.reduce((sum, v) => sum + v, 0) === 2);
});

Deno.test("numbers out of range are errors that name them", () => {
  assertThrows(() => syntheticImages({ ...OPTIONS, shape: [784] }), RangeError, "not shape [784]");
  assertThrows(() => syntheticImages({ ...OPTIONS, classes: 257 }), RangeError, "classes is 257");
  assertThrows(() => syntheticImages({ ...OPTIONS, samples: 0 }), RangeError, "samples is 0");
  assertThrows(() => syntheticImages({ ...OPTIONS, noise: 256 }), RangeError, "noise is 256");
});
