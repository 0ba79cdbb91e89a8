// Made by "deno task kernels" from src/field_gilboa.as.ts and src/spreading.ts.
/**
 * Kernels of `src/field_gilboa.as.ts`. A call computes; while something is recorded it is written down instead.
 *
 * @module
 */
import * as wasm from "./field_gilboa.wasm";
import { note, recording } from "../recorder.ts";

/**
 * The sender's part for its `width` elements at `a`: corrections d_i = p_i − p'_i + a, and out −= Σ 2^i · p_i.
 * `zeros`, `ones`: the pads p and p' of choices 0 and 1.
 */
export function offer(
  zeros: number,
  ones: number,
  stride: number,
  a: number,
  width: number,
  corrections: number,
  out: number,
  scratch: number,
): void {
  if (recording) note(36, 13, zeros, ones, stride, a, width, corrections, out, scratch);
  else wasm.offer(zeros, ones, stride, a, width, corrections, out, scratch);
}

/**
 * out += Σ 2^i · x_i · p_i for the bits x_i at `factor`, over rows of `width` words `stride` bytes apart: the receiver's part with the pads of
 * its choices and a factor of ones, then with the corrections and its own.
 */
export function collect(
  factor: number,
  pads: number,
  stride: number,
  width: number,
  out: number,
  scratch: number,
): void {
  if (recording) note(37, 8, factor, pads, stride, width, out, scratch);
  else wasm.collect(factor, pads, stride, width, out, scratch);
}
