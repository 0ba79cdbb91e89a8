import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ConsistencyError, type Entropy, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import {
  CheckCoin,
  CHECKED_ROUNDS,
  CHECKED_SETUP_ROUNDS,
  checkedBytes,
  type CheckedRows,
  checkedSetupBytes,
  CheckedTransfers,
  CHUNK,
  drawDelta,
  OtReceiver,
  OtSender,
  PART,
  rowsBytes,
  setupChecked,
  type TreeDepth,
} from "./mod.ts";
import { dealtPair, dispose, type End, extendPair, run } from "./testing/checked.ts";
import { bytesOf, deal, rowOf, runAll, seeded } from "./testing/ot.ts";

/** Asserts t = q ⊕ x · Δ, the rows q and Δ at one end and t and x at the other. */
function assertCorrelated(
  { memory: own, transfers }: End,
  sent: CheckedRows,
  { memory: other }: End,
  received: CheckedRows,
  choices: number,
): void {
  assertEquals([sent.n, sent.tweak], [received.n, received.tweak]);
  const delta = own.bytes.slice(transfers.delta, transfers.delta + 16);
  assert(delta.some((byte) => byte !== 0));
  for (let j = 0; j < sent.n; j++) {
    const x = other.bytes[choices + (j >> 3)]! >> (j & 7) & 1;
    assertEquals(rowOf(other, received.at, j), rowOf(own, sent.at, j).map((byte, i) => byte ^ (delta[i]! & -x)));
  }
}

for (const k of [1, 2, 4, 8] as const) {
  Deno.test(`t = q ⊕ x · Δ in both directions for all sizes, in the declared rounds and bytes, and no tweak comes twice: depth ${k}`, () => {
    const pair = dealtPair(`sizes ${k}`, k), seen = [new Set<bigint>(), new Set<bigint>()];
    let batches = 0;
    const sizes = [[1, 0], [0, 7], [8, 127], [128, 129], [255, 256], [257, CHUNK], [CHUNK + 1, CHUNK - 1], [
      PART + 1,
      3,
    ]];
    for (const counts of sizes as [number, number][]) {
      const { results, traffic, places } = extendPair(pair, { counts, choices: `sizes ${counts}` });
      for (const self of [0, 1]) {
        const [own, other] = [pair[self]!, pair[1 - self]!];
        assertCorrelated(own, results[self]!.sent, other, results[1 - self]!.received, places.choices[1 - self]!);
        if (counts[self]! > 0) {
          for (let part = 0; part * CHUNK < counts[self]!; part++) {
            seen[self]!.add(results[self]!.sent.tweak + BigInt(part * CHUNK));
            batches++;
          }
        }
        const bytes = checkedBytes({ send: counts[self]!, receive: counts[1 - self]! }, k);
        assertEquals(traffic[self], { rounds: CHECKED_ROUNDS, sent: self === 0 ? [0, bytes] : [bytes, 0] });
      }
    }
    assertEquals(seen[0]!.size + seen[1]!.size, batches);
    dispose(pair);
  });
}

Deno.test("no transfers take no rounds", () => {
  const pair = dealtPair("none", 4);
  const { results, traffic } = extendPair(pair, { counts: [0, 0] });
  assertEquals(results.map(({ sent, received }) => [sent.n, received.n]), [[0, 0], [0, 0]]);
  assertEquals(traffic.map(({ rounds }) => rounds), [0, 0]);
  assertEquals(checkedBytes({ send: 0, receive: 0 }, 4), 0);
  dispose(pair);
});

Deno.test("pads of both ends agree for the choice, and for the other only with Δ", () => {
  const n = 300, pair = dealtPair("pads", 4);
  const { results: [zero, one], places } = extendPair(pair, { counts: [n, n] });
  const words = (end: End, direction: "send" | "receive", rows: CheckedRows, withDelta: boolean) => {
    const pads = end.transfers.pads[direction], out = end.memory.allocate(8 * n);
    pads.words({ ...rows, offset: withDelta ? end.transfers.delta : pads.zero }, out);
    return [...end.memory.words.subarray(out / 8, out / 8 + n)];
  };
  const both = [false, true].map((withDelta) => words(pair[0], "send", zero!.sent, withDelta));
  words(pair[1], "receive", one!.received, false).forEach((word, j) => {
    const x = pair[1].memory.bytes[places.choices[1]! + (j >> 3)]! >> (j & 7) & 1;
    assertEquals(word, both[x]![j]);
    assertNotEquals(word, both[1 - x]![j]);
  });
  dispose(pair);
});

Deno.test("rows that are used as they are have no pads", () => {
  const pair = dealtPair("bits", 4, { use: "bits" });
  assertThrows(() => pair[0].transfers.pads, TypeError, "have no pads");
  dispose(pair);
});

Deno.test("the challenges of both directions differ: an answer to one is none to the other", () => {
  // Both ends have the same trees, entropy and choices, each as receiver: only the challenge tells the directions apart.
  const k = 4, n = 100, memories = [new PartyMemory(), new PartyMemory()];
  const { delta, salt, leaves, punctured } = deal("both", k);
  const answers: string[] = [];
  const pair = memories.map((memory, self) => {
    const peer = 1 - self,
      entropy = seeded("both"),
      coin = new CheckCoin({
        ...{ self, among: [0, 1], memory, entropy, session: bytesOf("both", 32) },
      });
    const send = new OtSender(memory, delta, { k, leaves: punctured, salt });
    const receive = new OtReceiver(memory, { k, leaves, salt });
    return { memory, transfers: new CheckedTransfers({ self, peer, entropy, use: "pads", send, receive, coin }) };
  }) as unknown as [End, End];
  run(memories, (self) => {
    const memory = memories[self]!, rows = [0, 1].map(() => memory.allocate(rowsBytes(n)));
    const choices = memory.allocate(n);
    return pair[self]!.transfers.extend({ send: { n, rows: rows[0]! }, receive: { n, choices, rows: rows[1]! } });
  }, (rounds, _, round) => {
    if (round !== 2) return;
    rounds.forEach(({ send: [message] }, self) => {
      answers.push(memories[self]!.bytes.slice(message!.at, message!.at + message!.bytes).toHex());
    });
  });
  assertEquals(answers.length, 2);
  // The masks are the same, and the choices zero: the hash of choices shows them. That of rows is under the challenge.
  assertEquals(answers[0]!.slice(0, 32), answers[1]!.slice(0, 32));
  assertNotEquals(answers[0]!.slice(32), answers[1]!.slice(32));
  dispose(pair);
});

Deno.test("batches that overlap on one link keep apart", () => {
  const pair = dealtPair("overlap", 4), memories = pair.map(({ memory }) => memory), n = [300, 40];
  const places = memories.map((memory) =>
    n.map((count) => ({
      send: { n: count, rows: memory.allocate(rowsBytes(count)) },
      receive: { n: count, rows: memory.allocate(rowsBytes(count)), choices: memory.allocate(Math.ceil(count / 8)) },
    }))
  );
  const rows: { sent: CheckedRows; received: CheckedRows }[][] = [[], []];
  const { traffic } = runAll(
    memories.map((memory) => ({ memory })),
    function* (_, self): Step<void> {
      const steps = places[self]!.map((batch) => pair[self]!.transfers.extend(batch));
      // The second begins one round later.
      let first = steps[0]!.next();
      const waiting: (typeof first)[] = [];
      while (!first.done) {
        const second = waiting.length === 0 ? null : waiting.at(-1)!;
        const rounds = [first.value, ...second === null || second.done ? [] : [second.value]];
        yield { send: rounds.flatMap(({ send }) => send), receive: rounds.flatMap(({ receive }) => receive) };
        first = steps[0]!.next();
        waiting.push(steps[1]!.next());
      }
      let second = waiting.at(-1)!;
      while (!second.done) {
        yield second.value;
        second = steps[1]!.next();
      }
      rows[self]!.push(first.value, second.value);
    },
  );
  assertEquals(traffic[0]!.rounds, CHECKED_ROUNDS + 1);
  for (const i of [0, 1]) {
    for (const self of [0, 1]) {
      const [own, other] = [pair[self]!, pair[1 - self]!];
      const { choices } = places[1 - self]![i]!.receive;
      assertCorrelated(own, rows[self]![i]!.sent, other, rows[1 - self]![i]!.received, choices);
    }
  }
  assertNotEquals(rows[0]![0]!.sent.tweak, rows[0]![1]!.sent.tweak);
  dispose(pair);
});

/** A pair that is set up. */
function setUp(k: TreeDepth) {
  const memories = [new PartyMemory(), new PartyMemory()];
  const { results, traffic } = run<CheckedTransfers>(memories, (self) =>
    setupChecked(
      {
        ...{ self, peer: 1 - self, memory: memories[self]!, entropy: seeded(`set-up ${self}`) },
        session: bytesOf("session", 32),
      },
      { k, use: "pads", purpose: "test" },
    ));
  const pair = memories.map((memory, self) => ({ memory, transfers: results[self]! })) as unknown as [End, End];
  return { pair, traffic };
}

Deno.test("set-up of both directions takes 2 rounds and the declared bytes, and their ends correlate", () => {
  for (const k of [2, 4] as const) {
    const { pair, traffic } = setUp(k), bytes = checkedSetupBytes(k);
    assertEquals(traffic, [
      { rounds: CHECKED_SETUP_ROUNDS, sent: [0, bytes] },
      { rounds: CHECKED_SETUP_ROUNDS, sent: [bytes, 0] },
    ]);
    const { results, places } = extendPair(pair, { counts: [200, 300] });
    for (const self of [0, 1]) {
      const [own, other] = [pair[self]!, pair[1 - self]!];
      assertCorrelated(own, results[self]!.sent, other, results[1 - self]!.received, places.choices[1 - self]!);
    }
    const deltas = pair.map(({ memory, transfers: { delta } }) => memory.bytes.slice(delta, delta + 16).toHex());
    assertNotEquals(deltas[0], deltas[1]);
    dispose(pair);
  }
});

Deno.test("Δ is drawn with the lowest bit that is wanted", () => {
  const { bytes } = drawDelta(seeded("lowest"), 1);
  assertEquals([0, 1].map((lowest) => drawDelta(seeded("lowest"), lowest as 0 | 1).bits[0]), [0, 1]);
  assertEquals(drawDelta(seeded("lowest"), 0).bytes, bytes.with(0, bytes[0]! ^ 1));
});

Deno.test("what a set-up has drawn of Δ is overwritten, whether it ends well or a tree is wrong", () => {
  for (const wrong of [false, true]) {
    const memories = [new PartyMemory(), new PartyMemory()], drawn: Uint8Array[] = [];
    const entropy = (self: number): Entropy => {
      const draw = seeded(`drawn ${self}`);
      return (buffer) => {
        draw(buffer);
        if (buffer.length === 16) drawn.push(buffer);
      };
    };
    const deltas = () => drawn.map((delta) => delta.some((byte) => byte !== 0));
    const all = () =>
      run(memories, (self) =>
        setupChecked(
          { self, peer: 1 - self, memory: memories[self]!, entropy: entropy(self), session: bytesOf("session", 32) },
          { k: 4, use: "pads", purpose: "test" },
        ), (rounds, _, round) => {
        if (round === 0) assertEquals(deltas(), [true, true]);
        // The last byte of the hash of trees.
        const { at, bytes } = rounds[1]!.send[0]!;
        if (wrong && round === 1) memories[1]!.bytes[at + bytes - 1]! ^= 1;
      });
    if (wrong) {
      assertThrows(all, ConsistencyError, "What party 1 sent");
      assertEquals(deltas()[0], false);
    } else {
      all();
      assertEquals(deltas(), [false, false]);
    }
    dispose(memories.map((memory) => ({ memory })));
  }
});

Deno.test("declared bytes are 4 a transfer with depth 4, and 176 and 128 transfers a check", () => {
  assertEquals(checkedBytes({ send: 0, receive: 8000 }, 4), 4 * 8000 + 176 + 4 * 128);
  assertEquals(checkedBytes({ send: 8000, receive: 0 }, 4), 128);
  assertEquals(checkedSetupBytes(4), 128 * 64 + 32 + 32 * (6 * 32 + 32) + 32);
});
