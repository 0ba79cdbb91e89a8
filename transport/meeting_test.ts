import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { ProgramMismatchError } from "@symbolon/protocol";
import { helloText } from "./handshake.ts";
import { Meeting } from "./meeting.ts";
import { AGREEMENT, nonceOf } from "./testing/network.ts";

const hellos = (nonces: readonly number[], change = {}) =>
  nonces.map((nonce, party) => helloText(party, { ...AGREEMENT, ...change }, { nonce: nonceOf(nonce) }));

Deno.test("parties that have met the same parties agree, on bytes that no other run has", () => {
  const meeting = new Meeting(hellos([1, 2, 3]));
  meeting.check(1, new Meeting(hellos([1, 2, 3])).text);
  const runs = [
    ...[hellos([1, 2, 3]), hellos([4, 2, 3]), hellos([1, 4, 3]), hellos([1, 2, 4]), hellos([2, 1, 3])],
    ...[hellos([1, 2, 3], { tapeHash: "bb".repeat(32) }), hellos([1, 2, 3], { options: { x: 1 } }), hellos([1, 2])],
  ].map((texts) => new Meeting(texts).run);
  assertEquals(runs.map((run) => run.length), runs.map(() => 32));
  assertEquals(new Set(runs.map(String)).size, runs.length);
  assertEquals(new Meeting(hellos([1, 2, 3])).run, runs[0]!);
  assertNotEquals(runs[0], runs[1]);
});

Deno.test("a party that has met others is named with those in whom they differ", () => {
  const meeting = new Meeting(hellos([1, 2, 3]));
  const error = assertThrows(
    () => meeting.check(1, new Meeting(hellos([4, 2, 5])).text),
    ProgramMismatchError,
    "The links of different runs are crossed: party 1 is connected with another party 0 and another party 2 than this party",
  );
  assertMatch(error.message, /compare option addresses of all parties/);
  // What is not shown differs as well.
  const text = JSON.stringify({ ...JSON.parse(meeting.text), run: "00".repeat(32) });
  assertThrows(() => meeting.check(2, text), ProgramMismatchError, "party 2 is connected with others");
});

Deno.test("what tells nothing of whom a party has met is refused", () => {
  const meeting = new Meeting(hellos([1, 2, 3]));
  for (const text of ["", "{", "null", "7", "{}", '{"run":7,"parties":[]}', '{"run":"00","parties":["a","b"]}']) {
    assertThrows(() => meeting.check(1, text), SyntaxError, "does not say whom it has met");
  }
});
