import { assertEquals } from "@std/assert";
import { otCheck } from "./mod.ts";
import { Arena, bytesAt, sampleBytes } from "./testing/arena.ts";
import { combineRows, fromBytes, toBytes, toWords } from "./testing/oracle.ts";

const SIZES = [0, 1, 3, 63, 64, 65, 127, 128, 129, 191, 193, 255, 256, 257, 300, 515, 1024];
const SUMS = 128;

/** Rows as the extension gives them; rows past `rows` in the last slice are noise. */
function sliced(rows: readonly bigint[]): Uint8Array {
  const bytes = sampleBytes(4096 * Math.ceil(rows.length / 256), 9);
  rows.forEach((row, j) =>
    toBytes(row, 16).forEach((byte, b) =>
      bytes[4096 * (j >> 8) + 2048 * (j >> 5 & 1) + 512 * (b >> 2) + 16 * (j & 31) + 4 * (j >> 6 & 3) + (b & 3)] = byte
    )
  );
  return bytes;
}

function sampleRows(n: number): bigint[] {
  const bytes = sampleBytes(16 * n, 3);
  return Array.from({ length: n }, (_, j) => fromBytes(bytes.subarray(16 * j, 16 * j + 16)));
}

Deno.test("combineRows() adds to each sum the rows that are selected for it, and no row past the last", () => {
  for (const n of SIZES) {
    const arena = new Arena();
    const rows = sampleRows(n), selectors = sampleBytes(4096 * Math.ceil(n / 256), n), before = sampleRows(SUMS);
    const sums = arena.inOut(before.flatMap((sum) => toWords(sum, 2))), scratch = arena.output(1024);
    otCheck.combineRows(arena.bytes(selectors), arena.bytes(sliced(rows)), n, sums, scratch);
    const got = Array.from({ length: SUMS }, (_, b) => fromBytes(bytesAt(sums + 16 * b, 16)));
    assertEquals(got, combineRows(rows, selectors).map((sum, b) => sum ^ before[b]!), `${n} rows`);
    assertEquals(bytesAt(scratch, 1024), new Uint8Array(1024), "sums of secret rows are left in scratch memory");
    arena.assertGuardsIntact();
  }
});

Deno.test("combineBits() is combineRows() of rows of one bit", () => {
  for (const n of SIZES) {
    const arena = new Arena();
    const bits = sampleBytes(Math.ceil(n / 8), 4), selectors = sampleBytes(4096 * Math.ceil(n / 256), n + 1);
    const rows = Array.from({ length: n }, (_, j) => BigInt(bits[j >> 3]! >> (j & 7) & 1));
    const sums = arena.inOut(Array.from({ length: SUMS / 8 }, () => 0n));
    otCheck.combineBits(arena.bytes(selectors), arena.bytes(bits), n, sums);
    const got = [...bytesAt(sums, SUMS)].map((byte) => BigInt(byte & 1));
    assertEquals(got, combineRows(rows, selectors), `${n} bits`);
    arena.assertGuardsIntact();
  }
});
