// ChaCha12 keystream (Bernstein 2008) with a 64-bit block counter and a 64-bit nonce, four blocks at a time.

import { copy } from "./layout.as";

const DOUBLE_ROUNDS: i32 = 6;

@inline
function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shl(x, n), i32x4.shr_u(x, 32 - n));
}
@inline
function rotate16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}
/** By shifts: a shuffle of single bytes takes longer. */
@inline
function rotate8(x: v128): v128 {
  return rotate(x, 8);
}

/** Four rows of four blocks to four pieces of 16 bytes, one in each block. */
@inline
function transpose(out: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(out, v128.shuffle<i64>(ab0, cd0, 1, 3), 64);
  v128.store(out, v128.shuffle<i64>(ab1, cd1, 0, 2), 128);
  v128.store(out, v128.shuffle<i64>(ab1, cd1, 1, 3), 192);
}

/**
 * Writes 256 · `groups` bytes of keystream from block `counter` (four blocks a group) at `out`.
 * `key`: 32 bytes.
 */
export function chacha12(key: usize, nonce: u64, counter: u64, out: usize, groups: i32): void {
  const s0 = i32x4.splat(0x61707865), s1 = i32x4.splat(0x3320646e);
  const s2 = i32x4.splat(0x79622d32), s3 = i32x4.splat(0x6b206574);
  const k4 = v128.load_splat<u32>(key), k5 = v128.load_splat<u32>(key, 4);
  const k6 = v128.load_splat<u32>(key, 8), k7 = v128.load_splat<u32>(key, 12);
  const k8 = v128.load_splat<u32>(key, 16), k9 = v128.load_splat<u32>(key, 20);
  const k10 = v128.load_splat<u32>(key, 24), k11 = v128.load_splat<u32>(key, 28);
  const s14 = i32x4.splat(<i32>nonce), s15 = i32x4.splat(<i32>(nonce >> 32));
  for (let g = 0; g < groups; g++, counter += 4, out += 256) {
    const c1 = counter + 1, c2 = counter + 2, c3 = counter + 3;
    const s12 = i32x4(<i32>counter, <i32>c1, <i32>c2, <i32>c3);
    const s13 = i32x4(<i32>(counter >> 32), <i32>(c1 >> 32), <i32>(c2 >> 32), <i32>(c3 >> 32));
    let x0 = s0, x1 = s1, x2 = s2, x3 = s3, x4 = k4, x5 = k5, x6 = k6, x7 = k7;
    let x8 = k8, x9 = k9, x10 = k10, x11 = k11, x12 = s12, x13 = s13, x14 = s14, x15 = s15;
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
    transpose(out, i32x4.add(x0, s0), i32x4.add(x1, s1), i32x4.add(x2, s2), i32x4.add(x3, s3));
    transpose(out + 16, i32x4.add(x4, k4), i32x4.add(x5, k5), i32x4.add(x6, k6), i32x4.add(x7, k7));
    transpose(out + 32, i32x4.add(x8, k8), i32x4.add(x9, k9), i32x4.add(x10, k10), i32x4.add(x11, k11));
    transpose(out + 48, i32x4.add(x12, s12), i32x4.add(x13, s13), i32x4.add(x14, s14), i32x4.add(x15, s15));
  }
}

/** Bytes that are made at a time for small draws. */
const POOL: usize = 1024;

/**
 * Writes the next `bytes` bytes of a stream at `out`. A stream is its key of 32 bytes, the next block's number in 8 bytes, the number of
 * bytes used of the pool in 4 bytes, and from byte 64 on the pool of 1024 bytes; with all of the pool used it is empty.
 *
 * Up to half a pool comes from the pool, which is made anew if it does not suffice. Longer draws are made in place in whole groups,
 * and their rest comes from the pool. No block is ever made twice.
 */
export function draw(stream: usize, out: usize, bytes: usize): void {
  let counter = load<u64>(stream, 32);
  if (bytes > POOL / 2) {
    const groups = bytes >> 8;
    chacha12(stream, 0, counter, out, <i32>groups);
    counter += <u64>groups << 2;
    store<u64>(stream, counter, 32);
    out += groups << 8;
    bytes &= 255;
  }
  let used = <usize>load<u32>(stream, 40);
  if (used + bytes > POOL) {
    chacha12(stream, 0, counter, stream + 64, <i32>(POOL >> 8));
    store<u64>(stream, counter + (<u64>POOL >> 6), 32);
    used = 0;
  }
  copy(out, stream + 64 + used, bytes);
  store<u32>(stream, <u32>(used + bytes), 40);
}
