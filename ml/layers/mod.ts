/**
 * Layers of networks, and layers made of layers.
 *
 * @module
 */
export type { Activation } from "./activation.ts";
export { adaptiveAveragePool2d, globalAveragePool2d } from "./adaptive_average_pool2d.ts";
export { averagePool2d, type AveragePoolOptions } from "./average_pool2d.ts";
export { batchNorm, type BatchNormOptions } from "./batch_norm.ts";
export { add, concat, identity } from "./combine.ts";
export { conv2d, type Conv2dLayerOptions } from "./conv2d.ts";
export { dense, type DenseOptions } from "./dense.ts";
export { dropout } from "./dropout.ts";
export { gelu, leakyRelu, relu, sigmoid, square, tanh } from "./elementwise.ts";
export { flatten, type FlattenOptions } from "./flatten.ts";
export type { BoundLayer, Forward, Layer, Mode, Parameter } from "./layer.ts";
export { layerNorm, type LayerNormOptions } from "./layer_norm.ts";
export { maxPool2d } from "./max_pool2d.ts";
export { sequential } from "./sequential.ts";
export { softmax } from "./softmax.ts";
