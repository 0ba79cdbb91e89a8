// Made by "deno task kernels" from src/field.as.ts and src/spreading.ts.
/**
 * Kernels of `src/field.as.ts`. A call computes; while something is recorded it is written down instead; long ones go to all threads.
 *
 * @module
 */
import * as wasm from "./field.wasm";
import { helped, spread } from "../pool.ts";
import { note, recording } from "../recorder.ts";

/** out = x + y */
export function add(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 21, args: [x, y, out, n], moves: [16, 16, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(21, 3, x, y, out, n);
  else wasm.add(x, y, out, n);
}

/** out = x − y */
export function sub(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 22, args: [x, y, out, n], moves: [16, 16, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(22, 3, x, y, out, n);
  else wasm.sub(x, y, out, n);
}

/** out = −x */
export function negate(x: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 23, args: [x, out, n], moves: [16, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(23, 1, x, out, n);
  else wasm.negate(x, out, n);
}

/** out = x · y */
export function mul(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 24, args: [x, y, out, n], moves: [16, 16, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(24, 3, x, y, out, n);
  else wasm.mul(x, y, out, n);
}

/** out += x · y */
export function mulAdd(x: number, y: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 25, args: [x, y, out, n], moves: [16, 16, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(25, 3, x, y, out, n);
  else wasm.mulAdd(x, y, out, n);
}

/** out = x + c */
export function addScalar(x: number, c: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 26, args: [x, c, out, n], moves: [16, 0, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(26, 3, x, c, out, n);
  else wasm.addScalar(x, c, out, n);
}

/** out = x · c */
export function mulScalar(x: number, c: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 27, args: [x, c, out, n], moves: [16, 0, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(27, 3, x, c, out, n);
  else wasm.mulScalar(x, c, out, n);
}

/** out += x · c */
export function mulScalarAdd(x: number, c: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 28, args: [x, c, out, n], moves: [16, 0, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(28, 3, x, c, out, n);
  else wasm.mulScalarAdd(x, c, out, n);
}

/** out[o, i] = Σ_a x[o, a, i]; `out` overlaps no input. */
export function sumAxis(x: number, outer: number, axis: number, inner: number, out: number): void {
  if (recording) note(29, 5, x, outer, axis, inner, out);
  else wasm.sumAxis(x, outer, axis, inner, out);
}

/** out = x mod p, for x any 128-bit words: of a uniform one, at most 2^-120 from uniform. */
export function reduce(x: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 30, args: [x, out, n], moves: [16, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(30, 1, x, out, n);
  else wasm.reduce(x, out, n);
}

/** out = x mod p, for x signed 64-bit words; `out` overlaps no input. */
export function fromWords(x: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 31, args: [x, out, n], moves: [8, 16, "count"], total: n, least: 1024 });
  }
  if (recording) note(31, 1, x, out, n);
  else wasm.fromWords(x, out, n);
}

/** out = the low 64 bits of x as a number from −(p − 1) / 2 to (p − 1) / 2: itself, if it is a signed 64-bit word; `out` overlaps no input. */
export function toWords(x: number, out: number, n: number): void {
  if (helped && n >= 4096) {
    return spread({ kernel: 32, args: [x, out, n], moves: [16, 8, "count"], total: n, least: 1024 });
  }
  if (recording) note(32, 1, x, out, n);
  else wasm.toWords(x, out, n);
}

/** out = 1, r, r², …, of n elements; r may lie in `out`. */
export function powers(r: number, out: number, n: number): void {
  if (recording) note(33, 1, r, out, n);
  else wasm.powers(r, out, n);
}

/** out = 1 / x, and 0 for 0: x to the power p − 2, the same 140 products for each x. `scratch` of 1 KiB. */
export function inverse(x: number, out: number, n: number, scratch: number): void {
  if (helped && n >= 64) {
    return spread({
      kernel: 34,
      args: [x, out, n, scratch],
      moves: [16, 16, "count", "scratch"],
      total: n,
      unit: 16,
      least: 16,
    });
  }
  if (recording) note(34, 3, x, out, n, scratch);
  else wasm.inverse(x, out, n, scratch);
}

/**
 * out = 1 / x where no x is zero: three products an element (Montgomery 1987). One zero makes the inverses of up to every
 * 16th element zero. `out` overlaps no input; `scratch` of 1280 bytes.
 */
export function inverseNonzero(x: number, out: number, n: number, scratch: number): void {
  if (recording) note(35, 3, x, out, n, scratch);
  else wasm.inverseNonzero(x, out, n, scratch);
}
