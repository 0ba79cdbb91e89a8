// Matrix product mod 2^64: C += A · B, A of m×k, B of k×n, row-major 64-bit words; every size works.

/** Rows of B in a panel: a panel of 4 columns then fits the first-level cache. */
const PANEL: i32 = 256;

/** C += A · B. `panel` is scratch of 8 KiB (256 rows of 32 bytes). */
export function matmul(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, panel: usize): void {
  if (m == 1) combine(a, b, <usize>n << 3, c, k, n);
  else product(a, <usize>k << 3, 8, b, c, m, k, n, panel);
}

/**
 * C += Aᵀ · B, A of k×m, B of k×n: A is read by columns. A row of A begins `row` words after the one before, so that a part of its
 * columns can be taken. `panel` as in {@link matmul}.
 */
export function matmulTransposed(
  a: usize, row: i32, b: usize, c: usize, m: i32, k: i32, n: i32, panel: usize,
): void {
  if (n == 1) combine(b, a, <usize>row << 3, c, k, m);
  else product(a, 8, <usize>row << 3, b, c, m, k, n, panel);
}

/**
 * C += A · B, where A's next row is `down` bytes on and its next column `right` bytes.
 *
 * Four columns at a time a word is split into 32-bit halves: low·low by a widening multiplication, the two cross terms by a
 * 32-bit one shifted up at the end. The rest goes word by word.
 */
function product(
  a: usize, down: usize, right: usize, b: usize, c: usize, m: i32, k: i32, n: i32, panel: usize,
): void {
  const n4 = n & ~3;
  for (let k0 = 0; k0 < k; k0 += PANEL) {
    const kc = min(PANEL, k - k0), from = a + <usize>k0 * right;
    for (let j = 0; j < n4; j += 4) {
      pack(b, panel, n, j, k0, kc);
      let i = 0, at = from;
      for (; i + 1 < m; i += 2, at += down << 1) pair(at, down, right, c, panel, n, i, j, kc);
      if (i < m) single(at, right, c, panel, n, i, j, kc);
    }
  }
  for (let j = n4; j < n; j++) column(a, down, right, b, c, m, k, n, j);
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

/** Two rows of C, four columns; A from row i and the panel's first column on. */
@inline
function pair(
  a: usize, down: usize, right: usize, c: usize, panel: usize, n: i32, i: i32, j: i32, kc: i32,
): void {
  let p = a, q = a + down, w = panel;
  let c0 = i64x2.splat(0), c1 = c0, cx = c0, d0 = c0, d1 = c0, dx = c0;
  for (const end = panel + (<usize>kc << 5); w < end; w += 32, p += right, q += right) {
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
function single(a: usize, right: usize, c: usize, panel: usize, n: i32, i: i32, j: i32, kc: i32): void {
  let p = a, w = panel;
  let c0 = i64x2.splat(0), c1 = c0, cx = c0;
  for (const end = panel + (<usize>kc << 5); w < end; w += 32, p += right) {
    const bl = v128.load(w), bh = v128.load(w, 16);
    const xl = v128.load_splat<i32>(p), xh = v128.load_splat<i32>(p, 4);
    c0 = i64x2.add(c0, i64x2.extmul_low_i32x4_u(xl, bl));
    c1 = i64x2.add(c1, i64x2.extmul_high_i32x4_u(xl, bl));
    cx = i32x4.add(cx, i32x4.add(i32x4.mul(xl, bh), i32x4.mul(xh, bl)));
  }
  accumulate(c + ((<usize>i * n + j) << 3), c0, c1, cx);
}

/** c += Σ_p x[p] · row p of B, four rows at a time: c of n words, B of k rows, `row` bytes apart. */
function combine(x: usize, b: usize, row: usize, c: usize, k: i32, n: i32): void {
  const end = c + (<usize>n << 3);
  for (; k >= 4; k -= 4, x += 32, b += row << 2) {
    const x0 = load<u64>(x), x1 = load<u64>(x, 8), x2 = load<u64>(x, 16), x3 = load<u64>(x, 24);
    let b0 = b, b1 = b + row, b2 = b1 + row, b3 = b2 + row;
    for (let to = c; to < end; to += 8, b0 += 8, b1 += 8, b2 += 8, b3 += 8) {
      const low = x0 * load<u64>(b0) + x1 * load<u64>(b1);
      store<u64>(to, load<u64>(to) + low + (x2 * load<u64>(b2) + x3 * load<u64>(b3)));
    }
  }
  for (; k > 0; k--, x += 8, b += row) {
    const w = load<u64>(x);
    let from = b;
    for (let to = c; to < end; to += 8, from += 8) store<u64>(to, load<u64>(to) + w * load<u64>(from));
  }
}

/** One column of C, word by word, four at a time. */
@inline
function column(
  a: usize, down: usize, right: usize, b: usize, c: usize, m: i32, k: i32, n: i32, j: i32,
): void {
  const step = <usize>n << 3, most = <usize>(k & ~3) * right, all = <usize>k * right;
  c += <usize>j << 3;
  b += <usize>j << 3;
  for (let i = 0; i < m; i++, a += down, c += step) {
    let s0 = load<u64>(c), s1: u64 = 0, s2: u64 = 0, s3: u64 = 0, from = b, p = a;
    for (const end = a + most; p < end; p += right << 2, from += step << 2) {
      s0 += load<u64>(p) * load<u64>(from);
      s1 += load<u64>(p + right) * load<u64>(from + step);
      s2 += load<u64>(p + (right << 1)) * load<u64>(from + (step << 1));
      s3 += load<u64>(p + right * 3) * load<u64>(from + step * 3);
    }
    for (const end = a + all; p < end; p += right, from += step) s0 += load<u64>(p) * load<u64>(from);
    store<u64>(c, s0 + s1 + s2 + s3);
  }
}
