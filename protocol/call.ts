/**
 * Interactive operations as data: what the compiler writes, the cost model prices and the protocol runs.
 *
 * Using one object for all three is what keeps declared, predicted and measured costs equal. The sizes of a call's operands are checked
 * before an operation begins, since kernels trust them: one that is told of more elements than an operand has reads, and under a mask
 * sends, whatever lies behind it, shares of something else.
 *
 * @module
 */
import { type Domain, factorSize, type PartyId, type Patches, type Shape, type Share, sizeOf } from "./share.ts";
import { type Demand, NO_DEMAND } from "./material.ts";

/** Nearest rounding gives the same result in every backend; probabilistic rounding is off by less than one unit. */
export type Rounding = "probabilistic" | "nearest";

/** Division by 2^bits of values z with −2^bound ≤ z < 2^bound. */
export interface Trunc {
  readonly bits: number;
  readonly bound: number;
  readonly rounding: Rounding;
}

/** One summand of {@linkcode ProductsCall}: element by element, or `[m, k] · [k, n]`. */
export interface Term {
  readonly kind: "mul" | "matmul";
  readonly x: Shape;
  readonly y: Shape;
  /** Matrix products: the operand is the tensor whose elements make up x. Absent: it is x. */
  readonly xOf?: Patches;
  /** Likewise for y. */
  readonly yOf?: Patches;
}

interface CallBase {
  /** Shape of the result. */
  readonly shape: Shape;
  /** Rotates the parties' roles, so that work and traffic even out: any non-negative integer. */
  readonly turn: number;
}

/** F_input: the owner's values become shares. */
export interface InputCall extends CallBase {
  readonly op: "input";
  readonly owner: PartyId;
}

/** F_open: everybody learns the value, or only party `to`. Where checks take rounds one of all that was opened before comes first. */
export interface OpenCall extends CallBase {
  readonly op: "open";
  readonly to: PartyId | "all";
}

/**
 * Sum of products, `Σ x_t · y_t (+ addend)`, divided by 2^trunc.bits when `trunc` is given.
 *
 * Operands are x_0, y_0, x_1, y_1, … and then the addend, which has the scale of the products.
 */
export interface ProductsCall extends CallBase {
  readonly op: "products";
  readonly terms: readonly Term[];
  readonly addend: boolean;
  readonly trunc: Trunc | null;
}

/** Division of a shared value by 2^trunc.bits. */
export interface TruncCall extends CallBase {
  readonly op: "trunc";
  readonly trunc: Trunc;
}

/**
 * A piecewise constant or linear function of x, where −2^bound ≤ x − t < 2^bound for every threshold t.
 *
 * With j the number of thresholds t ≤ x (they ascend strictly), the result is `table[c][j]` in column c, plus
 * `slopes[c][j] · v` with a second operand v, often x itself, of the shape of x. The shape is `[...x, columns]`, or that of x
 * for one column; every row has one entry more than there are thresholds. Less-than is the case `thresholds = [0]`,
 * `table = [[1, 0]]`; ReLU with its derivative `table = [[0, 0], [0, 1]]`, `slopes = [[0, 1], [0, 0]]`.
 */
export interface PiecewiseCall extends CallBase {
  readonly op: "piecewise";
  readonly bound: number;
  readonly thresholds: readonly bigint[];
  readonly table: readonly (readonly bigint[])[];
  /** Absent: no second operand. */
  readonly slopes?: readonly (readonly bigint[])[];
}

/** The low `bits` bits of x in two's complement, lowest first, as shares of 0 and 1: shape `[...x, bits]`. */
export interface DecomposeCall extends CallBase {
  readonly op: "decompose";
  readonly bits: number;
}

/**
 * F_shuffle: the rows of x (first axis) in a new order that no party knows: shape that of x.
 *
 * The order is a permutation drawn afresh for each call, uniform and independent of all else for any set of parties that may
 * be corrupt. Rows stay whole, and the result is a fresh sharing: opening some of its columns tells the rows' values there and
 * nothing of where they were. Laur, Willemson, Zhang 2011 (Round-efficient oblivious database manipulation, ISC), section 4.
 *
 * With a permutation known to each set of parties that together are not corrupt, one pass a set composes them. A backend without
 * such sets lets each party in turn apply a permutation of its own, or runs a permutation network on shared random bits.
 */
export interface ShuffleCall extends CallBase {
  readonly op: "shuffle";
}

/**
 * F_rand of bits: shares of 0 and 1, each uniform and independent of all else for any set of parties that may be corrupt. No operands.
 *
 * Backends with preprocessing take them from it. Damgård, Fitzi, Kiltz, Nielsen, Toft 2006 (TCC).
 */
export interface RandomBitsCall extends CallBase {
  readonly op: "randomBits";
}

/** The check of everything opened so far. It takes rounds wherever openings can be forged. */
export interface VerifyCall extends CallBase {
  readonly op: "verify";
}

/** The one such call. */
export const VERIFY: VerifyCall = { op: "verify", shape: [], turn: 0 };

/** An interactive operation with all that its cost depends on. */
export type Call =
  | InputCall
  | OpenCall
  | ProductsCall
  | TruncCall
  | PiecewiseCall
  | DecomposeCall
  | ShuffleCall
  | RandomBitsCall
  | VerifyCall;

/** The call of this name. */
export type CallOf<K extends Call["op"]> = Extract<Call, { readonly op: K }>;

/** A call with shared operands and a shared result. */
export type OperandCall = Exclude<Call, InputCall | OpenCall | VerifyCall>;

/** What the contract says of a call, whoever runs it. */
interface CallRecord<C> {
  /** How many elements each operand has. @throws {RangeError} if the call's shapes do not fit each other */
  operands(call: C): readonly number[];
  /** In a line, for messages. */
  show(call: C): string;
}

/** What is said of each call. */
const CALLS: { readonly [K in Call["op"]]: CallRecord<CallOf<K>> } = {
  input: {
    operands: () => [],
    show: (call) => `input of party ${call.owner} → ${place(call)}`,
  },
  open: {
    operands: ({ shape }) => [sizeOf(shape)],
    show: (call) => `open to ${call.to} ${place(call)}`,
  },
  products: {
    operands({ shape, terms, addend }) {
      const n = sizeOf(shape);
      const sizes = terms.flatMap(({ kind, x, y, xOf, yOf }) => {
        const made = kind === "mul" ? sizeOf(x) : x[0]! * y[1]!;
        const meet = kind === "mul" ? sizeOf(x) === sizeOf(y) : x[1] === y[0];
        if (made !== n || !meet) throw new RangeError(`products: [${x}] and [${y}] do not make [${shape}]`);
        return [factorSize(x, xOf), factorSize(y, yOf)];
      });
      return addend ? [...sizes, n] : sizes;
    },
    show(call) {
      const terms = call.terms.map((t) => `${t.kind} [${t.x}]${made(t.xOf)}·[${t.y}]${made(t.yOf)}`);
      const sum = [...terms, ...(call.addend ? ["addend"] : [])].join(" + ");
      return `products ${sum}${divided(call.trunc)} → ${place(call)}`;
    },
  },
  trunc: {
    operands: ({ shape }) => [sizeOf(shape)],
    show: (call) => `trunc${divided(call.trunc)} → ${place(call)}`,
  },
  piecewise: {
    operands(call) {
      const n = sizeOf(piecewiseOperand(call));
      return call.slopes === undefined ? [n] : [n, n];
    },
    show(call) {
      const { thresholds, bound, table } = call;
      return `piecewise at ${thresholds.join(", ")} (bound ${bound}, ${table.length} columns) → ${place(call)}`;
    },
  },
  decompose: {
    operands: ({ shape }) => [sizeOf(shape.slice(0, -1))],
    show: (call) => `decompose into ${call.bits} bits → ${place(call)}`,
  },
  shuffle: {
    operands: ({ shape }) => [sizeOf(shape)],
    show: (call) => `shuffle → ${place(call)}`,
  },
  randomBits: {
    operands: () => [],
    show: (call) => `random bits → ${place(call)}`,
  },
  verify: {
    operands: () => [],
    show: () => "verify",
  },
};

/** How many elements each operand of a call has. @throws {RangeError} if the call's shapes do not fit each other */
export function operandSizes(call: Call): readonly number[] {
  return (CALLS[call.op] as CallRecord<Call>).operands(call);
}

/** A call in a line of a message. */
export function describeCall(call: Call): string {
  return (CALLS[call.op] as CallRecord<Call>).show(call);
}

/** Shape of a {@linkcode PiecewiseCall}'s operand. */
export function piecewiseOperand(call: PiecewiseCall): Shape {
  return call.table.length === 1 ? call.shape : call.shape.slice(0, -1);
}

function place({ shape, turn }: CallBase): string {
  return `[${shape}], turn ${turn}`;
}

function divided(trunc: Trunc | null): string {
  return trunc === null ? "" : ` / 2^${trunc.bits} (bound ${trunc.bound}, ${trunc.rounding})`;
}

function made(patches: Patches | undefined): string {
  if (patches === undefined) return "";
  const { base, window: { shape, offset, strides } } = patches;
  return ` of ${base}: [${shape}] from ${offset} by [${strides}]`;
}

/**
 * Checks the operands of a call and its result.
 *
 * @throws {RangeError} if there are more operands or fewer, or one has another number of elements than the call says
 */
export function checkOperands(call: OperandCall, operands: readonly Share[], out: Share): void {
  const wanted = operandSizes(call);
  if (operands.length !== wanted.length) {
    throw new RangeError(`${call.op}: ${operands.length} operands, not ${wanted.length}`);
  }
  for (let i = 0; i < wanted.length; i++) checkSize(call.op, operands[i]!, wanted[i]!);
  checkSize(call.op, out, sizeOf(call.shape));
}

/**
 * Checks that a share has so many elements.
 *
 * @throws {RangeError} if it has not
 */
export function checkSize(op: string, { shape }: Share, elements: number): void {
  if (sizeOf(shape) !== elements) {
    throw new RangeError(`${op}: a tensor of shape [${shape}] stands where ${elements} elements are expected`);
  }
}

/** A share that knows its number of elements. */
interface Counted extends Share {
  readonly n: number;
}

/**
 * Checks that an operand has as many elements as the result.
 *
 * @throws {RangeError} if it has not
 */
export function sameSize(op: string, x: Counted, out: Counted): void {
  if (x.n !== out.n) checkSize(op, x, out.n);
}

/** Who may be corrupt, and what the corrupt may do. */
export interface Security {
  readonly adversary: "none" | "semi-honest" | "malicious";
  readonly majority: "honest" | "dishonest";
  /** How many parties may be corrupt together. */
  readonly corrupt: number;
}

/** What one operation costs. */
export interface Cost {
  readonly rounds: number;
  /** Bytes by sender and receiver: `links[from][to]`. */
  readonly links: readonly (readonly number[])[];
  readonly demand: Demand;
}

/** A backend as the compiler sees it. */
export interface Target {
  readonly name: string;
  readonly parties: number;
  readonly domain: Domain;
  readonly security: Security;
  /** Computes in the clear and sees every input (emulate). */
  readonly clear: boolean;
  /** Exactly what the call costs: a run that differs is an error. */
  cost(call: Call): Cost;
  /** What making this much material costs a run that has none yet: exact if all is made at once. Absent: there is none. */
  preprocessing?(demand: Demand): Cost;
  /** Where checks cost something: what they look at takes memory until they come. Absent: however much. */
  readonly unchecked?: Unchecked;
}

/** How much may wait for a check. */
export interface Unchecked {
  /** The most that steps leave together; one that leaves more alone has checks around it. */
  readonly most: number;
  /** What the step of a call leaves, at most: say, how many values it opens. */
  of(call: Call): number;
}

/** A cost without messages. */
export function free(parties: number): Cost {
  return { rounds: 0, links: linkTable(parties), demand: NO_DEMAND };
}

/** A table of zeros, by sender and receiver. */
export function linkTable(parties: number): number[][] {
  return Array.from({ length: parties }, () => new Array<number>(parties).fill(0));
}

/** Bytes over all links. */
export function totalBytes(cost: Cost): number {
  return cost.links.reduce((sum, row) => row.reduce((s, b) => s + b, sum), 0);
}
