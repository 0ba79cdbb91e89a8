/** The arrays, one after the other, in a new one. */
export function concat(buffers: readonly Uint8Array[]): Uint8Array<ArrayBuffer>;

/** Copies `src` to `dst[offset..]` as far as it fits; returns the number of bytes copied. */
export function copy(src: Uint8Array, dst: Uint8Array, offset?: number): number;

/** True when both arrays hold the same bytes. Not constant-time: not for MACs or keys. */
export function equals(a: Uint8Array, b: Uint8Array): boolean;

/** True when `source` begins with `prefix`. */
export function startsWith(source: Uint8Array, prefix: Uint8Array): boolean;

/** True when `source` ends with `suffix`. */
export function endsWith(source: Uint8Array, suffix: Uint8Array): boolean;

/** True when `needle` occurs in `source[start..]`. */
export function includesNeedle(source: Uint8Array, needle: Uint8Array, start?: number): boolean;

/** The first index of `needle` at or after `start`, or −1. */
export function indexOfNeedle(source: Uint8Array, needle: Uint8Array, start?: number): number;

/** The last index of `needle` at or before `start`, or −1. */
export function lastIndexOfNeedle(source: Uint8Array, needle: Uint8Array, start?: number): number;

/**
 * `count` copies of `source` in a new array.
 *
 * @throws {RangeError} If `count` is negative or no integer.
 */
export function repeat(source: Uint8Array, count: number): Uint8Array<ArrayBuffer>;
