/**
 * Sums, products and rounding of secret tensors, as instructions.
 *
 * @module
 */
import { OutOfRangeError, type Rounding } from "@symbolon/protocol";
import { elementOf } from "./data.ts";
import {
  broadcastShapes,
  encode,
  fits,
  INT_BITS,
  isWide,
  type Kind,
  publicInt,
  RAW_BITS,
  rounded,
  secretInt,
  show,
  truncationBound,
} from "./registers.ts";
import { where } from "./locations.ts";
import { tracer } from "./tracer.ts";
import {
  broadcastTo,
  constantValue,
  dataValue,
  made,
  narrowed,
  publicOperand,
  reshape,
  spread,
  type Value,
} from "./values.ts";

/** −x. */
export function negate(x: Value): Value {
  return made({ op: "negate", x: x.reg }, x.shape, x.kind);
}

/** x + y or x − y; y may be public. Integers and fixed-point numbers mix. */
export function sum(op: "add" | "sub", x: Value, y: Value | number): Value {
  if (typeof y === "number" || !y.kind.secret) {
    const fraction = typeof y === "number" ? !Number.isInteger(y) : y.kind.type === "fix";
    const left = fraction && x.kind.type === "int" ? besideFractions(x, tracer().precision.f) : x;
    if (typeof y === "number") {
      return addPublic(left, op === "add" ? publicOperand(y, left.kind) : negated(y, left.kind));
    }
    const roomy = mayExceed(left.kind, y) ? unbounded(left) : left;
    const c = publicOperand(y, roomy.kind);
    return op === "add" ? addPublic(roomy, c) : negate(addPublic(negate(roomy), c));
  }
  const f = Math.max(x.kind.f, y.kind.f);
  const shape = broadcastShapes(op === "add" ? "add" : "subtract", x.shape, y.shape);
  const [a, b] = [x, y].map((v) => broadcastTo(besideFractions(v, f), shape)) as [Value, Value];
  const kind = a.kind.bits >= b.kind.bits ? a.kind : b.kind;
  return made({ op, x: a.reg, y: b.reg }, shape, kind);
}

/** −y in the scale of `kind`, which holds y itself. */
function negated(y: number, kind: Kind): Value {
  const mantissa = -encode(y, kind);
  if (mantissa !== BigInt.asIntN(INT_BITS, mantissa)) {
    throw new OutOfRangeError(`${where()}Cannot subtract ${y}: −(${y}) does not fit an integer of ${INT_BITS} bits`);
  }
  return constantValue([], [mantissa], { ...kind, bits: Math.min(kind.bits + 1, INT_BITS), secret: false });
}

/**
 * Whether public numbers may be out of the range of fractions of a kind: integers that are not known to be in it, and sums of integers and
 * fractions, secret until they were revealed or public from the start.
 */
export function mayExceed(kind: Kind, y: Value): boolean {
  const alike = y.kind.type === "int" || (y.kind.f === kind.f && y.kind.bits > kind.bits && !isWide(y.kind));
  if (kind.type === "int" || !alike) return false;
  const numbers = tracer().numbersOf(y.reg);
  if (numbers !== undefined) {
    for (let i = 0; i < numbers.data.length; i++) if (!fits(rounded(elementOf(numbers, i), kind), kind)) return true;
    return false;
  }
  if (y.kind.type === "int") return true;
  const source = tracer().definition(y.reg);
  return source?.op !== "constant" || source.values.some((v) => v !== BigInt.asIntN(kind.bits, v));
}

/** The same fractions, whose sums with integers are compared by all the bits that these may have. */
function unbounded(x: Value): Value {
  return { reg: x.reg, shape: x.shape, kind: { ...x.kind, bits: Math.max(x.kind.bits, RAW_BITS) } };
}

/**
 * x in the scale of what it is added to or joined with. Nothing says that an integer is in the range of fixed-point numbers, so what it
 * becomes part of is compared and sorted by all bits that it may have.
 */
export function besideFractions(x: Value, f: number): Value {
  if (x.kind.f === f) return x;
  if (x.kind.type === "fix") return rescale(x, f);
  return scaled(x, f, { type: "fix", bits: RAW_BITS, f, secret: true });
}

/**
 * The difference of x and y, with bits enough to be compared with 0: of an integer and a fraction every one below 2^(63−f), not only
 * those in the range of fixed-point numbers.
 */
export function comparable(difference: Value, x: Value, y: Value | number): Value {
  if (typeof y === "number" || x.kind.type === y.kind.type) return difference;
  return { reg: difference.reg, shape: difference.shape, kind: { ...difference.kind, bits: INT_BITS } };
}

function addPublic(x: Value, c: Value): Value {
  const shape = broadcastShapes("add", x.shape, c.shape);
  const left = broadcastTo(x, shape);
  return made({ op: "addPublic", x: left.reg, c: spread(c, shape).reg }, shape, left.kind);
}

/**
 * x · y without rounding; y may be public. `choice`: of secrets, that x holds 0 and this number only.
 *
 * @throws {RangeError} if products do not fit: see {@linkcode checkProduct}
 */
export function product(x: Value, y: Value | number, choice?: 1): Value {
  if (typeof y === "number" || !y.kind.secret) return mulPublic(x, y);
  checkProduct(x.kind, y.kind);
  const shape = broadcastShapes("multiply", x.shape, y.shape);
  const [a, b] = [broadcastTo(x, shape), broadcastTo(y, shape)];
  return made(
    {
      op: "product",
      terms: [{ kind: "mul", x: a.reg, y: b.reg, ...(choice === undefined ? {} : { choice }) }],
      addend: null,
      trunc: null,
    },
    shape,
    productKind(x.kind, y.kind),
  );
}

/** Matrix product of secrets without rounding; a vector on the right is a column. */
export function matrixProduct(x: Value, y: Value): Value {
  if (y.shape.length === 1) return reshape(matrixProduct(x, reshape(y, [y.shape[0]!, 1])), [x.shape[0] ?? 1]);
  const [m, k] = x.shape;
  if (x.shape.length !== 2 || y.shape.length !== 2 || k !== y.shape[0]) {
    throw new RangeError(
      `${where()}Cannot multiply matrices of shapes ${show(x.shape)} and ${show(y.shape)}: ` +
        `the columns of the first must be the rows of the second`,
    );
  }
  checkProduct(x.kind, y.kind);
  return made(
    { op: "product", terms: [{ kind: "matmul", x: x.reg, y: y.reg }], addend: null, trunc: null },
    [m!, y.shape[1]!],
    productKind(x.kind, y.kind),
  );
}

/** Rounds to f fraction bits (fewer: a truncation; more: local). Numbers of the program's scale are in its range then, or have `least` bits. */
export function rescale(x: Value, f: number, least = 0): Value {
  const { precision } = tracer();
  const bits = x.kind.f - f;
  const room = Math.min(x.kind.bits - Math.min(bits, 0), 62);
  const kind: Kind = { ...x.kind, f, bits: f === precision.f ? Math.max(precision.k, Math.min(least, 62)) : room };
  if (bits === 0) return x.kind.type === "int" ? x : { reg: x.reg, shape: x.shape, kind };
  if (bits < 0) return scaled(x, -bits, { ...kind, type: "fix" });
  return truncated(x, bits, kind, precision.rounding);
}

/** Bits of secret numbers in the program's scale, 0 of others. */
export function fractionBits({ type, f, bits, secret }: Kind): number {
  return secret && type === "fix" && f === tracer().precision.f ? bits : 0;
}

/** As fixed-point numbers of the program's precision. */
export function toFix(x: Value): Value {
  return x.kind.type === "fix" ? x : rescale(x, tracer().precision.f);
}

/** Fraction bits of a rounded product: those of the secret operands; a fraction makes integers fixed-point numbers. */
export function productFraction(x: Value, y: Value | number): number {
  if (typeof y !== "number" && y.kind.secret) return Math.max(x.kind.f, y.kind.f);
  if (x.kind.type === "fix") return x.kind.f;
  const fraction = typeof y === "number" ? !Number.isInteger(y) : y.kind.type === "fix";
  return fraction ? tracer().precision.f : 0;
}

/** Refuses products of the program's fixed-point numbers that could not be rounded: see {@linkcode checkRoom}. */
function checkProduct(x: Kind, y: Kind): void {
  const { f } = tracer().precision;
  const program = (kind: Kind) => kind.type === "fix" && kind.f === f;
  if (program(x) && program(y)) checkRoom(f);
}

/**
 * Refuses products of the program's fixed-point numbers by a factor with so many fraction bits, if they could not be rounded: one in the
 * range |v| < 2^(k−f−1) has k − 1 bits and those of the factor before it is.
 *
 * @throws {RangeError} naming the precision and what to change
 */
function checkRoom(fraction: number): void {
  const { f, k } = tracer().precision;
  const most = RAW_BITS + 1;
  if (fraction === 0 || k + fraction <= most) return;
  throw new RangeError(
    `${where()}Cannot multiply numbers of f = ${f} fraction bits of k = ${k} bits: products take ${
      k + fraction - 1
    } bits before they ` +
      `are rounded, and ${RAW_BITS} fit. f + k must be at most ${most} (the words f<n> and k<n>, or sfix.setPrecision): ` +
      `f16 k31, or f24 k39`,
  );
}

/** The kind of a product without rounding. */
function productKind(x: Kind, y: Kind): Kind {
  if (x.type === "int" && y.type === "int") return secretInt;
  return { type: "fix", bits: truncationBound(x.type === "fix" ? x : y), f: x.f + y.f, secret: true };
}

/** x · 2^bits, local. */
export function scaled(x: Value, bits: number, kind: Kind): Value {
  const c = constantValue([], [1n << BigInt(bits)], publicInt);
  return made({ op: "mulPublic", x: x.reg, c: c.reg }, x.shape, kind);
}

/** x rounded by so many bits, as numbers of a kind. */
export function truncated(x: Value, bits: number, kind: Kind, rounding: Rounding): Value {
  const trunc = { bits, bound: truncationBound(x.kind), rounding };
  return made({ op: "trunc", x: x.reg, trunc }, x.shape, { ...kind, type: kind.f === 0 ? "int" : "fix" });
}

/** x · c without rounding. A constant drops its trailing zero bits first, so that less is rounded away. */
export function mulPublic(x: Value, y: Value | number): Value {
  if (typeof y === "number") {
    if (Number.isInteger(y)) return timesMantissa(x, encode(y, publicInt), 0);
    const { f, k } = tracer().precision;
    const fraction = factorFraction(y, f, x.kind.type === "int" ? f : x.kind.f);
    const factor = withoutZeros(
      encode(y, { type: "fix", bits: k + fraction - f, f: fraction, secret: false }),
      fraction,
    );
    if (x.kind.type === "fix" && x.kind.f === f) checkRoom(factor.f);
    return timesMantissa(x, factor.mantissa, factor.f);
  }
  const shape = broadcastShapes("multiply", x.shape, y.shape);
  const left = broadcastTo(x, shape);
  const c = narrowed(y);
  checkProduct(x.kind, c.kind);
  return made({ op: "mulPublic", x: left.reg, c: spread(c, shape).reg }, shape, productKind(x.kind, c.kind));
}

/** Most fraction bits of a public factor: a result in the program's range then has 62 bits before it is rounded, whatever x is. */
export function mostFraction(): number {
  return RAW_BITS - tracer().precision.k;
}

/** A factor may be rounded by so much of itself. */
export const LOSS = 1e-3;

/** How much of a factor is lost to rounding. */
export function lossOf(y: number, f: number): number {
  return y === 0 ? 0 : Math.abs(Math.round(y * 2 ** f) / 2 ** f / y - 1);
}

/**
 * Fraction bits of a factor of numbers with `own` fraction bits: the program's, or as many as there is room for if it would lose too much by
 * them.
 */
function factorFraction(y: number, f: number, own: number): number {
  if (!Number.isFinite(y)) return f;
  const fraction = lossOf(y, f) > LOSS ? Math.max(f, mostFraction() + f - own) : f;
  checkLoss(y, fraction);
  return fraction;
}

/** @throws {RangeError} if so many fraction bits are too few for a factor */
function checkLoss(y: number, fraction: number): void {
  const loss = lossOf(y, fraction);
  if (loss <= LOSS) return;
  throw new RangeError(
    `${where()}Cannot multiply by ${y}: with the ${fraction} fraction bits that there is room for it would be ` +
      `${(100 * loss).toPrecision(2)} % off. Multiply by two larger factors one after the other, or take a smaller k`,
  );
}

/**
 * What a product that is rounded is made with: of public tensors, constants that would lose too much by the program's fraction bits,
 * and quotients, have as many as there is room for.
 *
 * @throws {RangeError} if even the largest of a constant's numbers loses too much by these
 */
export function factorOf(x: Kind, y: Value | number): Value | number {
  const { f } = tracer().precision;
  if (typeof y === "number" || y.kind.secret || y.kind.type === "int" || (x.type === "fix" && x.f !== f)) return y;
  const fraction = Math.max(f, mostFraction());
  const numbers = tracer().numbersOf(y.reg);
  if (numbers === undefined || y.kind.f !== f) return narrowed(y, fraction);
  let [largest, lossy] = [0, false];
  for (let i = 0; i < numbers.data.length; i++) {
    const v = elementOf(numbers, i);
    if (Math.abs(v) > Math.abs(largest)) largest = v;
    if (lossOf(v, f) > LOSS) lossy = true;
  }
  if (!lossy) return y;
  checkLoss(largest, fraction);
  return dataValue(numbers, { ...y.kind, bits: y.kind.bits + fraction - f, f: fraction });
}

/** x · mantissa · 2^−fraction without rounding; zero bits at the end are dropped first. */
export function timesFraction(x: Value, mantissa: bigint, fraction: number): Value {
  const factor = withoutZeros(mantissa, fraction);
  return timesMantissa(x, factor.mantissa, factor.f);
}

/** The same number with as few fraction bits as it has, so that less is rounded away. */
function withoutZeros(mantissa: bigint, f: number): { readonly mantissa: bigint; readonly f: number } {
  if (mantissa === 0n) return { mantissa, f: 0 };
  while (f > 0 && mantissa % 2n === 0n) {
    mantissa /= 2n;
    f--;
  }
  return { mantissa, f };
}

function timesMantissa(x: Value, mantissa: bigint, f: number): Value {
  const kind = productKind(x.kind, { ...x.kind, type: f === 0 ? "int" : "fix", bits: RAW_BITS, f });
  const c = constantValue([], [mantissa], publicInt);
  return made(
    { op: "mulPublic", x: x.reg, c: c.reg },
    x.shape,
    f > 0 ? kind : x.kind.type === "int" ? secretInt : x.kind,
  );
}

/** Squares that are summed with all their bits at most, and the fraction bits more that others keep. */
const [MANY, SQUARE_GUARD] = [2 ** 14, 8] as const;

/** Fraction bits of n squares, so that a sum whose mean is in the program's range has 62 bits at most. */
export function squareFraction(n: number): number {
  const { f, k } = tracer().precision;
  const room = RAW_BITS - (k - 1) - Math.ceil(Math.log2(n));
  return n <= MANY && room >= f ? 2 * f : f + Math.max(0, Math.min(SQUARE_GUARD, room));
}
