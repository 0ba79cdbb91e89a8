/**
 * Base keys of trees, of transfers in a group and of extended ones, against parties that deviate and links that change what is sent.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CommitmentError, ConsistencyError, type Entropy, PeerError, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import {
  type BaseOptions,
  type BothTrees,
  checkedFrom,
  CHUNK,
  deltaOf,
  exchangeTrees,
  extendedBases,
  extendedBasesCost,
  FRESH_BASES_BYTES,
  freshBases,
  KAPPA,
  type TreeBases,
} from "./mod.ts";
import { dealtPair, dispose, type End, extendPair, run, type Tamper } from "./testing/checked.ts";
import { bytesOf, seeded } from "./testing/ot.ts";

const K = 4;

const bitsOf = (name: string) => bytesOf(name, KAPPA).map((byte) => byte & 1);

/** A set of base transfers with bits of a party's own. */
const setOf = (self: number, purpose: string): BaseOptions => ({ bits: bitsOf(`${purpose} ${self}`), purpose });

const partyIn = (self: number, memory: PartyMemory, session: string, entropy: Entropy = seeded(`party ${self}`)) => ({
  ...{ self, peer: 1 - self, parties: 2, memory, entropy, session: bytesOf(session, 32) },
});

/** Base transfers in a group. */
function fresh(
  { purpose = "test", session = "one", entropy }: { purpose?: string; session?: string; entropy?: Entropy } = {},
  tamper?: Tamper,
) {
  const memories = [new PartyMemory(), new PartyMemory()];
  try {
    return run<TreeBases>(
      memories,
      (self) => freshBases(partyIn(self, memories[self]!, session, entropy), setOf(self, purpose)),
      tamper,
    );
  } finally {
    dispose(memories.map((memory) => ({ memory })));
  }
}

/** Sets of base transfers from the transfers of a pair: by party, then by set. */
function extended(pair: readonly [End, End], purposes: readonly string[], tamper?: Tamper, session = "one") {
  const marks = pair.map(({ memory }) => memory.mark());
  try {
    return run(pair.map(({ memory }) => memory), function* (self): Step<readonly TreeBases[]> {
      const { memory, transfers } = pair[self]!, sets = purposes.map((purpose) => setOf(self, purpose));
      return (yield* extendedBases(partyIn(self, memory, session), [transfers], sets))[0]!;
    }, tamper);
  } finally {
    pair.forEach(({ memory }, self) => memory.release(marks[self]!));
  }
}

/** Asserts that each party has the keys of its choices alone, out of pairs of different keys. */
function assertFitting(bases: readonly TreeBases[], purpose: string): void {
  for (const self of [0, 1]) {
    const { receive } = bases[self]!, { send } = bases[1 - self]!, { bits } = setOf(self, purpose);
    assertEquals([receive.keys.length, send.keys.length], [KAPPA, KAPPA]);
    assertEquals(receive.transcript, send.transcript);
    receive.keys.forEach((key, c) => {
      assertEquals(key, send.keys[c]![1 - bits[c]!]);
      assertNotEquals(...send.keys[c]!);
    });
  }
}

/** All keys and transcripts of the pair, each once. */
const allOf = (bases: readonly TreeBases[]) =>
  bases.flatMap(({ send }) => [...send.keys.flat(), send.transcript].map((key) => key.toHex()));

function assertDifferent(keys: readonly string[]): void {
  assertEquals(new Set(keys).size, keys.length);
}

Deno.test("base transfers in a group give each the keys of the siblings of its bits, in 1 round of the declared bytes", () => {
  const { results, traffic } = fresh();
  assertFitting(results, "test");
  assertEquals(traffic, [{ rounds: 1, sent: [0, FRESH_BASES_BYTES] }, { rounds: 1, sent: [FRESH_BASES_BYTES, 0] }]);
});

Deno.test("their keys and transcripts differ by session, purpose and direction, whatever the parties contribute", () => {
  const same: Entropy = (buffer) => void buffer.fill(0x5a);
  const all = [{}, { purpose: "other" }, { session: "two" }].map((of) => fresh({ ...of, entropy: same }).results);
  assertDifferent(all.flatMap(allOf));
});

Deno.test("what is no element, or the identity, is a PeerError", () => {
  for (const from of [0, 1]) {
    for (const message of [0, 1]) {
      for (const byte of [0, 255]) {
        const tamper: Tamper = (rounds, memories) => {
          const { at } = rounds[from]!.send[message]!;
          memories[from]!.bytes.fill(byte, at, at + 32);
        };
        assertThrows(() => fresh({}, tamper), PeerError, `Party ${from} sent bytes`);
      }
    }
  }
});

Deno.test("base transfers with other elements are caught by the trees that are made from them", () => {
  // A party's two points of a transfer exchanged on the way: its key is one that the sender has not got. And another point of the sender's.
  const exchange: Tamper = (rounds, memories) => {
    const { at } = rounds[1]!.send.find(({ bytes }) => bytes > 32)!, bytes = memories[1]!.bytes;
    const points = bytes.slice(at, at + 64);
    bytes.set(points.subarray(32), at);
    bytes.set(points.subarray(0, 32), at + 32);
  };
  const other: Tamper = (rounds, memories) => {
    const [from, to] = [
      rounds[1]!.send.find(({ bytes }) => bytes > 32)!,
      rounds[0]!.send.find(({ bytes }) => bytes === 32)!,
    ];
    memories[0]!.bytes.set(memories[1]!.bytes.slice(from.at, from.at + 32), to.at);
  };
  for (const tamper of [exchange, other]) {
    const { results } = fresh({}, tamper);
    assertThrows(() => trees(results, "test"), ConsistencyError, "What party 0 sent");
  }
});

/** Trees of both directions. */
function trees(bases: readonly TreeBases[], purpose: string, tamper?: Tamper): BothTrees[] {
  const memories = [new PartyMemory(), new PartyMemory()];
  try {
    return run(memories, (self) => {
      const party = partyIn(self, memories[self]!, "one");
      return exchangeTrees(party, setOf(self, purpose).bits, bases[self]!, K);
    }, tamper).results;
  } finally {
    dispose(memories.map((memory) => ({ memory })));
  }
}

Deno.test("extended ones give the same for each set, at the declared cost, and no key is another's", () => {
  for (const purposes of [["one"], ["one", "two"], ["one", "two", "three"]]) {
    const pair = dealtPair("sets", K), { results, traffic } = extended(pair, purposes), all: string[] = [];
    purposes.forEach((purpose, set) => {
      const bases = results.map((of) => of[set]!);
      assertFitting(bases, purpose);
      all.push(...allOf(bases));
    });
    assertDifferent(all);
    const { rounds, links } = extendedBasesCost(2, purposes.length, K);
    traffic.forEach((of, self) => assertEquals(of, { rounds, sent: [...links[self]!] }));
    dispose(pair);
  }
});

Deno.test("extended keys differ from batch to batch, and transcripts by session, purpose and direction too", () => {
  const pair = dealtPair("batches", K);
  const all = [0, 1].flatMap(() => allOf(extended(pair, ["same"]).results.map(([of]) => of!)));
  dispose(pair);
  // The same transfers and coins: base keys are the same, which only their use tells apart.
  const again = [["same", "one"], ["other", "one"], ["same", "two"]].map(([purpose, session]) => {
    const copy = dealtPair("transcripts", K), { results } = extended(copy, [purpose!], undefined, session);
    dispose(copy);
    return results.map(([of]) => of!.send.transcript.toHex());
  });
  assertDifferent([...all, ...again.flat()]);
});

Deno.test("transfers that base keys were made of are used for nothing else", () => {
  const pair = dealtPair("reserved", K), tweaks: bigint[] = [];
  for (let i = 0; i < 2; i++) {
    extended(pair, ["one", "two"]);
    tweaks.push(...extendPair(pair, { counts: [10, 20] }).results.map(({ sent }) => sent.tweak));
  }
  // A batch takes two chunks a direction, that of what is given up before its own: its own are numbers 1, 3, 5 and 7.
  assertEquals(tweaks, [3, 3, 7, 7].map((chunk) => BigInt(chunk * CHUNK)));
  dispose(pair);
});

Deno.test("choices of base transfers are not left in memory", () => {
  const pair = dealtPair("left", K), bases = extended(pair, ["left"]).results.map(([of]) => of!);
  pair.forEach(({ memory }, self) => {
    const packed = new Uint8Array(KAPPA / 8);
    setOf(self, "left").bits.forEach((bit, i) => packed[i >> 3]! |= 1 - bit << (i & 7));
    assertEquals(memory.bytes.findIndex((_, i) => packed.every((byte, b) => memory.bytes[i + b] === byte)), -1);
  });
  assertFitting(bases, "left");
  dispose(pair);
});

Deno.test("transfers of a given Δ, from extended base keys: its ends correlate, and Δ is left as it was given", () => {
  const pair = dealtPair("given", K), memories = pair.map(({ memory }) => memory);
  const deltas = [0, 1].map((self) => bytesOf(`Δ ${self}`, 16)), before = deltas.map((delta) => delta.slice());
  const { results } = run(memories, function* (self) {
    const party = partyIn(self, memories[self]!, "one"), purpose = "given";
    const { bits } = deltaOf(deltas[self]!);
    const [bases] = yield* extendedBases(party, [pair[self]!.transfers], [{ bits, purpose }]);
    return yield* checkedFrom(party, bases![0]!, deltas[self]!, { k: K, use: "bits", purpose });
  });
  assertEquals(deltas, before);
  const made = memories.map((memory, self) => ({ memory, transfers: results[self]! })) as unknown as [End, End];
  assertEquals(made.map(({ memory, transfers: { delta } }) => memory.bytes.slice(delta, delta + 16)), before);
  // Their check passes, for many transfers.
  extendPair(made, { counts: [300, 2100] });
  dispose(pair);
});

/** Rounds of a batch: columns with commitments, openings, answers. */
const COLUMNS = 0, OPENINGS = 1, ANSWERS = 2;

Deno.test("whatever is changed of the batch ends it for whoever finds it, with its transfers destroyed and no base key made", () => {
  const from = 1, zero = new Uint8Array(16);
  // Columns; the commitment; the opening; the answer.
  for (const [inRound, message] of [[COLUMNS, 0], [COLUMNS, 1], [OPENINGS, 0], [ANSWERS, 0]]) {
    const columns = inRound === COLUMNS && message === 0, ends = columns ? ANSWERS : Math.max(inRound!, OPENINGS);
    const pair = dealtPair("changed", K), { memory, transfers: { delta } } = pair[0];
    let rounds = 0;
    const tamper: Tamper = (all, memories, round) => {
      rounds = round + 1;
      if (round !== inRound) return;
      const { at, bytes } = all[from]!.send[message!]!;
      // Half of the columns: some tree's digit of the finder's Δ is not zero.
      for (let i = 0; i < (columns ? bytes / 2 : 1); i++) memories[from]!.bytes[at + i]! ^= 1;
    };
    const error = assertThrows(() => extended(pair, ["one", "two"], tamper));
    assert(columns || inRound === ANSWERS ? error instanceof ConsistencyError : error instanceof CommitmentError);
    assertEquals(rounds, ends + 1);
    assertEquals(memory.bytes.slice(delta, delta + 16), zero);
    assertThrows(() => extended(pair, ["again"]), TypeError, "were destroyed");
    dispose(pair);
  }
});

Deno.test("a receiver of transfers that guesses t bits of Δ has base keys of its choice, and trees of these still pass", () => {
  // A column bit in the tree of a digit that is zero changes nothing: the guess is right, and all goes on.
  const delta = bytesOf("guessed", 16).with(0, 0), pair = dealtPair("guessed", K, { delta });
  const flip: Tamper = (rounds, memories, round) => {
    if (round === COLUMNS) memories[1]!.bytes[rounds[1]!.send[0]!.at]! ^= 1;
  };
  const { results } = extended(pair, ["guessed"], flip);
  const bases = results.map(([of]) => of!);
  assertFitting(bases, "guessed");
  trees(bases, "guessed");
  dispose(pair);
});

Deno.test("a wrong tree of extended base keys is found, in either direction", () => {
  const pair = dealtPair("wrong tree", K);
  for (const from of [0, 1]) {
    const bases = extended(pair, ["trees"]).results.map(([of]) => of!);
    const tamper: Tamper = (rounds, memories) => {
      const { at, bytes } = rounds[from]!.send[0]!;
      memories[from]!.bytes[at + bytes - 1]! ^= 1;
    };
    assertThrows(() => trees(bases, "trees", tamper), ConsistencyError, `What party ${from} sent`);
    assert(bases[1 - from]!.receive.keys.flatMap((key) => [...key]).every((byte) => byte === 0));
  }
  dispose(pair);
});
