/**
 * The compilation of programs.
 *
 * @module
 */
import type { Target } from "@symbolon/protocol";
import { type Program, traceProgram } from "./definition.ts";
import type { Given } from "./given.ts";
import { hashOf } from "./hash.ts";
import { checkPrecision, type Precision } from "./kinds.ts";
import { suggestion } from "./nearest.ts";
import { commonSubexpressions } from "./passes/common_subexpressions.ts";
import { deadCode } from "./passes/dead_code.ts";
import { foldPatches } from "./passes/fold_patches.ts";
import { fuseTruncations } from "./passes/fuse_truncations.ts";
import { gatherFirst } from "./passes/gather_first.ts";
import { loopInvariants } from "./passes/loop_invariants.ts";
import { mergeTruncations } from "./passes/merge_truncations.ts";
import type { Pass, Tape } from "./tape.ts";
import { Tracer } from "./tracer.ts";
import { verify } from "./verify.ts";

/** A compiled program. */
export interface Compiled {
  readonly tape: Tape;
  /** SHA-256 of the tape, in hexadecimal: without names, arguments or places in the source. */
  readonly hash: string;
  /** What the program brings, by party: a part of its binary input, or all of it. */
  readonly inputs: ReadonlyMap<number, Given>;
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

/** The passes, in order. */
const PASSES: readonly (readonly [name: string, pass: Pass])[] = [
  ["common subexpressions", commonSubexpressions],
  ["merge truncations", mergeTruncations],
  ["fold patches", foldPatches],
  ["dead code", deadCode], // what was merged or folded away must not count as a use
  ["fuse truncations", fuseTruncations],
  ["loop invariants", loopInvariants],
  ["gather first", gatherFirst],
  ["common subexpressions", commonSubexpressions],
  ["dead code", deadCode],
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
  for (const [name, pass] of PASSES) {
    tape = pass(tape);
    verify(tape, name);
    onPass?.(name, tape);
  }
  return {
    tape,
    hash: hashOf(tape),
    inputs: tracer.inputs,
    usesSamples,
    ...(tracer.threads === null ? {} : { threads: tracer.threads }),
  };
}

/** Checks that a tape fits a backend. @throws {RangeError} naming the party or the number of bits that does not */
export function checkTarget(tape: Tape, target: Target): void {
  const visit = (block: Tape["body"]): void => {
    for (const { does, at } of block) {
      const place = at === null ? "" : `${at.file.replace(/^file:\/\//, "")}:${at.line}: `;
      if (does.op === "input" && !target.clear && does.owner >= target.parties) {
        throw new RangeError(
          `${place}Party ${does.owner} brings an input, but backend ${target.name} runs with ${target.parties} parties`,
        );
      }
      if (does.op === "output" && does.to !== "all" && !target.clear && does.to >= target.parties) {
        throw new RangeError(
          `${place}Party ${does.to} gets an output, but backend ${target.name} runs with ${target.parties} parties`,
        );
      }
      if (does.op === "repeat") visit(does.body);
    }
  };
  visit(tape.body);
}
