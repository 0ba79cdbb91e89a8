// Inner and matrix products over F_p, p = 2^128 − 159: sums of products are reduced once, not each product. Elements as in field.as.ts.
//
// An element is ten limbs of 13 bits, so that one instruction multiplies eight pairs of limbs and adds them by twos. The elements that
// belong to neighbouring inner indices l and l + 1, l even, are taken together: limb i of both is one 32-bit lane, and such a lane of the
// left times one of the right is limb i times limb j, summed over l and l + 1. It belongs to column i + j of the sum.
//
// Columns are summed in 32 bits, in blocks of five limbs of the left by five of the right, whose nine sums fit the registers: low by low
// halves, both mixed ones together, high by high. Carries go on after twelve products of elements at the latest, for then a sum is below
// 12 · 5 · 2^26 + 2^20 < 2^32.

import { mulScalarAdd } from "./field.as";
import { FOLD, multiply, settleSum } from "./modulus.as";

/** Pairs of inner indices between carries. */
const CHUNK: i32 = 6;
/** Inner indices, and rows of the left side, that are packed at once. */
const DEPTH: i32 = 96, ROWS: i32 = 32;
/** Products of a lane of `dot` before its sums are reduced: what has left the last of nine sums then stays below 2^32. */
const DOT_DEPTH: i32 = 1 << 10;
/** Inner indices up to which packing does not pay. */
const FEW: i32 = 2;
/** Bytes of a packed pair: ten lanes, or as many vectors of four lanes. */
const LANES: usize = 40, VECTORS: usize = 160;
const LEFT_ROW: usize = LANES * (DEPTH >> 1);
/** Nine sums, and what has left the last one. */
const SUMS: usize = 160;

// Scratch: an element of zero, the sums, the packed left side, the packed right side.
const ALL_SUMS: usize = 16, LEFT: usize = ALL_SUMS + 3 * SUMS, RIGHT: usize = LEFT + LEFT_ROW * ROWS;

/** Limb at bit `shift` of two words next to each other. */
@inline
function both(x: u64, y: u64, shift: u64): u32 {
  return <u32>((x >> shift) & 0x1fff) | (<u32>((y >> shift) & 0x1fff) << 16);
}

/** Limbs of kc elements, `right` bytes apart. */
function packLeft(a: usize, right: usize, kc: i32, to: usize): void {
  for (; kc > 0; kc -= 2, a += right << 1, to += LANES) {
    const x0 = load<u64>(a), x1 = load<u64>(a, 8);
    let y0: u64 = 0, y1: u64 = 0;
    if (kc > 1) {
      y0 = load<u64>(a + right);
      y1 = load<u64>(a + right, 8);
    }
    store<u32>(to, both(x0, y0, 0));
    store<u32>(to, both(x0, y0, 13), 4);
    store<u32>(to, both(x0, y0, 26), 8);
    store<u32>(to, both(x0, y0, 39), 12);
    store<u32>(to, both((x0 >> 52) | (x1 << 12), (y0 >> 52) | (y1 << 12), 0), 16);
    store<u32>(to, both(x1, y1, 1), 20);
    store<u32>(to, both(x1, y1, 14), 24);
    store<u32>(to, both(x1, y1, 27), 28);
    store<u32>(to, both(x1, y1, 40), 32);
    store<u32>(to, both(x1, y1, 53), 36);
  }
}

/** Stores limbs of the first of two rows, or adds those of the second to them. */
@inline
function place(limb: v128, second: bool, to: usize): void {
  limb = v128.and(limb, i32x4.splat(0x1fff));
  v128.store(to, second ? v128.or(v128.load(to), i32x4.shl(limb, 16)) : limb);
}

/** Limbs of an element a column. */
@inline
function placeRow(e0: v128, e1: v128, e2: v128, e3: v128, second: bool, to: usize): void {
  const u = v128.shuffle<i32>(e0, e1, 0, 4, 1, 5), v = v128.shuffle<i32>(e2, e3, 0, 4, 1, 5);
  const w0 = v128.shuffle<i64>(u, v, 0, 2), w1 = v128.shuffle<i64>(u, v, 1, 3);
  place(w0, second, to);
  place(i32x4.shr_u(w0, 13), second, to + 16);
  place(v128.or(i32x4.shr_u(w0, 26), i32x4.shl(w1, 6)), second, to + 32);
  place(i32x4.shr_u(w1, 7), second, to + 48);
  const s = v128.shuffle<i32>(e0, e1, 2, 6, 3, 7), t = v128.shuffle<i32>(e2, e3, 2, 6, 3, 7);
  const w2 = v128.shuffle<i64>(s, t, 0, 2), w3 = v128.shuffle<i64>(s, t, 1, 3);
  place(v128.or(i32x4.shr_u(w1, 20), i32x4.shl(w2, 12)), second, to + 64);
  place(i32x4.shr_u(w2, 1), second, to + 80);
  place(i32x4.shr_u(w2, 14), second, to + 96);
  place(v128.or(i32x4.shr_u(w2, 27), i32x4.shl(w3, 5)), second, to + 112);
  place(i32x4.shr_u(w3, 8), second, to + 128);
  place(i32x4.shr_u(w3, 21), second, to + 144);
}

/** Limbs of kc rows of up to four columns; those that are missing are zero. */
function packRight(b: usize, down: usize, right: usize, kc: i32, width: i32, zero: usize, to: usize): void {
  let p1 = zero, p2 = zero, p3 = zero, d1: usize = 0, d2: usize = 0, d3: usize = 0;
  if (width > 1) {
    p1 = b + right;
    d1 = down;
  }
  if (width > 2) {
    p2 = p1 + right;
    d2 = down;
  }
  if (width > 3) {
    p3 = p2 + right;
    d3 = down;
  }
  for (; kc > 0; kc -= 2, to += VECTORS) {
    placeRow(v128.load(b), v128.load(p1), v128.load(p2), v128.load(p3), false, to);
    b += down, p1 += d1, p2 += d2, p3 += d3;
    if (kc == 1) return;
    placeRow(v128.load(b), v128.load(p1), v128.load(p2), v128.load(p3), true, to);
    b += down, p1 += d1, p2 += d2, p3 += d3;
  }
}

/** A lane for all columns, or a lane for each. */
@inline
function leftLimb(a: usize, i: usize, each: bool): v128 {
  return each ? v128.load(a + (i << 4)) : v128.load_splat<i32>(a + (i << 2));
}

/** sum + x · y */
@inline
function more(sum: v128, x: v128, y: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(x, y));
}

/** Adds products of five limbs of the left by five of the right to nine sums, over up to `CHUNK` pairs, and lets carries go on. */
@inline
function block(a: usize, b: usize, sums: usize, pairs: i32, each: bool): void {
  let c0 = v128.load(sums), c1 = v128.load(sums, 16), c2 = v128.load(sums, 32), c3 = v128.load(sums, 48);
  let c4 = v128.load(sums, 64), c5 = v128.load(sums, 80), c6 = v128.load(sums, 96), c7 = v128.load(sums, 112);
  let c8 = v128.load(sums, 128);
  for (const end = b + <usize>pairs * VECTORS; b < end; b += VECTORS, a += each ? VECTORS : LANES) {
    const x0 = leftLimb(a, 0, each), x1 = leftLimb(a, 1, each), x2 = leftLimb(a, 2, each), x3 = leftLimb(a, 3, each);
    const x4 = leftLimb(a, 4, each);
    let y = v128.load(b);
    c0 = more(c0, x0, y), c1 = more(c1, x1, y), c2 = more(c2, x2, y), c3 = more(c3, x3, y), c4 = more(c4, x4, y);
    y = v128.load(b, 16);
    c1 = more(c1, x0, y), c2 = more(c2, x1, y), c3 = more(c3, x2, y), c4 = more(c4, x3, y), c5 = more(c5, x4, y);
    y = v128.load(b, 32);
    c2 = more(c2, x0, y), c3 = more(c3, x1, y), c4 = more(c4, x2, y), c5 = more(c5, x3, y), c6 = more(c6, x4, y);
    y = v128.load(b, 48);
    c3 = more(c3, x0, y), c4 = more(c4, x1, y), c5 = more(c5, x2, y), c6 = more(c6, x3, y), c7 = more(c7, x4, y);
    y = v128.load(b, 64);
    c4 = more(c4, x0, y), c5 = more(c5, x1, y), c6 = more(c6, x2, y), c7 = more(c7, x3, y), c8 = more(c8, x4, y);
  }
  const m = i32x4.splat(0x1fff);
  v128.store(sums, v128.and(c0, m));
  c1 = i32x4.add(c1, i32x4.shr_u(c0, 13));
  v128.store(sums, v128.and(c1, m), 16);
  c2 = i32x4.add(c2, i32x4.shr_u(c1, 13));
  v128.store(sums, v128.and(c2, m), 32);
  c3 = i32x4.add(c3, i32x4.shr_u(c2, 13));
  v128.store(sums, v128.and(c3, m), 48);
  c4 = i32x4.add(c4, i32x4.shr_u(c3, 13));
  v128.store(sums, v128.and(c4, m), 64);
  c5 = i32x4.add(c5, i32x4.shr_u(c4, 13));
  v128.store(sums, v128.and(c5, m), 80);
  c6 = i32x4.add(c6, i32x4.shr_u(c5, 13));
  v128.store(sums, v128.and(c6, m), 96);
  c7 = i32x4.add(c7, i32x4.shr_u(c6, 13));
  v128.store(sums, v128.and(c7, m), 112);
  c8 = i32x4.add(c8, i32x4.shr_u(c7, 13));
  v128.store(sums, v128.and(c8, m), 128);
  v128.store(sums, i32x4.add(v128.load(sums, 144), i32x4.shr_u(c8, 13)), 144);
}

/** Adds the products of a row by four columns over `pairs` pairs to all sums. */
function rowByPanel(a: usize, b: usize, sums: usize, pairs: i32): void {
  for (; pairs > 0; pairs -= CHUNK, a += LANES * CHUNK, b += VECTORS * CHUNK) {
    const now = min(pairs, CHUNK);
    block(a, b, sums, now, false);
    block(a, b + (VECTORS >> 1), sums + SUMS, now, false);
    block(a + (LANES >> 1), b, sums + SUMS, now, false);
    block(a + (LANES >> 1), b + (VECTORS >> 1), sums + 2 * SUMS, now, false);
  }
}

/** The same where each lane of the right has a left of its own; up to `CHUNK` pairs. */
function lanesByLanes(a: usize, b: usize, sums: usize, pairs: i32): void {
  block(a, b, sums, pairs, true);
  block(a, b + (VECTORS >> 1), sums + SUMS, pairs, true);
  block(a + (VECTORS >> 1), b, sums + SUMS, pairs, true);
  block(a + (VECTORS >> 1), b + (VECTORS >> 1), sums + 2 * SUMS, pairs, true);
}

@inline
function clearSums(sums: usize): void {
  for (const end = sums + 3 * SUMS; sums < end; sums += 16) v128.store(sums, i64x2.splat(0));
}

/** The sum of column i of a lane, up to 3 · 2^32: of the blocks, the mixed ones begin at column 5 and the high ones at 10. */
@inline
function column(lane: usize, i: usize): u64 {
  let sum: u64 = 0;
  if (i < 10) sum += <u64>load<u32>(lane + (i << 4));
  if (i >= 5 && i < 15) sum += <u64>load<u32>(lane + SUMS + (i - 5 << 4));
  if (i >= 10) sum += <u64>load<u32>(lane + 2 * SUMS + (i - 10 << 4));
  return sum;
}

/** Column i and, as 2^130 is 4 · 159 mod p, column i + 10. */
@inline
function folded(lane: usize, i: usize): u64 {
  return column(lane, i) + (FOLD << 2) * column(lane, i + 10);
}

/** out += what the sums of a lane stand for. */
function addLane(lane: usize, out: usize): void {
  const m: u64 = 0x1fff;
  let r = folded(lane, 0), s0 = r & m;
  r = folded(lane, 1) + (r >> 13);
  s0 |= (r & m) << 13;
  r = folded(lane, 2) + (r >> 13);
  s0 |= (r & m) << 26;
  r = folded(lane, 3) + (r >> 13);
  s0 |= (r & m) << 39;
  r = folded(lane, 4) + (r >> 13);
  s0 |= r << 52;
  let s1 = (r & m) >> 12;
  r = folded(lane, 5) + (r >> 13);
  s1 |= (r & m) << 1;
  r = folded(lane, 6) + (r >> 13);
  s1 |= (r & m) << 14;
  r = folded(lane, 7) + (r >> 13);
  s1 |= (r & m) << 27;
  r = folded(lane, 8) + (r >> 13);
  s1 |= (r & m) << 40;
  r = folded(lane, 9) + (r >> 13);
  s1 |= r << 53;
  settleSum(s0, s1, r >> 11, load<u64>(out), load<u64>(out, 8), out);
}

/** C += A · B, for matrices whose next row is `down` bytes on and whose next column `right` bytes. */
function product(
  a: usize, downA: usize, rightA: usize, b: usize, downB: usize, rightB: usize, c: usize, downC: usize, rightC: usize,
  m: i32, k: i32, n: i32, scratch: usize,
): void {
  const sums = scratch + ALL_SUMS, left = scratch + LEFT, panel = scratch + RIGHT;
  v128.store(scratch, i64x2.splat(0));
  for (let k0 = 0; k0 < k; k0 += DEPTH) {
    const kc = min(DEPTH, k - k0), pairs = kc + 1 >> 1;
    for (let i0 = 0; i0 < m; i0 += ROWS) {
      const rows = min(ROWS, m - i0), from = a + <usize>i0 * downA + <usize>k0 * rightA;
      for (let i = 0; i < rows; i++) packLeft(from + <usize>i * downA, rightA, kc, left + <usize>i * LEFT_ROW);
      for (let j = 0; j < n; j += 4) {
        const width = min(4, n - j);
        packRight(b + <usize>k0 * downB + <usize>j * rightB, downB, rightB, kc, width, scratch, panel);
        for (let i = 0; i < rows; i++) {
          clearSums(sums);
          rowByPanel(left + <usize>i * LEFT_ROW, panel, sums, pairs);
          const to = c + <usize>(i0 + i) * downC + <usize>j * rightC;
          for (let w = 0; w < width; w++) addLane(sums + (<usize>w << 2), to + <usize>w * rightC);
        }
      }
    }
  }
}

/** C += A · B by products that are reduced one by one. */
function plain(
  a: usize, downA: usize, rightA: usize, b: usize, row: usize, c: usize, m: i32, k: i32, n: i32,
): void {
  for (let i = 0; i < m; i++, a += downA, c += row) {
    for (let l = 0, p = a, from = b; l < k; l++, p += rightA, from += row) mulScalarAdd(from, p, c, n);
  }
}

/** The product, or that of the transposed matrices where it leaves fewer lanes empty. */
function oriented(
  a: usize, downA: usize, rightA: usize, b: usize, c: usize, m: i32, k: i32, n: i32, scratch: usize,
): void {
  const row = <usize>n << 4;
  if (k <= FEW) plain(a, downA, rightA, b, row, c, m, k, n);
  else if ((n + 3 & ~3) * m <= (m + 3 & ~3) * n) product(a, downA, rightA, b, row, 16, c, row, 16, m, k, n, scratch);
  else product(b, 16, row, a, rightA, downA, c, 16, row, n, k, m, scratch);
}

/** C += A · B, A of m×k, B of k×n, row-major; C overlaps no input. `scratch` of 68 KiB. */
export function matmul(a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, scratch: usize): void {
  oriented(a, <usize>k << 4, 16, b, c, m, k, n, scratch);
}

/**
 * C += Aᵀ · B, A of k×m, B of k×n. A row of A begins `row` elements after the one before, so that a part of its columns can be taken.
 * Otherwise as {@link matmul}.
 */
export function matmulTransposed(
  a: usize, row: i32, b: usize, c: usize, m: i32, k: i32, n: i32, scratch: usize,
): void {
  oriented(a, 16, <usize>row << 4, b, c, m, k, n, scratch);
}

/** out[r] = Σ_i x[r, i] · y[r, i], for `rows` rows of n; `out` overlaps no input. `scratch` of 4 KiB. */
export function dot(x: usize, y: usize, rows: i32, n: i32, out: usize, scratch: usize): void {
  const sums = scratch + ALL_SUMS, left = sums + 3 * SUMS, panel = left + VECTORS * CHUNK;
  for (let r = 0; r < rows; r++, out += 16) {
    v128.store(out, i64x2.splat(0));
    let depth = n >> 2;
    while (depth > 0) {
      // Four sums side by side.
      clearSums(sums);
      for (let rest = min(depth, DOT_DEPTH); rest > 0; rest -= CHUNK << 1) {
        const now = min(rest, CHUNK << 1), bytes = <usize>now << 6;
        packRight(x, 64, 16, now, 4, scratch, left);
        packRight(y, 64, 16, now, 4, scratch, panel);
        lanesByLanes(left, panel, sums, now + 1 >> 1);
        x += bytes, y += bytes;
      }
      for (let w: usize = 0; w < 4; w++) addLane(sums + (w << 2), out);
      depth -= DOT_DEPTH;
    }
    for (let i = n & ~3; i < n; i++, x += 16, y += 16) {
      multiply(load<u64>(x), load<u64>(x, 8), load<u64>(y), load<u64>(y, 8), load<u64>(out), load<u64>(out, 8), out);
    }
  }
}
