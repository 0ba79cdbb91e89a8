import { assert, assertEquals } from "@std/assert";
import { growTree, puncturedTree, treeBytes } from "./all_but_one.ts";
import { bytesOf } from "./testing/ot.ts";

Deno.test("every leaf but the missing one is the sender's, at its distance from the missing one, for all choices", () => {
  for (let k = 1; k <= 5; k++) {
    const keys = Array.from({ length: k }, (_, l) => [bytesOf(`${k} ${l} 0`, 32), bytesOf(`${k} ${l} 1`, 32)] as const);
    const { leaves, message } = growTree(keys);
    assertEquals([leaves.length, message.length], [1 << k, treeBytes(k)]);
    assertEquals(new Set(leaves.map((leaf) => leaf.toHex())).size, 1 << k);
    for (let alpha = 0; alpha < 1 << k; alpha++) {
      const bits = Uint8Array.from({ length: k }, (_, l) => alpha >> (k - 1 - l) & 1);
      const known = puncturedTree(keys.map((pair, l) => pair[1 - bits[l]! as 0 | 1]), bits, message);
      assertEquals(known[0], new Uint8Array(32));
      for (let y = 1; y < 1 << k; y++) assertEquals(known[y], leaves[y ^ alpha]);
    }
  }
});

Deno.test("the message is masked by both keys of each level: without either it says nothing of the other side", () => {
  const pair = (name: string) => [bytesOf(`${name} 0`, 32), bytesOf(`${name} 1`, 32)] as const;
  const first = pair("first"), second = pair("second"), mask = bytesOf("mask", 32);
  const { leaves, message } = growTree([first, second]);
  for (const side of [0, 1]) {
    const changed = second.map((key, s) => s === side ? key.map((byte, i) => byte ^ mask[i]!) : key);
    const other = growTree([first, changed as unknown as typeof second]);
    assertEquals(other.leaves, leaves);
    const difference = message.map((byte, i) => byte ^ other.message[i]!);
    assertEquals(difference.subarray(32 * side, 32 * side + 32), mask);
    assert(difference.subarray(32 - 32 * side, 64 - 32 * side).every((byte) => byte === 0));
  }
});
