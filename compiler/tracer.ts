/**
 * Records what a program does while its function runs once on placeholders.
 *
 * @module
 */
import type { Shape } from "@symbolon/protocol";
import type { BroughtPart, Table } from "./data.ts";
import { checkElementCount, type Kind, type Precision, type Reg, type Register } from "./registers.ts";
import { here, showLocation, where } from "./locations.ts";
import type { LabelCheck } from "./operations/steps.ts";
import type { Block, Instruction, Op, Tape } from "./tape.ts";

let current: Tracer | null = null;

/** Loops within loops: what goes through them calls itself for each. */
const MOST_NESTED = 250;

/**
 * The tracer of the program being compiled.
 *
 * @throws {TypeError} outside a program's function
 */
export function tracer(): Tracer {
  if (current === null) {
    throw new TypeError(
      `${where()}Secret and public tensors exist only while a program is compiled: use them inside program(…)`,
    );
  }
  return current;
}

/** A tape under construction. */
export class Tracer {
  readonly registers: Register[] = [];
  /** What the program brings, by party: what stands for a part of its binary input. */
  readonly brought: Map<number, BroughtPart[]> = new Map();
  /** What the program asks for; null: nothing. */
  threads: number | null = null;
  readonly #parts = new Map<Reg, BroughtPart>();
  /** By register of a public constant, the numbers that it was rounded from. */
  readonly #numbers = new Map<Reg, Table>();
  #blocks: Instruction[][] = [[]];
  /** By register, the block that it was made in. */
  readonly #scopes: Instruction[][] = [];
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

  /** A new register. @throws {RangeError} if the shape has more elements than can be counted */
  register(shape: Shape, kind: Kind): Reg {
    checkElementCount(shape);
    this.#scopes.push(this.#blocks.at(-1)!);
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

  /** Records what `body` does in a block of its own. @throws {RangeError} if too many blocks lie in each other */
  block<T>(body: () => T): { block: Block; value: T } {
    if (this.#blocks.length > MOST_NESTED) {
      throw new RangeError(
        `${where()}Loops lie in each other more than ${MOST_NESTED} deep: call repeat() one after the other, or for more passes`,
      );
    }
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

  /** Remembers the numbers that a public constant was rounded from: as a factor it may need more of their digits. */
  remember(reg: Reg, numbers: Table): void {
    this.#numbers.set(reg, numbers);
  }

  /** The numbers that a public constant was rounded from, if it is one that the program gave. */
  numbersOf(reg: Reg): Table | undefined {
    return this.#numbers.get(reg);
  }

  /** What the program brings for an input register. */
  broughtTo(reg: Reg): BroughtPart | undefined {
    return this.#parts.get(reg);
  }

  /**
   * This register, where it may be read.
   *
   * @throws {TypeError} in another program, or outside of the loop whose body has made it
   */
  read(reg: Reg): Reg {
    const scope = this.#scopes[reg]!;
    if (tracer() === this && this.#blocks.includes(scope)) return reg;
    const { kind, shape } = this.registers[reg]!;
    const [what, makes] = kind.type !== "index"
      ? ["This tensor", "make it, or the model that holds it,"]
      : shape.length === 0
      ? ["This loop's index", "use the one"]
      : ["This list of row numbers", "make it"];
    const made = scope.find(({ out }) => out.includes(reg))?.at;
    const location = made ? `, made at ${showLocation(made)},` : "";
    throw new TypeError(
      current === this
        ? `${where()}${what}${location} belongs to the body of repeat(), which has ended: return it from the loop's function ` +
          `as one of the values that repeat() carries, and use what repeat() returns`
        : `${where()}${what}${location} belongs to another program, or to another compilation of this one: ${makes} inside ` +
          `this program's function, or reveal it in its own program and bring the values as data`,
    );
  }

  /**
   * Brings values for an input register, what the party reads last.
   *
   * @throws {TypeError} in a loop's body, which would read them once and then no more
   */
  bring(owner: number, reg: Reg, part: Omit<BroughtPart, "reading">): void {
    if (this.#blocks.length > 1) {
      throw new TypeError(
        `${where()}A program brings data once: call inputTensorVia() before repeat(), not in its function`,
      );
    }
    const placed = { ...part, reading: this.#readings.get(owner)! - 1 };
    this.#parts.set(reg, placed);
    const known = this.brought.get(owner);
    if (known === undefined) this.brought.set(owner, [placed]);
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

/** A register of the program that is being traced: no other program can read it, nor what follows the loop that has made it. */
export class Owned {
  readonly #owner: Tracer = tracer();
  readonly #reg: Reg;

  /** A register that the program being traced has just made. */
  constructor(reg: Reg) {
    this.#reg = reg;
  }

  /** The register. @throws {TypeError} as {@linkcode Tracer.read} */
  get reg(): Reg {
    return this.#owner.read(this.#reg);
  }
}
