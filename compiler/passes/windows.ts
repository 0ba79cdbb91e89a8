/**
 * Large tensors that show elements of others are not made as a whole.
 *
 * Matrix products of patches, convolutions, read these from the tensor that they are made of. A protocol that masks what it multiplies then
 * masks each element of the images once, however many patches it is in, and nobody keeps the patches of a batch, which are as many times as
 * large as a filter has places.
 *
 * Rows of large tensors are taken before these are joined or reshaped.
 *
 * @module
 */
import { liesInside, rowAxes, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import type { MatrixWindow, ProductTerm } from "../operations/steps.ts";
import type { Reg, Register } from "../registers.ts";
import { type Block, endOf, type Instruction, type Op, operandsOf, type Pass } from "../tape.ts";

/** Replaces factors of matrix products that are windows, reshaped or transposed too, and that repeat elements of what they show. */
export const foldPatches: Pass = ({ registers, body }) => {
  const windows = new Map<Reg, Extract<Op, { op: "window" }>>();
  const shapeOf = (r: Reg) => registers[r]!.shape;

  /** The smallest tensor that a register is a window of, and the window. Null: none is smaller. */
  const source = (r: Reg): { readonly x: Reg; readonly of: MatrixWindow } | null => {
    const shape = shapeOf(r);
    let window: Window = { shape, offset: 0, strides: stridesOf(shape) };
    let found: { readonly x: Reg; readonly of: MatrixWindow } | null = null;
    let least = sizeOf(shape);
    for (let at = r, made = windows.get(at); made !== undefined; at = made.x, made = windows.get(at)) {
      const through = composed(window, { ...made, shape: shapeOf(at) });
      if (through === null) break;
      window = through;
      const size = sizeOf(shapeOf(made.x));
      // Of several as small, the last: what comes after it then needs not be made.
      if (size > least || (found === null && size === least)) continue;
      if (rowAxes(window, shape[0]!) < 0) continue;
      least = size;
      found = { x: made.x, of: { shape, window } };
    }
    return found;
  };

  const folded = ({ kind, x, y, ...rest }: ProductTerm): ProductTerm => {
    const [left, right] = kind === "mul" ? [null, null] : [
      rest.xOf === undefined ? source(x) : null,
      rest.yOf === undefined ? source(y) : null,
    ];
    return {
      ...{ kind, x: left?.x ?? x, y: right?.x ?? y },
      ...rest,
      ...(left === null ? {} : { xOf: left.of }),
      ...(right === null ? {} : { yOf: right.of }),
    };
  };

  const rewritten = (block: Block): Block =>
    block.map((instruction): Instruction => {
      const { does, out } = instruction;
      if (does.op === "window") windows.set(out[0]!, does);
      if (does.op === "repeat") return { ...instruction, does: { ...does, body: rewritten(does.body) } };
      return does.op === "product" ? { ...instruction, does: { ...does, terms: does.terms.map(folded) } } : instruction;
    });
  return { registers, body: rewritten(body) };
};

/** An axis of a window: so many elements, that far apart. */
interface Axis {
  readonly extent: number;
  readonly stride: number;
}

/**
 * The window that `outer` is of what `inner` shows, its axes split where they run over several of the inner window's; null if it is
 * none.
 */
export function composed(outer: Window, inner: Window): Window | null {
  const radix = stridesOf(inner.shape);
  if (sizeOf(inner.shape) === 0 || sizeOf(outer.shape) === 0 || !liesInside(outer, sizeOf(inner.shape))) return null;
  // Indices of the inner window, as a range an axis: it is left if two steps together carry over.
  const range = inner.shape.map((extent, d) => {
    const first = Math.floor(outer.offset / radix[d]!) % extent;
    return { first, last: first };
  });
  const offset = range.reduce((sum, { first }, d) => sum + first * inner.strides[d]!, inner.offset);
  const axes: Axis[] = [];
  for (const [d, extent] of outer.shape.entries()) {
    const split = splitAxis({ extent, stride: outer.strides[d]! }, inner.shape, radix);
    if (split === null) return null;
    for (const { axis, extent, step } of split) {
      axes.push({ extent, stride: axis < 0 ? 0 : step * inner.strides[axis]! });
      if (axis < 0) continue;
      if (step < 0) range[axis]!.first += step * (extent - 1);
      else range[axis]!.last += step * (extent - 1);
    }
  }
  if (range.some(({ first, last }, d) => first < 0 || last >= inner.shape[d]!)) return null;
  return { shape: axes.map(({ extent }) => extent), offset, strides: axes.map(({ stride }) => stride) };
}

/** Steps along one axis of the inner window; −1: along none. */
interface Split {
  readonly axis: number;
  readonly extent: number;
  readonly step: number;
}

/** An axis of the outer window as axes of the inner one, outermost first. */
function splitAxis({ extent, stride }: Axis, shape: Shape, radix: readonly number[]): Split[] | null {
  if (extent === 1 || stride === 0) return [{ axis: -1, extent, step: 0 }];
  const split: Split[] = [];
  let rest = extent, by = stride;
  while (rest > 1) {
    // The outermost axis whose places are no further apart than a step.
    const axis = radix.findIndex((r, d) => shape[d]! > 1 && Math.abs(by) >= r && by % r === 0);
    if (axis < 0) return null;
    const step = by / radix[axis]!, reach = Math.abs(step) * (rest - 1);
    if (reach < shape[axis]!) {
      split.unshift({ axis, extent: rest, step });
      break;
    }
    if (Math.abs(step) !== 1 || rest % shape[axis]! !== 0) return null;
    split.unshift({ axis, extent: shape[axis]!, step });
    rest /= shape[axis]!;
    by *= shape[axis]!;
  }
  return split;
}

/** Elements from which a tensor counts as large. Joining small ones once is quicker than joining their rows in each pass. */
const LARGE = 2 ** 20;

/**
 * Rewrites `gather(concat(a, b))` along columns to `concat(gather(a), gather(b))`, and likewise with reshapes that leave the first
 * axis, where the large tensor is used for nothing else.
 */
export const gatherFirst: Pass = ({ registers: before, body }) => {
  const registers = [...before];
  const parts = onlyGathered(body, registers);
  const rewritten = (instruction: Instruction): Instruction[] => {
    const { does, out, at } = instruction;
    if (does.op === "repeat") return [{ ...instruction, does: { ...does, body: does.body.flatMap(rewritten) } }];
    const made = does.op === "gather" ? parts.get(does.x) : undefined;
    if (does.op !== "gather" || made === undefined) return [instruction];
    const { shape } = registers[out[0]!]!;
    const gathered: Instruction[] = [];
    const rowsOf = (x: Reg): Reg => {
      const { shape: [, ...row], kind } = registers[x]!;
      const to = registers.push({ shape: [shape[0]!, ...row], kind }) - 1;
      gathered.push(...rewritten({ does: { ...does, x }, out: [to], at }));
      return to;
    };
    const strides = stridesOf(shape);
    const joined: Op = made.op === "concat"
      ? { op: "concat", parts: made.parts.map(({ x, offset }) => ({ x: rowsOf(x), offset, strides })) }
      : { op: "window", x: rowsOf(made.x), offset: 0, strides };
    return [...gathered, { does: joined, out, at }];
  };
  return { body: body.flatMap(rewritten), registers };
};

/** What joins or reshapes rows. */
type Joined = Extract<Op, { op: "concat" | "window" }>;

/** Large tensors made of the same rows of others, of which nothing but rows is read, if need be by way of another of them. */
function onlyGathered(body: Block, registers: readonly Register[]): Map<Reg, Joined> {
  const found = new Map<Reg, Joined>();
  visit(body, ({ does, out: [out] }) => {
    if ((does.op === "concat" || does.op === "window") && passesRows(does, out!, registers)) found.set(out!, does);
  });
  for (let before = -1; before !== found.size;) {
    before = found.size;
    visit(body, ({ does, out }) => {
      if (out.length === 1 && found.has(out[0]!)) return;
      const read = does.op === "repeat" ? [...does.init, ...endOf(does)] : operandsOf(does);
      for (const r of read) if (does.op !== "gather" || r !== does.x) found.delete(r);
    });
  }
  return found;
}

function visit(block: Block, see: (instruction: Instruction) => void): void {
  for (const instruction of block) {
    see(instruction);
    if (instruction.does.op === "repeat") visit(instruction.does.body, see);
  }
}

/** Whether each row of the result is made of the same rows of the operands, and the result is large. */
function passesRows(does: Joined, to: Reg, registers: readonly Register[]): boolean {
  const { shape } = registers[to]!;
  if (sizeOf(shape) < LARGE) return false;
  const same = (x: Reg) => registers[x]!.shape[0] === shape[0];
  if (does.op === "concat") {
    return does.parts.every((part) => same(part.x) && part.offset < rowSize(shape) && isRowMajor(part, shape));
  }
  const whole = (x: Reg) => sizeOf(registers[x]!.shape) === sizeOf(shape);
  return does.offset === 0 && whole(does.x) && same(does.x) && isRowMajor(does, shape);
}

function rowSize(shape: Shape): number {
  return sizeOf(shape.slice(1));
}

function isRowMajor({ strides }: { readonly strides: readonly number[] }, shape: Shape): boolean {
  return stridesOf(shape).every((s, d) => s === strides[d]);
}
