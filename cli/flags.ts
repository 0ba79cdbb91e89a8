/**
 * Command lines taken apart, and explained: each option is one object, of which a command lists those that it has.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { suggestion } from "@symbolon/compiler";
import { UsageError } from "./usage_error.ts";

/** An option of the command line, or a flag, which takes no value. */
export interface Option<T> {
  /** The long name, without dashes. */
  readonly name: string;
  /** One letter after a dash, or two as in MP-SPDZ. */
  readonly short?: string;
  /** What the help calls its value; absent: it takes none. */
  readonly value?: string;
  /** Whether it may be there several times. */
  readonly several?: boolean;
  /** For the help, in lines that fit beside the names; absent: it is not listed. */
  readonly about?: string;
  /** What it means: `texts` are its values as they were typed. @throws {UsageError} if they are wrong */
  read(texts: readonly string[], isThere: boolean): T;
}

/** Options by what a command calls their values. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values of a command's options. */
export type Values<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** A flag that is there or not. */
export function flag(name: string, about?: string, short?: string): Option<boolean> {
  return {
    name,
    ...(about === undefined ? {} : { about }),
    ...(short === undefined ? {} : { short }),
    read: (_, isThere) => isThere,
  };
}

/** An option with a value; `read` gets undefined where it is not there. */
export function option<T>(
  names: { readonly name: string; readonly short?: string; readonly value: string },
  about: string,
  read: (text: string | undefined) => T,
): Option<T> {
  return { ...names, about, read: ([text]) => read(text) };
}

/** How an option is typed. */
export function spellings({ name, short }: Pick<Option<unknown>, "name" | "short">): string[] {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}

/** What looks like an option in a command line, without values. */
export function optionsIn(argv: readonly string[]): string[] {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? argv.length : end).filter((arg) => /^-[-a-z]/i.test(arg)).map((arg) =>
    arg.replace(/=.*$/s, "")
  );
}

/** What a command line says. */
export interface CommandLine<O extends OptionTable> {
  /** What is no option and no value of one, as it was typed. */
  readonly words: readonly string[];
  readonly values: Values<O>;
}

/**
 * Takes a command line apart: each option has its value once, and none is made up.
 *
 * `help`: where the options are listed.
 *
 * @throws {UsageError} naming the option that is unknown, without its value, there twice, or has a wrong value
 */
export function parseFlags<O extends OptionTable>(argv: readonly string[], table: O, help: string): CommandLine<O> {
  const options = Object.values(table);
  const valued = options.filter(({ value }) => value !== undefined).map(({ name }) => name);
  const flags = options.filter(({ value }) => value === undefined);
  const letters = options.filter(({ short }) => short?.length === 1);
  const pairs = new Map(options.filter(({ short }) => short?.length === 2).map((o) => [`-${o.short}`, `--${o.name}`]));
  refuseValues(argv, flags);
  const args: Record<string, unknown> = parseArgs(argv.map((arg) => pairs.get(arg) ?? arg), {
    string: ["_", ...valued],
    boolean: flags.map(({ name }) => name),
    collect: valued,
    alias: Object.fromEntries(letters.map(({ short, name }) => [short!, name])),
    unknown: refuseUnknown(options.map(({ name }) => name), help),
  });
  const asked = args["help"] === true;
  const values: Record<string, unknown> = {};
  for (const [key, { name, value, several = false, read }] of Object.entries(table)) {
    const texts = value === undefined ? [] : args[name] as readonly string[];
    if (texts.includes("")) throw new UsageError(`The option --${name} needs a value. See ${help}`);
    if (texts.length > 1 && !several) {
      const all = texts.map((text) => `"${text}"`).join(" and ");
      throw new UsageError(`The option --${name} is there ${texts.length} times, with ${all}: give it once`);
    }
    // Who asks for help need not have typed the rest right.
    values[key] = read(asked ? [] : texts, args[name] === true);
  }
  return { words: args["_"] as readonly string[], values: values as Values<O> };
}

/** Refuses `--json=5`: what a flag without a value should do with one is anybody's guess. */
function refuseValues(argv: readonly string[], flags: readonly Option<unknown>[]): void {
  for (const arg of argv) {
    if (arg === "--") return;
    const [, typed = "", long, letter] = /^(--([^=]+)|-(.))=/.exec(arg) ?? [];
    if (
      !flags.some(({ name, short }) => long !== undefined ? name === long : letter !== undefined && short === letter)
    ) {
      continue;
    }
    throw new UsageError(`The option ${typed} takes no value: write ${typed}, or leave it out`);
  }
}

/** Refuses options that there are not, for `parseArgs`. */
function refuseUnknown(known: readonly string[], help: string): (arg: string) => boolean {
  return (arg) => {
    if (!arg.startsWith("-")) return true;
    const [name = ""] = arg.split("=");
    throw new UsageError(`There is no option ${name}${suggestion(name, known.map((k) => `--${k}`))}. See ${help}`);
  };
}

/** Columns of the help before an option's explanation. */
const COLUMN = 25;

/** The options, a line or more each. */
export function listed(table: OptionTable): string {
  return Object.values(table).filter(({ about }) => about !== undefined).map(({ name, short, value, about }) => {
    const names = `  ${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    return names.padEnd(COLUMN - 1) + " " + about!.replaceAll("\n", `\n${" ".repeat(COLUMN)}`);
  }).join("\n");
}

/** A whole number within bounds, both included; undefined where there is none. @throws {UsageError} naming the option */
export function numberOf(
  named: string,
  value: string | undefined,
  { least, most = Number.MAX_SAFE_INTEGER }: { readonly least: number; readonly most?: number },
): number | undefined {
  if (value === undefined) return undefined;
  const n = Number(value);
  if (/^\d+$/.test(value) && n >= least && n <= most) return n;
  const bounds = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`${named} takes a whole number ${bounds}, not "${value}"`);
}

/** One of some words. @throws {UsageError} naming the option and the nearest */
export function oneOf<T extends string>(named: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new UsageError(`${named} takes ${allowed.join(", ")}, not "${value}"${suggestion(value, allowed)}`);
}
