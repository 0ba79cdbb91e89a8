/**
 * The torch-style interface: `nn.Sequential(nn.Linear(784, 128), nn.ReLU(), …)`.
 *
 * @module
 */
export {
  AdaptiveAvgPool2d,
  type AveragePoolOptions,
  AvgPool2d,
  BatchNorm1d,
  BatchNorm2d,
  type BatchNormalizationOptions,
  Conv2d,
  type Conv2dOptions,
  Dropout,
  Flatten,
  GELU,
  LayerNorm,
  LeakyReLU,
  Linear,
  MaxPool2d,
  type PoolOptions,
  ReLU,
  Sequential,
  Sigmoid,
  Softmax,
  Tanh,
} from "./modules.ts";
