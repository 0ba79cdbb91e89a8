/**
 * F_mult for sums of products: element by element, matrix products, convolutions, and all together.
 *
 * @module
 */
import {
  factorSize,
  type MaterialKind,
  type Memory,
  type ProductsCall,
  rowParts,
  sizeOf,
  type Step,
  stridesOf,
  type Term,
  type Window,
} from "@symbolon/protocol";
import { field } from "@symbolon/kernels";
import type { MatrixSize } from "@symbolon/primitives";
import { inSequence, onAllLinks, opening, type StepCost } from "./cost.ts";
import { copyElements } from "./local.ts";
import { demandOf, MATERIAL, sharedPart } from "./material.ts";
import { addOpened } from "./multiply.ts";
import { openInPlace } from "./opening.ts";
import {
  addVectors,
  type AuthenticatedShare,
  clearVector,
  copyVector,
  ELEMENT,
  type Operations,
  part,
  type Party,
  subVectors,
  type Vector,
  vector,
} from "./party.ts";
import { truncate, truncationCost } from "./truncation.ts";

/** Elements of patches in memory at a time, if rows are not longer: 1 MiB. */
const PATCHES = 1 << 16;

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
 * [x · y] = d · [y] + [a] · e + [c]. Beaver 1991 (B91); KOS16 (Π_Online, Multiply).
 *
 * A factor made of patches W(x) is opened as x − a: W is linear, so W(x) = W(x − a) + W(a), and c is W(a) · W'(b). Each element of x is
 * masked once, by an element of a of its own, though it is in many patches (KVHSIM21).
 *
 * Masked by: a and b, used for nothing else.
 *
 * Cost: 1 round, on each directed link 16 bytes an element of every operand; with truncation {@linkcode truncationCost} after it.
 */
function* products(
  party: Party,
  call: ProductsCall,
  operands: readonly AuthenticatedShare[],
  out: AuthenticatedShare,
): Step<void> {
  const { memory, store } = party, { n } = out;
  const sizes = call.terms.map(sizeOfTerm);
  const opened = vector(party, sizes.reduce((sum, { x, y }) => sum + x + y, 0));
  let first = 0;
  const factors = sizes.map((size, t) => {
    const [x, y] = [operands[2 * t]!, operands[2 * t + 1]!];
    const units = store.take(size.kind, size.units);
    const widths = size.matrix === null ? [1, 1, 1] : [size.x, size.y, n];
    const [a, b, c] = widths.map((width, pair) => sharedPart(units, pair, size.units, width)) as [
      Vector,
      Vector,
      Vector,
    ];
    const d = part(opened, first, size.x), e = part(opened, first + size.x, size.y);
    first += size.x + size.y;
    if (size.units > 0) {
      subVectors(x, a, d);
      subVectors(y, b, e);
    }
    return { size, y, a, c, d: d.at, e: e.at };
  });
  yield* openInPlace(party, opened);
  const z = vector(party, n);
  if (call.addend) copyVector(operands[2 * call.terms.length]!, z);
  else clearVector(z);
  factors.forEach(({ size: { units, matrix }, y, a, c, d, e }, t) => {
    if (units === 0) return;
    const { xOf, yOf } = call.terms[t]!;
    addVectors(z, c, z);
    if (matrix === null) return addOpened(d, y, a, e, z);
    const add = (left: number, right: number, to: number) =>
      addProduct(memory, matrix, { at: left, window: xOf?.window }, { at: right, window: yOf?.window }, to);
    add(d, y.at, z.at);
    add(d, y.mac, z.mac);
    add(a.at, e, z.at);
    add(a.mac, e, z.mac);
  });
  if (call.trunc === null) copyVector(z, out);
  else yield* truncate(party, call.trunc, z, out);
}

/** A product of single elements is no matrix. */
function sizeOfTerm(term: Term): TermSize {
  const { xOf: ofX, yOf: ofY } = term;
  const [x, y] = [factorSize(term.x, ofX), factorSize(term.y, ofY)];
  const triple = MATERIAL.triple.of();
  if (term.kind === "mul") return { x, y, matrix: null, kind: triple, units: x };
  const [m, k] = term.x as [number, number], n = term.y[1]!;
  if (m * k * n === 0) return { x: 0, y: 0, matrix: null, kind: triple, units: 0 };
  const single = m * k * n === 1 && ofX === undefined && ofY === undefined;
  if (single) return { x, y, matrix: null, kind: triple, units: 1 };
  const matrix = [m, k, n] as const;
  return { x, y, matrix, kind: MATERIAL.matrixTriple.of({ size: matrix, x: ofX, y: ofY }), units: 1 };
}

/** A matrix of elements in linear memory, row-major; or a window of the elements there, which is the matrix. */
interface Factor {
  readonly at: number;
  readonly window?: Window | undefined;
}

/** z += X · Y, X of m×k and Y of k×n, on shares or on MAC shares. */
export function addProduct(memory: Memory, [m, k, n]: MatrixSize, x: Factor, y: Factor, z: number): void {
  const mark = memory.mark(), scratch = memory.scratch(field.MATMUL_BYTES);
  const take = ({ shape, offset, strides }: Window, from: number): number => {
    const at = memory.scratch(ELEMENT * sizeOf(shape));
    copyElements({ memory }, shape, { at: from + ELEMENT * offset, strides }, { at, strides: stridesOf(shape) });
    return at;
  };
  const right = y.window === undefined ? y.at : take(y.window, y.at);
  if (x.window === undefined) field.matmul(x.at, right, z, m, k, n, scratch);
  else {
    for (const { row, rows, window } of rowParts(x.window, m, PATCHES)) {
      const mark = memory.mark();
      field.matmul(take(window, x.at), right, z + ELEMENT * n * row, rows, k, n, scratch);
      memory.release(mark);
    }
  }
  memory.release(mark);
}

/** Cost of {@linkcode products}. */
function productsCost(call: ProductsCall): StepCost {
  const openings = call.terms.map(sizeOfTerm).map(({ x, y, kind, units }) => opening(x + y, demandOf(kind, units)));
  const together = { ...inSequence(...openings), rounds: 1 };
  return call.trunc === null ? together : inSequence(together, truncationCost(call.trunc, sizeOf(call.shape)));
}

/** What this backend says of it. */
export const PRODUCTS: Pick<Operations, "products"> = {
  products: { cost: (call, parties) => onAllLinks(productsCost(call), parties), step: products },
};
