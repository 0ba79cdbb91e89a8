/**
 * Receivers of transfers that deviate, and links that change what is sent: each is caught, or has guessed bits of Δ.
 *
 * What a party sends is changed after it has seen all that the other sends in the same round; rows that it holds are changed with it, as
 * a party would that has guessed.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CommitmentError, ConsistencyError, type Entropy, type Memory, type Round } from "@symbolon/protocol";
import { checkedBytes, extensionBytes, rowsBytes, type TreeDepth } from "./mod.ts";
import { type BatchPlaces, dealtPair, dispose, type End, extendPair, type Tamper } from "./testing/checked.ts";
import { bytesOf, deal, missingLeaf, rowOf, seeded, setRow } from "./testing/ot.ts";

/** Transfers that are given up. */
const SPARE = 128;
/** Rounds: columns with commitments, openings, answers. */
const COLUMNS = 0, OPENINGS = 1, ANSWERS = 2;

/** What party 1, which has choices, changes of its columns: bits by tree. Transfers from −128 to −1 are those that are given up. */
interface Wrong {
  readonly tree: number;
  readonly transfers: readonly number[];
}

/** Where the column bit of a transfer is in a message for n transfers: its byte and its mask. */
function columnBit(k: TreeDepth, n: number, tree: number, transfer: number): readonly [number, number] {
  if (transfer < 0) return [SPARE / 8 * tree + (transfer + SPARE >> 3), 1 << (transfer & 7)];
  // Parts and chunks of 2048 transfers follow each other, each tree by tree.
  const chunk = transfer >> 11, bytes = Math.ceil(Math.min(2048, n - 2048 * chunk) / 8);
  const at = extensionBytes(SPARE, k) + 256 * (SPARE / k) * chunk + bytes * tree + ((transfer & 2047) >> 3);
  return [at, 1 << (transfer & 7)];
}

/** Flips column bits on the way. */
function flipColumns(k: TreeDepth, n: number, wrong: readonly Wrong[]): Tamper {
  return (rounds, memories, round) => {
    if (round !== COLUMNS) return;
    const { at } = rounds[1]!.send[0]!;
    for (const { tree, transfers } of wrong) {
      for (const transfer of transfers) {
        const [byte, mask] = columnBit(k, n, tree, transfer);
        memories[1]!.bytes[at + byte]! ^= mask;
      }
    }
  };
}

/** Extends a pair by n transfers of which party 0 has Δ. */
function attack(pair: readonly [End, End], n: number, tamper: (places: BatchPlaces) => Tamper) {
  return extendPair(pair, { counts: [n, 0], tamper });
}

function assertDestroyed(end: End, places: readonly { at: number; n: number }[]): void {
  const { memory, transfers: { delta } } = end;
  assertEquals(memory.bytes.slice(delta, delta + 16), new Uint8Array(16));
  for (const { at, n } of places) assertEquals(memory.bytes.slice(at, at + rowsBytes(n)), new Uint8Array(rowsBytes(n)));
  assertThrows(
    () => end.transfers.extend({ send: { n: 1, rows: 0 }, receive: { n: 0, choices: 0, rows: 0 } }).next(),
    TypeError,
    "were destroyed",
  );
}

Deno.test("a wrong column bit is caught in every tree where its digit of Δ is not zero, be it of a transfer or of one that is given up", () => {
  for (const k of [1, 4, 8] as const) {
    const n = 2100, { delta } = deal(`columns ${k} 0`, k);
    for (const transfer of [-SPARE, -1, 0, 1, 255, 256, 2047, 2048, n - 1]) {
      const tree = (37 * (transfer + SPARE) + 5) % (128 / k);
      const pair = dealtPair(`columns ${k}`, k);
      const wrong = () => attack(pair, n, () => flipColumns(k, n, [{ tree, transfers: [transfer] }]));
      // With the digit 0 the columns of this tree have no effect: a guess that is right.
      if (missingLeaf(delta, tree, k) === 0) wrong();
      else assertThrows(wrong, ConsistencyError, "What party 1 sent for transfers does not fit together");
      dispose(pair);
    }
  }
});

Deno.test("many wrong column bits are caught: of a tree, of a transfer in all trees but one, of whole columns", () => {
  const k = 4, n = 600, trees = Array.from({ length: 32 }, (_, tree) => tree);
  const all = Array.from({ length: n }, (_, j) => j), spare = Array.from({ length: SPARE }, (_, j) => j - SPARE);
  const { delta } = deal("many 0", k);
  const tree = trees.find((t) => missingLeaf(delta, t, k) !== 0)!;
  const cases: (readonly Wrong[])[] = [
    [{ tree, transfers: [3, 4, 5, 77, 599] }],
    trees.slice(1).map((t) => ({ tree: t, transfers: [9] })),
    [{ tree, transfers: all }],
    [{ tree, transfers: [...all, ...spare] }],
    [{ tree, transfers: spare }],
    [{ tree, transfers: [0, -128] }],
  ];
  for (const wrong of cases) {
    const pair = dealtPair("many", k);
    assertThrows(() => attack(pair, n, () => flipColumns(k, n, wrong)), ConsistencyError);
    dispose(pair);
  }
});

Deno.test("the same bit in all trees is another choice, and passes", () => {
  const k = 4, n = 100, pair = dealtPair("choice", k);
  attack(pair, n, () => {
    const flip = flipColumns(k, n, Array.from({ length: 32 }, (_, tree) => ({ tree, transfers: [7] })));
    // Its answer is that of the choices it has sent.
    return (rounds, memories, round) => {
      flip(rounds, memories, round);
      if (round === COLUMNS) memories[1]!.bytes[choicesAt(memories[1]!)]! ^= 1 << 7;
    };
  });
  dispose(pair);

  /** Choices are the last that is allocated before the batch. */
  function choicesAt(memory: Memory): number {
    const expected = bytesOf("choices 1", Math.ceil(n / 8));
    const at = memory.bytes.findIndex((_, i) => expected.every((byte, b) => memory.bytes[i + b] === byte));
    assert(at > 0);
    return at;
  }
});

/** Party 1's rows as they are where it guesses that tree `tree` misses the leaf `guess`: wrong bits of its columns have that effect. */
function adapt(memory: Memory, rows: number, k: TreeDepth, { tree, transfers }: Wrong, guess: number): void {
  for (const j of transfers) {
    const row = rowOf(memory, rows, j);
    for (let b = 0; b < k; b++) row[tree * k + b >> 3]! ^= (guess >> b & 1) << (tree * k + b & 7);
    setRow(memory, rows, j, row);
  }
}

Deno.test("wrong columns in trees of t bits survive if these bits of Δ are guessed: with 2^-t (each count is wrong by chance below 2^-40)", () => {
  const RUNS = 160, n = 64;
  for (const [k, trees] of [[1, 1], [1, 2], [1, 3], [2, 1], [4, 1], [2, 2]] as const) {
    const t = k * trees;
    let survived = 0;
    for (let i = 0; i < RUNS; i++) {
      const name = `guess ${k} ${trees} ${i}`, delta = bytesOf(name, 16), pair = dealtPair("guess", k, { delta });
      const wrong = Array.from({ length: trees }, (_, tree): Wrong => ({ tree, transfers: [tree, 10 + tree] }));
      const guesses = wrong.map((_, tree) => bytesOf(`${name} ${tree}`, 1)[0]! & ((1 << k) - 1));
      const right = guesses.every((guess, tree) => guess === missingLeaf(delta, tree, k));
      const run = () =>
        attack(pair, n, ({ received }) => {
          const flip = flipColumns(k, n, wrong);
          return (rounds, memories, round) => {
            flip(rounds, memories, round);
            if (round !== COLUMNS) return;
            wrong.forEach((w, tree) => adapt(memories[1]!, received[1]!, k, w, guesses[tree]!));
          };
        });
      if (right) run();
      else assertThrows(run, ConsistencyError);
      survived += Number(right);
      dispose(pair);
    }
    const mean = RUNS / 2 ** t, deviation = Math.sqrt(mean * (1 - 2 ** -t));
    assert(Math.abs(survived - mean) < 8 * deviation, `${survived} of ${RUNS} survive ${t} guesses`);
  }
});

/** Flips a bit of what party `from` sends to the other in a round, in its m-th message. */
const flip = (from: number, inRound: number, m: number, byte: number): Tamper => (rounds, memories, round) => {
  if (round === inRound) memories[from]!.bytes[rounds[from]!.send[m]!.at + byte]! ^= 16;
};

Deno.test("a wrong answer is caught, whatever byte of it is changed", () => {
  for (let byte = 0; byte < 48; byte += 5) {
    const pair = dealtPair("answer", 4);
    assertThrows(() => attack(pair, 100, () => flip(1, ANSWERS, 0, byte)), ConsistencyError, "What party 1 sent");
    dispose(pair);
  }
});

Deno.test("a challenge that either party opens otherwise, or tells otherwise, is caught before any answer", () => {
  for (const from of [0, 1]) {
    // Party 1 sends columns before its commitment; party 0 has none.
    for (const [round, m] of [[COLUMNS, from], [OPENINGS, 0]] as const) {
      const pair = dealtPair("coin", 4), rounds: number[] = [];
      const run = () =>
        attack(pair, 100, () => (all, memories, round_) => {
          rounds.push(round_);
          flip(from, round, m, 7)(all, memories, round_);
        });
      assertThrows(run, CommitmentError);
      assertEquals(rounds, [COLUMNS, OPENINGS]);
      dispose(pair);
    }
  }
});

Deno.test("a party that mirrors the other's part of the challenge is caught", () => {
  const pair = dealtPair("mirror", 4);
  const mirror: Tamper = (rounds, memories, round) => {
    if (round > OPENINGS) return;
    const [from, to] = [rounds[0]!.send.at(-1)!, rounds[1]!.send.at(-1)!];
    memories[1]!.bytes.set(memories[0]!.bytes.slice(from.at, from.at + from.bytes), to.at);
  };
  assertThrows(() => attack(pair, 100, () => mirror), CommitmentError);
  dispose(pair);
});

Deno.test("columns are complete before anything of the challenge is opened, and every batch has a challenge of its own", () => {
  const pair = dealtPair("order", 4), n = 100, messages: number[][] = [];
  const openings = new Set<string>(), answers = new Set<string>();
  for (let batch = 0; batch < 3; batch++) {
    attack(pair, n, () => (rounds, memories, round) => {
      if (batch === 0) messages.push(rounds[1]!.send.map(({ bytes }) => bytes));
      if (round === OPENINGS) {
        rounds.forEach(({ send: [message] }, p) =>
          openings.add(memories[p]!.bytes.slice(message!.at, message!.at + 64).toHex())
        );
      }
      if (round === ANSWERS) {
        const { at, bytes } = rounds[1]!.send[0]!;
        answers.add(memories[1]!.bytes.slice(at, at + bytes).toHex());
      }
    });
  }
  const columns = extensionBytes(SPARE, 4) + extensionBytes(n, 4);
  assertEquals(messages, [[columns, 32], [96], [48]]);
  assertEquals(messages.flat().reduce((sum, bytes) => sum + bytes), checkedBytes({ send: 0, receive: n }, 4));
  assertEquals([openings.size, answers.size], [6, 3]);
  dispose(pair);
});

/** What party 1 answers, where one draw of entropy of a party is another by `by`. */
function answerWith(party: number, draw: number, by: Uint8Array): Uint8Array {
  const entropy = (self: number): Entropy => {
    const drawn = seeded(`answer ${self}`);
    let call = 0;
    return (buffer) => {
      drawn(buffer);
      if (self === party && call++ === draw) by.forEach((byte, i) => buffer[i]! ^= byte);
    };
  };
  const pair = dealtPair("answer", 4, { entropy });
  let answer = new Uint8Array();
  attack(pair, 100, () => (rounds, memories, round) => {
    const { at, bytes } = rounds[1]!.send[0]!;
    if (round === ANSWERS) answer = memories[1]!.bytes.slice(at, at + bytes);
  });
  dispose(pair);
  return answer;
}

Deno.test("the hash of choices is masked by the choices that are given up, each in a sum of its own", () => {
  const zeros = new Uint8Array(16), base = answerWith(1, 0, zeros);
  for (const by of [bytesOf("mask", 16), zeros.with(0, 1), zeros.with(15, 128)]) {
    const other = answerWith(1, 0, by);
    assertEquals(other.subarray(0, 16), base.subarray(0, 16).map((byte, i) => byte ^ by[i]!));
  }
});

Deno.test("the answer depends on either party's part of the challenge", () => {
  const by = new Uint8Array(32).fill(1), base = answerWith(0, 0, new Uint8Array(1));
  // Party 0 draws its part of the challenge; party 1 before it what is given up.
  for (const other of [answerWith(0, 0, by), answerWith(1, 1, by)]) {
    assertNotEquals(other.subarray(0, 16), base.subarray(0, 16));
    assertNotEquals(other.subarray(16), base.subarray(16));
  }
});

/** How often 16 bytes or more are in linear memory, which both parties have in common here. */
function copies(memory: Memory, bytes: Uint8Array): number {
  const { bytes: all } = memory;
  let count = 0;
  for (let at = 0; at < all.length; at += 16) {
    if (all[at] === bytes[0] && bytes.every((byte, i) => all[at + i] === byte)) count++;
  }
  return count;
}

Deno.test("a check that fails destroys Δ, all keys and the rows of both directions, and names no value", () => {
  const k = 4, n = 100, { delta, punctured } = deal("destroyed 0", k), pair = dealtPair("destroyed", k);
  const tree = Array.from({ length: 32 }, (_, t) => t).find((t) => missingLeaf(delta, t, k) !== 0)!;
  let places: BatchPlaces | null = null;
  const keys = [delta, punctured[0]![1]!, punctured[31]![15]!, ...deal("destroyed 1", k).leaves.map((of) => of[0]!)];
  const before = keys.map((key) => copies(pair[0].memory, key));
  const { message } = assertThrows(() =>
    extendPair(pair, {
      counts: [n, n],
      tamper: (at) => {
        places = at;
        return flipColumns(k, n, [{ tree, transfers: [1] }]);
      },
    }), ConsistencyError);
  assertEquals(/\d{2,}|column|bit|digit|tree|hash|sum/.test(message), false, message);
  const { sent, received } = places!;
  assertDestroyed(pair[0], [{ at: sent[0]!, n }, { at: received[0]!, n }]);
  assertEquals(keys.map((key) => copies(pair[0].memory, key)), before.map((count) => count - 1));
  dispose(pair);
});

Deno.test("a batch that is broken off in any round gives out nothing and destroys its transfers", () => {
  const n = 64;
  for (const stop of [COLUMNS, OPENINGS, ANSWERS]) {
    const pair = dealtPair("broken off", 4), places = pair.map(({ memory }) => memory.allocate(rowsBytes(n)));
    const steps = pair.map(({ memory, transfers }, self) =>
      transfers.extend({
        send: { n: self === 0 ? n : 0, rows: places[self]! },
        receive: { n: self === 0 ? 0 : n, choices: memory.allocate(n / 8), rows: places[self]! },
      })
    );
    for (let round = 0;; round++) {
      const [zero, one] = steps.map((step) => step.next().value as Round) as [Round, Round];
      if (round === stop) break;
      for (const [from, to] of [[zero, one], [one, zero]] as const) {
        from.send.forEach(({ at, bytes }, m) => pair[0].memory.bytes.copyWithin(to.receive[m]!.at, at, at + bytes));
      }
    }
    pair.forEach((end, self) => {
      steps[self]!.return(undefined as never);
      assertDestroyed(end, [{ at: places[self]!, n }]);
    });
    dispose(pair);
  }
});
