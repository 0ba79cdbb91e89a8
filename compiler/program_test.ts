import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compile, program, sint } from "./mod.ts";

const misuse = (...args: unknown[]) =>
  assertThrows(() => (program as (...args: unknown[]) => unknown)(...args), TypeError);
const HERE = /^\S+program_test\.ts:\d+: /;

Deno.test("a function that goes on later is refused where the program is defined", () => {
  const functions: readonly (() => unknown)[] = [async () => {}, function* () {}, async function* () {}];
  for (const trace of functions) {
    const { message } = misuse("", {}, trace);
    assertMatch(message, HERE);
    assertMatch(message, /cannot be (async|a generator|an async generator): .* Load data before program\(\)/);
  }
});

Deno.test("a function that returns a promise is refused when it is compiled, and its failure surfaces nowhere else", async () => {
  let went = 0;
  const later = async () => {
    await Promise.resolve();
    went++;
    sint.constant(1).revealTo(0);
  };
  function* step() {
    yield sint.constant(1);
  }
  for (const trace of [() => later(), () => ({ then: () => {} }), () => step()]) {
    const { message } = assertThrows(() => compile(program("", {}, trace)), TypeError);
    assertMatch(message, HERE);
    assertMatch(message, /Load data before program\(\)/);
    assertThrows(() => compile({ description: "", trace }), TypeError, "Load data before program()");
  }
  // An unhandled rejection would fail this test.
  await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(went, 2);
});

Deno.test("what a program's function returns otherwise is ignored", () => {
  for (const value of [undefined, 1, "a", null, [], {}, new Map()]) compile(program("", {}, () => value));
});

Deno.test("arguments in the wrong order are refused with the right one", () => {
  assertMatch(
    misuse("", () => {}).message,
    /program\(\): the words must be an object .*program\(description, \{\}, function\)/,
  );
  assertMatch(misuse({}, {}, () => {}).message, /program\(\): the description must be a text/);
  assertMatch(misuse("", {}).message, /program\(\): the function must be a function, not undefined/);
  assertMatch(misuse("", { approx: 1 }, () => {}).message, /a line for each word/);
  assertMatch(misuse("", {}, "trace").message, HERE);
});

Deno.test("a program knows where it was defined, and from where", () => {
  const define = (trace: () => void) => program("", {}, trace);
  const { definedAt } = define(() => {});
  const files = definedAt!.map(({ file }) => file.replace(/^.*\//, ""));
  assertEquals(files.slice(0, 2), ["program_test.ts", "program_test.ts"]);
  assertEquals(definedAt![1]!.line - definedAt![0]!.line, 1);
});
