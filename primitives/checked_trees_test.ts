/**
 * All-but-one transfers against parties that deviate: wrong base transfers, wrong trees and wrong proofs, each caught or a guess.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ConsistencyError, PeerError, type Round, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { treesBytes } from "./all_but_one.ts";
import {
  CHECKED_TREES_ROUNDS,
  type CheckedTrees,
  checkedTreesBytes,
  KAPPA,
  openTrees,
  proveTrees,
  receiveTrees,
  sendTrees,
  type TreeDepth,
} from "./mod.ts";
import { dispose, run, type Tamper } from "./testing/checked.ts";
import { bytesOf, seeded } from "./testing/ot.ts";

const DEPTHS: readonly TreeDepth[] = [1, 2, 4, 8];

/** 128 bits from a name. */
function bitsOf(name: string): Uint8Array {
  return bytesOf(name, KAPPA).map((byte) => byte & 1);
}

interface Transfer {
  readonly k: TreeDepth;
  readonly bits: Uint8Array;
  readonly purpose?: string;
  readonly session?: string;
  readonly entropy?: string;
  readonly tamper?: Tamper;
}

/** Trees from party 0 to party 1. */
function transfer({ k, bits, purpose = "test", session = "one", entropy = "", tamper }: Transfer) {
  const memories = [new PartyMemory(), new PartyMemory()];
  const party = (self: number) => ({
    ...{ self, peer: 1 - self, memory: memories[self]!, entropy: seeded(`party ${self}${entropy}`) },
    session: bytesOf(session, 32),
  });
  try {
    const { results, traffic } = run<CheckedTrees>(
      memories,
      (self) => self === 0 ? sendTrees(party(0), { k, purpose }) : receiveTrees(party(1), bits, { k, purpose }),
      tamper,
    );
    return { sent: results[0]!, received: results[1]!, traffic };
  } finally {
    dispose(memories.map((memory) => ({ memory })));
  }
}

/** The digit of tree t. */
function digit(bits: Uint8Array, k: TreeDepth, t: number): number {
  return bits.subarray(t * k, t * k + k).reduce((sum, bit, b) => sum | bit << b, 0);
}

Deno.test("the receiver has every key but those of its digits, in 2 rounds of the declared bytes", () => {
  for (const k of DEPTHS) {
    const bits = bitsOf(`digits ${k}`);
    const { sent, received, traffic } = transfer({ k, bits });
    assertEquals(sent.salt, received.salt);
    sent.leaves.forEach((tree, t) => {
      const missing = digit(bits, k, t);
      assertEquals([tree.length, received.leaves[t]!.length], [1 << k, 1 << k]);
      tree.forEach((key, y) =>
        assertEquals(received.leaves[t]![y ^ missing], y === missing ? new Uint8Array(32) : key)
      );
    });
    const all = sent.leaves.flat().map((key) => key.toHex());
    assertEquals(new Set(all).size, all.length);
    const bytes = checkedTreesBytes(k);
    assertEquals(traffic, [
      { rounds: CHECKED_TREES_ROUNDS, sent: [0, bytes.sender] },
      { rounds: CHECKED_TREES_ROUNDS, sent: [bytes.receiver, 0] },
    ]);
  }
});

Deno.test("keys make a linear correlation in a field: w = δ · u + v for a digit, and Δ · u + v for all", () => {
  const k = 4, p = 2n ** 128n - 159n, bits = bitsOf("field");
  const { sent, received } = transfer({ k, bits });
  const element = (key: Uint8Array) => key.subarray(0, 16).reduceRight((sum, byte) => sum << 8n | BigInt(byte), 0n) % p;
  const mod = (x: bigint) => ((x % p) + p) % p;
  let [w, right, delta] = [0n, 0n, 0n];
  const first = sent.leaves[0]!.reduce((sum, key) => sum + element(key), 0n);
  for (let t = KAPPA / k - 1; t >= 0; t--) {
    const d = digit(bits, k, t);
    const u = mod(sent.leaves[t]!.reduce((sum, key) => sum + element(key), 0n));
    const v = mod(-sent.leaves[t]!.reduce((sum, key, y) => sum + BigInt(y) * element(key), 0n));
    const own = mod(received.leaves[t]!.reduce((sum, key, at) => sum + BigInt(d - (at ^ d)) * element(key), 0n));
    assertEquals(own, mod(BigInt(d) * u + v));
    // The correction that makes every digit's u the first one's.
    const corrected = mod(own + BigInt(d) * (first - u));
    [w, right, delta] = [mod(w * 16n + corrected), mod(right * 16n + v), delta * 16n + BigInt(d)];
  }
  assertEquals(w, mod(delta * first + right));
});

Deno.test("keys and salts differ by session, purpose and direction, whatever the parties contribute", () => {
  const k = 4, bits = bitsOf("same");
  const all = [
    transfer({ k, bits }),
    transfer({ k, bits, purpose: "other" }),
    transfer({ k, bits, session: "two" }),
  ].flatMap(({ sent }) => [...sent.leaves.flat(), sent.salt]).map((key) => key.toHex());
  assertEquals(new Set(all).size, all.length);
});

Deno.test("no key is a tag: sums of tags are no sums of keys, for no tree", () => {
  const k = 2, pairs = Array.from({ length: KAPPA }, (_, c) => [bytesOf(`${c} 0`, 32), bytesOf(`${c} 1`, 32)] as const);
  const { leaves, message } = proveTrees(pairs, k, bytesOf("context", 32));
  leaves.forEach((tree, t) => {
    const sum = tree.reduce((all, key) => all.map((byte, i) => byte ^ key[i]!), new Uint8Array(32));
    assertNotEquals(message.slice(treesBytes(k) + 32 * t, treesBytes(k) + 32 * (t + 1)), sum);
  });
});

/** Trees from dealt base transfers. Returns whether a receiver with these bits takes them with a change in their message. */
function dealtTrees(k: TreeDepth): (bits: Uint8Array, change: (message: Uint8Array) => void) => boolean {
  const context = bytesOf("context", 32);
  const pairs = Array.from({ length: KAPPA }, (_, c) => [0, 1].map((side) => bytesOf(`${c} ${side}`, 32)));
  const proven = proveTrees(
    pairs.map((pair) => pair.map((key) => key.slice())) as [Uint8Array, Uint8Array][],
    k,
    context,
  );
  return (bits, change) => {
    const message = proven.message.slice();
    change(message);
    return openTrees(pairs.map((pair, c) => pair[1 - bits[c]!]!.slice()), bits, k, { message, context }) !== null;
  };
}

Deno.test("a sum of nodes that is wrong is caught in every level and on both sides, but where the receiver does not use it", () => {
  for (const [k, trees] of [[2, [0, 1, 63]], [4, [0, 31]], [8, [9]]] as const) {
    const bits = bitsOf(`levels ${k}`), passes = dealtTrees(k), each = treesBytes(k) * k / KAPPA;
    for (const t of trees) {
      for (let level = 1; level < k; level++) {
        for (const side of [0, 1]) {
          const at = t * each + 32 * (2 * level - 2 + side) + 31 * side;
          // The sibling of the missing node is on the other side than the digit's bit.
          const used = bits[t * k + k - 1 - level] === 1 - side;
          assertEquals(passes(bits, (message) => message[at]! ^= 1), !used, `depth ${k}, level ${level}`);
        }
      }
    }
  }
});

Deno.test("a sum of tags or a hash of tags that is wrong is caught in every tree", () => {
  for (const k of [1, 4] as const) {
    const bits = bitsOf("tags"), passes = dealtTrees(k), trees = KAPPA / k;
    assert(passes(bits, () => {}));
    for (const t of [0, 1, trees - 1, trees]) {
      for (const byte of [0, 31]) {
        assertEquals(passes(bits, (message) => message[treesBytes(k) + 32 * t + byte]! ^= 128), false, `tree ${t}`);
      }
    }
  }
});

Deno.test("wrong sums in t trees survive if t bits of Δ are guessed: with 2^-t (each count is wrong by chance below 2^-40)", () => {
  const k = 2, RUNS = 96, passes = dealtTrees(k);
  for (const t of [1, 2]) {
    let survived = 0;
    for (let run = 0; run < RUNS; run++) {
      const bits = bitsOf(`guess ${t} ${run}`);
      // The guess: the low bit of the first t digits is 0, so that sums of side 0 are not used.
      const right = Array.from({ length: t }, (_, tree) => bits[tree * k]!).every((bit) => bit === 0);
      const passed = passes(bits, (message) => {
        for (let tree = 0; tree < t; tree++) message[64 * tree]! ^= 1;
      });
      assertEquals(passed, right);
      survived += Number(passed);
    }
    const mean = RUNS / 2 ** t, deviation = Math.sqrt(mean * (1 - 2 ** -t));
    assert(Math.abs(survived - mean) < 8 * deviation, `${survived} of ${RUNS} survive ${t} guesses`);
  }
});

Deno.test("a base transfer with another element is caught by the trees that are made from it, on the side that the receiver knows", () => {
  const k = 4, bits = bitsOf("base");
  // The receiver's two points of transfer c exchanged on the way: its key is one that the sender has not got.
  const exchange: (c: number) => Tamper = (c) => (rounds, memories, round) => {
    if (round !== 0) return;
    const at = rounds[1]!.send[0]!.at + 64 * c, bytes = memories[1]!.bytes;
    const points = bytes.slice(at, at + 64);
    bytes.set(points.subarray(32), at);
    bytes.set(points.subarray(0, 32), at + 32);
  };
  for (const c of [0, 3, 64, 127]) {
    assertThrows(() => transfer({ k, bits, tamper: exchange(c) }), ConsistencyError, "What party 0 sent");
  }
  // Another point of the sender's, one that is valid.
  const other: Tamper = (rounds, memories, round) => {
    if (round !== 0) return;
    memories[0]!.bytes.set(
      memories[1]!.bytes.slice(rounds[1]!.send[0]!.at, rounds[1]!.send[0]!.at + 32),
      rounds[0]!.send[0]!.at,
    );
  };
  assertThrows(() => transfer({ k, bits, tamper: other }), ConsistencyError, "What party 0 sent");
});

Deno.test("a base transfer with what is no element, or with the identity, is a PeerError", () => {
  for (const from of [0, 1]) {
    for (const byte of [0, 255]) {
      const tamper: Tamper = (rounds, memories, round) => {
        const { at } = rounds[from]!.send[0] ?? { at: 0 };
        if (round === 0) memories[from]!.bytes.fill(byte, at, at + 32);
      };
      assertThrows(() => transfer({ k: 4, bits: bitsOf("bytes"), tamper }), PeerError, `Party ${from} sent bytes`);
    }
  }
});

Deno.test("what is sent twice, or taken from another session, does not pass", () => {
  const k = 4, bits = bitsOf("replay");
  let message = new Uint8Array();
  const keep: Tamper = (rounds, memories, round) => {
    const { at, bytes } = rounds[0]!.send[0]!;
    if (round === 1) message = memories[0]!.bytes.slice(at, at + bytes);
  };
  const { received } = transfer({ k, bits, tamper: keep });
  const replay: Tamper = (rounds, memories, round) => {
    if (round === 1) memories[0]!.bytes.set(message, rounds[0]!.send[0]!.at);
  };
  assertEquals(transfer({ k, bits, tamper: replay }).received, received);
  for (const other of [{ purpose: "other" }, { session: "two" }, { entropy: "other" }]) {
    assertThrows(() => transfer({ k, bits, tamper: replay, ...other }), ConsistencyError);
  }
});

Deno.test("trees that fail leave no key behind, and the error names no digit and no check", () => {
  const k = 4, bits = bitsOf("wiped");
  const kept: Uint8Array[] = [];
  const { slice, map } = Uint8Array.prototype;
  // Keys have 32 bytes. All that are copied or added to while the receiver works are looked at afterwards, base keys among them.
  const keep = (...keys: readonly Uint8Array[]) => kept.push(...keys.filter(({ length }) => length === 32));
  const memory = new PartyMemory(), other = new PartyMemory();
  const party = (self: number, of: PartyMemory) => ({
    ...{ self, peer: 1 - self, memory: of, entropy: seeded(`party ${self}`), session: bytesOf("one", 32) },
  });
  const steps: [Step<CheckedTrees>, Step<CheckedTrees>] = [
    sendTrees(party(0, other), { k, purpose: "test" }),
    receiveTrees(party(1, memory), bits, { k, purpose: "test" }),
  ];
  const deliver = () => {
    const [from, to] = steps.map((step) => step.next().value as Round);
    for (const { at, bytes } of from!.send) memory.bytes.set(other.bytes.slice(at, at + bytes), to!.receive[0]!.at);
    for (const { at, bytes } of to!.send) other.bytes.set(memory.bytes.slice(at, at + bytes), from!.receive[0]!.at);
    return to!;
  };
  deliver();
  const { receive } = deliver();
  memory.bytes[receive[0]!.at + treesBytes(k)]! ^= 1;
  Uint8Array.prototype.slice = function (this: Uint8Array, ...args: [number?, number?]) {
    const copy = slice.apply(this, args);
    keep(this, copy);
    return copy;
  } as typeof slice;
  Uint8Array.prototype.map = function (this: Uint8Array, ...args: Parameters<typeof map>) {
    const sum = map.apply(this, args);
    keep(this, sum);
    return sum;
  } as typeof map;
  try {
    const { message } = assertThrows(() => steps[1].next(), ConsistencyError);
    assertEquals(/digit|tree|leaf|tag|hash|check|\b\d{2,}\b/.test(message), false, message);
  } finally {
    Object.assign(Uint8Array.prototype, { slice, map });
  }
  // Tags and keys of all leaves, and the keys of base transfers with the nodes that they give.
  assert(kept.length >= 2 * 16 * 32 + 2 * KAPPA);
  assertEquals(kept.filter((key) => key.some((byte) => byte !== 0)).length, 0, "keys are left");
  memory.dispose();
  other.dispose();
});
