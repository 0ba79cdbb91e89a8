import { assertEquals } from "@std/assert";
import { words } from "./mod.ts";
import { chacha, fromBytes, toBytes } from "./testing/oracle.ts";
import { Arena, bytesAt, LENGTHS, sample, sampleBytes, wordsAt } from "./testing/arena.ts";

/** More than a slice of rows too. */
const SIZES = [...LENGTHS, 255, 256, 257, 300, 513];

/** n words of 128 bits. */
function sampleWords(n: number, seed: number): bigint[] {
  const halves = sample(2 * n, seed);
  return Array.from({ length: n }, (_, i) => halves[2 * i]! | halves[2 * i + 1]! << 64n);
}
const halvesOf = (all: readonly bigint[]) => all.flatMap((word) => [BigInt.asUintN(64, word), word >> 64n]);
const resultAt = (at: number, n: number) => Array.from({ length: n }, (_, i) => fromBytes(bytesAt(at + 16 * i, 16)));
const bit = (packed: readonly bigint[], i: number) => packed[i >> 6]! >> BigInt(i & 63) & 1n;

Deno.test("addWhere() and addOffsetWhere() add where a bit is set, addOffset() everywhere", () => {
  for (const n of SIZES) {
    const arena = new Arena(), x = sampleWords(n, 1), before = sampleWords(n, 2), [offset] = sampleWords(1, 3);
    const packed = sample(Math.ceil(n / 64), 4 + n), bits = arena.words(packed), at = arena.words(halvesOf([offset!]));
    const outs = [0, 1, 2].map(() => arena.inOut(halvesOf(before))) as [number, number, number];
    words.addWhere(arena.words(halvesOf(x)), bits, outs[0], n);
    words.addOffsetWhere(at, bits, outs[1], n);
    words.addOffset(at, outs[2], n);
    assertEquals(resultAt(outs[0], n), before.map((word, i) => word ^ x[i]! * bit(packed, i)));
    assertEquals(resultAt(outs[1], n), before.map((word, i) => word ^ offset! * bit(packed, i)));
    assertEquals(resultAt(outs[2], n), before.map((word) => word ^ offset!));
    arena.assertGuardsIntact();
  }
});

Deno.test("packLow() gives the lowest bits of words, and zeros past the last", () => {
  for (const n of SIZES) {
    const arena = new Arena(), x = sampleWords(n, 5), count = Math.ceil(n / 64), out = arena.output(8 * count);
    words.packLow(arena.words(halvesOf(x)), out, n);
    const got = wordsAt(out, count);
    assertEquals(Array.from({ length: 64 * count }, (_, i) => bit(got, i)), [
      ...x.map((word) => word & 1n),
      ...new Array<bigint>(64 * count - n).fill(0n),
    ]);
    arena.assertGuardsIntact();
  }
});

/** Sliced rows as the extension gives them; what is past the last row is noise. */
function sliced(rows: readonly bigint[]): Uint8Array {
  const bytes = sampleBytes(4096 * Math.ceil(rows.length / 256), 9);
  rows.forEach((row, j) =>
    toBytes(row, 16).forEach((byte, b) =>
      bytes[4096 * (j >> 8) + 2048 * (j >> 5 & 1) + 512 * (b >> 2) + 16 * (j & 31) + 4 * (j >> 6 & 3) + (b & 3)] = byte
    )
  );
  return bytes;
}

Deno.test("unslice() gives rows one after the other, and writes none past the last", () => {
  for (const n of SIZES) {
    const arena = new Arena(), rows = sampleWords(n, 6), out = arena.output(16 * n);
    words.unslice(arena.bytes(sliced(rows)), n, out);
    assertEquals(resultAt(out, n), rows);
    arena.assertGuardsIntact();
  }
});

Deno.test("hashWords() gives the first 16 bytes of ChaCha8 with the key (word ⊕ offset, salt) and the tweak as nonce, in place too", () => {
  const salt = sampleBytes(16, 8), [offset] = sampleWords(1, 9);
  for (const n of SIZES) {
    for (const tweak of n > 9 ? [0n] : [0n, 5n, 2n ** 32n - 2n, 2n ** 64n - 3n]) {
      const arena = new Arena(), x = sampleWords(n, 7), out = arena.inOut(halvesOf(x)), scratch = arena.output(512);
      words.hashWords(out, n, arena.words(halvesOf([offset!])), arena.bytes(salt), tweak, out, scratch);
      const expected = x.map((word, j) => {
        const key = Uint8Array.from([...toBytes(word ^ offset!, 16), ...salt]);
        const nonce = BigInt.asUintN(64, tweak + BigInt(j));
        return fromBytes(chacha({ key, nonce, counter: 0n, doubleRounds: 4 }, 1).subarray(0, 16));
      });
      assertEquals(resultAt(out, n), expected);
      arena.assertGuardsIntact();
    }
  }
});
