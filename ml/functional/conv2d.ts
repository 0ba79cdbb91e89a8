/**
 * Convolution of images.
 *
 * @module
 */
import { concat, type Secret, sfix, sint } from "@symbolon/compiler";

/** How a filter moves over an image: rows, then columns. */
export interface Conv2dOptions {
  /** Steps between positions (1, 1). */
  readonly stride?: readonly [number, number];
  /** Zeros on either side (0, 0). */
  readonly padding?: readonly [number, number];
}

/**
 * Cross-correlation of images x: [batch, height, width, channels] with filters w: [rows, columns, channels, filters], as in
 * PyTorch and Keras: [batch, height', width', filters] with height' = ⌊(height + 2·padding − rows) / stride⌋ + 1.
 *
 * The patches are a window of the image, so this is one matrix product.
 *
 * Cost (ring): 2 rounds, 32 bytes an element of the result, whatever the size of the filters.
 *
 * @throws {RangeError} if the shapes do not fit
 */
export function conv2d(x: Secret, w: Secret, options: Conv2dOptions = {}): Secret {
  const { stride = [1, 1], padding = [0, 0] } = options;
  if (x.shape.length !== 4 || w.shape.length !== 4 || x.shape[3] !== w.shape[2]) {
    throw new RangeError(
      `conv2d() takes images [batch, height, width, channels] and filters [rows, columns, channels, filters], ` +
        `not [${x.shape}] and [${w.shape}]`,
    );
  }
  if ([...stride, ...padding].some((v, i) => !Number.isInteger(v) || v < (i < 2 ? 1 : 0))) {
    throw new RangeError(`conv2d() cannot move by [${stride}] with padding [${padding}]`);
  }
  const padded = padZeros(padZeros(x, 1, padding[0]), 2, padding[1]);
  const [batch, height, width, channels] = padded.shape as [number, number, number, number];
  const [rows, columns, , filters] = w.shape as [number, number, number, number];
  if (rows > height || columns > width) {
    throw new RangeError(
      `Filters of ${rows} × ${columns} do not fit images of ${height} × ${width} with their padding`,
    );
  }
  const out = [
    Math.floor((height - rows) / stride[0]) + 1,
    Math.floor((width - columns) / stride[1]) + 1,
  ] as const;
  const patches = padded.window(
    [batch, ...out, rows, columns, channels],
    0,
    [
      height * width * channels,
      stride[0] * width * channels,
      stride[1] * channels,
      width * channels,
      channels,
      1,
    ],
  );
  const size = rows * columns * channels;
  return patches.reshape([batch * out[0] * out[1], size])
    .matmul(w.reshape([size, filters]))
    .reshape([batch, ...out, filters]);
}

/** `count` zeros before and after along an axis. */
function padZeros(x: Secret, axis: number, count: number): Secret {
  if (count === 0) return x;
  const zero = x.kind.type === "fix" ? sfix.constant(0) : sint.constant(0);
  const side = zero.broadcastTo(x.shape.map((n, d) => d === axis ? count : n));
  return concat([side, x, side], axis);
}
