/**
 * Checks of shapes and sizes that name the layer.
 *
 * @module
 */
import type { Geometry } from "../functional/windows.ts";
import type { Shape } from "../shape.ts";

/** The shape of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Checks a count. @throws {RangeError} naming the layer */
export function checkCount(name: string, what: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${name}: ${what} must be a whole number from 1`);
}

/** Checks that every position of a pool's window sees a part of the image. @throws {RangeError} naming the layer */
export function checkPoolPadding(name: string, { padding, kernel }: Geometry): void {
  if (padding.some((sides, d) => sides.some((n) => n >= kernel[d]!))) {
    throw new RangeError(`${name}: padding must be smaller than the window, not ${JSON.stringify(padding)}`);
  }
}

/** An image's shape. @throws {RangeError} naming the layer */
export function imageShape(name: string, input: Shape): ImageShape {
  if (input.length !== 3) {
    throw new RangeError(`${name} takes images [height, width, channels], not values of shape [${input}]`);
  }
  return input as unknown as ImageShape;
}
