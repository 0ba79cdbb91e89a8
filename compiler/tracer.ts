/**
 * Records what a program does while its function runs once on placeholders.
 *
 * @module
 */
import { type Rounding, type Shape, sizeOf } from "@symbolon/protocol";
import type { GivenPart } from "./given.ts";
import type { Block, Instruction, Kind, LabelCheck, Loc, Op, Reg, Register, Tape } from "./tape.ts";

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
  readonly #given = new Map<Reg, GivenPart>();
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

  /** The operation that has written a register, if this block or one around it has. */
  definition(reg: Reg): Op | undefined {
    return this.#instruction(reg)?.does;
  }

  /** Adds a check to an input. */
  expect(reg: Reg, check: LabelCheck): void {
    const found = this.#instruction(reg);
    if (found?.does.op !== "input") throw new Error(`internal: %${reg} is no input`);
    const block = this.#blocks.find((b) => b.includes(found))!;
    block[block.indexOf(found)] = { ...found, does: { ...found.does, labels: [...found.does.labels ?? [], check] } };
  }

  #instruction(reg: Reg): Instruction | undefined {
    for (const block of this.#blocks) {
      const found = block.find(({ out }) => out.includes(reg));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** What the program brings for an input register. */
  givenTo(reg: Reg): GivenPart | undefined {
    return this.#given.get(reg);
  }

  /** Appends to a party's binary input: the values of an input register. */
  give(owner: number, reg: Reg, part: GivenPart): void {
    this.#given.set(reg, part);
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

/** The place in the program that is being traced: the innermost frame outside the libraries. */
export function here(): Loc | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 40;
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
