/**
 * Records what a program does while its function runs once on placeholders.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { type Rounding, type Shape, sizeOf } from "@symbolon/protocol";
import type { GivenPart } from "./given.ts";
import type { Block, Instruction, Kind, Loc, Op, Reg, Register, Tape } from "./tape.ts";

/** Fixed-point numbers: `k` bits in all, `f` of them after the point, and how products are rounded. */
export interface Precision {
  readonly f: number;
  readonly k: number;
  readonly rounding: Rounding;
}

let current: Tracer | null = null;

/**
 * The tracer of the program being compiled.
 *
 * @throws {TypeError} outside a program's function
 */
export function tracer(): Tracer {
  if (current === null) {
    throw new TypeError("Secret and public tensors exist only while a program is compiled: use them inside program(…)");
  }
  return current;
}

/** A tape under construction. */
export class Tracer {
  readonly registers: Register[] = [];
  /** What the program brings, by party: what goes to its binary input file. */
  readonly inputs: Map<number, GivenPart[]> = new Map();
  /** What the program asks for; null: nothing. */
  threads: number | null = null;
  #blocks: Instruction[][] = [[]];

  constructor(public precision: Precision) {}

  /** Runs `body` with this tracer as the current one. Synchronous: programs load data before. */
  run<T>(body: () => T): T {
    const outer = current;
    current = this;
    try {
      return body();
    } finally {
      current = outer;
    }
  }

  /** A new register. */
  register(shape: Shape, kind: Kind): Reg {
    return this.registers.push({ shape, kind }) - 1;
  }

  /** Appends an instruction with one result. */
  emit(does: Op, shape: Shape, kind: Kind): Reg {
    const reg = this.register(shape, kind);
    this.append(does, [reg]);
    return reg;
  }

  /** Appends an instruction. */
  append(does: Op, out: readonly Reg[]): void {
    this.#blocks.at(-1)!.push({ does, out, at: here() });
  }

  /** Records what `body` does in a block of its own. */
  block<T>(body: () => T): { block: Block; value: T } {
    const block: Instruction[] = [];
    this.#blocks.push(block);
    try {
      return { value: body(), block };
    } finally {
      this.#blocks.pop();
    }
  }

  /** The block that is being recorded: the program's own or a loop's body. */
  get scope(): object {
    return this.#blocks.at(-1)!;
  }

  /** Appends to a party's binary input. */
  give(owner: number, part: GivenPart): void {
    const known = this.inputs.get(owner);
    if (known === undefined) this.inputs.set(owner, [part]);
    else known.push(part);
  }

  /** What has been recorded. */
  tape(): Tape {
    return { registers: this.registers, body: this.#blocks[0]! };
  }
}

/** Where the libraries lie: frames in these folders are not the program's. */
const ROOT = new URL("../", import.meta.url).href;
const LIBRARIES = ["compiler/", "ml/", "mod.ts", "run.ts", "cli.ts"].map((path) => ROOT + path);

function isLibrary(file: string): boolean {
  return (LIBRARIES.some((path) => file.startsWith(path)) && !file.endsWith("_test.ts")) || file.includes("/npm/");
}

/** Places by where the running code has them: a stack as text costs far more than its frames. */
const places = new Map<string, Loc | null>();

/** The place in the program that is being traced: the innermost frame outside the libraries. */
export function here(): Loc | null {
  const frame = innermostFrame();
  if (frame === null) return placeInSource();
  let place = places.get(frame);
  if (place === undefined) places.set(frame, place = placeInSource());
  return place;
}

/** File, line and column of the innermost frame outside the libraries, as the engine runs it, which may not be as it was written. */
function innermostFrame(): string | null {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = NEAR_FRAMES;
  Error.prepareStackTrace = (_, frames) => {
    const frame = frames.find((f) => isPlace(f.getFileName()));
    return frame === undefined ? null : `${frame.getFileName()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  };
  try {
    return new Error().stack as unknown as string | null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    // Absent, not undefined, is what lets the engine use its own.
    if (prepareStackTrace === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Whether a frame's file, a path or an address, is the program's. */
function isPlace(file: string | null | undefined): boolean {
  if (typeof file !== "string") return false;
  let known = programs.get(file);
  if (known === undefined) {
    known = /^(file:|https?:|\/)/.test(file) && !isLibrary(file.startsWith("/") ? pathToFileURL(file).href : file);
    programs.set(file, known);
  }
  return known;
}

/** By file of a frame: whether it is the program's. */
const programs = new Map<string, boolean>();

/** The frames that are looked at: all, and first those where a program's line mostly is. */
const FRAMES = 40;
const NEAR_FRAMES = 10;

/** What {@linkcode here} gives, from the stack as text: lines and columns are those of the source. */
function placeInSource(): Loc | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const match = /\(?((?:file:\/\/|https?:\/\/|\/)[^\s()]*):(\d+):(\d+)\)?$/.exec(line);
    if (match !== null && !isLibrary(match[1]!)) {
      return { file: match[1]!, line: Number(match[2]), column: Number(match[3]) };
    }
  }
  return null;
}

/** "file:line: " of the program, or nothing: the beginning of a message. */
export function where(): string {
  const at = here();
  return at === null ? "" : `${at.file.replace(/^file:\/\//, "")}:${at.line}: `;
}

/** Number of elements of a register. */
export function sizeOfRegister(r: Register): number {
  return sizeOf(r.shape);
}
