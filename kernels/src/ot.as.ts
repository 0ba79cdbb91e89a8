// Oblivious transfer extension: streams of trees folded into F_2^k columns, and 128-bit rows from the columns.
//
// Rows are sliced: 256 rows are 2 halves × 4 words × 32 vectors. Vector r of word w of half h has word w of the rows 32h + r,
// 64 + 32h + r, 128 + 32h + r and 192 + 32h + r. That is what the transposition gives and what four hashes at a time take.

import { blocks, constants } from "./chacha8.as";

/** Bytes a chunk has of each stream, column and sum: one call of `blocks`, 2048 transfers. */
const CHUNK: usize = 256;
/** Transfers of a chunk. */
const TRANSFERS: i32 = 2048;
/** Bytes of 128 columns. */
const COLUMNS: usize = 128 * CHUNK;

/**
 * Chunk `chunk` of the 2^k streams of `trees` trees, folded. With r_y the stream of leaf y of a tree: column b of the tree is the
 * XOR of all r_y where bit b of y is 1, its sum the XOR of all. Where leaf 0 is `absent`, its stream counts as zero and its key
 * is not read. Roy 2022, figure 7. The streams are ChaCha8.
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
      blocks(scratch, stream);
    }
    if (k == 4) fold16(streams, columns, sums);
    else fold(streams, k, columns, sums);
    columns += <usize>k * CHUNK;
  }
}

/** The columns and the sum of 2^k streams, which are left changed: neighbours are added k times, the odd ones make up a column. */
function fold(streams: usize, k: i32, columns: usize, sum: usize): void {
  for (let b = 0, pairs = 1 << (k - 1); b < k; b++, pairs >>= 1, columns += CHUNK) {
    for (let at: usize = 0; at < CHUNK; at += 16) {
      let odd = i32x4.splat(0);
      for (let j = 0; j < pairs; j++) {
        const p = streams + <usize>j * (2 * CHUNK) + at;
        const v = v128.load(p, CHUNK);
        odd = v128.xor(odd, v);
        v128.store(streams + <usize>j * CHUNK + at, v128.xor(v128.load(p), v));
      }
      v128.store(columns + at, odd);
    }
  }
  memory.copy(sum, streams, CHUNK);
}

/** `fold` of 16 streams, each read once. */
function fold16(streams: usize, columns: usize, sum: usize): void {
  for (let at: usize = 0; at < CHUNK; at += 16) {
    const p = streams + at, q = columns + at;
    let odd = v128.load(p, 256), next = odd;
    const a0 = v128.xor(v128.load(p), odd);
    next = v128.load(p, 768); odd = v128.xor(odd, next); const a1 = v128.xor(v128.load(p, 512), next);
    next = v128.load(p, 1280); odd = v128.xor(odd, next); const a2 = v128.xor(v128.load(p, 1024), next);
    next = v128.load(p, 1792); odd = v128.xor(odd, next); const a3 = v128.xor(v128.load(p, 1536), next);
    next = v128.load(p, 2304); odd = v128.xor(odd, next); const a4 = v128.xor(v128.load(p, 2048), next);
    next = v128.load(p, 2816); odd = v128.xor(odd, next); const a5 = v128.xor(v128.load(p, 2560), next);
    next = v128.load(p, 3328); odd = v128.xor(odd, next); const a6 = v128.xor(v128.load(p, 3072), next);
    next = v128.load(p, 3840); odd = v128.xor(odd, next); const a7 = v128.xor(v128.load(p, 3584), next);
    v128.store(q, odd);
    v128.store(q, v128.xor(v128.xor(a1, a3), v128.xor(a5, a7)), 256);
    const b0 = v128.xor(a0, a1), b1 = v128.xor(a2, a3), b2 = v128.xor(a4, a5), b3 = v128.xor(a6, a7);
    v128.store(q, v128.xor(b1, b3), 512);
    const c0 = v128.xor(b0, b1), c1 = v128.xor(b2, b3);
    v128.store(q, c1, 768);
    v128.store(sum + at, v128.xor(c0, c1));
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

/** Exchanges the blocks that `mask` leaves out in a with those that it has in b: `j` bits apart, in each lane. */
@inline
function swapped(a: v128, b: v128, j: i32, mask: v128): v128 {
  return v128.and(v128.xor(i32x4.shr_u(a, j), b), mask);
}

/** Two rows j apart of four 32 × 32 matrices, in memory. Warren, Hacker's Delight, section 7-3. */
@inline
function exchange(p: usize, q: usize, j: i32, mask: v128): void {
  const a = v128.load(p), b = v128.load(q), t = swapped(a, b, j, mask);
  v128.store(p, v128.xor(a, i32x4.shl(t, j)));
  v128.store(q, v128.xor(b, t));
}

/** Transposes four 32 × 32 bit matrices side by side: 32 vectors, a matrix a lane. */
function transpose32(at: usize): void {
  const m16 = i32x4.splat(0x0000ffff), m8 = i32x4.splat(0x00ff00ff), m4 = i32x4.splat(0x0f0f0f0f);
  const m2 = i32x4.splat(0x33333333), m1 = i32x4.splat(0x55555555);
  for (let i: usize = 0; i < 128; i += 16) {
    const p = at + i;
    exchange(p, p + 256, 16, m16); exchange(p + 128, p + 384, 16, m16);
    exchange(p, p + 128, 8, m8); exchange(p + 256, p + 384, 8, m8);
  }
  for (let i: usize = 0; i < 512; i += 128) {
    const p = at + i;
    exchange(p, p + 64, 4, m4); exchange(p + 16, p + 80, 4, m4); exchange(p + 32, p + 96, 4, m4); exchange(p + 48, p + 112, 4, m4);
    exchange(p, p + 32, 2, m2); exchange(p + 16, p + 48, 2, m2); exchange(p + 64, p + 96, 2, m2); exchange(p + 80, p + 112, 2, m2);
    exchange(p, p + 16, 1, m1); exchange(p + 32, p + 48, 1, m1); exchange(p + 64, p + 80, 1, m1); exchange(p + 96, p + 112, 1, m1);
  }
}

/** The first n bits (rounded up to 256) of 128 columns of 256 bytes as n sliced rows: bit c of row j is bit j of column c. */
export function transpose(columns: usize, n: i32, rows: usize): void {
  for (const end = columns + (<usize>((n + 255) >> 8) << 5); columns < end; columns += 32, rows += 4096) {
    for (let w: usize = 0; w < 4; w++) {
      const low = rows + (w << 9), from = columns + w * (32 * CHUNK);
      for (let c: usize = 0; c < 32; c++) {
        const p = from + c * CHUNK, a = v128.load(p), b = v128.load(p, 16);
        v128.store(low + (c << 4), v128.shuffle<i32>(a, b, 0, 2, 4, 6));
        v128.store(low + (c << 4), v128.shuffle<i32>(a, b, 1, 3, 5, 7), 2048);
      }
      transpose32(low);
      transpose32(low + 2048);
    }
  }
}

/**
 * The receiver's n transfers of chunks from `chunk` on: messages (128 / k · ⌈transfers / 8⌉ bytes a chunk) and sliced rows.
 * `choices`: n bits. `scratch`: 41,216 + 2^k · 256 bytes.
 */
export function receive(keys: usize, k: i32, chunk: u64, n: i32, choices: usize, message: usize, rows: usize, scratch: usize): void {
  const trees = 128 / k, sums = scratch + COLUMNS, streams = sums + <usize>trees * CHUNK;
  for (let done = 0; done < n; done += TRANSFERS, chunk++, choices += CHUNK) {
    const count = min(TRANSFERS, n - done), bytes = <usize>((count + 7) >> 3);
    expand(keys, trees, k, 0, chunk, scratch, sums, streams);
    correct(sums, choices, trees, bytes, message);
    transpose(scratch, count, rows);
    message += <usize>trees * bytes;
    rows += <usize>TRANSFERS << 4;
  }
}

/** The sender's n transfers of chunks from `chunk` on: sliced rows from the receiver's messages. `scratch` as in `receive`. */
export function send(keys: usize, k: i32, chunk: u64, n: i32, message: usize, delta: usize, rows: usize, scratch: usize): void {
  const trees = 128 / k, sums = scratch + COLUMNS, streams = sums + <usize>trees * CHUNK;
  for (let done = 0; done < n; done += TRANSFERS, chunk++) {
    const count = min(TRANSFERS, n - done), bytes = <usize>((count + 7) >> 3);
    expand(keys, trees, k, 1, chunk, scratch, sums, streams);
    applyCorrections(scratch, message, trees, k, bytes, delta);
    transpose(scratch, count, rows);
    message += <usize>trees * bytes;
    rows += <usize>TRANSFERS << 4;
  }
}
