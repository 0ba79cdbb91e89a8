/**
 * Convolution of images, forward and backward: windows, which are local, and one matrix product.
 *
 * The compiler makes the patches part of the product, so they are never there as a whole: see docs/adr/0014-products-of-patches.md.
 *
 * @module
 */
import { concat, type Secret, where } from "@symbolon/compiler";
import { matrixSum } from "./fixed_point.ts";
import {
  assemble,
  atPixels,
  type Geometry,
  geometry,
  meeting,
  overlapping,
  padAxis,
  padZeros,
  patches,
  type WindowOptions,
} from "./windows.ts";

/** How a filter moves over an image. */
export interface Conv2dOptions extends WindowOptions {
  /** Channels and filters are split into so many groups, and filters see the channels of their group only; 1 if left out. */
  readonly groups?: number;
}

/** The sizes of a convolution. */
interface Sizes {
  readonly g: Geometry;
  readonly groups: number;
  /** Channels and filters of a group. */
  readonly channels: number;
  readonly filters: number;
}

/**
 * Cross-correlation of images x: [batch, height, width, channels] with filters w: [rows, columns, channels / groups, filters], as
 * in PyTorch and Keras: [batch, height', width', filters] with height' = ⌊(height + padding − rows) / stride⌋ + 1.
 *
 * Cost: docs/complexity.md, Conv2d. On the ring it grows with the result, whatever the size of the filters. Two parties of semi2k send
 * each other a word for each pixel, padding included, and each weight, and then round.
 *
 * @throws {RangeError} if the shapes do not fit
 */
export function conv2d(x: Secret, w: Secret, options: Conv2dOptions = {}): Secret {
  const sizes = sizesOf(x.shape, w.shape, options);
  const { g, groups, channels, filters } = sizes;
  const padded = padZeros(x, g);
  if (depthwise(sizes)) return depthwiseForward(padded, w, sizes);
  const size = g.kernel[0] * g.kernel[1] * channels;
  return eachGroup(
    groups,
    (i) =>
      patches(padded, g, { first: i * channels, count: channels }).reshape([x.length * positions(g), size])
        .matmul(part(w, i, filters).reshape([size, filters]))
        .reshape([x.length, ...g.output, filters]),
  );
}

/**
 * The gradient by the images x of {@linkcode conv2d}, from the gradient by its result: [batch, height, width, channels].
 *
 * With stride s the pixels fall into s × s phases; each is a convolution of dy with every s-th row and column of the filters,
 * turned. All phases are one product, with as many multiplications as forward.
 *
 * Cost: docs/complexity.md, Conv2d backward; on the ring that of a result up to a stride larger in each direction.
 */
export function conv2dImageGradient(
  dy: Secret,
  w: Secret,
  image: readonly [number, number, number],
  options: Conv2dOptions = {},
): Secret {
  const sizes = sizesOf([dy.length, ...image], w.shape, options);
  const { g, groups, channels, filters } = sizes;
  if (depthwise(sizes)) return depthwiseImageGradient(dy, w, sizes);
  const { kernel: [rows, columns], stride: [sy, sx] } = g;
  const { overlaps: [ty, tx], count: [qy, qx] } = meeting(g);
  const around = atPixels(dy, 1, g);
  const inner = geometry("conv2d()", [qy + ty - 1, qx + tx - 1], [ty, tx]);
  // The filters by phase, turned by half a circle: [ty, tx, filters, sy, sx, channels].
  const phases = padAxis(padAxis(w, 0, 0, ty * sy - rows), 1, 0, tx * sx - columns);
  const all = groups * filters;
  const strides = [sy * tx * sx, sx].map((s) => s * channels * all) as [number, number];
  const turned = phases.window(
    [ty, tx, all, sy, sx, channels],
    (ty - 1) * strides[0] + (tx - 1) * strides[1],
    [-strides[0], -strides[1], 1, tx * sx * channels * all, channels * all, all],
  );
  const sum = eachGroup(
    groups,
    (i) =>
      patches(around, inner, { first: i * filters, count: filters }).reshape([dy.length * qy * qx, ty * tx * filters])
        .matmul(
          turned.slice(i * filters, (i + 1) * filters, 2).reshape([ty * tx * filters, sy * sx * channels]),
        )
        .reshape([dy.length, qy, qx, sy, sx, channels]),
  );
  return assemble(sum.transpose([0, 1, 3, 2, 4, 5]), g);
}

/**
 * The gradient by the filters of {@linkcode conv2d}, summed over the batch: [rows, columns, channels / groups, filters].
 *
 * Cost: docs/complexity.md, Conv2d backward.
 */
export function conv2dFilterGradient(
  x: Secret,
  dy: Secret,
  kernel: readonly [number, number],
  options: Conv2dOptions = {},
): Secret {
  const { groups = 1 } = options;
  const { g, channels, filters } = sizesOf(x.shape, [...kernel, x.shape[3]! / groups, dy.shape[3]!], options);
  const padded = padZeros(x, g);
  const n = x.length * positions(g);
  return eachGroup(groups, (i) =>
    matrixSum(
      patches(padded, g, { first: i * channels, count: channels })
        .reshape([n, kernel[0] * kernel[1] * channels]).transpose(),
      part(dy, i, filters).reshape([n, filters]),
    ).reshape([...kernel, channels, filters]));
}

function sizesOf(x: readonly number[], w: readonly number[], options: Conv2dOptions): Sizes {
  const { groups = 1 } = options;
  if (x.length !== 4 || w.length !== 4 || x[3] !== w[2]! * groups) {
    throw new RangeError(
      `${where()}conv2d() takes images [batch, height, width, channels] and filters [rows, columns, channels / groups, filters], ` +
        `not [${x}] and [${w}]` + (groups === 1 ? "" : ` with ${groups} groups`),
    );
  }
  if (!Number.isInteger(groups) || groups < 1 || w[3]! % groups !== 0) {
    throw new RangeError(`${where()}conv2d() cannot split ${w[3]} filters into ${groups} groups`);
  }
  const g = geometry("conv2d()", [x[1]!, x[2]!], [w[0]!, w[1]!], options);
  return { g, groups, channels: w[2]!, filters: w[3]! / groups };
}

function positions({ output }: Geometry): number {
  return output[0] * output[1];
}

/** The last axis, of which group i has `count`. */
function part(x: Secret, i: number, count: number): Secret {
  const last = x.shape.length - 1;
  return count === x.shape[last] ? x : x.slice(i * count, (i + 1) * count, last);
}

/** The groups' results beside each other along the last axis. */
function eachGroup(groups: number, of: (i: number) => Secret): Secret {
  if (groups === 1) return of(0);
  const parts = Array.from({ length: groups }, (_, i) => of(i));
  return concat(parts, parts[0]!.shape.length - 1);
}

/** One channel a group: then a product for each place of the window, all in one instruction, takes the place of matrices. */
function depthwise({ groups, channels }: Sizes): boolean {
  return groups > 1 && channels === 1;
}

function depthwiseForward(padded: Secret, w: Secret, { g, groups, filters }: Sizes): Secret {
  const [rows, columns] = g.kernel;
  const shape = [padded.length, ...g.output, groups, filters];
  const weights = w.reshape([rows, columns, groups, filters]);
  const under = patches(padded, g);
  const terms: Secret[] = [];
  for (let r = 0; r < rows; r++) {
    for (let s = 0; s < columns; s++) {
      const x = under.slice(r, r + 1, 3).slice(s, s + 1, 4).reshape([...shape.slice(0, 4), 1]);
      terms.push(x.broadcastTo(shape).mulRaw(weights.row(r).row(s)));
    }
  }
  return total(terms).rescale(padded.kind.f).reshape([...shape.slice(0, 3), groups * filters]);
}

function depthwiseImageGradient(dy: Secret, w: Secret, { g, groups, filters }: Sizes): Secret {
  const [rows, columns] = g.kernel;
  const places = [rows, columns, dy.length, ...g.output, groups];
  const terms: Secret[] = [];
  for (let u = 0; u < filters; u++) {
    const split = (x: Secret) => x.slice(u, u + 1, x.shape.length - 1);
    const above = split(dy.reshape([...dy.shape.slice(0, 3), groups, filters])).reshape(places.slice(2));
    const weights = split(w.reshape([rows, columns, 1, 1, 1, groups, filters])).reshape([
      rows,
      columns,
      1,
      1,
      1,
      groups,
    ]);
    const by = overlapping(weights.broadcastTo(places), g);
    overlapping(above.broadcastTo(places), g).forEach((part, i) => terms.push(part.mulRaw(by[i]!)));
  }
  return assemble(total(terms).rescale(dy.kind.f), g);
}

function total(terms: readonly Secret[]): Secret {
  return terms.reduce((sum, term) => sum.add(term));
}
