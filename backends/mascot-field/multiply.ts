/**
 * Products of authenticated values within other steps.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { field } from "@symbolon/kernels";
import { opening, type StepCost } from "./cost.ts";
import { demandOf, MATERIAL, sharedPart } from "./material.ts";
import { openInPlace } from "./opening.ts";
import { copyVector, part, type Party, subVectors, type Vector, vector } from "./party.ts";

/**
 * [out] = [x] · [y], element by element: d · [y] + [a] · e + [c] with d = x − a and e = y − b opened. B91. `out` overlaps neither.
 *
 * Masked by: a and b of a triple, used for nothing else.
 *
 * Cost: {@linkcode multiplyCost}.
 */
export function* multiply(party: Party, x: Vector, y: Vector, out: Vector): Step<void> {
  const units = party.store.take(MATERIAL.triple.of(), out.n);
  const part = (pair: number) => sharedPart(units, pair, out.n);
  yield* multiplyWith(party, [part(0), part(1), part(2)], [x, y], out);
}

/** {@linkcode multiply} with [a], [b] and [a · b], used for nothing else. */
export function* multiplyWith(
  party: Party,
  [a, b, c]: readonly [Vector, Vector, Vector],
  [x, y]: readonly [Vector, Vector],
  out: Vector,
): Step<void> {
  const { n } = out;
  const opened = vector(party, 2 * n);
  const d = part(opened, 0, n), e = part(opened, n, n);
  subVectors(x, a, d);
  subVectors(y, b, e);
  yield* openInPlace(party, opened);
  copyVector(c, out);
  addOpened(d.at, y, a, e.at, out);
}

/** [out] += d · [y] + [a] · e, element by element, for public d and e. */
export function addOpened(d: number, y: Vector, a: Vector, e: number, out: Vector): void {
  field.mulAdd(d, y.at, out.at, out.n);
  field.mulAdd(d, y.mac, out.mac, out.n);
  field.mulAdd(a.at, e, out.at, out.n);
  field.mulAdd(a.mac, e, out.mac, out.n);
}

/** Cost of n products: 1 round, 32 bytes each on each directed link. */
export function multiplyCost(n: number): StepCost {
  return opening(2 * n, demandOf(MATERIAL.triple.of(), n));
}
