// Arithmetic over Z_2^64 on flat vectors of 64-bit words. Pointers are byte offsets; every length works; `out` may be an input,
// except in `sumAxis`.

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

/** out = c in every word */
export function fill(out: usize, c: u64, n: i32): void {
  for (const end = out + (<usize>n << 3); out < end; out += 8) store<u64>(out, c);
}

/** out[o, i] = Σ_a x[o, a, i] */
export function sumAxis(x: usize, outer: i32, axis: i32, inner: i32, out: usize): void {
  const row = <usize>inner << 3;
  for (let o = 0; o < outer; o++, out += row) {
    memory.fill(out, 0, row);
    for (let a = 0; a < axis; a++, x += row) add(out, x, out, inner);
  }
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
