/** Bounds of indices and ranges, checked with errors that name the values. */

/**
 * Returns `index` once it is an integer in `0..length-1`.
 *
 * @throws {RangeError} If it is not; the message names `what`, the index and the length.
 */
export function checkedIndex(index: number, length: number, what: string): number {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new RangeError(`${what} ${index} does not exist: there are ${length}, counted from 0`);
  }
  return index;
}

/**
 * Does nothing when `0 ≤ from ≤ to ≤ length`, all integers.
 *
 * @throws {RangeError} If that does not hold; the message names `what` and the three values.
 */
export function checkRange(from: number, to: number, length: number, what: string): void {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to > length) {
    throw new RangeError(`${what} ${from} up to ${to} do not exist: there are ${length}, counted from 0`);
  }
}
