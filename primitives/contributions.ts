/**
 * What parties contribute to keys and coins of a run: 32 bytes a peer for the key of a pair, and contributions to a public coin that
 * nobody can choose and about which nobody can be misled.
 *
 * Any number of parties. For a coin each commits to its contribution before it has seen another's, so it cannot make the coin fit; and each
 * tells the others what it was told, so a party that tells two of them different things, or links that lead into another run, are found
 * before the coin is used. Blum 1983 (Coin flipping by telephone), with an echo.
 *
 * @module
 */
import { DesyncError, type Memory, type Message, type PartyId, round, type Step } from "@symbolon/protocol";
import { deriveKey } from "./prg.ts";

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

/** Who agrees on a coin. */
export interface CoinParty {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  /** What the parties of this run have in common. */
  readonly run: Uint8Array;
}

/**
 * Fills `parts` with 32 bytes of each party; `own` are this one's, uniform and used for nothing else.
 *
 * Cost: 2 rounds, 96 bytes a directed link.
 *
 * @throws {DesyncError} if a party opens something else than it committed to, or parties were told different things
 */
export function* commonCoin(
  { self, parties, memory, run }: CoinParty,
  own: Uint8Array,
  parts: Uint8Array[],
): Step<void> {
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  /** Tells all peers the same; what they tell, by party. */
  function* tell(mine: Uint8Array): Step<Uint8Array[]> {
    const bytes = mine.length;
    const at = Array.from({ length: parties }, () => memory.scratch(bytes));
    memory.bytes.set(mine, at[self]!);
    const message = (peer: PartyId, from: PartyId): Message => ({ peer, at: at[from]!, bytes });
    yield round(peers.map((peer) => message(peer, self)), peers.map((peer) => message(peer, peer)));
    return at.map((from) => memory.bytes.slice(from, from + bytes));
  }
  const commitmentOf = (party: PartyId, part: Uint8Array) =>
    deriveKey("coin/commitment", run, Uint8Array.of(party), part);
  const commitments = yield* tell(commitmentOf(self, own));
  const echo = deriveKey("coin/echo", run, ...commitments);
  const opening = new Uint8Array(2 * PART);
  opening.set(own);
  opening.set(echo, PART);
  (yield* tell(opening)).forEach((opened, party) => {
    parts[party] = opened.slice(0, PART);
    if (!same(opened.subarray(PART), echo)) throw new DesyncError(misled(party));
    if (!same(commitmentOf(party, parts[party]!), commitments[party]!)) {
      throw new DesyncError(`Party ${party} opens another contribution to the public coin than it committed to`);
    }
  });
}

function misled(party: PartyId): string {
  return `Party ${party} was told other contributions to the public coin than this party: links of different runs are crossed, or a ` +
    `party has left the protocol. Compare the addresses of all parties, and start all again`;
}

function same(x: Uint8Array, y: Uint8Array): boolean {
  return x.length === y.length && x.every((v, i) => v === y[i]);
}
