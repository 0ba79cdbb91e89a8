/**
 * F_piecewise: functions that are constant or linear between public thresholds.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. All thresholds of a number share one mask and one opening: with D = x − t + 2^bound and
 * c_t = D + r public for every threshold t, x ≥ t exactly if ⌊D / 2^bound⌋ = ⌊c_t / 2^bound⌋ − ⌊r / 2^bound⌋ − borrow is 1. CH10 (LTZ); one mask for many thresholds is our own.
 *
 * @module
 */
import { type PiecewiseCall, piecewiseOperand, sizeOf, type Step } from "@symbolon/protocol";
import { field } from "@symbolon/kernels";
import { takeBitMask } from "./bit_mask.ts";
import { borrows, borrowsCost } from "./borrows.ts";
import { inSequence, onAllLinks, opening, type SymmetricCost } from "./cost.ts";
import { copyElements } from "./local.ts";
import { openMasked, publicQuotient } from "./masked_opening.ts";
import { demandOf, MATERIAL } from "./material.ts";
import { multiply, multiplyCost } from "./multiply.ts";
import {
  addElement,
  addElements,
  addMultiple,
  addVectors,
  type AuthenticatedShare,
  clearVector,
  copyVector,
  ELEMENT,
  element,
  elements,
  type Operations,
  part,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "./party.ts";

/** −2^64 ≤ x − t < 2^64: right but with probability 2^-63. */
const TOP = 64;

function checkBound({ bound, thresholds, table, slopes = [] }: PiecewiseCall): void {
  if (bound < 1 || bound > TOP) {
    throw new RangeError(`Cannot compare at ${bound} bits: from 1 to ${TOP} are possible`);
  }
  if ([...table, ...slopes].some((row) => row.length !== thresholds.length + 1)) {
    throw new RangeError(
      `piecewise: every column has ${thresholds.length + 1} values, one more than there are thresholds`,
    );
  }
}

/** Rows that are not the same everywhere. */
const varying = (rows: readonly (readonly bigint[])[]) => rows.filter((row) => row.some((v) => v !== row[0]));

/** Π_piecewise. Cost: {@linkcode piecewiseCost}. */
function* piecewise(
  party: Party,
  call: PiecewiseCall,
  x: AuthenticatedShare,
  out: AuthenticatedShare,
  factor?: AuthenticatedShare,
): Step<void> {
  checkBound(call);
  const { table, slopes } = call, { n } = x, columns = table.length;
  if (slopes !== undefined && factor === undefined) {
    throw new TypeError("A piecewise linear function needs its second operand");
  }
  const reached = call.thresholds.length === 0 ? vector(party, 0) : yield* comparisons(party, call, x);
  const results = table.map((row) => combination(party, row, reached, n));
  if (slopes !== undefined) {
    const changing = varying(slopes), count = changing.length;
    const [left, right, products] = [0, 1, 2].map(() => vector(party, count * n)) as [Vector, Vector, Vector];
    changing.forEach((row, i) => {
      copyVector(combination(party, row, reached, n), part(left, i * n, n));
      copyVector(factor!, part(right, i * n, n));
    });
    if (count > 0) yield* multiply(party, left, right, products);
    let next = 0;
    slopes.forEach((row, c) => {
      if (!changing.includes(row)) addMultiple(factor!, element(party, row[0]!), results[c]!);
      else addVectors(results[c]!, part(products, n * next++, n), results[c]!);
    });
  }
  results.forEach((column, c) => {
    const to = (at: number) => ({ at: at + ELEMENT * c, strides: [columns] });
    copyElements(party, [n], { at: column.at, strides: [1] }, to(out.at));
    copyElements(party, [n], { at: column.mac, strides: [1] }, to(out.mac));
  });
}

/**
 * For each threshold t whether x ≥ t: n values 0 or 1 each.
 *
 * Masked by: r of a mask, used for nothing else, and triples.
 */
function* comparisons(party: Party, { thresholds, bound }: PiecewiseCall, x: Vector): Step<Vector> {
  const { n } = x, times = thresholds.length, first = thresholds[0]!;
  const mask = takeBitMask(party, bound, n);
  const opened = yield* openMasked(party, x, mask.number, (1n << BigInt(bound)) - first);
  const c = elements(party, times * n);
  thresholds.forEach((t, i) => field.addScalar(opened, element(party, first - t), c + ELEMENT * n * i, n));
  const [borrow] = yield* borrows(party, { c, times, bits: mask.bits }, "last");
  const reached = vector(party, times * n);
  clearVector(reached);
  subVectors(reached, borrow!, reached);
  for (let t = 0; t < times; t++) {
    const of = part(reached, t * n, n);
    subVectors(of, mask.quotient, of);
  }
  addElements(party, reached, publicQuotient(party, c, times * n, bound), reached);
  return reached;
}

/** row[number of thresholds reached], for n elements: each threshold that is reached adds a step. */
function combination(party: Party, row: readonly bigint[], reached: Vector, n: number): Vector {
  const value = vector(party, n);
  clearVector(value);
  row.slice(1).forEach((v, t) => addMultiple(part(reached, t * n, n), element(party, v - row[t]!), value));
  addElement(party, value, element(party, row[0]!), value);
  return value;
}

/**
 * Cost of {@linkcode piecewise} for n elements: an opening, the borrows of all thresholds, and for each column with slopes that vary a
 * product.
 */
function piecewiseCost(call: PiecewiseCall): SymmetricCost {
  checkBound(call);
  const n = sizeOf(piecewiseOperand(call)), times = call.thresholds.length, { bound } = call;
  const compared = times === 0
    ? []
    : [opening(n, demandOf(MATERIAL.bitMask.of(bound), n)), borrowsCost(bound, n * times, "last")];
  const count = varying(call.slopes ?? []).length;
  return inSequence(...compared, ...(count === 0 ? [] : [multiplyCost(count * n)]));
}

/** What this backend says of it. */
export const PIECEWISE: Pick<Operations, "piecewise"> = {
  piecewise: {
    cost: (call, parties) => onAllLinks(piecewiseCost(call), parties),
    step: (party, call, [x, factor], out) => piecewise(party, call, x!, out, factor),
  },
};
