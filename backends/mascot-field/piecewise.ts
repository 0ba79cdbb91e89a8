/**
 * F_piecewise: functions that are constant or linear between public thresholds.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. All thresholds of a number share one mask and one opening (`masked_number.ts`): with
 * D_t = x − t + 2^bound and A_t = D_t + R' for every threshold t, x ≥ t exactly if bit `bound` of D_t is 1, and that is the one of A_t plus
 * that of R' plus the borrow of the bits below. CH10 (LTZ); one mask for many thresholds is our own.
 *
 * @module
 */
import { type PiecewiseCall, piecewiseOperand, sizeOf, type Step } from "@symbolon/protocol";
import { borrows, borrowsCost } from "./borrows.ts";
import { inSequence, onAllLinks, type StepCost } from "./cost.ts";
import { intoField, intoFieldCost } from "./field_bits.ts";
import { copyElements } from "./local.ts";
import { enterFirst, maskedCost, openMasked } from "./masked_number.ts";
import { multiply, multiplyCost } from "./multiply.ts";
import {
  addElement,
  addMultiple,
  addVectors,
  type AuthenticatedShare,
  clearVector,
  copyVector,
  ELEMENT,
  element,
  type Operations,
  part,
  type Party,
  type Vector,
  vector,
} from "./party.ts";
import { addWords, copyWords, partOfWords, wordsOf } from "./words.ts";

/** −2^64 ≤ x − t < 2^64: what `masked_number.ts` has room for. */
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
 * Masked by: what hides numbers in `masked_number.ts`, AND triples, and random bits.
 */
function* comparisons(party: Party, { thresholds, bound }: PiecewiseCall, x: Vector): Step<Vector> {
  const { n } = x, times = thresholds.length, first = thresholds[0]!;
  const masked = yield* openMasked(party, x, { cut: null, bits: bound + 1 }, (1n << BigInt(bound)) - first);
  const { low } = yield* enterFirst(party, masked, enteredFor(thresholds, bound));
  // Thresholds one after the other: bit j of A_t for all of them, beside that of R', repeated.
  const a = Array.from({ length: bound + 1 }, (_, j) => {
    const all = wordsOf(party, times * n);
    low.forEach((bits, t) => copyWords(bits[j]!, partOfWords(all, t * n, n)));
    return all;
  });
  const r = masked.hidden.bits.map((bit) => {
    const all = wordsOf(party, times * n);
    for (let t = 0; t < times; t++) copyWords(bit, partOfWords(all, t * n, n));
    return all;
  });
  const [borrow] = yield* borrows(party, { a: a.slice(0, bound), r: r.slice(0, bound) }, "last");
  addWords(a[bound]!, borrow!);
  addWords(r[bound]!, borrow!);
  const reached = vector(party, times * n);
  yield* intoField(party, borrow!, reached);
  return reached;
}

/** What party 0 enters: low bits of its number less the first threshold, and less each other one. */
function enteredFor(thresholds: readonly bigint[], bound: number) {
  return { cut: null, places: bound + 1, shifts: thresholds.map((t) => thresholds[0]! - t) };
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
 * Cost of {@linkcode piecewise} for n elements: a masked opening, the borrows of all thresholds, and for each column with slopes that vary a
 * product.
 */
function piecewiseCost(call: PiecewiseCall): StepCost {
  checkBound(call);
  const n = sizeOf(piecewiseOperand(call)), times = call.thresholds.length, { bound } = call;
  const compared = times === 0 ? [] : [
    maskedCost(n, { cut: null, bits: bound + 1 }, enteredFor(call.thresholds, bound)),
    borrowsCost(bound, n * times, "last"),
    intoFieldCost(n * times),
  ];
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
