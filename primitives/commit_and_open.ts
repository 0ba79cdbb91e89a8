/**
 * Contributions of several parties that nobody can choose by those of others: all commit, then all open.
 *
 * Any number of parties, all but one of whom may deviate and see the others' messages of a round before they send their own. Each also
 * tells the others what it was told, so a party that tells two of them different things is found before anything is used. Blum 1983
 * (Coin flipping by telephone), with an echo.
 *
 * @module
 */
import { type Memory, type Message, type PartyId, round, type Step } from "@symbolon/protocol";
import { sameBytes } from "./hash.ts";

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
