import { assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { type Protocol, round, type Step, together } from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { Exclusion } from "./exclusion.ts";
import { semi2k } from "./mod.ts";

function* rounds(n: number): Step<number> {
  for (let i = 0; i < n; i++) yield round([], []);
  return n;
}

Deno.test("steps that take run side by side; one that fills runs alone, again and again", () => {
  const store = new Exclusion();
  const [one, two] = [store.taking(rounds(2)), store.taking(rounds(1))];
  one.next();
  two.next();
  assertThrows(() => store.filling(rounds(1)).next(), TypeError, "being made or used");
  assertEquals(two.next(), { done: true, value: 1 });
  assertThrows(() => store.filling(rounds(1)).next(), TypeError, "being made or used");
  one.next();
  one.next();
  for (let i = 0; i < 2; i++) {
    const filling = store.filling(rounds(1));
    filling.next();
    assertThrows(() => store.filling(rounds(1)).next(), TypeError, "being made or used");
    assertThrows(() => store.taking(rounds(1)).next(), TypeError, "while material was being made");
    filling.next();
  }
  store.taking(rounds(1)).next();
});

Deno.test("the store is emptied only while no step takes or fills", () => {
  const store = new Exclusion();
  let emptied = 0;
  for (const step of [store.taking(rounds(1)), store.filling(rounds(1))]) {
    step.next();
    assertThrows(() => store.emptying(() => emptied++), TypeError, "to be saved while");
    step.next();
  }
  assertEquals(emptied, 0);
  store.emptying(() => emptied++);
  assertEquals(emptied, 1);
});

Deno.test("a step that fails no longer stands in the way", () => {
  const store = new Exclusion();
  function* failing(): Step<void> {
    yield round([], []);
    throw new RangeError("no more");
  }
  for (const step of [store.taking(failing()), store.filling(failing())]) {
    step.next();
    assertThrows(() => step.next(), RangeError, "no more");
  }
  store.filling(rounds(1)).next();
});

Deno.test("prepare() and save() beside an operation are refused by the protocol", () => {
  const terms = [{ kind: "mul", x: [2], y: [2] }] as const;
  const call = { op: "products", shape: [2], turn: 0, terms, addend: false, trunc: null } as const;
  const product = (p: Protocol) => {
    const x = p.at([2], p.memory.scratch(p.bytes([2])));
    return p.step(call, [x, x], x);
  };
  const preparing = (p: Protocol) => together([product(p), p.prepare!(new Map([["triple", 9]]))]);
  function* saving(p: Protocol): Step<void> {
    const step = product(p);
    step.next();
    p.save!({ begin: () => {}, write: () => {} });
    yield* step;
  }
  for (const [beside, message] of [[preparing, "being made or used"], [saving, "to be saved while"]] as const) {
    const simulation = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "exclusion" });
    try {
      simulation.run((p) => p.prepare!(new Map([["triple", 2]])));
      assertThrows(() => simulation.run<unknown>(beside), TypeError, message);
    } finally {
      simulation.dispose();
    }
  }
});
