import { assert, assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import type { InputCall, Round } from "@symbolon/protocol";
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
