/**
 * The command lines of small tasks: flags without values, `--help`, and nothing else.
 *
 * @module
 */
import { suggestion } from "@symbolon/compiler";

/**
 * The flags of this process's command line. With `--help` or `-h` the text is printed and the process ends; with anything unknown
 * it ends with a message and exit code 2.
 */
export function flagsOf(help: string, known: readonly string[] = []): ReadonlySet<string> {
  const { args } = Deno;
  if (args.includes("--help") || args.includes("-h")) {
    console.log(help);
    Deno.exit(0);
  }
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown === undefined) return new Set(args);
  console.error(`error: There is no option ${unknown}${suggestion(unknown, known)}. See --help`);
  Deno.exit(2);
}
