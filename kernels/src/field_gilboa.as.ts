// Products in F_p, p = 2^128 − 159, from correlated transfers, one a bit of the receiver's factor: Gilboa 1999, as in Keller, Orsini and
// Scholl 2016. The factor is any 128 bits. Pads are any 128-bit words, those of transfer i `stride` bytes after those of transfer i − 1;
// corrections are 128 rows of `width` elements. `scratch` of 16 bytes. Time depends on lengths only.

import { settle, settleSum } from "./modulus.as";

const BITS: i32 = 128;
/** Doublings between folds: what is above 128 bits then stays below 2^33. */
const STEP: i32 = 32;

/** out ± Σ_i 2^i · x_i · p_i over the pads of one place, for the bits x_i of a factor. */
@inline
function addWeighted(x0: u64, x1: u64, pads: usize, stride: usize, minus: bool, out: usize, scratch: usize): void {
  let s0: u64 = 0, s1: u64 = 0;
  let at = pads + <usize>BITS * stride, x = x1, bit: u64 = 64;
  for (let i = 0; i < BITS; i += STEP) {
    if (i == 64) {
      x = x0;
      bit = 64;
    }
    let above: u64 = 0;
    for (let j = 0; j < STEP; j++) {
      at -= stride;
      bit--;
      const keep = 0 - ((x >> bit) & 1), p0 = load<u64>(at) & keep, p1 = load<u64>(at, 8) & keep;
      above = (above << 1) | (s1 >> 63);
      s1 = (s1 << 1) | (s0 >> 63);
      s0 = (s0 << 1) + p0;
      const carry = <u64>(s0 < p0), u = s1 + p1;
      s1 = u + carry;
      above += <u64>(u < p1) | <u64>(s1 < carry);
    }
    settle(s0, s1, above, scratch);
    s0 = load<u64>(scratch);
    s1 = load<u64>(scratch, 8);
  }
  if (!minus) return settleSum(s0, s1, 0, load<u64>(out), load<u64>(out, 8), out);
  // out − s = out + (2^128 − 1 − s) − 158 mod p, where 2^128 is 159; and once more p, so that nothing falls below zero.
  settleSum(~s0, ~s1, 0, load<u64>(out), load<u64>(out, 8), scratch);
  settleSum(load<u64>(scratch), load<u64>(scratch, 8), 0, 0 - 317, <u64>-1, out);
}

/**
 * The sender's part for its `width` elements at `a`: corrections d_i = p_i − p'_i + a, and out −= Σ 2^i · p_i.
 * `zeros`, `ones`: the pads p and p' of choices 0 and 1.
 */
export function offer(
  zeros: usize, ones: usize, stride: usize, a: usize, width: i32, corrections: usize, out: usize, scratch: usize,
): void {
  const row = <usize>width << 4;
  for (let v = 0; v < width; v++, zeros += 16, ones += 16, a += 16, corrections += 16, out += 16) {
    // a + p − p' = a' + p + (2^128 − 1 − p') + 2^128 mod p for a' = a − 317, as 2^128 is 159.
    settleSum(load<u64>(a), load<u64>(a, 8), 0, 0 - 476, <u64>-1, scratch);
    const a0 = load<u64>(scratch), a1 = load<u64>(scratch, 8);
    let to = corrections, other = ones;
    for (let i = 0, at = zeros; i < BITS; i++, at += stride, other += stride, to += row) {
      const p0 = load<u64>(at), s0 = p0 + ~load<u64>(other), carry = <u64>(s0 < p0);
      const p1 = load<u64>(at, 8), u = p1 + ~load<u64>(other, 8), s1 = u + carry;
      settleSum(s0, s1, 1 + (<u64>(u < p1) | <u64>(s1 < carry)), a0, a1, to);
    }
    addWeighted(<u64>-1, <u64>-1, zeros, stride, true, out, scratch);
  }
}

/**
 * out += Σ 2^i · x_i · p_i for the bits x_i at `factor`, over rows of `width` words `stride` bytes apart: the receiver's part with the pads of
 * its choices and a factor of ones, then with the corrections and its own.
 */
export function collect(factor: usize, pads: usize, stride: usize, width: i32, out: usize, scratch: usize): void {
  const x0 = load<u64>(factor), x1 = load<u64>(factor, 8);
  for (let v = 0; v < width; v++, pads += 16, out += 16) addWeighted(x0, x1, pads, stride, false, out, scratch);
}
