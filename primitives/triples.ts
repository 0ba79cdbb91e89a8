/**
 * F_triple: additive shares of random Beaver triples in Z_2^64, without a dealer.
 *
 * n ≥ 2 parties, up to n − 1 corrupt, semi-honest. Each party draws its a_i and b_i; the cross products a_i · b_j of every ordered
 * pair come from Gilboa's method, as in Demmler, Schneider and Zohner 2015 (DSZ15) for two parties. Products use each
 * party's transfers with each other one, all pairs in the same rounds.
 *
 * @module
 */
import type { Cost, Patches, Step } from "@symbolon/protocol";
import { layout, matmul, ring } from "@symbolon/kernels";
import { matmulReceive, matmulSend, type MatrixSize, mulReceive, mulSend, productCost } from "./gilboa.ts";
import { bothWays, costOf, type OtParty } from "./ot_party.ts";
import { matrixWords, windowTaker } from "./patch_product.ts";
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

/** What the factors of a matrix triple are made of, where that is a smaller tensor. */
export interface TripleFactors {
  readonly x?: Patches | undefined;
  readonly y?: Patches | undefined;
}

/**
 * A matrix triple [A] of m×k, [B] of k×n, [A · B]; or a convolution triple: [a], [b], [A · B], where A or B are patches of a or b.
 *
 * Entries of the factor with fewer outer rows are taken bit by bit, rows of the other are what transfers carry. Patches are linear
 * in what they are made of, so each party's are those of its own summand. Mohassel and Zhang 2017 (MZ17) for matrices, Knott et al.
 * 2021 (KVHSIM21) for convolutions.
 *
 * Cost: {@linkcode matrixTripleCost}: on each directed link 256 · k · min(m, n) + 260 · m · k · n bytes (tree depth 4).
 */
export function* matrixTriple(
  party: OtParty,
  [m, k, n]: MatrixSize,
  { a, b, c }: TriplePlaces,
  of: TripleFactors = {},
): Step<void> {
  const { self, memory, random, links } = party;
  const turned = m > n;
  random.words(a, of.x?.base ?? m * k);
  random.words(b, of.y?.base ?? k * n);
  const left = matrixWords(memory, { at: a, window: of.x?.window }, [m, k], turned);
  const right = matrixWords(memory, { at: b, window: of.y?.window }, [k, n], turned);
  // C = X · Y, or its transpose with X = Bᵀ and Y = Aᵀ.
  const size: MatrixSize = turned ? [n, k, m] : [m, k, n];
  const [x, y, z] = turned ? [right, left, memory.scratch(8 * n * m)] as const : [left, right, c] as const;
  layout.clear(z, 8 * m * n);
  const mark = memory.mark();
  matmul(x, y, z, ...size, memory.scratch(8192));
  memory.release(mark);
  yield* bothWays(self, links, {
    send: ({ peer, send }) => matmulSend(send, peer, size, { y, out: z }),
    receive: ({ peer, receive }) => matmulReceive(receive, peer, size, { x, out: z }),
  });
  if (turned) windowTaker(memory)({ shape: [m, n], offset: 0, strides: [1, m] }, z, c);
}

/** Exact cost of {@linkcode matrixTriple}; `depth` is that of the trees. */
export function matrixTripleCost(parties: number, [m, k, n]: MatrixSize, depth: TreeDepth = 4): Cost {
  const { rounds, receiver, sender } = productCost(m * n === 0 ? 0 : k * Math.min(m, n), Math.max(m, n), depth);
  return costOf(parties, rounds, () => receiver + sender);
}
