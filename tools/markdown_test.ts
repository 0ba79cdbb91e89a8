import { assertEquals } from "@std/assert";
import { parseMarkdown } from "./markdown.ts";

Deno.test("code blocks come with their line, their words and without their indentation", () => {
  const text =
    "a\n```ts ignore\nx;\n```\n1. b\n   ~~~sh\n   deno task run\n     -E ring\n   ~~~\n````md\n```\n````\n```\nopen\n";
  assertEquals(parseMarkdown(text).blocks, [
    { line: 2, info: ["ts", "ignore"], code: "x;" },
    { line: 6, info: ["sh"], code: "deno task run\n  -E ring" },
    { line: 10, info: ["md"], code: "```" },
    { line: 13, info: [], code: "open\n" },
  ]);
});

Deno.test("links are found in prose, not in code", () => {
  const text =
    'See [a](a.md), ![b](<b.png> "B") and `[c](c.md)`.\n```\n[d](d.md)\n```\n[`e`](e.md#x), [f][f]\n\n[f]: https://example.com\n';
  assertEquals(parseMarkdown(text).links, [
    { line: 1, target: "a.md" },
    { line: 1, target: "b.png" },
    { line: 5, target: "e.md#x" },
    { line: 7, target: "https://example.com" },
  ]);
});

Deno.test("headings have the anchors that forges give them", () => {
  const text = "# Who may import whom?\n## `run` & [more](x.md)\n## Notes\n### Notes\n```\n# no heading\n```\n";
  assertEquals([...parseMarkdown(text).anchors], ["who-may-import-whom", "run--more", "notes", "notes-1"]);
});
