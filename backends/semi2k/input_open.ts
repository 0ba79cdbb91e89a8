/**
 * F_input and F_open.
 *
 * @module
 */
import { type Elements, type InputCall, type OpenCall, round, type Step } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { type AdditiveShare, broadcast, type Party, words } from "./party.ts";

/**
 * Π_input: each other party draws its summand from the key it has in common with the owner, which keeps x minus all of them.
 *
 * Cost: nothing.
 */
// deno-lint-ignore require-yield -- a step of no rounds
export function* input(party: Party, call: InputCall, value: Elements | null, out: AdditiveShare): Step<void> {
  const { self, memory, pairs } = party;
  if (self !== call.owner) return pairs.find(({ peer }) => peer === call.owner)!.taken.words(out.at, out.n);
  if (value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
  layout.copy(out.at, value.at, 8 * out.n);
  const mark = memory.mark();
  const theirs = words(party, out.n);
  for (const { given } of pairs) {
    given.words(theirs, out.n);
    ring.sub(out.at, theirs, out.at, out.n);
  }
  memory.release(mark);
}

/**
 * Π_open: every party sends its summand to all others, or to the one that is to learn x.
 *
 * Masked by nothing: the summands of the honest are uniform but for their sum, which x fixes.
 *
 * Cost: 1 round, 1 word an element from each party to each receiver.
 */
export function* open(party: Party, call: OpenCall, x: AdditiveShare, out: Elements | null): Step<void> {
  const { self, pairs } = party;
  const bytes = 8 * x.n;
  if (call.to !== "all" && call.to !== self) return void (yield round([{ peer: call.to, at: x.at, bytes }], []));
  if (out === null) throw new TypeError(`Party ${self} learns a value but was given no place for it`);
  const everybody = broadcast(party, x.at, bytes);
  yield call.to === "all" ? everybody.round : round([], everybody.round.receive);
  layout.copy(out.at, x.at, bytes);
  pairs.forEach((_, i) => ring.add(out.at, everybody.received[i]!, out.at, x.n));
}

/** Opens n words in place: afterwards they are the sum. Cost: 1 round, 1 word on each directed link. */
export function* openWords(party: Party, at: number, n: number): Step<void> {
  const { round, received } = broadcast(party, at, 8 * n);
  yield round;
  for (const theirs of received) ring.add(at, theirs, at, n);
}
