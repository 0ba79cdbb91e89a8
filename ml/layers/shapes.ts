/**
 * Checks of shapes and sizes that name the layer.
 *
 * @module
 */
import { where } from "@symbolon/compiler";
import type { Geometry } from "../functional/windows.ts";
import type { Shape } from "../shape.ts";

/** The shape of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** Checks that every position of a pool's window sees a part of the image. @throws {RangeError} naming the layer */
export function checkPoolPadding(name: string, { padding, kernel }: Geometry): void {
  if (padding.some((sides, d) => sides.some((n) => n >= kernel[d]!))) {
    throw new RangeError(`${where()}${name}: padding must be smaller than the window, not ${JSON.stringify(padding)}`);
  }
}

/** An image's shape. @throws {RangeError} naming the layer */
export function imageShape(name: string, input: Shape): ImageShape {
  if (input.length !== 3) {
    throw new RangeError(`${where()}${name} takes images [height, width, channels], not values of shape [${input}]`);
  }
  return input as unknown as ImageShape;
}
