import { assertEquals, assertThrows } from "@std/assert";
import {
  checkArgument,
  checkOptions,
  either,
  extents,
  flag,
  having,
  listOf,
  oneOf,
  pairOf,
  real,
  type Rule,
  text,
  whole,
} from "./arguments.ts";

function message(body: () => void): string {
  const error = assertThrows(body, Error);
  return `${error.name}: ${error.message.replace(/^\S+\/compiler\/arguments_test\.ts:\d+: /, "@")}`;
}

Deno.test("checkArgument() names the place, the argument, what it must be, and the value", () => {
  const cases: readonly (readonly [Rule, unknown, string])[] = [
    [whole(1), "3", 'TypeError: @n must be a whole number from 1, not "3"'],
    [whole(1), 1.5, "RangeError: @n must be a whole number from 1, not 1.5"],
    [whole(0, 9), 10, "RangeError: @n must be a whole number from 0 to 9, not 10"],
    [whole(1), NaN, "RangeError: @n must be a whole number from 1, not NaN"],
    [whole(1), 3n, "TypeError: @n must be a whole number from 1, not the bigint 3n"],
    [real(), Infinity, "RangeError: @n must be a finite number, not Infinity"],
    [real({ from: 0, below: 1 }), 1, "RangeError: @n must be a number from 0 below 1, not 1"],
    [real({ above: 0 }), 0, "RangeError: @n must be a number above 0, not 0"],
    [flag, 1, "TypeError: @n must be true or false, not 1"],
    [text, null, "TypeError: @n must be a text, not null"],
    [oneOf(["same", "valid"]), "SAME", 'RangeError: @n must be "same" or "valid", not "SAME" (did you mean "same"?)'],
    [oneOf(["same", "valid"]), 1, 'TypeError: @n must be "same" or "valid", not 1'],
    [
      pairOf(whole(1)),
      [3, 0],
      "RangeError: @n must be a whole number from 1, or two of them, [rows, columns], not a list of 2 entries, [3, 0]",
    ],
    [
      listOf(whole(1), "whole numbers", 1),
      [2, "3"],
      'TypeError: @n must be a list of whole numbers, 1 at least, not a list of 2 entries whose entry 1 is "3"',
    ],
    [
      listOf(whole(1), "whole numbers", 1),
      [],
      "RangeError: @n must be a list of whole numbers, 1 at least, not a list of 0 entries",
    ],
    [extents, 4, "TypeError: @n must be a list of whole numbers from 1, not 4"],
    [
      having("a rule", "init"),
      function adam() {},
      "TypeError: @n must be a rule, not the function adam: call it, adam(…)",
    ],
    [having("a rule", "init"), { init: 1 }, "TypeError: @n must be a rule, not an object"],
    [either(flag, whole(1)), 0, "RangeError: @n must be true or false, or a whole number from 1, not 0"],
  ];
  for (const [rule, value, expected] of cases) assertEquals(message(() => checkArgument("n", value, rule)), expected);
});

Deno.test("checkArgument() lets what is right pass", () => {
  const cases: readonly (readonly [Rule, unknown])[] = [
    [whole(1), 1],
    [whole(0, 9), 9],
    [real({ from: 0, below: 1 }), 0],
    [oneOf(["a"]), "a"],
    [pairOf(whole(1)), 3],
    [pairOf(whole(1)), [3, 4]],
    [extents, []],
    [having("a rule", "init"), { init() {} }],
  ];
  for (const [rule, value] of cases) checkArgument("n", value, rule);
});

Deno.test("checkOptions() refuses what a function does not have", () => {
  const rules = { epochs: whole(1), batchSize: whole(1), restart: flag };
  const given = (options: unknown) =>
    message(() => checkOptions("fit()", options, rules, { shuffle: "rows always are" }));
  assertEquals(
    given({ batch_size: 3 }),
    'TypeError: @fit() has no option "batch_size" (did you mean "batchSize"?). Its options: epochs, batchSize, restart',
  );
  assertEquals(
    given({ shuffle: true }),
    'TypeError: @fit() has no option "shuffle": rows always are. Its options: epochs, batchSize, restart',
  );
  assertEquals(given({ batchSize: 0 }), "RangeError: @fit(): batchSize must be a whole number from 1, not 0");
  assertEquals(given({ epochs: null }), "TypeError: @fit(): epochs must be a whole number from 1, not null");
  assertEquals(given(10), "TypeError: @fit() takes an object with options, { epochs: … }, not 10");
  assertEquals(given([1, 2]), "TypeError: @fit() takes an object with options, { epochs: … }, not a list of 2 entries");
  assertEquals(
    given(new Map()),
    "TypeError: @fit() takes an object with options, { epochs: … }, not an object of Map",
  );
  checkOptions("fit()", { epochs: 3, restart: undefined }, rules);
});
