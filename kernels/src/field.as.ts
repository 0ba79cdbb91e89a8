// Arithmetic over F_p, p = 2^128 − 159, on flat vectors of elements of 16 bytes, little-endian and below p. Pointers are byte offsets, `c`
// and `r` those of one element; every length works; `out` may be a vector of the input where nothing else is said. Time depends on lengths
// only.

import { copy } from "./layout.as";
import { FOLD, multiply, settle } from "./modulus.as";

/** Elements that are inverted together: their products do not wait for each other. */
const TILE: i32 = 16;
const TILE_BYTES: usize = 256;
/** Powers that are computed one after the other, before eight are at a time. */
const STEP: i32 = 8;

@inline
function sum(x0: u64, x1: u64, y0: u64, y1: u64, out: usize): void {
  const s0 = x0 + y0, carry = <u64>(s0 < y0), u1 = x1 + y1, s1 = u1 + carry;
  const above = <u64>(u1 < y1) | <u64>(s1 < carry) | (<u64>(s1 == <u64>-1) & <u64>(s0 >= 0 - FOLD));
  const d = FOLD & (0 - above), w0 = s0 + d;
  store<u64>(out, w0);
  store<u64>(out, s1 + <u64>(w0 < d), 8);
}

/** out = x + y */
export function add(x: usize, y: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 16, y += 16, out += 16) {
    sum(load<u64>(x), load<u64>(x, 8), load<u64>(y), load<u64>(y, 8), out);
  }
}

/** out = x − y */
export function sub(x: usize, y: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 16, y += 16, out += 16) {
    const x0 = load<u64>(x), y0 = load<u64>(y), x1 = load<u64>(x, 8), y1 = load<u64>(y, 8);
    const s0 = x0 - y0, borrow = <u64>(x0 < y0), u1 = x1 - y1, s1 = u1 - borrow;
    const d = FOLD & (0 - (<u64>(x1 < y1) | <u64>(u1 < borrow)));
    store<u64>(out, s0 - d);
    store<u64>(out, s1 - <u64>(s0 < d), 8);
  }
}

/** out = −x */
export function negate(x: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 16, out += 16) {
    const x0 = load<u64>(x), x1 = load<u64>(x, 8), keep = 0 - <u64>((x0 | x1) != 0), low = 0 - FOLD;
    store<u64>(out, (low - x0) & keep);
    store<u64>(out, (~x1 - <u64>(low < x0)) & keep, 8);
  }
}

/** out = x · y */
export function mul(x: usize, y: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 16, y += 16, out += 16) {
    multiply(load<u64>(x), load<u64>(x, 8), load<u64>(y), load<u64>(y, 8), 0, 0, out);
  }
}

/** out += x · y */
export function mulAdd(x: usize, y: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 16, y += 16, out += 16) {
    multiply(load<u64>(x), load<u64>(x, 8), load<u64>(y), load<u64>(y, 8), load<u64>(out), load<u64>(out, 8), out);
  }
}

/** out = x + c */
export function addScalar(x: usize, c: usize, out: usize, n: i32): void {
  const c0 = load<u64>(c), c1 = load<u64>(c, 8);
  for (const end = out + (<usize>n << 4); out < end; x += 16, out += 16) {
    sum(load<u64>(x), load<u64>(x, 8), c0, c1, out);
  }
}

/** out = x · c */
export function mulScalar(x: usize, c: usize, out: usize, n: i32): void {
  const c0 = load<u64>(c), c1 = load<u64>(c, 8);
  for (const end = out + (<usize>n << 4); out < end; x += 16, out += 16) {
    multiply(load<u64>(x), load<u64>(x, 8), c0, c1, 0, 0, out);
  }
}

/** out += x · c */
export function mulScalarAdd(x: usize, c: usize, out: usize, n: i32): void {
  const c0 = load<u64>(c), c1 = load<u64>(c, 8);
  for (const end = out + (<usize>n << 4); out < end; x += 16, out += 16) {
    multiply(load<u64>(x), load<u64>(x, 8), c0, c1, load<u64>(out), load<u64>(out, 8), out);
  }
}

/** out[o, i] = Σ_a x[o, a, i]; `out` overlaps no input. */
export function sumAxis(x: usize, outer: i32, axis: i32, inner: i32, out: usize): void {
  const row = <usize>inner << 4, block = <usize>axis * row;
  for (let o = 0; o < outer; o++, x += block) {
    for (let i = 0, from = x; i < inner; i++, from += 16, out += 16) {
      let s0: u64 = 0, s1: u64 = 0, k: u64 = 0, at = from;
      for (const end = from + block; at < end; at += row) {
        const y0 = load<u64>(at), y1 = load<u64>(at, 8);
        s0 += y0;
        const carry = <u64>(s0 < y0);
        s1 += y1;
        k += <u64>(s1 < y1);
        s1 += carry;
        k += <u64>(s1 < carry);
      }
      settle(s0, s1, k, out);
    }
  }
}

/** out = x mod p, for x any 128-bit words: of a uniform one, at most 2^-120 from uniform. */
export function reduce(x: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 16, out += 16) {
    settle(load<u64>(x), load<u64>(x, 8), 0, out);
  }
}

/** out = x mod p, for x signed 64-bit words; `out` overlaps no input. */
export function fromWords(x: usize, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 4); out < end; x += 8, out += 16) {
    const v = load<u64>(x), sign = <u64>(<i64>v >> 63), d = FOLD & sign;
    store<u64>(out, v - d);
    store<u64>(out, sign - <u64>(v < d), 8);
  }
}

/** out = the low 64 bits of x as a number from −(p − 1) / 2 to (p − 1) / 2: itself, if it is a signed 64-bit word; `out` overlaps no input. */
export function toWords(x: usize, out: usize, n: i32): void {
  const half = FOLD >> 1; // x + half reaches 2^127 just if x exceeds (p − 1) / 2.
  for (const end = out + (<usize>n << 3); out < end; x += 16, out += 8) {
    const v = load<u64>(x), top = load<u64>(x, 8) + <u64>(v + half < half);
    store<u64>(out, v + (FOLD & (0 - (top >> 63))));
  }
}

/** out = 1, r, r², …, of n elements; r may lie in `out`. */
export function powers(r: usize, out: usize, n: i32): void {
  if (n < 1) return;
  const r0 = load<u64>(r), r1 = load<u64>(r, 8);
  store<u64>(out, 1);
  store<u64>(out, 0, 8);
  let at = out;
  for (const end = out + (<usize>min(n - 1, STEP) << 4); at < end; at += 16) {
    multiply(load<u64>(at), load<u64>(at, 8), r0, r1, 0, 0, at + 16);
  }
  if (n > STEP + 1) mulScalar(out + 16, at, at + 16, n - STEP - 1);
}

/** out = x to the power 2^count, for n elements; count > 0. */
function square(x: usize, out: usize, n: i32, count: i32): void {
  mul(x, x, out, n);
  for (; count > 1; count--) mul(out, out, out, n);
}

/** out = 1 / x, and 0 for 0: x to the power p − 2, the same 140 products for each x. `scratch` of 1 KiB. */
export function inverse(x: usize, out: usize, n: i32, scratch: usize): void {
  const t = scratch, u = t + TILE_BYTES, e3 = u + TILE_BYTES, e5 = e3 + TILE_BYTES;
  for (; n > 0; n -= TILE, x += TILE_BYTES, out += TILE_BYTES) {
    const w = min(n, TILE);
    // e_k is x to the power 2^k − 1.
    square(x, t, w, 1);
    mul(t, x, t, w);
    square(t, u, w, 1);
    mul(u, x, e3, w);
    square(e3, u, w, 2);
    mul(u, t, e5, w);
    square(e3, u, w, 3);
    mul(u, e3, t, w); // e_6
    square(t, u, w, 6);
    mul(u, t, t, w); // e_12
    square(t, u, w, 3);
    mul(u, e3, t, w); // e_15
    for (let k = 15; k < 120; k <<= 1) {
      square(t, u, w, k);
      mul(u, t, t, w); // e_2k
    }
    // p − 2 = (2^120 − 1) · 2^8 + 01011111 in binary.
    square(t, t, w, 2);
    mul(t, x, t, w);
    square(t, t, w, 6);
    mul(t, e5, out, w);
  }
}

/**
 * out = 1 / x where no x is zero: three products an element (Montgomery 1987, section 10.3.1). One zero makes the inverses of up to every
 * 16th element zero. `out` overlaps no input; `scratch` of 1280 bytes.
 */
export function inverseNonzero(x: usize, out: usize, n: i32, scratch: usize): void {
  // Sixteen chains of products, side by side: chain i has the elements i, i + 16, …
  const chains = scratch, wide = min(n, TILE);
  copy(chains, x, <usize>wide << 4);
  for (let i = TILE; i < n; i += TILE) {
    const at = <usize>i << 4, w = min(n - i, TILE);
    copy(out + at, chains, <usize>w << 4);
    mul(chains, x + at, chains, w);
  }
  inverse(chains, chains, wide, scratch + TILE_BYTES);
  for (let i = (n - 1) & -TILE; i > 0; i -= TILE) {
    const at = <usize>i << 4, w = min(n - i, TILE);
    mul(out + at, chains, out + at, w);
    mul(chains, x + at, chains, w);
  }
  copy(out, chains, <usize>wide << 4);
}
