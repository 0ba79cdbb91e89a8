/**
 * F_triple: additive shares of random Beaver triples in Z_2^64, without a dealer.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Each party draws its a_i and b_i; the cross products a_i · b_j of every ordered
 * pair come from Gilboa's method, as in Demmler, Schneider and Zohner 2015 (DSZ15) for two parties. Products use each
 * party's transfers with each other one, all pairs in the same rounds.
 *
 * @module
 */
import type { Cost, Step } from "@symbolon/protocol";
import { layout, matmul, ring } from "@symbolon/kernels";
import { matmulReceive, matmulSend, type MatrixSize, mulReceive, mulSend, productCost } from "./gilboa.ts";
import { bothWays, costOf, type OtParty } from "./ot_party.ts";
import type { TreeDepth } from "./softspoken.ts";

/** Places of a triple's parts. They do not overlap. */
export interface TriplePlaces {
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/**
 * n triples [a], [b], [a · b], element by element.
 *
 * Cost: {@linkcode tripleCost}: 2 rounds up to 64,512 triples, 516 bytes a triple on each directed link (k = 4).
 */
export function* triples(party: OtParty, n: number, { a, b, c }: TriplePlaces): Step<void> {
  const { self, random, links } = party;
  random.words(a, n);
  random.words(b, n);
  ring.mul(a, b, c, n);
  yield* bothWays(self, links, {
    send: ({ peer, send }) => mulSend(send, peer, n, { y: a, out: c }),
    receive: ({ peer, receive }) => mulReceive(receive, peer, n, { x: b, out: c }),
  });
}

/** Exact cost of {@linkcode triples}. */
export function tripleCost(parties: number, n: number, k: TreeDepth = 4): Cost {
  const { rounds, receiver, sender } = productCost(n, 1, k);
  return costOf(parties, rounds, () => receiver + sender);
}

/**
 * A matrix triple [A] of m×k, [B] of k×n, [A · B].
 *
 * Entries of the factor with fewer outer rows are taken bit by bit, rows of the other are what transfers carry.
 *
 * Cost: {@linkcode matrixTripleCost}: on each directed link 256 · k · min(m, n) + 260 · m · k · n bytes (tree depth 4).
 */
export function* matrixTriple(party: OtParty, [m, k, n]: MatrixSize, { a, b, c }: TriplePlaces): Step<void> {
  const { self, memory, random, links } = party;
  const turned = m > n;
  // C = X · Y, or its transpose with X = Bᵀ and Y = Aᵀ.
  const size: MatrixSize = turned ? [n, k, m] : [m, k, n];
  const [x, y, z] = turned
    ? [memory.scratch(8 * n * k), memory.scratch(8 * k * m), memory.scratch(8 * n * m)] as const
    : [a, b, c] as const;
  random.words(x, size[0] * k);
  random.words(y, k * size[2]);
  layout.clear(z, 8 * m * n);
  const mark = memory.mark();
  matmul(x, y, z, ...size, memory.scratch(8192));
  memory.release(mark);
  yield* bothWays(self, links, {
    send: ({ peer, send }) => matmulSend(send, peer, size, { y, out: z }),
    receive: ({ peer, receive }) => matmulReceive(receive, peer, size, { x, out: z }),
  });
  if (!turned) return;
  transpose(party, y, k, m, a);
  transpose(party, x, n, k, b);
  transpose(party, z, n, m, c);
}

/** Exact cost of {@linkcode matrixTriple}; `depth` is that of the trees. */
export function matrixTripleCost(parties: number, [m, k, n]: MatrixSize, depth: TreeDepth = 4): Cost {
  const { rounds, receiver, sender } = productCost(m * n === 0 ? 0 : k * Math.min(m, n), Math.max(m, n), depth);
  return costOf(parties, rounds, () => receiver + sender);
}

/** out = the transpose of a matrix of rows × columns words. */
function transpose({ memory }: OtParty, from: number, rows: number, columns: number, out: number): void {
  if (rows * columns === 0) return;
  const mark = memory.mark();
  const spec = memory.scratch(24);
  memory.words32.set([rows, columns, 1, columns, 1, rows], spec / 4);
  layout.copyStrided(from, out, spec, 2, 1, memory.scratch(8));
  memory.release(mark);
}
