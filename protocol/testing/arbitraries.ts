/**
 * Inputs that properties are tried on.
 *
 * @module
 */
import { type Patches, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import fc from "fast-check";
import type { Sampler } from "./values.ts";

/** Any tensor up to three axes, mostly small and rarely a multiple of 64. */
export const shapes: fc.Arbitrary<Shape> = fc.oneof(
  fc.constantFrom<Shape>([], [1], [2, 3], [1, 1, 1]),
  fc.integer({ min: 1, max: 70 }).map((n): Shape => [n]),
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 })),
  fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
);

/** Shapes to try always, up to a number of elements. */
export function exampleShapes(largest: number): Shape[] {
  return [[], [1], [2, 3], [63], [64], [65], [70], [1000]].filter((shape) => sizeOf(shape) <= largest);
}

/** Rotations of the parties' roles. */
export const turns: fc.Arbitrary<number> = fc.constantFrom(0, 1, 2, 3, 5, 1_000_003);

/** What a {@linkcode Sampler} starts from. */
export const seeds: fc.Arbitrary<number> = fc.nat(2 ** 31 - 1);

/** A window over a tensor of this shape: a slice with steps of either sign, its axes permuted. */
export function slice(shape: Shape, sampler: Sampler): Window {
  const strides = stridesOf(shape);
  let offset = 0;
  const axes = shape.map((extent, d) => {
    const step = 1 + sampler.below(3);
    const first = sampler.below(extent);
    const length = 1 + sampler.below(Math.floor((extent - 1 - first) / step) + 1);
    const reversed = sampler.below(3) === 0;
    offset += (reversed ? first + step * (length - 1) : first) * strides[d]!;
    return { length, stride: (reversed ? -step : step) * strides[d]! };
  });
  for (let i = axes.length - 1; i > 0; i--) {
    const j = sampler.below(i + 1);
    [axes[i], axes[j]] = [axes[j]!, axes[i]!];
  }
  return { offset, shape: axes.map((a) => a.length), strides: axes.map((a) => a.stride) };
}

/** The window with an axis of stride 0 put in: a broadcast. */
export function broadcast(window: Window, sampler: Sampler): Window {
  const axis = sampler.below(window.shape.length + 1);
  return {
    offset: window.offset,
    shape: window.shape.toSpliced(axis, 0, 1 + sampler.below(5)),
    strides: window.strides.toSpliced(axis, 0, 0),
  };
}

/** A matrix of these sizes made of elements of a vector, its sides split into axes, its elements anywhere and as often as it comes. */
export function patches(rows: number, columns: number, sampler: Sampler): Patches {
  const shape = [rows, columns].flatMap((n) => {
    const divisors = Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
    const outer = divisors.length === 0 ? 1 : divisors[sampler.below(divisors.length)]!;
    return outer === 1 ? [n] : [outer, n / outer];
  });
  const strides = shape.map(() => sampler.below(7) - 2);
  let before = sampler.below(3), after = sampler.below(3);
  shape.forEach((extent, d) => {
    const reach = Math.max(0, extent - 1) * strides[d]!;
    if (reach < 0) before -= reach;
    else after += reach;
  });
  return { base: before + after + 1, window: { shape, offset: before, strides } };
}
