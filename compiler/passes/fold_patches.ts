/**
 * Convolutions: matrix products of patches read these from the tensor that they are made of.
 *
 * A protocol that masks what it multiplies then masks each element of the images once, however many patches it is in, and nobody
 * keeps the patches of a batch, which are as many times as large as a filter has places.
 *
 * @module
 */
import { liesInside, rowAxes, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import type { MatrixWindow, ProductTerm } from "../operations/steps.ts";
import type { Reg } from "../registers.ts";
import type { Block, Instruction, Op, Pass } from "../tape.ts";

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
