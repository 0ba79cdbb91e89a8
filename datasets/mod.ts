/**
 * Data in clear text, before anyone shares it: tables, images, their files, classic data sets, the train and test split.
 *
 * Everything here runs at one party, on its own data; no protocol code.
 *
 * @example
 * ```ts
 * import { breastCancer, trainTestSplit } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const { X, y } = await breastCancer();
 * const { XTrain, XTest, yTrain, yTest } = trainTestSplit(X.divideColumns(X.columnMax()), y, { randomState: 0 });
 * assertEquals([XTrain.shape, yTrain.shape], [[426, 30], [426]]);
 * assertEquals([XTest.shape, yTest.shape], [[143, 30], [143]]);
 * ```
 *
 * @module
 */

export { breastCancer } from "./breast_cancer.ts";
export type { BreastCancer } from "./breast_cancer.ts";
export { ByteTensor } from "./byte_tensor.ts";
export { cifar10 } from "./cifar10.ts";
export type { Cifar10Options } from "./cifar10.ts";
export { loadCsv, readCsv } from "./csv.ts";
export type { CsvOptions, CsvTable } from "./csv.ts";
export { diabetes } from "./diabetes.ts";
export type { Diabetes, DiabetesOptions } from "./diabetes.ts";
export { readIdx } from "./idx.ts";
export type { Idx, IdxData } from "./idx.ts";
export type { ImageOptions, LabelledImages } from "./labelled_images.ts";
export { Matrix, type Numbers, Vector } from "./matrix.ts";
export { mnist } from "./mnist.ts";
export type { MnistOptions } from "./mnist.ts";
export { MersenneTwister, trainTestIndices, trainTestSplit } from "./public_choices.ts";
export type { SplitIndices, SplitOptions, TrainTestSplit } from "./public_choices.ts";
export { syntheticImages } from "./synthetic_images.ts";
export type { SyntheticOptions } from "./synthetic_images.ts";
