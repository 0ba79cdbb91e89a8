import { assertEquals, assertRejects } from "@std/assert";
import { cifar10 } from "./cifar10.ts";
import { testWith } from "../tests/permissions.ts";

const RECORD = 3073;

/** Records whose pixel p of colour c is p + c modulo 256. */
function batch(...labels: number[]): Uint8Array {
  const bytes = new Uint8Array(RECORD * labels.length);
  labels.forEach((label, i) => {
    bytes[i * RECORD] = label;
    for (let v = 0; v < 3072; v++) bytes[i * RECORD + 1 + v] = v % 1024 + Math.floor(v / 1024);
  });
  return bytes;
}

async function withBatches(test: Uint8Array, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (let i = 1; i <= 5; i++) await Deno.writeFile(`${folder}/data_batch_${i}.bin`, batch(i, 9));
    await Deno.writeFile(`${folder}/test_batch.bin`, test);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testWith(["read", "write"], "the batches follow one another, colours last", async () => {
  await withBatches(batch(7), async (folder) => {
    const { XTrain, yTrain, XTest, yTest } = await cifar10({ folder, pixels: "bytes" });
    assertEquals([XTrain.shape, XTest.shape], [[10, 32, 32, 3], [1, 32, 32, 3]]);
    assertEquals([[...yTrain.data], [...yTest.data]], [[1, 9, 2, 9, 3, 9, 4, 9, 5, 9], [7]]);
    for (const p of [0, 1, 33, 1023]) {
      assertEquals([0, 1, 2].map((c) => XTrain.at(3 * 3072 + 3 * p + c)), [0, 1, 2].map((c) => (p + c) % 256));
    }
  });
});

testWith(["read", "write"], "missing and damaged files are errors that name them", async () => {
  await withBatches(batch(7).subarray(1), async (folder) => {
    await assertRejects(
      () => cifar10({ folder }),
      SyntaxError,
      "test_batch.bin: 3072 bytes are no whole number of images",
    );
  });
  await withBatches(batch(10), async (folder) => {
    await assertRejects(() => cifar10({ folder }), SyntaxError, "test_batch.bin: the label at byte 0");
    await assertRejects(() => cifar10({ folder: `${folder}/none` }), RangeError, "data_batch_1.bin");
  });
});
