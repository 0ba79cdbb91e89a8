/**
 * The command line: commands and exit codes. Exit code 2 is a wrong command line, 1 a run that failed, 3 one in which this party has found
 * that somebody deviates from the protocol.
 *
 * @module
 */
import { suggestion } from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import { CommitmentError, ConsistencyError, MacCheckError, SacrificeError } from "@symbolon/protocol";
import type { Command } from "./cli/command.ts";
import { compile } from "./cli/commands/compile.ts";
import { party } from "./cli/commands/party.ts";
import { programs } from "./cli/commands/programs.ts";
import { run } from "./cli/commands/run.ts";
import { setupSsl } from "./cli/commands/setup_ssl.ts";
import { UsageError } from "./cli/usage_error.ts";
import { inFlags } from "./cli/wording.ts";

const COMMANDS: readonly Command[] = [run, compile, party, setupSsl, programs];

const HELP = `Symbolon: machine learning on data that nobody may see whole.

usage: deno task COMMAND [OPTIONS] …

commands
${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(10)} ${summary}`).join("\n")}

examples
  deno task run -E ring breast_logistic
  deno task run --help`;

/** What a party throws when it finds that another one deviates from the protocol, or that a link changes what it carries. */
const DEVIATIONS = [CommitmentError, ConsistencyError, MacCheckError, SacrificeError];

async function main([name = "", ...argv]: readonly string[]): Promise<void> {
  if (["", "help", "-h", "--help"].includes(name)) return console.log(HELP);
  const command = COMMANDS.find((c) => c.name === name);
  if (command !== undefined) return await command.run(argv, COMMANDS);
  const all = COMMANDS.map((c) => c.name);
  throw new UsageError(`There is no command "${name}"${suggestion(name, all)}. There are: ${all.join(", ")}`);
}

/** Lines of standard output that cannot be written say so. */
function nameStandardOutput(): void {
  const { log } = console;
  console.log = (...args: readonly unknown[]) => naming("standard output", "write", () => log(...args));
}

/** Whether the last line of standard output is to be one JSON object. */
function asksJson([name, ...argv]: readonly string[]): boolean {
  const end = argv.indexOf("--");
  const has = COMMANDS.some((command) => command.name === name && command.has.includes("--json"));
  return has && argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}

/** The exit code for what was thrown. */
function exitCode(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return DEVIATIONS.some((Deviation) => error instanceof Deviation) ? 3 : 1;
}

if (import.meta.main) {
  nameStandardOutput();
  try {
    await main(Deno.args);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    console.error(inFlags(`error: ${Deno.args.includes("--debug") ? stack ?? message : message}`));
    try {
      if (asksJson(Deno.args)) console.log(JSON.stringify({ error: inFlags(message) }));
    } catch {
      // Standard output cannot be written, which may be the error.
    }
    Deno.exit(exitCode(error));
  }
}
