/**
 * The carries of a + b among three parties, where the dealer (role 0) knows a and roles 1 and 2 both know b.
 *
 * The dealer deals XOR shares of products of a's bits and of products of masks, all in the first round, and hears nothing
 * afterwards. Roles 1 and 2 evaluate a {@linkcode CarryCircuit} on masked bits and convert the wanted bits to shares mod 2^L.
 * See `carry_graph.ts` for the bits and docs/security.md for the argument.
 *
 * @module
 */
import { round, type Step } from "@symbolon/protocol";
import { bits, layout as move, ring } from "@symbolon/kernels";
import type { BitProgram, CarryCircuit } from "./carry_circuit.ts";
import { integers, literal, type Party, type ReplicatedShare, roleOf, words } from "./party.ts";

/** What {@linkcode evaluate} computes. */
export interface Task {
  readonly n: number;
  /** How many values of b there are for each a. */
  readonly times: number;
  /** The dealer: n words a. The others: n · times words b, all n for the first, then all for the second, … */
  readonly value: number;
  /** The sums of signs that are wanted, shape [n, columns]; null: all bits of the circuit, shape [n, bits]. */
  readonly weights: Weights | null;
  readonly slopes?: Slopes;
  readonly turn: number;
}

/** Bytes that the dealer sends to role 2, that roles 1 and 2 send each other by round, and the number of rounds. */
export interface CarryCost {
  readonly deal: number;
  readonly exchange: readonly number[];
  readonly rounds: number;
}

/** Cost of {@linkcode evaluate} for results of `columns` columns. */
export function carryCost(
  circuit: CarryCircuit,
  { n, times, slopes }: { readonly n: number; readonly times: number; readonly slopes: boolean },
  columns: number,
): CarryCost {
  const { levelStart, graph: { levels } } = circuit;
  const wide = Math.ceil(n * times / 8);
  const opened = levelStart.slice(1).map((end, level) => (end - levelStart[level]!) * wide);
  return {
    deal: dealtBytes(circuit, n, times) + (slopes ? 8 * n * times : 0),
    exchange: [...opened, 8 * n * columns],
    rounds: 2 + levels,
  };
}

/** Bytes of the dealt bits and of the outputs' masks. */
function dealtBytes(circuit: CarryCircuit, n: number, times: number): number {
  const { monomials, dealt, graph: { outputs } } = circuit;
  return monomials * Math.ceil(n / 8) + dealt * Math.ceil(n * times / 8) + 8 * n * times * outputs.length;
}

function runProgram(party: Party, { code }: BitProgram, planes: number, stride: number): void {
  if (code.length > 0) bits.evaluate(literal(party, code), code.length / 4, planes, stride, stride / 8);
}

/** Bytes of a plane of n bits. */
const strideOf = (n: number) => 8 * Math.ceil(n / 64);

/** Bits of a + b by a circuit, as shares: linear combinations of them, or all side by side. */
export function evaluate(party: Party, circuit: CarryCircuit, task: Task, out: ReplicatedShare): Step<void> {
  return roleOf(party, task.turn) === 0 ? deal(party, circuit, task, out) : compute(party, circuit, task, out);
}

/**
 * Role 0.
 *
 * Sends role 2 its shares; role 1's come from their common key. Masked by: that key's stream, unknown to role 2. Learns nothing.
 */
function* deal(party: Party, circuit: CarryCircuit, task: Task, out: ReplicatedShare): Step<void> {
  const { graph, monomials, dealt } = circuit;
  const { memory, prev } = party;
  const { n } = task;
  const outputs = graph.outputs.length;
  const signals = graph.signals.length;
  const wideN = n * task.times;
  const narrow = strideOf(n);
  const wide = strideOf(wideN);
  const common1 = party.next.mask;
  const common2 = party.own.mask;
  const factorWords = task.slopes === undefined ? 0 : wideN;
  const message = memory.scratch(dealtBytes(circuit, n, task.times) + 8 * factorWords);
  const narrowBytes = Math.ceil(n / 8);
  const wideBytes = Math.ceil(wideN / 8);

  // The products of a's bits.
  const a = memory.scratch(circuit.dealerBits.slots * narrow);
  bits.toPlanes(task.value, n, graph.width, a, narrow, memory.scratch(512));
  runProgram(party, circuit.dealerBits, a, narrow);
  const theirs = memory.scratch(Math.max(monomials * narrow, (dealt + signals) * wide, 8 * wideN * outputs));
  common1.planes(theirs, monomials, n, narrow);
  bits.xorInto(theirs, a + graph.width * narrow, monomials * narrow / 8);
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
  graph.outputs.forEach(({ bit }, o) => {
    bits.repeatPlanes(a + bit * narrow, narrow, 1, n, task.times, repeated, wide);
    bits.xorInto(repeated, lambda + o * wide, wide / 8);
    bits.planeToWords(repeated, wideN, wordsAt + 8 * wideN * o);
  });
  const lambdaAt = dealtAt + dealt * wideBytes;
  const factorAt = lambdaAt + 8 * wideN * outputs;
  common1.words(theirs, wideN * outputs);
  ring.sub(wordsAt, theirs, theirs, wideN * outputs);
  move.copy(lambdaAt, theirs, 8 * wideN * outputs);
  if (task.slopes !== undefined) {
    // The masks times the summands of v that the dealer knows, likewise between roles 1 and 2.
    const { factor } = task.slopes;
    const known = words(party, n);
    ring.add(factor.mine, factor.next, known, n);
    for (let j = 0; j < task.times; j++) ring.mul(wordsAt + 8 * n * j, known, wordsAt + 8 * n * j, n);
    common1.words(theirs, wideN);
    ring.sub(wordsAt, theirs, wordsAt, wideN);
    move.copy(factorAt, wordsAt, 8 * wideN);
  }

  yield round([{ peer: prev, at: message, bytes: factorAt + 8 * factorWords - message }], []);
  for (let level = 0; level < graph.levels; level++) yield round([], []);
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
function* compute(party: Party, circuit: CarryCircuit, task: Task, out: ReplicatedShare): Step<void> {
  const { graph, monomials, dealt, layout, levelStart } = circuit;
  const { memory, prev, after } = party;
  const first = roleOf(party, task.turn) === 1;
  const common = first ? party.own.mask : party.next.mask;
  const dealer = first ? prev : after;
  const peer = first ? after : prev;
  const { n, times } = task;
  const outputs = graph.outputs.length;
  const signals = graph.signals.length;
  const wideN = n * times;
  const narrow = strideOf(n);
  const wide = strideOf(wideN);
  const narrowBytes = Math.ceil(n / 8);
  const wideBytes = Math.ceil(wideN / 8);

  const planes = memory.scratch(circuit.evaluatorSlots * wide);
  const shares = memory.scratch(monomials * narrow);
  const lambda = memory.scratch(8 * wideN * outputs);
  const factorWords = task.slopes === undefined ? 0 : wideN;
  const scaled = memory.scratch(8 * factorWords);
  bits.toPlanes(task.value, wideN, graph.width, planes + layout.b * wide, wide, memory.scratch(512));

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
    const bytes = dealtBytes(circuit, n, times) + 8 * factorWords;
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
  for (let level = 0; level < graph.levels; level++) {
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

  if (task.slopes !== undefined) {
    multiplySigns(party, task.slopes, task.turn, { plane: planes + layout.temporaries * wide, lambda, times }, scaled);
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
  if (task.weights === null) sideBySide(party, lambda, n, outputs, part);
  else sumSigns(party, task.weights, { at: lambda, n, times }, first, part);
  if (task.slopes !== undefined) addSlopes(party, task.slopes, task.turn, scaled, part);
  common.words(known, out.n);
  ring.sub(part, known, part, out.n);
  const bytes = 8 * out.n;
  yield round([{ peer, at: part, bytes }], [{ peer, at: missing, bytes }]);
  ring.add(missing, part, missing, out.n);
}

/** Bit o of element i from word [o, i] to word [i, o]. */
function sideBySide(party: Party, values: number, n: number, outputs: number, out: number): void {
  const window = integers(party, [n, 1, outputs, outputs, n, 1]);
  move.copyStrided(values, out, window, 2, 1, party.memory.scratch(8));
}

/** Columns of weights, as words: column c of a result is constants[c] + Σ_j table[c · signs + j] · sign_j. */
export interface Weights {
  readonly columns: number;
  readonly table: BigUint64Array;
  readonly constants: BigUint64Array;
}

/** A second operand v that is multiplied with signs: column c gets constants[c] · v + Σ_j table[c · signs + j] · sign_j · v. */
interface Slopes {
  readonly factor: ReplicatedShare;
  readonly weights: Weights;
}

/** Weights from rows with an entry more than there are signs: the last is the constant, the others those of the signs. */
export function weights(table: readonly (readonly bigint[])[], constants: readonly bigint[]): Weights {
  const wrapped = (values: readonly bigint[]) => BigUint64Array.from(values, (v) => BigInt.asUintN(64, v));
  return { columns: constants.length, table: wrapped(table.flat()), constants: wrapped(constants) };
}

/** One sign as it is. */
export const ONE_SIGN: Weights = weights([[1n]], [0n]);

const isZero = (v: bigint) => v === 0n;

/** `out` = the party's part of the sums, shape [n, columns]; `constants` at one of the two roles. */
function sumSigns(
  party: Party,
  { columns, table, constants }: Weights,
  signs: { readonly at: number; readonly n: number; readonly times: number },
  withConstants: boolean,
  out: number,
): void {
  const { at, n, times } = signs;
  if (withConstants && !constants.every(isZero)) fillRows(literal(party, constants), columns, n, out);
  else move.clear(out, 8 * n * columns);
  bits.combineStrided(at, 8 * n, times, n, literal(party, table), columns, out);
}

/** Writes the same row of words n times. */
function fillRows(row: number, columns: number, n: number, out: number): void {
  if (n === 0) return;
  const bytes = 8 * columns;
  move.copy(out, row, bytes);
  for (let done = 1; done < n; done *= 2) move.copy(out + done * bytes, out, Math.min(done, n - done) * bytes);
}

/** The summands of v that a role counts as its own: the dealer's first for role 2, the two others for role 1. */
function ownPart(party: Party, turn: number, { factor }: Slopes): number {
  if (roleOf(party, turn) === 2) return factor.next;
  const own = words(party, factor.n);
  ring.add(factor.mine, factor.next, own, factor.n);
  return own;
}

/**
 * `products` = the party's part of sign_j · v = m_j·v + (1 − 2m_j)·λ_j·v for all j, from its part of λ_j times the dealer's
 * summands of v. The third summand, v_f, is known to both roles, so λ_j·v_f needs no message.
 */
export function multiplySigns(
  party: Party,
  slopes: Slopes,
  turn: number,
  signs: { readonly plane: number; readonly lambda: number; readonly times: number },
  products: number,
): void {
  const { plane, lambda, times } = signs;
  const { n } = slopes.factor;
  const common = roleOf(party, turn) === 1 ? slopes.factor.next : slopes.factor.mine;
  const own = ownPart(party, turn, slopes);
  const repeated = words(party, n * times);
  for (let j = 0; j < times; j++) {
    ring.mulAdd(lambda + 8 * n * j, common, products + 8 * n * j, n);
    move.copy(repeated + 8 * n * j, own, 8 * n);
  }
  bits.chooseShares(plane, products, repeated, n * times, products);
}

/** part += constants · v + Σ_j table_j · sign_j · v, the products from {@linkcode multiplySigns}. */
function addSlopes(party: Party, slopes: Slopes, turn: number, products: number, part: number): void {
  const { factor: { n }, weights: { columns, table, constants } } = slopes;
  bits.combineStrided(products, 8 * n, table.length / columns, n, literal(party, table), columns, part);
  if (constants.every(isZero)) return;
  bits.combineStrided(ownPart(party, turn, slopes), 8 * n, 1, n, literal(party, constants), columns, part);
}
