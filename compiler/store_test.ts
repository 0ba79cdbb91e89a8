import { assert, assertEquals, assertThrows } from "@std/assert";
import { sfix, sint } from "./language.ts";
import { compile, program } from "./program.ts";
import { deserialize, serialize, type Stored, storedPath } from "./store.ts";

const stored: Stored = (() => {
  const { tape, tapeHash } = compile(program("for tests", {}, () => {
    const x = sint.inputFrom(0, { shape: [2] }).mul(sint.constant([2 ** 40, -3]));
    sfix.inputFrom(1, { shape: [2] }).lessThan(0.5).revealTo(0, "less");
    x.revealTo(1, 'a "bigint" label');
  }));
  return { program: "test", args: ["a", "b"], tape, tapeHash, usesSamples: true, marks: { 1: "mark" } };
})();

Deno.test("a compiled program survives being stored", () => {
  assertEquals(deserialize(serialize(stored)), stored);
});

Deno.test("its path is at the beginning of the text, if it has one", () => {
  for (const path of ["/a/b.ts", 'C:\\my "programs"\\é.ts']) {
    const text = serialize({ ...stored, path });
    assertEquals(deserialize(text).path, path);
    assertEquals(storedPath(text.slice(0, 100)), path);
  }
  assertEquals(storedPath(serialize(stored)), undefined);
  assertEquals(storedPath('{"path":"/a.ts"}'), undefined);
});

Deno.test("what was changed in its computation is refused", () => {
  const text = serialize(stored);
  for (
    const changed of [
      text.replace(stored.tapeHash, "0".repeat(64)),
      text.replace("-3", "-4"),
      text.replace(/"owner":0/, '"owner":2'),
      text.replace(/"label":"less"/, '"label":"lesser"'),
    ]
  ) {
    assert(changed !== text);
    assertThrows(() => deserialize(changed), SyntaxError, "its hash does not fit");
  }
});

Deno.test("what is no compiled program is refused with the reason", () => {
  const text = serialize(stored);
  assertThrows(() => deserialize(text.slice(0, -5)), SyntaxError, "cut off");
  assertThrows(() => deserialize("null"), SyntaxError, "no compiled program");
  assertThrows(() => deserialize("{}"), SyntaxError, "of this version");
  assertThrows(() => deserialize(text.replace("compiled/2", "compiled/9")), SyntaxError, "of this version");
  assertThrows(() => deserialize(text.replace('"program":"test"', '"program":3')), SyntaxError, "no name");
  assertThrows(() => deserialize(text.replace('"usesSamples":true,', "")), SyntaxError, "what the program brings");
  assertThrows(() => deserialize(text.replace(/"body":/, '"boby":')), SyntaxError, "no tape that can run");
  assertThrows(() => deserialize(text.replace(/"bigint":"\d+"/, '"bigint":"x"')), SyntaxError);
});
