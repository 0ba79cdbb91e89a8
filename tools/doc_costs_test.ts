import { assertEquals } from "@std/assert";
import { handWrittenCosts } from "./doc_costs.ts";
import { isTest } from "./layer_table.ts";
import { listFiles, ROOT } from "./repository.ts";

/** Where comments refer to docs/complexity.md. Protocols state the costs of their steps: the contract suite checks those. */
const PLACES = ["compiler/", "ml/"];

Deno.test("doc comments of the compiler and of machine learning state no cost by hand: docs/complexity.md has them", async () => {
  const found: string[] = [];
  for (const path of await listFiles()) {
    if (!PLACES.some((place) => path.startsWith(place)) || !path.endsWith(".ts") || isTest(path)) continue;
    const costs = handWrittenCosts(await Deno.readTextFile(new URL(encodeURI(path), ROOT)));
    found.push(...costs.map(({ line, text }) => `${path}:${line}: ${text}`));
  }
  assertEquals(found, [], "Refer to docs/complexity.md instead, and give what it lacks a row in tools/complexity_*.ts");
});

const texts = (comment: string) => handWrittenCosts(`/**\n * ${comment}\n */`).map(({ text }) => text);

Deno.test("rounds, bytes and the backend they hold for are found, over the ends of lines too", () => {
  const source = [
    "const x = 1;",
    "/**",
    " * A sum. Cost (ring): 7 rounds, 1,209",
    " * bytes an element, 69 (n − 1) bytes a row.",
    " */",
    "/** A digit costs 4 rounds. */",
  ].join("\n");
  assertEquals(handWrittenCosts(source), [
    { line: 3, text: "Cost (ring)" },
    { line: 3, text: "7 rounds" },
    { line: 3, text: "1,209 bytes" },
    { line: 4, text: "69 (n − 1) bytes" },
    { line: 6, text: "4 rounds" },
  ]);
  assertEquals(texts("Cost: ⌈log2 n⌉ · 5 rounds; 2 more rounds for k > 31."), ["5 rounds", "2 more rounds"]);
});

Deno.test("growth in words, references, files of so many bytes and other comments are no costs", () => {
  assertEquals(texts("Cost: docs/complexity.md for rows of 10. Rounds grow with ⌈log2 n⌉ and bytes with n − 1."), []);
  assertEquals(
    texts("Cost: the branches', in the same rounds; those of more than 1,024 rows may take a round more."),
    [],
  );
  assertEquals(texts("A header of 24 bytes, then 8 bytes a number."), []);
  assertEquals(handWrittenCosts("// Cost: 5 rounds\nconst s = 'Cost: 5 rounds';"), []);
});
