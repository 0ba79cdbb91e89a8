/** CIFAR-10: 60,000 small colour photographs of ten kinds of things. */

import { seenFrom } from "@symbolon/files";
import { ByteTensor } from "./byte_tensor.ts";
import { arranged, firstSamples, IMAGE_OPTIONS, type ImageOptions, type LabelledImages } from "./labelled_images.ts";
import { readFirst } from "./local_files.ts";
import { checkOptions } from "./arguments.ts";

/** Options of {@linkcode cifar10}. */
export interface Cifar10Options extends ImageOptions {
  /** The folder with the six files; default: Player-Data/cifar-10-batches-bin. */
  readonly folder?: string;
}

const CLASSES = 10;
const SIDE = 32;
const CHANNELS = 3;
const PIXELS = SIDE * SIDE;
/** Bytes of an image with its label in front. */
const RECORD = 1 + CHANNELS * PIXELS;

/**
 * CIFAR-10 from the binary version of its files: up to 50,000 images to train with and 10,000 to test, `[n, 32, 32, 3]` with
 * pixels from 0 to 1, and labels `[n]`.
 *
 * A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009, https://www.cs.toronto.edu/~kriz/cifar.html.
 *
 * @throws {RangeError} If the files are not there or there are fewer samples than asked for.
 * @throws {SyntaxError} If a file is damaged.
 */
export async function cifar10(options: Cifar10Options = {}): Promise<LabelledImages> {
  checkOptions("cifar10()", options, [...IMAGE_OPTIONS, "folder"]);
  const { folder = "Player-Data/cifar-10-batches-bin" } = options;
  const [XTrain, yTrain] = await readBatches(folder, [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`));
  const [XTest, yTest] = await readBatches(folder, ["test_batch.bin"]);
  return arranged(firstSamples({ XTrain, yTrain, XTest, yTest }, options.samples), CLASSES, options);
}

async function readBatches(folder: string, names: readonly string[]): Promise<[ByteTensor, ByteTensor]> {
  const files = [];
  for (const name of names) {
    const file = await readFirst(folder, [name, `${name}.gz`]);
    if (file === null) {
      throw new RangeError(
        `Cannot find ${folder}/${name}${
          seenFrom(folder)
        }: put the six files of CIFAR-10's binary version there, or use ` +
          `syntheticImages()`,
      );
    }
    if (file.bytes.length === 0 || file.bytes.length % RECORD !== 0) {
      throw new SyntaxError(
        `${file.name}: ${file.bytes.length} bytes are no whole number of images of ${RECORD} bytes`,
      );
    }
    files.push(file);
  }
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / RECORD, 0);
  const images = new Uint8Array(count * CHANNELS * PIXELS);
  const labels = new Uint8Array(count);
  let i = 0;
  for (const { name, bytes } of files) {
    for (let at = 0; at < bytes.length; at += RECORD, i++) {
      const label = bytes[at]!;
      if (label >= CLASSES) throw new SyntaxError(`${name}: the label at byte ${at} is not from 0 to ${CLASSES - 1}`);
      labels[i] = label;
      interleave(bytes.subarray(at + 1, at + RECORD), images, i * CHANNELS * PIXELS);
    }
  }
  return [new ByteTensor([count, SIDE, SIDE, CHANNELS], images), new ByteTensor([count], labels)];
}

/** One colour after the other becomes one pixel after the other. */
function interleave(planes: Uint8Array, out: Uint8Array, at: number): void {
  for (let c = 0; c < CHANNELS; c++) {
    for (let p = 0; p < PIXELS; p++) out[at + p * CHANNELS + c] = planes[c * PIXELS + p]!;
  }
}
