/** Orders: how many words of the stream they take, and which of them. @module */
import { assert, assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, Prg } from "./mod.ts";

/** A stream of words from outside. */
class Given extends Prg {
  taken = 0;
  readonly #memory: PartyMemory;
  readonly #word: (i: number) => number;

  constructor(memory: PartyMemory, word: (i: number) => number) {
    super(memory, deriveKey("nothing of it is drawn"));
    this.#memory = memory;
    this.#word = word;
  }

  override bytes(at: number, length: number): void {
    for (let i = 0; i < length / 4; i++) this.#memory.words32[at / 4 + i] = this.#word(this.taken++);
  }
}

/** The order of n rows from these words, and how many were taken. */
function orderOf(n: number, word: (i: number) => number): { rows: number[]; taken: number } {
  const memory = new PartyMemory();
  const given = new Given(memory, word), at = memory.allocate(4 * n);
  given.permutation(at, n);
  const rows = [...memory.words32.slice(at / 4, at / 4 + n)];
  memory.dispose();
  return { rows, taken: given.taken };
}

/** Fisher–Yates with these exchanges, from the last row on. */
function exchanged(n: number, exchanges: readonly number[]): number[] {
  const rows = Array.from({ length: n }, (_, i) => i);
  exchanges.forEach((j, step) => {
    const i = n - 1 - step;
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  });
  return rows;
}

Deno.test("each row of an order is exchanged by a word of its own, however long the order", () => {
  for (const n of [2, 3, 127, 128, 129, 1000]) {
    const words = Array.from({ length: 2 * n + 256 }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 4);
    const { rows, taken } = orderOf(n, (i) => words[i]!);
    assert(taken >= n - 1, `${taken} words for ${n} rows`);
    assertEquals(rows, exchanged(n, Array.from({ length: n - 1 }, (_, step) => words[step]! % (n - step))));
  }
});

Deno.test("words that would make some rows likelier than others are passed over", () => {
  // 2^32 = 3 · 1431655765 + 1: the last word counts for no row of three, the one before for the last.
  const last = 2 ** 32 - 1;
  assertEquals(orderOf(3, (i) => [last, last, 1, 0][i] ?? 0).rows, exchanged(3, [1, 0]));
  assertEquals(orderOf(3, (i) => [last - 1, 1][i] ?? 0).rows, exchanged(3, [(last - 1) % 3, 1]));
});
