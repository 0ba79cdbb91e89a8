// Arithmetic over GF(2^128), polynomial X^128 + X^7 + X^2 + X + 1, on flat vectors of elements of 16 bytes: bit i of the little-endian
// 128-bit word is the coefficient of X^i. Addition is XOR. Pointers are byte offsets, `c` that of one element; every length works; `out`
// may be a vector of the input where nothing else is said. But for public coefficients, time depends on lengths only: no table, no branch.
//
// A product without carries is made of products of integers whose bits have holes between them, into which carries go, to be thrown away:
// Pornin 2018 (P18). Every fourth bit of 32 is a digit: at most eight products of digits meet in a place, which has four bits for their sum.

/** out = z + x · y */
function multiply(x0: u64, x1: u64, y0: u64, y1: u64, z0: u64, z1: u64, out: usize): void {
  const m: u64 = 0xffffffff;
  // Karatsuba twice: words of 64 bits of words of 32 bits. l is the product of the lower words, h that of the upper ones.
  const a0 = x0 & m, a1 = x0 >> 32, b0 = y0 & m, b1 = y0 >> 32;
  let p0 = carryless(a0, b0), p2 = carryless(a1, b1), p1 = carryless(a0 ^ a1, b0 ^ b1) ^ p0 ^ p2;
  const l0 = p0 ^ (p1 << 32), l1 = p2 ^ (p1 >> 32);
  const c0 = x1 & m, c1 = x1 >> 32, d0 = y1 & m, d1 = y1 >> 32;
  p0 = carryless(c0, d0), p2 = carryless(c1, d1), p1 = carryless(c0 ^ c1, d0 ^ d1) ^ p0 ^ p2;
  const h0 = p0 ^ (p1 << 32), h1 = p2 ^ (p1 >> 32);
  const e0 = a0 ^ c0, e1 = a1 ^ c1, f0 = b0 ^ d0, f1 = b1 ^ d1;
  p0 = carryless(e0, f0), p2 = carryless(e1, f1), p1 = carryless(e0 ^ e1, f0 ^ f1) ^ p0 ^ p2;
  // Words 2 and 3 of the product are those from X^128 on, which is X^7 + X^2 + X + 1; what passes X^128 once more is t, of 7 bits.
  const r2 = h0 ^ l1 ^ h1 ^ p2 ^ (p1 >> 32), t = (h1 >> 57) ^ (h1 >> 62) ^ (h1 >> 63), s = r2 ^ t;
  const r1 = l1 ^ l0 ^ h0 ^ p0 ^ (p1 << 32);
  store<u64>(out, z0 ^ l0 ^ s ^ (s << 1) ^ (s << 2) ^ (s << 7));
  store<u64>(out, z1 ^ r1 ^ h1 ^ (h1 << 1) ^ (h1 << 2) ^ (h1 << 7) ^ (r2 >> 57) ^ (r2 >> 62) ^ (r2 >> 63), 8);
}

/** The product of two polynomials of 32 coefficients. */
@inline
function carryless(x: u64, y: u64): u64 {
  const m0: u64 = 0x1111111111111111, m1 = m0 << 1, m2 = m0 << 2, m3 = m0 << 3;
  const x0 = x & m0, x1 = x & m1, x2 = x & m2, x3 = x & m3, y0 = y & m0, y1 = y & m1, y2 = y & m2, y3 = y & m3;
  return (((x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1)) & m0) | (((x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2)) & m1) |
    (((x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3)) & m2) | (((x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0)) & m3);
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

/** out += x · c */
export function mulScalarAdd(x: usize, c: usize, out: usize, n: i32): void {
  const c0 = load<u64>(c), c1 = load<u64>(c, 8);
  for (const end = out + (<usize>n << 4); out < end; x += 16, out += 16) {
    multiply(load<u64>(x), load<u64>(x, 8), c0, c1, load<u64>(out), load<u64>(out, 8), out);
  }
}

/** out += Σ_i x[i] · y[i], one element that overlaps no input. */
export function dot(x: usize, y: usize, out: usize, n: i32): void {
  for (const end = x + (<usize>n << 4); x < end; x += 16, y += 16) {
    multiply(load<u64>(x), load<u64>(x, 8), load<u64>(y), load<u64>(y, 8), load<u64>(out), load<u64>(out, 8), out);
  }
}

/** Bytes of the buckets of a byte of coefficients. */
const BUCKETS: usize = 256 << 4;

/**
 * Adds each x to those of 16 · 256 buckets that the bytes of its coefficient name: `addBuckets` makes Σ x · c of them. The coefficients are
 * public, and time depends on them; it does not on x.
 */
export function addToBuckets(x: usize, c: usize, buckets: usize, n: i32): void {
  for (const end = x + (<usize>n << 4); x < end; x += 16, c += 16) {
    const row = v128.load(x);
    let c0 = load<u64>(c), c1 = load<u64>(c, 8);
    for (let b = buckets, upper = buckets + 8 * BUCKETS; b < upper; b += BUCKETS, c0 >>= 8, c1 >>= 8) {
      const p = b + ((<usize>c0 & 255) << 4), q = b + ((<usize>c1 & 255) << 4);
      v128.store(p, v128.xor(v128.load(p), row));
      v128.store(q, v128.xor(v128.load(q, 8 * BUCKETS), row), 8 * BUCKETS);
    }
  }
}

/** out += Σ over buckets of c · bucket, where c is the byte that names it, times X to the power 8 · its place; empties them. 64 KiB. */
export function addBuckets(buckets: usize, out: usize): void {
  let s0: u64 = 0, s1: u64 = 0;
  for (let place = 15; place >= 0; place--) {
    const at = buckets + <usize>place * BUCKETS;
    for (let bit = 7; bit >= 0; bit--) {
      let sum = i64x2.splat(0);
      for (let v = 0; v < 256; v++) {
        if (v >> bit & 1) sum = v128.xor(sum, v128.load(at + (<usize>v << 4)));
      }
      const over = 0 - (s1 >> 63) & 0x87;
      s1 = (s1 << 1 | s0 >> 63) ^ i64x2.extract_lane(sum, 1);
      s0 = (s0 << 1) ^ over ^ i64x2.extract_lane(sum, 0);
    }
  }
  memory.fill(buckets, 0, 16 * BUCKETS);
  store<u64>(out, load<u64>(out) ^ s0);
  store<u64>(out, load<u64>(out, 8) ^ s1, 8);
}
