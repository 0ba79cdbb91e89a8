/**
 * All-but-one trees from pads: the kernels of `src/pad_trees.as.ts`, and the memory they ask for.
 *
 * @module
 */
export * from "./build/pad_trees.ts";

/** The block of pads that is the keys of trees: no other block of these pads is taken, and this one for nothing else. */
export const KEY_BLOCK = 2 ** 32;
/** Bytes of the message of 32 trees. */
export const MESSAGE_BYTES = 4096;
/** Bytes of their leaves. */
export const LEAVES_BYTES = 16384;
/** Scratch of `growTrees` and `punctureTrees`, bytes. */
export const SCRATCH_BYTES = 1152;
