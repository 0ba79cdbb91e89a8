/**
 * F_shuffle: rows in an order that no party knows.
 *
 * Three parties, one passively corrupt, Z_2^64. Each pair draws a permutation from its common key; the order is their composition,
 * so every party lacks one factor. Araki, Furukawa, Ohara, Pinkas, Rosemarin, Tsuchida 2021 (Secure graph analysis at
 * scale, CCS), after Laur, Willemson, Zhang 2011.
 *
 * @module
 */
import { round, type ShuffleCall, sizeOf, type Step } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { type Party, type ReplicatedShare, type RingOperations, roleOf, rotated, words } from "./party.ts";

/**
 * Π_shuffle. With π_i drawn from k_i, [y] = π_2 π_0 π_1 [x].
 *
 * x is taken as a sum of two: x_0 + x_1, which party 0 holds, and x_2, which parties 1 and 2 hold. Party 0 knows π_1 and π_0 and
 * applies both at once, party 1 applies π_1 to the other summand and party 2 then π_0; last they both apply π_2. Between the
 * passes the summands are masked by s from k_1 and t from k_0; at the end y_1 from k_1 and y_0 from k_0 are fresh, and
 * parties 1 and 2 put y_2 together:
 *
 * - Round 1. 0 → 1: v = π_0(π_1(x_0 + x_1) + s) + t. 1 → 2: w = π_1(x_2) − s.
 * - Round 2. 1 → 2: π_2(v) − y_1. 2 → 1: π_2(π_0(w) − t) − y_0.
 *
 * Masked by: v by t and the last message to party 1 by y_0, both from k_0, which party 1 lacks; w by s and the last message to
 * party 2 by y_1, both from k_1, which party 2 lacks. Party 0 receives nothing. So what a party sees is uniform, whatever x
 * and the permutation it lacks.
 *
 * Cost: 2 rounds, 4 words an element.
 */
export function* shuffle(party: Party, call: ShuffleCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
  const { prev, after, own, next } = party;
  const n = x.n;
  const height = x.shape[0]!;
  const bytes = 8 * n;
  /** out = the rows of `from` in this order. */
  const permute = (order: number, from: number, to: number) =>
    layout.gatherRows(from, order, height, height === 0 ? 0 : bytes / height, to);
  const draw = (streams: Party["own"]) => {
    const order = party.memory.scratch(4 * height);
    streams.order.permutation(order, height);
    return order;
  };
  // Everything is drawn before the first round: whatever else shares the rounds, both holders of a key draw in the same order.
  switch (roleOf(party, call.turn)) {
    case 0: {
      const [sum, v] = [words(party, n), words(party, n)];
      const mark = party.memory.mark();
      const mask = words(party, n);
      ring.add(x.mine, x.next, sum, n);
      permute(draw(next), sum, v);
      next.mask.words(mask, n);
      next.mask.words(out.next, n);
      ring.add(v, mask, v, n);
      permute(draw(own), v, sum);
      own.mask.words(mask, n);
      own.mask.words(out.mine, n);
      ring.add(sum, mask, v, n);
      party.memory.release(mark);
      yield round([{ peer: after, at: v, bytes }], []);
      return yield round([], []);
    }
    case 1: {
      const [w, v] = [words(party, n), words(party, n)];
      const order = draw(next);
      const mark = party.memory.mark();
      const s = words(party, n);
      permute(draw(own), x.next, w);
      own.mask.words(s, n);
      own.mask.words(out.mine, n);
      ring.sub(w, s, w, n);
      party.memory.release(mark);
      yield round([{ peer: after, at: w, bytes }], [{ peer: prev, at: v, bytes }]);
      permute(order, v, w);
      ring.sub(w, out.mine, w, n);
      yield round([{ peer: after, at: w, bytes }], [{ peer: after, at: out.next, bytes }]);
      return ring.add(w, out.next, out.next, n);
    }
    case 2: {
      const [w, t] = [words(party, n), words(party, n)];
      const [first, last] = [draw(next), draw(own)];
      next.mask.words(t, n);
      next.mask.words(out.next, n);
      yield round([], [{ peer: prev, at: w, bytes }]);
      permute(first, w, out.mine);
      ring.sub(out.mine, t, t, n);
      permute(last, t, w);
      ring.sub(w, out.next, w, n);
      yield round([{ peer: prev, at: w, bytes }], [{ peer: prev, at: out.mine, bytes }]);
      return ring.add(w, out.mine, out.mine, n);
    }
  }
}

/** What this backend says of it. */
export const SHUFFLE: Pick<RingOperations, "shuffle"> = {
  shuffle: {
    cost({ shape, turn }) {
      const bytes = 8 * sizeOf(shape);
      return rotated({ rounds: 2, messages: [[0, 1, bytes], [1, 2, 2 * bytes], [2, 1, bytes]] }, turn);
    },
    step: (party, call, [x], out) => shuffle(party, call, x!, out),
    // Whoever draws a permutation computes with it outside of kernels.
    recorded: false,
  },
};
