/**
 * What is made of the signs of a comparison: sums of their multiples, and of their multiples times a second operand.
 *
 * Roles 1 and 2 of `carry_protocol.ts` hold additive parts of each sign; all here is local.
 *
 * @module
 */
import { bits, layout as move, ring } from "@symbolon/kernels";
import { literal } from "./literals.ts";
import { type Party, type ReplicatedShare, roleOf, words } from "./party.ts";

/** Columns of weights, as words: column c of a result is constants[c] + Σ_j table[c · signs + j] · sign_j. */
export interface Weights {
  readonly columns: number;
  readonly table: BigUint64Array;
  readonly constants: BigUint64Array;
}

/** A second operand v that is multiplied with signs: column c gets constants[c] · v + Σ_j table[c · signs + j] · sign_j · v. */
export interface Slopes {
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
export function sumSigns(
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
export function addSlopes(party: Party, slopes: Slopes, turn: number, products: number, part: number): void {
  const { factor: { n }, weights: { columns, table, constants } } = slopes;
  bits.combineStrided(products, 8 * n, table.length / columns, n, literal(party, table), columns, part);
  if (constants.every(isZero)) return;
  bits.combineStrided(ownPart(party, turn, slopes), 8 * n, 1, n, literal(party, constants), columns, part);
}
