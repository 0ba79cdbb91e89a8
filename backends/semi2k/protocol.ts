/**
 * Additive secret sharing among n parties over Z_2^64, all but one of them passively corrupt: the protocol, put together.
 *
 * @module
 */
import { priced, type Protocol, sizeOf, stepsOf, type Target } from "@symbolon/protocol";
import { align16 } from "@symbolon/kernels";
import { Exclusion, type MaterialOrigin, type Prg, saveStore } from "@symbolon/primitives";
import { INPUT_OPEN } from "./input_open.ts";
import { localOperations } from "./local.ts";
import { type AdditiveShare, type Operations, type Party, shareAt } from "./party.ts";
import { PIECEWISE } from "./piecewise.ts";
import { PRODUCTS } from "./products.ts";
import { SHUFFLE } from "./shuffle.ts";
import { SUM_BITS } from "./sum_bits.ts";
import { TRUNCATION } from "./truncation.ts";

/** What this backend says of each operation. */
const OPERATIONS: Operations = {
  ...INPUT_OPEN,
  ...PRODUCTS,
  ...TRUNCATION,
  ...PIECEWISE,
  ...SUM_BITS,
  ...SHUFFLE,
};

/** The exact costs of calls among so many parties. */
export function costAmong(parties: number): Target["cost"] {
  return priced(OPERATIONS, parties);
}

/** What the protocol is put together from. */
export interface Semi2kParts {
  readonly party: Party;
  readonly material: MaterialOrigin;
  readonly coin: Prg;
  readonly target: Target;
}

/** One party of the protocol; see the modules it is put together from. */
export function protocolOf({ party, material, coin, target }: Semi2kParts): Protocol<AdditiveShare> {
  const exclusion = new Exclusion();
  const steps = stepsOf(OPERATIONS, party);
  return {
    target,
    self: party.self,
    memory: party.memory,
    bytes: (shape) => align16(8 * sizeOf(shape)),
    at: shareAt,
    ...localOperations(party),
    ...steps,
    step: (call, operands, out) => exclusion.taking(steps.step(call, operands, out)),
    coin: (at, bytes) => coin.bytes(at, bytes),
    prepare: (demand) => exclusion.filling(material.prepare(demand, party.store)),
    get stored() {
      return party.store.contents;
    },
    save: (sink) => exclusion.emptying(() => saveStore(party, sink)),
  };
}
