/**
 * F_mult for sums of products: element by element, matrix products, and both together.
 *
 * @module
 */
import { type ProductsCall, round, sizeOf, type Step, type Term } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import { addPatchProduct } from "@symbolon/primitives";
import { take } from "./local.ts";
import { inSequence, type Party, type ReplicatedShare, type RingOperations, rotated, words } from "./party.ts";
import { truncateSum, truncationCost } from "./truncation.ts";

/**
 * Π_mult: each party adds up the products of the summands it holds, masks them with a share of zero and passes them on.
 *
 * Masked by: α_i = F(k_i) − F(k_{i+1}), of which the receiver, party i−1, lacks F(k_{i+1}). With truncation the masks are those
 * of {@linkcode truncateSum}. Araki et al. 2016, section 2.2; a sum needs one element a party however many products it has.
 *
 * Cost: 1 round, 1 word an element and party; with truncation 2 rounds, 3 words and 4 · trunc.bits bits an element in all.
 */
export function* products(
  party: Party,
  call: ProductsCall,
  operands: readonly ReplicatedShare[],
  out: ReplicatedShare,
): Step<void> {
  const n = out.n;
  if (call.trunc !== null) {
    const z = words(party, n);
    layout.clear(z, 8 * n);
    addProducts(party, call, operands, z, n);
    return yield* truncateSum(party, call.trunc, z, out, call.turn);
  }
  const mark = party.memory.mark();
  const other = words(party, n);
  party.own.zero.words(out.mine, n);
  party.next.zero.words(other, n);
  ring.sub(out.mine, other, out.mine, n);
  party.memory.release(mark);
  addProducts(party, call, operands, out.mine, n);
  const bytes = 8 * n;
  yield round([{ peer: party.prev, at: out.mine, bytes }], [{ peer: party.after, at: out.next, bytes }]);
}

/** z += the party's summand of Σ x·y + addend; the three parties' summands add up to the whole. */
function addProducts(
  party: Party,
  call: ProductsCall,
  operands: readonly ReplicatedShare[],
  z: number,
  n: number,
): void {
  call.terms.forEach((term, t) => {
    const x = operands[2 * t]!;
    const y = operands[2 * t + 1]!;
    if (term.kind === "mul") ring.replicatedMulAdd(x.mine, x.next, y.mine, y.next, z, n);
    else addMatrixProduct(party, term, x, y, z);
  });
  if (call.addend) ring.add(z, operands[2 * call.terms.length]!.mine, z, n);
}

/** z += X_i · (Y_i + Y_{i+1}) + X_{i+1} · Y_i. */
function addMatrixProduct(party: Party, term: Term, x: ReplicatedShare, y: ReplicatedShare, z: number): void {
  const [m, k] = term.x as [number, number];
  const size = [m, k, term.y[1]!] as const;
  const { transposed = false } = x;
  const mark = party.memory.mark();
  const both = words(party, y.n);
  ring.add(y.mine, y.next, both, y.n);
  const multiply = (left: number, right: number) =>
    addPatchProduct(party.memory, (window, from, to) => take(party, window, from, to), size, {
      ...{ x: { at: left, window: term.xOf?.window }, y: { at: right, window: term.yOf?.window } },
      ...{ z, transposed },
    });
  multiply(x.mine, both);
  multiply(x.next, y.mine);
  party.memory.release(mark);
}

/** What this backend says of it. */
export const PRODUCTS: Pick<RingOperations, "products"> = {
  products: {
    cost({ shape, trunc, turn }) {
      const bytes = 8 * sizeOf(shape);
      if (trunc === null) return rotated({ rounds: 1, messages: [[0, 2, bytes], [1, 0, bytes], [2, 1, bytes]] }, turn);
      const summands = { rounds: 1, messages: [[0, 1, bytes], [2, 1, bytes]] } as const;
      return rotated(inSequence(summands, truncationCost(trunc, sizeOf(shape))), turn);
    },
    step: products,
    recorded: true,
  },
};
