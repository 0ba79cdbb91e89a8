import { assertEquals } from "@std/assert";
import { blocks, heads } from "./build/chacha8.wasm";
import { views } from "./linear_memory.ts";
import { gilboa, ot, pads } from "./mod.ts";
import { chacha } from "./testing/oracle.ts";
import { Arena, BOUNDARY, bytesAt, sample, sampleBytes, wordsAt } from "./testing/arena.ts";

const CHUNK = 256;

/** Where byte b of row j is among sliced rows: vector r of word w of half h, in the lane of j's 64. */
function rowByte(j: number, b: number): number {
  return 4096 * (j >> 8) + 2048 * (j >> 5 & 1) + 512 * (b >> 2) + 16 * (j & 31) + 4 * (j >> 6 & 3) + (b & 3);
}

/** Chunk `chunk` of a leaf's stream: word w of four blocks, one after the other, for all w. */
function stream(key: Uint8Array, chunk: bigint): Uint8Array {
  const blocks = chacha({ key, nonce: 0n, counter: BigInt.asUintN(64, 4n * chunk), doubleRounds: 4 }, 4);
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

Deno.test("blocks() and heads() give ChaCha8: draft-strombergson-chacha-test-vectors-01, TC1, 8 rounds, 256-bit key", () => {
  const arena = new Arena();
  const states = arena.output(256), out = arena.output(256), head = arena.output(32);
  const constants = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574];
  const words = Array.from({ length: 64 }, (_, i) => i < 16 ? constants[i >> 2]! : i >> 2 === 12 ? i & 3 : 0);
  views.words32.set(words, states / 4);
  blocks(states, out);
  heads(states, head);
  const block = (b: number) =>
    Uint8Array.from({ length: 64 }, (_, i) => views.bytes[out + 16 * (i >> 2) + 4 * b + (i & 3)]!);
  assertEquals(
    block(0).toHex() + block(1).toHex(),
    "3e00ef2f895f40d67f5bb8e81f09a5a12c840ec3ce9a7f3b181be188ef711a1e" +
      "984ce172b9216f419f445367456d5619314a42a3da86b001387bfdb80e0cfe42" +
      "d2aefa0deaa5c151bf0adb6c01f2a5adc0fd581259f9a2aadcf20f8fd566a26b" +
      "5032ec38bbc5da98ee0c6f568b872a65a08abf251deb21bb4b56e5d8821e68aa",
  );
  assertEquals(bytesAt(head, 32), bytesAt(out, 32));
  arena.assertGuardsIntact();
});

Deno.test("transpose() makes bit j of column c bit c of sliced row j, for n rows rounded up to 256", () => {
  const columns = sampleBytes(128 * CHUNK, 6);
  for (const n of [0, 1, 255, 256, 257, 1000, 2048]) {
    const arena = new Arena(), rounded = 256 * Math.ceil(n / 256), rows = arena.output(16 * rounded);
    ot.transpose(arena.bytes(columns), n, rows);
    const expected = new Uint8Array(16 * rounded);
    for (let j = 0; j < rounded; j++) {
      for (let c = 0; c < 128; c++) {
        expected[rowByte(j, c >> 3)]! |= (columns[CHUNK * c + (j >> 3)]! >> (j & 7) & 1) << (c & 7);
      }
    }
    assertEquals(bytesAt(rows, 16 * rounded), expected);
    arena.assertGuardsIntact();
  }
});

Deno.test("receive() and send() give rows that differ by Δ where the choice is 1, chunk after chunk", () => {
  for (const k of [1, 4, 8]) {
    for (const n of [1, 300, 2048, 4100]) {
      const arena = new Arena(), trees = 128 / k, rounded = 256 * Math.ceil(n / 256);
      const leaves = sampleBytes(trees * 32 << k, k),
        delta = sampleBytes(16, 11),
        choices = sampleBytes(Math.ceil(n / 8), n);
      const punctured = new Uint8Array(leaves.length);
      for (let t = 0; t < trees; t++) {
        const missing = delta[t * k >> 3]! >> (t * k & 7) & ((1 << k) - 1);
        for (let y = 1; y < 1 << k; y++) {
          const from = 32 * ((t << k) + (y ^ missing));
          punctured.set(leaves.subarray(from, from + 32), 32 * ((t << k) + y));
        }
      }
      const scratch = arena.output(ot.scratchBytes(k)), message = arena.output(trees * Math.ceil(n / 8));
      const mine = arena.output(16 * rounded), yours = arena.output(16 * rounded), deltaAt = arena.bytes(delta);
      ot.receive({ keys: arena.bytes(leaves), k, chunk: 7n }, n, arena.bytes(choices), {
        message,
        rows: mine,
        scratch,
      });
      ot.send({ keys: arena.bytes(punctured), k, chunk: 7n }, n, deltaAt, { message, rows: yours, scratch });
      for (const j of [0, 1, 63, 64, 200, 299, 2047, 2048, n - 1].filter((j) => j < n)) {
        const choice = choices[j >> 3]! >> (j & 7) & 1;
        for (let b = 0; b < 16; b++) {
          const place = rowByte(j, b);
          assertEquals(views.bytes[mine + place]! ^ views.bytes[yours + place]!, delta[b]! & -choice);
        }
      }
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("padBlocks(), padWords() and padBits() write no more than their outputs", () => {
  for (const n of [0, 1, 8, 31, 33, 65, 130, 256, 300]) {
    for (const blocks of [1, 3]) {
      const arena = new Arena();
      const rows = arena.bytes(sampleBytes(4096 * Math.ceil(n / 256), 7)),
        offset = arena.bytes(sampleBytes(16, 8)),
        salt = arena.bytes(sampleBytes(16, 9));
      const scratch = arena.output(512), hash = { offset, salt, tweak: 5n, scratch };
      const out = arena.output(64 * blocks * n);
      pads.padBlocks(rows, n, offset, salt, 5n, 0n, blocks, out, 64 * blocks, 0, 32, scratch);
      pads.padBlocks(rows, n, offset, salt, 5n, 0n, blocks, out, 64 * blocks, 32, 64, scratch);
      pads.padWords(rows, n, hash, arena.output(8 * n));
      pads.padBits(rows, n, hash, arena.output(8 * Math.ceil(n / 64)));
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

Deno.test("scalars are rows of one word: offerScalars(), collectScalars() and settleScalars() do what the others do", () => {
  const n = 3, arena = new Arena();
  const zeros = arena.bytes(sampleBytes(512 * n, 1)), ones = arena.bytes(sampleBytes(512 * n, 2));
  const x = arena.words([0n, 2n ** 64n - 1n, 0x923456789abcdef1n]), start = sample(n, 3);
  const [one, many] = [arena.output(260 * n), arena.output(260 * n)];
  const outs = Array.from({ length: 6 }, () => arena.inOut(start));
  gilboa.offerScalars(zeros, ones, x, n, many, outs[0]!);
  gilboa.collectScalars(zeros, n, outs[1]!);
  gilboa.settleScalars(x, many, n, outs[2]!);
  for (let e = 0; e < n; e++) {
    gilboa.offer(zeros + 512 * e, ones + 512 * e, 8, x + 8 * e, 1, one + 260 * e, outs[3]! + 8 * e);
    gilboa.collect(zeros + 512 * e, 8, 1, outs[4]! + 8 * e);
    gilboa.settle(x + 8 * e, one + 260 * e, 1, outs[5]! + 8 * e);
  }
  assertEquals(bytesAt(many, 260 * n), bytesAt(one, 260 * n));
  for (let i = 0; i < 3; i++) assertEquals(wordsAt(outs[i]!, n), wordsAt(outs[3 + i]!, n));
  arena.assertGuardsIntact();
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
