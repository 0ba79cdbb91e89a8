/**
 * `deno task bench`: seconds (median after a warm-up), rounds and megabytes of the reference's programs, beside its figures.
 *
 * Options: `--runs N` (5), `--only TEXT` (rows whose name contains it), `--transport NAME`, `--docs` (also the table in
 * docs/benchmarks.md). Writes bench/results/ring.json.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { TransportName } from "../engine.ts";
import { run } from "../mod.ts";
import { RING } from "./reference.ts";
import { type Row, ROWS } from "./rows.ts";

/** What was measured of a row. */
interface Measured {
  readonly name: string;
  readonly seconds: { readonly min: number; readonly median: number; readonly max: number };
  readonly rounds: number;
  readonly bytes: number;
  readonly transport: string;
  readonly runs: number;
}

const options = parseArgs(Deno.args, {
  string: ["runs", "only", "transport"],
  boolean: ["docs"],
  default: { runs: "5", transport: "auto" },
});

async function measure({ name, program, args = [] }: Row): Promise<Measured | null> {
  if (program === null) return null;
  const once = () => run(program, { backend: "ring", args, transport: options.transport as TransportName });
  const first = await once();
  // Long programs warm up within a run.
  const runs = first.seconds > 20 ? 1 : Number(options.runs);
  const seconds: number[] = [];
  let last = first;
  for (let i = 0; i < runs; i++) seconds.push((last = await once()).seconds);
  seconds.sort((a, b) => a - b);
  return {
    name,
    seconds: { min: seconds[0]!, median: seconds[Math.floor(runs / 2)]!, max: seconds.at(-1)! },
    rounds: last.rounds,
    bytes: last.bytes.total,
    transport: last.transport,
    runs,
  };
}

const columns = ["", "s", "reference", "×", "MB", "reference", "rounds", "reference"];
const widths = [38, 9, 10, 7, 9, 10, 11, 11];
const line = (cells: readonly string[]) =>
  console.log(cells.map((c, i) => i === 0 ? c.padEnd(widths[0]!) : c.padStart(widths[i]!)).join(""));
const number = (v: number, digits: number) => v.toLocaleString("en", { maximumFractionDigits: digits });

console.log("Replicated ring, three parties on one machine; the reference is MP-SPDZ 0.4.2 without TLS\n");
line(columns);
const results: Measured[] = [];
for (const row of ROWS.filter((r) => options.only === undefined || r.name.includes(options.only))) {
  const reference = RING[row.name]!;
  const measured = await measure(row);
  if (measured === null) {
    line([row.name, "not yet", number(reference.seconds, 3)]);
    continue;
  }
  results.push(measured);
  const { seconds, rounds, bytes } = measured;
  line([
    row.name,
    number(seconds.median, 4),
    number(reference.seconds, 3),
    number(reference.seconds / seconds.median, 1),
    number(bytes / 1e6, 2),
    number(reference.megabytes, 2),
    number(rounds, 0),
    number(reference.rounds, 0),
  ]);
  if (row.steps !== undefined) {
    line([
      "  a training step",
      `${number(seconds.median / row.steps * 1e6, 0)} µs`,
      `${number(reference.seconds / row.steps * 1e6, 0)} µs`,
      "",
      `${number(bytes / row.steps / 1e3, 2)} kB`,
      `${number(reference.megabytes / row.steps * 1e3, 2)} kB`,
      number(rounds / row.steps, 2),
      number(reference.rounds / row.steps, 1),
    ]);
  }
}
const machine = {
  cpus: navigator.hardwareConcurrency,
  arch: Deno.build.arch,
  os: Deno.build.os,
  deno: Deno.version.deno,
};
const target = new URL("./results/ring.json", import.meta.url);
await Deno.mkdir(new URL("./results/", import.meta.url), { recursive: true });
await Deno.writeTextFile(target, JSON.stringify({ machine, results }, null, 2) + "\n");
if (options.docs) await updateDocs(results);
console.log(`\nwrote bench/results/ring.json (median of up to ${options.runs} runs after one that is not counted)`);

/** Puts the table into docs/benchmarks.md, between its marks. */
async function updateDocs(results: readonly Measured[]): Promise<void> {
  const file = new URL("../docs/benchmarks.md", import.meta.url);
  const rows = results.map(({ name, seconds, bytes, rounds }) => {
    const r = RING[name]!;
    const cells = [
      ...[name, number(seconds.median, 4), number(r.seconds, 3), number(bytes / 1e6, 2), number(r.megabytes, 2)],
      ...[number(rounds, 0), number(r.rounds, 0)],
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const table = [
    "| program | s | reference | MB | reference | rounds | reference |",
    "| ------- | -: | --------: | -: | --------: | -----: | --------: |",
    ...rows,
  ].join("\n");
  const text = await Deno.readTextFile(file);
  const [before, rest] = text.split("<!-- table: bench/results/ring.json -->");
  const after = rest!.split("<!-- end -->")[1];
  await Deno.writeTextFile(
    file,
    `${before}<!-- table: bench/results/ring.json -->\n\n${table}\n\n<!-- end -->${after}`,
  );
}
