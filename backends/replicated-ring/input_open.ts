/**
 * F_input and F_open.
 *
 * @module
 */
import { type Elements, type InputCall, type OpenCall, round, type Step } from "@symbolon/protocol";
import { ring } from "@symbolon/kernels";
import { type Party, type ReplicatedShare, words } from "./party.ts";

/**
 * Π_input: the owner o draws x_o from k_o and x_{o+1} from k_{o+1}, and sends x_{o+2} = x − x_o − x_{o+1} to its two holders.
 *
 * Masked by: x_o towards party o+1 (k_o is unknown to it), x_{o+1} towards party o−1.
 *
 * Cost: 1 round, 2 words an element.
 */
export function* input(party: Party, call: InputCall, value: Elements | null, out: ReplicatedShare): Step<void> {
  const { self, prev, after, own, next } = party;
  const n = out.n;
  if (self === call.owner) {
    if (value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
    const rest = words(party, n);
    own.mask.words(out.mine, n);
    next.mask.words(out.next, n);
    ring.sub(value.at, out.mine, rest, n);
    ring.sub(rest, out.next, rest, n);
    yield round([{ peer: after, at: rest, bytes: 8 * n }, { peer: prev, at: rest, bytes: 8 * n }], []);
  } else if (self === (call.owner + 1) % 3) {
    own.mask.words(out.mine, n);
    yield round([], [{ peer: call.owner, at: out.next, bytes: 8 * n }]);
  } else {
    next.mask.words(out.next, n);
    yield round([], [{ peer: call.owner, at: out.mine, bytes: 8 * n }]);
  }
}

/**
 * Π_open: every party that is to learn x gets the one summand it lacks, x_{i−1}, from the party before it.
 *
 * Masked by nothing: the summand is fixed by x and what the receiver holds.
 *
 * Cost: 1 round, 1 word an element and receiver.
 */
export function* open(party: Party, call: OpenCall, x: ReplicatedShare, out: Elements | null): Step<void> {
  const { self, prev, after } = party;
  const send = call.to === "all" || call.to === after ? [{ peer: after, at: x.mine, bytes: 8 * x.n }] : [];
  if (call.to !== "all" && call.to !== self) return void (yield round(send, []));
  if (out === null) throw new TypeError(`Party ${self} learns a value but was given no place for it`);
  yield round(send, [{ peer: prev, at: out.at, bytes: 8 * x.n }]);
  ring.add(out.at, x.mine, out.at, x.n);
  ring.add(out.at, x.next, out.at, x.n);
}
