/**
 * What parties contribute to keys and coins of a run: 32 bytes a peer for the key of a pair; contributions that nobody can choose by
 * those of others, since all commit before all open; and of these the public coins of a program. Coins of checks: `check_coin.ts`.
 *
 * Any number of parties, of which in the exchange of commitments all but one may deviate and see the others' messages of a round before
 * they send their own. Each also tells the others what it was told, so a party that tells two of them different things, or links that
 * lead into another run, are found before anything is used. Blum 1983 (Coin flipping by telephone), with an echo.
 *
 * @module
 */
import { DesyncError, type Memory, type Message, type PartyId, round, type Step } from "@symbolon/protocol";
import { deriveKey, sameBytes } from "./prg.ts";

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

/** Bytes of a commitment and of an echo. */
const DIGEST = 32;

/** Who contributes, by ascending number. */
export interface Circle {
  readonly self: PartyId;
  readonly among: readonly PartyId[];
  readonly memory: Memory;
}

/** What makes commitments and echoes of this use differ from all others, and its errors. Both give 32 bytes. */
export interface Commitments {
  readonly commit: (party: PartyId, contribution: Uint8Array) => Uint8Array;
  readonly echo: (commitments: readonly Uint8Array[]) => Uint8Array;
  /** That a party was told other commitments than this one. */
  readonly misled: (party: PartyId) => Error;
  /** That a party opens something else. */
  readonly changed: (party: PartyId) => Error;
}

/** Bytes on each directed link for contributions of so many bytes. */
export function openingBytes(contribution: number): number {
  return contribution + 2 * DIGEST;
}

/**
 * The contributions of all, in the order of `among`; `own` is this party's, hard to guess and used for nothing else.
 *
 * Cost: 2 rounds, {@linkcode openingBytes} a directed link.
 *
 * @throws {Error} `misled` or `changed`
 */
export function* commitAndOpen(
  { self, among, memory }: Circle,
  own: Uint8Array,
  { commit, echo, misled, changed }: Commitments,
): Step<Uint8Array[]> {
  const peers = among.filter((p) => p !== self);
  /** Tells all peers the same; what they tell, in the order of `among`. */
  function* tell(mine: Uint8Array): Step<Uint8Array[]> {
    const bytes = mine.length;
    const at = new Map(among.map((party) => [party, memory.scratch(bytes)]));
    memory.bytes.set(mine, at.get(self)!);
    const message = (peer: PartyId, from: PartyId): Message => ({ peer, at: at.get(from)!, bytes });
    yield round(peers.map((peer) => message(peer, self)), peers.map((peer) => message(peer, peer)));
    return [...at.values()].map((from) => memory.bytes.slice(from, from + bytes));
  }
  const commitments = yield* tell(commit(self, own));
  const heard = echo(commitments);
  const opening = new Uint8Array(own.length + DIGEST);
  opening.set(own);
  opening.set(heard, own.length);
  const opened = yield* tell(opening);
  return opened.map((bytes, i) => {
    const party = among[i]!, contribution = bytes.slice(0, own.length);
    if (!sameBytes(bytes.subarray(own.length), heard)) throw misled(party);
    if (!sameBytes(commit(party, contribution), commitments[i]!)) throw changed(party);
    return contribution;
  });
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
