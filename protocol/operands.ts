/**
 * The sizes that operands of a call have: checked before an operation begins, since kernels trust them.
 *
 * A kernel that is told of more elements than an operand has reads, and under a mask sends, whatever lies behind it: shares of something
 * else.
 *
 * @module
 */
import { type OperandCall, operandSizes } from "./call.ts";
import { type Share, sizeOf } from "./share.ts";

/**
 * Checks the operands of a call and its result.
 *
 * @throws {RangeError} if there are more operands or fewer, or one has another number of elements than the call says
 */
export function checkOperands(call: OperandCall, operands: readonly Share[], out: Share): void {
  const wanted = operandSizes(call);
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

/** A share that knows its number of elements. */
interface Counted extends Share {
  readonly n: number;
}

/**
 * Checks that an operand has as many elements as the result.
 *
 * @throws {RangeError} if it has not
 */
export function sameSize(op: string, x: Counted, out: Counted): void {
  if (x.n !== out.n) checkSize(op, x, out.n);
}
