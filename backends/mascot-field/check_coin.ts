/**
 * Commitments, and the coin of a check: made afresh for each one, by commit and reveal.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt, in the random oracle model: F_Commit as in DKLPSS13, and from it
 * F_Rand as in KOS16. A commitment binds its party, the run, the check and what it is for, so that one that was copied from another
 * party, an earlier check or another run does not open. It hides by 32 fresh random bytes. Where there are more than two parties they
 * also compare what they were committed to: openings are bound by that, so they need no comparison.
 *
 * @module
 */
import { concat } from "@std/bytes";
import { CommitmentError, ConsistencyError, type PartyId, round, type Step } from "@symbolon/protocol";
import { hash, numberBytes, sameBytes } from "@symbolon/primitives";
import type { Party } from "./party.ts";

const HASH = 32;
/** Bytes that hide a commitment, and of a contribution to a coin. */
const RANDOM = 32;

/** What commitments are for: no two have the same in a run. */
export interface Purpose {
  readonly name: "coin" | "mac";
  /** The number of the check. */
  readonly check: number;
}

/**
 * Everybody commits to as many bytes, then shows them: what each has shown, by party. With more than two parties, all have to have the
 * same `notice`, 32 bytes that go with the commitments: they are compared before anything is shown.
 *
 * Cost: {@linkcode revealBytes}, in 2 rounds.
 *
 * @throws {ConsistencyError} if parties have other notices, or were committed to other things
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function* commitAndReveal(
  party: Party,
  purpose: Purpose,
  own: Uint8Array,
  notice?: Uint8Array,
): Step<readonly Uint8Array[]> {
  const { self, parties } = party, compares = parties > 2;
  const commitmentTo = (by: PartyId, opening: Uint8Array) =>
    hash("symbolon/mascot-field/commitment", ...contextOf(party, purpose), numberBytes(by), opening);
  const opening = concat([own, randomBytes(party)]);
  const noted = compares && notice !== undefined ? notice : new Uint8Array();

  const committed = yield* tell(party, concat([commitmentTo(self, opening), noted]));
  if (committed.some((message) => !sameBytes(message.subarray(HASH), noted))) {
    throw new ConsistencyError("A value that all had to be told alike was told differently to different parties");
  }
  const commitments = committed.map((message) => message.slice(0, HASH));

  const echo = compares ? hash("symbolon/mascot-field/echo", ...contextOf(party, purpose), ...commitments) : noted;
  const shown = yield* tell(party, concat([opening, echo]));
  if (shown.some((message) => !sameBytes(message.subarray(opening.length), echo))) {
    throw new ConsistencyError("Parties were told different commitments");
  }
  return shown.map((message, by) => {
    const theirs = message.subarray(0, opening.length);
    if (!sameBytes(commitmentTo(by, theirs), commitments[by]!)) {
      throw new CommitmentError(`Party ${by} shows something else than it has committed to`);
    }
    return theirs.slice(0, own.length);
  });
}

/** Bytes on a directed link of {@linkcode commitAndReveal}. */
export function revealBytes(parties: number, bytes: number, notice: boolean): number {
  return HASH + bytes + RANDOM + (parties > 2 ? HASH + (notice ? HASH : 0) : 0);
}

/**
 * 32 bytes that nobody could foresee or choose when this step began, the same at all parties.
 *
 * Cost: {@linkcode coinBytes}, in 2 rounds.
 *
 * @throws {ConsistencyError} if parties have other notices, or were committed to other things
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function* checkCoin(party: Party, check: number, notice: Uint8Array): Step<Uint8Array> {
  const purpose = { name: "coin", check } as const;
  const parts = yield* commitAndReveal(party, purpose, randomBytes(party), notice);
  return hash("symbolon/mascot-field/coin", ...contextOf(party, purpose), ...parts);
}

/** Bytes on a directed link of {@linkcode checkCoin}. */
export function coinBytes(parties: number): number {
  return revealBytes(parties, RANDOM, true);
}

/** What no other commitment of any run has. */
function contextOf({ session }: Party, { name, check }: Purpose): readonly Uint8Array[] {
  return [session, new TextEncoder().encode(name), numberBytes(check)];
}

/** Tells all the same bytes: what each tells, by party. */
function* tell({ self, parties, memory, peers }: Party, own: Uint8Array): Step<Uint8Array[]> {
  const bytes = own.length;
  const at = Array.from({ length: parties }, () => memory.scratch(bytes));
  memory.bytes.set(own, at[self]!);
  yield round(
    peers.map((peer) => ({ peer, at: at[self]!, bytes })),
    peers.map((peer) => ({ peer, at: at[peer]!, bytes })),
  );
  return at.map((from) => memory.bytes.slice(from, from + bytes));
}

function randomBytes({ memory, random }: Party): Uint8Array {
  const mark = memory.mark(), at = memory.scratch(RANDOM);
  random.bytes(at, RANDOM);
  const drawn = memory.bytes.slice(at, at + RANDOM);
  memory.release(mark);
  return drawn;
}
