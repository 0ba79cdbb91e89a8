/**
 * Parties with material from a test-only dealer: no transfers, no secrecy.
 *
 * @module
 */
import { PartyMemory } from "@symbolon/kernels";
import type { MaterialKind, PartyId } from "@symbolon/protocol";
import { Prg, Store } from "@symbolon/primitives";
import type { Party } from "../party.ts";

/** A party whose streams are the same as each peer's, with an empty store. */
export function partyOf(self: PartyId, parties: number): Party & { readonly memory: PartyMemory } {
  const memory = new PartyMemory();
  const stream = (low: PartyId, high: PartyId) => new Prg(memory, new Uint8Array(32).fill(low).fill(high, 16));
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  const pairs = peers.map((peer) => {
    const common = stream(Math.min(self, peer), Math.max(self, peer));
    return { peer, given: common, taken: common, zero: common };
  });
  return { self, parties, memory, pairs, store: new Store(memory, parties), random: stream(self, self) };
}

/** Puts words of a kind into a party's store, part by part. */
export function dealWords({ memory, store }: Party, kind: MaterialKind, parts: readonly (readonly bigint[])[]): void {
  const n = parts[0]!.length, { places, from } = store.reserve(kind, n);
  parts.forEach((words, i) =>
    words.forEach((word, j) => memory.words[places[i]! / 8 + from + j] = BigInt.asUintN(64, word))
  );
  store.added(kind, n);
}
