import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { chacha, combineRows, fromBytes } from "../kernels/testing/oracle.ts";
import { hashChoices, hashRows, shiftRows } from "./transfer_check.ts";
import { rowsBytes } from "./mod.ts";
import { bytesOf, rowOf, setRow } from "./testing/ot.ts";

const SUMS = 128, KEY = bytesOf("key", 32);

/** Memory with rows and choices under the same numbers, of which 128 are given up. */
function withRows(n: number, use: (memory: PartyMemory, rows: Places, choices: Places) => void): void {
  const memory = new PartyMemory();
  const rows = { spare: memory.allocate(rowsBytes(SUMS)), at: memory.allocate(rowsBytes(n)), n };
  const choices = { spare: memory.allocate(16), at: memory.allocate(Math.ceil(n / 8)), n };
  const random = bytesOf("rows", 16 * (SUMS + n));
  for (let j = 0; j < SUMS; j++) setRow(memory, rows.spare, j, random.subarray(16 * j, 16 * j + 16));
  for (let j = 0; j < n; j++) setRow(memory, rows.at, j, random.subarray(16 * (SUMS + j), 16 * (SUMS + j + 1)));
  memory.bytes.set(bytesOf("spare", 16), choices.spare);
  memory.bytes.set(bytesOf("choices", Math.ceil(n / 8)), choices.at);
  use(memory, rows, choices);
  memory.dispose();
}

interface Places {
  readonly spare: number;
  readonly at: number;
  readonly n: number;
}

/** The sums by definition: value b of those that are given up, and what ChaCha12 selects of the others. */
function sums(spare: readonly bigint[], others: readonly bigint[], key: Uint8Array): bigint[] {
  const slices = Math.ceil(others.length / 256);
  const selectors = chacha({ key, nonce: 0n, counter: 0n, doubleRounds: 6 }, 64 * slices);
  return combineRows(others, selectors).map((sum, b) => sum ^ spare[b]!);
}

const bitsAt = (memory: PartyMemory, at: number, n: number) =>
  Array.from({ length: n }, (_, j) => BigInt(memory.bytes[at + (j >> 3)]! >> (j & 7) & 1));

Deno.test("hashes are what is given up, sum by sum, and what ChaCha12 selects of all others, over slices and pieces", () => {
  for (const n of [0, 1, 255, 257, 2048, 2049, 2600]) {
    withRows(n, (memory, rows, choices) => {
      const at = (place: number, count: number) =>
        Array.from({ length: count }, (_, j) => fromBytes(rowOf(memory, place, j)));
      const expected = sums(at(rows.spare, SUMS), at(rows.at, n), KEY);
      const got = hashRows(memory, KEY, rows);
      assertEquals(Array.from({ length: SUMS }, (_, b) => fromBytes(got.subarray(16 * b, 16 * b + 16))), expected);
      const bits = sums(bitsAt(memory, choices.spare, SUMS), bitsAt(memory, choices.at, n), KEY);
      const hash = fromBytes(hashChoices(memory, KEY, choices));
      assertEquals(hash, bits.reduce((sum, bit, b) => sum | bit << BigInt(b), 0n));
    });
  }
});

Deno.test("the hash of shifted rows is the shifted hash of rows", () => {
  const n = 700, delta = bytesOf("delta", 16);
  withRows(n, (memory, rows, choices) => {
    const q = hashRows(memory, KEY, rows), x = hashChoices(memory, KEY, choices);
    for (const [place, bits, count] of [[rows.spare, choices.spare, SUMS], [rows.at, choices.at, n]] as const) {
      for (let j = 0; j < count; j++) {
        const bit = memory.bytes[bits + (j >> 3)]! >> (j & 7) & 1;
        setRow(memory, place, j, rowOf(memory, place, j).map((byte, i) => byte ^ (delta[i]! & -bit)));
      }
    }
    const t = hashRows(memory, KEY, rows);
    assertNotEquals(t, q);
    assertEquals(shiftRows(q, x, delta), t);
  });
});

Deno.test("another challenge gives another hash", () => {
  withRows(500, (memory, rows, choices) => {
    const other = KEY.with(31, KEY[31]! ^ 128);
    assertNotEquals(hashRows(memory, KEY, rows), hashRows(memory, other, rows));
    assertNotEquals(hashChoices(memory, KEY, choices), hashChoices(memory, other, choices));
  });
});

/** Which sums each of n transfers enters, as 128 bits. */
function selected(key: Uint8Array, n: number): bigint[] {
  const selectors = chacha({ key, nonce: 0n, counter: 0n, doubleRounds: 6 }, 64 * Math.ceil(n / 256));
  const unit = (j: number) => Array.from({ length: n }, (_, i) => BigInt(i === j));
  return Array.from(
    { length: n },
    (_, j) => combineRows(unit(j), selectors).reduce((sum, bit, b) => sum | bit << BigInt(b), 0n),
  );
}

/** Transfers whose selections add up to nothing: there are some among 129. */
function vanishing(vectors: readonly bigint[]): number[] {
  const basis = new Map<number, { vector: bigint; of: bigint }>();
  for (let j = 0; j < vectors.length; j++) {
    let vector = vectors[j]!, of = 1n << BigInt(j);
    while (vector !== 0n) {
      const top = vector.toString(2).length, known = basis.get(top);
      if (known === undefined) {
        basis.set(top, { vector, of });
        break;
      }
      vector ^= known.vector;
      of ^= known.of;
    }
    if (vector === 0n) return vectors.flatMap((_, i) => of >> BigInt(i) & 1n ? [i] : []);
  }
  throw new Error("These vectors are independent");
}

Deno.test("who knows the challenge before its columns finds wrong ones that pass, and they fail another (chance below 2^-120)", () => {
  const n = 129, wrong = vanishing(selected(KEY, n)), other = bytesOf("other key", 32);
  assert(wrong.length > 0);
  withRows(n, (memory, _, choices) => {
    const hashes = () => [KEY, other].map((key) => hashChoices(memory, key, choices));
    const right = hashes();
    for (const j of wrong) memory.bytes[choices.at + (j >> 3)]! ^= 1 << (j & 7);
    const changed = hashes();
    assertEquals(changed[0], right[0]);
    assertNotEquals(changed[1], right[1]);
  });
});
