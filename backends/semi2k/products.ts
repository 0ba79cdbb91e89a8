/**
 * F_mult for sums of products: element by element, matrix products, convolutions, and all together.
 *
 * @module
 */
import type { MaterialKind, ProductsCall, Step, Term } from "@symbolon/protocol";
import { factorSize, sizeOf } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { addPatchProduct, type MatrixSize, windowTaker } from "@symbolon/primitives";
import { openWords } from "./input_open.ts";
import { MATERIAL } from "./material.ts";
import { type AdditiveShare, type Operations, type Party, words } from "./party.ts";
import { inSequence, onAllLinks, type SymmetricCost } from "./symmetric_cost.ts";
import { truncate, truncationCost } from "./truncation.ts";

/** What a term takes: elements of its operands, and its material. Nothing where no two elements meet. */
interface TermSize {
  readonly x: number;
  readonly y: number;
  /** Of the matrix product; null: element by element. */
  readonly matrix: MatrixSize | null;
  readonly kind: MaterialKind;
  readonly units: number;
}

/**
 * Π_mult: the factors of every term are opened under the masks of a triple, all in one round; with d = x − a and e = y − b,
 * x · y = d · y + a · e + c, where party 0's y and the others' are their summands. Beaver 1991 (B91).
 *
 * A factor made of patches W(x) is opened as x − a: W is linear, so W(x) = W(x − a) + W(a), and c is shared as W(a) · W'(b). Each
 * element of x is masked once, by an element of a of its own, though it is in many patches. Knott et al. 2021 (KVHSIM21).
 *
 * Masked by: a and b, used for nothing else.
 *
 * Cost: 1 round, on each directed link 1 word an element of every operand; with truncation {@linkcode truncationCost} after it.
 */
export function* products(
  party: Party,
  call: ProductsCall,
  operands: readonly AdditiveShare[],
  out: AdditiveShare,
): Step<void> {
  const { memory, store } = party;
  const sizes = call.terms.map(sizeOfTerm);
  const total = sizes.reduce((sum, { x, y }) => sum + x + y, 0);
  const opened = words(party, total);
  let at = opened;
  const factors = sizes.map((size, t) => {
    const [x, y] = [operands[2 * t]!, operands[2 * t + 1]!];
    const { places, from } = store.take(size.kind, size.units);
    const start = size.matrix === null ? [from, from, from] : [from * size.x, from * size.y, from * out.n];
    const [a, b, c] = start.map((s, i) => places[i]! + 8 * s) as [number, number, number];
    const d = at, e = at + 8 * size.x;
    at = e + 8 * size.y;
    ring.sub(x.at, a, d, size.x);
    ring.sub(y.at, b, e, size.y);
    return { size, y: y.at, a, c, d, e };
  });
  yield* openWords(party, opened, total);
  const z = words(party, out.n);
  if (call.addend) layout.copy(z, operands[2 * call.terms.length]!.at, 8 * out.n);
  else layout.clear(z, 8 * out.n);
  const take = windowTaker(memory);
  factors.forEach(({ size: { units, matrix }, y, a, c, d, e }, t) => {
    if (units === 0) return;
    const { xOf, yOf } = call.terms[t]!;
    const add = (left: number, right: number) => {
      if (matrix === null) return ring.mulAdd(left, right, z, out.n);
      const [x, y] = [{ at: left, window: xOf?.window }, { at: right, window: yOf?.window }];
      addPatchProduct(memory, take, matrix, { x, y, z });
    };
    add(d, y);
    add(a, e);
    ring.add(z, c, z, out.n);
  });
  if (call.trunc === null) layout.copy(out.at, z, 8 * out.n);
  else yield* truncate(party, call.trunc, z, out.n, out.at);
}

/** A product of single elements is no matrix. */
function sizeOfTerm(term: Term): TermSize {
  const { xOf: ofX, yOf: ofY } = term;
  const [x, y] = [factorSize(term.x, ofX), factorSize(term.y, ofY)];
  if (term.kind === "mul") return { x, y, matrix: null, kind: MATERIAL.triple.of(), units: x };
  const [m, k] = term.x as [number, number], n = term.y[1]!;
  if (m * k * n === 0) return { x: 0, y: 0, matrix: null, kind: MATERIAL.triple.of(), units: 0 };
  const single = m * k * n === 1 && ofX === undefined && ofY === undefined;
  if (single) return { x, y, matrix: null, kind: MATERIAL.triple.of(), units: 1 };
  const matrix = [m, k, n] as const;
  return { x, y, matrix, kind: MATERIAL.matrixTriple.of({ size: matrix, x: ofX, y: ofY }), units: 1 };
}

/** Cost of {@linkcode products}. */
function productsCost(call: ProductsCall, parties: number): SymmetricCost {
  const demand = new Map<MaterialKind, number>();
  let bytes = 0;
  for (const term of call.terms) {
    const { x, y, kind, units } = sizeOfTerm(term);
    demand.set(kind, (demand.get(kind) ?? 0) + units);
    bytes += 8 * (x + y);
  }
  const opening = { rounds: 1, bytes, demand };
  return call.trunc === null
    ? inSequence(opening)
    : inSequence(opening, truncationCost(call.trunc, parties, sizeOf(call.shape)));
}

/** What this backend says of it. */
export const PRODUCTS: Pick<Operations, "products"> = {
  products: {
    cost: (call, parties) => onAllLinks(productsCost(call, parties), parties),
    step: products,
  },
};
