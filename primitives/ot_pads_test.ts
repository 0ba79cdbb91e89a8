import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { chacha } from "../kernels/testing/oracle.ts";
import { OtPads } from "./mod.ts";
import { bytesOf, rowOf, setRow } from "./testing/ot.ts";

const SALT = bytesOf("salt", 16), N = 300;

/** H by definition. */
function oracle(row: Uint8Array, tweak: bigint, from: number, blocks: number): Uint8Array {
  const key = Uint8Array.from([...row, ...SALT]);
  return chacha({ key, nonce: BigInt.asUintN(64, tweak), counter: BigInt(from), doubleRounds: 4 }, blocks);
}

function withPads(test: (memory: PartyMemory, pads: OtPads, rows: number, delta: number) => void): () => void {
  return () => {
    const memory = new PartyMemory();
    const pads = new OtPads(memory, SALT);
    const rows = memory.allocate(2 * 4096), delta = memory.allocate(16);
    const random = bytesOf("rows", 16 * N);
    for (let j = 0; j < N; j++) setRow(memory, rows, j, random.subarray(16 * j, 16 * j + 16));
    memory.bytes.set(bytesOf("delta", 16), delta);
    test(memory, pads, rows, delta);
    memory.dispose();
  };
}

Deno.test(
  "words(), bits() and blocks() are pieces of one hash: ChaCha8 keyed by row and salt, with the tweak as nonce",
  withPads((memory, pads, rows, delta) => {
    const words = memory.allocate(8 * N), bits = memory.allocate(N / 8 + 8), stride = 192;
    const blocks = memory.allocate(stride * N);
    for (const offset of [pads.zero, delta]) {
      for (const tweak of [0n, 2n ** 32n - 5n, 2n ** 53n]) {
        const sliced = { at: rows, n: N, offset, tweak };
        pads.words(sliced, words);
        pads.bits(sliced, bits);
        for (const [from, count] of [[0, 1], [5, 2]] as const) {
          memory.bytes.fill(0, blocks, blocks + stride * N);
          pads.blocks(sliced, { from, count, rows: [32, 64] }, { at: blocks, stride });
          assertEquals(memory.bytes.slice(blocks, blocks + 32 * stride), new Uint8Array(32 * stride));
          pads.blocks(sliced, { from, count, rows: [0, 32] }, { at: blocks, stride });
          const pieces = memory.bytes.slice(blocks, blocks + stride * N);
          pads.blocks(sliced, { from, count }, { at: blocks, stride });
          assertEquals(memory.bytes.slice(blocks, blocks + stride * N), pieces);
          for (let j = 0; j < N; j += 1 + (j % 7)) {
            const row = rowOf(memory, rows, j).map((b, i) => b ^ memory.bytes[offset + i]!);
            const at = blocks + stride * j;
            assertEquals(memory.bytes.slice(at, at + 64 * count), oracle(row, tweak + BigInt(j), from, count));
            const head = oracle(row, tweak + BigInt(j), 0, 1);
            assertEquals(memory.bytes.slice(words + 8 * j, words + 8 * j + 8), head.slice(0, 8));
            assertEquals(memory.bytes[bits + (j >> 3)]! >> (j & 7) & 1, head[0]! & 1);
          }
        }
      }
    }
  }),
);

Deno.test(
  "pads of equal rows differ with the tweak, the offset and the salt (chance of failure below 2^-55)",
  withPads((memory, pads, rows, delta) => {
    const out = memory.allocate(8 * N), others = new OtPads(memory, bytesOf("other salt", 16));
    const draw = (hash: OtPads, offset: number, tweak: bigint) => {
      hash.words({ at: rows, n: N, offset, tweak }, out);
      return [...memory.words.slice(out / 8, out / 8 + N)];
    };
    memory.bytes.fill(7, rows, rows + 2 * 4096);
    const same = draw(pads, pads.zero, 9n);
    assertEquals(draw(pads, pads.zero, 9n), same);
    const all = [same, draw(pads, delta, 9n), draw(pads, pads.zero, 1000n), draw(others, others.zero, 9n)].flat();
    assertEquals(new Set(all).size, 4 * N);
    assertNotEquals(same[0], same[1]);
  }),
);

Deno.test("a salt that has not 16 bytes is a RangeError", () => {
  assertThrows(() => new OtPads(new PartyMemory(), new Uint8Array(8)), RangeError, "16 bytes, not 8");
});
