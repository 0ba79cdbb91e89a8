// Made by "deno task kernels" from src/pad_trees.as.ts and src/spreading.ts.
/**
 * Kernels of `src/pad_trees.as.ts`. A call computes; while something is recorded it is written down instead.
 *
 * @module
 */
import * as wasm from "./pad_trees.wasm";
import { note, recording } from "../recorder.ts";

/**
 * The sender's leaves, 32 bytes each, and the message (4,096 bytes) with which the chooser finds its own.
 *
 * `zeros`, `ones`: the first blocks of the pads of choices 0 and 1 of 128 transfers; `tweak`: that of the first. The key of a side is the
 * pad of the other choice. Level 0 has its two keys as nodes; below, the message has for each side the XOR of its nodes and the key.
 * `scratch`: 1,152 bytes.
 */
export function growTrees(
  zeros: number,
  ones: number,
  salt: number,
  tweak: bigint,
  leaves: number,
  message: number,
  scratch: number,
): void {
  if (recording) note(70, 12, zeros, ones, salt, tweak, leaves, message, scratch);
  else wasm.growTrees(zeros, ones, salt, tweak, leaves, message, scratch);
}

/**
 * All leaves but those whose numbers are the digits of the 128 bits at `factor`: number y at place y ⊕ digit, of which place 0 is not written.
 *
 * `chosen`: the first blocks of the pads of the 128 transfers whose choices are those bits; `message`: any 4,096 bytes.
 * `scratch`: 1,152 bytes.
 */
export function punctureTrees(
  chosen: number,
  factor: number,
  salt: number,
  tweak: bigint,
  leaves: number,
  message: number,
  scratch: number,
): void {
  if (recording) note(71, 12, chosen, factor, salt, tweak, leaves, message, scratch);
  else wasm.punctureTrees(chosen, factor, salt, tweak, leaves, message, scratch);
}
