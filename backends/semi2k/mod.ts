/**
 * Additive secret sharing: n ≥ 2 parties, all but one semi-honestly corrupt, Z_2^64, preprocessing from oblivious transfer.
 *
 * @module
 */
import type { Backend, BackendOptions, PartyId, PartySetup, Protocol, Step, Target } from "@symbolon/protocol";
import { deriveKey, loadGroup, Prg, SavedMaterial, Store } from "@symbolon/primitives";
import { materialCost, transferMaterial } from "./material.ts";
import { costAmong, protocolOf } from "./protocol.ts";
import { establish } from "./setup.ts";

export { MATERIAL } from "./material.ts";

// Transfers begin in the middle of a protocol, which is synchronous.
await loadGroup();

/** Most parties: costs grow with the square of their number. */
const MOST = 16;

/** The backend behind `-E semi2k`. */
export const semi2k: Backend = {
  name: "semi2k",
  savesMaterial: true,

  target({ parties = 2, domain = "ring" }: BackendOptions): Target {
    if (!Number.isInteger(parties) || parties < 2 || parties > MOST) {
      throw new RangeError(`Backend semi2k runs with 2 to ${MOST} parties, not ${parties}`);
    }
    if (domain !== "ring") throw new RangeError(`Backend semi2k computes in the ring Z_2^64, not in a ${domain}`);
    return {
      name: "semi2k",
      parties,
      domain: { kind: "ring", bits: 64 },
      security: { adversary: "semi-honest", majority: "dishonest", corrupt: parties - 1 },
      clear: false,
      cost: costAmong(parties),
      preprocessing: (demand) => materialCost(demand, parties),
    };
  },

  *setup(self: PartyId, options: BackendOptions, party: PartySetup): Step<Protocol> {
    const target = this.target(options);
    const { parties } = target;
    const { memory, entropy, run, material: saved } = party;
    const { pairs, coin, session } = yield* establish({ self, parties, memory, entropy, run }, options.publicSeed);
    const seed = new Uint8Array(32);
    entropy(seed);
    const random = new Prg(memory, deriveKey("semi2k/own", seed));
    seed.fill(0);
    const store = new Store(memory, parties);
    const material = saved === undefined
      ? transferMaterial({ self, parties, memory, entropy, session, order: random })
      : new SavedMaterial(saved, memory);
    return protocolOf({ party: { self, parties, memory, pairs, store, random }, material, coin, target });
  },
};
