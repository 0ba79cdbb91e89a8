/**
 * F_Triple: [a], [b], [a · b] for uniform a and b: KOS16 (section 5, Π_Triple).
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Each party draws b_i and three candidates for a_i, with which it chooses in transfers with
 * all others: three shared products with one b. A corrupt sender can learn bits of the candidates, each at the risk of being found, so
 * a_i is a random combination of the three, drawn when all corrections are fixed: the leftover hash lemma of KOS16 (section 5.2). A second
 * combination of the same candidates is sacrificed: with a random s, ρ = s · a − â is opened, and s · c − ĉ − ρ · b must be 0, which the
 * parties look at by its MAC alone. A triple that is wrong passes with probability 1/p, and no wrong one is given out.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import { inSequence, opening, type SymmetricCost } from "../cost.ts";
import { check, checkCost } from "../mac_check.ts";
import { openInPlace } from "../opening.ts";
import { ELEMENT, elements, mulElements, part, subVectors, type Vector, vector } from "../party.ts";
import { authenticate, authenticationCost, type FieldMaker, sumOf } from "./authentication.ts";
import { coefficients, coefficientsCost } from "./coefficients.ts";
import { crossCost, type CrossMaker, crossProducts, drawFactors } from "./cross_products.ts";

/** Candidates for a, of which two combinations are taken. */
export const CANDIDATES = 3;
/** Values that a triple takes: a, b, c, and those that are sacrificed, â and ĉ. */
const VALUES = 5;

/** A party with streams and transfers. */
export interface TripleMaker extends FieldMaker, CrossMaker {}

/** Authenticated values, and that the third are products of the first two. */
export type Triples = readonly [a: Vector, b: Vector, c: Vector];

/**
 * n triples, in scratch, checked.
 *
 * Masked by: candidates in {@linkcode crossProducts}, values in {@linkcode authenticate}; ρ by â, used for nothing else.
 *
 * Cost: {@linkcode triplesCost}.
 *
 * @throws {MacCheckError} if a triple is wrong, or a value was authenticated wrongly
 * @throws {ConsistencyError} if a peer's transfers do not fit together, or parties were told different things
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function triples(maker: TripleMaker, n: number): Step<Triples> {
  return maker.party.trust.guarded(makeTriples(maker, n));
}

function* makeTriples(maker: TripleMaker, n: number): Step<Triples> {
  const { party } = maker, { random, openings } = party;
  const x = drawFactors(party, CANDIDATES * n),
    own = elements(party, VALUES * n),
    products = elements(party, CANDIDATES * n);
  const [a, b, c, otherA, otherC] = Array.from({ length: VALUES }, (_, i) => own + ELEMENT * n * i) as Five;
  random.bytes(b, ELEMENT * n);
  field.reduce(b, b, n);
  for (let h = 0; h < CANDIDATES; h++) field.mul(x + ELEMENT * n * h, b, products + ELEMENT * n * h, n);
  yield* crossProducts(maker, {
    ...{ count: CANDIDATES * n, width: 1, x },
    row: (e) => b + ELEMENT * (e % n),
    out: (e) => products + ELEMENT * e,
  });

  const draw = yield* coefficients(party, "candidates");
  for (const [left, right] of [[a, c], [otherA, otherC]] as const) {
    layout.clear(left, ELEMENT * n);
    layout.clear(right, ELEMENT * n);
    for (let h = 0; h < CANDIDATES; h++) {
      const r = draw(n);
      field.mulAdd(x + ELEMENT * n * h, r, left, n);
      field.mulAdd(products + ELEMENT * n * h, r, right, n);
    }
  }
  const all = sumOf(party, yield* authenticate(maker, new Array<number>(party.parties).fill(VALUES * n), own));
  const [A, B, C, hatA, hatC] = Array.from({ length: VALUES }, (_, i) => part(all, n * i, n)) as FiveVectors;

  const s = (yield* coefficients(party, "sacrifice"))(n);
  const rho = vector(party, n);
  mulElements(A, s, rho);
  subVectors(rho, hatA, rho);
  yield* openInPlace(party, rho);
  openings.expect(n);
  // The MAC share of s · c − ĉ − ρ · b, which is opened as 0.
  const mac = elements(party, n), other = elements(party, n);
  field.mul(C.mac, s, mac, n);
  field.sub(mac, hatC.mac, mac, n);
  field.mul(B.mac, rho.at, other, n);
  field.sub(mac, other, mac, n);
  layout.clear(other, ELEMENT * n);
  openings.opened(other, mac, n);
  yield* check(party);
  return [A, B, C];
}

type Five = [a: number, b: number, c: number, otherA: number, otherC: number];
type FiveVectors = [a: Vector, b: Vector, c: Vector, otherA: Vector, otherC: Vector];

/** Exact cost of {@linkcode triples}: 17 rounds; between two parties 10.2 KB a triple each way, and some KB a batch. */
export function triplesCost(parties: number, n: number): SymmetricCost {
  const authentication = authenticationCost(parties, new Array<number>(parties).fill(VALUES * n));
  const coin = coefficientsCost(parties), checking = checkCost(parties);
  return inSequence(
    crossCost({ count: CANDIDATES * n, width: 1 }),
    coin,
    { ...authentication, bytes: authentication.links[0]![1]! },
    coin,
    opening(n),
    checking,
  );
}
