/** A party that repeats what another has promised, and opened, for the public coin. @module */
import { assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { DesyncError, lockstep } from "@symbolon/protocol";
import { commonCoin } from "./mod.ts";
import { bytesOf } from "./testing/ot.ts";

Deno.test("a party that copies another's promise and opening is found: it could cancel that contribution", () => {
  const memories = [0, 1, 2].map(() => new PartyMemory());
  const run = bytesOf("run", 32);
  const coin = () =>
    lockstep(
      memories.map((memory, self) => ({
        memory,
        step: commonCoin({ self, parties: 3, memory, run }, bytesOf(`part ${self}`, 32), []),
      })),
      (rounds) => {
        const [from, to] = [rounds[0]!.send[0]!, rounds[2]!.send[0]!];
        // What party 2 sends, it also keeps: it goes on as if this were its own.
        memories[2]!.bytes.copyWithin(to.at, from.at, from.at + 32);
      },
    );
  try {
    assertThrows(coin, DesyncError, "Party 2 opens another contribution to the public coin than it committed to");
  } finally {
    for (const memory of memories) memory.dispose();
  }
});
