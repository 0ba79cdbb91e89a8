/**
 * Replicated secret sharing: three parties, one semi-honest corruption, Z_2^64 (Araki et al. 2016).
 *
 * @module
 */
import {
  type Backend,
  type BackendOptions,
  type PartyId,
  type PartySetup,
  priced,
  type Protocol,
  sizeOf,
  type Step,
  stepsOf,
  type Target,
} from "@symbolon/protocol";
import { noteFunction, record } from "@symbolon/kernels";
import {
  establish,
  type Established,
  type ReplicatedShare,
  type RingOperations,
  shareAt,
  summandBytes,
} from "./party.ts";
import { COMPARISON } from "./comparison.ts";
import { HeldInputs, INPUT_OPEN } from "./input_open.ts";
import { localOperations } from "./local.ts";
import { PRODUCTS } from "./products.ts";
import { SHUFFLE } from "./shuffle.ts";
import { TRUNCATION } from "./truncation.ts";

/** The backend behind `-E ring`. */
export const replicatedRing: Backend = {
  name: "ring",

  target({ parties = 3, domain = "ring" }: BackendOptions): Target {
    if (parties !== 3) throw new RangeError(`Backend ring runs with 3 parties, not ${parties}`);
    if (domain !== "ring") throw new RangeError(`Backend ring computes in the ring Z_2^64, not in a ${domain}`);
    return {
      name: "ring",
      parties: 3,
      domain: { kind: "ring", bits: 64 },
      security: { adversary: "semi-honest", majority: "honest", corrupt: 1 },
      clear: false,
      cost,
    };
  },

  *setup(self: PartyId, options: BackendOptions, party: PartySetup): Step<Protocol> {
    const target = this.target(options);
    const { memory, entropy, run } = party;
    const common = run === undefined ? {} : { run };
    const established = yield* establish(self, memory, entropy, { publicSeed: options.publicSeed, ...common });
    return protocolOf(established, target);
  },
};

/** What this backend says of each operation. */
const OPERATIONS: RingOperations = {
  ...INPUT_OPEN,
  ...PRODUCTS,
  ...TRUNCATION,
  ...COMPARISON,
  ...SHUFFLE,
};

/** The exact cost of a call among the three parties. */
const cost: Target["cost"] = priced(OPERATIONS, 3);

/** One party of the protocol; see the modules it is put together from. */
function protocolOf({ party, coin, heldKeys }: Established, target: Target): Protocol<ReplicatedShare> {
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
    held: new HeldInputs(party, heldKeys),
    recorder: {
      covers: ({ op }) => OPERATIONS[op].recorded,
      record: (work) => record((bytes) => memory.allocate(bytes), work),
      note: noteFunction,
    },
    coin: (at, bytes) => coin.bytes(at, bytes),
  };
}
