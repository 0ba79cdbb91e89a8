/**
 * The memory that a helper thread is given by the thread it helps.
 *
 * It must be here before the kernels are first imported: they take their memory once.
 *
 * @module
 */

/** Empty in a thread that has a memory of its own. */
export const given: { memory?: WebAssembly.Memory } = {};
