/**
 * Fresh public coins for checks of what parties sent that may deviate.
 *
 * A check's coin must be unknown until all that it checks is fixed, so there is one for each check and none is used twice (the challenge
 * of R22's check). Commitments hold the session, the parties, the number of the coin and the party, so one that is repeated, by another
 * party or later, does not open; 32 random bytes beside the contribution keep it hidden whatever it is. All of it comes from the
 * parties' entropy: no public seed reaches it.
 *
 * @module
 */
import { CommitmentError, type Entropy, type PartyId, type Step } from "@symbolon/protocol";
import { type Circle, commitAndOpen, openingBytes } from "./contributions.ts";
import { hash, numberBytes } from "./prg.ts";

/** Bytes of a contribution, and as many of the opening beside it. */
const PART = 32;

/** Bytes that a coin takes on each directed link. */
export const COIN_BYTES: number = openingBytes(2 * PART);

/** Who tosses coins. */
export interface CoinTosser extends Circle {
  readonly entropy: Entropy;
  /** Public bytes that those parties agree on, the same for no other coins. */
  readonly session: Uint8Array;
}

/** The coins of some parties in one session, in the same order at all of them. */
export class CheckCoin {
  readonly #party: CoinTosser;
  readonly #context: Uint8Array;
  #count = 0;

  constructor(party: CoinTosser) {
    this.#party = party;
    this.#context = hash("symbolon/check-coin/context", party.session, ...party.among.map(numberBytes));
  }

  /**
   * 32 bytes that are uniform as long as one of the parties follows the protocol, and that nobody knows before the second round.
   *
   * Cost: 2 rounds, {@linkcode COIN_BYTES} a directed link.
   *
   * @throws {CommitmentError} if a party opens something else than it committed to, or parties were told different things
   */
  toss(): Step<Uint8Array> {
    return this.#toss(numberBytes(this.#count++));
  }

  *#toss(count: Uint8Array): Step<Uint8Array> {
    const { entropy } = this.#party, context = this.#context;
    const own = new Uint8Array(2 * PART);
    entropy(own);
    const contributions = yield* commitAndOpen(this.#party, own, {
      commit: (party, part) => hash("symbolon/check-coin/commitment", context, count, numberBytes(party), part),
      echo: (commitments) => hash("symbolon/check-coin/echo", context, count, ...commitments),
      misled: deviated,
      changed: deviated,
    });
    return hash("symbolon/check-coin", context, count, ...contributions.map((part) => part.subarray(0, PART)));
  }
}

function deviated(party: PartyId): CommitmentError {
  return new CommitmentError(
    `Party ${party} opens another contribution to a coin than this party was told, or was told others itself: a party deviates from the ` +
      `protocol, or a link changes what is sent. Start anew, and without that party if it happens again`,
  );
}
