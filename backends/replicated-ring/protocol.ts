/**
 * Replicated secret sharing among three parties over Z_2^64, one of them passively corrupt: the protocol, put together.
 *
 * @module
 */
import { priced, type Protocol, sizeOf, stepsOf, type Target } from "@symbolon/protocol";
import { noteFunction, record } from "@symbolon/kernels";
import { COMPARISON } from "./comparison.ts";
import { INPUT_OPEN } from "./input_open.ts";
import { localOperations } from "./local.ts";
import type { RingOperations } from "./operations.ts";
import { type ReplicatedShare, shareAt, summandBytes } from "./party.ts";
import { PRODUCTS } from "./products.ts";
import type { Established } from "./setup.ts";
import { SHUFFLE } from "./shuffle.ts";
import { TRUNCATION } from "./truncation.ts";

/** What this backend says of each operation. */
const OPERATIONS: RingOperations = {
  ...INPUT_OPEN,
  ...PRODUCTS,
  ...TRUNCATION,
  ...COMPARISON,
  ...SHUFFLE,
};

/** The exact cost of a call among the three parties. */
export const cost: Target["cost"] = priced(OPERATIONS, 3);

/** One party of the protocol; see the modules it is put together from. */
export function protocolOf({ party, coin, held }: Established, target: Target): Protocol<ReplicatedShare> {
  const { memory } = party;
  return {
    target,
    self: party.self,
    memory,
    bytes: (shape) => 2 * summandBytes(sizeOf(shape)),
    at: shareAt,
    transposed(x) {
      const [rows, columns] = x.shape as [number, number];
      return { ...x, shape: [columns, rows], transposed: !x.transposed };
    },
    ...localOperations(party),
    ...stepsOf(OPERATIONS, party),
    held,
    recorder: {
      covers: ({ op }) => OPERATIONS[op].recorded,
      record: (work) => record((bytes) => memory.allocate(bytes), work),
      note: noteFunction,
    },
    coin: (at, bytes) => coin.bytes(at, bytes),
  };
}
