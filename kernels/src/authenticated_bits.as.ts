// Words of authenticated bits: 16 bytes a bit, one after the other. Bits are packed in 64-bit words, lowest first. Pointers are byte
// offsets; every length works; `out` may be the input. No branch and no index depends on words or bits: time depends on lengths only.

import { blocks, constants } from "./chacha8.as";
import { storeRows } from "./lanes.as";

/** All ones in both halves if the lowest bit of w is set, zeros otherwise. */
@inline
function maskOf(w: u64): v128 {
  return i64x2.splat(-<i64>(w & 1));
}

/** out ^= x where the bit is set, for n words. */
export function addWhere(x: usize, bits: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i += 64, bits += 8) {
    let w = load<u64>(bits);
    for (const end = out + (<usize>min(64, n - i) << 4); out < end; x += 16, out += 16, w >>= 1) {
      v128.store(out, v128.xor(v128.load(out), v128.and(v128.load(x), maskOf(w))));
    }
  }
}

/** out ^= offset, one word, where the bit is set, for n words. */
export function addOffsetWhere(offset: usize, bits: usize, out: usize, n: i32): void {
  const o = v128.load(offset);
  for (let i = 0; i < n; i += 64, bits += 8) {
    let w = load<u64>(bits);
    for (const end = out + (<usize>min(64, n - i) << 4); out < end; out += 16, w >>= 1) {
      v128.store(out, v128.xor(v128.load(out), v128.and(o, maskOf(w))));
    }
  }
}

/** out ^= offset, one word, for n words. */
export function addOffset(offset: usize, out: usize, n: i32): void {
  const o = v128.load(offset);
  for (const end = out + (<usize>n << 4); out < end; out += 16) v128.store(out, v128.xor(v128.load(out), o));
}

/** The lowest bits of n words; bits past n are 0. */
export function packLow(x: usize, out: usize, n: i32): void {
  for (let i = 0; i < n; i += 64, out += 8) {
    const count = min(64, n - i);
    let w: u64 = 0;
    for (let j = 0; j < count; j++, x += 16) w |= (load<u64>(x) & 1) << j;
    store<u64>(out, w);
  }
}

/** n sliced rows, see `ot.as.ts`, as words. `out` overlaps no row. */
export function unslice(rows: usize, n: i32, out: usize): void {
  for (; n > 0; n -= 256, rows += 4096, out += 4096) {
    for (let r = 0, end = min(64, n); r < end; r++) {
      const p = rows + (<usize>(r & 32) << 6) + (<usize>(r & 31) << 4), at = out + (<usize>r << 4);
      const there = (n - r + 63) >> 6;
      storeRows(v128.load(p), v128.load(p, 512), v128.load(p, 1024), v128.load(p, 1536), at, 1024, there);
    }
  }
}

/** Word i of n, or zeros. */
@inline
function wordOf(x: usize, i: i32, n: i32): v128 {
  return i < n ? v128.load(x + (<usize>i << 4)) : i32x4.splat(0);
}

/**
 * The first 16 bytes of H(x ⊕ offset, tweak + j) for n words, with the hash of `pads.as.ts`: ChaCha8 with the key (word, salt) and the tweak
 * as nonce. `offset`, `salt`: 16 bytes; `scratch`: 512 bytes.
 */
export function hashWords(x: usize, n: i32, offset: usize, salt: usize, tweak: u64, out: usize, scratch: usize): void {
  const pad = scratch + 256, o = v128.load(offset), zero = i32x4.splat(0);
  constants(scratch);
  for (let w: usize = 0; w < 4; w++) v128.store(scratch + (w << 4), v128.load_splat<u32>(salt + (w << 2)), 128);
  v128.store(scratch, zero, 192);
  v128.store(scratch, zero, 208);
  for (; n > 0; n -= 4, x += 64, out += 64, tweak += 4) {
    const a = v128.xor(wordOf(x, 0, n), o), b = v128.xor(wordOf(x, 1, n), o);
    const c = v128.xor(wordOf(x, 2, n), o), d = v128.xor(wordOf(x, 3, n), o);
    // Rows become lanes as lanes become rows.
    storeRows(a, b, c, d, scratch + 64, 16, 4);
    const t1 = tweak + 1, t2 = tweak + 2, t3 = tweak + 3;
    v128.store(scratch, i32x4(<i32>tweak, <i32>t1, <i32>t2, <i32>t3), 224);
    v128.store(scratch, i32x4(<i32>(tweak >> 32), <i32>(t1 >> 32), <i32>(t2 >> 32), <i32>(t3 >> 32)), 240);
    blocks(scratch, pad);
    storeRows(v128.load(pad), v128.load(pad, 16), v128.load(pad, 32), v128.load(pad, 48), out, 16, n);
  }
}
