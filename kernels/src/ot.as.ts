// Oblivious transfer extension: streams folded into F_2^k columns, 128-bit rows and their pads. Everything is ChaCha12, four
// blocks at a time, with the state's 16 rows in memory: row w holds word w of the four blocks.

const DOUBLE_ROUNDS: i32 = 6;
/** Bytes a chunk has of each stream, column and sum: one call of `core`, 2048 transfers. */
const CHUNK: usize = 256;

@inline
function rotate(x: v128, n: i32): v128 {
  return v128.or(i32x4.shl(x, n), i32x4.shr_u(x, 32 - n));
}
@inline
function rotate16(x: v128): v128 {
  return i8x16.shuffle(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}
@inline
function rotate8(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14);
}

/** Four ChaCha12 blocks of the state at `s`; row w of the result at `out + 16 · w`. */
function core(s: usize, out: usize): void {
  let x0 = v128.load(s), x1 = v128.load(s, 16), x2 = v128.load(s, 32), x3 = v128.load(s, 48);
  let x4 = v128.load(s, 64), x5 = v128.load(s, 80), x6 = v128.load(s, 96), x7 = v128.load(s, 112);
  let x8 = v128.load(s, 128), x9 = v128.load(s, 144), x10 = v128.load(s, 160), x11 = v128.load(s, 176);
  let x12 = v128.load(s, 192), x13 = v128.load(s, 208), x14 = v128.load(s, 224), x15 = v128.load(s, 240);
  for (let r = 0; r < DOUBLE_ROUNDS; r++) {
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate16(v128.xor(x12, x0)); x13 = rotate16(v128.xor(x13, x1)); x14 = rotate16(v128.xor(x14, x2)); x15 = rotate16(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 12); x5 = rotate(v128.xor(x5, x9), 12); x6 = rotate(v128.xor(x6, x10), 12); x7 = rotate(v128.xor(x7, x11), 12);
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate8(v128.xor(x12, x0)); x13 = rotate8(v128.xor(x13, x1)); x14 = rotate8(v128.xor(x14, x2)); x15 = rotate8(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 7); x5 = rotate(v128.xor(x5, x9), 7); x6 = rotate(v128.xor(x6, x10), 7); x7 = rotate(v128.xor(x7, x11), 7);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate16(v128.xor(x15, x0)); x12 = rotate16(v128.xor(x12, x1)); x13 = rotate16(v128.xor(x13, x2)); x14 = rotate16(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 12); x6 = rotate(v128.xor(x6, x11), 12); x7 = rotate(v128.xor(x7, x8), 12); x4 = rotate(v128.xor(x4, x9), 12);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate8(v128.xor(x15, x0)); x12 = rotate8(v128.xor(x12, x1)); x13 = rotate8(v128.xor(x13, x2)); x14 = rotate8(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 7); x6 = rotate(v128.xor(x6, x11), 7); x7 = rotate(v128.xor(x7, x8), 7); x4 = rotate(v128.xor(x4, x9), 7);
  }
  v128.store(out, i32x4.add(x0, v128.load(s))); v128.store(out, i32x4.add(x1, v128.load(s, 16)), 16);
  v128.store(out, i32x4.add(x2, v128.load(s, 32)), 32); v128.store(out, i32x4.add(x3, v128.load(s, 48)), 48);
  v128.store(out, i32x4.add(x4, v128.load(s, 64)), 64); v128.store(out, i32x4.add(x5, v128.load(s, 80)), 80);
  v128.store(out, i32x4.add(x6, v128.load(s, 96)), 96); v128.store(out, i32x4.add(x7, v128.load(s, 112)), 112);
  v128.store(out, i32x4.add(x8, v128.load(s, 128)), 128); v128.store(out, i32x4.add(x9, v128.load(s, 144)), 144);
  v128.store(out, i32x4.add(x10, v128.load(s, 160)), 160); v128.store(out, i32x4.add(x11, v128.load(s, 176)), 176);
  v128.store(out, i32x4.add(x12, v128.load(s, 192)), 192); v128.store(out, i32x4.add(x13, v128.load(s, 208)), 208);
  v128.store(out, i32x4.add(x14, v128.load(s, 224)), 224); v128.store(out, i32x4.add(x15, v128.load(s, 240)), 240);
}

/** The first four rows of every state. */
@inline
function constants(s: usize): void {
  v128.store(s, i32x4.splat(0x61707865)); v128.store(s, i32x4.splat(0x3320646e), 16);
  v128.store(s, i32x4.splat(0x79622d32), 32); v128.store(s, i32x4.splat(0x6b206574), 48);
}

/**
 * Chunk `chunk` of the 2^k streams of `trees` trees, folded. With r_y the stream of leaf y of a tree: column b of the tree is the
 * XOR of all r_y where bit b of y is 1, its sum the XOR of all. Where leaf 0 is `absent`, its stream counts as zero and its key
 * is not read. Roy 2022, figure 7.
 *
 * `keys`: trees · 2^k · 32 bytes; `columns`: trees · k · 256 bytes; `sums`: trees · 256 bytes; `scratch`: 256 + 2^k · 256 bytes.
 */
export function expand(keys: usize, trees: i32, k: i32, absent: i32, chunk: u64, columns: usize, sums: usize, scratch: usize): void {
  const leaves = 1 << k, streams = scratch + CHUNK, zero = i32x4.splat(0);
  const counter = chunk << 2, c1 = counter + 1, c2 = counter + 2, c3 = counter + 3;
  constants(scratch);
  v128.store(scratch, i32x4(<i32>counter, <i32>c1, <i32>c2, <i32>c3), 192);
  v128.store(scratch, i32x4(<i32>(counter >> 32), <i32>(c1 >> 32), <i32>(c2 >> 32), <i32>(c3 >> 32)), 208);
  v128.store(scratch, zero, 224);
  v128.store(scratch, zero, 240);
  for (let t = 0; t < trees; t++, sums += CHUNK) {
    for (let y = 0; y < leaves; y++, keys += 32) {
      const stream = streams + <usize>y * CHUNK;
      if (y < absent) {
        memory.fill(stream, 0, CHUNK);
        continue;
      }
      for (let w: usize = 0; w < 8; w++) {
        v128.store(scratch + (w << 4), v128.load_splat<u32>(keys + (w << 2)), 64);
      }
      core(scratch, stream);
    }
    // Neighbours are added pair by pair, k times: the odd ones make up a column each time.
    for (let b = 0, pairs = leaves >> 1; b < k; b++, pairs >>= 1, columns += CHUNK) {
      for (let at: usize = 0; at < CHUNK; at += 16) {
        let odd = zero;
        for (let j = 0; j < pairs; j++) {
          const p = streams + <usize>j * (2 * CHUNK) + at;
          const v = v128.load(p, CHUNK);
          odd = v128.xor(odd, v);
          v128.store(streams + <usize>j * CHUNK + at, v128.xor(v128.load(p), v));
        }
        v128.store(columns + at, odd);
      }
    }
    memory.copy(sums, streams, CHUNK);
  }
}

/** The receiver's corrections of a chunk: message[t] = sums[t] ⊕ choices, `bytes` (at most 256) bytes each. */
export function correct(sums: usize, choices: usize, trees: i32, bytes: usize, message: usize): void {
  const whole = bytes & ~15;
  for (let t = 0; t < trees; t++, sums += CHUNK, message += bytes) {
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(message + i, v128.xor(v128.load(sums + i), v128.load(choices + i)));
    }
    for (let i = whole; i < bytes; i++) store<u8>(message + i, load<u8>(sums + i) ^ load<u8>(choices + i));
  }
}

/** The sender's use of them: column (t, b) ^= Δ_(t, b) · message[t]. `delta`: 128 bits. */
export function applyCorrections(columns: usize, message: usize, trees: i32, k: i32, bytes: usize, delta: usize): void {
  const whole = bytes & ~15;
  for (let t = 0, c = 0; t < trees; t++, message += bytes) {
    for (let b = 0; b < k; b++, c++, columns += CHUNK) {
      const bit = (<u32>load<u8>(delta + <usize>(c >> 3)) >> (c & 7)) & 1;
      const chosen = i32x4.splat(-<i32>bit);
      for (let i: usize = 0; i < whole; i += 16) {
        v128.store(columns + i, v128.xor(v128.load(columns + i), v128.and(v128.load(message + i), chosen)));
      }
      for (let i = whole; i < bytes; i++) {
        store<u8>(columns + i, load<u8>(columns + i) ^ (load<u8>(message + i) & -<u8>bit));
      }
    }
  }
}

@inline
function low(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
}
@inline
function high(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
}
/** Bit b of the 16 bytes, as 16 bits, to row b: eight rows of 16 bytes. */
@inline
function eightRows(q: usize, v: v128): void {
  store<u16>(q, <u16>i8x16.bitmask(v), 112); v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 96);
  v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 80); v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 64);
  v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 48); v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 32);
  v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 16); v = i8x16.add(v, v); store<u16>(q, <u16>i8x16.bitmask(v), 0);
}

/**
 * The first n bits (rounded up to 128) of 128 columns of 256 bytes as n rows of 128 bits: bit c of row j is bit j of column c.
 *
 * Tiles of 16 columns by 16 bytes: a transposition of bytes by interleaving, then the top bits of 16 bytes at a time.
 */
export function transpose(columns: usize, n: i32, rows: usize): void {
  const end = (<usize>n + 127) >> 7 << 4;
  for (let at: usize = 0; at < end; at += 16) {
    for (let group: usize = 0; group < 8; group++) {
      const p = columns + group * (16 * CHUNK) + at;
      let a0 = v128.load(p), a1 = v128.load(p, 256), a2 = v128.load(p, 512), a3 = v128.load(p, 768);
      let a4 = v128.load(p, 1024), a5 = v128.load(p, 1280), a6 = v128.load(p, 1536), a7 = v128.load(p, 1792);
      let b0 = v128.load(p, 2048), b1 = v128.load(p, 2304), b2 = v128.load(p, 2560), b3 = v128.load(p, 2816);
      let b4 = v128.load(p, 3072), b5 = v128.load(p, 3328), b6 = v128.load(p, 3584), b7 = v128.load(p, 3840);
      let t0 = low(a0, b0), t1 = high(a0, b0), t2 = low(a1, b1), t3 = high(a1, b1);
      let t4 = low(a2, b2), t5 = high(a2, b2), t6 = low(a3, b3), t7 = high(a3, b3);
      let t8 = low(a4, b4), t9 = high(a4, b4), ta = low(a5, b5), tb = high(a5, b5);
      let tc = low(a6, b6), td = high(a6, b6), te = low(a7, b7), tf = high(a7, b7);
      a0 = low(t0, t8); a1 = high(t0, t8); a2 = low(t1, t9); a3 = high(t1, t9);
      a4 = low(t2, ta); a5 = high(t2, ta); a6 = low(t3, tb); a7 = high(t3, tb);
      b0 = low(t4, tc); b1 = high(t4, tc); b2 = low(t5, td); b3 = high(t5, td);
      b4 = low(t6, te); b5 = high(t6, te); b6 = low(t7, tf); b7 = high(t7, tf);
      t0 = low(a0, b0); t1 = high(a0, b0); t2 = low(a1, b1); t3 = high(a1, b1);
      t4 = low(a2, b2); t5 = high(a2, b2); t6 = low(a3, b3); t7 = high(a3, b3);
      t8 = low(a4, b4); t9 = high(a4, b4); ta = low(a5, b5); tb = high(a5, b5);
      tc = low(a6, b6); td = high(a6, b6); te = low(a7, b7); tf = high(a7, b7);
      a0 = low(t0, t8); a1 = high(t0, t8); a2 = low(t1, t9); a3 = high(t1, t9);
      a4 = low(t2, ta); a5 = high(t2, ta); a6 = low(t3, tb); a7 = high(t3, tb);
      b0 = low(t4, tc); b1 = high(t4, tc); b2 = low(t5, td); b3 = high(t5, td);
      b4 = low(t6, te); b5 = high(t6, te); b6 = low(t7, tf); b7 = high(t7, tf);
      const q = rows + (at << 7) + (group << 1);
      eightRows(q, a0); eightRows(q + 128, a1); eightRows(q + 256, a2); eightRows(q + 384, a3);
      eightRows(q + 512, a4); eightRows(q + 640, a5); eightRows(q + 768, a6); eightRows(q + 896, a7);
      eightRows(q + 1024, b0); eightRows(q + 1152, b1); eightRows(q + 1280, b2); eightRows(q + 1408, b3);
      eightRows(q + 1536, b4); eightRows(q + 1664, b5); eightRows(q + 1792, b6); eightRows(q + 1920, b7);
    }
  }
}

/** State of a pad but for rows, block and tweak: constants and salt. */
@inline
function salted(s: usize, salt: usize): void {
  constants(s);
  for (let w: usize = 0; w < 4; w++) v128.store(s + (w << 4), v128.load_splat<u32>(salt + (w << 2)), 128);
}

/** Rows ⊕ offset of transfers tweak … tweak + 3 into a state. */
@inline
function load4(s: usize, rows: usize, offset: v128, tweak: u64): void {
  const a = v128.xor(v128.load(rows), offset), b = v128.xor(v128.load(rows, 16), offset);
  const c = v128.xor(v128.load(rows, 32), offset), d = v128.xor(v128.load(rows, 48), offset);
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(s, v128.shuffle<i64>(ab0, cd0, 0, 2), 64);
  v128.store(s, v128.shuffle<i64>(ab0, cd0, 1, 3), 80);
  v128.store(s, v128.shuffle<i64>(ab1, cd1, 0, 2), 96);
  v128.store(s, v128.shuffle<i64>(ab1, cd1, 1, 3), 112);
  const t1 = tweak + 1, t2 = tweak + 2, t3 = tweak + 3;
  v128.store(s, i32x4(<i32>tweak, <i32>t1, <i32>t2, <i32>t3), 224);
  v128.store(s, i32x4(<i32>(tweak >> 32), <i32>(t1 >> 32), <i32>(t2 >> 32), <i32>(t3 >> 32)), 240);
}

/**
 * Pads of n rows, blocks `block` to `block + count` (64 bytes each) of each: H(row ⊕ offset, tweak + j) = ChaCha12 with the key
 * (row ⊕ offset, salt), the counter `block` and the nonce `tweak + j`; pads are `stride` bytes apart.
 *
 * `offset`, `salt`: 16 bytes; n is a multiple of 4; `scratch`: 512 bytes.
 */
export function pads(
  rows: usize, n: i32, offset: usize, salt: usize, tweak: u64, block: u64, count: i32, out: usize, stride: usize, scratch: usize,
): void {
  const shift = v128.load(offset), rowsOut = scratch + 256;
  salted(scratch, salt);
  for (let i = 0; i < n; i += 4, rows += 64, tweak += 4, out += stride << 2) {
    load4(scratch, rows, shift, tweak);
    for (let c = 0; c < count; c++) {
      v128.store(scratch, i32x4.splat(<i32>(block + c)), 192);
      v128.store(scratch, i32x4.splat(<i32>((block + c) >> 32)), 208);
      core(scratch, rowsOut);
      for (let w: usize = 0; w < 4; w++) {
        const p = rowsOut + (w << 6), q = out + (<usize>c << 6) + (w << 4);
        const a = v128.load(p), b = v128.load(p, 16), e = v128.load(p, 32), f = v128.load(p, 48);
        const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
        const ef0 = v128.shuffle<i32>(e, f, 0, 4, 1, 5), ef1 = v128.shuffle<i32>(e, f, 2, 6, 3, 7);
        v128.store(q, v128.shuffle<i64>(ab0, ef0, 0, 2));
        v128.store(q + stride, v128.shuffle<i64>(ab0, ef0, 1, 3));
        v128.store(q + 2 * stride, v128.shuffle<i64>(ab1, ef1, 0, 2));
        v128.store(q + 3 * stride, v128.shuffle<i64>(ab1, ef1, 1, 3));
      }
    }
  }
}

/** The first 8 bytes of the pads of n rows, as `pads` gives them; n is a multiple of 4; `scratch`: 512 bytes. */
export function padWords(rows: usize, n: i32, offset: usize, salt: usize, tweak: u64, out: usize, scratch: usize): void {
  const shift = v128.load(offset), rowsOut = scratch + 256, zero = i32x4.splat(0);
  salted(scratch, salt);
  v128.store(scratch, zero, 192);
  v128.store(scratch, zero, 208);
  for (let i = 0; i < n; i += 4, rows += 64, tweak += 4, out += 32) {
    load4(scratch, rows, shift, tweak);
    core(scratch, rowsOut);
    const a = v128.load(rowsOut), b = v128.load(rowsOut, 16);
    v128.store(out, v128.shuffle<i32>(a, b, 0, 4, 1, 5));
    v128.store(out, v128.shuffle<i32>(a, b, 2, 6, 3, 7), 16);
  }
}

/** The first bit of the pads of n rows, as `pads` gives them, 8 to a byte; n is a multiple of 8; `scratch`: 512 bytes. */
export function padBits(rows: usize, n: i32, offset: usize, salt: usize, tweak: u64, out: usize, scratch: usize): void {
  const shift = v128.load(offset), rowsOut = scratch + 256, zero = i32x4.splat(0);
  salted(scratch, salt);
  v128.store(scratch, zero, 192);
  v128.store(scratch, zero, 208);
  for (let i = 0; i < n; i += 8, rows += 128, tweak += 8, out++) {
    load4(scratch, rows, shift, tweak);
    core(scratch, rowsOut);
    const bits = i32x4.bitmask(i32x4.shl(v128.load(rowsOut), 31));
    load4(scratch, rows + 64, shift, tweak + 4);
    core(scratch, rowsOut);
    store<u8>(out, <u8>(bits | i32x4.bitmask(i32x4.shl(v128.load(rowsOut), 31)) << 4));
  }
}
