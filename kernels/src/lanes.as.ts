// Four rows of 16 bytes side by side: vector w has word w of each.

/** The first `count` of four rows to places `stride` apart. */
@inline
export function storeRows(a: v128, b: v128, c: v128, d: v128, out: usize, stride: usize, count: i32): void {
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(ab0, cd0, 0, 2));
  if (count > 1) v128.store(out + stride, v128.shuffle<i64>(ab0, cd0, 1, 3));
  if (count > 2) v128.store(out + 2 * stride, v128.shuffle<i64>(ab1, cd1, 0, 2));
  if (count > 3) v128.store(out + 3 * stride, v128.shuffle<i64>(ab1, cd1, 1, 3));
}
