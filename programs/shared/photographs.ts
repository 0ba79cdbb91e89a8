/** CIFAR-10 for programs, or images made up in its shape, which can be learned too. */
import { type ByteTensor, cifar10, type Data, type Secret, sfix, sint, syntheticImages } from "../../mod.ts";

const CLASSES = 10;
const SHAPE = [32, 32, 3] as const;
/** At most so many made-up images to test with. */
const TESTS = 100;

const found = await cifar10().catch((error: unknown) => {
  // A file that is there and damaged is an error.
  if (error instanceof RangeError) return error.message;
  throw error;
});

/** Images with their labels, before anybody shares them. */
export interface Photographs {
  readonly train: Labelled;
  readonly test: Labelled;
  /** What they are, for people to read. */
  readonly source: string;
}

type Labelled = readonly [images: ByteTensor, labels: ByteTensor];

/**
 * The images that there are, or that are made up.
 *
 * @param samples training images, the first ones, and at most so many to test with; if left out all, or `madeUp` made-up ones
 * @throws {RangeError} if CIFAR-10 has fewer samples
 */
export function photographs(samples: number | undefined, madeUp: number): Photographs {
  if (typeof found === "string") {
    const n = samples ?? madeUp;
    const made = syntheticImages({ shape: SHAPE, classes: CLASSES, samples: n, testSamples: Math.min(n, TESTS) });
    return {
      train: [made.XTrain, made.yTrain],
      test: [made.XTest, made.yTest],
      source: `images: made up in the shape of CIFAR-10, which is not at hand. ${found}`,
    };
  }
  const { XTrain, yTrain, XTest, yTest } = found;
  const [n, tests] = [samples ?? XTrain.length, Math.min(samples ?? XTest.length, XTest.length)];
  if (n > XTrain.length) {
    throw new RangeError(`CIFAR-10 has ${XTrain.length} training images here: ${n} samples are too many`);
  }
  return {
    train: [XTrain.rowSlice(0, n), yTrain.rowSlice(0, n)],
    test: [XTest.rowSlice(0, tests), yTest.rowSlice(0, tests)],
    source: `images: CIFAR-10, ${n} of ${XTrain.length} to train with, ${tests} of ${XTest.length} to test with`,
  };
}

/** A party brings images, [samples, 3, 32, 32] as PyTorch has it, from −1 to 1; and their labels, [samples, 10]. */
export function bring(party: number, [images, labels]: Labelled): [X: Secret, Y: Secret] {
  return [
    sfix.inputTensorVia(party, centred(images)),
    sint.inputTensorVia(party, labels, { oneHot: CLASSES }),
  ];
}

/** One colour after the other instead of one pixel after the other, and 0…255 as −1…1: (2 · byte − 255) / 255. */
function centred({ length, data }: ByteTensor): Data {
  const [height, width, channels] = SHAPE;
  const pixels = height * width;
  const out = new Int16Array(data.length);
  for (let i = 0; i < length; i++) {
    const start = i * pixels * channels;
    for (let c = 0; c < channels; c++) {
      for (let p = 0; p < pixels; p++) out[start + c * pixels + p] = 2 * data[start + p * channels + c]! - 255;
    }
  }
  return { shape: [length, channels, height, width], data: out, divisor: 255 };
}
