/**
 * Arithmetic over flat linear memory: AssemblyScript kernels (`src/`, compiled to `build/`) and the memory they work on.
 *
 * @module
 */
export * as bits from "./build/bits.wasm";
export { chacha12 } from "./build/chacha.wasm";
export * as gilboa from "./build/gilboa.wasm";
export * as layout from "./build/layout.wasm";
export { matmul } from "./build/matmul.wasm";
export * as ot from "./build/ot.wasm";
export * as ring from "./build/ring.wasm";
export * as trunc from "./build/trunc.wasm";
export { align16, views } from "./linear_memory.ts";
export { PartyMemory } from "./party_memory.ts";
