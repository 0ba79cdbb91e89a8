/** Long orders: as uniform at their end as at their beginning. @module */
import { assert, assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, Prg } from "./mod.ts";

Deno.test("rows of a long order are exchanged by words of their own: no distances repeat", () => {
  const memory = new PartyMemory(), n = 4096;
  const prg = new Prg(memory, deriveKey("a long order"));
  const at = memory.allocate(4 * n);
  prg.permutation(at, n);
  const order = memory.words32.slice(at / 4, at / 4 + n);
  assertEquals([...order].sort((x, y) => x - y), Array.from(order, (_, i) => i));
  // Where a row was exchanged with: j of step i, found by undoing the steps from the last on.
  const rows = Uint32Array.from(order), where = new Uint32Array(n), swaps: number[] = [];
  const identity = Uint32Array.from({ length: n }, (_, i) => i);
  identity.forEach((row) => where[row] = row);
  const current = Uint32Array.from(identity);
  for (let i = n - 1; i > 0; i--) {
    const j = where[rows[i]!]!;
    swaps[i] = j;
    const moved = current[i]!;
    current[j] = moved;
    where[moved] = j;
  }
  // Words that repeat after a while give the same fractions of i: of 4,000 pairs 0.1 % agree within 1 / 2048.
  for (const period of [16, 32, 64, 128, 256]) {
    let alike = 0;
    for (let i = n - 1; i - period > 1000; i--) {
      if (Math.abs(swaps[i]! / (i + 1) - swaps[i - period]! / (i - period + 1)) < 1 / 2048) alike++;
    }
    assert(alike < 30, `${alike} of 3,000 steps are alike ${period} steps on`);
  }
  memory.dispose();
});
