import { assertEquals } from "@std/assert";
import { parseFrame } from "./locations.ts";

Deno.test("a frame's file keeps its spaces, parentheses, # and %", () => {
  const files = [
    "file:///home/u/study.ts",
    "file:///home/u/a b/study (1).ts",
    "file:///home/u/a#b?c%41/(x) (/y).ts",
    "file:///home/ü/研究.ts",
    "https://example.org/x.ts",
    "/home/u/x (2).ts",
  ];
  for (const file of files) {
    const place = { file, line: 12, column: 34 };
    assertEquals(parseFrame(`    at ${file}:12:34`), place);
    assertEquals(parseFrame(`    at async ${file}:12:34`), place);
    assertEquals(parseFrame(`    at Object.trace (${file}:12:34)`), place);
    assertEquals(parseFrame(`    at new Secret.<anonymous> [as f] (${file}:12:34)`), place);
  }
});

Deno.test("frames without a file name no place", () => {
  for (
    const line of [
      "Error: file:///x.ts:1:2 is wrong",
      "    at Array.map (<anonymous>)",
      "    at eval (eval at f (file:///x.ts:1:2), <anonymous>:1:1)",
      "    at ext:core/01_core.js:3:4",
    ]
  ) assertEquals(parseFrame(line), null);
});
