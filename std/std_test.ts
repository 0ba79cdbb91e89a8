import * as assertions from "@std/assert";
import { assert, assertEquals, AssertionError, assertRejects, assertThrows } from "@std/assert";
import * as bytes from "@std/bytes";
import * as cli from "@std/cli/parse-args";
import { parseArgs } from "@std/cli/parse-args";
import * as streams from "@std/streams";
import { testWith } from "../tests/permissions.ts";

/** Compiles only where `T` and `U` are the same type. */
type Same<T, U> = (<X>() => X extends T ? 1 : 2) extends (<X>() => X extends U ? 1 : 2) ? true : false;
function typeIs<_T extends true>(): void {}

const modules: [string, Record<string, unknown>][] = [
  ["assert", assertions],
  ["bytes", bytes],
  ["cli_parse_args", cli],
  ["streams", streams],
];
for (const [name, module] of modules) {
  testWith(["read"], `types/${name}.d.ts declares what exists at run time, no less and no more`, async () => {
    const text = await Deno.readTextFile(new URL(`./types/${name}.d.ts`, import.meta.url));
    const declared = [...text.matchAll(/^export (?:function|class|const) (\w+)/gm)].map((match) => match[1]!);
    assertEquals([...new Set(declared)].sort(), Object.keys(module).sort());
  });
}

Deno.test("the assertions pass on what holds", async () => {
  assert(true);
  assertions.assertFalse(0);
  assertEquals(new Float64Array([1, NaN]), new Float64Array([1, NaN]));
  assertions.assertNotEquals([1n], [2n]);
  assertions.assertStrictEquals(NaN, NaN);
  assertions.assertNotStrictEquals({}, {});
  assertions.assertAlmostEquals(0.1 + 0.2, 0.3);
  assertions.assertGreater(2, 1);
  assertions.assertGreaterOrEqual(2n, 2n);
  assertions.assertLess(1, 2);
  assertions.assertLessOrEqual(1, 1);
  assertions.assertExists(0);
  assertions.assertInstanceOf(new Uint8Array(1), Uint8Array);
  assertions.assertNotInstanceOf([], Map);
  assertions.assertMatch("party 2", /\d/);
  assertions.assertNotMatch("party", /\d/);
  assertions.assertStringIncludes("party 2", "2");
  assertions.assertArrayIncludes([1, 2, 3], [3, 1]);
  assertions.assertObjectMatch({ a: 1, b: 2 }, { a: 1 });
  assertions.assertIsError(new RangeError("too big"), RangeError, "big");
  const caught: RangeError = assertThrows(() => new Array(-1), RangeError, "length");
  assertions.assertInstanceOf(caught, RangeError);
  await assertRejects(() => Promise.reject(new TypeError("no")), TypeError, "no");
});

Deno.test("the assertions throw AssertionError on what does not hold", async () => {
  assertThrows(() => assert(false), AssertionError);
  assertThrows(() => assertEquals(1, 2), AssertionError, "not equal");
  assertThrows(() => assertions.assertAlmostEquals(1, 1.1, 0.05), AssertionError);
  assertThrows(() => assertThrows(() => 1), AssertionError);
  assertThrows(() => assertThrows(() => new Array(-1), TypeError), AssertionError);
  assertThrows(() => assertions.fail("here"), AssertionError, "here");
  assertThrows(() => assertions.unreachable(), AssertionError);
  assertThrows(() => assertions.unimplemented(), AssertionError);
  await assertRejects(() => assertRejects(() => Promise.resolve(1)), AssertionError);
});

Deno.test("an assertion narrows the type it asserts", () => {
  const value = [1, "x"][1] as string | number;
  assert(typeof value === "string");
  typeIs<Same<typeof value, string>>();
  const error: unknown = new SyntaxError("line 3");
  assertions.assertInstanceOf(error, SyntaxError);
  assertEquals(error.message, "line 3");
});

Deno.test("bytes are joined, compared, searched and copied", () => {
  const joined = bytes.concat([new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])]);
  assertEquals(joined, new Uint8Array([1, 2, 3]));
  assert(bytes.equals(joined, new Uint8Array([1, 2, 3])));
  assert(bytes.startsWith(joined, new Uint8Array([1, 2])));
  assert(bytes.endsWith(joined, new Uint8Array([2, 3])));
  assert(bytes.includesNeedle(joined, new Uint8Array([2])));
  assertEquals(bytes.indexOfNeedle(joined, new Uint8Array([3])), 2);
  assertEquals(bytes.lastIndexOfNeedle(joined, new Uint8Array([9])), -1);
  assertEquals(bytes.repeat(new Uint8Array([7]), 3), new Uint8Array([7, 7, 7]));
  const target = new Uint8Array(4);
  assertEquals(bytes.copy(joined, target, 2), 2);
  assertEquals(target, new Uint8Array([0, 0, 1, 2]));
});

Deno.test("a stream is cut into lines across its chunks", async () => {
  const lines = ReadableStream.from(["on", "e\r\ntw", "o\nthree"]).pipeThrough(new streams.TextLineStream());
  assertEquals(await Array.fromAsync(lines), ["one", "two", "three"]);
});

Deno.test("streams are read whole, merged and limited", async () => {
  const chunks = () => ReadableStream.from([new Uint8Array([104]), new Uint8Array([105])]);
  assertEquals(await streams.toText(chunks()), "hi");
  assertEquals(await streams.toBytes(chunks()), new Uint8Array([104, 105]));
  assertEquals(new Uint8Array(await streams.toArrayBuffer(chunks())), new Uint8Array([104, 105]));
  assertEquals(await (await streams.toBlob(chunks())).text(), "hi");
  assertEquals(await streams.toJson(ReadableStream.from(["[1,", "2]"])), [1, 2]);
  const merged = await Array.fromAsync(
    streams.mergeReadableStreams(ReadableStream.from([1, 3]), ReadableStream.from([2])),
  );
  assertEquals(merged.sort(), [1, 2, 3]);
  const zipped = streams.zipReadableStreams(ReadableStream.from([1, 3]), ReadableStream.from([2]));
  assertEquals(await Array.fromAsync(zipped), [1, 2, 3]);
  const joined = streams.concatReadableStreams(ReadableStream.from([1]), ReadableStream.from([2]));
  assertEquals(await Array.fromAsync(joined), [1, 2]);
  const limited = chunks().pipeThrough(new streams.LimitedBytesTransformStream(1, { error: true }));
  await assertRejects(() => streams.toBytes(limited), RangeError);
  const delimited = ReadableStream.from(["a|b"]).pipeThrough(new streams.TextDelimiterStream("|"));
  assertEquals(await Array.fromAsync(delimited), ["a", "b"]);
});

Deno.test("parseArgs() types text flags, their aliases and defaults", () => {
  const args = parseArgs(["-E", "ring", "-p", "1", "breast_logistic", "7"], {
    string: ["protocol", "player", "hostname"],
    alias: { protocol: "E", player: ["p"] },
    default: { protocol: "emulate" },
  });
  typeIs<Same<typeof args.protocol, string>>();
  typeIs<Same<typeof args.E, string>>();
  typeIs<Same<typeof args.player, string | undefined>>();
  typeIs<Same<typeof args.p, string | undefined>>();
  typeIs<Same<typeof args.other, unknown>>();
  typeIs<Same<typeof args._, (string | number)[]>>();
  assertEquals([args.protocol, args.E, args.player, args.p, args.hostname], ["ring", "ring", "1", "1", undefined]);
  assertEquals(args._, ["breast_logistic", 7]);
});

Deno.test("parseArgs() gives the default where the flag is missing", () => {
  const args = parseArgs([], {
    string: ["port"],
    boolean: ["verbose", "cost"],
    default: { port: 5000, verbose: true },
  });
  typeIs<Same<typeof args.port, string | number>>();
  typeIs<Same<typeof args.verbose, boolean>>();
  typeIs<Same<typeof args.cost, boolean>>();
  assertEquals([args.port, args.verbose, args.cost], [5000, true, false]);
});

Deno.test("parseArgs() takes no value for a boolean, and --no- where it is negatable", () => {
  const args = parseArgs(["--verbose", "word", "--no-colour", "--no-file"], {
    boolean: ["verbose", "colour"],
    string: "file",
    negatable: ["colour", "file"],
  });
  typeIs<Same<typeof args.verbose, boolean>>();
  typeIs<Same<typeof args.file, string | false | undefined>>();
  assertEquals([args.verbose, args.colour, args.file, args._], [true, false, false, ["word"]]);
});

Deno.test("parseArgs() collects repeated flags", () => {
  const options = { string: ["input"], boolean: ["v"], collect: ["input", "v", "size"] } as const;
  const args = parseArgs(["--input", "a", "--input=b", "--size", "3"], options);
  typeIs<Same<typeof args.input, string[]>>();
  typeIs<Same<typeof args.v, boolean[]>>();
  typeIs<Same<typeof args.size, unknown[] | undefined>>();
  assertEquals([args.input, args.v, args.size], [["a", "b"], [], [3]]);
  assertEquals(parseArgs([], options).size, undefined);
});

Deno.test("parseArgs() keeps the words after -- apart when asked", () => {
  const args = parseArgs(["run", "--", "-x"], { "--": true });
  typeIs<Same<(typeof args)["--"], string[]>>();
  assertEquals([args._, args["--"]], [["run"], ["-x"]]);
});

Deno.test("parseArgs() stops at the first word and reports what is not declared", () => {
  assertEquals(parseArgs(["a", "--b"], { stopEarly: true })._, ["a", "--b"]);
  const strange: string[] = [];
  const args = parseArgs(["--what", "x", "--yes"], {
    boolean: ["yes"],
    unknown: (arg) => {
      strange.push(arg);
      return false;
    },
  });
  assertEquals([strange, args.what, args.yes], [["--what"], undefined, true]);
});

Deno.test("parseArgs() without options types every flag unknown", () => {
  const args = parseArgs(["--rate", "0.5", "--nested.flag", "w"]);
  typeIs<Same<typeof args.rate, unknown>>();
  assertEquals([args.rate, args.nested], [0.5, { flag: "w" }]);
});

Deno.test("a misspelt option of parseArgs() does not compile", () => {
  // @ts-expect-error: the option is `string`.
  assertEquals(parseArgs([], { strings: ["protocol"], boolean: ["verbose"] }), { _: [], verbose: false });
});
