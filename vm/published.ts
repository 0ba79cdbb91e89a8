/**
 * Public tensors as numbers and as text.
 *
 * @module
 */
import { isWide, type Kind } from "@symbolon/compiler";
import { type Elements, type Shape, sizeOf } from "@symbolon/protocol";
import type { ElementCodec } from "./public.ts";

/** Row-major values: numbers, or bigints where a float64 would not be exact. */
export function published(codec: ElementCodec, elements: Elements, kind: Kind): (number | bigint)[] {
  const unit = 1n << BigInt(kind.f);
  return codec.all(elements).map((v) => {
    // A quotient of integers that is one itself is shown exactly, however large.
    if (kind.type === "fix" && !(isWide(kind) && v % unit === 0n)) return Number(v) / 2 ** kind.f;
    v /= unit;
    return BigInt(Number(v)) === v && Number.isSafeInteger(Number(v)) ? Number(v) : v;
  });
}

/** `1.5`, or nested lists `[[1, 2], [3, 4]]`; at most six decimals. */
export function formatTensor(values: readonly (number | bigint)[], shape: Shape): string {
  if (shape.length === 0) return formatNumber(values[0]!);
  const [rows, ...rest] = shape as [number, ...number[]];
  const size = sizeOf(rest);
  const parts = Array.from({ length: rows }, (_, i) => formatTensor(values.slice(i * size, (i + 1) * size), rest));
  return `[${parts.join(", ")}]`;
}

function formatNumber(value: number | bigint): string {
  return typeof value === "bigint" || Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)));
}
