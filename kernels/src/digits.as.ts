// Authenticated elements of F_p from streams of trees, a tree for each digit of four bits of a key: COPE (Keller, Orsini and Scholl 2016)
// with all-but-one trees in place of transfers. p = 2^128 − 159, see `modulus.as.ts`.
//
// A leaf's stream gives 16 elements a chunk: element 4g + l of a chunk is words 4g … 4g + 3 of block l of ChaCha8. Sums are kept in
// halves of words, four elements a vector, and so need no carries within a tree: a sum of 16 halves, times 15, is below 2^24.

import { blocks, constants } from "./chacha8.as";
import { settle } from "./modulus.as";

const TREES: i32 = 32;
const LEAVES: usize = 16;
const KEY: usize = 32;
/** Bytes a chunk has of each stream: 16 elements. */
const CHUNK: usize = 256;
/** Bytes of sums of a chunk: two halves a word. */
const HALVES: usize = 2 * CHUNK;
/** Elements of a chunk. */
const ELEMENTS: i32 = 16;

// Scratch: states, streams, sums of the leaves of a tree, weighted sums.
const STREAMS: usize = CHUNK, SUMS: usize = STREAMS + LEAVES * CHUNK, WEIGHTED: usize = SUMS + HALVES;

/** Low or high halves of the words of a vector. */
@inline
function halves(from: usize, shift: i32): v128 {
  return v128.and(i32x4.shr_u(v128.load(from), shift), i32x4.splat(0xffff));
}

/** x, or −x where `minus` is all ones. */
@inline
function signed(x: v128, minus: v128): v128 {
  return i32x4.sub(v128.xor(x, minus), minus);
}

/** Of halves of 16 streams, as they are at one place of all: their sum to `sums`, Σ_b ±2^b · Σ of those with bit b to `weighted`. */
@inline
function fold(from: usize, shift: i32, m0: v128, m1: v128, m2: v128, m3: v128, sums: usize, weighted: usize): void {
  let odd = halves(from + 256, shift), next = odd;
  const a0 = i32x4.add(halves(from, shift), odd);
  next = halves(from + 768, shift); odd = i32x4.add(odd, next); const a1 = i32x4.add(halves(from + 512, shift), next);
  const b0 = i32x4.add(a0, a1);
  next = halves(from + 1280, shift); odd = i32x4.add(odd, next); const a2 = i32x4.add(halves(from + 1024, shift), next);
  next = halves(from + 1792, shift); odd = i32x4.add(odd, next); const a3 = i32x4.add(halves(from + 1536, shift), next);
  const b1 = i32x4.add(a2, a3);
  let s1 = i32x4.add(a1, a3);
  next = halves(from + 2304, shift); odd = i32x4.add(odd, next); const a4 = i32x4.add(halves(from + 2048, shift), next);
  next = halves(from + 2816, shift); odd = i32x4.add(odd, next); const a5 = i32x4.add(halves(from + 2560, shift), next);
  const b2 = i32x4.add(a4, a5);
  next = halves(from + 3328, shift); odd = i32x4.add(odd, next); const a6 = i32x4.add(halves(from + 3072, shift), next);
  next = halves(from + 3840, shift); odd = i32x4.add(odd, next); const a7 = i32x4.add(halves(from + 3584, shift), next);
  const b3 = i32x4.add(a6, a7), s3 = i32x4.add(b2, b3);
  s1 = i32x4.add(s1, i32x4.add(a5, a7));
  v128.store(sums, i32x4.add(i32x4.add(b0, b1), s3));
  const upper = i32x4.add(i32x4.shl(signed(s3, m3), 1), signed(i32x4.add(b1, b3), m2));
  const lower = i32x4.add(i32x4.shl(signed(s1, m1), 1), signed(odd, m0));
  v128.store(weighted, i32x4.add(i32x4.shl(upper, 2), lower));
}

/** All ones if bit `bit` of the key is 0. */
@inline
function minusOf(delta: usize, bit: i32): v128 {
  return i32x4.splat(((<i32>load<u8>(delta + <usize>(bit >> 3)) >> (bit & 7)) & 1) - 1);
}

/**
 * total = 16 · total + more, for four elements in eight vectors of halves each. Carries go on by one half at a time: sixteen times a half
 * and one of `more` are below 2^24, so that less than 2^8 goes on, and a half of the total stays between −2^16 and 2^17.
 */
@inline
function shiftIn(total: usize, more: usize): void {
  const mask = i32x4.splat(0xffff);
  let x = i32x4.add(i32x4.shl(v128.load(total, 112), 4), v128.load(more, 112));
  let above = i32x4.shr_s(x, 16);
  let carry = i32x4.mul(above, i32x4.splat(159));
  for (let i: usize = 0; i < 112; i += 16) {
    const y = i32x4.add(i32x4.shl(v128.load(total + i), 4), v128.load(more + i));
    v128.store(total + i, i32x4.add(v128.and(y, mask), carry));
    carry = i32x4.shr_s(y, 16);
  }
  v128.store(total, i32x4.add(v128.and(x, mask), carry), 112);
}

/** Half i of an element whose halves are a vector apart, with half i of p added `times` times. */
@inline
function half(at: usize, i: usize, times: u64): u64 {
  return <u64><i64>load<i32>(at + (i << 4)) + times * (i == 0 ? 0xffff - 158 : 0xffff);
}

/** out = the element whose halves are a vector apart, above −2^16 if `times` is 1 and from 0 on if it is 0; below 2^21. */
@inline
function join(at: usize, times: u64, out: usize): void {
  const h3 = half(at, 3, times), h7 = half(at, 7, times);
  const low = half(at, 0, times) + (half(at, 1, times) << 16) + (half(at, 2, times) << 32), s0 = low + (h3 << 48);
  const carry = <u64>(s0 < low) + (h3 >> 16);
  const high = half(at, 4, times) + (half(at, 5, times) << 16) + (half(at, 6, times) << 32) + carry, s1 = high + (h7 << 48);
  settle(s0, s1, <u64>(s1 < high) + (h7 >> 16), out);
}

/**
 * Elements `first` of the streams on, n of them, of 32 trees of 16 leaves with keys of 32 bytes. With r_(t, y) the stream of place y in tree t:
 *
 *   sums[t]  = Σ_y r_(t, y), with the next tree's n elements `stride` elements on
 *   weighted = Σ_t 16^t · Σ_y (δ_t − (δ_t ⊕ y)) · r_(t, y) for the digits δ_t of the 128 bits at `delta`
 *
 * Who has all leaves takes 0 for `delta`, so that their places are their numbers. Who lacks leaf δ_t has the others by their distance
 * from it; place 0 is then `absent`: it is neither read nor counted, and no sums are written. `first`: a multiple of 16, in 16ths.
 * `scratch`: 5,888 bytes.
 */
export function expandDigits(
  keys: usize, delta: usize, absent: i32, first: u64, n: i32, stride: i32, sums: usize, weighted: usize, scratch: usize,
): void {
  const streams = scratch + STREAMS, folded = scratch + SUMS, more = scratch + WEIGHTED, total = more + HALVES;
  const zero = i32x4.splat(0), row = <usize>stride << 4;
  constants(scratch);
  v128.store(scratch, zero, 224);
  v128.store(scratch, zero, 240);
  if (absent) memory.fill(streams, 0, CHUNK);
  for (let done = 0; done < n; done += ELEMENTS, first++, weighted += CHUNK, sums += CHUNK) {
    const c0 = first << 2, c1 = c0 + 1, c2 = c0 + 2, c3 = c0 + 3, count = min(ELEMENTS, n - done);
    v128.store(scratch, i32x4(<i32>c0, <i32>c1, <i32>c2, <i32>c3), 192);
    v128.store(scratch, i32x4(<i32>(c0 >> 32), <i32>(c1 >> 32), <i32>(c2 >> 32), <i32>(c3 >> 32)), 208);
    memory.fill(total, 0, HALVES);
    for (let t = TREES - 1; t >= 0; t--) {
      let key = keys + <usize>t * (LEAVES * KEY) + (absent ? KEY : 0);
      for (let stream = streams + (absent ? CHUNK : 0); stream < folded; stream += CHUNK, key += KEY) {
        for (let w: usize = 0; w < 8; w++) v128.store(scratch + (w << 4), v128.load_splat<u32>(key + (w << 2)), 64);
        blocks(scratch, stream);
      }
      const m0 = minusOf(delta, 4 * t), m1 = minusOf(delta, 4 * t + 1), m2 = minusOf(delta, 4 * t + 2), m3 = minusOf(delta, 4 * t + 3);
      for (let w: usize = 0; w < 16; w++) {
        fold(streams + (w << 4), 0, m0, m1, m2, m3, folded + (w << 5), more + (w << 5));
        fold(streams + (w << 4), 16, m0, m1, m2, m3, folded + (w << 5) + 16, more + (w << 5) + 16);
      }
      for (let g: usize = 0; g < HALVES; g += 128) shiftIn(total + g, more + g);
      if (absent) continue;
      for (let e = 0, to = sums + <usize>t * row; e < count; e++, to += 16) join(folded + place(e), 0, to);
    }
    for (let e = 0; e < count; e++) join(total + place(e), 1, weighted + (<usize>e << 4));
  }
}

/** Where the first half of element e of a chunk is. */
@inline
function place(e: i32): usize {
  return (<usize>(e >> 2) << 7) + (<usize>(e & 3) << 2);
}
