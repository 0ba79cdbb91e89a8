/**
 * Checks who imports whom and where effects happen, in all sources of the repository: `deno task layers`.
 *
 * The rules are data in `layer_table.ts`. Prints `file:line: message` for each violation and exits with 1 if there is one.
 *
 * @module
 */
import { circlesOf } from "./layer_circles.ts";
import { importsOf, violationsOf } from "./layer_rules.ts";
import { listFiles, members, ROOT, SOURCES } from "./repository.ts";
import { flagsOf } from "./task_help.ts";

flagsOf(`Checks who imports whom, and where effects happen, by the table in tools/layer_table.ts.

usage: deno task layers

Prints file:line: message for each violation and for each circle of imports, and exits with 1 if there is one.`);

const packages = await members();
const files = (await listFiles()).filter((path) => SOURCES.test(path));
const texts = await Promise.all(files.map((path) => Deno.readTextFile(new URL(encodeURI(path), ROOT))));
const violations = files.flatMap((path, i) => violationsOf(path, texts[i]!, packages));
for (const { file, line, message } of violations) console.error(`${file}:${line}: ${message}`);
const circles = circlesOf(new Map(files.map((path, i) => [path, importsOf(path, texts[i]!, packages)])));
for (const way of circles) console.error(`${way[0]}:1: a circle of imports: ${[...way, way[0]].join(" → ")}`);
if (violations.length + circles.length > 0) {
  console.error(`layers: ${files.length} files, ${violations.length} violations, ${circles.length} circles`);
  Deno.exit(1);
}
console.log(`layers: ${files.length} files, ok`);
