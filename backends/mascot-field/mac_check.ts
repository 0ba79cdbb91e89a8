/**
 * The check of everything opened so far: DKLPSS13 (Π_MACCheck); KOS16 (Π_[·], Check).
 *
 * With the coefficients r_j of a fresh coin party i has σ_i = Σ_j r_j · s_ij, where s_ij = m_ij − Δ_i · a_j is in its log. All commit to
 * their σ_i, show them, and Σ σ_i must be 0. If some a_j was opened with an error, the sum of errors under r is 0 with probability
 * 2/2^128 at most, and otherwise σ_i must be shifted by that sum times Δ, which nobody knows.
 *
 * @module
 */
import { ConsistencyError, MacCheckError, NO_DEMAND, round, type Step, together } from "@symbolon/protocol";
import { bits as planes, draw, field, gf128, layout, startStream, STREAM_BYTES } from "@symbolon/kernels";
import { hash } from "@symbolon/primitives";
import { checkCoin, coinBytes, commitAndReveal, revealBytes } from "./check_coin.ts";
import { onAllLinks, type StepCost } from "./cost.ts";
import { demandOf, MATERIAL, takeOwnedBits } from "./material.ts";
import type { Unchecked } from "./openings.ts";
import type { OwnedBits } from "./owned.ts";
import { ELEMENT, elements, type Operations, type Party } from "./party.ts";
import { MASK_BITS, PROOF_BYTES, type Unproved } from "./proofs.ts";

/** Bytes of the sums of elements and of bits. */
const SUMS = 2 * ELEMENT;

/**
 * Π_check: of all that was opened. Of two checks side by side the first takes what is in the log, and both take as many rounds: so when
 * either ends, all that was opened before it began has been checked.
 *
 * Cost: {@linkcode checkCost}, however much was opened.
 *
 * @throws {MacCheckError} if something was opened that does not fit its MACs
 * @throws {ConsistencyError} if parties were told different things
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function check(party: Party): Step<void> {
  return party.trust.checked(checkWith(party, () => null));
}

/**
 * Π_check, and of what party 0 has entered whether it is what its numbers give.
 *
 * Masked by: what hides proofs in `proofs.ts`.
 *
 * Cost: {@linkcode fullCheckCost}.
 *
 * @throws {MacCheckError} as {@linkcode check}
 * @throws {ConsistencyError} as it, and if party 0 has entered something else
 * @throws {CommitmentError} as it
 */
export function* fullCheck(party: Party): Step<void> {
  const unproved = party.proofs.take(), masks = takeOwnedBits(party, MASK_BITS * (party.parties - 1));
  yield* party.trust.checked(checkWith(party, (coin) => proveFirst(party, { unproved, masks, coin })));
}

/** A check of openings; what `beside` makes of its coin goes on at the same time. */
function* checkWith(party: Party, beside: (coin: Uint8Array) => Step<boolean> | null): Step<void> {
  const { memory, openings } = party;
  const unchecked = openings.take(), number = openings.checks++;
  const coin = yield* checkCoin(party, number, unchecked.told);
  const own = combinations(party, unchecked, coin), more = beside(coin);
  let shown: readonly Uint8Array[] = [], proved = true;
  yield* together([
    (function* (): Step<void> {
      if (more !== null) proved = yield* more;
    })(),
    (function* (): Step<void> {
      shown = yield* commitAndReveal(party, { name: "mac", check: number }, memory.bytes.slice(own, own + SUMS));
    })(),
  ]);
  if (!addUpToZero(party, shown)) {
    throw new MacCheckError(
      "An opened value does not fit its MAC: a party has changed a share, or a link what it carries. The run ends and gives nothing " +
        "more out. Start anew",
    );
  }
  if (!proved) {
    throw new ConsistencyError(
      "What party 0 has entered is not what its numbers give: it deviates from the protocol. The run ends and gives nothing more out",
    );
  }
  openings.checked(unchecked);
}

/** What is proved, and by what. */
interface Proof {
  readonly unproved: Unproved;
  readonly masks: OwnedBits;
  readonly coin: Uint8Array;
}

/** Party 0 proves the products of its circuits to each other party, in 1 round: whether this one has seen nothing wrong. */
function* proveFirst({ self, peers, memory, proofs }: Party, { unproved, masks, coin }: Proof): Step<boolean> {
  const bytes = PROOF_BYTES, key = hash("symbolon/mascot-field/proof-coin", coin);
  if (self === 0) {
    yield round(
      peers.map((peer) => {
        const at = memory.scratch(bytes);
        memory.bytes.set(proofs.message(unproved, peer, key, masks), at);
        return { peer, at, bytes };
      }),
      [],
    );
    proofs.proved(unproved);
    return true;
  }
  const at = memory.scratch(bytes);
  yield round([], [{ peer: 0, at, bytes }]);
  const right = proofs.accepts(unproved, 0, memory.bytes.slice(at, at + bytes), key, masks);
  proofs.proved(unproved);
  return right;
}

/** Σ r_j · s_ij over the field, then over GF(2^128), with r_j from the coin: two elements in scratch. */
function combinations(party: Party, { elements: ofElements, bits }: Unchecked, coin: Uint8Array): number {
  const { memory } = party;
  const sums = elements(party, 2), mark = memory.mark();
  layout.clear(sums, SUMS);
  const stream = memory.scratch(STREAM_BYTES), scratch = memory.scratch(field.DOT_BYTES), one = elements(party, 1);
  const coefficients = elements(party, Math.max(0, ...[...ofElements, ...bits].map(({ used }) => used)));
  memory.bytes.set(coin, stream);
  startStream(stream);
  for (const { at, used } of ofElements) {
    draw(stream, coefficients, ELEMENT * used);
    field.reduce(coefficients, coefficients, used);
    field.dot(coefficients, at, 1, used, one, scratch);
    field.add(sums, one, sums, 1);
  }
  for (const { at, used } of bits) {
    draw(stream, coefficients, ELEMENT * used);
    gf128.dot(coefficients, at, sums + ELEMENT, used);
  }
  memory.release(mark);
  return sums;
}

function addUpToZero(party: Party, shown: readonly Uint8Array[]): boolean {
  const { memory } = party, mark = memory.mark();
  const sums = elements(party, 2), one = elements(party, 2);
  layout.clear(sums, SUMS);
  for (const bytes of shown) {
    memory.bytes.set(bytes, one);
    field.reduce(one, one, 1);
    field.add(sums, one, sums, 1);
    planes.xorInto(sums + ELEMENT, one + ELEMENT, 2);
  }
  const zero = memory.words.subarray(sums / 8, (sums + SUMS) / 8).every((word) => word === 0n);
  memory.release(mark);
  return zero;
}

/** Exact cost of {@linkcode check}. */
export function checkCost(parties: number): StepCost {
  const bytes = coinBytes(parties) + revealBytes(parties, SUMS, false);
  return { rounds: 4, bytes, first: 0, demand: NO_DEMAND };
}

/** Exact cost of {@linkcode fullCheck}. */
export function fullCheckCost(parties: number): StepCost {
  const demand = demandOf(MATERIAL.ownedBit.of(0), MASK_BITS * (parties - 1));
  return { ...checkCost(parties), first: PROOF_BYTES, demand };
}

/** What this backend says of it. */
export const CHECK: Pick<Operations, "verify"> = {
  verify: { cost: (_, parties) => onAllLinks(fullCheckCost(parties), parties), step: fullCheck },
};
