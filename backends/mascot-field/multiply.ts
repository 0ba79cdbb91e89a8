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

/** Values of triples: those of the third are products of the others. */
export type Triples = readonly [a: Vector, b: Vector, c: Vector];

/**
 * [out] = [x] · [y], element by element. `out` overlaps neither.
 *
 * Masked by: a and b of a triple, used for nothing else.
 *
 * Cost: {@linkcode multiplyCost}.
 */
export function* multiply(party: Party, x: Vector, y: Vector, out: Vector): Step<void> {
  const units = party.store.take(MATERIAL.triple.of(), out.n);
  const triples = [0, 1, 2].map((pair) => sharedPart(units, pair, out.n)) as [Vector, Vector, Vector];
  yield* multiplyWith(party, triples, [x, y], out);
}

/** The same with triples that are given: d · [y] + [a] · e + [c] with d = x − a and e = y − b opened. B91. */
export function* multiplyWith(
  party: Party,
  [a, b, c]: Triples,
  [x, y]: readonly [Vector, Vector],
  out: Vector,
): Step<void> {
  const { n } = out, opened = vector(party, 2 * n);
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
