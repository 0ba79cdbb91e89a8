/** MNIST for programs: images and one-hot labels as secret tensors, from one party, from two, or from their files. */
import { type ByteTensor, mnist, type Secret, sfix, sint } from "../../mod.ts";

const all = await mnist();
const CLASSES = 10;

/** Where the digits come from: see {@linkcode DigitsOptions}. */
export const DIGITS_WORDS: Readonly<Record<string, string>> = {
  halves: "parties 0 and 1 bring half of the training images each, and party 0 those to test with",
  prepared: "reads the input files that prepare_mnist has written, with the same --samples",
};

/** Rows to train with and rows to test with. */
export interface Digits {
  /** [samples, …image], pixels from 0 to 1. */
  readonly X: Secret;
  /** [samples, 10]. */
  readonly Y: Secret;
  readonly test: readonly [X: Secret, Y: Secret];
}

/** Which digits, and where they come from. */
export interface DigitsOptions {
  /** Shape of an image of 784 pixels: [1, 28, 28] as PyTorch has it, [28, 28, 1] as Keras. */
  readonly shape: readonly number[];
  /** Training images, the first ones, and at most so many test images: 60,000. */
  readonly samples?: number | undefined;
  /** Parties 0 and 1 bring half of the training images each; otherwise party 0 brings all: false. */
  readonly halves?: boolean;
  /** What `prepare_mnist` has written is read, instead of bringing the data set: false. */
  readonly prepared?: boolean;
}

/**
 * The digits, read in the order in which `prepare_mnist` writes them: training images, their labels, test images, their labels.
 *
 * Party 0 brings those to test with.
 *
 * @throws {RangeError} if MNIST has fewer samples
 */
export function digits(
  { shape, samples = all.XTrain.length, halves = false, prepared = false }: DigitsOptions,
): Digits {
  const { XTrain, yTrain, XTest, yTest } = all;
  if (samples > XTrain.length) {
    throw new RangeError(`MNIST has ${XTrain.length} training images: ${samples} samples are too many`);
  }
  const bring = (party: number, X: ByteTensor, y: ByteTensor): [Secret, Secret] => {
    const [images, labels] = [[X.length, ...shape], [X.length, CLASSES]];
    if (prepared) {
      return [
        sfix.Tensor(images).inputFrom(party, { binary: true }),
        sint.Tensor(labels).inputFrom(party, { binary: true }),
      ];
    }
    return [sfix.inputTensorVia(party, X.reshape(shape)), sint.inputTensorVia(party, y, { oneHot: CLASSES })];
  };
  const part = (party: number, from: number, to: number) =>
    bring(party, XTrain.rowSlice(from, to), yTrain.rowSlice(from, to));
  const half = halves ? Math.floor(samples / 2) : 0;
  if (halves && half === 0) throw new RangeError("Two parties need a training image each: take 2 samples or more");
  const [X, Y] = part(0, 0, halves ? half : samples);
  const more = halves ? part(1, half, samples) : null;
  const tests = Math.min(samples, XTest.length);
  const test = bring(0, XTest.rowSlice(0, tests), yTest.rowSlice(0, tests));
  return more === null ? { X, Y, test } : { X: X.concat(more[0]), Y: Y.concat(more[1]), test };
}
