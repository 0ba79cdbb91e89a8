/**
 * F_piecewise: functions that are constant or linear between public thresholds.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Signs become words by random bits that are shared both ways (Rotaru and Wood 2019,
 * daBits), products with a word by random bits that come with their product.
 *
 * @module
 */
import { type PiecewiseCall, piecewiseOperand, sizeOf, type Step } from "@symbolon/protocol";
import { bits, layout, ring } from "@symbolon/kernels";
import { strideOf } from "./and_gates.ts";
import { MATERIAL } from "./material.ts";
import { type AdditiveShare, type Operations, type Party, words } from "./party.ts";
import { signs, signsCost } from "./signs.ts";
import { openBits, toWords, toWordsCost } from "./sum_bits.ts";
import { inSequence, onAllLinks, type SymmetricCost } from "./symmetric_cost.ts";

/** Comparison with public thresholds: {@linkcode PiecewiseCall}. Cost: {@linkcode piecewiseCost}. */
export function* piecewise(
  party: Party,
  call: PiecewiseCall,
  x: AdditiveShare,
  out: AdditiveShare,
  factor?: AdditiveShare,
): Step<void> {
  const { thresholds, slopes } = call;
  const n = x.n, times = thresholds.length;
  if (slopes !== undefined && factor === undefined) {
    throw new TypeError("A piecewise linear function needs its second operand");
  }
  const planes = yield* signs(party, call, x);
  fillRows(party, call.table.map((row) => row.at(-1)!), n, out);
  if (slopes === undefined) {
    const value = words(party, n * times);
    yield* toWords(party, planes, times, n, value);
    combine(party, steps(call.table), { at: value, n }, out);
    return;
  }
  const below = words(party, n * times), products = words(party, n * times);
  yield* multiplySigns(party, { planes, times }, factor!, { signs: below, products });
  combine(party, steps(call.table), { at: below, n }, out);
  combine(party, steps(slopes), { at: products, n }, out);
  combine(party, slopes.map((row) => [row.at(-1)!]), factor!, out);
}

/** Entry j of a row counts thresholds ≤ x, signs say x < t: going down from the last entry, each sign adds a step. */
function steps(rows: readonly (readonly bigint[])[]): bigint[][] {
  return rows.map((row) => row.slice(0, -1).map((v, j) => v - row[j + 1]!));
}

/**
 * Signs s_j (planes of bits) as words, and s_j · v, in one round.
 *
 * With random bits r_j and a random word a: the opened δ_j = s_j ⊕ r_j and e = v − a give r_j · v = e · r_j + r_j · a, and with it
 * s_j · v = δ_j · v + (1 − 2δ_j) · r_j · v.
 *
 * Masked by: r_j and a.
 */
function* multiplySigns(
  party: Party,
  { planes, times }: { planes: number; times: number },
  factor: AdditiveShare,
  out: { signs: number; products: number },
): Step<void> {
  const { store, self } = party;
  const n = factor.n;
  const { places, from } = store.take(MATERIAL.scaledBits.of(times), n);
  const word = (part: number) => places[part]! + 8 * from;
  const e = words(party, n);
  ring.sub(factor.at, word(0), e, n);
  for (let j = 0; j < times; j++) {
    layout.copy(out.signs + 8 * n * j, word(1 + times + j), 8 * n);
    layout.copy(out.products + 8 * n * j, word(1 + 2 * times + j), 8 * n);
  }
  const stride = strideOf(n);
  yield* openBits(party, { planes, count: times, n }, (to) => {
    for (let j = 0; j < times; j++) bits.unpackBits(places[1 + j]!, BigInt(from), 1, n, to + stride * j, stride);
  }, { at: e, n });
  for (let j = 0; j < times; j++) {
    const sign = out.signs + 8 * n * j, product = out.products + 8 * n * j;
    ring.mulAdd(sign, e, product, n);
    bits.chooseShares(planes + stride * j, product, factor.at, n, product);
    bits.flipShares(planes + stride * j, sign, n, self === 0 ? 1n : 0n, sign);
  }
}

/** Cost of {@linkcode piecewise}, for n elements. */
function piecewiseCost(call: PiecewiseCall, parties: number, n: number): SymmetricCost {
  const times = call.thresholds.length;
  const circuit = signsCost(call, parties, n);
  const result = call.slopes === undefined
    ? toWordsCost(times, n)
    : { rounds: 1, bytes: 8 * n + Math.ceil(n * times / 8), demand: new Map([[MATERIAL.scaledBits.of(times), n]]) };
  return inSequence(circuit, result);
}

/** out[i, c] += Σ_j table[c][j] · values[j, i]. */
function combine(
  { memory }: Party,
  table: readonly (readonly bigint[])[],
  values: { readonly at: number; readonly n: number },
  out: AdditiveShare,
): void {
  const flat = table.flat();
  if (flat.every((w) => w === 0n)) return;
  const mark = memory.mark();
  const weights = memory.scratch(8 * flat.length);
  flat.forEach((w, i) => memory.words[weights / 8 + i] = BigInt.asUintN(64, w));
  bits.combineStrided(values.at, 8 * values.n, table[0]!.length, values.n, weights, table.length, out.at);
  memory.release(mark);
}

/** The same public row n times: party 0 has it, the others zeros. */
function fillRows({ memory, self }: Party, row: readonly bigint[], n: number, out: AdditiveShare): void {
  if (self !== 0) return layout.clear(out.at, 8 * out.n);
  if (n === 0) return;
  row.forEach((c, i) => memory.words[out.at / 8 + i] = BigInt.asUintN(64, c));
  const bytes = 8 * row.length;
  for (let done = 1; done < n; done *= 2) {
    layout.copy(out.at + done * bytes, out.at, Math.min(done, n - done) * bytes);
  }
}

/** What this backend says of it. */
export const PIECEWISE: Pick<Operations, "piecewise"> = {
  piecewise: {
    cost: (call, parties) => onAllLinks(piecewiseCost(call, parties, sizeOf(piecewiseOperand(call))), parties),
    step: (party, call, [x, factor], out) => piecewise(party, call, x!, out, factor),
  },
};
