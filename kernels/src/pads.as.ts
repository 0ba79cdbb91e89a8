// Pads from correlated rows: H(row, tweak) = ChaCha8 with the key (row, salt), the block's number as counter and the tweak as nonce.
//
// Rows are sliced as in `ot.as.ts`: 256 rows are 2 halves × 4 words × 32 vectors, a vector has a word of four rows 64 apart.

import { blocks, constants, heads } from "./chacha8.as";
import { storeRows } from "./lanes.as";

/** What all states have in common: constants, salt, counter 0. */
@inline
function begin(s: usize, salt: usize): void {
  constants(s);
  for (let w: usize = 0; w < 4; w++) v128.store(s + (w << 4), v128.load_splat<u32>(salt + (w << 2)), 128);
  v128.store(s, i32x4.splat(0), 192);
  v128.store(s, i32x4.splat(0), 208);
}

/** Rows `row`, `row` + 64, … of 256 with their tweaks; `tweak` is that of the first of the 256. */
@inline
function load4(s: usize, rows: usize, row: i32, offset: usize, tweak: u64): void {
  const p = rows + (<usize>(row & 32) << 6) + (<usize>(row & 31) << 4);
  v128.store(s, v128.xor(v128.load(p), v128.load_splat<u32>(offset)), 64);
  v128.store(s, v128.xor(v128.load(p, 512), v128.load_splat<u32>(offset, 4)), 80);
  v128.store(s, v128.xor(v128.load(p, 1024), v128.load_splat<u32>(offset, 8)), 96);
  v128.store(s, v128.xor(v128.load(p, 1536), v128.load_splat<u32>(offset, 12)), 112);
  const t0 = tweak + row, t1 = t0 + 64, t2 = t0 + 128, t3 = t0 + 192;
  v128.store(s, i32x4(<i32>t0, <i32>t1, <i32>t2, <i32>t3), 224);
  v128.store(s, i32x4(<i32>(t0 >> 32), <i32>(t1 >> 32), <i32>(t2 >> 32), <i32>(t3 >> 32)), 240);
}

/** The first 8 bytes of H(row ⊕ offset, tweak + j) for n rows. `offset`, `salt`: 16 bytes; `scratch`: 512 bytes. */
export function padWords(rows: usize, n: i32, offset: usize, salt: usize, tweak: u64, out: usize, scratch: usize): void {
  const head = scratch + 256;
  begin(scratch, salt);
  for (; n > 0; n -= 256, rows += 4096, tweak += 256, out += 2048) {
    for (let row = 0, end = min(64, n); row < end; row++) {
      load4(scratch, rows, row, offset, tweak);
      heads(scratch, head);
      const a = v128.load(head), b = v128.load(head, 16), at = out + (<usize>row << 3);
      const low = v128.shuffle<i32>(a, b, 0, 4, 1, 5), high = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      v128.store64_lane(at, low, 0);
      if (row + 64 < n) v128.store64_lane(at, low, 1, 512);
      if (row + 128 < n) v128.store64_lane(at, high, 0, 1024);
      if (row + 192 < n) v128.store64_lane(at, high, 1, 1536);
    }
  }
}

/** The first bit of H(row ⊕ offset, tweak + j) for n rows, in words of 64 bits; bits past n are undefined. `scratch`: 512 bytes. */
export function padBits(rows: usize, n: i32, offset: usize, salt: usize, tweak: u64, out: usize, scratch: usize): void {
  const head = scratch + 256, one = i32x4.splat(1);
  begin(scratch, salt);
  for (; n > 0; n -= 256, rows += 4096, tweak += 256, out += 32) {
    for (let half: usize = 0; half < 8; half += 4) {
      let bits = i32x4.splat(0);
      for (let r = 0, end = min(32, n - (<i32>half << 3)); r < end; r++) {
        load4(scratch, rows, (<i32>half << 3) + r, offset, tweak);
        heads(scratch, head);
        bits = v128.or(bits, i32x4.shl(v128.and(v128.load(head), one), r));
      }
      v128.store32_lane(out + half, bits, 0);
      if (64 < n) v128.store32_lane(out + half, bits, 1, 8);
      if (128 < n) v128.store32_lane(out + half, bits, 2, 16);
      if (192 < n) v128.store32_lane(out + half, bits, 3, 24);
    }
  }
}

/** 16 bytes of each of four blocks, one in each lane of four vectors, to places `stride` apart, the first `count` of them. */
@inline
function scatter(p: usize, out: usize, stride: usize, count: i32): void {
  storeRows(v128.load(p), v128.load(p, 16), v128.load(p, 32), v128.load(p, 48), out, stride, count);
}

/**
 * Blocks `block` to `block + count` (64 bytes each) of H(row ⊕ offset, tweak + j) for n rows, `stride` bytes apart: of all rows,
 * or of those alone that are `first` to `first + 32` in their 64. `scratch`: 512 bytes.
 */
export function padBlocks(
  rows: usize, n: i32, offset: usize, salt: usize, tweak: u64, block: u64, count: i32, out: usize, stride: usize,
  first: i32, last: i32, scratch: usize,
): void {
  const pad = scratch + 256;
  begin(scratch, salt);
  for (; n > 0; n -= 256, rows += 4096, tweak += 256, out += stride << 8) {
    for (let row = first, end = min(last, n); row < end; row++) {
      load4(scratch, rows, row, offset, tweak);
      for (let c = 0; c < count; c++) {
        v128.store(scratch, i32x4.splat(<i32>(block + c)), 192);
        v128.store(scratch, i32x4.splat(<i32>((block + c) >> 32)), 208);
        blocks(scratch, pad);
        const at = out + <usize>row * stride + (<usize>c << 6), there = (n - row + 63) >> 6;
        for (let w: usize = 0; w < 4; w++) scatter(pad + (w << 6), at + (w << 4), stride << 6, there);
      }
    }
  }
}
