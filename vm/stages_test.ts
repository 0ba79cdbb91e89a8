import { assertEquals } from "@std/assert";
import type { Round } from "@symbolon/protocol";
import { type Item, looped, play } from "./stages.ts";

/** Items that write down what they do. */
function recordingItems() {
  const seen: string[] = [];
  const round: Round = { send: [], receive: [] };
  const work = (name: string, ends = false): Item => ({
    kind: "work",
    work: () => seen.push(name),
    round: ends ? round : null,
  });
  const loop = (name: string, times: number, body: (items: Item[]) => void, items: Item[], last = Infinity) => {
    let passes = 0;
    looped(
      {
        times,
        enter: () => {
          passes = 0;
          seen.push(`${name} begins`);
        },
        count: (pass) => seen.push(`${name} ${pass}`),
        stop: () => ++passes >= last,
      },
      body,
      items,
    );
  };
  return { seen, round, work, loop };
}

Deno.test("a loop runs its body so many times, and counts from 0 each time it is entered", () => {
  const { seen, work, loop } = recordingItems();
  const items: Item[] = [];
  loop("outer", 2, (items) => {
    loop("inner", 3, (items) => items.push(work("body")), items);
  }, items);
  items.push(work("end"));
  assertEquals([...play(items)], []);
  const inner = ["inner begins", "inner 0", "body", "inner 1", "body", "inner 2", "body"];
  assertEquals(seen, ["outer begins", "outer 0", ...inner, "outer 1", ...inner, "end"]);
});

Deno.test("a loop of no passes runs nothing of its body", () => {
  const { seen, work, loop } = recordingItems();
  const items: Item[] = [];
  loop("none", 0, (items) => items.push(work("body")), items);
  items.push(work("end"));
  assertEquals([...play(items)], []);
  assertEquals(seen, ["none begins", "end"]);
});

Deno.test("a loop ends early after the pass that says so", () => {
  const { seen, work, loop } = recordingItems();
  const items: Item[] = [];
  loop("loop", 5, (items) => items.push(work("body")), items, 2);
  items.push(work("end"));
  assertEquals([...play(items)], []);
  assertEquals(seen, ["loop begins", "loop 0", "body", "loop 1", "body", "end"]);
});

Deno.test("rounds of work and of steps come in the order of the items, the very objects each time", () => {
  const { seen, round, work, loop } = recordingItems();
  const own: Round = { send: [{ peer: 1, at: 0, bytes: 8 }], receive: [] };
  const items: Item[] = [work("first", true)];
  loop("loop", 2, (items) => {
    items.push(work("exchanged", true));
    items.push({
      kind: "step",
      *start() {
        seen.push("step");
        yield own;
      },
    });
  }, items);
  const rounds = [...play(items)];
  assertEquals(rounds.map((r) => r === round ? "constant" : r === own ? "step's" : "other"), [
    ...["constant", "constant", "step's", "constant", "step's"],
  ]);
  assertEquals(seen, ["first", "loop begins", "loop 0", "exchanged", "step", "loop 1", "exchanged", "step"]);
});
