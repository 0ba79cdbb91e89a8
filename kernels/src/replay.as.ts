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
 * Runs the calls from `p` to `end`, of 48 bytes each. A call is two 32-bit integers, the kernel's place in the table and its form, then
 * the arguments in slots of 32 bits. Form f ≤ 9 has f arguments of 32 bits; the others have one of 64 bits among them.
 */
export function replay(p: usize, end: usize): void {
  for (; p < end; p += 48) {
    const k = load<u32>(p);
    switch (load<u32>(p, 4)) {
      case 2:
        call_indirect<void>(k, a(p, 0), a(p, 1));
        break;
      case 3:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2));
        break;
      case 4:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), a(p, 3));
        break;
      case 5:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), a(p, 3), a(p, 4));
        break;
      case 6:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), a(p, 3), a(p, 4), a(p, 5));
        break;
      case 7:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), a(p, 3), a(p, 4), a(p, 5), a(p, 6));
        break;
      case 8:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), a(p, 3), a(p, 4), a(p, 5), a(p, 6), a(p, 7));
        break;
      case 9:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), a(p, 3), a(p, 4), a(p, 5), a(p, 6), a(p, 7), a(p, 8));
        break;
      case 10:
        call_indirect<void>(k, a(p, 0), wide(p, 1), a(p, 3));
        break;
      case 11:
        call_indirect<void>(k, a(p, 0), wide(p, 1), a(p, 3), a(p, 4));
        break;
      case 12:
        call_indirect<void>(k, a(p, 0), a(p, 1), a(p, 2), wide(p, 3), a(p, 5));
        break;
      default:
        unreachable();
    }
  }
}
