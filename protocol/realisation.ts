/**
 * What a backend says of each operation of the contract: its price and its step, in one record.
 *
 * A backend is a table of such records. From it come the target's prices and the protocol's steps, so that neither can be forgotten and
 * both see the same call.
 *
 * @module
 */
import type { Call, CallOf, InputCall, OpenCall, OperandCall, VerifyCall } from "./call.ts";
import { checkOperands, checkSize } from "./operands.ts";
import type { Protocol } from "./protocol.ts";
import { type Elements, type Feed, type Share, sizeOf } from "./share.ts";
import type { Step } from "./step.ts";
import type { Cost } from "./target.ts";

/** What an operation costs: rounds, bytes by link, and material. */
export interface Priced<C extends Call> {
  /** Exactly, among so many parties. @throws {RangeError} if the backend has no such operation */
  cost(call: C, parties: number): Cost;
}

/** How a backend does an operation with shared operands and a shared result, at a party of type P. */
export interface Realisation<C extends OperandCall, P, S extends Share> extends Priced<C> {
  /** One party's part. Operands and result have the sizes that the call says. */
  step(party: P, call: C, operands: readonly S[], out: S): Step<void>;
}

/** What a backend says of every operation. */
export type Realisations<P, S extends Share> =
  & { readonly [K in OperandCall["op"]]: Realisation<CallOf<K>, P, S> }
  & {
    /** `value` is the owner's, null at the others. */
    readonly input: Priced<InputCall> & { step(party: P, call: InputCall, value: Feed | null, out: S): Step<void> };
    /** `out` is null at parties that learn nothing. */
    readonly open: Priced<OpenCall> & { step(party: P, call: OpenCall, x: S, out: Elements | null): Step<void> };
    /** The check of everything opened so far. What is opened later is the next one's. */
    readonly verify: Priced<VerifyCall> & { step(party: P): Step<void> };
  };

/** The target's prices. */
export function priced<P, S extends Share>(table: Realisations<P, S>, parties: number): (call: Call) => Cost {
  return (call) => (table[call.op] as Priced<Call>).cost(call, parties);
}

/** The protocol's steps at a party, with operands checked before they begin. */
export function stepsOf<P, S extends Share>(
  table: Realisations<P, S>,
  party: P,
): Pick<Protocol<S>, "input" | "open" | "step" | "verify"> {
  return {
    input(call, value, out) {
      checkSize("input", out, sizeOf(call.shape));
      return table.input.step(party, call, value, out);
    },
    open(call, x, out) {
      checkSize("open", x, sizeOf(call.shape));
      if (out !== null) checkSize("open", out, sizeOf(call.shape));
      return table.open.step(party, call, x, out);
    },
    step(call, operands, out) {
      checkOperands(call, operands, out);
      return (table[call.op] as Realisation<OperandCall, P, S>).step(party, call, operands, out);
    },
    verify: () => table.verify.step(party),
  };
}
