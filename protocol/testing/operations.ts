/**
 * What the contract asks of each operation: the records that the suite and the page of costs go through.
 *
 * @module
 */
import type { Call, CallOf, OperandCall } from "@symbolon/protocol";
import { ARITHMETIC } from "./arithmetic_operations.ts";
import { BITS } from "./bit_operations.ts";
import type { Contracts, OperationContract, Rows } from "./operation.ts";
import { RANDOM } from "./random_operations.ts";

/** All with shared operands and a shared result. */
const WITH_OPERANDS: Contracts<OperandCall["op"]> = { ...ARITHMETIC, ...BITS, ...RANDOM };

/** The same, in order. */
export const OPERATIONS: readonly OperationContract<OperandCall>[] = Object.values(WITH_OPERANDS);

/** What goes in and out; checks are priced by what they check. */
const INPUT_OPEN: { readonly [K in "input" | "open"]: Rows<CallOf<K>> } = {
  input: { rows: { "input, to 2^20 elements": (n) => ({ op: "input", owner: 0, shape: [n], turn: 0 }) } },
  open: {
    rows: {
      "open to all": (n) => ({ op: "open", to: "all", shape: [n], turn: 0 }),
      "open to one": (n) => ({ op: "open", to: 0, shape: [n], turn: 0 }),
    },
  },
};

/** Calls of every kind for n elements, by the names that people know them by. */
export const PRICED_CALLS: Readonly<Record<string, (n: number) => Call>> = Object.assign(
  {},
  ...[...Object.values(INPUT_OPEN), ...OPERATIONS].map(({ rows }) => rows),
);
