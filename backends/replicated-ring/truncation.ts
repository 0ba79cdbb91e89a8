/**
 * Division by 2^m without the failure of local truncation: one round for a shared value, two with a product before it.
 *
 * Let z = z_0 + z_1 + z_2 with −2^(L−2) ≤ z < 2^(L−2), where L is the ring's width. Parties 0 and 2 know a mask r that party 1 does
 * not, and party 1 learns c = z + 2^(L−2) + r mod 2^L. As integers c − r is z + 2^(L−2), or less by 2^L exactly when b = topbit(r) = 1
 * and w = 1 − topbit(c) = 1. So z / 2^m = (c >> m) − (r >> m) + 2^(L−m)·w·b − 2^(L−2−m) up to one unit, and the correction w·b is
 * shared with factors mod 2^m only. The scheme and the argument for its security are in docs/security.md.
 *
 * With y the result, y = floor((z + r mod 2^m) / 2^m): rounding with a uniform threshold that parties 0 and 2 know; nobody
 * knows the error. Roles rotate with `turn`.
 *
 * @module
 */
import { round, sizeOf, type Step, type Trunc, type TruncCall } from "@symbolon/protocol";
import { layout, ring, trunc as kernel } from "@symbolon/kernels";
import { carryMessages, sign, signCost } from "./comparison.ts";
import {
  inSequence,
  type Party,
  type ReplicatedShare,
  type RingOperations,
  type RoleCost,
  roleOf,
  rotated,
  shareAt,
  summandBytes,
  words,
} from "./party.ts";

/** Bytes of n values of m bits, packed. */
function packedBytes(n: number, m: number): number {
  return Math.ceil(n * m / 8);
}

/** The largest number of bits z may have: |z| ≤ 2^(L−2). */
function checkRange(party: Party, { bits, bound }: Trunc): void {
  const top = party.bits - 2;
  if (bound > top) throw new RangeError(`Cannot truncate values of ${bound} bits: at most ${top} fit the ring`);
  if (bits < 1 || bits > top) throw new RangeError(`Cannot truncate by ${bits} bits: from 1 to ${top} are possible`);
}

/**
 * [y] = [x] / 2^m.
 *
 * Here r = a − x_0 and c = x_1 + x_2 + a + 2^(L−2), so that all messages travel together. a is public and uniform, fresh for each element:
 * without it the threshold, a − x_0 mod 2^m, would be the same for values with related shares, such as copies and constants.
 *
 * Masked by: t_0, t_2 by u_0, u_2 (party 1 lacks k_0); δ by e_2 towards party 0 and by e_0 towards party 2; g by s towards party 2.
 *
 * Cost: 1 round, 1 word and 4m bits an element; nearest rounding adds the comparison of {@linkcode roundNearest}.
 */
export function* truncate(party: Party, call: TruncCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
  const { trunc, turn } = call;
  checkRange(party, trunc);
  const role = roleOf(party, turn);
  const n = x.n;
  const masked = words(party, n), shift = words(party, n);
  party.thresholds.words(shift, n);
  if (role === 1) {
    ring.add(x.mine, x.next, masked, n);
    ring.add(masked, shift, masked, n);
    ring.addScalar(masked, 1n << BigInt(party.bits - 2), masked, n);
  } else ring.sub(shift, role === 0 ? x.mine : x.next, masked, n);
  if (role === 1) yield* learn(party, trunc.bits, masked, null, null, out);
  else yield* hold(party, trunc.bits, masked, null, out, turn);
  if (trunc.rounding === "nearest") yield* roundNearest(party, trunc.bits, masked, out, turn);
}

/**
 * [y] = (Σ z_i) / 2^m, from summands that each party knows alone, such as local products: no share of zero is needed.
 *
 * Masked by: z_0 by r', z_2 by r'' towards party 1 (it lacks k_0), the rest as in {@linkcode truncate}.
 *
 * Cost: 2 rounds, 3 words and 4m bits an element; nearest rounding adds the comparison of {@linkcode roundNearest}.
 */
export function* truncateSum(party: Party, trunc: Trunc, z: number, out: ReplicatedShare, turn: number): Step<void> {
  checkRange(party, trunc);
  const role = roleOf(party, turn);
  const n = out.n;
  if (role === 1) {
    const masked = words(party, n);
    ring.addScalar(z, 1n << BigInt(party.bits - 2), masked, n);
    yield* learn(party, trunc.bits, masked, words(party, n), words(party, n), out);
    if (trunc.rounding === "nearest") yield* roundNearest(party, trunc.bits, masked, out, turn);
    return;
  }
  const k0 = role === 0 ? party.own.mask : party.next.mask;
  const r = words(party, n);
  const other = words(party, n);
  k0.words(r, n);
  k0.words(other, n);
  ring.add(z, role === 0 ? r : other, z, n);
  ring.add(r, other, r, n);
  yield* hold(party, trunc.bits, r, z, out, turn);
  if (trunc.rounding === "nearest") yield* roundNearest(party, trunc.bits, r, out, turn);
}

/**
 * A holder of r: role 0 or 2. `summand` is its masked summand for party 1, null where c needs none: then all is one round.
 *
 * y_0 = −(r >> m) + 2^(L−m)·(δ·b + u_0 + u_2) is common to both; role 0 also has y_1, role 2 y_2.
 */
function* hold(
  party: Party,
  m: number,
  r: number,
  summand: number | null,
  out: ReplicatedShare,
  turn: number,
): Step<void> {
  const role = roleOf(party, turn);
  const { bits, prev, after } = party;
  const n = out.n;
  const packed = packedBytes(n, m);
  const learner = role === 0 ? after : prev;
  const [k0, other] = role === 0 ? [party.own.mask, party.next.mask] : [party.next.mask, party.own.mask];
  const [u0, u2, e, t, delta] = [words(party, n), words(party, n), words(party, n), words(party, n), words(party, n)];
  const [tPacked, deltaPacked] = [party.memory.scratch(packed), party.memory.scratch(packed)];
  k0.bits(u0, n, m);
  k0.bits(u2, n, m);
  // Role 0 shares s and e_0 with the learner through k_1, role 2 shares e_2 through k_2.
  const y1 = role === 0 ? out.next : out.mine;
  if (role === 0) other.words(y1, n);
  other.bits(e, n, m);
  kernel.offer(r, e, role === 0 ? u0 : u2, n, m, bits, t);
  layout.pack(t, n, m, tPacked);
  const sendT = { peer: learner, at: tPacked, bytes: packed };
  const receive = [{ peer: learner, at: deltaPacked, bytes: packed }];
  // g, the other summand of role 2, arrives in place.
  if (role === 2) receive.push({ peer: learner, at: y1, bytes: 8 * n });
  if (summand === null) yield round([sendT], receive);
  else {
    yield round([{ peer: learner, at: summand, bytes: 8 * n }, sendT], []);
    yield round([], receive);
  }
  layout.unpack(deltaPacked, n, m, delta);
  kernel.settle(r, delta, u0, u2, n, m, bits, role === 0 ? out.mine : out.next);
  kernel.lift(y1, t, n, m, bits, y1);
}

/**
 * The party that learns c: role 1. `masked` holds its own part of c; the summands of the others arrive at `from0` and `from2` in a
 * round of their own, or `masked` is c already.
 *
 * y_1 = s + 2^(L−m)·t_0 and y_2 = g + 2^(L−m)·t_2.
 */
function* learn(
  party: Party,
  m: number,
  masked: number,
  from0: number | null,
  from2: number | null,
  out: ReplicatedShare,
): Step<void> {
  const { bits, prev, after } = party;
  const n = out.n;
  const packed = packedBytes(n, m);
  const [e0, e2, t, delta] = [words(party, n), words(party, n), words(party, n), words(party, n)];
  const [t0, t2, deltaPacked] = [
    party.memory.scratch(packed),
    party.memory.scratch(packed),
    party.memory.scratch(packed),
  ];
  const s = out.mine;
  party.own.mask.words(s, n);
  party.own.mask.bits(e0, n, m);
  party.next.mask.bits(e2, n, m);
  const receiveT = [{ peer: prev, at: t0, bytes: packed }, { peer: after, at: t2, bytes: packed }];
  if (from0 !== null && from2 !== null) {
    yield round([], [
      { peer: prev, at: from0, bytes: 8 * n },
      receiveT[0]!,
      { peer: after, at: from2, bytes: 8 * n },
      receiveT[1]!,
    ]);
    ring.add(masked, from0, masked, n);
    ring.add(masked, from2, masked, n);
  }
  kernel.learn(masked, e0, e2, s, n, m, bits, delta, out.next);
  layout.pack(delta, n, m, deltaPacked);
  yield round([
    { peer: prev, at: deltaPacked, bytes: packed },
    { peer: after, at: deltaPacked, bytes: packed },
    { peer: after, at: out.next, bytes: 8 * n },
  ], from0 === null ? receiveT : []);
  layout.unpack(t0, n, m, t);
  kernel.lift(out.mine, t, n, m, bits, out.mine);
  layout.unpack(t2, n, m, t);
  kernel.lift(out.next, t, n, m, bits, out.next);
}

/**
 * Makes `out` the floor of (z + 2^(m−1)) / 2^m exactly.
 *
 * With ρ = r − 2^(m−1) as an integer, z + 2^(m−1) + 2^(L−2) is c − ρ but for the wrap that `out` has corrected already, so the
 * floor is (c >> m) − (ρ >> m) − [c mod 2^m < ρ mod 2^m] + …; the holders of r put ρ >> m in the place of r >> m, and the bit is
 * the comparison of {@linkcode sign} on m + 1 bits: party 1, its dealer, knows c, the two others know ρ. Nothing is added to z, so
 * its range is that of the probabilistic truncation.
 *
 * Cost: that of a comparison of m-bit numbers.
 */
function* roundNearest(party: Party, m: number, masked: number, out: ReplicatedShare, turn: number): Step<void> {
  const n = out.n;
  const role = roleOf(party, turn);
  const low = words(party, n);
  const packed = party.memory.scratch(packedBytes(n, m));
  if (role === 1) layout.pack(masked, n, m, packed);
  else {
    kernel.halve(masked, n, m, role === 0 ? out.mine : out.next);
    ring.addScalar(masked, BigInt.asUintN(64, -(1n << BigInt(m - 1))), low, n);
    layout.pack(low, n, m, packed);
  }
  layout.unpack(packed, n, m, low);
  if (role !== 1) ring.negate(low, low, n);
  const borrow = shareAt(out.shape, party.memory.scratch(2 * summandBytes(n)));
  yield* sign(party, { width: m + 1, value: low, turn: turn + 1 }, borrow);
  ring.sub(out.mine, borrow.mine, out.mine, n);
  ring.sub(out.next, borrow.next, out.next, n);
}

/** Cost of a truncation of n elements, whatever masks them. */
export function truncationCost({ bits, rounding }: Trunc, n: number): RoleCost {
  const packed = packedBytes(n, bits);
  const floor: RoleCost = {
    rounds: 1,
    messages: [[0, 1, packed], [2, 1, packed], [1, 0, packed], [1, 2, packed + 8 * n]],
  };
  return rounding === "probabilistic" ? floor : inSequence(floor, carryMessages(signCost(bits + 1, n), 1));
}

/** What this backend says of it. */
export const TRUNCATION: Pick<RingOperations, "trunc"> = {
  trunc: {
    cost: ({ trunc, shape, turn }) => rotated(truncationCost(trunc, sizeOf(shape)), turn),
    step: (party, call, [x], out) => truncate(party, call, x!, out),
    recorded: true,
  },
};
