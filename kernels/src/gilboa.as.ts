// Products in Z_2^64 from correlated transfers, one a bit of the receiver's factor (Gilboa 1999). Transfer i carries
// values mod 2^(64 − i), as 2^i times them is what counts, so transfers i and 64 − i fit one word of correction:
//
//   word 0:              d_0
//   word i = 1 … 31:     d_i in the low 64 − i bits, d_(64 − i) in the high i bits
//   half a word at last: d_32
//
// for each of the `width` words of the sender's factor: 32 rows of `width` words, then a row of `width` halves.
//
// Pads: 64 pads `stride` bytes apart; those of transfers 0 … 31 hold words, the others halves of words.

/** The pad of transfer i. */
@inline
function pad(pads: usize, i: i32, stride: usize): usize {
  return pads + <usize>i * stride;
}

@inline
function halves(at: usize): v128 {
  return v128.load_ext<u32>(at);
}

/**
 * The sender's part: corrections d_i = p_i − p'_i + a, and out −= Σ 2^i · p_i.
 * `zeros`, `ones`: the pads p and p' of choices 0 and 1; corrections: 260 · width bytes.
 */
export function offer(zeros: usize, ones: usize, stride: usize, a: usize, width: i32, corrections: usize, out: usize): void {
  const row = <usize>width << 3, even = width & ~1;
  for (let i = 0; i < 32; i++, corrections += row) {
    const j = i == 0 ? 32 : 64 - i;
    const p = pad(zeros, i, stride), p1 = pad(ones, i, stride), q = pad(zeros, j, stride), q1 = pad(ones, j, stride);
    const last = corrections + (<usize>32 - i) * row;
    const keep: u64 = i == 0 ? <u64>-1 : ((<u64>1) << (64 - i)) - 1;
    const mask = i64x2.splat(keep);
    let v = 0;
    if (i == 0) {
      for (; v < width; v++) {
        const w = <usize>v << 3, h = <usize>v << 2;
        const x = load<u64>(a + w), y = load<u64>(p + w), z = <u64>load<u32>(q + h);
        store<u64>(corrections + w, y - load<u64>(p1 + w) + x);
        store<u32>(last + h, <u32>(z - load<u32>(q1 + h) + x));
        store<u64>(out + w, load<u64>(out + w) - y - (z << 32));
      }
      continue;
    }
    for (; v < even; v += 2) {
      const w = <usize>v << 3, h = <usize>v << 2;
      const x = v128.load(a + w), y = v128.load(p + w), z = halves(q + h);
      const d = i64x2.add(i64x2.sub(y, v128.load(p1 + w)), x);
      const e = i64x2.shl(i64x2.add(i64x2.sub(z, halves(q1 + h)), x), j);
      v128.store(corrections + w, v128.or(v128.and(d, mask), e));
      const sum = i64x2.add(i64x2.shl(y, i), i64x2.shl(z, j));
      v128.store(out + w, i64x2.sub(v128.load(out + w), sum));
    }
    if (v < width) {
      const w = <usize>v << 3, h = <usize>v << 2;
      const x = load<u64>(a + w), y = load<u64>(p + w), z = <u64>load<u32>(q + h);
      const e = (z - <u64>load<u32>(q1 + h) + x) << j;
      store<u64>(corrections + w, ((y - load<u64>(p1 + w) + x) & keep) | e);
      store<u64>(out + w, load<u64>(out + w) - (y << i) - (z << j));
    }
  }
}

/** The receiver's part before the corrections are there: out += Σ 2^i · p_i, with the pads of its choices. */
export function collect(pads: usize, stride: usize, width: i32, out: usize): void {
  const even = width & ~1;
  for (let i = 0; i < 32; i++) {
    const j = i == 0 ? 32 : 64 - i;
    const p = pad(pads, i, stride), q = pad(pads, j, stride);
    let v = 0;
    for (; v < even; v += 2) {
      const w = <usize>v << 3;
      const sum = i64x2.add(i64x2.shl(v128.load(p + w), i), i64x2.shl(halves(q + (<usize>v << 2)), j));
      v128.store(out + w, i64x2.add(v128.load(out + w), sum));
    }
    if (v < width) {
      const w = <usize>v << 3;
      store<u64>(out + w, load<u64>(out + w) + (load<u64>(p + w) << i) + (<u64>load<u32>(q + (<usize>v << 2)) << j));
    }
  }
}

/** The receiver's part afterwards: out += Σ b_i · 2^i · d_i, for the bits b_i of the word at `factor`. */
export function settle(factor: usize, corrections: usize, width: i32, out: usize): void {
  const b = load<u64>(factor);
  const row = <usize>width << 3, even = width & ~1;
  const last = corrections + (row << 5);
  const b0 = 0 - (b & 1), b32 = (0 - ((b >> 32) & 1)) << 32;
  for (let v = 0; v < width; v++) {
    const w = <usize>v << 3;
    const half = <u64>load<u32>(last + (<usize>v << 2)) << 32;
    store<u64>(out + w, load<u64>(out + w) + (load<u64>(corrections + w) & b0) + (half & b32));
  }
  for (let i = 1; i < 32; i++) {
    corrections += row;
    const bi: u64 = 0 - ((b >> i) & 1), bj: u64 = (0 - ((b >> (64 - i)) & 1)) << (64 - i);
    const mi = i64x2.splat(bi), mj = i64x2.splat(bj);
    let v = 0;
    for (; v < even; v += 2) {
      const w = <usize>v << 3, d = v128.load(corrections + w);
      const sum = i64x2.add(v128.and(i64x2.shl(d, i), mi), v128.and(d, mj));
      v128.store(out + w, i64x2.add(v128.load(out + w), sum));
    }
    if (v < width) {
      const w = <usize>v << 3, d = load<u64>(corrections + w);
      store<u64>(out + w, load<u64>(out + w) + ((d << i) & bi) + (d & bj));
    }
  }
}

// Scalars: the same for rows of one word, 64 pads of 8 bytes and 260 bytes of corrections each, with sums in registers.

/** `offer` for n scalars. */
export function offerScalars(zeros: usize, ones: usize, a: usize, n: i32, corrections: usize, out: usize): void {
  for (let e = 0; e < n; e++, zeros += 512, ones += 512, a += 8, corrections += 260, out += 8) {
    const x = load<u64>(a), first = load<u64>(zeros), middle = load<u32>(zeros, 256);
    store<u64>(corrections, first - load<u64>(ones) + x);
    store<u32>(corrections, middle - load<u32>(ones, 256) + <u32>x, 256);
    let sum = first + (<u64>middle << 32), keep: u64 = <u64>-1 >> 1;
    for (let i = 1, at: usize = 8; i < 32; i++, at += 8, keep >>= 1) {
      const j = 64 - i, y = load<u64>(zeros + at), z = <u64>load<u32>(zeros + 512 - at);
      const d = (y - load<u64>(ones + at) + x) & keep, e = (z - <u64>load<u32>(ones + 512 - at) + x) << j;
      store<u64>(corrections + at, d | e);
      sum += (y << i) + (z << j);
    }
    store<u64>(out, load<u64>(out) - sum);
  }
}

/** `collect` for n scalars. */
export function collectScalars(pads: usize, n: i32, out: usize): void {
  for (let e = 0; e < n; e++, pads += 512, out += 8) {
    let sum = load<u64>(pads) + (<u64>load<u32>(pads, 256) << 32);
    for (let i = 1, at: usize = 8; i < 32; i++, at += 8) {
      sum += (load<u64>(pads + at) << i) + (<u64>load<u32>(pads + 512 - at) << (64 - i));
    }
    store<u64>(out, load<u64>(out) + sum);
  }
}

/** `settle` for n scalars. */
export function settleScalars(b: usize, corrections: usize, n: i32, out: usize): void {
  for (let e = 0; e < n; e++, b += 8, corrections += 260, out += 8) {
    const x = load<u64>(b);
    let sum = (load<u64>(corrections) & (0 - (x & 1))) + ((<u64>load<u32>(corrections, 256) & (0 - (x >> 32 & 1))) << 32);
    for (let i = 1, at: usize = 8; i < 32; i++, at += 8) {
      const d = load<u64>(corrections + at), j = 64 - i;
      sum += ((d << i) & (0 - (x >> i & 1))) + (d & ((0 - (x >> j & 1)) << j));
    }
    store<u64>(out, load<u64>(out) + sum);
  }
}

/** out ^= x & y, in whole words. */
export function andXor(x: usize, y: usize, out: usize, words: i32): void {
  for (const end = out + (<usize>words << 3); out < end; x += 8, y += 8, out += 8) {
    store<u64>(out, load<u64>(out) ^ (load<u64>(x) & load<u64>(y)));
  }
}
