/**
 * Writes docs/complexity.md from what the backends declare; with `--check` only compares: `deno task complexity`.
 *
 * @module
 */
import { BACKENDS } from "../engine/plan.ts";
import { pageOf } from "./complexity_page.ts";
import { ROOT } from "./repository.ts";
import { flagsOf } from "./task_help.ts";

const check = flagsOf(
  `Writes docs/complexity.md: what operations, functions, layers and training steps cost, as the backends declare it.

usage: deno task complexity [--check]

options
  --check     writes nothing: exits with 1 if the page is out of date
  -h, --help  this text`,
  ["--check"],
).has("--check");

const DOCUMENT = new URL("docs/complexity.md", ROOT);

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

/** Targets without a limit of what waits for a check: that of millions of values would take rounds of its own. */
const targets = await Promise.all(BACKENDS.map(async ({ load }) => {
  const { unchecked: _, ...target } = (await load()).target({});
  return target;
}));
const text = await formatted(pageOf(targets.filter(({ clear }) => !clear)));
const known = await Deno.readTextFile(DOCUMENT).catch(() => "");
if (!check) {
  await Deno.writeTextFile(DOCUMENT, text);
  console.log(`docs/complexity.md: ${text === known ? "unchanged" : "written"}`);
} else if (text !== known) {
  console.error('docs/complexity.md is out of date: run "deno task complexity" and commit it');
  Deno.exit(1);
} else console.log("docs/complexity.md: up to date");
