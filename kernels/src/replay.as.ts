// Runs kernel calls that were written down before: see kernels/recorder.ts.

/** The 32-bit argument in slot i of the call at `p`. */
@inline
function a(p: usize, i: usize): i32 {
  return load<i32>(p + (i << 2), 8);
}

/** The 64-bit argument in slots i and i + 1. */
@inline
function wide(p: usize, i: usize): i64 {
  return load<i64>(p + (i << 2), 8);
}

/**
 * Runs the calls from `p` to `end`, of CALL_BYTES each. A call is two 32-bit integers, the kernel's number and its form, then the arguments
 * in slots of 32 bits, two for one of 64 bits. The cases and CALL_BYTES come from the kernels' signatures: `tools/kernel_calls.ts`.
 */
export function replay(p: usize, end: usize): void {
  for (; p < end; p += CALL_BYTES) {
    const k = load<u32>(p);
    switch (load<u32>(p, 4)) {
      // One case a form: which arguments have 64 bits.
      default:
        unreachable();
    }
  }
}
