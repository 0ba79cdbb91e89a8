/**
 * The protocol in the clear: one party, no messages, no security. The oracle for every other backend.
 *
 * @module
 */
import { type Protocol, sizeOf, stepsOf, type Target } from "@symbolon/protocol";
import { align16 } from "@symbolon/kernels";
import { localOperations } from "./local.ts";
import { type Plain, plainAt, type PlainParty, unitOf } from "./party.ts";
import { OPERATIONS } from "./steps.ts";

/** Computes on the values themselves. No step yields. */
export type Emulated = Protocol<Plain>;

/** The protocol of a party. */
export function emulated(parts: Omit<PlainParty, "local">, target: Target): Emulated {
  const { memory, arithmetic, coins } = parts;
  const local = localOperations(memory, arithmetic);
  return {
    target,
    self: 0,
    memory,
    bytes: (shape) => align16(unitOf(arithmetic) * sizeOf(shape)),
    at: plainAt,
    ...local,
    ...stepsOf(OPERATIONS, { ...parts, local }),
    coin: (at, bytes) => coins.bytes(at, bytes),
  };
}
