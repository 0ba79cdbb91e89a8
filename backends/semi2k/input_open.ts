/**
 * F_input and F_open.
 *
 * @module
 */
import {
  type Elements,
  type Feed,
  free,
  type InputCall,
  linkTable,
  NO_DEMAND,
  type OpenCall,
  round,
  sizeOf,
  type Step,
} from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { type AdditiveShare, broadcast, type Operations, type Party, words } from "./party.ts";

/** Elements that an owner masks at a time: what it needs memory for besides its shares is 8 MiB. */
const INPUT_PORTION = 2 ** 20;

/**
 * Π_input: each other party draws its summand from the key it has in common with the owner, which keeps x minus all of them.
 *
 * Cost: nothing.
 */
// deno-lint-ignore require-yield -- a step of no rounds
export function* input(party: Party, call: InputCall, value: Feed | null, out: AdditiveShare): Step<void> {
  const { self, memory, pairs } = party;
  const taken = self === call.owner ? null : pairs.find(({ peer }) => peer === call.owner)!.taken;
  if (taken === null && value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
  const mark = memory.mark();
  const theirs = taken === null ? words(party, Math.min(out.n, INPUT_PORTION)) : 0;
  for (let first = 0; first < out.n; first += INPUT_PORTION) {
    const n = Math.min(INPUT_PORTION, out.n - first);
    const at = out.at + 8 * first;
    taken?.words(at, n);
    value?.(at, n);
    if (taken === null) {
      for (const { given } of pairs) {
        given.words(theirs, n);
        ring.sub(at, theirs, at, n);
      }
    }
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

/** Nothing to check: the adversary follows the protocol. */
function* verify(): Step<void> {}

/** What goes in and out. */
export const INPUT_OPEN: Pick<Operations, "input" | "open" | "verify"> = {
  input: { cost: (_, parties) => free(parties), step: input },
  open: {
    cost({ to, shape }, parties) {
      const sent = (from: number, receiver: number) => from !== receiver && (to === "all" || to === receiver);
      const links = linkTable(parties).map((row, p) => row.map((_, q) => sent(p, q) ? 8 * sizeOf(shape) : 0));
      return { rounds: 1, links, demand: NO_DEMAND };
    },
    step: open,
  },
  verify: { cost: (_, parties) => free(parties), step: verify },
};
