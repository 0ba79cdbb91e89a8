/**
 * F_Triple: [A], [B], [A · B] for uniform matrices A and B, of which the least are single elements: KOS16 (section 5, Π_Triple).
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Each party draws B_i and three candidates for A_i, with which it chooses in transfers with
 * all others: three shared products with one B. A corrupt sender can learn bits or digits of candidates, at the risk of being found, so
 * A_i is a combination of the three with random coefficients, drawn when all corrections are fixed (KOS16, section 5.2). A second
 * combination of the same candidates is sacrificed: with a random s, ρ = s · A − Â is opened, and s · C − Ĉ − ρ · B must be 0 in every
 * entry, which the parties look at by its MAC alone. With B fixed all of that is linear in A: a matrix takes three candidates and one s, and a
 * wrong entry passes with probability 1/p, as a wrong triple of elements.
 *
 * A factor may be made of patches: elements of a smaller tensor, some of them repeatedly. The elements are what is drawn and authenticated;
 * their patches are multiplied. Whether the left or the right factor chooses is what takes fewer bytes.
 *
 * @module
 */
import { sizeOf, type Step, stridesOf, transposedWindow, type Window } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import { inSequence, opening, type StepCost } from "../cost.ts";
import { copyElements } from "../local.ts";
import { check, checkCost } from "../mac_check.ts";
import type { TripleSize } from "../material.ts";
import type { Triples } from "../multiply.ts";
import { openInPlace } from "../opening.ts";
import { ELEMENT, elements, mulElement, part, type Party, subVectors, type Vector, vector } from "../party.ts";
import { authenticate, authenticationCost, type FieldMaker, sumOf } from "./authentication.ts";
import { coefficients, coefficientsCost } from "./coefficients.ts";
import { crossCost, type CrossMaker, crossProducts, drawFactors } from "./cross_products.ts";

/** Candidates for the factor that chooses, of which two combinations are taken. */
export const CANDIDATES = 3;
/** A triple of single elements. */
const SINGLE: TripleSize = { size: [1, 1, 1] };

/** A party with streams and transfers. */
export interface TripleMaker extends FieldMaker, CrossMaker {}

/**
 * n triples of single elements, in scratch, checked; n > 0. See {@linkcode matrixTriples}.
 *
 * Cost: {@linkcode triplesCost}.
 */
export function triples(maker: TripleMaker, n: number): Step<Triples> {
  return matrixTriples(maker, SINGLE, n);
}

/** Exact cost of {@linkcode triples}: 17 rounds; between two parties 10.3 KB a triple each way, and 4 KB. */
export function triplesCost(parties: number, n: number): StepCost {
  return matrixTriplesCost(parties, SINGLE, n);
}

/**
 * `units` triples of a size, in scratch, checked; no factor is empty.
 *
 * Masked by: candidates in {@linkcode crossProducts}, values in {@linkcode authenticate}; ρ by Â, used for nothing else.
 *
 * Cost: {@linkcode matrixTriplesCost}.
 *
 * @throws {MacCheckError} if a triple is wrong, or a value was authenticated wrongly
 * @throws {ConsistencyError} if a peer's transfers do not fit together, or parties were told different things
 * @throws {CommitmentError} if a party shows something else than it has committed to
 */
export function matrixTriples(maker: TripleMaker, size: TripleSize, units: number): Step<Triples> {
  return maker.party.trust.guarded(make(maker, size, units));
}

function* make(maker: TripleMaker, size: TripleSize, units: number): Step<Triples> {
  const { party } = maker, { memory, openings } = party, sides = sidesOf(size);
  const { m, k, n, chooser, other, turned } = sides, [xs, ys, zs] = counts(sides, units);
  const all = CANDIDATES * units, scratch = memory.scratch(field.MATMUL_BYTES);
  const drawn = drawFactors(party, CANDIDATES * xs), products = zeros(party, CANDIDATES * zs);
  const own = zeros(party, 2 * xs + ys + 2 * zs);
  const [b, c, otherA, otherC] = [xs, xs + ys, xs + ys + zs, 2 * xs + ys + zs].map((i) => own + ELEMENT * i) as Four;
  party.random.bytes(b, ELEMENT * ys);
  field.reduce(b, b, ys);
  const x = matrices(party, chooser, drawn, all), y = matrices(party, other, b, units);
  for (let i = 0; i < all; i++) {
    field.matmul(
      x + ELEMENT * m * k * i,
      y + ELEMENT * k * n * (i % units),
      products + ELEMENT * m * n * i,
      m,
      k,
      n,
      scratch,
    );
  }
  yield* crossProducts(maker, {
    ...{ count: m * k * all, width: n, x },
    row: (e) => y + ELEMENT * n * (Math.floor(e / (m * k)) % units * k + e % k),
    out: (e) => products + ELEMENT * n * Math.floor(e / k),
  });

  const draw = yield* coefficients(party, "candidates");
  for (const [left, right] of [[own, c], [otherA, otherC]] as const) {
    const r = draw(all);
    for (let i = 0; i < all; i++) {
      const by = r + ELEMENT * i, u = i % units;
      field.mulScalarAdd(drawn + ELEMENT * chooser.base * i, by, left + ELEMENT * chooser.base * u, chooser.base);
      field.mulScalarAdd(products + ELEMENT * m * n * i, by, right + ELEMENT * m * n * u, m * n);
    }
  }
  const values = sumOf(
    party,
    yield* authenticate(maker, new Array<number>(party.parties).fill(2 * xs + ys + 2 * zs), own),
  );
  const A = part(values, 0, xs), B = part(values, xs, ys), C = part(values, xs + ys, zs);
  const hatA = part(values, xs + ys + zs, xs), hatC = part(values, 2 * xs + ys + zs, zs);

  const s = (yield* coefficients(party, "sacrifice"))(units), rho = vector(party, xs);
  for (let u = 0; u < units; u++) {
    const first = chooser.base * u;
    mulElement(part(A, first, chooser.base), s + ELEMENT * u, part(rho, first, chooser.base));
  }
  subVectors(rho, hatA, rho);
  yield* openInPlace(party, rho);
  openings.expect(zs);
  // The MAC shares of s · C − Ĉ − ρ · B, which is opened as 0.
  const mac = elements(party, zs), times = zeros(party, zs);
  const left = matrices(party, chooser, rho.at, units), right = matrices(party, other, B.mac, units);
  for (let u = 0; u < units; u++) {
    const at = ELEMENT * m * n * u;
    field.mulScalar(C.mac + at, s + ELEMENT * u, mac + at, m * n);
    field.matmul(left + ELEMENT * m * k * u, right + ELEMENT * k * n * u, times + at, m, k, n, scratch);
  }
  field.sub(mac, hatC.mac, mac, zs);
  field.sub(mac, times, mac, zs);
  openings.opened(zeros(party, zs), mac, zs);
  yield* check(party);
  return turned ? [B, A, transposed(party, C, sides, units)] : [A, B, C];
}

type Four = [b: number, c: number, otherA: number, otherC: number];

/** Exact cost of {@linkcode matrixTriples}: 17 rounds, and one for every 16 MiB more of corrections. */
export function matrixTriplesCost(parties: number, size: TripleSize, units: number): StepCost {
  return costOf(parties, sidesOf(size), units);
}

function costOf(parties: number, sides: Sides, units: number): StepCost {
  const [xs, ys, zs] = counts(sides, units), coin = coefficientsCost(parties);
  const values = authenticationCost(parties, new Array<number>(parties).fill(2 * xs + ys + 2 * zs));
  return inSequence(
    crossCost({ count: CANDIDATES * units * sides.m * sides.k, width: sides.n }),
    coin,
    { ...values, bytes: values.links[0]![1]!, first: 0 },
    coin,
    opening(xs),
    checkCost(parties),
  );
}

/** A factor: elements, and its matrix if they are not that themselves. */
interface Side {
  readonly base: number;
  readonly window?: Window | undefined;
}

/** The product of the factor that chooses, m×k, and the other, k×n: that of the triple, or `turned`, its transpose. */
interface Sides {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly chooser: Side;
  readonly other: Side;
  readonly turned: boolean;
}

/** Elements of the factor that chooses, of the other, and of their product. */
function counts({ m, n, chooser, other }: Sides, units: number): [xs: number, ys: number, zs: number] {
  return [chooser.base * units, other.base * units, m * n * units];
}

/** Which factor chooses, by bytes: which of several parties there are makes no difference. */
function sidesOf({ size: [m, k, n], x, y }: TripleSize): Sides {
  const plain = (rows: number, columns: number): Window => ({
    shape: [rows, columns],
    offset: 0,
    strides: [columns, 1],
  });
  const [left, right]: [Side, Side] = [x ?? { base: m * k }, y ?? { base: k * n }];
  const straight: Sides = { m, k, n, chooser: left, other: right, turned: false };
  const turned: Sides = {
    ...{ m: n, k, n: m, turned: true },
    chooser: { base: right.base, window: transposedWindow(right.window ?? plain(k, n), k) },
    other: { base: left.base, window: transposedWindow(left.window ?? plain(m, k), m) },
  };
  return costOf(2, turned, 1).bytes < costOf(2, straight, 1).bytes ? turned : straight;
}

/** The matrices of `count` factors at `from`: there, or patches of them in scratch. */
function matrices(party: Party, { base, window }: Side, from: number, count: number): number {
  if (window === undefined) return from;
  const { shape, offset, strides } = window, size = sizeOf(shape), to = elements(party, count * size);
  for (let i = 0; i < count; i++) {
    const at = from + ELEMENT * (base * i + offset);
    copyElements(party, shape, { at, strides }, { at: to + ELEMENT * size * i, strides: stridesOf(shape) });
  }
  return to;
}

/** The transposes of products, in scratch. */
function transposed(party: Party, from: Vector, { m, n }: Sides, units: number): Vector {
  const to = vector(party, from.n), window = { shape: [n, m], offset: 0, strides: [1, n] };
  for (const [x, y] of [[from.at, to.at], [from.mac, to.mac]] as const) {
    layout.copy(y, matrices(party, { base: m * n, window }, x, units), ELEMENT * from.n);
  }
  return to;
}

function zeros(party: Party, n: number): number {
  const at = elements(party, n);
  layout.clear(at, ELEMENT * n);
  return at;
}
