/**
 * Average pools whose windows follow from the size of the result.
 *
 * @module
 */
import { checkArgument, concat, type Secret } from "@symbolon/compiler";
import { type Counts, meanOf } from "../functional/mean.ts";
import { padAxis, type Pair, pair } from "../functional/windows.ts";
import { steps, takesNoMore } from "../rules.ts";
import type { Layer } from "./layer.ts";
import { imageShape } from "./shapes.ts";

/**
 * The mean of height' × width' windows that cover the image: [height, width, channels] → [height', width', channels].
 *
 * Window i of n covers rows ⌊i · height / n⌋ to ⌈(i + 1) · height / n⌉ − 1, as in PyTorch; likewise columns.
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} when bound to anything but images
 */
export function adaptiveAveragePool2d(size: number | Pair, ...none: readonly []): Layer {
  takesNoMore("AdaptiveAveragePool2d", none, "its size alone, [rows, columns] of it if they differ");
  checkArgument("AdaptiveAveragePool2d: size", size, steps);
  const output = pair(size);
  const name = `AdaptiveAveragePool2d(${output.join(" × ")})`;
  return {
    name,
    bind(input) {
      const [height, width, channels] = imageShape(name, input);
      const [rows, columns] = [spans(height, output[0]), spans(width, output[1])];
      const counts: Counts = {
        shape: [...output, 1],
        data: rows.flatMap((r) => columns.map((c) => (r.to - r.from) * (c.to - c.from))),
      };
      return {
        output: [...output, channels],
        parameters: [],
        forward: (_, x) => ({
          y: meanOf(sums(sums(x, 1, rows), 2, columns), counts),
          moved: [],
          backward: (dy) => ({
            dx: spread(spread(meanOf(dy, counts), 2, { list: columns, extent: width }), 1, {
              list: rows,
              extent: height,
            }),
            gradients: [],
          }),
        }),
      };
    },
  };
}

/**
 * The mean of each channel: [height, width, channels] → [channels].
 *
 * Cost: docs/complexity.md.
 *
 * @throws {RangeError} when bound to anything but images
 */
export function globalAveragePool2d(...none: readonly []): Layer {
  const name = "GlobalAveragePool2d";
  takesNoMore(name, none);
  return {
    name,
    bind(input) {
      const [height, width, channels] = imageShape(name, input);
      return {
        output: [channels],
        parameters: [],
        forward: (_, x) => ({
          y: meanOf(x.reshape([x.length, height * width, channels]).sum(1), height * width),
          moved: [],
          backward: (dy) => ({
            dx: meanOf(dy, height * width).reshape([dy.length, 1, 1, channels]).broadcastTo([dy.length, ...input]),
            gradients: [],
          }),
        }),
      };
    },
  };
}

/** From `from` (included) to `to` (excluded). */
interface Span {
  readonly from: number;
  readonly to: number;
}

function spans(extent: number, count: number): Span[] {
  return Array.from({ length: count }, (_, i) => ({
    from: Math.floor(i * extent / count),
    to: Math.ceil((i + 1) * extent / count),
  }));
}

/** The sum over each span along an axis. */
function sums(x: Secret, axis: number, list: readonly Span[]): Secret {
  const shape = x.shape.map((n, d) => d === axis ? 1 : n);
  return concat(list.map(({ from, to }) => x.slice(from, to, axis).sum(axis).reshape(shape)), axis);
}

/** The adjoint of {@linkcode sums}. */
function spread(x: Secret, axis: number, { list, extent }: { list: readonly Span[]; extent: number }): Secret {
  return list.map(({ from, to }, i) => {
    const value = x.slice(i, i + 1, axis);
    const whole = value.broadcastTo(value.shape.map((n, d) => d === axis ? to - from : n));
    return padAxis(whole, axis, from, extent - to);
  }).reduce((sum, part) => sum.add(part));
}
