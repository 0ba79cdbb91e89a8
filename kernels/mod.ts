/**
 * Arithmetic over flat linear memory: AssemblyScript kernels (`src/`, compiled to `build/`) and the memory they work on.
 *
 * @module
 */
export * as bits from "./threaded/bits.ts";
export { chacha12, draw, startStream, STREAM_BYTES } from "./threaded/chacha.ts";
export * as gilboa from "./build/gilboa.wasm";
export * as layout from "./threaded/layout.ts";
export { matmul, matmulTransposed } from "./threaded/matmul.ts";
export * as ot from "./threaded/ot.ts";
export * as pads from "./threaded/pads.ts";
export * as ring from "./threaded/ring.ts";
export * as trunc from "./threaded/trunc.ts";
export { align16, views } from "./linear_memory.ts";
export { PartyMemory } from "./party_memory.ts";
export { noteFunction, record, recording } from "./recorder.ts";
export { HELPER, type HelperInit, stopHelper, useThreads } from "./pool.ts";
