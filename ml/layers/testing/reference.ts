/**
 * What layers compute, in float64 and by their definitions.
 *
 * @module
 */
import { at, build, type FloatTensor, sizeOf, sum } from "./float_tensor.ts";

/** A function of a batch and parameters. */
export type Reference = (x: FloatTensor, ...values: FloatTensor[]) => FloatTensor;

/** A function of each value. */
export function each(fn: (v: number) => number): Reference {
  return ({ shape, data }) => ({ shape, data: data.map(fn) });
}

/** x·W + b */
export const dense: Reference = (x, w, b) =>
  build(
    [x.shape[0]!, w!.shape[1]!],
    ([i, j]) => sum(0, w!.shape[0]!, (k) => at(x, i!, k) * at(w!, k, j!)) + (b === undefined ? 0 : at(b, j!)),
  );

/** Softmax along the last axis. */
export const softmax: Reference = (x) => {
  const n = x.shape.at(-1)!;
  const data = x.data.map((v, i) => {
    const row = x.data.slice(i - i % n, i - i % n + n);
    return 1 / row.reduce((s, other) => s + Math.exp(other - v), 0);
  });
  return { shape: x.shape, data };
};

/** A window that moves: size, stride, [before, after] of rows and of columns. */
export interface Moving {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly (readonly [number, number])[];
}

function positions(x: FloatTensor, { kernel, stride, padding }: Moving): [number, number] {
  return [0, 1].map((d) =>
    Math.floor((x.shape[d + 1]! + padding[d]![0] + padding[d]![1] - kernel[d]!) / stride[d]!) + 1
  ) as [number, number];
}

/** Calls `visit` for each pixel of the image under a position, with its place in the window. */
function under(
  x: FloatTensor,
  { kernel, stride, padding }: Moving,
  [i, j]: readonly [number, number],
  visit: (row: number, column: number, r: number, s: number) => void,
): void {
  for (let r = 0; r < kernel[0]; r++) {
    for (let s = 0; s < kernel[1]; s++) {
      const [row, column] = [i * stride[0] + r - padding[0]![0], j * stride[1] + s - padding[1]![0]];
      if (row >= 0 && row < x.shape[1]! && column >= 0 && column < x.shape[2]!) visit(row, column, r, s);
    }
  }
}

/** Cross-correlation plus bias. */
export function conv2d(moving: Moving, groups: number): Reference {
  return (x, w, bias) => {
    const [, , channels, filters] = w!.shape as [number, number, number, number];
    return build([x.shape[0]!, ...positions(x, moving), filters], ([b, i, j, f]) => {
      const first = Math.floor(f! / (filters / groups)) * channels;
      let total = bias === undefined ? 0 : at(bias, f!);
      under(x, moving, [i!, j!], (row, column, r, s) => {
        total += sum(0, channels, (c) => at(x, b!, row, column, first + c) * at(w!, r, s, c, f!));
      });
      return total;
    });
  };
}

function pool(moving: Moving, of: (values: number[]) => number): Reference {
  return (x) =>
    build([x.shape[0]!, ...positions(x, moving), x.shape[3]!], ([b, i, j, c]) => {
      const values: number[] = [];
      under(x, moving, [i!, j!], (row, column) => values.push(at(x, b!, row, column, c!)));
      return of(values);
    });
}

/** The largest value under each window. */
export function maxPool(moving: Moving): Reference {
  return pool(moving, (values) => Math.max(...values));
}

/** The mean under each window; padding counts as zeros if `countPadding`. */
export function averagePool(moving: Moving, countPadding: boolean): Reference {
  const size = moving.kernel[0] * moving.kernel[1];
  return pool(moving, (values) => values.reduce((s, v) => s + v, 0) / (countPadding ? size : values.length));
}

/** Means of windows that share the image out, as in PyTorch. */
export function adaptiveAveragePool([rows, columns]: readonly [number, number]): Reference {
  return (x) =>
    build([x.shape[0]!, rows, columns, x.shape[3]!], ([b, i, j, c]) => {
      const span = (k: number, n: number, extent: number) =>
        [Math.floor(k * extent / n), Math.ceil((k + 1) * extent / n)] as const;
      const [r, s] = [span(i!, rows, x.shape[1]!), span(j!, columns, x.shape[2]!)];
      return sum(...r, (row) => sum(...s, (column) => at(x, b!, row, column, c!))) / ((r[1] - r[0]) * (s[1] - s[0]));
    });
}

/** Mean and variance (divided by n) of some values. */
export function moments(values: readonly number[]): [mean: number, variance: number] {
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  return [mean, values.reduce((s, v) => s + (v - mean) ** 2, 0) / values.length];
}

/** Batch normalisation with the batch's statistics. */
export function batchNorm(epsilon: number): Reference {
  return (x, weight, bias) => {
    const channels = weight!.data.length;
    const statistics = weight!.data.map((_, c) => moments(x.data.filter((_, i) => i % channels === c)));
    const data = x.data.map((v, i) => {
      const [mean, variance] = statistics[i % channels]!;
      return (v - mean) / Math.sqrt(variance + epsilon) * weight!.data[i % channels]! + bias!.data[i % channels]!;
    });
    return { shape: x.shape, data };
  };
}

/** Batch normalisation with running statistics. */
export function batchNormFixed(epsilon: number): Reference {
  return (x, weight, bias, mean, variance) => {
    const n = weight!.data.length;
    const data = x.data.map((v, i) => {
      const c = i % n;
      return (v - mean!.data[c]!) / Math.sqrt(variance!.data[c]! + epsilon) * weight!.data[c]! + bias!.data[c]!;
    });
    return { shape: x.shape, data };
  };
}

/** Layer normalisation over as many last values as there are weights. */
export function layerNorm(epsilon: number): Reference {
  return (x, weight, bias) => {
    const n = sizeOf(weight!.shape);
    const data = x.data.map((v, i) => {
      const [mean, variance] = moments(x.data.slice(i - i % n, i - i % n + n));
      return (v - mean) / Math.sqrt(variance + epsilon) * weight!.data[i % n]! + bias!.data[i % n]!;
    });
    return { shape: x.shape, data };
  };
}
