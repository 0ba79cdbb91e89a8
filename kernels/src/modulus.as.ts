// F_p for p = 2^128 − 159: how sums and products come back below p, for the kernels of field*.as.ts. An element is two 64-bit words, the
// lower one first. No branch, no table: bits that depend on values are made by comparison and used as masks.
//
// 159 is written in, since other p = 2^128 − c with c < 2^32 would cost speed: a product in five limbs of 26 bits folds sums of 2^54 times
// 4 · 159 without a carry, which takes c < 256. With four limbs of 32 bits and c a parameter, `mul` makes 68 million products a second
// where this one makes 81 million (one thread of an AMD EPYC, busy).

/** 2^128 − p */
export const FOLD: u64 = 159;

/** out = s + 2^128 · k mod p, for s = s0 + 2^64 · s1 and k < 2^56. */
@inline
export function settle(s0: u64, s1: u64, k: u64, out: usize): void {
  // s + 159 · (k + 1) reaches 2^128 just if s + 159 · k reaches p, and without its top bit it is then the rest.
  const d = FOLD * (k + 1), w0 = s0 + d, carry = <u64>(w0 < d), w1 = s1 + carry;
  const e = FOLD & (<u64>(w1 < carry) - 1);
  store<u64>(out, w0 - e);
  store<u64>(out, w1 - <u64>(w0 < e), 8);
}

/** out = s + z + 2^128 · k mod p, for an element z and k < 2^56 − 1. */
@inline
export function settleSum(s0: u64, s1: u64, k: u64, z0: u64, z1: u64, out: usize): void {
  const t0 = s0 + z0, carry = <u64>(t0 < z0), u1 = s1 + z1, t1 = u1 + carry;
  settle(t0, t1, k + (<u64>(u1 < z1) | <u64>(t1 < carry)), out);
}

/** out = x · y + z, of elements. */
@inline
export function multiply(x0: u64, x1: u64, y0: u64, y1: u64, z0: u64, z1: u64, out: usize): void {
  const m: u64 = 0x3ffffff, fold = FOLD << 2; // 2^130 mod p
  const a0 = x0 & m, a1 = (x0 >> 26) & m, a2 = ((x0 >> 52) | (x1 << 12)) & m, a3 = (x1 >> 14) & m, a4 = x1 >> 40;
  const b0 = y0 & m, b1 = (y0 >> 26) & m, b2 = ((y0 >> 52) | (y1 << 12)) & m, b3 = (y1 >> 14) & m, b4 = y1 >> 40;
  // Limbs are below 2^26 and the last ones below 2^24, so none of these sums reaches 2^64.
  const c5 = a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1;
  const c6 = a2 * b4 + a3 * b3 + a4 * b2;
  const c7 = a3 * b4 + a4 * b3;
  const c8 = a4 * b4;
  const c0 = a0 * b0 + fold * c5;
  const c1 = a0 * b1 + a1 * b0 + fold * c6 + (c0 >> 26);
  const c2 = a0 * b2 + a1 * b1 + a2 * b0 + fold * c7 + (c1 >> 26);
  const c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + fold * c8 + (c2 >> 26);
  const c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + (c3 >> 26);
  const l2 = c2 & m;
  const s0 = (c0 & m) | ((c1 & m) << 26) | (l2 << 52), s1 = (l2 >> 12) | ((c3 & m) << 14) | (c4 << 40);
  settleSum(s0, s1, c4 >> 24, z0, z1, out);
}
