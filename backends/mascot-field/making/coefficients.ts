/**
 * Uniform public elements that nobody knew before all that they are to combine was fixed: F_Rand of KOS16.
 *
 * @module
 */
import { NO_DEMAND, type Step } from "@symbolon/protocol";
import { draw, field, startStream, STREAM_BYTES } from "@symbolon/kernels";
import { hash } from "@symbolon/primitives";
import { checkCoin, coinBytes } from "../check_coin.ts";
import type { StepCost } from "../cost.ts";
import { ELEMENT, elements, type Party } from "../party.ts";

/** What coefficients are for: no two uses have the same name. */
export type Use = "authentication" | "candidates" | "sacrifice";

/** Draws the next n elements, into scratch. */
export type Coefficients = (n: number) => number;

/**
 * Coefficients from a coin of their own.
 *
 * Cost: {@linkcode coefficientsCost}.
 *
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function* coefficients(party: Party, use: Use): Step<Coefficients> {
  const { memory, openings } = party;
  const coin = yield* checkCoin(party, openings.checks++, new Uint8Array(32));
  const stream = memory.scratch(STREAM_BYTES);
  memory.bytes.set(hash(`symbolon/mascot-field/${use}`, coin), stream);
  startStream(stream);
  return (n) => {
    const at = elements(party, n);
    draw(stream, at, ELEMENT * n);
    field.reduce(at, at, n);
    return at;
  };
}

/** Exact cost of {@linkcode coefficients}. */
export function coefficientsCost(parties: number): StepCost {
  return { rounds: 2, bytes: coinBytes(parties), first: 0, demand: NO_DEMAND };
}
