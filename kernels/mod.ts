/**
 * Arithmetic over flat linear memory: AssemblyScript kernels (`src/`, compiled to `build/`) and the memory they work on.
 *
 * @module
 */
export * as bits from "./build/bits.ts";
export * as field from "./field.ts";
export * as fieldGilboa from "./build/field_gilboa.ts";
export * as gf128 from "./gf128.ts";
export * as gilboa from "./build/gilboa.ts";
export * as layout from "./build/layout.ts";
export { matmul, matmulTransposed } from "./build/matmul.ts";
export * as ot from "./ot.ts";
export * as otCheck from "./build/ot_check.ts";
export * as pads from "./pads.ts";
export * as padTrees from "./pad_trees.ts";
export * as ring from "./build/ring.ts";
export * as trunc from "./build/trunc.ts";
export * as words from "./build/authenticated_bits.ts";
export { chacha12, draw, startStream, STREAM_BYTES } from "./streams.ts";
export { align16, placeLiteral } from "./linear_memory.ts";
export { PartyMemory } from "./party_memory.ts";
export { noteFunction, record, recording } from "./recorder.ts";
export { HELPER, type HelperInit, stopHelper, useThreads } from "./pool.ts";
