/**
 * `deno task check`: format, lint, types, layers, sizes, kernels and the costs in docs/complexity.md, one after the other; ends at the first
 * that fails, with its exit code.
 *
 * @module
 */
import { ROOT } from "./repository.ts";
import { flagsOf } from "./task_help.ts";

flagsOf(`Checks everything but the tests: format, lint, types, layers, sizes, kernels, docs/complexity.md.

usage: deno task check

Ends at the first that fails. Changes nothing; "deno fmt", "deno task kernels" and "deno task complexity" mend what they name.`);

const CHECKS: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint"],
  ["check"],
  ["task", "layers"],
  ["task", "size", "--check"],
  ["task", "kernels", "--check"],
  ["task", "complexity", "--check"],
];

for (const args of CHECKS) {
  const { code } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
