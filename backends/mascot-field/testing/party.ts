/**
 * Parties without a protocol around them: all is drawn from seeds.
 *
 * @module
 */
import type { PartyId } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { deriveKey, Prg, Store } from "@symbolon/primitives";
import { Openings } from "../openings.ts";
import { ELEMENT, type Party } from "../party.ts";
import { Proofs } from "../proofs.ts";
import { Trust } from "../trust.ts";

/** A party whose own randomness comes from `seed`. */
export function partyOf(self: PartyId, parties: number, seed: string, most = 1 << 14): Party & { memory: PartyMemory } {
  const memory = new PartyMemory(), key = memory.allocate(ELEMENT), bitKey = memory.allocate(ELEMENT);
  memory.bytes.fill(1 + self, key, key + ELEMENT);
  memory.bytes.fill(32 + 2 * self, bitKey, bitKey + ELEMENT);
  memory.bytes[bitKey]! |= self === 0 ? 1 : 0;
  return {
    ...{ self, parties, memory, key, bitKey },
    peers: Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self),
    store: new Store(memory, parties),
    random: new Prg(memory, deriveKey(seed, Uint8Array.of(self))),
    session: new Uint8Array(32),
    openings: new Openings(memory, { key, echoed: parties > 2, most }),
    proofs: new Proofs({ self, parties, memory }, bitKey),
    trust: new Trust(memory, [key, bitKey]),
  };
}
