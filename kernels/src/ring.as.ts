// Arithmetic over Z_2^64 on flat vectors of 64-bit words. Pointers are byte offsets; every length works; `out` may be an input,
// except in `sumAxis` and `cumulate`.

import { clear, copy } from "./layout.as";

/** out = x + y */
export function add(x: usize, y: usize, out: usize, n: i32): void {
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x += 16, y += 16, out += 16) v128.store(out, i64x2.add(v128.load(x), v128.load(y)));
  if (n & 1) store<u64>(out, load<u64>(x) + load<u64>(y));
}

/** out = x − y */
export function sub(x: usize, y: usize, out: usize, n: i32): void {
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x += 16, y += 16, out += 16) v128.store(out, i64x2.sub(v128.load(x), v128.load(y)));
  if (n & 1) store<u64>(out, load<u64>(x) - load<u64>(y));
}

/** out = −x */
export function negate(x: usize, out: usize, n: i32): void {
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x += 16, out += 16) v128.store(out, i64x2.neg(v128.load(x)));
  if (n & 1) store<u64>(out, 0 - load<u64>(x));
}

/** out = x · y */
export function mul(x: usize, y: usize, out: usize, n: i32): void {
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x += 16, y += 16, out += 16) v128.store(out, i64x2.mul(v128.load(x), v128.load(y)));
  if (n & 1) store<u64>(out, load<u64>(x) * load<u64>(y));
}

/** out += x · y */
export function mulAdd(x: usize, y: usize, out: usize, n: i32): void {
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x += 16, y += 16, out += 16) {
    v128.store(out, i64x2.add(v128.load(out), i64x2.mul(v128.load(x), v128.load(y))));
  }
  if (n & 1) store<u64>(out, load<u64>(out) + load<u64>(x) * load<u64>(y));
}

/** out = x + c, c one word */
export function addScalar(x: usize, c: u64, out: usize, n: i32): void {
  for (const end = out + (<usize>n << 3); out < end; x += 8, out += 8) store<u64>(out, load<u64>(x) + c);
}

/** out = x · c, c one word */
export function mulScalar(x: usize, c: u64, out: usize, n: i32): void {
  const w = i64x2.splat(c);
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x += 16, out += 16) v128.store(out, i64x2.mul(v128.load(x), w));
  if (n & 1) store<u64>(out, load<u64>(x) * c);
}

/** out = x + the word at c */
export function addWord(x: usize, c: usize, out: usize, n: i32): void {
  addScalar(x, load<u64>(c), out, n);
}

/** out = x · the word at c */
export function mulWord(x: usize, c: usize, out: usize, n: i32): void {
  mulScalar(x, load<u64>(c), out, n);
}

/** The high 64 bits of the product of two signed words. */
@inline
function high(a: i64, b: i64): i64 {
  const al = <u64>a & 0xffffffff, ah = <u64>a >> 32, bl = <u64>b & 0xffffffff, bh = <u64>b >> 32;
  const low = al * bl, left = ah * bl + (low >> 32), right = al * bh + (left & 0xffffffff);
  return <i64>(ah * bh + (left >> 32) + (right >> 32)) - (a >> 63 & b) - (b >> 63 & a);
}

/**
 * out = x · y / 2^shift as signed numbers, exact before it is rounded to nearest, halves up; −64 < shift < 127. `stepX` and `stepY` are
 * 1, or 0 for one word that is repeated.
 */
export function scaledProduct(
  x: usize, stepX: i32, y: usize, stepY: i32, shift: i32, out: usize, n: i32,
): void {
  for (const end = out + (<usize>n << 3); out < end; out += 8, x += <usize>stepX << 3, y += <usize>stepY << 3) {
    const a = load<i64>(x), b = load<i64>(y);
    let lo = <u64>(a * b), hi = high(a, b);
    if (shift <= 0) {
      store<u64>(out, lo << <u64>-shift);
      continue;
    }
    const half: u64 = (<u64>1) << <u64>(shift - 1 & 63);
    if (shift > 64) hi += half;
    else {
      lo += half;
      hi += <i64>(lo < half);
    }
    if (shift < 64) store<u64>(out, (lo >> <u64>shift) | (<u64>hi << <u64>(64 - shift)));
    else store<i64>(out, hi >> <i64>(shift - 64));
  }
}

/** out = x · 2^shiftX ± y · 2^shiftY; shifts are from 0 to 63, and steps as those of `scaledProduct`. */
export function scaledSum(
  x: usize, stepX: i32, shiftX: i32, y: usize, stepY: i32, shiftY: i32, minus: i32, out: usize, n: i32,
): void {
  for (const end = out + (<usize>n << 3); out < end; out += 8, x += <usize>stepX << 3, y += <usize>stepY << 3) {
    const a = load<u64>(x) << <u64>shiftX, b = load<u64>(y) << <u64>shiftY;
    store<u64>(out, minus ? a - b : a + b);
  }
}

/** out = c in every word */
export function fill(out: usize, c: u64, n: i32): void {
  for (const end = out + (<usize>n << 3); out < end; out += 8) store<u64>(out, c);
}

/** out[o, i] = Σ_a x[o, a, i] */
export function sumAxis(x: usize, outer: i32, axis: i32, inner: i32, out: usize): void {
  const row = <usize>inner << 3;
  for (let o = 0; o < outer; o++, out += row) {
    clear(out, row);
    for (let a = 0; a < axis; a++, x += row) add(out, x, out, inner);
  }
}

/** out[r, i] = Σ_{s ≤ r} x[s, i], for `rows` rows of `inner` words; `out` overlaps no input. */
export function cumulate(x: usize, rows: i32, inner: i32, out: usize): void {
  const row = <usize>inner << 3;
  if (rows > 0) copy(out, x, row);
  for (let r = 1; r < rows; r++, out += row) add(out, x + <usize>r * row, out + row, inner);
}

/**
 * out += x0 · (y0 + y1) + x1 · y0: a party's part of a replicated product.
 * Araki et al. 2016, section 2.2, in the form with two multiplications.
 */
export function replicatedMulAdd(x0: usize, x1: usize, y0: usize, y1: usize, out: usize, n: i32): void {
  const even = out + (<usize>(n & ~1) << 3);
  for (; out < even; x0 += 16, x1 += 16, y0 += 16, y1 += 16, out += 16) {
    const b = v128.load(y0);
    const p = i64x2.mul(v128.load(x0), i64x2.add(b, v128.load(y1)));
    v128.store(out, i64x2.add(v128.load(out), i64x2.add(p, i64x2.mul(v128.load(x1), b))));
  }
  if (n & 1) {
    const b = load<u64>(y0);
    store<u64>(out, load<u64>(out) + load<u64>(x0) * (b + load<u64>(y1)) + load<u64>(x1) * b);
  }
}
