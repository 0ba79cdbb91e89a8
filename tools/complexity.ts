/**
 * Writes docs/complexity.md from what the backends declare; with `--check` only compares: `deno task complexity`.
 *
 * @module
 */
import * as functional from "../ml/functional/mod.ts";
import { BACKENDS } from "../engine/backends.ts";
import type { Target } from "@symbolon/protocol";
import { functionRows, operationRows, type Row, unitOf } from "./complexity_rows.ts";
import { type Figures, RING_TARGETS, type TargetRow } from "./complexity_targets.ts";
import { ROOT } from "./repository.ts";
import { flagsOf } from "./task_help.ts";

const check = flagsOf(
  `Writes docs/complexity.md: what operations and functions cost, as the backends declare it.

usage: deno task complexity [--check]

options
  --check     writes nothing: exits with 1 if the page is out of date
  -h, --help  this text`,
  ["--check"],
).has("--check");

const DOCUMENT = new URL("docs/complexity.md", ROOT);

const HEAD = `# What operations and functions cost

Written by \`deno task complexity\` from what the backends declare; declared and measured costs are the same, which the tests check.

**Rounds** are for a whole tensor, however long. **Bytes** are what all parties send together for one element more of a long one,
with 16 fraction bits of 31 and probabilistic rounding unless the row says otherwise. Independent operations share their rounds.
Nothing is preprocessed unless a backend says so. Where there are such figures, MP-SPDZ's for its three-party replicated ring and
the project's target stand beside; **missed** marks what does not meet its target.
MP-SPDZ's rounds of softmax are for each row, the others for all rows together.
`;

/** The tables of a backend that sends messages. */
function section(target: Target, targets: readonly TargetRow[]): string {
  const targetOf = (name: string) => targets.find(({ rows }) => rows.includes(name));
  const line = (found: Row) => {
    const name = `${found.name}${unitOf(found.name) === "an element" ? "" : `, ${unitOf(found.name)}`}`;
    if ("unknown" in found) return [name, "", "", "", "", found.unknown];
    const wanted = targetOf(found.name);
    const known = wanted === undefined ? ["", "", ""] : [
      figures(wanted.reference),
      figures(wanted.target),
      missed(found, wanted.target) ? "**missed**" : "met",
    ];
    return [name, String(found.rounds), bytes(found.bytes), ...known];
  };
  const table = (rows: readonly Row[]) =>
    [
      ["", "rounds", "bytes", "MP-SPDZ B / rounds", "target B / rounds", ""],
      ["-", "-:", "-:", "-:", "-:", "-"],
      ...rows.map(line),
    ]
      .map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `## Backend ${target.name}, ${target.parties} parties

### Operations

${table(operationRows(target))}

### Functions

${table(functionRows(functional, target))}
`;
}

/** Whether a figure exceeds its target. */
function missed(found: Figures, target: Figures): boolean {
  return found.rounds > target.rounds || (target.bytes !== null && found.bytes! > target.bytes);
}

function figures({ bytes: b, rounds }: Figures): string {
  return `${bytes(b)} / ${rounds}`;
}

function bytes(b: number | null): string {
  return b === null ? "–" : Number(b.toFixed(3)).toLocaleString("en", { maximumFractionDigits: 3 });
}

/** The document as `deno fmt` leaves it. */
async function formatted(text: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    cwd: ROOT,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error("deno fmt failed");
  return new TextDecoder().decode(stdout);
}

const parts = [HEAD];
for (const { name, load } of BACKENDS) {
  const target = (await load()).target({});
  if (!target.clear) parts.push(section(target, name === "ring" ? RING_TARGETS : []));
}
const text = await formatted(parts.join("\n"));
const known = await Deno.readTextFile(DOCUMENT).catch(() => "");
if (!check) {
  await Deno.writeTextFile(DOCUMENT, text);
  console.log(`docs/complexity.md: ${text === known ? "unchanged" : "written"}`);
} else if (text !== known) {
  console.error('docs/complexity.md is out of date: run "deno task complexity" and commit it');
  Deno.exit(1);
} else console.log("docs/complexity.md: up to date");
