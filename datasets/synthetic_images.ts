/** Made-up images that can be learned: for programs whose data set is not at hand. */

import { ByteTensor } from "./byte_tensor.ts";
import { checkOptions, nameOf } from "./arguments.ts";
import { arranged, IMAGE_OPTIONS, type ImageOptions, type LabelledImages } from "./labelled_images.ts";
import { MersenneTwister } from "./public_choices.ts";

/** Options of {@linkcode syntheticImages}. */
export interface SyntheticOptions extends Omit<ImageOptions, "samples"> {
  /** Shape of an image, rows and columns first: `[32, 32, 3]`. */
  readonly shape: readonly number[];
  /** Number of classes, from 1 to 256. */
  readonly classes: number;
  /** Images to train with. */
  readonly samples: number;
  /** Images to test with; default: a fifth of `samples`, at least one. */
  readonly testSamples?: number;
  /** The same seed gives the same images; default: 0. */
  readonly seed?: number;
  /** How far a pixel may be from its class's, of 255; default: 96. */
  readonly noise?: number;
}

/** Pixels that have one colour, along both axes: convolutions find edges as in photographs. */
const PATCH = 4;

/**
 * Images of which each is its class's pattern with noise: patches of 4 × 4 pixels of one random colour, every pixel then moved by a
 * uniform amount of at most `noise`.
 *
 * @throws {TypeError} If the shape is no list, or there is no such option.
 * @throws {RangeError} If the shape has fewer than two axes, or a number is out of range.
 */
export function syntheticImages(options: SyntheticOptions): LabelledImages {
  checkOptions("syntheticImages()", options, ["shape", "classes", "testSamples", "seed", "noise", ...IMAGE_OPTIONS]);
  const { shape, classes, samples, seed = 0, noise = 96 } = options;
  if (!Array.isArray(shape)) {
    throw new TypeError(`syntheticImages(): shape is a list, such as [32, 32, 3], not ${nameOf(shape)}: give it`);
  }
  const testSamples = options.testSamples ?? Math.max(1, Math.floor(samples / 5));
  if (shape.length < 2 || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new RangeError(`an image has rows and columns, each from 1: not shape [${shape}]`);
  }
  whole("classes", classes, 1, 256);
  whole("samples", samples, 1);
  whole("testSamples", testSamples, 1);
  whole("noise", noise, 0, 255);
  const random = new MersenneTwister(seed);
  const patterns = Array.from({ length: classes }, () => pattern(shape, random));
  const part = (n: number): [ByteTensor, ByteTensor] => {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const images = new Uint8Array(n * size);
    const labels = Uint8Array.from({ length: n }, () => random.nextUint32() % classes);
    for (let i = 0; i < n; i++) {
      const from = patterns[labels[i]!]!;
      for (let p = 0; p < size; p++) {
        const moved = from[p]! + random.nextUint32() % (2 * noise + 1) - noise;
        images[i * size + p] = Math.max(0, Math.min(255, moved));
      }
    }
    return [new ByteTensor([n, ...shape], images), new ByteTensor([n], labels)];
  };
  const [XTrain, yTrain] = part(samples);
  const [XTest, yTest] = part(testSamples);
  return arranged({ XTrain, yTrain, XTest, yTest }, classes, options);
}

function pattern([rows, columns, ...inner]: readonly number[], random: MersenneTwister): Uint8Array {
  const unit = inner.reduce((product, n) => product * n, 1);
  const across = Math.ceil(columns! / PATCH);
  const colours = Uint8Array.from(
    { length: Math.ceil(rows! / PATCH) * across * unit },
    () => random.nextUint32() >>> 24,
  );
  const out = new Uint8Array(rows! * columns! * unit);
  for (let r = 0; r < rows!; r++) {
    for (let c = 0; c < columns!; c++) {
      const patch = Math.floor(r / PATCH) * across + Math.floor(c / PATCH);
      for (let u = 0; u < unit; u++) out[(r * columns! + c) * unit + u] = colours[patch * unit + u]!;
    }
  }
  return out;
}

function whole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} is ${value}: give a whole number from ${least}${most < 2 ** 32 ? ` to ${most}` : ""}`);
}
