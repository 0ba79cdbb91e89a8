/**
 * Authenticated secret sharing among n parties over F_p, all but one of them actively corrupt: the protocol, put together.
 *
 * @module
 */
import { type MaterialSink, priced, type Protocol, sizeOf, stepsOf, type Target } from "@symbolon/protocol";
import { Exclusion, type MaterialOrigin, type Prg } from "@symbolon/primitives";
import { BITS } from "./bits.ts";
import { INPUT_OPEN } from "./input_open.ts";
import { localOperations } from "./local.ts";
import { CHECK } from "./mac_check.ts";
import { type AuthenticatedShare, ELEMENT, type Operations, type Party, shareAt } from "./party.ts";
import { PIECEWISE } from "./piecewise.ts";
import { PRODUCTS } from "./products.ts";
import { SHUFFLE } from "./shuffle.ts";
import { TRUNCATION } from "./truncation.ts";

/** What this backend says of each operation. */
const OPERATIONS: Operations = {
  ...INPUT_OPEN,
  ...CHECK,
  ...PRODUCTS,
  ...TRUNCATION,
  ...PIECEWISE,
  ...BITS,
  ...SHUFFLE,
};

/** The exact costs of calls among so many parties. */
export function costAmong(parties: number): Target["cost"] {
  return priced(OPERATIONS, parties);
}

/** What the protocol is put together from. */
export interface ProtocolParts {
  readonly party: Party;
  readonly material: MaterialOrigin;
  readonly coin: Prg;
  readonly target: Target;
  /** Moves what is in store to a sink. Absent: nothing is saved from here. */
  readonly save?: (sink: MaterialSink) => void;
}

/** One party of the protocol; see the modules it is put together from. */
export function protocolOf({ party, material, coin, target, save }: ProtocolParts): Protocol<AuthenticatedShare> {
  const exclusion = new Exclusion(), { trust } = party;
  const steps = stepsOf(OPERATIONS, party);
  return {
    target,
    self: party.self,
    memory: party.memory,
    bytes: (shape) => 2 * ELEMENT * sizeOf(shape),
    at: shareAt,
    ...localOperations(party),
    input: (call, value, out) => trust.guarded(exclusion.taking(steps.input(call, value, out))),
    open: (call, x, out) => trust.guarded(exclusion.taking(steps.open(call, x, out))),
    step: (call, operands, out) => trust.guarded(exclusion.taking(steps.step(call, operands, out))),
    verify: () => trust.guarded(steps.verify()),
    coin: (at, bytes) => coin.bytes(at, bytes),
    prepare: (demand) => trust.guarded(exclusion.filling(material.prepare(demand, party.store))),
    get stored() {
      return party.store.contents;
    },
    ...(save === undefined ? {} : { save: (sink) => exclusion.emptying(() => save(sink)) }),
  };
}
