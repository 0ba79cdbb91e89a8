import { assertEquals, assertThrows } from "@std/assert";
import { round, type Step } from "@symbolon/protocol";
import { Exclusion } from "./exclusion.ts";

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
