// ChaCha8 (Bernstein 2008) on four states at a time: vector w holds word w of the four.

@inline
export function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shl(x, n), i32x4.shr_u(x, 32 - n));
}
/** Engines have short code for this shuffle; for that by 8 bits they load a mask each time, which takes longer than shifts. */
@inline
export function rotate16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}
@inline
export function rotate8(x: v128): v128 {
  return rotate(x, 8);
}

/** The first four vectors of every state. */
@inline
export function constants(s: usize): void {
  v128.store(s, i32x4.splat(0x61707865)); v128.store(s, i32x4.splat(0x3320646e), 16);
  v128.store(s, i32x4.splat(0x79622d32), 32); v128.store(s, i32x4.splat(0x6b206574), 48);
}

/** Eight rounds. */
const DOUBLE_ROUNDS: i32 = 4;

/** The blocks of the four states at `s`: vector w of the result at `out + 16 · w`. */
export function blocks(s: usize, out: usize): void {
  let x0 = v128.load(s, 0), x1 = v128.load(s, 16), x2 = v128.load(s, 32), x3 = v128.load(s, 48);
  let x4 = v128.load(s, 64), x5 = v128.load(s, 80), x6 = v128.load(s, 96), x7 = v128.load(s, 112);
  let x8 = v128.load(s, 128), x9 = v128.load(s, 144), x10 = v128.load(s, 160), x11 = v128.load(s, 176);
  let x12 = v128.load(s, 192), x13 = v128.load(s, 208), x14 = v128.load(s, 224), x15 = v128.load(s, 240);
  for (let r = 0; r < DOUBLE_ROUNDS; r++) {
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate16(v128.xor(x12, x0)); x13 = rotate16(v128.xor(x13, x1)); x14 = rotate16(v128.xor(x14, x2)); x15 = rotate16(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 12); x5 = rotate(v128.xor(x5, x9), 12); x6 = rotate(v128.xor(x6, x10), 12); x7 = rotate(v128.xor(x7, x11), 12);
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate8(v128.xor(x12, x0)); x13 = rotate8(v128.xor(x13, x1)); x14 = rotate8(v128.xor(x14, x2)); x15 = rotate8(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 7); x5 = rotate(v128.xor(x5, x9), 7); x6 = rotate(v128.xor(x6, x10), 7); x7 = rotate(v128.xor(x7, x11), 7);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate16(v128.xor(x15, x0)); x12 = rotate16(v128.xor(x12, x1)); x13 = rotate16(v128.xor(x13, x2)); x14 = rotate16(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 12); x6 = rotate(v128.xor(x6, x11), 12); x7 = rotate(v128.xor(x7, x8), 12); x4 = rotate(v128.xor(x4, x9), 12);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate8(v128.xor(x15, x0)); x12 = rotate8(v128.xor(x12, x1)); x13 = rotate8(v128.xor(x13, x2)); x14 = rotate8(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 7); x6 = rotate(v128.xor(x6, x11), 7); x7 = rotate(v128.xor(x7, x8), 7); x4 = rotate(v128.xor(x4, x9), 7);
  }
  v128.store(out, i32x4.add(x0, v128.load(s, 0)), 0); v128.store(out, i32x4.add(x1, v128.load(s, 16)), 16);
  v128.store(out, i32x4.add(x2, v128.load(s, 32)), 32); v128.store(out, i32x4.add(x3, v128.load(s, 48)), 48);
  v128.store(out, i32x4.add(x4, v128.load(s, 64)), 64); v128.store(out, i32x4.add(x5, v128.load(s, 80)), 80);
  v128.store(out, i32x4.add(x6, v128.load(s, 96)), 96); v128.store(out, i32x4.add(x7, v128.load(s, 112)), 112);
  v128.store(out, i32x4.add(x8, v128.load(s, 128)), 128); v128.store(out, i32x4.add(x9, v128.load(s, 144)), 144);
  v128.store(out, i32x4.add(x10, v128.load(s, 160)), 160); v128.store(out, i32x4.add(x11, v128.load(s, 176)), 176);
  v128.store(out, i32x4.add(x12, v128.load(s, 192)), 192); v128.store(out, i32x4.add(x13, v128.load(s, 208)), 208);
  v128.store(out, i32x4.add(x14, v128.load(s, 224)), 224); v128.store(out, i32x4.add(x15, v128.load(s, 240)), 240);
}

/** The first two vectors of what `blocks` gives, without the work that only the others need. */
export function heads(s: usize, out: usize): void {
  let x0 = v128.load(s, 0), x1 = v128.load(s, 16), x2 = v128.load(s, 32), x3 = v128.load(s, 48);
  let x4 = v128.load(s, 64), x5 = v128.load(s, 80), x6 = v128.load(s, 96), x7 = v128.load(s, 112);
  let x8 = v128.load(s, 128), x9 = v128.load(s, 144), x10 = v128.load(s, 160), x11 = v128.load(s, 176);
  let x12 = v128.load(s, 192), x13 = v128.load(s, 208), x14 = v128.load(s, 224), x15 = v128.load(s, 240);
  for (let r = 0; ; r++) {
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate16(v128.xor(x12, x0)); x13 = rotate16(v128.xor(x13, x1)); x14 = rotate16(v128.xor(x14, x2)); x15 = rotate16(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 12); x5 = rotate(v128.xor(x5, x9), 12); x6 = rotate(v128.xor(x6, x10), 12); x7 = rotate(v128.xor(x7, x11), 12);
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate8(v128.xor(x12, x0)); x13 = rotate8(v128.xor(x13, x1)); x14 = rotate8(v128.xor(x14, x2)); x15 = rotate8(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 7); x5 = rotate(v128.xor(x5, x9), 7); x6 = rotate(v128.xor(x6, x10), 7); x7 = rotate(v128.xor(x7, x11), 7);
    if (r == DOUBLE_ROUNDS - 1) break;
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate16(v128.xor(x15, x0)); x12 = rotate16(v128.xor(x12, x1)); x13 = rotate16(v128.xor(x13, x2)); x14 = rotate16(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 12); x6 = rotate(v128.xor(x6, x11), 12); x7 = rotate(v128.xor(x7, x8), 12); x4 = rotate(v128.xor(x4, x9), 12);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate8(v128.xor(x15, x0)); x12 = rotate8(v128.xor(x12, x1)); x13 = rotate8(v128.xor(x13, x2)); x14 = rotate8(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 7); x6 = rotate(v128.xor(x6, x11), 7); x7 = rotate(v128.xor(x7, x8), 7); x4 = rotate(v128.xor(x4, x9), 7);
  }
  x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6);
  x15 = rotate16(v128.xor(x15, x0)); x12 = rotate16(v128.xor(x12, x1));
  x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12);
  x5 = rotate(v128.xor(x5, x10), 12); x6 = rotate(v128.xor(x6, x11), 12);
  x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6);
  v128.store(out, i32x4.add(x0, v128.load(s))); v128.store(out, i32x4.add(x1, v128.load(s, 16)), 16);
}
