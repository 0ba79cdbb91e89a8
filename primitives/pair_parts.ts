/**
 * Contributions to the keys of pairs: what both ends of a link tell each other and nobody else.
 *
 * @module
 */
import { type Memory, type PartyId, round, type Step } from "@symbolon/protocol";

/** Bytes of a contribution. */
const PART = 32;

/** Contributions by peer: those of this party, and where those of the peers are put. */
export interface PairParts {
  readonly given: readonly Uint8Array[];
  readonly taken: readonly Uint8Array[];
}

/**
 * Gives every peer its contribution of 32 bytes and takes the one it gives. Nothing of them is left in linear memory.
 *
 * The links must be private and authentic: whoever reads them learns the keys.
 *
 * Cost: 1 round, 32 bytes a directed link.
 */
export function* swapParts(memory: Memory, peers: readonly PartyId[], { given, taken }: PairParts): Step<void> {
  const out = peers.map((peer, i) => {
    const at = memory.scratch(PART);
    memory.bytes.set(given[i]!, at);
    return { peer, at, bytes: PART };
  });
  const into = peers.map((peer) => ({ peer, at: memory.scratch(PART), bytes: PART }));
  yield round(out, into);
  into.forEach(({ at }, i) => taken[i]!.set(memory.bytes.subarray(at, at + PART)));
  for (const { at } of [...out, ...into]) memory.bytes.fill(0, at, at + PART);
}
