/**
 * Records what a program does while its function runs once on placeholders.
 *
 * @module
 */
import { type Rounding, type Shape, sizeOf } from "@symbolon/protocol";
import { fileURLToPath } from "node:url";
import type { Table } from "./data.ts";
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
  readonly inputs: Map<number, GivenPart[]> = new Map();
  /** What the program asks for; null: nothing. */
  threads: number | null = null;
  readonly #given = new Map<Reg, GivenPart>();
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

  /** A new register. */
  register(shape: Shape, kind: Kind): Reg {
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

  /** Remembers the numbers that a public constant was rounded from: as a factor it may need more of their digits. */
  remember(reg: Reg, numbers: Table): void {
    this.#numbers.set(reg, numbers);
  }

  /** The numbers that a public constant was rounded from, if it is one that the program gave. */
  numbersOf(reg: Reg): Table | undefined {
    return this.#numbers.get(reg);
  }

  /** What the program brings for an input register. */
  givenTo(reg: Reg): GivenPart | undefined {
    return this.#given.get(reg);
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
    const place = made ? `, made at ${showPlace(made)},` : "";
    throw new TypeError(
      current === this
        ? `${where()}${what}${place} belongs to the body of repeat(), which has ended: return it from the loop's function ` +
          `as one of the values that repeat() carries, and use what repeat() returns`
        : `${where()}${what}${place} belongs to another program, or to another compilation of this one: ${makes} inside ` +
          `this program's function, or reveal it in its own program and bring the values as data`,
    );
  }

  /**
   * Brings values for an input register, what the party reads last.
   *
   * @throws {TypeError} in a loop's body, which would read them once and then no more
   */
  give(owner: number, reg: Reg, part: Omit<GivenPart, "reading">): void {
    if (this.#blocks.length > 1) {
      throw new TypeError(
        `${where()}A program brings data once: call inputTensorVia() before repeat(), not in its function`,
      );
    }
    const placed = { ...part, reading: this.#readings.get(owner)! - 1 };
    this.#given.set(reg, placed);
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
const LIBRARIES = ["compiler/", "ml/", "mod.ts", "run.ts", "checked_run.ts", "cli.ts", "cli/"].map((path) =>
  ROOT + path
);

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

/** Places by where the running code has them: a stack as text costs far more than its frames. */
const inSource = new Map<string, Loc | null>();

/** The place in the program that is being traced: the innermost frame outside the libraries. */
export function here(): Loc | null {
  const frame = innermostFrame();
  if (frame === null) return placeInSource();
  let place = inSource.get(frame);
  if (place === undefined) inSource.set(frame, place = placeInSource());
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
  let program = programs.get(file);
  if (program === undefined) {
    // A frame has addresses encoded, unlike the stack as text.
    const decoded = file.startsWith("file:")
      ? `file://${fileURLToPath(file)}`
      : file.startsWith("/")
      ? `file://${file}`
      : file;
    programs.set(file, program = /^(file:|https?:)/.test(decoded) && !isLibrary(decoded));
  }
  return program;
}

/** By file of a frame: whether it is the program's. */
const programs = new Map<string, boolean>();

/** The frames that are looked at: all, and first those where a program's line mostly is. */
const FRAMES = 40;
const NEAR_FRAMES = 10;

/** What {@linkcode here} gives, from the stack as text: lines and columns are those of the source. */
function placeInSource(): Loc | null {
  return framesOf(FRAMES).find(isOutside) ?? null;
}

/** The frames outside the libraries, the innermost first. */
export function places(): Loc[] {
  return [...framesOf(FRAMES)].filter(isOutside);
}

function isOutside({ file }: Loc): boolean {
  return !isLibrary(file);
}

/** The frames of the stack that have a place; so many calls of the libraries may lie above. */
function* framesOf(depth: number): Generator<Loc> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const place = parseFrame(line);
    if (place !== null) yield place;
  }
}

/** A place as in messages: "file:line". */
export function showPlace({ file, line }: Loc): string {
  return `${file.replace(/^file:\/\//, "")}:${line}`;
}

/** "file:line: " of the program, or nothing: the beginning of a message. */
export function where(): string {
  const at = here();
  return at === null ? "" : `${showPlace(at)}: `;
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

/** Number of elements of a register. */
export function sizeOfRegister(r: Register): number {
  return sizeOf(r.shape);
}
