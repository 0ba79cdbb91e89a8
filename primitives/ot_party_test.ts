import { assertEquals, assertThrows } from "@std/assert";
import { round, type Step } from "@symbolon/protocol";
import { allOrNone, withEach } from "./mod.ts";

/** A step of so many empty rounds, after which it throws if it fails. */
function* stepOf(name: string, rounds: number, log: string[], fails = false): Step<string> {
  let ended = false;
  try {
    for (let i = 0; i < rounds; i++) yield round([], []);
    if (fails) throw new Error(name);
    ended = true;
    return name;
  } finally {
    if (!ended) log.push(`${name} broken off`);
  }
}

/** Runs a step alone. */
function ended<T>(step: Step<T>): T {
  let at = step.next();
  while (!at.done) at = step.next();
  return at.value;
}

Deno.test("steps together: results in order, and nothing is undone if all end", () => {
  const log: string[] = [];
  const undo = (name: string) => void log.push(`${name} undone`);
  assertEquals(ended(allOrNone([stepOf("a", 2, log), stepOf("b", 0, log), stepOf("c", 1, log)], undo)), [
    "a",
    "b",
    "c",
  ]);
  assertEquals(ended(withEach({ self: 1, parties: 3 }, (peer, i) => stepOf(`${i}: ${peer}`, 1, log), undo)), [
    "0: 0",
    "1: 2",
  ]);
  assertEquals(log, []);
});

Deno.test("if a step fails, or all are broken off, those under way are broken off and those that have ended undone", () => {
  const log: string[] = [], undo = (name: string) => void log.push(`${name} undone`);
  const steps = () => [stepOf("a", 1, log), stepOf("b", 1, log, true), stepOf("c", 2, log), stepOf("d", 0, log)];
  assertThrows(() => ended(allOrNone(steps(), undo)), Error, "b");
  assertEquals(log.splice(0), ["b broken off", "c broken off", "a undone", "d undone"]);
  const all = allOrNone(steps(), undo);
  all.next();
  all.return([]);
  assertEquals(log, ["a broken off", "b broken off", "c broken off", "d undone"]);
});
