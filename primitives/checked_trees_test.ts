/**
 * All-but-one transfers against parties that deviate: wrong base transfers, wrong trees and wrong proofs, each caught or a guess.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ConsistencyError, type Round } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { treesBytes } from "./all_but_one.ts";
import {
  type BaseOtReceived,
  type BaseOtSent,
  type CheckedTrees,
  checkedTreesBytes,
  exchangeTrees,
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

/** Dealt base transfers. `bits`: those whose siblings' keys are chosen. */
function dealtBase(bits: Uint8Array, name: string, transcript = name): { send: BaseOtSent; receive: BaseOtReceived } {
  const key = (c: number, side: number) => bytesOf(`${name} ${c} ${side}`, 32), own = bytesOf(transcript, 32);
  return {
    send: { keys: Array.from(bits, (_, c) => [key(c, 0), key(c, 1)] as const), transcript: own },
    receive: { keys: Array.from(bits, (bit, c) => key(c, 1 - bit)), transcript: own },
  };
}

interface Transfer {
  readonly k: TreeDepth;
  readonly bits: Uint8Array;
  /** What base keys and their transcript are dealt from. */
  readonly base?: string;
  readonly transcript?: string;
  readonly change?: (base: ReturnType<typeof dealtBase>) => void;
  readonly tamper?: Tamper;
}

/** A party of a pair. */
const partyIn = (self: number, memory: PartyMemory) => ({
  ...{ self, peer: 1 - self, memory, entropy: seeded(`party ${self}`), session: bytesOf("one", 32) },
});

/** Trees from party 0 to party 1. */
function transfer({ k, bits, base: name = "base", transcript, change, tamper }: Transfer) {
  const memories = [new PartyMemory(), new PartyMemory()], base = dealtBase(bits, name, transcript);
  change?.(base);
  try {
    const { results, traffic } = run<CheckedTrees>(
      memories,
      (self) =>
        self === 0
          ? sendTrees(partyIn(0, memories[0]!), base.send, k)
          : receiveTrees(partyIn(1, memories[1]!), bits, base.receive, k),
      tamper,
    );
    // Base keys are used up.
    assertEquals([...base.send.keys.flat(), ...base.receive.keys].filter(isLeft).length, 0);
    return { sent: results[0]!, received: results[1]!, traffic };
  } finally {
    dispose(memories.map((memory) => ({ memory })));
  }
}

/** The digit of tree t. */
function digit(bits: Uint8Array, k: TreeDepth, t: number): number {
  return bits.subarray(t * k, t * k + k).reduce((sum, bit, b) => sum | bit << b, 0);
}

Deno.test("the receiver has every key but those of its digits, in 1 round of the declared bytes", () => {
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
    assertEquals(traffic, [{ rounds: 1, sent: [0, checkedTreesBytes(k)] }, { rounds: 1, sent: [0, 0] }]);
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

Deno.test("keys and salts differ where base keys are the same and transcripts are not", () => {
  const k = 4, bits = bitsOf("same");
  const all = [transfer({ k, bits }), transfer({ k, bits, transcript: "other" })].flatMap((
    { sent },
  ) => [...sent.leaves.flat(), sent.salt]).map((key) => key.toHex());
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

Deno.test("a base key that the sender has not got is caught by the trees that are made from it", () => {
  const k = 4, bits = bitsOf("base");
  for (const c of [0, 3, 64, 127]) {
    const change = ({ receive }: ReturnType<typeof dealtBase>) => receive.keys[c]![31]! ^= 1;
    assertThrows(() => transfer({ k, bits, change }), ConsistencyError, "What party 0 sent");
  }
});

Deno.test("what is sent twice, or taken from other trees, does not pass", () => {
  const k = 4, bits = bitsOf("replay");
  let message = new Uint8Array();
  const keep: Tamper = (rounds, memories) => {
    const { at, bytes } = rounds[0]!.send[0]!;
    message = memories[0]!.bytes.slice(at, at + bytes);
  };
  const { received } = transfer({ k, bits, tamper: keep });
  const replay: Tamper = (rounds, memories) => void memories[0]!.bytes.set(message, rounds[0]!.send[0]!.at);
  assertEquals(transfer({ k, bits, tamper: replay }).received, received);
  for (const other of [{ base: "other" }, { transcript: "other" }]) {
    assertThrows(() => transfer({ k, bits, tamper: replay, ...other }), ConsistencyError);
  }
});

/** Buffers of a key's length that are copied, or come of what is mapped, while `body` runs. */
function copiedIn(body: () => void): Uint8Array[] {
  const kept: Uint8Array[] = [], { slice, map } = Uint8Array.prototype;
  const keep = (...keys: readonly Uint8Array[]) => kept.push(...keys.filter(({ length }) => length === 32));
  Uint8Array.prototype.slice = function (this: Uint8Array, ...args: [number?, number?]) {
    const copy = slice.apply(this, args);
    keep(copy);
    return copy;
  } as typeof slice;
  Uint8Array.prototype.map = function (this: Uint8Array, ...args: Parameters<typeof map>) {
    const sum = map.apply(this, args);
    keep(this, sum);
    return sum;
  } as typeof map;
  try {
    body();
  } finally {
    Object.assign(Uint8Array.prototype, { slice, map });
  }
  return kept;
}

const isLeft = (key: Uint8Array) => key.some((byte) => byte !== 0);

Deno.test("trees that fail leave no key behind in either direction, and the error names no digit and no check", () => {
  const k = 4, bits = [0, 1].map((self) => bitsOf(`wiped ${self}`));
  for (const finder of [0, 1]) {
    const memories = [new PartyMemory(), new PartyMemory()],
      dealt = bits.map((of, self) => dealtBase(of, `to ${self}`));
    const steps = memories.map((memory, self) => {
      const base = { send: dealt[1 - self]!.send, receive: dealt[self]!.receive };
      return exchangeTrees(partyIn(self, memory), bits[self]!, base, k);
    });
    const own = steps[finder]!, { send: [wrong] } = steps[1 - finder]!.next().value as Round;
    // A sum of tags: keys of all leaves are made before it is found. Whatever is copied while the finder works is looked at afterwards.
    const kept = copiedIn(() => {
      const { receive: [into] } = own.next().value as Round;
      const message = memories[1 - finder]!.bytes.subarray(wrong!.at, wrong!.at + wrong!.bytes);
      memories[finder]!.bytes.set(message, into!.at);
      memories[finder]!.bytes[into!.at + treesBytes(k)]! ^= 1;
      const { message: told } = assertThrows(() => own.next(), ConsistencyError);
      assertEquals(/digit|tree|leaf|tag|hash|check|\b\d{2,}\b/.test(told), false, told);
    });
    // Tags and keys of all leaves of both directions, nodes; and the keys of base transfers.
    assert(kept.length >= 4 * 16 * 32);
    const { receive } = dealt[finder]!, { send } = dealt[1 - finder]!;
    assertEquals([...kept, ...receive.keys, ...send.keys.flat()].filter(isLeft).length, 0, "keys are left");
    dispose(memories.map((memory) => ({ memory })));
  }
});
