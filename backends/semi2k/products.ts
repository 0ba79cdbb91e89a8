/**
 * F_mult for sums of products: element by element, matrix products, and both together.
 *
 * @module
 */
import type { ProductsCall, Step, Term } from "@symbolon/protocol";
import { sizeOf } from "@symbolon/protocol";
import { layout, matmul, ring } from "@symbolon/kernels";
import { openWords } from "./input_open.ts";
import { matrixTriple, TRIPLE } from "./kinds.ts";
import { type AdditiveShare, type Party, words } from "./party.ts";
import { inSequence, type SymmetricCost } from "./sum_bits.ts";
import { truncate, truncationCost } from "./truncation.ts";

/** Scratch of the matrix product kernel, bytes. */
const PANEL = 8192;

/**
 * Π_mult: the factors of every term are opened under the masks of a triple, all in one round; with d = x − a and e = y − b,
 * x · y = d · y + a · e + c, where party 0's y and the others' are their summands. Beaver 1991.
 *
 * Masked by: a and b, used for nothing else.
 *
 * Cost: 1 round, on each directed link 1 word an element of every factor; with truncation {@linkcode truncationCost} after it.
 */
export function* products(
  party: Party,
  call: ProductsCall,
  operands: readonly AdditiveShare[],
  out: AdditiveShare,
): Step<void> {
  const { store } = party;
  const total = operands.slice(0, 2 * call.terms.length).reduce((sum, x) => sum + x.n, 0);
  const opened = words(party, total);
  let at = opened;
  const factors = call.terms.map((term, t) => {
    const [x, y] = [operands[2 * t]!, operands[2 * t + 1]!];
    const [kind, units] = materialOf(term);
    const { places, from } = store.take(kind, units);
    const start = kind === TRIPLE ? [from, from, from] : [from * x.n, from * y.n, from * out.n];
    const [a, b, c] = start.map((s, i) => places[i]! + 8 * s) as [number, number, number];
    const d = at, e = at + 8 * x.n;
    at = e + 8 * y.n;
    ring.sub(x.at, a, d, x.n);
    ring.sub(y.at, b, e, y.n);
    return { term, y, a, c, d, e };
  });
  yield* openWords(party, opened, total);
  const z = words(party, out.n);
  if (call.addend) layout.copy(z, operands[2 * call.terms.length]!.at, 8 * out.n);
  else layout.clear(z, 8 * out.n);
  for (const { term, y, a, c, d, e } of factors) {
    const [kind, units] = materialOf(term);
    if (units === 0) continue;
    if (kind === TRIPLE) {
      ring.mulAdd(d, y.at, z, out.n);
      ring.mulAdd(a, e, z, out.n);
    } else {
      const [m, k] = term.x as [number, number], n = term.y[1]!;
      const mark = party.memory.mark();
      const panel = party.memory.scratch(PANEL);
      matmul(d, y.at, z, m, k, n, panel);
      matmul(a, e, z, m, k, n, panel);
      party.memory.release(mark);
    }
    ring.add(z, c, z, out.n);
  }
  if (call.trunc === null) layout.copy(out.at, z, 8 * out.n);
  else yield* truncate(party, call.trunc, z, out.n, out.at);
}

/** The material a term takes: kind and units. A product of single elements is no matrix. */
function materialOf({ kind, x, y }: Term): readonly [kind: string, units: number] {
  if (kind === "mul") return [TRIPLE, sizeOf(x)];
  const [m, k] = x as [number, number], n = y[1]!;
  if (m * k * n === 0) return [TRIPLE, 0];
  return m === 1 && k === 1 && n === 1 ? [TRIPLE, 1] : [matrixTriple(m, k, n), 1];
}

/** Cost of {@linkcode products}. */
export function productsCost(call: ProductsCall, parties: number): SymmetricCost {
  const demand = new Map<string, number>();
  let bytes = 0;
  for (const term of call.terms) {
    const [kind, units] = materialOf(term);
    demand.set(kind, (demand.get(kind) ?? 0) + units);
    bytes += 8 * (sizeOf(term.x) + sizeOf(term.y));
  }
  const opening = { rounds: 1, bytes, demand };
  return call.trunc === null
    ? inSequence(opening)
    : inSequence(opening, truncationCost(call.trunc, parties, sizeOf(call.shape)));
}
