import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { DesyncError, OutOfRangeError, type Runner, type Step } from "@symbolon/protocol";
import { runInline } from "./inline.ts";
import { PlainMemory } from "./testing/plain_memory.ts";
import { randomRounds } from "./testing/rounds.ts";

Deno.test("random rounds arrive byte for byte and are counted exactly", () => {
  for (const parties of [1, 2, 3, 5]) {
    const run = runInline(Array.from({ length: parties }, (_, self) => {
      const memory = new PlainMemory();
      return { memory, step: randomRounds(self, parties, memory, { seed: 7, rounds: 300, longest: 5000 }) };
    }));
    assertEquals(run.traffic, run.results.map((sent) => ({ rounds: 300, sent })));
  }
});

function runner<T>(step: Step<T>): Runner<T> {
  return { step, memory: new PlainMemory() };
}

function* forever(closed: string[], name: string): Step<void> {
  try {
    while (true) yield { send: [], receive: [] };
  } finally {
    closed.push(name);
  }
}

function* failing(error: unknown): Step<void> {
  yield { send: [], receive: [] };
  throw error;
}

Deno.test("an error names its party, keeps its class and closes the other steps", () => {
  const closed: string[] = [];
  const error = new OutOfRangeError("input 3");
  const thrown = assertThrows(
    () => runInline([runner(forever(closed, "a")), runner(failing(error)), runner(forever(closed, "c"))]),
    OutOfRangeError,
  );
  assertEquals(thrown, error);
  assertEquals(thrown.message, "Party 1: input 3");
  assertEquals(closed, ["a", "c"]);
});

Deno.test("what is thrown and is no ordinary error names its party too", () => {
  const failed = (error: unknown) => () => runInline([runner(failing(error)), runner(forever([], "b"))]);
  assertThrows(failed("text"), Error, "Party 0: text");
  const dom = new DOMException("stop", "AbortError");
  assertEquals(assertThrows(failed(dom), Error, "Party 0: stop").cause, dom);
});

Deno.test("an error of one party alone stays as it is", () => {
  const error = new OutOfRangeError("input 3");
  assertEquals(assertThrows(() => runInline([runner(failing(error))]), OutOfRangeError).message, "input 3");
});

Deno.test("parties that disagree, and a tap that throws, close all steps", () => {
  const closed: string[] = [];
  assertThrows(
    () => runInline([runner(forever(closed, "a")), runner((function* (): Step<void> {})())]),
    DesyncError,
    "1 of 2 parties ended",
  );
  const tap = (): never => {
    throw new TypeError("tap");
  };
  assertInstanceOf(assertThrows(() => runInline([runner(forever(closed, "b"))], tap)), TypeError);
  assertEquals(closed, ["a", "b"]);
});

Deno.test("an error thrown while closing does not hide the first", () => {
  function* clumsy(): Step<void> {
    try {
      while (true) yield { send: [], receive: [] };
    } finally {
      // deno-lint-ignore no-unsafe-finally
      throw new Error("while closing");
    }
  }
  assertThrows(
    () => runInline([runner(clumsy()), runner(failing(new TypeError("first")))]),
    TypeError,
    "Party 1: first",
  );
});
