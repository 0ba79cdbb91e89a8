/**
 * Bits of sums a + b, where the dealer knows a and the two others know b: comparison, bit decomposition, exact rounding.
 *
 * In a replicated sharing x = x_0 + x_1 + x_2 party d knows a = x_d + x_{d+1} and the others both know b = x_{d+2}. The dealer
 * (role 0) deals XOR shares of products of a's bits and of products of masks, all in the first round, and hears nothing
 * afterwards. Roles 1 and 2 evaluate the carries on masked bits and convert the results. See `carry_plan.ts` for the bits and
 * docs/security.md for the argument.
 *
 * @module
 */
import { type DecomposeCall, type PiecewiseCall, round, type Step } from "@symbolon/protocol";
import { bits, layout as move, ring } from "@symbolon/kernels";
import { type BitProgram, type CarryCircuit, carryCircuit } from "./carry_circuit.ts";
import { bitsPlan, signPlan } from "./carry_plan.ts";
import { type Party, type ReplicatedShare, roleOf, words } from "./party.ts";

/** What {@linkcode signs} computes, and of what. */
export interface Signs {
  /** Bits of a and b; the sign is the top bit of a + b mod 2^width. */
  readonly width: number;
  readonly n: number;
  /** How many values of b there are for each a. */
  readonly times: number;
  /** The dealer: n words a. The others: n · times words b, all n for the first, then all for the second, … */
  readonly value: number;
  /** Column c of the result is constants[c] + Σ_j table[c][j] · sign_j, over the `times` signs of an element. */
  readonly table: readonly (readonly bigint[])[];
  readonly constants: readonly bigint[];
  /** Column c also gets slopes.constants[c] · v + Σ_j slopes.table[c][j] · sign_j · v. */
  readonly slopes?: Slopes;
  readonly turn: number;
}

/** A second operand v of n elements that signs are multiplied with. */
export interface Slopes {
  readonly factor: ReplicatedShare;
  readonly table: readonly (readonly bigint[])[];
  readonly constants: readonly bigint[];
}

/**
 * Linear combinations of the signs of a + b_j: the result has shape [n, columns].
 *
 * Cost: see {@linkcode signsTraffic}.
 */
export function signs(party: Party, spec: Signs, out: ReplicatedShare): Step<void> {
  return evaluate(party, signCircuit(spec.width), spec, out);
}

/** Bits to compare: those of the difference with its sign, at most the ring's, where differences wrap anyway. */
export function signWidth(bound: number, ring: number): number {
  return Math.min(bound + 1, ring);
}

/** Comparison with public thresholds: {@linkcode PiecewiseCall}. */
export function* piecewise(
  party: Party,
  call: PiecewiseCall,
  x: ReplicatedShare,
  out: ReplicatedShare,
  factor?: ReplicatedShare,
): Step<void> {
  const { thresholds, turn } = call;
  const n = x.n;
  const times = thresholds.length;
  const value = words(party, roleOf(party, turn) === 0 ? n : n * times);
  if (roleOf(party, turn) === 0) ring.add(x.mine, x.next, value, n);
  else {
    const b = roleOf(party, turn) === 1 ? x.next : x.mine;
    thresholds.forEach((t, j) => ring.addScalar(b, BigInt.asUintN(64, -t), value + 8 * n * j, n));
  }
  const spec = { width: signWidth(call.bound, party.bits), n, times, value, ...bySigns(call.table), turn };
  if (call.slopes === undefined) return yield* signs(party, spec, out);
  if (factor === undefined) throw new TypeError("A piecewise linear function needs its second operand");
  yield* signs(party, { ...spec, slopes: { factor, ...bySigns(call.slopes) } }, out);
}

/** Entry j of a row counts thresholds ≤ x, signs say x < t: going down from the last entry, each sign adds a step. */
function bySigns(rows: readonly (readonly bigint[])[]) {
  return {
    table: rows.map((row) => row.slice(0, -1).map((v, j) => v - row[j + 1]!)),
    constants: rows.map((row) => row.at(-1)!),
  };
}

/** The low bits of x: {@linkcode DecomposeCall}. */
export function* decompose(party: Party, call: DecomposeCall, x: ReplicatedShare, out: ReplicatedShare): Step<void> {
  const { turn } = call;
  const role = roleOf(party, turn);
  let value = role === 1 ? x.next : x.mine;
  if (role === 0) {
    value = words(party, x.n);
    ring.add(x.mine, x.next, value, x.n);
  }
  const spec = { width: call.bits, n: x.n, times: 1, value, table: [], constants: [], turn };
  yield* evaluate(party, bitsCircuit(call.bits), spec, out);
}

/** Bytes that the dealer sends to role 2, that roles 1 and 2 send each other by round, and the number of rounds. */
export interface SignsTraffic {
  readonly deal: number;
  readonly exchange: readonly number[];
  readonly rounds: number;
}

/** What {@linkcode signsTraffic} depends on: see {@linkcode Signs}. */
export type SignsSize = Pick<Signs, "width" | "n" | "times"> & { readonly columns: number; readonly slopes?: boolean };

/** Traffic of {@linkcode signs}. */
export function signsTraffic({ width, n, times, columns, slopes = false }: SignsSize): SignsTraffic {
  const { deal, ...rest } = traffic(signCircuit(width), n, times, columns);
  return { deal: deal + (slopes ? 8 * n * times : 0), ...rest };
}

/** Traffic of {@linkcode decompose}. */
export function decomposeTraffic(width: number, n: number): SignsTraffic {
  return traffic(bitsCircuit(width), n, 1, width);
}

function traffic(circuit: CarryCircuit, n: number, times: number, columns: number): SignsTraffic {
  if (n === 0) return { deal: 0, exchange: [], rounds: 2 + circuit.plan.levels };
  const wide = Math.ceil(n * times / 8);
  const outputs = n * times * circuit.plan.outputs.length;
  return {
    deal: circuit.monomials * Math.ceil(n / 8) + circuit.dealt * wide + 8 * outputs,
    exchange: [
      ...circuit.levelStart.slice(1).map((end, level) => (end - circuit.levelStart[level]!) * wide),
      8 * n * columns,
    ],
    rounds: 2 + circuit.plan.levels,
  };
}

const signCircuits = new Map<number, CarryCircuit>();
const bitsCircuits = new Map<number, CarryCircuit>();

function memo(known: Map<number, CarryCircuit>, width: number, make: () => CarryCircuit): CarryCircuit {
  let circuit = known.get(width);
  if (circuit === undefined) known.set(width, circuit = make());
  return circuit;
}
const signCircuit = (width: number) => memo(signCircuits, width, () => carryCircuit(signPlan(width)));
const bitsCircuit = (width: number) => memo(bitsCircuits, width, () => carryCircuit(bitsPlan(width)));

/** Programs that are in a party's linear memory already. */
const loaded = new WeakMap<Party, Map<BitProgram, number>>();

function runProgram(party: Party, program: BitProgram, planes: number, stride: number): void {
  if (program.code.length === 0) return;
  let programs = loaded.get(party);
  if (programs === undefined) loaded.set(party, programs = new Map());
  let at = programs.get(program);
  if (at === undefined) {
    at = party.memory.allocate(4 * program.code.length);
    party.memory.words32.set(program.code, at / 4);
    programs.set(program, at);
  }
  bits.evaluate(at, program.code.length / 4, planes, stride, stride / 8);
}

/** Bytes of a plane of n bits. */
const strideOf = (n: number) => 8 * Math.ceil(n / 64);

function evaluate(party: Party, circuit: CarryCircuit, spec: Signs, out: ReplicatedShare): Step<void> {
  return roleOf(party, spec.turn) === 0 ? deal(party, circuit, spec, out) : compute(party, circuit, spec, out);
}

/**
 * Role 0.
 *
 * Sends role 2 its shares; role 1's come from their common key. Masked by: that key's stream, unknown to role 2. Learns nothing.
 */
function* deal(party: Party, circuit: CarryCircuit, spec: Signs, out: ReplicatedShare): Step<void> {
  const { plan, monomials, dealt } = circuit;
  const { memory, after, prev } = party;
  const { n } = spec;
  const outputs = plan.outputs.length;
  const signals = plan.signals.length;
  const wideN = n * spec.times;
  const narrow = strideOf(n);
  const wide = strideOf(wideN);
  const common1 = party.next.mask;
  const common2 = party.own.mask;
  const factorWords = spec.slopes === undefined ? 0 : wideN;
  const message = memory.scratch(traffic(circuit, n, spec.times, 0).deal + 8 * factorWords);
  const narrowBytes = Math.ceil(n / 8);
  const wideBytes = Math.ceil(wideN / 8);

  // The products of a's bits.
  const a = memory.scratch(circuit.dealerBits.slots * narrow);
  bits.toPlanes(spec.value, n, plan.width, a, narrow, memory.scratch(512));
  runProgram(party, circuit.dealerBits, a, narrow);
  const theirs = memory.scratch(Math.max(monomials * narrow, (dealt + signals) * wide, 8 * wideN * outputs));
  common1.planes(theirs, monomials, n, narrow);
  bits.xorInto(theirs, a + plan.width * narrow, monomials * narrow / 8);
  bits.packPlanes(theirs, narrow, monomials, narrowBytes, message);

  // The products of masks.
  const masks = memory.scratch(circuit.dealerMasks.slots * wide);
  common1.planes(masks, signals, wideN, wide);
  common2.planes(theirs, signals, wideN, wide);
  bits.xorInto(masks, theirs, signals * wide / 8);
  runProgram(party, circuit.dealerMasks, masks, wide);
  common1.planes(theirs, dealt, wideN, wide);
  bits.xorInto(theirs, masks + signals * wide, dealt * wide / 8);
  const dealtAt = message + monomials * narrowBytes;
  bits.packPlanes(theirs, wide, dealt, wideBytes, dealtAt);

  // Each output's mask, with a's own bit, as an arithmetic sharing between roles 1 and 2.
  const lambda = masks + (signals + dealt) * wide;
  const repeated = memory.scratch(wide);
  const wordsAt = memory.scratch(8 * wideN * outputs);
  plan.outputs.forEach(({ bit }, o) => {
    bits.repeatPlanes(a + bit * narrow, narrow, 1, n, spec.times, repeated, wide);
    bits.xorInto(repeated, lambda + o * wide, wide / 8);
    bits.planeToWords(repeated, wideN, wordsAt + 8 * wideN * o);
  });
  const lambdaAt = dealtAt + dealt * wideBytes;
  const factorAt = lambdaAt + 8 * wideN * outputs;
  common1.words(theirs, wideN * outputs);
  ring.sub(wordsAt, theirs, theirs, wideN * outputs);
  move.copy(lambdaAt, theirs, 8 * wideN * outputs);
  if (spec.slopes !== undefined) {
    // The masks times the summands of v that the dealer knows, likewise between roles 1 and 2.
    const { factor } = spec.slopes;
    const known = words(party, n);
    ring.add(factor.mine, factor.next, known, n);
    for (let j = 0; j < spec.times; j++) ring.mul(wordsAt + 8 * n * j, known, wordsAt + 8 * n * j, n);
    common1.words(theirs, wideN);
    ring.sub(wordsAt, theirs, wordsAt, wideN);
    move.copy(factorAt, wordsAt, 8 * wideN);
  }

  yield round([{ peer: prev, at: message, bytes: factorAt + 8 * factorWords - message }], []);
  for (let level = 0; level < plan.levels; level++) yield round([], []);
  // The result's summands that the dealer knows: y_{d+1} from k_{d+1}, y_d from k_d.
  common1.words(out.next, out.n);
  common2.words(out.mine, out.n);
  yield round([], []);
}

/**
 * Roles 1 and 2.
 *
 * Every bit they open to each other is masked by λ = λ' ⊕ λ'', of which either knows one part. The resharing at the end is masked
 * by y_{d+1} towards role 2 and by y_d towards role 1, each known to the dealer and the sender alone.
 */
function* compute(party: Party, circuit: CarryCircuit, spec: Signs, out: ReplicatedShare): Step<void> {
  const { plan, monomials, dealt, layout, levelStart } = circuit;
  const { memory, prev, after } = party;
  const first = roleOf(party, spec.turn) === 1;
  const common = first ? party.own.mask : party.next.mask;
  const dealer = first ? prev : after;
  const peer = first ? after : prev;
  const { n, times } = spec;
  const outputs = plan.outputs.length;
  const signals = plan.signals.length;
  const wideN = n * times;
  const narrow = strideOf(n);
  const wide = strideOf(wideN);
  const narrowBytes = Math.ceil(n / 8);
  const wideBytes = Math.ceil(wideN / 8);

  const slots = Math.max(circuit.result.slots, ...circuit.open[0]!.map((p) => p.slots));
  const planes = memory.scratch(slots * wide);
  const shares = memory.scratch(monomials * narrow);
  const lambda = memory.scratch(8 * wideN * outputs);
  const factorWords = spec.slopes === undefined ? 0 : wideN;
  const scaled = memory.scratch(8 * factorWords);
  bits.toPlanes(spec.value, wideN, plan.width, planes + layout.b * wide, wide, memory.scratch(512));

  // Role 1 draws what role 2 is sent, in the dealer's order.
  if (first) {
    common.planes(shares, monomials, n, narrow);
    common.planes(planes + layout.masks * wide, signals, wideN, wide);
    common.planes(planes + layout.dealt * wide, dealt, wideN, wide);
    common.words(lambda, wideN * outputs);
    if (factorWords > 0) common.words(scaled, factorWords);
    yield round([], []);
  } else {
    common.planes(planes + layout.masks * wide, signals, wideN, wide);
    const bytes = traffic(circuit, n, times, 0).deal + 8 * factorWords;
    const message = memory.scratch(bytes);
    yield round([], [{ peer: dealer, at: message, bytes }]);
    bits.unpackPlanes(message, narrowBytes, monomials, shares, narrow);
    const dealtAt = message + monomials * narrowBytes;
    bits.unpackPlanes(dealtAt, wideBytes, dealt, planes + layout.dealt * wide, wide);
    const lambdaAt = dealtAt + dealt * wideBytes;
    move.copy(lambda, lambdaAt, 8 * wideN * outputs);
    move.copy(scaled, lambdaAt + 8 * wideN * outputs, 8 * factorWords);
  }
  bits.repeatPlanes(shares, narrow, monomials, n, times, planes + layout.monomials * wide, wide);

  const mine = memory.scratch(signals * wideBytes);
  const yours = memory.scratch(signals * wideBytes);
  const received = memory.scratch(signals * wide);
  for (let level = 0; level < plan.levels; level++) {
    const from = levelStart[level]!;
    const count = levelStart[level + 1]! - from;
    const opened = planes + (layout.opened + from) * wide;
    runProgram(party, circuit.open[first ? 0 : 1]![level]!, planes, wide);
    bits.packPlanes(opened, wide, count, wideBytes, mine);
    yield round([{ peer, at: mine, bytes: count * wideBytes }], [{ peer, at: yours, bytes: count * wideBytes }]);
    bits.unpackPlanes(yours, wideBytes, count, received, wide);
    bits.xorInto(opened, received, count * wide / 8);
  }
  runProgram(party, circuit.result, planes, wide);

  if (spec.slopes !== undefined) {
    multiplySigns(party, spec, spec.slopes, planes + layout.temporaries * wide, lambda, scaled);
  }
  // sign = m + (1 − 2m)·λ, a part at each of the two.
  for (let o = 0; o < outputs; o++) {
    const at = lambda + 8 * wideN * o;
    bits.flipShares(planes + (layout.temporaries + o) * wide, at, wideN, first ? 1n : 0n, at);
  }
  // Reshare: y_f = the result − y_e − y_d, where the dealer and role 1 know y_e, the dealer and role 2 know y_d.
  const known = first ? out.mine : out.next;
  const missing = first ? out.next : out.mine;
  const part = words(party, out.n);
  collect(party, spec, lambda, outputs, first, part, out.n);
  if (spec.slopes !== undefined) addSlopes(party, spec, spec.slopes, scaled, part);
  common.words(known, out.n);
  ring.sub(part, known, part, out.n);
  const bytes = 8 * out.n;
  yield round([{ peer, at: part, bytes }], [{ peer, at: missing, bytes }]);
  ring.add(missing, part, missing, out.n);
}

/** The party's part of the result: the linear combinations of the signs, or all bits side by side. */
function collect(
  party: Party,
  spec: Signs,
  values: number,
  outputs: number,
  constants: boolean,
  out: number,
  size: number,
): void {
  const { memory } = party;
  const { n, times, table } = spec;
  const columns = table.length;
  if (columns === 0) {
    const window = memory.scratch(24);
    memory.words32.set([n, 1, outputs, outputs, n, 1], window / 4);
    return move.copyStrided(values, out, window, 2, 1, memory.scratch(8));
  }
  const weights = weightsOf(party, table);
  if (constants) fillRows(party, spec.constants, n, out);
  else move.clear(out, 8 * size);
  bits.combine(values, times, n, weights, columns, out);
}

/** The summands of v that a role counts as its own: the dealer's first for role 2, the two others for role 1. */
function ownPart(party: Party, turn: number, { factor }: Slopes, n: number): number {
  if (roleOf(party, turn) === 2) return factor.next;
  const own = words(party, n);
  ring.add(factor.mine, factor.next, own, n);
  return own;
}

/**
 * `products` = the party's part of sign_j · v = m_j·v + (1 − 2m_j)·λ_j·v for all j, from its part of λ_j times the dealer's
 * summands of v. The third summand, v_f, is known to both roles, so λ_j·v_f needs no message.
 */
function multiplySigns(
  party: Party,
  spec: Signs,
  slopes: Slopes,
  plane: number,
  lambda: number,
  products: number,
): void {
  const { n, times, turn } = spec;
  const common = roleOf(party, turn) === 1 ? slopes.factor.next : slopes.factor.mine;
  const own = ownPart(party, turn, slopes, n);
  const repeated = words(party, n * times);
  for (let j = 0; j < times; j++) {
    ring.mulAdd(lambda + 8 * n * j, common, products + 8 * n * j, n);
    move.copy(repeated + 8 * n * j, own, 8 * n);
  }
  bits.chooseShares(plane, products, repeated, n * times, products);
}

/** part += slopes.constants · v + Σ_j slopes.table_j · sign_j · v. */
function addSlopes(party: Party, spec: Signs, slopes: Slopes, products: number, part: number): void {
  const { n, times, turn } = spec;
  const columns = slopes.table.length;
  bits.combine(products, times, n, weightsOf(party, slopes.table), columns, part);
  if (slopes.constants.every((c) => c === 0n)) return;
  bits.combine(
    ownPart(party, turn, slopes, n),
    1,
    n,
    weightsOf(party, slopes.constants.map((c) => [c])),
    columns,
    part,
  );
}

/** A table in linear memory. */
function weightsOf({ memory }: Party, table: readonly (readonly bigint[])[]): number {
  const flat = table.flat();
  const at = memory.scratch(8 * flat.length);
  flat.forEach((w, i) => memory.words[at / 8 + i] = BigInt.asUintN(64, w));
  return at;
}

/** Writes the same row n times. */
function fillRows({ memory }: Party, row: readonly bigint[], n: number, out: number): void {
  if (n === 0) return;
  row.forEach((c, i) => memory.words[out / 8 + i] = BigInt.asUintN(64, c));
  const bytes = 8 * row.length;
  for (let done = 1; done < n; done *= 2) {
    move.copy(out + done * bytes, out, Math.min(done, n - done) * bytes);
  }
}
