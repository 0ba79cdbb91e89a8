/**
 * `deno task bench`: seconds (median after a warm-up), rounds and megabytes of the reference's programs, beside its figures.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { TransportName } from "@symbolon/engine";
import { markdownTable, updateDocs } from "./docs.ts";
import { describe, thisMachine } from "./machine.ts";
import { measure, type Measured } from "./measure.ts";
import { ROWS } from "./rows.ts";
import { type Suite, SUITES } from "./suites.ts";
import { cells, columns, notYet, perStep } from "./table.ts";

const HELP =
  `Measures the reference's programs: seconds (median after a warm-up), rounds and megabytes beside its figures.

usage: deno task bench [OPTIONS]

options
  --suite NAME      ${SUITES.map(({ name }) => name).join(", ")}; may be repeated (all)
  --only TEXT       rows whose name contains it; the figures are not kept
  --runs N          runs after the one that is not counted (5)
  --all             the rows that take long, too
  --transport NAME  inline, workers, tls or tcp (the suite's)
  --docs            all rows, and the tables in docs/benchmarks.md
  -h, --help        this text

Without --only the figures go to bench/results/NAME.json.

examples
  deno task bench --suite ring
  deno task bench --suite semi2k --only multiplications --runs 3`;

const RESULTS = new URL("./results/", import.meta.url);

const options = parseArgs(Deno.args, {
  string: ["runs", "only", "suite", "transport"],
  boolean: ["all", "docs", "help"],
  alias: { h: "help" },
  collect: ["suite"],
  default: { runs: "5" },
  unknown: (arg: string) => fail(`There is no option ${arg}. See --help`),
});

/** Ends with a message. */
function fail(message: string): never {
  console.error(`error: ${message}`);
  Deno.exit(2);
}

if (options.help) {
  console.log(HELP);
  Deno.exit(0);
}
const runs = Number(options.runs);
if (!Number.isInteger(runs) || runs < 1) fail(`--runs takes a whole number from 1, not "${options.runs}"`);
for (const name of options.suite) {
  if (SUITES.every((suite) => suite.name !== name)) {
    fail(`--suite takes ${SUITES.map(({ name }) => name).join(", ")}, not "${name}"`);
  }
}

/** The rows that a user wants of a suite. */
function wanted({ references, long = [] }: Suite): string[] {
  return Object.keys(references).filter((name) =>
    (options.all || options.docs || !long.includes(name)) && (options.only === undefined || name.includes(options.only))
  );
}

/** Prints a line of the table. */
function print(line: readonly string[]): void {
  console.log(line.map((cell, i) => i === 0 ? cell.padEnd(50) : cell.padStart(13)).join(""));
}

/** Measures and prints a suite. */
async function measureSuite(given: Suite): Promise<Measured[]> {
  const suite = options.transport === undefined ? given : { ...given, transport: options.transport as TransportName };
  const preprocessing = suite.backend !== "ring";
  console.log(`\n${suite.title}\n`);
  print(columns(preprocessing));
  const results: Measured[] = [];
  for (const name of wanted(suite)) {
    const reference = suite.references[name]!;
    const row = ROWS[name]!;
    const measured = await measure(name, row, suite, runs);
    if (measured === null) {
      print(notYet(name, reference, preprocessing));
      continue;
    }
    results.push(measured);
    print(cells(measured, reference, preprocessing));
    if (row.steps !== undefined) print(perStep(measured, reference, row.steps, preprocessing));
  }
  return results;
}

const suites = SUITES.filter(({ name }) => options.suite.length === 0 || options.suite.includes(name));
const machine = thisMachine();
console.log(describe(machine));
for (const suite of suites) {
  const results = await measureSuite(suite);
  if (options.only !== undefined || results.length === 0) continue;
  await Deno.mkdir(RESULTS, { recursive: true });
  const file = `bench/results/${suite.name}.json`;
  const target = new URL(`${suite.name}.json`, RESULTS);
  await Deno.writeTextFile(target, JSON.stringify({ machine, results }, null, 2) + "\n");
  console.log(`\nwrote ${file} (median of up to ${runs} runs after one that is not counted)`);
  if (!options.docs) continue;
  const preprocessing = suite.backend !== "ring";
  const rows = results.map((measured) => cells(measured, suite.references[measured.name]!, preprocessing));
  updateDocs(file, `${describe(machine)}.\n\n${markdownTable(columns(preprocessing), rows)}`);
}
