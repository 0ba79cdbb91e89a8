/**
 * The sizes that operands of a call have: checked before an operation begins, since kernels trust them.
 *
 * A kernel that is told of more elements than an operand has reads, and under a mask sends, whatever lies behind it: shares of something
 * else.
 *
 * @module
 */
import {
  type DecomposeCall,
  type PiecewiseCall,
  piecewiseOperand,
  type ProductsCall,
  type ShuffleCall,
  type TruncCall,
} from "./call.ts";
import { factorSize } from "./patches.ts";
import { type Share, sizeOf } from "./share.ts";

/** Calls with shared operands and a shared result. */
export type OperandCall = ProductsCall | TruncCall | PiecewiseCall | DecomposeCall | ShuffleCall;

/**
 * Checks the operands of a call and its result.
 *
 * @throws {RangeError} if there are more operands or fewer, or one has another number of elements than the call says
 */
export function checkOperands(call: OperandCall, operands: readonly Share[], out: Share): void {
  const wanted = sizesOf(call);
  if (operands.length !== wanted.length) {
    throw new RangeError(`${call.op}: ${operands.length} operands, not ${wanted.length}`);
  }
  for (let i = 0; i < wanted.length; i++) checkSize(call.op, operands[i]!, wanted[i]!);
  checkSize(call.op, out, sizeOf(call.shape));
}

/**
 * Checks that a share has so many elements.
 *
 * @throws {RangeError} if it has not
 */
export function checkSize(op: string, { shape }: Share, elements: number): void {
  if (sizeOf(shape) !== elements) {
    throw new RangeError(`${op}: a tensor of shape [${shape}] stands where ${elements} elements are expected`);
  }
}

/** How many elements each operand has. */
function sizesOf(call: OperandCall): number[] {
  switch (call.op) {
    case "products":
      return productSizes(call);
    case "piecewise": {
      const x = sizeOf(piecewiseOperand(call));
      return call.slopes === undefined ? [x] : [x, x];
    }
    case "decompose":
      return [sizeOf(call.shape.slice(0, -1))];
    case "trunc":
    case "shuffle":
      return [sizeOf(call.shape)];
  }
}

function productSizes({ shape, terms, addend }: ProductsCall): number[] {
  const n = sizeOf(shape);
  const sizes = terms.flatMap(({ kind, x, y, xOf, yOf }) => {
    const made = kind === "mul" ? sizeOf(x) : x[0]! * y[1]!;
    const meet = kind === "mul" ? sizeOf(x) === sizeOf(y) : x[1] === y[0];
    if (made !== n || !meet) throw new RangeError(`products: [${x}] and [${y}] do not make [${shape}]`);
    return [factorSize(x, xOf), factorSize(y, yOf)];
  });
  return addend ? [...sizes, n] : sizes;
}
