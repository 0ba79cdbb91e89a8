/** Images with labels, and how they are given. */

import type { ByteTensor } from "./byte_tensor.ts";

/** Images with labels, for training and for testing. */
export interface LabelledImages {
  /** `[samples, …image]`, pixels from 0 to 1 unless asked for otherwise. */
  readonly XTrain: ByteTensor;
  /** `[samples]`: the classes, from 0; or `[samples, classes]`. */
  readonly yTrain: ByteTensor;
  /** As `XTrain`. */
  readonly XTest: ByteTensor;
  /** As `yTrain`. */
  readonly yTest: ByteTensor;
}

/** How images and labels are given. */
export interface ImageOptions {
  /** Training samples, the first ones; at most so many test samples too. All by default. */
  readonly samples?: number;
  /** Labels as one-hot rows; default: false. */
  readonly oneHot?: boolean;
  /** Pixels as "unit" from 0 to 1 (the default), or as "bytes" from 0 to 255. */
  readonly pixels?: "unit" | "bytes";
}

/** The names of {@linkcode ImageOptions}. */
export const IMAGE_OPTIONS: readonly string[] = ["samples", "oneHot", "pixels"];

/**
 * The first `samples` training samples, and at most so many test samples.
 *
 * @throws {RangeError} If there are fewer.
 */
export function firstSamples(all: LabelledImages, samples: number = all.XTrain.length): LabelledImages {
  const { XTrain, yTrain, XTest, yTest } = all;
  if (!Number.isInteger(samples) || samples < 1 || samples > XTrain.length) {
    throw new RangeError(`cannot take ${samples} samples: there are ${XTrain.length}`);
  }
  const tests = Math.min(samples, XTest.length);
  return {
    XTrain: XTrain.rowSlice(0, samples),
    yTrain: yTrain.rowSlice(0, samples),
    XTest: XTest.rowSlice(0, tests),
    yTest: yTest.rowSlice(0, tests),
  };
}

/** Pixels and labels as the options ask for, from bytes and classes. */
export function arranged(
  { XTrain, yTrain, XTest, yTest }: LabelledImages,
  classes: number,
  { oneHot = false, pixels = "unit" }: ImageOptions,
): LabelledImages {
  const images = (X: ByteTensor) => X.dividedBy(pixels === "unit" ? 255 : 1);
  const labels = (y: ByteTensor) => oneHot ? y.oneHot(classes) : y;
  return { XTrain: images(XTrain), yTrain: labels(yTrain), XTest: images(XTest), yTest: labels(yTest) };
}
