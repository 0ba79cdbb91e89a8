/**
 * Memory that does not suffice, told with the operation that it was for and its line.
 *
 * @module
 */
import { type Instruction, locationOf, type Op, type Reg, type Tape } from "@symbolon/compiler";
import type { Shape } from "@symbolon/protocol";
import { nameOf } from "./range_report.ts";

/** What {@linkcode Memory} throws where it cannot reserve any more. */
const MEMORY_FULL = "MemoryFullError";

/** The error to go on with: one of memory names the instruction that was at work, whose result has this shape. */
export function ofInstruction(error: unknown, { does, at }: Instruction, shape: Shape | undefined): unknown {
  return named(
    error,
    `${locationOf(at)}${resultOf(does)}${shape === undefined ? "" : ` of shape [${shape.join(", ")}]`}`,
  );
}

/** The error to go on with: one of memory for all values that are needed at a time names the largest. */
export function ofRegisters(error: unknown, tape: Tape, bytesOf: (r: Reg) => number): unknown {
  let largest: { readonly instruction: Instruction; readonly reg: Reg } | undefined;
  const visit = (block: Tape["body"]): void => {
    for (const instruction of block) {
      if (instruction.does.op === "repeat") visit(instruction.does.body);
      for (const reg of instruction.out) {
        if (largest === undefined || bytesOf(reg) > bytesOf(largest.reg)) largest = { instruction, reg };
      }
    }
  };
  visit(tape.body);
  if (largest === undefined) return error;
  const { instruction: { does, at }, reg } = largest;
  const mebibytes = Math.ceil(bytesOf(reg) / 2 ** 20);
  const shape = tape.registers[reg]!.shape.join(", ");
  return named(
    error,
    `${locationOf(at)}the values that a party holds at a time, the largest of them here with ${mebibytes} MiB: ` +
      `${resultOf(does)} of shape [${shape}]`,
  );
}

function resultOf(does: Op): string {
  return does.op === "window" ? "elements in another arrangement" : nameOf(does);
}

function named(error: unknown, what: string): unknown {
  if (!(error instanceof RangeError) || error.name !== MEMORY_FULL || error.cause !== undefined) return error;
  const full = new RangeError(`${what}: ${error.message}`, { cause: error });
  full.name = MEMORY_FULL;
  return full;
}
