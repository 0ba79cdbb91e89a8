/**
 * Replicated secret sharing: three parties, one semi-honest corruption, Z_2^64 (Araki et al. 2016).
 *
 * @module
 */
import type { Backend, BackendOptions, PartyId, PartySetup, Protocol, Step, Target } from "@symbolon/protocol";
import { cost, protocolOf } from "./protocol.ts";
import { establish } from "./setup.ts";

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
