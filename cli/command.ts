/**
 * What a command of the command line is.
 *
 * @module
 */
import { type CommandLine, listed, optionsIn, type OptionTable, parseFlags, spellings } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/** A command. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** All that `--help` prints. */
  readonly help: string;
  /** The options that it has, as they are typed. */
  readonly has: readonly string[];
  /** Runs it. `others`: all commands, for options that are theirs. */
  run(argv: readonly string[], others: readonly Command[]): Promise<void>;
}

/** What a command is made of. */
export interface CommandParts<O extends OptionTable> {
  readonly name: string;
  readonly summary: string;
  /** What follows the name. */
  readonly usage: string;
  /** What the help says between the usage and the options, and before it the first sentence. */
  readonly about: string;
  readonly more?: string;
  readonly options: O;
  readonly examples: readonly string[];
  does(line: CommandLine<O>): Promise<void>;
}

/** A command from its parts: `--help` explains it and does nothing else. */
export function command<O extends OptionTable>(parts: CommandParts<O>): Command {
  const { name, summary, usage, about, more, options, examples, does } = parts;
  const help = [
    about,
    `usage: deno task ${name} ${usage}`,
    ...(more === undefined ? [] : [more]),
    `options\n${listed(options)}`,
    `examples\n${examples.map((example) => `  ${example}`).join("\n")}`,
  ].join("\n\n");
  const has = Object.values(options).flatMap(spellings);
  return {
    ...{ name, summary, help, has },
    async run(argv, others) {
      for (const typed of optionsIn(argv).filter((typed) => !has.includes(typed))) {
        const theirs = others.filter((other) => other.has.includes(typed)).map((other) => other.name);
        if (theirs.length === 0) continue;
        throw new UsageError(`${name} has no option ${typed}: it is one of ${theirs.join(" and ")}. Leave it out here`);
      }
      const line = parseFlags(argv, options, `deno task ${name} --help`);
      if ("help" in line.values && line.values["help"] === true) return console.log(help);
      await does(line);
    },
  };
}
