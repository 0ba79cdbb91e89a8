import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { chacha12, PartyMemory } from "@symbolon/kernels";
import type { InputCall, Memory, Round } from "@symbolon/protocol";
import { simulate } from "@symbolon/protocol/testing";
import { replicatedRing } from "./mod.ts";

const SHAPE = [5, 7];
const call: InputCall = { op: "input", owner: 1, shape: SHAPE, turn: 0 };

Deno.test("the owner keeps two keys, each of the others one summand and keys", () => {
  const { results } = simulate(replicatedRing, {}, () => new PartyMemory(), function* (p) {
    yield* [] as Round[];
    return p.held!.bytes({ ...call, shape: [1000, 784] });
  });
  assertEquals(results, [8 * 784_000 + 64, 64, 8 * 784_000 + 64]);
});

Deno.test("every input has keys of its own: the same values are sent with other masks, and rows stay what they were", () => {
  const { results } = simulate(replicatedRing, {}, () => new PartyMemory(), function* (p) {
    const { memory } = p;
    const feed = p.self === 1 ? (at: number, n: number) => void memory.words.fill(3n, at / 8, at / 8 + n) : null;
    const inputs = [0, 1].map(() => p.held!.at(call, memory.allocate(p.held!.bytes(call))));
    const sent: bigint[][] = [];
    for (const input of inputs) {
      const step = p.held!.input(call, feed, input);
      for (let at = step.next(); !at.done; at = step.next()) {
        for (const { at: from, bytes } of at.value.send) {
          sent.push([...memory.words.slice(from / 8, (from + bytes) / 8)]);
        }
        yield at.value;
      }
    }
    const rows = { count: 3, at: memory.allocate(12) };
    memory.words32.set([9, 0, 4], rows.at / 4);
    const out = p.at([3, 7], memory.allocate(p.bytes([3, 7])));
    p.held!.gather(inputs, rows, out);
    const opened = memory.allocate(8 * 21);
    yield* p.open({ op: "open", to: "all", shape: [3, 7], turn: 0 }, out, { shape: [3, 7], at: opened });
    memory.words32[rows.at / 4] = 10;
    assertThrows(() => p.held!.gather(inputs, rows, out), RangeError, "Row 10 of an input does not exist");
    return { sent, opened: [...memory.words.slice(opened / 8, opened / 8 + 21)] };
  });
  for (const { opened } of results) assertEquals(opened, new Array(21).fill(3n));
  // To each of two parties, for each of two inputs.
  const { sent } = results[1]!;
  assertEquals(sent.map((m) => m.length), [35, 35, 35, 35]);
  assertEquals(sent[0], sent[1]);
  const all = [...sent[0]!, ...sent[2]!];
  assert(new Set(all).size === all.length, "a mask has been used twice");
});

/** Words from number `first` on of the ChaCha12 stream of a key that lies in memory. */
function stream(memory: Memory, key: number, first: number, count: number): bigint[] {
  const mark = memory.mark(), groups = Math.ceil((first + count) / 32), at = memory.scratch(256 * groups);
  chacha12(key, 0n, 0n, at, groups);
  const words = [...memory.words.slice(at / 8 + first, at / 8 + first + count)];
  memory.release(mark);
  return words;
}

// ChaCha12 under a key of its own is a one-time pad: what is left to see is that no word of it pads twice, and who has which key.
for (const owner of [0, 1, 2]) {
  Deno.test(`each element of a held input goes out under a word of its own of both keys, of which each receiver lacks one: party ${owner}`, () => {
    const shape = [9, 11], n = 99, held = { op: "input", owner, shape, turn: 0 } as const;
    const { results } = simulate(replicatedRing, {}, () => new PartyMemory(), function* (p) {
      const { memory } = p;
      const feed = p.self === owner
        ? (at: number, count: number) => {
          for (let i = 0; i < count; i++) memory.words[at / 8 + i] = BigInt(1000 + i);
        }
        : null;
      const place = memory.allocate(p.held!.bytes(held)), input = p.held!.at(held, place);
      const sent = new Map<number, bigint[]>();
      const step = p.held!.input(held, feed, input);
      for (let at = step.next(); !at.done; at = step.next()) {
        for (const { peer, at: from, bytes } of at.value.send) {
          sent.set(peer, [...sent.get(peer) ?? [], ...memory.words.slice(from / 8, (from + bytes) / 8)]);
        }
        yield at.value;
      }
      const pads = [0, 32].map((at) => stream(memory, place + at, 0, n));
      const rows = { count: 4, at: memory.allocate(16) };
      memory.words32.set([8, 0, 5, 5], rows.at / 4);
      const out = p.at([4, 11], memory.allocate(p.bytes([4, 11])));
      p.held!.gather([input], rows, out);
      const { mine, next } = out as unknown as { mine: number; next: number };
      const read = [mine, next].map((at) => [...memory.words.slice(at / 8, at / 8 + 44)]);
      const keys = [0, 32].map((at) => memory.bytes.slice(place + at, place + at + 32).toHex());
      return { sent, pads, read, keys };
    });
    const { sent, pads } = results[owner]!;
    const [first, second] = pads as [bigint[], bigint[]];
    const masked = first.map((pad, i) => BigInt.asUintN(64, BigInt(1000 + i) - pad - second[i]!));
    assertEquals([...sent.keys()].sort(), [0, 1, 2].filter((p) => p !== owner));
    for (const words of sent.values()) assertEquals(words, masked);
    assertEquals(new Set([...first, ...second]).size, 2 * n, "a pad comes twice");
    // The owner's keys are those of x_o, in common with the party before, and of x_{o+1}, in common with the party after.
    const none = "00".repeat(32), [before, after] = [(owner + 2) % 3, (owner + 1) % 3];
    const [own, next] = results[owner]!.keys as [string, string];
    assertNotEquals(own, next);
    assertEquals(results[before]!.keys, [none, own]);
    assertEquals(results[after]!.keys, [next, none]);
    const rows = [8, 0, 5, 5].flatMap((row) => Array.from({ length: 11 }, (_, i) => 11 * row + i));
    assertEquals(results[owner]!.read, [first, second].map((pad) => rows.map((i) => pad[i]!)));
    assertEquals(results[before]!.read, [masked, first].map((words) => rows.map((i) => words[i]!)));
    assertEquals(results[after]!.read, [second, masked].map((words) => rows.map((i) => words[i]!)));
  });
}
