/**
 * Programs and their compilation.
 *
 * @module
 */
import type { Target } from "@symbolon/protocol";
import type { Given } from "./given.ts";
import { hashOf } from "./hash.ts";
import { checkPrecision } from "./kinds.ts";
import { commonSubexpressions } from "./passes/common_subexpressions.ts";
import { deadCode } from "./passes/dead_code.ts";
import { foldPatches } from "./passes/fold_patches.ts";
import { fuseTruncations } from "./passes/fuse_truncations.ts";
import { gatherFirst } from "./passes/gather_first.ts";
import { loopInvariants } from "./passes/loop_invariants.ts";
import { mergeTruncations } from "./passes/merge_truncations.ts";
import type { Pass, Tape } from "./tape.ts";
import { type Precision, Tracer } from "./tracer.ts";
import { verify } from "./verify.ts";

/** What a program's function receives. */
export interface Arguments {
  /** The words after the program's name. */
  readonly args: readonly string[];
  /** The first so many training samples are to be used: a program that can do with fewer than all reads this. Absent: all. */
  readonly samples?: number;
}

/** A program: a line that says what it does, its words, and the function that is traced. */
export interface Program {
  readonly description: string;
  /** Words the program understands, with what they do; anything else is refused. Absent: any word. */
  readonly words?: Readonly<Record<string, string>>;
  readonly trace: (given: Arguments) => void;
}

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

/** Defines a program: what a file under `programs/` exports as default. */
export function program(
  description: string,
  words: Readonly<Record<string, string>>,
  trace: (given: Arguments) => void,
): Program {
  return { description, words, trace };
}

/** Options of {@linkcode compile}. */
export interface CompileOptions {
  readonly args?: readonly string[];
  /** Training samples, see {@linkcode Arguments.samples}. */
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

/** The precision that the words f<n>, k<n> and nearest ask for. */
function precisionOf(args: readonly string[]): Precision {
  const number = (letter: string) => args.map((a) => new RegExp(`^${letter}(\\d+)$`).exec(a)?.[1]).find((v) => v);
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

function checkWords({ words }: Program, args: readonly string[]): void {
  if (words === undefined) return;
  const known = { ...words, ...COMMON_WORDS };
  const pattern = (word: string) => new RegExp(`^${word.replace(/<\w+>/g, "-?(\\d+(\\.\\d+)?|\\.\\d+)")}$`);
  for (const arg of args) {
    if (Object.keys(known).some((word) => pattern(word).test(arg))) continue;
    const list = Object.entries(known).map(([word, what]) => `  ${word.padEnd(12)} ${what}`).join("\n");
    throw new RangeError(`The program does not know the word "${arg}". It knows:\n${list}`);
  }
}

/**
 * Traces a program and runs the passes; the tape is verified after each.
 *
 * @throws {RangeError} on words the program does not know, on `samples` if it always uses all, and whatever its function throws
 */
export function compile(program: Program, { args = [], samples, onPass }: CompileOptions = {}): Compiled {
  checkWords(program, args);
  const tracer = new Tracer(precisionOf(args));
  const usesSamples = tracer.run(() => traceWith(program, args, samples));
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

/** Calls the program's function; whether it looks at `samples`. If not it would use all, which is not what was asked for. */
function traceWith(program: Program, args: readonly string[], samples: number | undefined): boolean {
  if (samples !== undefined && (!Number.isInteger(samples) || samples < 1)) {
    throw new RangeError(`Cannot use ${samples} samples: 1 is the least`);
  }
  let asked = false;
  program.trace({
    args,
    get samples() {
      asked = true;
      return samples!;
    },
  });
  if (samples === undefined || asked) return asked;
  throw new RangeError("The program always uses all of its data: leave out the number of samples");
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
