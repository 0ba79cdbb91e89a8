/**
 * What all commands agree on about their flags: each has its value once, and none is made up.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { suggestion } from "@symbolon/compiler";
import { UsageError } from "./usage_error.ts";

/** The flags of a command, by their long names. */
export interface FlagTable {
  /** Those with a value. */
  readonly strings: readonly string[];
  /** Of these, those that may be there several times. */
  readonly several?: readonly string[];
  /** Those without. */
  readonly flags: readonly string[];
  /** One letter for a long name. */
  readonly letters: Readonly<Record<string, string>>;
  /** Two letters after one dash, as in MP-SPDZ, for an option. */
  readonly pairs?: ReadonlyMap<string, string>;
  /** What lists them. */
  readonly help: string;
}

/** A command line, taken apart. */
export interface Flags {
  /** What is no flag and no value of one, as it was typed. */
  readonly words: readonly string[];
  /** The value of a flag that is there. */
  text(name: string): string | undefined;
  /** The values of one that may be there several times. */
  texts(name: string): readonly string[];
  /** Whether a flag without a value is there. */
  has(name: string): boolean;
}

/** Takes a command line apart. @throws {UsageError} naming the option that is unknown, without its value, or there twice */
export function parseFlags(argv: readonly string[], table: FlagTable): Flags {
  const { strings, several = [], flags, letters, pairs = new Map<string, string>(), help } = table;
  refuseValues(argv, table);
  const args: Record<string, unknown> = parseArgs(argv.map((arg) => pairs.get(arg) ?? arg), {
    string: ["_", ...strings],
    boolean: flags,
    collect: strings,
    alias: letters,
    unknown: refuseUnknown([...strings, ...flags], help),
  });
  const texts = (name: string) => args[name] as readonly string[];
  for (const name of strings) {
    const values = texts(name);
    if (values.includes("")) throw new UsageError(`The option --${name} needs a value. See ${help}`);
    if (values.length > 1 && !several.includes(name)) {
      const all = values.map((value) => `"${value}"`).join(" and ");
      throw new UsageError(`The option --${name} is there ${values.length} times, with ${all}: give it once`);
    }
  }
  return {
    words: args["_"] as readonly string[],
    text: (name) => texts(name)[0],
    texts,
    has: (name) => args[name] === true,
  };
}

/** Refuses `--json=5`: what a flag without a value should do with one is anybody's guess. */
function refuseValues(argv: readonly string[], { flags, letters }: FlagTable): void {
  for (const arg of argv) {
    if (arg === "--") return;
    const [, option = "", long, letter] = /^(--([^=]+)|-(.))=/.exec(arg) ?? [];
    const name = long ?? (letter !== undefined && Object.hasOwn(letters, letter) ? letters[letter] : undefined);
    if (name === undefined || !flags.includes(name)) continue;
    throw new UsageError(`The option ${option} takes no value: write ${option}, or leave it out`);
  }
}

/** Refuses options that there are not, for `parseArgs`. `help`: where they are listed. */
function refuseUnknown(known: readonly string[], help: string): (arg: string) => boolean {
  return (arg) => {
    if (!arg.startsWith("-")) return true;
    const [name = ""] = arg.split("=");
    throw new UsageError(`There is no option ${name}${suggestion(name, known.map((k) => `--${k}`))}. See ${help}`);
  };
}

/** A whole number within bounds, both included; undefined where there is none. @throws {UsageError} naming the option */
export function numberOf(
  option: string,
  value: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  if (value === undefined) return undefined;
  const n = Number(value);
  if (/^\d+$/.test(value) && n >= least && n <= most) return n;
  throw new UsageError(`${option}: "${value}" is no whole number from ${least} to ${most}`);
}
