/**
 * Networks in float64, written plainly from the definitions: what training on shares is compared with.
 *
 * A batch is a list of samples, a sample a list of numbers; images are channels-last.
 *
 * @module
 */

/** Samples. */
export type Batch = readonly (readonly number[])[];

/** A layer with its weights, which an update rule changes in place. */
export interface FloatLayer {
  readonly weights: readonly Float64Array[];
  /** Keeps what {@linkcode backward} needs. */
  forward(x: Batch): number[][];
  /** Gradients summed over the batch, by the input and by each weight. */
  backward(dy: Batch): { readonly dx: number[][]; readonly gradients: readonly Float64Array[] };
}

/** y = x·W + b, W: [inputs, units] row-major. */
export function floatDense(W: Float64Array, b: Float64Array): FloatLayer {
  const units = b.length;
  let x: Batch = [];
  return {
    weights: [W, b],
    forward(input) {
      x = input;
      return x.map((row) => Array.from(b, (v, u) => row.reduce((sum, xi, i) => sum + xi * W[i * units + u]!, v)));
    },
    backward(dy) {
      const [dW, db] = [new Float64Array(W.length), new Float64Array(units)];
      const dx = x.map((row, s) =>
        row.map((xi, i) => {
          let sum = 0;
          for (let u = 0; u < units; u++) {
            dW[i * units + u]! += xi * dy[s]![u]!;
            sum += W[i * units + u]! * dy[s]![u]!;
          }
          return sum;
        })
      );
      for (const row of dy) row.forEach((v, u) => db[u]! += v);
      return { dx, gradients: [dW, db] };
    },
  };
}

/** max(x, 0); the derivative at 0 is 1. */
export function floatRelu(): FloatLayer {
  let x: Batch = [];
  return {
    weights: [],
    forward(input) {
      x = input;
      return x.map((row) => row.map((v) => Math.max(v, 0)));
    },
    backward: (dy) => ({ dx: dy.map((row, s) => row.map((v, i) => x[s]![i]! >= 0 ? v : 0)), gradients: [] }),
  };
}

/** What {@linkcode floatConv2d} works on. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Cross-correlation without padding, stride 1; w: [size, size, channels, filters]. */
export function floatConv2d(
  w: Float64Array,
  b: Float64Array,
  size: number,
  { height, width, channels }: ImageSize,
): FloatLayer {
  const filters = b.length;
  const [rows, columns] = [height - size + 1, width - size + 1];
  let x: Batch = [];
  /** Calls back with the places of every product: in the output, the image, the weights. */
  const each = (visit: (out: number, at: number, weight: number) => void) => {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        for (let f = 0; f < filters; f++) {
          for (let i = 0; i < size; i++) {
            for (let j = 0; j < size; j++) {
              for (let k = 0; k < channels; k++) {
                visit(
                  (r * columns + c) * filters + f,
                  ((r + i) * width + c + j) * channels + k,
                  ((i * size + j) * channels + k) * filters + f,
                );
              }
            }
          }
        }
      }
    }
  };
  return {
    weights: [w, b],
    forward(input) {
      x = input;
      return x.map((image) => {
        const y = Array.from({ length: rows * columns * filters }, (_, i) => b[i % filters]!);
        each((out, at, weight) => y[out]! += image[at]! * w[weight]!);
        return y;
      });
    },
    backward(dy) {
      const [dw, db] = [new Float64Array(w.length), new Float64Array(filters)];
      const dx = x.map((image, s) => {
        const d = new Array<number>(image.length).fill(0);
        each((out, at, weight) => {
          d[at]! += dy[s]![out]! * w[weight]!;
          dw[weight]! += dy[s]![out]! * image[at]!;
        });
        dy[s]!.forEach((v, i) => db[i % filters]! += v);
        return d;
      });
      return { dx, gradients: [dw, db] };
    },
  };
}

/** The largest value of windows of 2 × 2; the gradient goes to the first of equal ones. */
export function floatMaxPool({ height, width, channels }: ImageSize): FloatLayer {
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  let [chosen, size]: [number[][], number] = [[], 0];
  return {
    weights: [],
    forward(x) {
      size = height * width * channels;
      chosen = x.map((image) =>
        Array.from({ length: rows * columns * channels }, (_, out) => {
          const [k, c, r] = [
            out % channels,
            Math.floor(out / channels) % columns,
            Math.floor(out / channels / columns),
          ];
          const places = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([i, j]) =>
            ((2 * r + i!) * width + 2 * c + j!) * channels + k
          );
          return places.reduce((best, at) => image[at]! > image[best]! ? at : best);
        })
      );
      return x.map((image, s) => chosen[s]!.map((at) => image[at]!));
    },
    backward(dy) {
      const dx = dy.map((row, s) => {
        const d = new Array<number>(size).fill(0);
        row.forEach((v, i) => d[chosen[s]![i]!]! += v);
        return d;
      });
      return { dx, gradients: [] };
    },
  };
}

/** Images as rows in PyTorch's order: channel, row, column. */
export function floatFlatten({ height, width, channels }: ImageSize): FloatLayer {
  const area = height * width;
  const place = (i: number) => (i % area) * channels + Math.floor(i / area);
  return {
    weights: [],
    forward: (x) => x.map((image) => image.map((_, i) => image[place(i)]!)),
    backward: (dy) => ({
      dx: dy.map((row) => {
        const d = new Array<number>(row.length).fill(0);
        row.forEach((v, i) => d[place(i)] = v);
        return d;
      }),
      gradients: [],
    }),
  };
}

/** Summed cross entropy of softmax probabilities, and its gradient by the scores. */
export function floatCrossEntropy(
  scores: Batch,
  labels: Batch,
): { readonly loss: number; readonly gradient: number[][] } {
  let loss = 0;
  const gradient = scores.map((row, s) => {
    const largest = Math.max(...row);
    const powers = row.map((v) => Math.exp(v - largest));
    const sum = powers.reduce((a, b) => a + b);
    loss += Math.log(sum) - row.reduce((a, v, i) => a + labels[s]![i]! * (v - largest), 0);
    return powers.map((p, i) => p / sum - labels[s]![i]!);
  });
  return { loss, gradient };
}

/** Changes weights in place by gradients summed over a batch. */
export type FloatRule = (
  weights: readonly Float64Array[],
  gradients: readonly Float64Array[],
  batchSize: number,
) => void;

/** SGD with momentum as `sgd()` has it. */
export function floatSgd(
  { rate = 0.01, momentum = 0.9, decay = 1e-6, weightDecay = 0, nesterov = false } = {},
): FloatRule {
  const velocity = new Map<Float64Array, Float64Array>();
  let gamma = rate;
  return (weights, gradients, batchSize) => {
    const divisor = 2 ** Math.floor(Math.log2(batchSize));
    weights.forEach((w, k) => {
      const v = velocity.get(w) ?? velocity.set(w, new Float64Array(w.length)).get(w)!;
      for (let i = 0; i < w.length; i++) {
        const g = gradients[k]![i]! + weightDecay * divisor * w[i]!;
        v[i] = momentum * v[i]! - g;
        w[i]! += (nesterov ? momentum * v[i]! - g : v[i]!) * gamma / divisor;
      }
    });
    gamma *= 1 - decay;
  };
}

/** Adam and AMSGrad from the papers, ε under the root. */
export function floatAdam(
  { rate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, amsgrad = false } = {},
): FloatRule {
  const moments = new Map<Float64Array, { m: Float64Array; v: Float64Array; most: Float64Array }>();
  let t = 0;
  return (weights, gradients, batchSize) => {
    t++;
    weights.forEach((w, k) => {
      const zeros = () => new Float64Array(w.length);
      const known = moments.get(w) ?? { m: zeros(), v: zeros(), most: zeros() };
      moments.set(w, known);
      const { m, v, most } = known;
      for (let i = 0; i < w.length; i++) {
        const g = gradients[k]![i]! / batchSize;
        m[i] = beta1 * m[i]! + (1 - beta1) * g;
        v[i] = beta2 * v[i]! + (1 - beta2) * g * g;
        most[i] = amsgrad ? Math.max(most[i]!, v[i]!) : v[i]!;
        const root = Math.sqrt(most[i]! / (1 - beta2 ** t) + epsilon ** 2);
        if (root > 0) w[i]! -= rate * m[i]! / (1 - beta1 ** t) / root;
      }
    });
  };
}

/** One step on a batch, in place; the summed loss before it. */
export function floatStep(layers: readonly FloatLayer[], rule: FloatRule, x: Batch, labels: Batch): number {
  let y = x as number[][];
  for (const layer of layers) y = layer.forward(y);
  const { loss, gradient } = floatCrossEntropy(y, labels);
  let dy = gradient;
  const gradients: (readonly Float64Array[])[] = [];
  for (const layer of layers.toReversed()) {
    const back = layer.backward(dy);
    dy = back.dx;
    gradients.unshift(back.gradients);
  }
  rule(layers.flatMap((l) => l.weights), gradients.flat(), x.length);
  return loss;
}
