/**
 * Opening to all with the check put off: KOS16 (Π_[·], Open); DKLPSS13.
 *
 * @module
 */
import { type PartyId, round, type Step } from "@symbolon/protocol";
import { field } from "@symbolon/kernels";
import { ELEMENT, elements, type Party, type Vector } from "./party.ts";

/**
 * Opens n values in place: afterwards the shares are what was opened, and the log has it with its MACs.
 *
 * Nothing that depends on it may leave the parties' own computation unmasked before the check.
 *
 * Cost: 1 round, 16 bytes an element on each directed link.
 */
export function* openInPlace(party: Party, x: Vector): Step<void> {
  const { peers, openings } = party, bytes = ELEMENT * x.n;
  openings.expect(x.n);
  const received = peers.map(() => elements(party, x.n));
  yield round(
    peers.map((peer) => ({ peer, at: x.at, bytes })),
    peers.map((peer, i) => ({ peer, at: received[i]!, bytes })),
  );
  for (const theirs of received) {
    takeElements(theirs, x.n);
    field.add(x.at, theirs, x.at, x.n);
  }
  openings.opened(x.at, x.mac, x.n);
}

/** One party tells all others n elements at `at`; afterwards all have them there. Cost: 1 round, 16 bytes an element to each. */
export function* tellAll({ self, peers, openings }: Party, owner: PartyId, at: number, n: number): Step<void> {
  const bytes = ELEMENT * n;
  yield self === owner
    ? round(peers.map((peer) => ({ peer, at, bytes })), [])
    : round([], [{ peer: owner, at, bytes }]);
  if (self !== owner) takeElements(at, n);
  openings.told(at, bytes);
}

/** Makes elements of what a peer has sent: kernels count on numbers below p, and a peer may send any 16 bytes. */
function takeElements(at: number, n: number): void {
  field.reduce(at, at, n);
}
