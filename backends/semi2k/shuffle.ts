/**
 * F_shuffle: rows in an order that no party knows.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Each party in turn applies a random permutation of its own: as long as one of them
 * is honest, the order is uniform to the others. Laur, Willemson and Zhang 2011, section 4; each turn as in Chase, Ghosh and
 * Poburinnaya 2020 (Secret-shared shuffle), section 4.
 *
 * @module
 */
import { type Message, round, type Shape, type ShuffleCall, sizeOf, type Step } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { MATERIAL } from "./material.ts";
import { type AdditiveShare, type Operations, type Party, words } from "./party.ts";
import type { Rows } from "./shuffle_material.ts";
import { onAllLinks, type SymmetricCost } from "./symmetric_cost.ts";

/** Rows of a tensor: its first axis. */
function rowsOf(shape: Shape): Rows {
  return { height: shape[0]!, width: sizeOf(shape.slice(1)) };
}

/**
 * Π_shuffle. In party p's turn every other party q sends x_q − a_q and goes on with b_q; party p goes on with
 * π(x_p + Σ (x_q − a_q)) + Σ (π(a_q) − b_q), the last of which it has from preprocessing.
 *
 * Masked by: a_q, used for nothing else. The turn of an honest party makes a fresh sharing for all the others; the turn of a
 * corrupt one adds a permutation and a shift that it knows, so the result is fresh once an honest party has had its turn.
 *
 * Cost: a round for each party, 1 word an element on each directed link in all.
 */
export function* shuffle(party: Party, call: ShuffleCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
  const { self, parties, memory, pairs, store } = party;
  const { height, width } = rowsOf(call.shape);
  const n = x.n, bytes = 8 * n;
  if (n === 0) return yield* silence(parties);
  const { places, from } = store.take(MATERIAL.permutations.of({ height, width }), 1);
  const part = (i: number) => places[i]! + bytes * from;
  const current = words(party, n);
  const arrived: number[] = pairs.map(() => words(party, n));
  layout.copy(out.at, x.at, bytes);
  for (let turn = 0; turn < parties; turn++) {
    if (turn === self) {
      yield round([], pairs.map(({ peer }, i): Message => ({ peer, at: arrived[i]!, bytes })));
      for (const theirs of arrived) ring.add(out.at, theirs, out.at, n);
      layout.copy(current, out.at, bytes);
      layout.gatherRows(current, places[0]! + 4 * height * from, height, 8 * width, out.at);
      ring.add(out.at, part(1), out.at, n);
    } else {
      const i = pairs.findIndex(({ peer }) => peer === turn);
      const message = memory.scratch(bytes);
      ring.sub(out.at, part(2 + 2 * i), message, n);
      layout.copy(out.at, part(3 + 2 * i), bytes);
      yield round([{ peer: turn, at: message, bytes }], []);
    }
  }
}

function* silence(rounds: number): Step<void> {
  for (let i = 0; i < rounds; i++) yield round([], []);
}

/** Cost of {@linkcode shuffle}. */
function shuffleCost(shape: Shape, parties: number): SymmetricCost {
  const { height, width } = rowsOf(shape);
  const n = height * width;
  return {
    rounds: parties,
    bytes: 8 * n,
    demand: n === 0 ? new Map() : new Map([[MATERIAL.permutations.of({ height, width }), 1]]),
  };
}

/** What this backend says of it. */
export const SHUFFLE: Pick<Operations, "shuffle"> = {
  shuffle: {
    cost: ({ shape }, parties) => onAllLinks(shuffleCost(shape, parties), parties),
    step: (party, call, [x], out) => shuffle(party, call, x!, out),
  },
};
