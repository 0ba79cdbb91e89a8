/**
 * What parties contribute to keys and coins of a run: 32 bytes a peer for the key of a pair, and contributions to a public coin that
 * nobody can choose and about which nobody can be misled: the coins of a program.
 *
 * Any number of parties. For a coin each commits to its contribution before it has seen another's, so it cannot make the coin fit; and
 * links that lead into another run are found before the coin is used (`commit_and_open.ts`). Coins of checks are others:
 * `check_coin.ts`.
 *
 * @module
 */
import { DesyncError, type Memory, type PartyId, round, type Step } from "@symbolon/protocol";
import { commitAndOpen } from "./commit_and_open.ts";
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
  const among = Array.from({ length: parties }, (_, p) => p);
  const contributions = yield* commitAndOpen({ self, among, memory }, own, {
    commit: (party, part) => deriveKey("coin/commitment", run, Uint8Array.of(party), part),
    echo: (commitments) => deriveKey("coin/echo", run, ...commitments),
    misled,
    changed: (party) =>
      new DesyncError(`Party ${party} opens another contribution to the public coin than it committed to`),
  });
  contributions.forEach((part, party) => parts[party] = part);
}

function misled(party: PartyId): DesyncError {
  return new DesyncError(
    `Party ${party} was told other contributions to the public coin than this party: links of different runs are crossed, or a ` +
      `party has left the protocol. Compare the addresses of all parties, and start all again`,
  );
}
