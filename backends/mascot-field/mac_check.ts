/**
 * The check of everything opened so far: DKLPSS13 (Π_MACCheck); KOS16 (Π_[·], Check).
 *
 * With the coefficients r_j of a fresh coin party i has σ_i = Σ_j r_j · s_ij, where s_ij = m_ij − Δ_i · a_j is in its log. All commit to
 * their σ_i, show them, and Σ σ_i must be 0. If some a_j was opened with an error, the sum of errors under r is 0 with probability
 * 2/2^128 at most, and otherwise σ_i must be shifted by that sum times Δ, which nobody knows.
 *
 * @module
 */
import { MacCheckError, NO_DEMAND, type Step } from "@symbolon/protocol";
import { draw, field, layout, startStream, STREAM_BYTES } from "@symbolon/kernels";
import { checkCoin, coinBytes, commitAndReveal, revealBytes } from "./check_coin.ts";
import { onAllLinks, type SymmetricCost } from "./cost.ts";
import type { Unchecked } from "./openings.ts";
import { ELEMENT, elements, type Operations, type Party } from "./party.ts";

/**
 * Π_check. Of two checks side by side the first takes what is in the log, and both take as many rounds: so when either ends, all that was
 * opened before it began has been checked.
 *
 * Cost: {@linkcode checkCost}, however much was opened.
 *
 * @throws {MacCheckError} if something was opened that does not fit its MACs
 * @throws {ConsistencyError} if parties were told different things
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function check(party: Party): Step<void> {
  return party.trust.checked(checkOpenings(party));
}

function* checkOpenings(party: Party): Step<void> {
  const { memory, openings } = party;
  const unchecked = openings.take(), number = openings.checks++;
  const coin = yield* checkCoin(party, number, unchecked.told);
  const own = combination(party, unchecked, coin);
  const shown = yield* commitAndReveal(
    party,
    { name: "mac", check: number },
    memory.bytes.slice(own, own + ELEMENT),
  );
  if (!addUpToZero(party, shown)) {
    throw new MacCheckError("An opened value does not fit its MAC: some party has changed a share. The run ends");
  }
  openings.checked(unchecked);
}

/** σ_i = Σ r_j · s_ij, with r_j from the coin: an element in scratch. */
function combination(party: Party, { portions }: Unchecked, coin: Uint8Array): number {
  const { memory } = party;
  const sum = elements(party, 1), mark = memory.mark();
  layout.clear(sum, ELEMENT);
  const stream = memory.scratch(STREAM_BYTES), scratch = memory.scratch(field.DOT_BYTES), one = elements(party, 1);
  const coefficients = elements(party, Math.max(0, ...portions.map(({ used }) => used)));
  memory.bytes.set(coin, stream);
  startStream(stream);
  for (const { at, used } of portions) {
    draw(stream, coefficients, ELEMENT * used);
    field.reduce(coefficients, coefficients, used);
    field.dot(coefficients, at, 1, used, one, scratch);
    field.add(sum, one, sum, 1);
  }
  memory.release(mark);
  return sum;
}

function addUpToZero(party: Party, shown: readonly Uint8Array[]): boolean {
  const { memory } = party, mark = memory.mark();
  const sum = elements(party, 1), one = elements(party, 1);
  layout.clear(sum, ELEMENT);
  for (const bytes of shown) {
    memory.bytes.set(bytes, one);
    field.reduce(one, one, 1);
    field.add(sum, one, sum, 1);
  }
  const zero = memory.words[sum / 8] === 0n && memory.words[sum / 8 + 1] === 0n;
  memory.release(mark);
  return zero;
}

/** Exact cost of {@linkcode check}. */
export function checkCost(parties: number): SymmetricCost {
  return { rounds: 4, bytes: coinBytes(parties) + revealBytes(parties, ELEMENT, false), demand: NO_DEMAND };
}

/** What this backend says of it. */
export const CHECK: Pick<Operations, "verify"> = {
  verify: { cost: (_, parties) => onAllLinks(checkCost(parties), parties), step: check },
};
