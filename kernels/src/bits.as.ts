// Bit vectors ("planes"): plane p holds one bit of each of n elements, 64 to a word, `stride` bytes apart.

import { clear, copy } from "./layout.as";

/** Elements up to which `toPlanes` gathers bit by bit. */
const FEW: i32 = 4;

/**
 * Splits the low `bits` bits of n words into planes, lowest first; stride is 8⌈n / 64⌉ bytes; bits past n are 0.
 * `scratch`: 512 bytes. Blocks of 64 × 64 are transposed as in Warren, Hacker's Delight, section 7-3.
 */
export function toPlanes(src: usize, n: i32, bits: i32, dst: usize, stride: usize, scratch: usize): void {
  if (n == 0) return;
  if (n <= FEW) {
    for (let b = 0; b < bits; b++, dst += stride) {
      let w: u64 = 0;
      for (let i = 0; i < n; i++) w |= (load<u64>(src + (<usize>i << 3)) >> b & 1) << i;
      store<u64>(dst, w);
    }
    return;
  }
  for (let done = 0; done < n; done += 64, src += 512, dst += 8) {
    const count = min(64, n - done);
    copy(scratch, src, <usize>count << 3);
    clear(scratch + (<usize>count << 3), <usize>(64 - count) << 3);
    transpose64(scratch, bits);
    for (let b = 0; b < bits; b++) store<u64>(dst + <usize>b * stride, load<u64>(scratch + (<usize>b << 3)));
  }
}

/**
 * Transposes a 64×64 bit matrix in place: bit j of word i becomes bit i of word j. Only the first `rows` words of the result are
 * made: a step that exchanges j × j blocks passes over the rows that none of them depends on.
 */
function transpose64(at: usize, rows: i32): void {
  let mask: u64 = 0x00000000ffffffff;
  for (let j = 32; j != 1; j >>= 1, mask ^= mask << j) {
    const low = i64x2.splat(mask), end = (rows + 2 * j - 1) & -2 * j;
    for (let k = 0; k < end; k = (k + j + 2) & ~j) {
      const p = at + (<usize>k << 3), q = at + (<usize>(k + j) << 3);
      const a = v128.load(p), b = v128.load(q);
      const t = v128.and(v128.xor(i64x2.shr_u(a, j), b), low);
      v128.store(p, v128.xor(a, i64x2.shl(t, j)));
      v128.store(q, v128.xor(b, t));
    }
  }
  const odd = i64x2.splat(mask);
  for (let k = 0; k < rows; k += 4) {
    const p = at + (<usize>k << 3), u = v128.load(p), v = v128.load(p, 16);
    let a = v128.shuffle<i64>(u, v, 0, 2), b = v128.shuffle<i64>(u, v, 1, 3);
    const t = v128.and(v128.xor(i64x2.shr_u(a, 1), b), odd);
    a = v128.xor(a, i64x2.shl(t, 1));
    b = v128.xor(b, t);
    v128.store(p, v128.shuffle<i64>(a, b, 0, 2));
    v128.store(p, v128.shuffle<i64>(a, b, 1, 3), 16);
  }
}

/** Writes bit i of a plane to word i, for n elements. */
export function planeToWords(plane: usize, n: i32, dst: usize): void {
  for (let i = 0; i < n; i += 64, plane += 8) {
    let w = load<u64>(plane);
    const end = dst + (<usize>min(64, n - i) << 3);
    for (; dst < end; dst += 8, w >>= 1) store<u64>(dst, w & 1);
  }
}

/** dst ^= src, in whole words. */
export function xorInto(dst: usize, src: usize, words: i32): void {
  const even = dst + (<usize>(words & ~1) << 3);
  for (; dst < even; dst += 16, src += 16) v128.store(dst, v128.xor(v128.load(dst), v128.load(src)));
  if (words & 1) store<u64>(dst, load<u64>(dst) ^ load<u64>(src));
}

/** Words of a plane that {@link evaluate} works on at a time: a program's planes then stay in the second-level cache. */
const TILE: i32 = 32;

/**
 * Runs a straight-line program over planes. An instruction is four 32-bit integers: operation (0 = xor, 1 = and), destination,
 * left and right, as plane numbers from `base`.
 */
export function evaluate(program: usize, count: i32, base: usize, stride: usize, words: i32): void {
  const end = program + (<usize>count << 4);
  if (words == 1) {
    for (let p = program; p < end; p += 16) {
      const x = load<u64>(base + <usize>load<u32>(p, 8) * stride), y = load<u64>(base + <usize>load<u32>(p, 12) * stride);
      store<u64>(base + <usize>load<u32>(p, 4) * stride, load<u32>(p) ? x & y : x ^ y);
    }
    return;
  }
  for (let from = 0; from < words; from += TILE) {
    const tile = <usize>min(TILE, words - from) << 3, at = base + (<usize>from << 3);
    for (let p = program; p < end; p += 16) {
      const and = load<u32>(p);
      let d = at + <usize>load<u32>(p, 4) * stride;
      let x = at + <usize>load<u32>(p, 8) * stride, y = at + <usize>load<u32>(p, 12) * stride;
      const stop = d + (tile & ~15);
      if (and) {
        for (; d < stop; d += 16, x += 16, y += 16) v128.store(d, v128.and(v128.load(x), v128.load(y)));
        if (tile & 8) store<u64>(d, load<u64>(x) & load<u64>(y));
      } else {
        for (; d < stop; d += 16, x += 16, y += 16) v128.store(d, v128.xor(v128.load(x), v128.load(y)));
        if (tile & 8) store<u64>(d, load<u64>(x) ^ load<u64>(y));
      }
    }
  }
}

/** Copies the first `bytes` bytes of `planes` planes to one run of bytes. */
export function packPlanes(src: usize, stride: usize, planes: i32, bytes: usize, dst: usize): void {
  if (bytes < 8 && stride == 8) {
    // Whole words, of which the next plane overwrites what is too much; bytes where nothing would.
    for (; planes > 0 && <usize>planes * bytes >= 8; planes--, src += 8, dst += bytes) store<u64>(dst, load<u64>(src));
  }
  for (let p = 0; p < planes; p++, src += stride, dst += bytes) copy(dst, src, bytes);
}

/**
 * The inverse of {@link packPlanes}; the rest of each plane becomes 0.
 * Loads up to 7 bytes past the end of the source, never uses them.
 */
export function unpackPlanes(src: usize, bytes: usize, planes: i32, dst: usize, stride: usize): void {
  if (bytes < 8 && stride == 8) {
    const mask = ((<u64>1) << (bytes << 3)) - 1;
    for (const end = dst + (<usize>planes << 3); dst < end; src += bytes, dst += 8) store<u64>(dst, load<u64>(src) & mask);
    return;
  }
  for (let p = 0; p < planes; p++, src += bytes, dst += stride) {
    copy(dst, src, bytes);
    clear(dst + bytes, stride - bytes);
  }
}

/** Writes the first n bits of each plane one after the other: ⌈planes · n / 8⌉ bytes. */
export function packBits(src: usize, stride: usize, planes: i32, n: i32, dst: usize): void {
  let held: u64 = 0, count: u64 = 0;
  for (let p = 0; p < planes; p++, src += stride) {
    for (let i = 0; i < n; i += 64) {
      const bits = <u64>min(64, n - i);
      let w = load<u64>(src + <usize>(i >> 3));
      if (bits < 64) w &= ((<u64>1) << bits) - 1;
      held |= w << count;
      if (count + bits >= 64) {
        store<u64>(dst, held);
        dst += 8;
        held = count == 0 ? 0 : w >> (64 - count);
        count += bits - 64;
      } else count += bits;
    }
  }
  for (; <i64>count > 0; count -= 8, held >>= 8, dst++) store<u8>(dst, <u8>held);
}

/**
 * The inverse of {@link packBits}, from bit `from` of the source on; the rest of each plane becomes 0.
 * Loads up to 8 bytes past the end of the source, never uses them.
 */
export function unpackBits(src: usize, from: u64, planes: i32, n: i32, dst: usize, stride: usize): void {
  for (let p = 0; p < planes; p++, dst += stride) {
    for (let i = 0; i < n; i += 64) {
      const bits = <u64>min(64, n - i), at = src + <usize>(from >> 3), shift = from & 7;
      let v = load<u64>(at) >> shift;
      if (shift + bits > 64) v |= <u64>load<u8>(at, 8) << (64 - shift);
      if (bits < 64) v &= ((<u64>1) << bits) - 1;
      store<u64>(dst + <usize>(i >> 3), v);
      from += bits;
    }
    const used = <usize>((n + 63) >> 6) << 3;
    clear(dst + used, stride - used);
  }
}

/** Repeats the first n bits of each plane `times` times: planes of n · times bits, at a stride of their own. */
export function repeatPlanes(src: usize, stride: usize, planes: i32, n: i32, times: i32, dst: usize, wide: usize): void {
  if (n < 64 && n * times <= 64 && wide == 8) {
    const mask = ((<u64>1) << n) - 1;
    for (let p = 0; p < planes; p++, src += stride, dst += 8) {
      const w = load<u64>(src) & mask;
      let all = w;
      for (let t = 1; t < times; t++) all = all << n | w;
      store<u64>(dst, times > 0 ? all : 0);
    }
    return;
  }
  for (let p = 0; p < planes; p++, src += stride, dst += wide) {
    clear(dst, wide);
    let position: u64 = 0;
    for (let t = 0; t < times; t++) {
      for (let i = 0; i < n; i += 64) {
        const count = <u64>min(64, n - i);
        let w = load<u64>(src + <usize>(i >> 3));
        if (count < 64) w &= ((<u64>1) << count) - 1;
        const at = dst + <usize>((position >> 6) << 3), shift = position & 63;
        store<u64>(at, load<u64>(at) | (w << shift));
        if (shift + count > 64) store<u64>(at, w >> (64 - shift), 8);
        position += count;
      }
    }
  }
}

/** out[i] = the bit of element i set ? one − share[i] : share[i], a party's part of m + (1 − 2m)·λ; `one` is 1 or 0. */
export function flipShares(plane: usize, share: usize, n: i32, one: u64, out: usize): void {
  for (let i = 0; i < n; i += 64, plane += 8) {
    let w = load<u64>(plane);
    const end = out + (<usize>min(64, n - i) << 3);
    for (; out < end; out += 8, share += 8, w >>= 1) {
      const m = 0 - (w & 1), s = load<u64>(share);
      store<u64>(out, ((s ^ m) - m) + (one & m));
    }
  }
}

/** out[i] = the bit of element i set ? value[i] − share[i] : share[i], a party's part of m·v + (1 − 2m)·λ·v. */
export function chooseShares(plane: usize, share: usize, value: usize, n: i32, out: usize): void {
  for (let i = 0; i < n; i += 64, plane += 8) {
    let w = load<u64>(plane);
    const end = out + (<usize>min(64, n - i) << 3);
    for (; out < end; out += 8, share += 8, value += 8, w >>= 1) {
      const m = 0 - (w & 1), s = load<u64>(share);
      store<u64>(out, ((s ^ m) - m) + (load<u64>(value) & m));
    }
  }
}

/** out[i, c] += Σ_j table[c, j] · v[j, i]: linear combinations of `terms` vectors of n words, `stride` bytes apart. */
export function combineStrided(
  v: usize, stride: usize, terms: i32, n: i32, table: usize, columns: i32, out: usize,
): void {
  for (let c = 0; c < columns; c++) {
    for (let j = 0; j < terms; j++) {
      const w = load<u64>(table + ((<usize>c * terms + j) << 3));
      let at = out + (<usize>c << 3), from = v + <usize>j * stride;
      for (let i = 0; i < n; i++, from += 8, at += <usize>columns << 3) {
        store<u64>(at, load<u64>(at) + w * load<u64>(from));
      }
    }
  }
}
