/** MNIST as a user meets it: files prepared beforehand, a data set of one's own, a data set that is not there. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "./permissions.ts";
import { finish, type Finished, report, start } from "./site.ts";

/** An IDX file of bytes: 0, 0, their type, the number of axes, extents, values. */
function idx(shape: readonly number[], value: (i: number) => number): Uint8Array {
  const head = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  head.setUint32(0, 0x0800 + shape.length);
  shape.forEach((extent, d) => head.setUint32(4 + 4 * d, extent));
  const data = Uint8Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => value(i));
  return Uint8Array.of(...new Uint8Array(head.buffer), ...data);
}

/** A data set in MNIST's files: image i is dark but for row i mod 10, and of that class. */
const PIXELS = 28 * 28;
const FILES = Object.fromEntries(
  [["train", 9], ["t10k", 4]].flatMap(([part, n]) => [
    [
      `${part}-images-idx3-ubyte`,
      idx([n as number, 28, 28], (i) => i % PIXELS / 28 >> 0 === i / PIXELS >> 0 ? 255 : 3),
    ],
    [`${part}-labels-idx1-ubyte`, idx([n as number], (i) => i % 10)],
  ]),
);

/** A folder with this data set, or with none of its files. */
async function withDigits(files: Record<string, Uint8Array>, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/Player-Data/mnist`, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) {
      await Deno.writeFile(`${folder}/Player-Data/mnist/${name}`, bytes);
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const NEEDS = ["read", "write", "run", "env"] as const;

const trained = ({ code, out, err }: Finished) => {
  assertEquals(code, 0, err);
  return out.split("\n").filter((line) => /^(epoch|guess|truth)/.test(line));
};

for (const words of [[], ["halves"]]) {
  testWith(
    NEEDS,
    `keras_mnist_dense ${words.join(" ")} trains on files of prepare_mnist as on the data set`,
    () =>
      withDigits(FILES, async (folder) => {
        const program = [
          "-E",
          "emulate",
          "--public-seed",
          "1",
          "--samples",
          "7",
          "keras_mnist_dense",
          "nearest",
          ...words,
        ];
        const brought = trained(await finish(start(folder, ["run", ...program])));
        const prepare = await finish(start(folder, ["run", "--samples", "7", "-IF", "in", "prepare_mnist", ...words]));
        assertEquals(prepare.code, 0, prepare.err);
        // The data set itself is not needed any more, nor are the files of the first run.
        const read = await finish(start(folder, ["run", "-IF", "in", ...program, "prepared"]));
        assertEquals(trained(read), brought);
        assertEquals(brought.length, 4);
        assertEquals(read.err.match(/more than the program reads/g), null);
        const fewer = program.map((word) => word === "7" ? "5" : word);
        const other = await finish(start(folder, ["run", "-IF", "in", ...fewer, "prepared"]));
        // Pixels stand where labels of fewer images would be.
        assertEquals(other.code, 1, other.out);
        assertMatch(other.err, /^error: in-Binary-P0-0: The labels of the cross entropy must be one-hot rows/m);
        assertMatch(other.err, /made for another number of samples\?$/m);
      }),
  );
}

testWith(
  NEEDS,
  "without MNIST the message says where to put it, and other programs are listed all the same",
  () =>
    withDigits({}, async (folder) => {
      const run = await finish(start(folder, ["run", "-E", "emulate", "torch_mnist_dense"]));
      assertEquals(run.code, 1);
      assertMatch(run.err, /^error: Cannot find train-images-idx3-ubyte in Player-Data\/mnist/m);
      const { out } = await finish(start(folder, ["programs"]));
      assertMatch(out, /^torch_mnist_dense +cannot be loaded: Cannot find train-images/m);
      assertStringIncludes(out, "logistic regression on the Wisconsin breast-cancer data");
      // Its name is that of a test, and it is a program.
      assertMatch(out, /^torch_alex_test +tests a small AlexNet/m);
    }),
);

testWith(
  NEEDS,
  "a run says that its images are made up where CIFAR-10 is not at hand",
  () =>
    withDigits(FILES, async (folder) => {
      const { code, out, err } = await finish(
        start(folder, ["run", "-E", "emulate", "--json", "--samples", "2", "torch_cifar_lenet"]),
      );
      assertEquals(code, 0, err);
      assertMatch(
        out,
        /^images: made up in the shape of CIFAR-10, which is not at hand\. Cannot find Player-Data\/cifar/m,
      );
      assertEquals(report({ code, out, err }).program, "torch_cifar_lenet");
    }),
);
