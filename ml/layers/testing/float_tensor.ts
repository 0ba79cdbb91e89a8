/**
 * Tensors of float64, index by index: what layers are compared with.
 *
 * @module
 */

/** A tensor, row-major. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * d, 1);
}

/** The tensor whose element at each index is `at(index)`. */
export function build(shape: readonly number[], at: (index: readonly number[]) => number): FloatTensor {
  const data: number[] = [];
  const visit = (index: readonly number[]): void => {
    if (index.length === shape.length) data.push(at(index));
    else for (let i = 0; i < shape[index.length]!; i++) visit([...index, i]);
  };
  visit([]);
  return { shape, data };
}

/** The element at an index. */
export function at({ shape, data }: FloatTensor, ...index: readonly number[]): number {
  return data[index.reduce((place, i, d) => place * shape[d]! + i, 0)]!;
}

/** Σ over i from `from` (included) to `to` (excluded). */
export function sum(from: number, to: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = from; i < to; i++) total += term(i);
  return total;
}

/**
 * Distinct numbers with 12 fraction bits in (−`limit`, `limit`), none within limit / size of 0 or of each other: nothing that a
 * layer chooses by them changes when one moves by less.
 */
export function spread(shape: readonly number[], { seed = 1, limit = 2 } = {}): FloatTensor {
  const n = sizeOf(shape);
  const places = Array.from({ length: n }, (_, i) => i);
  let state = seed;
  for (let i = n - 1; i > 0; i--) {
    state = (state * 48271) % 2147483647;
    const j = state % (i + 1);
    [places[i], places[j]] = [places[j]!, places[i]!];
  }
  return { shape, data: places.map((p) => Math.round(limit * (2 * p + 1 - n + 0.5) / n * 2 ** 12) / 2 ** 12) };
}

/** The gradient of Σ weights · fn by each operand: central differences with steps of 2^-14. */
export function numericGradients(
  fn: (...operands: FloatTensor[]) => FloatTensor,
  operands: readonly FloatTensor[],
  weights: FloatTensor,
): number[][] {
  const h = 2 ** -14;
  const value = (changed: number, data: readonly number[]) => {
    const moved = operands.map((o, i) => i === changed ? { ...o, data } : o);
    return fn(...moved).data.reduce((s, y, i) => s + y * weights.data[i]!, 0);
  };
  return operands.map(({ data }, operand) =>
    data.map((v, i) => (value(operand, data.with(i, v + h)) - value(operand, data.with(i, v - h))) / (2 * h))
  );
}
