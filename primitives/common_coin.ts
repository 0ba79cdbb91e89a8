/**
 * Contributions to a public coin that nobody can choose and about which nobody can be misled: the coins of a program.
 *
 * Any number of parties. Each commits to its contribution before it has seen another's, so it cannot make the coin fit; and links that
 * lead into another run are found before the coin is used (`commit_and_open.ts`). Coins of checks are others: `check_coin.ts`.
 *
 * @module
 */
import { DesyncError, type Memory, type PartyId, type Step } from "@symbolon/protocol";
import { commitAndOpen } from "./commit_and_open.ts";
import { deriveKey } from "./prg.ts";

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
