// Matrix product mod 2^64: C += A · B, A of m×k, B of k×n, row-major 64-bit words; every size works.

/** Rows of B in a panel: a panel of 4 columns then fits the first-level cache. */
const PANEL: i32 = 256;

/**
 * C += A · B. `panel` is scratch of 8 KiB (256 rows of 32 bytes).
 *
 * Four columns at a time a word is split into 32-bit halves: low·low by a widening multiplication, the two cross terms by a
 * 32-bit one shifted up at the end. The rest, and thin products, go word by word.
 */
export function matmul(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, panel: usize): void {
  if (m == 1) return row(a, b, c, k, n);
  const n4 = n & ~3;
  for (let k0 = 0; k0 < k; k0 += PANEL) {
    const kc = min(PANEL, k - k0);
    for (let j = 0; j < n4; j += 4) {
      pack(b, panel, n, j, k0, kc);
      let i = 0;
      for (; i + 1 < m; i += 2) pair(a, c, panel, k, n, i, j, k0, kc);
      if (i < m) single(a, c, panel, k, n, i, j, k0, kc);
    }
  }
  for (let j = n4; j < n; j++) column(a, b, c, m, k, n, j);
}

/** Copies four columns of B, low halves and high halves apart. */
@inline
function pack(b: usize, panel: usize, n: i32, j: i32, k0: i32, kc: i32): void {
  let from = b + ((<usize>k0 * n + j) << 3);
  const step = <usize>n << 3;
  for (const end = panel + (<usize>kc << 5); panel < end; panel += 32, from += step) {
    const u = v128.load(from), v = v128.load(from, 16);
    v128.store(panel, v128.shuffle<i32>(u, v, 0, 2, 4, 6));
    v128.store(panel, v128.shuffle<i32>(u, v, 1, 3, 5, 7), 16);
  }
}

/** Adds low products and shifted cross terms to four words of C. */
@inline
function accumulate(c: usize, low: v128, high: v128, cross: v128): void {
  low = i64x2.add(low, i64x2.shl(i64x2.extend_low_i32x4_u(cross), 32));
  high = i64x2.add(high, i64x2.shl(i64x2.extend_high_i32x4_u(cross), 32));
  v128.store(c, i64x2.add(v128.load(c), low));
  v128.store(c, i64x2.add(v128.load(c, 16), high), 16);
}

/** Two rows of C, four columns. */
@inline
function pair(a: usize, c: usize, panel: usize, k: i32, n: i32, i: i32, j: i32, k0: i32, kc: i32): void {
  let p = a + ((<usize>i * k + k0) << 3), q = p + (<usize>k << 3), w = panel;
  let c0 = i64x2.splat(0), c1 = c0, cx = c0, d0 = c0, d1 = c0, dx = c0;
  for (const end = panel + (<usize>kc << 5); w < end; w += 32, p += 8, q += 8) {
    const bl = v128.load(w), bh = v128.load(w, 16);
    const xl = v128.load_splat<i32>(p), xh = v128.load_splat<i32>(p, 4);
    const yl = v128.load_splat<i32>(q), yh = v128.load_splat<i32>(q, 4);
    c0 = i64x2.add(c0, i64x2.extmul_low_i32x4_u(xl, bl));
    c1 = i64x2.add(c1, i64x2.extmul_high_i32x4_u(xl, bl));
    d0 = i64x2.add(d0, i64x2.extmul_low_i32x4_u(yl, bl));
    d1 = i64x2.add(d1, i64x2.extmul_high_i32x4_u(yl, bl));
    cx = i32x4.add(cx, i32x4.add(i32x4.mul(xl, bh), i32x4.mul(xh, bl)));
    dx = i32x4.add(dx, i32x4.add(i32x4.mul(yl, bh), i32x4.mul(yh, bl)));
  }
  const at = c + ((<usize>i * n + j) << 3);
  accumulate(at, c0, c1, cx);
  accumulate(at + (<usize>n << 3), d0, d1, dx);
}

/** One row of C, four columns. */
@inline
function single(a: usize, c: usize, panel: usize, k: i32, n: i32, i: i32, j: i32, k0: i32, kc: i32): void {
  let p = a + ((<usize>i * k + k0) << 3), w = panel;
  let c0 = i64x2.splat(0), c1 = c0, cx = c0;
  for (const end = panel + (<usize>kc << 5); w < end; w += 32, p += 8) {
    const bl = v128.load(w), bh = v128.load(w, 16);
    const xl = v128.load_splat<i32>(p), xh = v128.load_splat<i32>(p, 4);
    c0 = i64x2.add(c0, i64x2.extmul_low_i32x4_u(xl, bl));
    c1 = i64x2.add(c1, i64x2.extmul_high_i32x4_u(xl, bl));
    cx = i32x4.add(cx, i32x4.add(i32x4.mul(xl, bh), i32x4.mul(xh, bl)));
  }
  accumulate(c + ((<usize>i * n + j) << 3), c0, c1, cx);
}

/** One row of C: the sum of multiples of B's rows. */
@inline
function row(a: usize, b: usize, c: usize, k: i32, n: i32): void {
  const end = c + (<usize>(n & ~1) << 3);
  for (let p = 0; p < k; p++, a += 8) {
    const x = v128.load_splat<i64>(a);
    let to = c;
    for (; to < end; to += 16, b += 16) v128.store(to, i64x2.add(v128.load(to), i64x2.mul(x, v128.load(b))));
    if (n & 1) {
      store<u64>(to, load<u64>(to) + load<u64>(a) * load<u64>(b));
      b += 8;
    }
  }
}

/** One column of C, word by word. */
@inline
function column(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, j: i32): void {
  const step = <usize>n << 3;
  c += <usize>j << 3;
  for (let i = 0; i < m; i++, c += step) {
    let sum = load<u64>(c), from = b + (<usize>j << 3);
    for (const end = a + (<usize>k << 3); a < end; a += 8, from += step) sum += load<u64>(a) * load<u64>(from);
    store<u64>(c, sum);
  }
}
