/**
 * Windows that move over images: what convolutions and pools have in common. Everything here is local.
 *
 * @module
 */
import { concat, type Secret, sfix, sint, where } from "@symbolon/compiler";

/** Rows, then columns. */
export type Pair = readonly [number, number];

/**
 * What surrounds an image: "valid" nothing; "same" as much as gives ⌈size / stride⌉ positions, the odd one at the end; or so
 * much on either side; or [before, after] of rows and of columns.
 */
export type Padding = "valid" | "same" | number | Pair | readonly [Pair, Pair];

/** How a window moves. */
export interface WindowOptions {
  /** Steps between positions; 1 if left out. */
  readonly stride?: number | Pair;
  /** "valid" if left out. */
  readonly padding?: Padding;
}

/** A window and all its positions on an image. */
export interface Geometry {
  /** Height and width of the image, without padding. */
  readonly image: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** [before, after] of rows and of columns. */
  readonly padding: readonly [Pair, Pair];
  /** Positions. */
  readonly output: Pair;
}

/** @throws {RangeError} that begins with `what` if the window does not fit */
export function geometry(what: string, image: Pair, kernel: Pair, options: WindowOptions = {}): Geometry {
  const { stride: step = 1, padding = "valid" } = options;
  const stride = pair(step);
  if ([...kernel, ...stride].some((v) => !Number.isInteger(v) || v < 1)) {
    throw new RangeError(
      `${where()}${what} cannot move a window of ${kernel.join(" × ")} by [${stride}]: whole numbers from 1`,
    );
  }
  const sides = paddingOf(padding, image, kernel, stride);
  if (sides.flat().some((v) => !Number.isInteger(v) || v < 0)) {
    throw new RangeError(`${where()}${what} cannot pad by ${JSON.stringify(padding)}: whole numbers from 0`);
  }
  const padded = image.map((n, d) => n + sides[d]![0] + sides[d]![1]);
  if (padded.some((n, d) => n < kernel[d]!)) {
    throw new RangeError(
      `${where()}${what}: windows of ${kernel.join(" × ")} do not fit images of ${image.join(" × ")} with padding`,
    );
  }
  const output = padded.map((n, d) => Math.floor((n - kernel[d]!) / stride[d]!) + 1) as unknown as Pair;
  return { image, kernel, stride, padding: sides, output };
}

/** A number for both directions, or one for each. */
export function pair(value: number | Pair): Pair {
  return typeof value === "number" ? [value, value] : value;
}

function paddingOf(padding: Padding, image: Pair, kernel: Pair, stride: Pair): readonly [Pair, Pair] {
  if (padding === "valid") return [[0, 0], [0, 0]];
  if (padding === "same") {
    const sides = image.map((n, d) => {
      const total = Math.max(0, (Math.ceil(n / stride[d]!) - 1) * stride[d]! + kernel[d]! - n);
      return [Math.floor(total / 2), Math.ceil(total / 2)] as const;
    });
    return sides as unknown as readonly [Pair, Pair];
  }
  const [y, x] = typeof padding === "number" ? [padding, padding] : padding;
  return [typeof y === "number" ? [y, y] : y, typeof x === "number" ? [x, x] : x];
}

/** Zeros of the kind of x. */
function zeros(x: Secret, shape: readonly number[]): Secret {
  return (x.kind.type === "fix" ? sfix.constant(0) : sint.constant(0)).broadcastTo(shape);
}

/** Zeros before and after along an axis; negative counts cut off. */
export function padAxis(x: Secret, axis: number, before: number, after: number): Secret {
  const n = x.shape[axis]!;
  const cut = before < 0 || after < 0 ? x.slice(Math.max(0, -before), n - Math.max(0, -after), axis) : x;
  const side = (count: number) => count > 0 ? [zeros(x, x.shape.map((extent, d) => d === axis ? count : extent))] : [];
  const parts = [...side(before), cut, ...side(after)];
  return parts.length === 1 ? cut : concat(parts, axis);
}

/** The images x: [batch, height, width, channels] in their padding of zeros. */
export function padZeros(x: Secret, { padding: [rows, columns] }: Geometry): Secret {
  return padAxis(padAxis(x, 1, ...rows), 2, ...columns);
}

/** Channels of an image: `count` from `first` on. */
export interface Channels {
  readonly first: number;
  readonly count: number;
}

/** What lies under the windows on padded images: [batch, height', width', rows, columns, channels]. */
export function patches(padded: Secret, { kernel, stride, output }: Geometry, channels?: Channels): Secret {
  const [batch, height, width, all] = padded.shape as [number, number, number, number];
  const { first, count } = channels ?? { first: 0, count: all };
  const row = width * all;
  return padded.window(
    [batch, ...output, ...kernel, count],
    first,
    [height * row, stride[0] * row, stride[1] * all, row, all, 1],
  );
}

/** What lies under each place of the window: [rows, columns, batch, height', width', channels]. */
export function byPlace(padded: Secret, { kernel, stride, output }: Geometry): Secret {
  const [batch, height, width, channels] = padded.shape as [number, number, number, number];
  const row = width * channels;
  return padded.window(
    [...kernel, batch, ...output, channels],
    0,
    [row, channels, height * row, stride[0] * row, stride[1] * channels, 1],
  );
}

/**
 * How pixels and positions meet. Pixel s·q + φ of a padded image with stride s, 0 ≤ φ < s, lies under position q − t at place
 * φ + s·t of the window, for t from 0 to ⌈kernel / s⌉ − 1.
 */
interface Meeting {
  /** ⌈kernel / s⌉: so many positions see a pixel at most. */
  readonly overlaps: Pair;
  /** The q of the image's pixels: from `first` on, so many. */
  readonly first: Pair;
  readonly count: Pair;
}

/** How the pixels of the image meet the positions. */
export function meeting({ image, kernel, stride, padding }: Geometry): Meeting {
  const both = (of: (d: 0 | 1) => number): Pair => [of(0), of(1)];
  const first = both((d) => Math.floor(padding[d][0] / stride[d]));
  return {
    overlaps: both((d) => Math.ceil(kernel[d] / stride[d])),
    first,
    count: both((d) => Math.ceil((padding[d][0] + image[d]) / stride[d]) - first[d]),
  };
}

/** Two axes of x, which are positions, so that entry q + t of them is position q − (overlaps − 1 − t), 0 where there is none. */
export function atPixels(x: Secret, axis: number, g: Geometry): Secret {
  const { overlaps, first, count } = meeting(g);
  return ([0, 1] as const).reduce((x, d) => {
    const before = overlaps[d] - 1 - first[d];
    return padAxis(x, axis + d, before, count[d] + overlaps[d] - 1 - g.output[d] - before);
  }, x);
}

/**
 * The adjoint of {@linkcode byPlace} as a sum: values for each place of the window become as many images as windows overlap,
 * whose sum, after {@linkcode assemble}, adds each value to the pixel that it came from. Each is [batch, q, φ, q, φ, channels].
 */
export function overlapping(values: Secret, g: Geometry): Secret[] {
  const { kernel, stride } = g;
  const { overlaps: [ty, tx], count: [qy, qx] } = meeting(g);
  const [batch, channels] = [values.shape[2]!, values.shape[5]!];
  const whole = padAxis(padAxis(values, 0, 0, ty * stride[0] - kernel[0]), 1, 0, tx * stride[1] - kernel[1]);
  const v = atPixels(whole, 3, g);
  const list: Secret[] = [];
  for (let i = 0; i < ty; i++) {
    for (let j = 0; j < tx; j++) {
      const part = v.slice(i * stride[0], (i + 1) * stride[0], 0).slice(j * stride[1], (j + 1) * stride[1], 1)
        .slice(ty - 1 - i, ty - 1 - i + qy, 3).slice(tx - 1 - j, tx - 1 - j + qx, 4);
      list.push(part.transpose([2, 3, 0, 4, 1, 5]).reshape([batch, qy, stride[0], qx, stride[1], channels]));
    }
  }
  return list;
}

/** The sum of {@linkcode overlapping} images as images without padding: [batch, height, width, channels]. */
export function assemble(sum: Secret, g: Geometry): Secret {
  const { image: [height, width], stride, padding } = g;
  const { first } = meeting(g);
  const [batch, qy, sy, qx, sx, channels] = sum.shape as [number, number, number, number, number, number];
  const [top, left] = [0, 1].map((d) => padding[d]![0] - first[d]! * stride[d]!) as [number, number];
  return sum.reshape([batch, qy * sy, qx * sx, channels]).slice(top, top + height, 1).slice(left, left + width, 2);
}

/** The adjoint of windows: adds each value [rows, columns, batch, height', width', channels] to its pixel. Local. */
export function addUp(values: Secret, g: Geometry): Secret {
  return assemble(overlapping(values, g).reduce((sum, part) => sum.add(part)), g);
}
