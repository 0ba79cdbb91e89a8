// Made by "deno task kernels" from src/gilboa.as.ts and src/spreading.ts.
/**
 * Kernels of `src/gilboa.as.ts`. A call computes; while something is recorded it is written down instead.
 *
 * @module
 */
import * as wasm from "./gilboa.wasm";
import { note, recording } from "../recorder.ts";

/**
 * The sender's part: corrections d_i = p_i − p'_i + a, and out −= Σ 2^i · p_i.
 * `zeros`, `ones`: the pads p and p' of choices 0 and 1; corrections: 260 · width bytes.
 */
export function offer(
  zeros: number,
  ones: number,
  stride: number,
  a: number,
  width: number,
  corrections: number,
  out: number,
): void {
  if (recording) note(47, 10, zeros, ones, stride, a, width, corrections, out);
  else wasm.offer(zeros, ones, stride, a, width, corrections, out);
}

/** The receiver's part before the corrections are there: out += Σ 2^i · p_i, with the pads of its choices. */
export function collect(pads: number, stride: number, width: number, out: number): void {
  if (recording) note(48, 3, pads, stride, width, out);
  else wasm.collect(pads, stride, width, out);
}

/** The receiver's part afterwards: out += Σ b_i · 2^i · d_i, for the bits b_i of the word at `factor`. */
export function settle(factor: number, corrections: number, width: number, out: number): void {
  if (recording) note(49, 3, factor, corrections, width, out);
  else wasm.settle(factor, corrections, width, out);
}

/** `offer` for n scalars. */
export function offerScalars(
  zeros: number,
  ones: number,
  a: number,
  n: number,
  corrections: number,
  out: number,
): void {
  if (recording) note(50, 8, zeros, ones, a, n, corrections, out);
  else wasm.offerScalars(zeros, ones, a, n, corrections, out);
}

/** `collect` for n scalars. */
export function collectScalars(pads: number, n: number, out: number): void {
  if (recording) note(51, 1, pads, n, out);
  else wasm.collectScalars(pads, n, out);
}

/** `settle` for n scalars. */
export function settleScalars(b: number, corrections: number, n: number, out: number): void {
  if (recording) note(52, 3, b, corrections, n, out);
  else wasm.settleScalars(b, corrections, n, out);
}

/** out ^= x & y, in whole words. */
export function andXor(x: number, y: number, out: number, words: number): void {
  if (recording) note(53, 3, x, y, out, words);
  else wasm.andXor(x, y, out, words);
}
