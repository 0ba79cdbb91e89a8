/**
 * Checks of what a program passes to functions: errors name the program's line, the argument and what it must be.
 *
 * TypeScript refuses most of it already, but programs also run unchecked, or are given values from files and words.
 *
 * @module
 */
import { suggestion } from "./nearest.ts";
import { where } from "./locations.ts";

/** What an argument must be. */
export interface Rule {
  /** For messages, after "must be": "a whole number from 1". */
  readonly wanted: string;
  /** Whether a value is of another type, of the type but out of range, or right (null). */
  judge(value: unknown): "type" | "range" | null;
  /** What else may be said of a wrong value: follows it in the message. */
  hint?(value: unknown): string;
}

/** The rule of each option of a function. */
export type Rules = Readonly<Record<string, Rule>>;

/**
 * Checks an argument.
 *
 * @param name for messages: "Dense: units"
 * @throws {TypeError} if it is of another type
 * @throws {RangeError} if it is out of range
 */
export function checkArgument(name: string, value: unknown, { wanted, judge, hint }: Rule): void {
  const fault = judge(value);
  if (fault === null) return;
  const message = `${where()}${name} must be ${wanted}, not ${shown(value)}${hint?.(value) ?? ""}`;
  throw fault === "type" ? new TypeError(message) : new RangeError(message);
}

/**
 * Checks the options of a function: none that it does not have, each as its rule wants it. What is undefined counts as left out.
 *
 * @param what the function, for messages: "fit()"
 * @param advice what to do instead of options that users may know from elsewhere, by name
 * @throws {TypeError} if there is no such option, or if one is of another type
 * @throws {RangeError} if one is out of range
 */
export function checkOptions(
  what: string,
  options: unknown,
  rules: Rules,
  advice: Readonly<Record<string, string>> = {},
): void {
  const known = Object.keys(rules);
  if (!isPlain(options)) {
    throw new TypeError(`${where()}${what} takes an object with options, { ${known[0]}: … }, not ${shown(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      const instead = Object.hasOwn(advice, name) ? `: ${advice[name]}` : suggestion(name, known);
      throw new TypeError(`${where()}${what} has no option "${name}"${instead}. Its options: ${known.join(", ")}`);
    }
    if (value !== undefined) checkArgument(`${what}: ${name}`, value, rules[name]!);
  }
}

/** Bounds of a number; `above` and `below` exclude themselves. */
export interface Bounds {
  readonly from?: number;
  readonly above?: number;
  readonly to?: number;
  readonly below?: number;
}

/** A whole number, within bounds if they are given, both included. */
export function whole(from: number = -Infinity, to: number = Infinity): Rule {
  return {
    wanted: `a whole number${from === -Infinity ? "" : ` from ${from}`}${to === Infinity ? "" : ` to ${to}`}`,
    judge(value) {
      if (typeof value !== "number") return "type";
      return Number.isInteger(value) && value >= from && value <= to ? null : "range";
    },
  };
}

/** A finite number within bounds. */
export function real(bounds: Bounds = {}): Rule {
  const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = bounds;
  const limits = Object.entries(bounds).map(([word, n]) => ` ${word} ${n}`);
  return {
    wanted: limits.length === 0 ? "a finite number" : `a number${limits.join(limits.length > 1 ? "" : " ")}`,
    judge(value) {
      if (typeof value !== "number") return "type";
      const inside = value >= from && value > above && value <= to && value < below;
      return Number.isFinite(value) && inside ? null : "range";
    },
  };
}

/** True or false. */
export const flag: Rule = { wanted: "true or false", judge: (value) => typeof value === "boolean" ? null : "type" };

/** A text. */
export const text: Rule = { wanted: "a text", judge: (value) => typeof value === "string" ? null : "type" };

/** A function. */
export const callable: Rule = {
  wanted: "a function",
  judge: (value) => typeof value === "function" ? null : "type",
};

/** One of some texts. */
export function oneOf(known: readonly string[]): Rule {
  return {
    wanted: listed(known.map((word) => `"${word}"`)),
    judge(value) {
      if (typeof value !== "string") return "type";
      return known.includes(value) ? null : "range";
    },
    hint: (value) => typeof value === "string" ? suggestion(value, known) : "",
  };
}

/** What satisfies one of two rules. */
export function either(a: Rule, b: Rule): Rule {
  return {
    wanted: `${a.wanted}, or ${b.wanted}`,
    judge(value) {
      const [first, second] = [a.judge(value), b.judge(value)];
      if (first === null || second === null) return null;
      return first === "range" || second === "range" ? "range" : "type";
    },
    hint: (value) => a.hint?.(value) || b.hint?.(value) || "",
  };
}

/** A list, of `least` entries at least. `one` says what an entry is, for messages. */
export function listOf(entry: Rule, one: string, least = 0): Rule {
  return {
    wanted: `a list of ${one}${least === 0 ? "" : `, ${least} at least`}`,
    judge(value) {
      if (!Array.isArray(value)) return "type";
      // A hole is an entry, too.
      const faults = Array.from(value, (v) => entry.judge(v));
      return faults.find((fault) => fault === "type") ?? faults.find((fault) => fault === "range") ??
        (value.length < least ? "range" : null);
    },
    hint(value) {
      if (!Array.isArray(value)) return "";
      const wrong = value.findIndex((v) => entry.judge(v) !== null);
      return wrong < 0 ? "" : ` whose entry ${wrong} is ${shown(value[wrong])}${entry.hint?.(value[wrong]) ?? ""}`;
    },
  };
}

/** A number for both directions of an image, or a list of one for rows and one for columns. */
export function pairOf(entry: Rule): Rule {
  const list: Rule = {
    wanted: `two of them, [rows, columns]`,
    judge(value) {
      if (!Array.isArray(value)) return "type";
      return value.length === 2 ? value.map((v) => entry.judge(v)).find((fault) => fault !== null) ?? null : "range";
    },
    hint: (value) => Array.isArray(value) && value.length === 2 ? `, [${value.map(shown).join(", ")}]` : "",
  };
  return either(entry, list);
}

/** An object with these methods. `wanted` as in {@linkcode Rule}; a function is likely one that makes such an object. */
export function having(wanted: string, ...methods: readonly string[]): Rule {
  return {
    wanted,
    judge(value) {
      if (typeof value !== "object" || value === null) return "type";
      return methods.every((m) => m in value && typeof value[m as keyof typeof value] === "function") ? null : "type";
    },
    hint: (value) => typeof value === "function" ? `: call it, ${value.name}(…)` : "",
  };
}

/** A shape: a list of whole numbers from 1. */
export const extents: Rule = listOf(whole(1), "whole numbers from 1");

/** A party's number: a network has at most 1000. */
export const party: Rule = whole(0, 999);

/** A value as in messages: numbers and short texts as they are, of anything larger only what it is, for it may hold data. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    return value.length <= 40 ? JSON.stringify(value) : `a text of ${value.length} letters`;
  }
  if (typeof value === "bigint") return `the bigint ${value}n`;
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (Array.isArray(value)) return value.length === 1 ? "a list of one entry" : `a list of ${value.length} entries`;
  if (typeof value !== "object" || value === null) return String(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const maker = typeof prototype === "object" && prototype !== null ? prototype.constructor?.name : undefined;
  return maker === undefined || maker === "Object" || maker === "" ? "an object" : `an object of ${maker}`;
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** An object written as { … }: no list, tensor or layer. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
