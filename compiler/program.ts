/**
 * Programs: how they are defined, and their compilation to a tape and its identity.
 *
 * @module
 */
import type { Target } from "@symbolon/protocol";
import { createHash } from "node:crypto";
import { callable, checkArgument, type Rule, shown, text } from "./arguments.ts";
import { type Loc, locations, showLocation, where } from "./locations.ts";
import type { Brought } from "./data.ts";
import { checkPrecision, type Precision, type Reg } from "./registers.ts";
import { suggestion } from "./nearest.ts";
import { commonSubexpressions, deadCode, loopInvariants } from "./passes/redundancy.ts";
import { foldPatches, gatherFirst } from "./passes/windows.ts";
import { fuseTruncations, mergeTruncations } from "./passes/truncations.ts";
import { type Block, hasOperation, type Op, type Pass, renamed, type Tape, verify } from "./tape.ts";
import { Tracer } from "./tracer.ts";

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
  return { description, words, trace, definedAt: locations() };
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
function traceProgram(program: Program, args: readonly string[], samples: number | undefined): boolean {
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
  const location = at === undefined ? "" : `${showLocation(at)}: `;
  if ("then" in result && typeof result.then === "function") {
    // What it still does fails, as nothing is recorded any more; that would surface after this error, as an uncaught one.
    result.then(undefined, () => {});
    throw new TypeError(`${location}${notNow("async")}`);
  }
  if ("next" in result && Symbol.iterator in result) throw new TypeError(`${location}${notNow("a generator")}`);
}

/** A compiled program. */
export interface Compiled {
  readonly tape: Tape;
  /** SHA-256 of the tape, in hexadecimal: without names, arguments or places in the source. */
  readonly tapeHash: string;
  /** What the program brings, by party: a part of its binary input, or all of it. */
  readonly brought: ReadonlyMap<number, Brought>;
  /** Whether the program asks for the number of training samples: what it reads depends on it then. */
  readonly usesSamples: boolean;
  /** Threads that compute, a party; absent if the program does not say. No part of the tape: the parties may differ. */
  readonly threads?: number;
}

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  readonly args?: readonly string[];
  /** Training samples, see `samples` of what a program's function receives. */
  readonly samples?: number;
  /** Called with the tape after tracing and after each pass. */
  readonly onPass?: (name: string, tape: Tape) => void;
}

/** A pass and what it is for. */
interface PassStep {
  readonly name: string;
  readonly pass: Pass;
  /** The operation without which it changes nothing. Absent: it concerns any tape. */
  readonly concerns?: Op["op"];
}

/** The passes, in order. */
const PASSES: readonly PassStep[] = [
  { name: "common subexpressions", pass: commonSubexpressions },
  { name: "merge truncations", pass: mergeTruncations, concerns: "trunc" },
  { name: "fold patches", pass: foldPatches, concerns: "product" },
  { name: "dead code", pass: deadCode }, // what was merged or folded away must not count as a use
  { name: "fuse truncations", pass: fuseTruncations, concerns: "product" },
  { name: "loop invariants", pass: loopInvariants, concerns: "repeat" },
  { name: "gather first", pass: gatherFirst, concerns: "gather" },
  { name: "common subexpressions", pass: commonSubexpressions },
  { name: "dead code", pass: deadCode },
];

/** The precision that the words f<n>, k<n> and nearest ask for. @throws {RangeError} if one is malformed or there twice */
function precisionOf(args: readonly string[]): Precision {
  const number = (letter: string) => {
    const words = args.filter((a) => new RegExp(`^${letter}[-+.\\d]`).test(a));
    const malformed = words.find((a) => !/^.\d+$/.test(a));
    if (malformed !== undefined) throw malformedWord(malformed, `${letter}<n>`, COMMON_WORDS[`${letter}<n>`]!);
    if (new Set(words).size > 1) {
      throw new RangeError(`The words ${words.join(" and ")} contradict each other: give one`);
    }
    return words[0]?.slice(1);
  };
  const f = Number(number("f") ?? 16);
  const k = Number(number("k") ?? Math.max(31, f + 15));
  const precision: Precision = { f, k, rounding: args.includes("nearest") ? "nearest" : "probabilistic" };
  checkPrecision(precision);
  return precision;
}

/** Words that every program understands. */
export const COMMON_WORDS: Readonly<Record<string, string>> = {
  nearest: "round to nearest: the same result in every backend",
  "f<n>": "n fraction bits (16)",
  "k<n>": "n bits in all (31)",
};

/** A word that holds a number: the letters before it, and whether it is a whole one. */
const WITH_NUMBER = /^([a-z_]*)<(\w+)>$/i;
const ALONE = "-?(\\d+(\\.\\d+)?|\\.\\d+)";
const WHOLE = "\\d+";
const DECIMAL = "(\\d+(\\.\\d*)?|\\.\\d+)(e[+-]?\\d+)?";

/** Refuses words that a program does not know, and two of one kind. Numbers that stand alone are checked by the program. */
function checkWords({ words }: Program, args: readonly string[]): void {
  if (words === undefined) return;
  const known = Object.entries({ ...words, ...COMMON_WORDS }).map(([word, what]) => {
    const [, letters, name] = WITH_NUMBER.exec(word) ?? [];
    if (letters === undefined) return { word, what, is: (arg: string) => arg === word };
    const number = letters === "" ? ALONE : name === "n" ? WHOLE : DECIMAL;
    const pattern = new RegExp(`^${letters}${number}$`);
    return { word, what, letters, is: (arg: string) => pattern.test(arg) };
  });
  for (const arg of args) {
    if (known.some(({ is }) => is(arg))) continue;
    const meant = known.find(({ letters = "" }) => letters !== "" && new RegExp(`^${letters}[-+.\\d]`).test(arg));
    if (meant !== undefined) throw malformedWord(arg, meant.word, meant.what);
    const list = known.map(({ word, what }) => `  ${word.padEnd(12)} ${what}`).join("\n");
    const near = suggestion(
      arg,
      known.map(({ word }) => word.replace(/<\w+>$/, "")).filter((word) => word !== "" && word !== arg),
    );
    throw new RangeError(`The program does not know the word "${arg}"${near}. It knows:\n${list}`);
  }
  for (const { word, letters = "", is } of known) {
    const given = letters === "" ? [] : [...new Set(args.filter(is))];
    if (given.length > 1) {
      throw new RangeError(`The words ${given.join(" and ")} contradict each other: give one ${word}`);
    }
  }
}

function malformedWord(arg: string, word: string, what: string): RangeError {
  const [, letters = "", name] = WITH_NUMBER.exec(word)!;
  const takes = name === "n" ? `a whole number, as in ${letters}20` : `a number without a sign, as in ${letters}0.5`;
  return new RangeError(`The word "${arg}" is malformed: ${letters} takes ${takes} (${what})`);
}

/**
 * Traces a program and runs the passes; the tape is verified after each.
 *
 * @throws {RangeError} on words the program does not know, on `samples` if it always uses all, and whatever its function throws
 */
export function compile(program: Program, { args = [], samples, onPass }: CompileOptions = {}): Compiled {
  checkWords(program, args);
  const tracer = new Tracer(precisionOf(args));
  const usesSamples = tracer.run(() => traceProgram(program, args, samples));
  let tape = tracer.tape();
  verify(tape, "tracing");
  onPass?.("tracing", tape);
  for (const { name, pass, concerns } of PASSES) {
    if (concerns === undefined || hasOperation(tape.body, concerns)) {
      tape = pass(tape);
      verify(tape, name);
    }
    onPass?.(name, tape);
  }
  return {
    tape,
    tapeHash: tapeHashOf(tape),
    brought: tracer.brought,
    usesSamples,
    ...(tracer.threads === null ? {} : { threads: tracer.threads }),
  };
}

/** Checks that a tape fits a backend. @throws {RangeError} naming the party or the number of bits that does not */
export function checkTarget(tape: Tape, target: Target): void {
  const visit = (block: Tape["body"]): void => {
    for (const { does, at } of block) {
      const location = at === null ? "" : `${showLocation(at)}: `;
      if (does.op === "input" && !target.clear && does.owner >= target.parties) {
        throw new RangeError(
          `${location}Party ${does.owner} brings an input, but backend ${target.name} runs with ${target.parties} parties`,
        );
      }
      if (does.op === "output" && does.to !== "all" && !target.clear && does.to >= target.parties) {
        throw new RangeError(
          `${location}Party ${does.to} gets an output, but backend ${target.name} runs with ${target.parties} parties`,
        );
      }
      if (does.op === "repeat") visit(does.body);
    }
  };
  visit(tape.body);
}

/**
 * SHA-256 of what the tape computes: registers are renumbered in the order of use, names and source places left out.
 *
 * Parties that run the same computation have the same hash, whatever their programs are called and whichever data they bring.
 */
export function tapeHashOf(tape: Tape): string {
  const names = new Map<Reg, number>();
  const registers: unknown[] = [];
  const name = (r: Reg): number => {
    let known = names.get(r);
    if (known === undefined) {
      names.set(r, known = names.size);
      const { shape, kind } = tape.registers[r]!;
      registers.push([shape, kind.type, kind.bits, kind.f, kind.secret]);
    }
    return known;
  };
  const block = (instructions: Block): unknown[] =>
    instructions.map(({ does, out }) => {
      const op = unlabelled(renamed(does, name));
      if (op.op !== "repeat") return [op, out.map(name)];
      const { unit: _, ...loop } = op;
      const index = name(loop.index);
      const params = loop.params.map(name);
      return [{ ...loop, index, params, body: block(loop.body) }, out.map(name)];
    });
  const text = JSON.stringify(
    ["symbolon/tape/1", block(tape.body), registers],
    (_, v) => typeof v === "bigint" ? `${v}n` : v,
  );
  return createHash("sha256").update(text).digest("hex");
}

/** Without what the owner of an input checks by himself. */
function unlabelled(does: Op): Op {
  return does.op === "input" ? { op: does.op, owner: does.owner, source: does.source } : does;
}
