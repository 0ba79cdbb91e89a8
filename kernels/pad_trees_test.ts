import { assertEquals } from "@std/assert";
import { padTrees } from "./mod.ts";
import { Arena, bytesAt, sampleBytes } from "./testing/arena.ts";
import { asWords } from "./testing/field_oracle.ts";
import { chacha } from "./testing/oracle.ts";

const TREES = 32, PAD = 64, KEY = 32, LEAVES_BYTES = TREES * 16 * KEY;

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ b[i]!);
}

interface Setting {
  readonly pads: readonly [Uint8Array, Uint8Array];
  readonly salt: Uint8Array;
  readonly tweak: bigint;
}

/** The leaves of tree t, and what its message has: for levels 1 to 3 the sums of both sides under their keys. */
function treeOf({ pads, salt, tweak }: Setting, t: number): { leaves: Uint8Array[]; sums: Uint8Array[] } {
  // The key of a side is the pad of the other choice.
  const key = (level: number, side: number, bytes: number) => {
    const from = PAD * (4 * t + 3 - level);
    return pads[1 - side as 0 | 1].slice(from, from + bytes);
  };
  let nodes = [key(0, 0, 16), key(0, 1, 16)];
  const sums: Uint8Array[] = [];
  for (let level = 1; level < 4; level++) {
    const bytes = level === 3 ? 32 : 16;
    nodes = nodes.flatMap((node) => {
      const keyed = new Uint8Array([...node, ...salt]), counter = 2n << 32n | BigInt(level);
      const block = chacha({ key: keyed, nonce: tweak + BigInt(4 * t), counter, doubleRounds: 4 }, 1);
      return [block.slice(0, bytes), block.slice(bytes, 2 * bytes)];
    });
    for (const side of [0, 1]) {
      sums.push(nodes.filter((_, y) => y % 2 === side).reduce(xor, key(level, side, bytes)));
    }
  }
  return { leaves: nodes, sums };
}

/** Messages of trees, of which word w of four lies side by side. */
function sliced(trees: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(128 * trees.length);
  trees.forEach((message, t) => {
    for (let i = 0; i < message.length; i++) {
      out[512 * (t >> 2) + 16 * (i >> 2) + 4 * (t & 3) + (i & 3)] = message[i]!;
    }
  });
  return out;
}

Deno.test("growTrees() gives leaves and sums as they are defined, and punctureTrees() all leaves but the digits', by their distance", () => {
  for (
    const [tweak, factor] of [
      [0n, 0n],
      [3n, 2n ** 128n - 1n],
      [2n ** 32n - 6n, 0x0123456789abcdeffedcba9876543210n],
      [2n ** 40n + 128n, 0xfedcba98765432100123456789abcdefn],
    ] as const
  ) {
    const pads = [sampleBytes(128 * PAD, 1), sampleBytes(128 * PAD, 2)] as const, salt = sampleBytes(16, 3);
    const trees = Array.from({ length: TREES }, (_, t) => treeOf({ pads, salt, tweak }, t)), arena = new Arena();
    const [zeros, ones, saltAt] = [...pads, salt].map((bytes) => arena.bytes(bytes)) as [number, number, number];
    const leaves = arena.output(LEAVES_BYTES), message = arena.output(padTrees.MESSAGE_BYTES);
    padTrees.growTrees(zeros, ones, saltAt, tweak, leaves, message, arena.output(padTrees.SCRATCH_BYTES));
    assertEquals(
      bytesAt(leaves, LEAVES_BYTES),
      new Uint8Array(trees.flatMap((tree) => tree.leaves.flatMap((k) => [...k]))),
    );
    const sums = trees.map((tree) => new Uint8Array(tree.sums.flatMap((sum) => [...sum])));
    assertEquals(bytesAt(message, padTrees.MESSAGE_BYTES), sliced(sums));
    arena.assertGuardsIntact();

    const other = new Arena(), chosen = new Uint8Array(128 * PAD);
    for (let i = 0; i < 128; i++) {
      chosen.set(pads[Number(factor >> BigInt(i) & 1n) as 0 | 1].slice(PAD * i, PAD * i + PAD), PAD * i);
    }
    const some = other.output(LEAVES_BYTES), before = bytesAt(some, LEAVES_BYTES);
    padTrees.punctureTrees(
      ...[other.bytes(chosen), other.words(asWords([factor])), other.bytes(salt)] as const,
      tweak,
      ...[some, other.bytes(sliced(sums)), other.output(padTrees.SCRATCH_BYTES)] as const,
    );
    trees.forEach((tree, t) => {
      const digit = Number(factor >> BigInt(4 * t) & 15n);
      for (let place = 0; place < 16; place++) {
        const from = KEY * (16 * t + place);
        // Nothing is written in place of the leaf that the chooser lacks.
        const expected = place === 0 ? before.slice(from, from + KEY) : tree.leaves[place ^ digit]!;
        assertEquals(bytesAt(some + from, KEY), expected, `place ${place} of tree ${t}`);
      }
    });
    other.assertGuardsIntact();
  }
});

Deno.test("a wrong sum makes wrong one side of a level just where the chooser takes it from there", () => {
  const pads = [sampleBytes(128 * PAD, 4), sampleBytes(128 * PAD, 5)] as const, salt = sampleBytes(16, 6);
  const right = treeOf({ pads, salt, tweak: 0n }, 0);
  const message = sliced(Array.from({ length: TREES }, (_, t) => {
    const { sums } = treeOf({ pads, salt, tweak: 0n }, t), wrong = new Uint8Array(sums.flatMap((sum) => [...sum]));
    // Side 1 of level 2 of the first tree.
    if (t === 0) wrong[3 * 16] = wrong[3 * 16]! ^ 1;
    return wrong;
  }));
  for (let digit = 0; digit < 16; digit++) {
    const arena = new Arena(), leaves = arena.output(LEAVES_BYTES), chosen = pads[0].slice();
    for (let i = 0; i < 4; i++) if (digit >> i & 1) chosen.set(pads[1].subarray(PAD * i, PAD * i + PAD), PAD * i);
    padTrees.punctureTrees(
      ...[arena.bytes(chosen), arena.words([BigInt(digit), 0n]), arena.bytes(salt)] as const,
      0n,
      ...[leaves, arena.bytes(message), arena.output(padTrees.SCRATCH_BYTES)] as const,
    );
    const wrong = Array.from({ length: 15 }, (_, i) => i + 1).filter((place) =>
      bytesAt(leaves + KEY * place, KEY).some((byte, i) => byte !== right.leaves[place ^ digit]![i])
    );
    // The sibling at level 2 has side 1 if the missing node has side 0. Both its children are wrong, and the sibling of the missing leaf,
    // from whose side's sum one of them is taken.
    assertEquals(wrong, digit & 2 ? [] : [1, 2, 3], `digit ${digit}`);
  }
});
