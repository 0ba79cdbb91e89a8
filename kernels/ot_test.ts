import { assertEquals } from "@std/assert";
import { gilboa, ot } from "./mod.ts";
import { chacha } from "./oracle.ts";
import { Arena, BOUNDARY, bytesAt, sample, sampleBytes, wordsAt } from "./testing/arena.ts";

const CHUNK = 256;

/** Chunk `chunk` of a leaf's stream: word w of four blocks, one after the other, for all w. */
function stream(key: Uint8Array, chunk: bigint): Uint8Array {
  const blocks = chacha({ key, nonce: 0n, counter: BigInt.asUintN(64, 4n * chunk), doubleRounds: 6 }, 4);
  return Uint8Array.from({ length: CHUNK }, (_, i) => blocks[64 * (i >> 2 & 3) + 4 * (i >> 4) + (i & 3)]!);
}

function xor(vectors: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from({ length: CHUNK }, (_, i) => vectors.reduce((sum, v) => sum ^ v[i]!, 0));
}

Deno.test("expand() gives the sums of the streams whose leaf has bit b, and of all; an absent leaf's key is not read", () => {
  for (const [k, trees] of [[1, 3], [2, 2], [3, 2], [4, 2], [8, 1]] as const) {
    for (const absent of [0, 1]) {
      for (const chunk of [0n, 1n, 2n ** 30n, 2n ** 62n - 1n]) {
        const arena = new Arena();
        const keys = sampleBytes(trees * 32 << k, k);
        const at = arena.bytes(keys), columns = arena.output(trees * k * CHUNK), sums = arena.output(trees * CHUNK);
        ot.expand(at, trees, k, absent, chunk, columns, sums, arena.output(CHUNK * (1 + (1 << k))));
        for (let t = 0; t < trees; t++) {
          const streams = Array.from({ length: 1 << k }, (_, y) => {
            const from = 32 * ((t << k) + y);
            return y < absent ? new Uint8Array(CHUNK) : stream(keys.slice(from, from + 32), chunk);
          });
          assertEquals(bytesAt(sums + CHUNK * t, CHUNK), xor(streams));
          for (let b = 0; b < k; b++) {
            assertEquals(bytesAt(columns + CHUNK * (t * k + b), CHUNK), xor(streams.filter((_, y) => y >> b & 1)));
          }
        }
        arena.assertGuardsIntact();
      }
    }
  }
});

Deno.test("correct() and applyCorrections() work on exactly `bytes` bytes of each tree", () => {
  for (const [k, trees] of [[1, 5], [4, 3]] as const) {
    for (const bytes of [0, 1, 15, 16, 17, 100, 255, 256]) {
      const arena = new Arena();
      const sums = sampleBytes(trees * CHUNK, 1), choices = sampleBytes(bytes, 2), delta = sampleBytes(16, 3);
      const message = arena.output(trees * bytes),
        columns = sample(trees * k * CHUNK / 8, 4),
        at = arena.inOut(columns);
      ot.correct(arena.bytes(sums), arena.bytes(choices), trees, bytes, message);
      for (let t = 0; t < trees; t++) {
        const expected = choices.map((byte, i) => byte ^ sums[CHUNK * t + i]!);
        assertEquals(bytesAt(message + t * bytes, bytes), expected);
      }
      const sent = bytesAt(message, trees * bytes), before = new Uint8Array(BigUint64Array.from(columns).buffer);
      ot.applyCorrections(at, message, trees, k, bytes, arena.bytes(delta));
      for (let c = 0; c < trees * k; c++) {
        const on = delta[c >> 3]! >> (c & 7) & 1, t = Math.floor(c / k);
        const expected = before.slice(CHUNK * c, CHUNK * c + CHUNK);
        for (let i = 0; i < bytes; i++) expected[i]! ^= on * sent[bytes * t + i]!;
        assertEquals(bytesAt(at + CHUNK * c, CHUNK), expected);
      }
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("transpose() makes bit j of column c bit c of row j, for n rows rounded up to 128", () => {
  const columns = sampleBytes(128 * CHUNK, 6);
  for (const n of [0, 1, 128, 129, 1000, 2048]) {
    const arena = new Arena(), rounded = 128 * Math.ceil(n / 128), rows = arena.output(16 * rounded);
    ot.transpose(arena.bytes(columns), n, rows);
    const expected = new Uint8Array(16 * rounded);
    for (let j = 0; j < rounded; j++) {
      for (let c = 0; c < 128; c++) {
        expected[16 * j + (c >> 3)]! |= (columns[CHUNK * c + (j >> 3)]! >> (j & 7) & 1) << (c & 7);
      }
    }
    assertEquals(bytesAt(rows, 16 * rounded), expected);
    arena.assertGuardsIntact();
  }
});

Deno.test("pads(), padWords() and padBits() write no more than their outputs", () => {
  for (const n of [0, 8, 16]) {
    for (const blocks of [1, 3]) {
      const arena = new Arena();
      const rows = arena.bytes(sampleBytes(16 * n, 7)),
        offset = arena.bytes(sampleBytes(16, 8)),
        salt = arena.bytes(sampleBytes(16, 9));
      const scratch = arena.output(512);
      ot.pads(rows, n, offset, salt, 5n, 0n, blocks, arena.output(64 * blocks * n), 64 * blocks, scratch);
      ot.padWords(rows, n, offset, salt, 5n, arena.output(8 * n), scratch);
      ot.padBits(rows, n, offset, salt, 5n, arena.output(n / 8), scratch);
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("offer(), collect() and settle() share x · y between them, for every width and any pads", () => {
  for (const width of [0, 1, 2, 3, 8, 63, 64]) {
    for (const [number, x] of [...BOUNDARY, 0x123456789abcdef0n].entries()) {
      const arena = new Arena(), stride = 512;
      const zeros = sampleBytes(64 * stride, 10 + number), ones = sampleBytes(64 * stride, 40 + number);
      const chosen = zeros.slice();
      for (let i = 0; i < 64; i++) {
        if (x >> BigInt(i) & 1n) chosen.set(ones.subarray(stride * i, stride * i + stride), stride * i);
      }
      const y = sample(width, 70 + number), start = sample(width, 71), corrections = arena.output(260 * width);
      const mine = arena.inOut(start), yours = arena.inOut(start);
      gilboa.offer(arena.bytes(zeros), arena.bytes(ones), stride, arena.words(y), width, corrections, mine);
      gilboa.collect(arena.bytes(chosen), stride, width, yours);
      gilboa.settle(arena.words([x]), corrections, width, yours);
      const expected = y.map((value, v) => BigInt.asUintN(64, value * x + 2n * start[v]!));
      const theirs = wordsAt(yours, width);
      assertEquals(wordsAt(mine, width).map((share, v) => BigInt.asUintN(64, share + theirs[v]!)), expected);
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("andXor() adds the AND of whole words", () => {
  for (const n of [0, 1, 5]) {
    const arena = new Arena();
    const [x, y, z] = [sample(n, 1), sample(n, 2), sample(n, 3)];
    const out = arena.inOut(z);
    gilboa.andXor(arena.words(x), arena.words(y), out, n);
    assertEquals(wordsAt(out, n), z.map((w, i) => w ^ (x[i]! & y[i]!)));
    arena.assertGuardsIntact();
  }
});
