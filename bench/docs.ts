/**
 * The tables of docs/benchmarks.md, each between a mark that names its results and `<!-- end -->`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

const FILE = new URL("../docs/benchmarks.md", import.meta.url);

/** A Markdown table; the first column is text, the others are numbers. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((name, i) => Math.max(3, name.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(" | ")} |`;
  const rule = widths.map((w, i) => i === 0 ? "-".repeat(w) : `${"-".repeat(w - 1)}:`);
  return [line(columns), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Replaces what stands behind a mark, and formats the page. @throws {RangeError} if the page has no such mark */
export function updateDocs(mark: string, text: string): void {
  const page = Deno.readTextFileSync(FILE);
  const start = `<!-- table: ${mark} -->`;
  const [before, rest] = page.split(start);
  const after = rest?.slice(rest.indexOf("<!-- end -->"));
  if (before === undefined || after === undefined || !after.startsWith("<!--")) {
    throw new RangeError(`docs/benchmarks.md has no lines "${start}" and "<!-- end -->"`);
  }
  Deno.writeTextFileSync(FILE, `${before}${start}\n\n${text}\n\n${after}`);
  new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", fileURLToPath(FILE)] }).outputSync();
}
