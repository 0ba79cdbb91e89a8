// Linear hashes of extended transfers: 128 sums of rows that a public challenge selects. Rows are sliced, see `ot.as.ts`.
//
// A selector's bit says whether a row enters a sum. Rows q, 64 + q, 128 + q and 192 + q of 256, of which vectors hold the words, share
// 64 bytes of selectors: the low half of byte b is for sum b, the high one for sum 64 + b, lowest bit for the first of the four rows.
// All 16 sums of four rows are made first, so a sum takes one addition for four rows (Arlazarov, Dinic, Kronrod and Faradzhev). What is
// looked up where depends on selectors alone, which everybody knows; nothing depends on rows or bits.

/** Rows that are sliced together. */
const SLICE: i32 = 256;
/** Bytes of selectors of four rows. */
const SELECTORS: usize = 64;
/** Bytes of the 16 sums of four rows. */
const TABLE: usize = 256;

/** Row `q` + 64 · `lane` of a slice, or zeros where the slice has fewer than that `left`. */
@inline
function laneOf(a: v128, b: v128, c: v128, d: v128, lane: i32, q: i32, left: i32): v128 {
  if (64 * lane + q >= left) return i32x4.splat(0);
  // The words of one row, one from each vector.
  if (lane == 0) return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 0, 4, 1, 5), 0, 2);
  if (lane == 1) return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 0, 4, 1, 5), 1, 3);
  if (lane == 2) return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 2, 6, 3, 7), v128.shuffle<i32>(c, d, 2, 6, 3, 7), 0, 2);
  return v128.shuffle<i64>(v128.shuffle<i32>(a, b, 2, 6, 3, 7), v128.shuffle<i32>(c, d, 2, 6, 3, 7), 1, 3);
}

/** The 16 sums of rows q, 64 + q, 128 + q and 192 + q of a slice of which `left` rows count. */
function sumsOfFour(slice: usize, q: i32, left: i32, table: usize): void {
  const at = slice + (<usize>(q >> 5) << 11) + (<usize>(q & 31) << 4);
  const a = v128.load(at), b = v128.load(at, 512), c = v128.load(at, 1024), d = v128.load(at, 1536);
  const r0 = laneOf(a, b, c, d, 0, q, left), r1 = laneOf(a, b, c, d, 1, q, left);
  const r2 = laneOf(a, b, c, d, 2, q, left), r3 = laneOf(a, b, c, d, 3, q, left);
  const r01 = v128.xor(r0, r1), r23 = v128.xor(r2, r3);
  v128.store(table, i32x4.splat(0)); v128.store(table, r0, 16); v128.store(table, r1, 32); v128.store(table, r01, 48);
  v128.store(table, r2, 64); v128.store(table, v128.xor(r0, r2), 80); v128.store(table, v128.xor(r1, r2), 96); v128.store(table, v128.xor(r01, r2), 112);
  v128.store(table, r3, 128); v128.store(table, v128.xor(r0, r3), 144); v128.store(table, v128.xor(r1, r3), 160); v128.store(table, v128.xor(r01, r3), 176);
  v128.store(table, r23, 192); v128.store(table, v128.xor(r0, r23), 208); v128.store(table, v128.xor(r1, r23), 224); v128.store(table, v128.xor(r01, r23), 240);
}

/** The sum of four that the low half of a byte of selectors asks for. */
@inline
function low(table: usize, selectors: usize): v128 {
  return v128.load(table + (<usize>(load<u8>(selectors) & 15) << 4));
}
/** The sum of four that the high half asks for. */
@inline
function high(table: usize, selectors: usize): v128 {
  return v128.load(table + <usize>(load<u8>(selectors) & 240));
}

/**
 * Adds to each of 128 sums the rows that are selected for it, of n sliced rows.
 *
 * `selectors`: 4096 bytes a slice of 256 rows; `sums`: 128 · 16 bytes; `scratch`: 1024 bytes, zeros at the end.
 */
export function combineRows(selectors: usize, rows: usize, n: i32, sums: usize, scratch: usize): void {
  for (let left = n; left > 0; left -= SLICE, rows += <usize>SLICE << 4) {
    for (let q = 0; q < 64; q += 4, selectors += 4 * SELECTORS) {
      if (q >= left) continue;
      for (let i = 0; i < 4; i++) sumsOfFour(rows, q + i, left, scratch + <usize>i * TABLE);
      for (let b: usize = 0; b < 64; b++) {
        const s = selectors + b, sum = sums + (b << 4);
        const one = v128.xor(low(scratch, s), low(scratch + TABLE, s + SELECTORS));
        const two = v128.xor(low(scratch + 2 * TABLE, s + 2 * SELECTORS), low(scratch + 3 * TABLE, s + 3 * SELECTORS));
        v128.store(sum, v128.xor(v128.load(sum), v128.xor(one, two)));
        const three = v128.xor(high(scratch, s), high(scratch + TABLE, s + SELECTORS));
        const four = v128.xor(high(scratch + 2 * TABLE, s + 2 * SELECTORS), high(scratch + 3 * TABLE, s + 3 * SELECTORS));
        v128.store(sum, v128.xor(v128.load(sum, 1024), v128.xor(three, four)), 1024);
      }
    }
  }
  memory.fill(scratch, 0, 4 * TABLE);
}

/** Bit i of `bits` in all bits of a byte, 16 times; zeros from n on. */
@inline
function bitOf(bits: usize, i: i32, n: i32): v128 {
  if (i >= n) return i32x4.splat(0);
  return i8x16.splat(-<i8>((load<u8>(bits + <usize>(i >> 3)) >> <u8>(i & 7)) & 1));
}

/**
 * The same for n single bits, lowest first: `sums` are 128 bytes, of which the lowest bits are the sums.
 *
 * `selectors` as in `combineRows`.
 */
export function combineBits(selectors: usize, bits: usize, n: i32, sums: usize): void {
  const has0 = i8x16(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1), has1 = i8x16(0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1);
  const has2 = i8x16(0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1), has3 = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1);
  const nibble = i8x16.splat(15);
  for (let from = 0; from < n; from += SLICE) {
    for (let q = 0; q < 64; q++, selectors += SELECTORS) {
      const i = from + q;
      if (i >= n) continue;
      const one = v128.xor(v128.and(bitOf(bits, i, n), has0), v128.and(bitOf(bits, i + 64, n), has1));
      const two = v128.xor(v128.and(bitOf(bits, i + 128, n), has2), v128.and(bitOf(bits, i + 192, n), has3));
      const table = v128.xor(one, two);
      for (let b: usize = 0; b < 64; b += 16) {
        const s = v128.load(selectors + b), sum = sums + b;
        v128.store(sum, v128.xor(v128.load(sum), i8x16.swizzle(table, v128.and(s, nibble))));
        v128.store(sum, v128.xor(v128.load(sum, 64), i8x16.swizzle(table, i8x16.shr_u(s, 4))), 64);
      }
    }
  }
}
