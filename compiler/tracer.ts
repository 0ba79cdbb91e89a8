/**
 * Records what a program does while its function runs once on placeholders.
 *
 * @module
 */
import { type Rounding, type Shape, sizeOf } from "@symbolon/protocol";
import { fileURLToPath } from "node:url";
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
  /** What the program brings, by party: what stands for a part of its binary input. */
  readonly inputs: Map<number, GivenPart[]> = new Map();
  /** What the program asks for; null: nothing. */
  threads: number | null = null;
  #blocks: Instruction[][] = [[]];
  /** By party, how often it has read from its binary input. */
  readonly #readings = new Map<number, number>();

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
    if (this.#blocks.length === 1) this.#count(does, 1);
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

  /**
   * Brings values for what the party reads last.
   *
   * @throws {TypeError} in a loop's body, which would read them once and then no more
   */
  give(owner: number, part: Omit<GivenPart, "reading">): void {
    if (this.#blocks.length > 1) {
      throw new TypeError(
        `${where()}A program brings data once: call inputTensorVia() before repeat(), not in its function`,
      );
    }
    const placed = { ...part, reading: this.#readings.get(owner)! - 1 };
    const known = this.inputs.get(owner);
    if (known === undefined) this.inputs.set(owner, [placed]);
    else known.push(placed);
  }

  #count(does: Op, times: number): void {
    if (does.op === "repeat") { for (const inner of does.body) this.#count(inner.does, times * does.times); }
    if (does.op !== "input" || does.source !== "binary") return;
    this.#readings.set(does.owner, (this.#readings.get(does.owner) ?? 0) + times);
  }

  /** What has been recorded. */
  tape(): Tape {
    return { registers: this.registers, body: this.#blocks[0]! };
  }
}

/** Where the libraries lie, as stacks show it: frames in these folders are not the program's. */
const ROOT = `file://${fileURLToPath(new URL("../", import.meta.url)).replaceAll("\\", "/").replace(/^(?!\/)/, "/")}`;
const LIBRARIES = ["compiler/", "ml/", "mod.ts", "run.ts", "cli.ts", "cli/"].map((path) => ROOT + path);

function isLibrary(file: string): boolean {
  return (LIBRARIES.some((path) => file.startsWith(path)) && !file.endsWith("_test.ts")) || file.includes("/npm/");
}

/**
 * A line of a stack: `at file:…:3:4`, or `at name (file:…:3:4)`. Paths stand there decoded, with their spaces and parentheses, so the
 * first address is taken, and all of it up to line and column.
 */
const FRAME = /^\s*at (?:async )?(?:.*? \()??((?:file:\/\/|https?:\/\/|\/).*):(\d+):(\d+)\)?$/;

/** The place that a line of a stack names, or null. */
export function parseFrame(line: string): Loc | null {
  const match = line.includes("(eval at ") ? null : FRAME.exec(line);
  return match === null ? null : { file: match[1]!, line: Number(match[2]), column: Number(match[3]) };
}

/** The place in the program that is being traced: the innermost frame outside the libraries. */
export function here(): Loc | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const place = parseFrame(line);
    if (place !== null && !isLibrary(place.file)) return place;
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
