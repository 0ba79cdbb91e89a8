import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { mnist } from "./mnist.ts";
import { testWith } from "../tests/permissions.ts";

/** An IDX file of unsigned bytes. */
function idx(shape: readonly number[], data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, 8, shape.length]);
  shape.forEach((n, d) => view.setUint32(4 + 4 * d, n));
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}

const images = (n: number) => idx([n, 28, 28], Uint8Array.from({ length: 784 * n }, (_, i) => i % 256));
const labels = (...values: number[]) => idx([values.length], Uint8Array.from(values));

/** A folder with these files while the test runs. */
async function withFolder(files: Record<string, Uint8Array>, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, bytes);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const FILES = {
  "train-images-idx3-ubyte": images(3),
  "train-labels-idx1-ubyte": labels(5, 0, 9),
  // The other spelling, compressed.
  "t10k-images.idx3-ubyte.gz": gzipSync(images(2)),
  "t10k-labels-idx1-ubyte": labels(1, 2),
};

testWith(["read", "write"], "four IDX files of a folder are the data, in the shape asked for", async () => {
  await withFolder(FILES, async (folder) => {
    const { XTrain, yTrain, XTest, yTest } = await mnist({ folder });
    assertEquals([XTrain.shape, yTrain.shape, XTest.shape, yTest.shape], [[3, 28, 28], [3], [2, 28, 28], [2]]);
    assertEquals([XTrain.at(1), XTrain.at(255), yTrain.at(2)], [1 / 255, 1, 9]);
    const few = await mnist({ folder, samples: 1, shape: [784], oneHot: true, pixels: "bytes" });
    assertEquals([few.XTrain.shape, few.XTest.shape], [[1, 784], [1, 784]]);
    assertEquals([few.XTrain.at(255), [...few.yTrain.data]], [255, [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]]);
  });
});

testWith(["read", "write"], "a folder that does not hold MNIST is an error that names the file", async () => {
  const cases: [Record<string, Uint8Array>, new (...args: never[]) => Error, string][] = [
    [{ "t10k-labels-idx1-ubyte": labels(1) }, SyntaxError, "t10k-labels-idx1-ubyte: it has 1 labels for 2 images"],
    [
      { "train-labels-idx1-ubyte": labels(5, 10, 9) },
      SyntaxError,
      "train-labels-idx1-ubyte: label 1 is not from 0 to 9",
    ],
    [{ "train-images-idx3-ubyte": labels(1) }, SyntaxError, "no tensor of unsigned bytes with 3 axes"],
    [{ "train-images-idx3-ubyte": idx([3, 2, 2], new Uint8Array(12)) }, SyntaxError, "2 × 2 pixels, not 28 × 28"],
    [{ "t10k-images.idx3-ubyte.gz": Uint8Array.of(1, 2, 3) }, SyntaxError, "cannot be decompressed"],
  ];
  for (const [change, type, message] of cases) {
    await withFolder({ ...FILES, ...change }, async (folder) => {
      await assertRejects(() => mnist({ folder }), type, message);
    });
  }
  await withFolder({}, async (folder) => {
    await assertRejects(() => mnist({ folder }), RangeError, `Cannot find train-images-idx3-ubyte in ${folder}`);
  });
  await withFolder(FILES, async (folder) => {
    await assertRejects(() => mnist({ folder, samples: 4 }), RangeError, "cannot take 4 samples: there are 3");
  });
});

testWith(["read", "net", "env"], "the npm package has the 60,000 and 10,000 images of MNIST", async () => {
  const { XTrain, yTrain, XTest, yTest } = await mnist();
  assertEquals([XTrain.shape, XTest.shape], [[60000, 28, 28], [10000, 28, 28]]);
  assertEquals([...yTrain.data.subarray(0, 10)], [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
  // Figures that are often given: the mean of a pixel is 0.1307, and there are 6742 ones.
  const mean = XTrain.data.reduce((sum, v) => sum + v, 0) / XTrain.data.length / 255;
  assertEquals([mean.toFixed(4), yTrain.data.filter((y) => y === 1).length, yTest.data[0]], ["0.1307", 6742, 7]);
});
