/**
 * From additive shares to bits and back: comparison, bit decomposition, carries.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. A party's summand is a number it knows, so the bits of a shared value are those of
 * a sum of private numbers: no value is opened under a mask, and only carries take triples. Bits become words by random bits that
 * are shared both ways (Rotaru and Wood 2019, daBits), products with a word by random bits that come with their product.
 *
 * @module
 */
import type { DecomposeCall, Demand, PiecewiseCall, Step } from "@symbolon/protocol";
import { bits, layout, ring } from "@symbolon/kernels";
import { type AndCircuit, sumCircuit } from "@symbolon/primitives";
import { circuitCost, runCircuit, strideOf } from "./and_gates.ts";
import { RANDOM_BIT, scaledBits } from "./kinds.ts";
import { move } from "./local.ts";
import { type AdditiveShare, broadcast, type Party, refresh, words } from "./party.ts";

/** Rounds, bytes on each directed link, and material. */
export interface SymmetricCost {
  readonly rounds: number;
  readonly bytes: number;
  readonly demand: Demand;
}

/** Bits to compare: those of the difference with its sign, at most the ring's, where differences wrap anyway. */
function signWidth(bound: number): number {
  return Math.min(bound + 1, 64);
}

const signCircuit = (parties: number, width: number) => sumCircuit({ parties, width, wanted: [width - 1] });
const bitsCircuit = (parties: number, width: number) =>
  sumCircuit({ parties, width, wanted: Array.from({ length: width }, (_, i) => i) });

/**
 * Wanted bits of the sums of the parties' n words at `value`: the first of the planes that hold them, `strideOf(n)` bytes apart.
 *
 * Cost: {@linkcode circuitCost}.
 */
export function* sumBits(party: Party, circuit: AndCircuit, value: number, n: number): Step<number> {
  const { memory, self, parties } = party;
  const stride = strideOf(n), width = circuit.inputs / parties;
  const planes = memory.scratch(stride * circuit.slots);
  layout.clear(planes, stride * circuit.inputs);
  const mark = memory.mark();
  bits.toPlanes(value, n, width, planes + stride * width * self, stride, memory.scratch(512));
  memory.release(mark);
  yield* runCircuit(party, circuit, planes, n);
  return planes + stride * circuit.outputsAt;
}

/**
 * `out` = `count` planes of n XOR-shared bits as shares of words, plane after plane.
 *
 * Masked by: a random bit each.
 *
 * Cost: 1 round, count · n bits on each directed link.
 */
export function* toWords(party: Party, planes: number, count: number, n: number, out: number): Step<void> {
  const { store, self } = party;
  const stride = strideOf(n), total = count * n;
  const { places: [masks, values], from } = store.take(RANDOM_BIT, total);
  yield* openBits(party, { planes, count, n }, (to) => bits.unpackBits(masks!, BigInt(from), count, n, to, stride));
  layout.copy(out, values! + 8 * from, 8 * total);
  for (let i = 0; i < count; i++) {
    const at = out + 8 * n * i;
    bits.flipShares(planes + stride * i, at, n, self === 0 ? 1n : 0n, at);
  }
}

/** Cost of {@linkcode toWords}. */
export function toWordsCost(count: number, n: number): SymmetricCost {
  return { rounds: 1, bytes: Math.ceil(count * n / 8), demand: new Map([[RANDOM_BIT, count * n]]) };
}

/** Planes of bits. */
interface Planes {
  readonly planes: number;
  readonly count: number;
  readonly n: number;
}

/** Opens planes in place under masks; `words` of each party's, at a place of their own, are opened in the same round. */
function* openBits(
  party: Party,
  { planes, count, n }: Planes,
  draw: (to: number) => void,
  masked?: { readonly at: number; readonly n: number },
): Step<void> {
  const { memory } = party;
  const stride = strideOf(n), size = stride * count / 8;
  const wordBytes = masked === undefined ? 0 : 8 * masked.n;
  const bytes = wordBytes + Math.ceil(count * n / 8);
  const message = memory.scratch(bytes + 8), theirs = memory.scratch(8 * size);
  draw(theirs);
  bits.xorInto(planes, theirs, size);
  if (masked !== undefined) layout.copy(message, masked.at, wordBytes);
  bits.packBits(planes, stride, count, n, message + wordBytes);
  const everybody = broadcast(party, message, bytes);
  yield everybody.round;
  for (const at of everybody.received) {
    if (masked !== undefined) ring.add(masked.at, at, masked.at, masked.n);
    bits.unpackBits(at + wordBytes, 0n, count, n, theirs, stride);
    bits.xorInto(planes, theirs, size);
  }
}

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
  // x − t for every threshold t.
  const value = words(party, n * times);
  thresholds.forEach((t, j) =>
    party.self === 0
      ? ring.addScalar(x.at, BigInt.asUintN(64, -t), value + 8 * n * j, n)
      : layout.copy(value + 8 * n * j, x.at, 8 * n)
  );
  const circuit = signCircuit(party.parties, signWidth(call.bound));
  const plane = yield* sumBits(party, circuit, value, n * times);
  fillRows(party, call.table.map((row) => row.at(-1)!), n, out);
  if (slopes === undefined) {
    yield* toWords(party, plane, 1, n * times, value);
    combine(party, steps(call.table), { at: value, n }, out);
    return refresh(party, out.at, out.n);
  }
  const signs = words(party, n * times), products = words(party, n * times);
  yield* multiplySigns(party, { plane, times }, factor!, { signs, products });
  combine(party, steps(call.table), { at: signs, n }, out);
  combine(party, steps(slopes), { at: products, n }, out);
  combine(party, slopes.map((row) => [row.at(-1)!]), factor!, out);
  refresh(party, out.at, out.n);
}

/** Entry j of a row counts thresholds ≤ x, signs say x < t: going down from the last entry, each sign adds a step. */
function steps(rows: readonly (readonly bigint[])[]): bigint[][] {
  return rows.map((row) => row.slice(0, -1).map((v, j) => v - row[j + 1]!));
}

/**
 * Signs s_j (in one plane, one after the other) as words, and s_j · v, in one round.
 *
 * With random bits r_j and a random word a: the opened δ_j = s_j ⊕ r_j and e = v − a give r_j · v = e · r_j + r_j · a, and with it
 * s_j · v = δ_j · v + (1 − 2δ_j) · r_j · v.
 *
 * Masked by: r_j and a.
 */
function* multiplySigns(
  party: Party,
  { plane, times }: { plane: number; times: number },
  factor: AdditiveShare,
  out: { signs: number; products: number },
): Step<void> {
  const { store, memory, self } = party;
  const n = factor.n;
  const { places, from } = store.take(scaledBits(times), n);
  const word = (part: number) => places[part]! + 8 * from;
  const e = words(party, n);
  ring.sub(factor.at, word(0), e, n);
  for (let j = 0; j < times; j++) {
    layout.copy(out.signs + 8 * n * j, word(1 + times + j), 8 * n);
    layout.copy(out.products + 8 * n * j, word(1 + 2 * times + j), 8 * n);
  }
  // A plane for each threshold: its bits begin at a bit of their own in the store.
  const stride = strideOf(n), planes = memory.scratch(stride * times);
  bits.unpackBits(plane, 0n, times, n, planes, stride);
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
export function piecewiseCost(call: PiecewiseCall, parties: number, n: number): SymmetricCost {
  const times = call.thresholds.length;
  const circuit = circuitCost(signCircuit(parties, signWidth(call.bound)), n * times);
  const result = call.slopes === undefined
    ? toWordsCost(1, n * times)
    : { rounds: 1, bytes: 8 * n + Math.ceil(n * times / 8), demand: new Map([[scaledBits(times), n]]) };
  return inSequence(circuit, result);
}

/** The low bits of x: {@linkcode DecomposeCall}. Cost: {@linkcode decomposeCost}. */
export function* decompose(party: Party, call: DecomposeCall, x: AdditiveShare, out: AdditiveShare): Step<void> {
  const planes = yield* sumBits(party, bitsCircuit(party.parties, call.bits), x.at, x.n);
  const values = words(party, out.n);
  yield* toWords(party, planes, call.bits, x.n, values);
  move(party, [x.n, call.bits], { at: values, strides: [1, x.n] }, { at: out.at, strides: [call.bits, 1] });
  refresh(party, out.at, out.n);
}

/** Cost of {@linkcode decompose}, for n elements. */
export function decomposeCost(width: number, parties: number, n: number): SymmetricCost {
  return inSequence(circuitCost(bitsCircuit(parties, width), n), toWordsCost(width, n));
}

/** Steps one after the other. */
export function inSequence(...costs: readonly SymmetricCost[]): SymmetricCost {
  return { ...inParallel(...costs), rounds: costs.reduce((sum, c) => sum + c.rounds, 0) };
}

/** Steps side by side. */
export function inParallel(...costs: readonly SymmetricCost[]): SymmetricCost {
  const demand = new Map<string, number>();
  for (const cost of costs) {
    for (const [kind, n] of cost.demand) if (n > 0) demand.set(kind, (demand.get(kind) ?? 0) + n);
  }
  return {
    rounds: Math.max(0, ...costs.map((c) => c.rounds)),
    bytes: costs.reduce((sum, c) => sum + c.bytes, 0),
    demand,
  };
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
  bits.combine(values.at, table[0]!.length, values.n, weights, table.length, out.at);
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
