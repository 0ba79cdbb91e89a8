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
  type OpenCall,
  round,
  sizeOf,
  type Step,
} from "@symbolon/protocol";
import { ring } from "@symbolon/kernels";
import { type RingOperations, rotated } from "./operations.ts";
import { type Party, type ReplicatedShare, words } from "./party.ts";

/** Elements that are input in a round: what an owner needs memory for besides its shares is 8 MiB. */
export const INPUT_PORTION = 2 ** 20;

/** Rounds that the input of n elements takes. */
export function inputRounds(n: number): number {
  return Math.max(1, Math.ceil(n / INPUT_PORTION));
}

/**
 * Π_input: the owner o draws x_o from k_o and x_{o+1} from k_{o+1}, and sends x_{o+2} = x − x_o − x_{o+1} to its two holders.
 *
 * Masked by: x_o towards party o+1 (k_o is unknown to it), x_{o+1} towards party o−1.
 *
 * Large inputs go in portions of 2^20 elements, one a round.
 *
 * Cost: 1 round a portion, 2 words an element.
 */
export function* input(party: Party, call: InputCall, value: Feed | null, out: ReplicatedShare): Step<void> {
  const { self, prev, after, own, next } = party;
  const rest = self === call.owner ? words(party, Math.min(out.n, INPUT_PORTION)) : 0;
  for (let part = 0; part < inputRounds(out.n); part++) {
    const first = part * INPUT_PORTION;
    const n = Math.min(INPUT_PORTION, out.n - first);
    const [mineAt, nextAt] = [out.mine + 8 * first, out.next + 8 * first];
    if (self === call.owner) {
      if (value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
      value(rest, n);
      own.mask.words(mineAt, n);
      next.mask.words(nextAt, n);
      ring.sub(rest, mineAt, rest, n);
      ring.sub(rest, nextAt, rest, n);
      yield round([{ peer: after, at: rest, bytes: 8 * n }, { peer: prev, at: rest, bytes: 8 * n }], []);
    } else if (self === (call.owner + 1) % 3) {
      own.mask.words(mineAt, n);
      yield round([], [{ peer: call.owner, at: nextAt, bytes: 8 * n }]);
    } else {
      next.mask.words(nextAt, n);
      yield round([], [{ peer: call.owner, at: mineAt, bytes: 8 * n }]);
    }
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

/** Nothing to check: the adversary follows the protocol. */
function* verify(): Step<void> {}

/** What goes in and out. */
export const INPUT_OPEN: Pick<RingOperations, "input" | "open" | "verify"> = {
  input: {
    cost({ owner, shape }) {
      const n = sizeOf(shape);
      return rotated({ rounds: inputRounds(n), messages: [[0, 1, 8 * n], [0, 2, 8 * n]] }, owner);
    },
    step: input,
    // Values come from outside.
    recorded: false,
  },
  open: {
    cost({ to, shape }) {
      const bytes = 8 * sizeOf(shape);
      const receivers = to === "all" ? [0, 1, 2] : [to];
      return rotated({ rounds: 1, messages: receivers.map((p) => [p + 2, p, bytes] as const) }, 0);
    },
    step: open,
    recorded: true,
  },
  verify: { cost: () => free(3), step: verify, recorded: true },
};
