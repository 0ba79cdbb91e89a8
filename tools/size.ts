/**
 * How large the product is, by package, and which of its files are cut too fine: `deno task size`.
 *
 * @module
 */
import { importsOf } from "./layer_rules.ts";
import { isTest, WORKSHOPS } from "./layer_table.ts";
import { listFiles, members, ROOT, SOURCES } from "./repository.ts";
import { BUDGET, SMALL_FILES, TINY } from "./size_budget.ts";
import { flagsOf } from "./task_help.ts";

const check = flagsOf(
  `Counts the lines of the product, and finds files that are cut too fine.

usage: deno task size [--check]

The product is all but tests, benchmarks, tools and what is generated; programs and declarations of @std are not counted.

options
  --check     exits with 1 above the budget of lines in tools/size_budget.ts, and for a file under ${TINY} lines with one reader
  -h, --help  this text`,
  ["--check"],
).has("--check");

/** What is no product, or nobody's to read. */
const APART = [...WORKSHOPS, "kernels/build/", "programs/", "std/"];

const isProduct = (path: string) => SOURCES.test(path) && !isTest(path) && !APART.some((at) => path.startsWith(at));

const packages = await members();
const files = (await listFiles()).filter(isProduct);
const texts = await Promise.all(files.map((path) => Deno.readTextFile(new URL(encodeURI(path), ROOT))));
const lines = texts.map((text) => text.trimEnd().split("\n").length);

const readers = new Map<string, string[]>();
files.forEach((path, i) => {
  for (const target of importsOf(path, texts[i]!, packages)) {
    readers.set(target, [...readers.get(target) ?? [], path]);
  }
});

/** The folder of a package, or the root. */
function packageOf(path: string): string {
  const folder =
    [...packages.values()].filter((at) => at !== "" && path.startsWith(at)).sort((a, b) => b.length - a.length)[0];
  return folder ?? (path.includes("/") ? `${path.split("/")[0]}/` : "(root)");
}

const sizes = new Map<string, { files: number; lines: number }>();
files.forEach((path, i) => {
  const of = sizes.get(packageOf(path)) ?? { files: 0, lines: 0 };
  sizes.set(packageOf(path), { files: of.files + 1, lines: of.lines + lines[i]! });
});
const total = lines.reduce((a, b) => a + b, 0);
const row = (name: string, count: number, of: number) =>
  `${name.padEnd(26)} ${String(count).padStart(5)} files ${of.toLocaleString("en").padStart(7)} lines ${
    String(Math.round(of / count)).padStart(5)
  } a file`;
for (const [name, of] of [...sizes].sort(([, a], [, b]) => b.lines - a.lines)) {
  console.log(row(name, of.files, of.lines));
}
console.log(row("product", files.length, total));

const wrong: string[] = [];
if (total > BUDGET) {
  wrong.push(
    `the product has ${total} lines, ${total - BUDGET} above its budget: make it smaller, or raise BUDGET on purpose`,
  );
}
files.forEach((path, i) => {
  const [reader, ...more] = readers.get(path) ?? [];
  // Through its package's face a file has many readers, and a worker is an entry of its own.
  if (lines[i]! >= TINY || path.endsWith("/mod.ts") || /_worker\.ts$/.test(path) || more.length > 0) return;
  if (reader === undefined || reader.endsWith("/mod.ts")) return;
  if (!Object.hasOwn(SMALL_FILES, path)) {
    wrong.push(`${path}: ${lines[i]} lines with one reader, ${reader}: join them, or say in SMALL_FILES why not`);
  }
});
for (const path of Object.keys(SMALL_FILES)) {
  const at = files.indexOf(path);
  if (at < 0 || lines[at]! >= TINY || readers.get(path)?.length !== 1) {
    wrong.push(`${path} needs no line in SMALL_FILES`);
  }
}
for (const line of wrong) console.error(line);
if (check && wrong.length > 0) Deno.exit(1);
