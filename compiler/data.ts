/**
 * Numbers that a program brings along: nested lists or anything with a shape and data.
 *
 * @module
 */
import { type Shape, sizeOf } from "@symbolon/protocol";
import { show } from "./shapes.ts";
import { where } from "./tracer.ts";

/** A number, nested lists of numbers, or a table such as `Matrix` and `Vector` of the data sets. */
export type Data = number | readonly Data[] | { readonly shape: Shape; readonly data: ArrayLike<number> };

/** Shape and elements, row-major. @throws {RangeError} if nested lists have different lengths */
export function flatten(data: Data): { shape: Shape; data: ArrayLike<number> } {
  if (typeof data === "number") return { shape: [], data: [data] };
  if (!Array.isArray(data)) {
    const table = data as { shape: Shape; data: ArrayLike<number> };
    if (table.data.length !== sizeOf(table.shape)) {
      throw new RangeError(
        `${where()}A table of shape ${show(table.shape)} has ${sizeOf(table.shape)} elements, not ${table.data.length}`,
      );
    }
    return table;
  }
  const parts = (data as readonly Data[]).map(flatten);
  const inner = parts[0]?.shape ?? [];
  const values: number[] = [];
  for (const part of parts) {
    if (part.shape.join() !== inner.join()) {
      throw new RangeError(`${where()}Nested lists of shapes ${show(inner)} and ${show(part.shape)} make no tensor`);
    }
    for (let i = 0; i < part.data.length; i++) values.push(part.data[i]!);
  }
  return { shape: [parts.length, ...inner], data: values };
}
