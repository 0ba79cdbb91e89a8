/**
 * Programs as they are defined, and the one call of their function.
 *
 * @module
 */
import { callable, checkArgument, type Rule, shown, text } from "./arguments.ts";
import type { Loc } from "./places.ts";
import { places, showPlace, where } from "./places.ts";

/** What a program's function receives. */
export interface Arguments {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** The first so many training samples are to be used: a program that can do with fewer than all reads this. Absent: all. */
  readonly samples?: number;
}

/** A program: a line that says what it does, its words, and the function that is traced. */
export interface Program {
  /** What it does, in a line. */
  readonly description: string;
  /** Words the program understands, with what they do; anything else is refused. Absent: any word. */
  readonly words?: Readonly<Record<string, string>>;
  /** What is recorded when the program is compiled. */
  readonly trace: (given: Arguments) => void;
  /** Where it was defined, and where the functions were called in which that happened, the innermost first: what `run` checks. */
  readonly definedAt?: readonly Loc[];
}

const WORDS: Rule = {
  wanted: "an object with a line for each word that the program understands, {} if it understands none",
  judge(words) {
    if (typeof words !== "object" || words === null || Array.isArray(words)) return "type";
    return Object.values(words).every((what) => typeof what === "string") ? null : "type";
  },
  hint: (words) => typeof words === "function" ? ": program(description, {}, function)" : "",
};

/** How functions call themselves that go on after they have returned. */
const LATER: Readonly<Record<string, string>> = {
  "[object AsyncFunction]": "async",
  "[object GeneratorFunction]": "a generator",
  "[object AsyncGeneratorFunction]": "an async generator",
};

/**
 * Defines a program: what a file under `programs/` exports as default.
 *
 * The function runs once, when the program is compiled, on tensors that have shapes and no values; what it returns is ignored.
 *
 * @throws {TypeError} if the function is async or a generator: it would go on when nothing is recorded any more
 */
export function program(
  description: string,
  words: Readonly<Record<string, string>>,
  trace: (given: Arguments) => void,
): Program {
  checkArgument("program(): the description", description, text);
  checkArgument("program(): the words", words, WORDS);
  checkArgument("program(): the function", trace, callable);
  const later = LATER[Object.prototype.toString.call(trace)];
  if (later !== undefined) throw new TypeError(`${where()}${notNow(later)}`);
  return { description, words, trace, definedAt: places() };
}

function notNow(what: string): string {
  return `A program's function cannot be ${what}: it is recorded while it runs once, from its beginning to its end. Load data ` +
    `before program(), with await at the top of the module, and give program() a plain function`;
}

/**
 * Calls the program's function; whether it looks at `samples`. If not it would use all, which is not what was asked for.
 *
 * @throws {RangeError} if `samples` is no number of samples, or the program does not look at it
 * @throws {TypeError} if the function returns something that goes on later
 */
export function traceProgram(program: Program, args: readonly string[], samples: number | undefined): boolean {
  if (samples !== undefined && (!Number.isInteger(samples) || samples < 1)) {
    throw new RangeError(`Cannot use ${shown(samples)} samples: 1 is the least`);
  }
  let asked = false;
  call(program, {
    args,
    get samples() {
      asked = true;
      return samples!;
    },
  });
  if (samples === undefined || asked) return asked;
  throw new RangeError("The program always uses all of its data: leave out the number of samples");
}

function call({ trace, definedAt: [at] = [] }: Program, given: Arguments): void {
  const result: unknown = trace(given);
  if (typeof result !== "object" || result === null) return;
  const place = at === undefined ? "" : `${showPlace(at)}: `;
  if ("then" in result && typeof result.then === "function") {
    // What it still does fails, as nothing is recorded any more; that would surface after this error, as an uncaught one.
    result.then(undefined, () => {});
    throw new TypeError(`${place}${notNow("async")}`);
  }
  if ("next" in result && Symbol.iterator in result) throw new TypeError(`${place}${notNow("a generator")}`);
}
