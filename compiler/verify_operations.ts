/**
 * What each operation of the tape asks of its operands and its result: kinds, shapes, and that nothing is read or written outside of
 * them.
 *
 * @module
 */
import { liesInside, rowAxes, sameShape, type Shape, sizeOf, stridesOf, type Window } from "@symbolon/protocol";
import { heldBits, isWide } from "./kinds.ts";
import type { Kind, MatrixWindow, Op, ProductOp, Reg, Register } from "./tape.ts";

/** An operation with its result and what is known of the registers. */
export interface Checked {
  readonly does: Op;
  readonly out: readonly Reg[];
  readonly register: (r: Reg) => Register;
  /** What the row numbers of a register are below; undefined if it holds none. */
  readonly rowsBelow: (r: Reg) => number | undefined;
}

/** The largest shift and the most bits that a backend takes a word apart into. */
const WORD_BITS = 64;
const INDEX_LIMIT = 2 ** 32;

/** How many registers an operation writes. */
export function resultsOf(does: Op): number {
  if (does.op === "repeat") return does.init.length;
  return does.op === "print" || does.op === "output" || does.op === "metric" ? 0 : 1;
}

/** What is wrong with an operation other than a loop, whose number of results is right; null: nothing. */
export function faultOf(checked: Checked): string | null {
  const { out } = checked;
  const result = out.length === 1 ? checked.register(out[0]!) : null;
  if (result !== null && !isShape(result.shape)) return `makes a tensor of shape [${result.shape}]`;
  const { shape, kind } = result ?? NOTHING;
  for (const [holds, what] of expectations(checked, shape, kind)) if (!holds) return what;
  return null;
}

const NOTHING: Register = { shape: [], kind: { type: "int", bits: WORD_BITS, f: 0, secret: false } };

type Expectation = readonly [holds: boolean, what: string];

/** What must hold, in an order in which what comes later may rely on what comes before. */
function* expectations({ does, out, register, rowsBelow }: Checked, shape: Shape, kind: Kind): Generator<Expectation> {
  const shapeOf = (r: Reg) => register(r).shape;
  const kindOf = (r: Reg) => register(r).kind;
  const sized = (r: Reg) => sizeOf(shapeOf(r));
  const secret = (...regs: Reg[]) => regs.every((r) => kindOf(r).secret);
  const isPublic = (...regs: Reg[]) => regs.every((r) => !kindOf(r).secret && kindOf(r).type !== "index");
  const like = (...regs: Reg[]) => regs.every((r) => sameShape(shapeOf(r), shape));
  const isFlag = (r: Reg | undefined) => r === undefined || (isPublic(r) && sized(r) === 1);
  const numbers = kind.type !== "index";
  switch (does.op) {
    case "input":
      yield [kind.secret && numbers, "makes a public input"];
      yield [Number.isInteger(does.owner) && does.owner >= 0, "belongs to no party"];
      break;
    case "constant":
      yield [!kind.secret && numbers && does.values.length === sizeOf(shape), "has the wrong number of values"];
      yield [does.values.every((v) => BigInt.asIntN(heldBits(kind), v) === v), "has a value that does not fit"];
      break;
    case "share":
      yield [isPublic(does.x) && kind.secret && like(does.x), "shares a secret"];
      yield [!isWide(kindOf(does.x)), "shares a value of two words"];
      break;
    case "add":
    case "sub":
      yield [secret(does.x, does.y, out[0]!), "adds a public register as if it were secret"];
      yield [like(does.x, does.y), "has operands of other shapes"];
      yield [kindOf(does.x).f === kind.f && kindOf(does.y).f === kind.f, "adds different scales"];
      break;
    case "negate":
      yield [secret(does.x, out[0]!) && like(does.x), "negates another shape"];
      break;
    case "addPublic":
    case "mulPublic":
      yield [secret(does.x, out[0]!) && isPublic(does.c), "mixes up secret and public operands"];
      yield [!isWide(kindOf(does.c)), "takes a value of two words"];
      yield [like(does.x), "changes the shape"];
      yield [sized(does.c) === 1 || like(does.c), "has a constant of another shape"];
      break;
    case "product":
      yield [kind.secret, "makes a public product"];
      yield* productExpectations(does, shape, register);
      break;
    case "trunc":
      yield [secret(does.x, out[0]!) && like(does.x), "changes the shape"];
      yield [does.trunc.bits >= 0 && does.trunc.bits < WORD_BITS, "rounds away more than a word"];
      break;
    case "piecewise": {
      const columns = does.table.length;
      yield [columns > 0 && (columns === 1 || shape.at(-1) === columns), "has another number of columns"];
      const operand = columns === 1 ? shape : shape.slice(0, -1);
      yield [secret(does.x, out[0]!) && sameShape(shapeOf(does.x), operand), "has an operand of another shape"];
      const width = does.thresholds.length + 1;
      yield [does.table.every((row) => row.length === width), "has a table of the wrong width"];
      if (does.slopes !== null) {
        const { factor, table } = does.slopes;
        yield [secret(factor) && sameShape(shapeOf(factor), operand), "has a wrong factor"];
        yield [table.length === columns && table.every((row) => row.length === width), "has slopes for other columns"];
      }
      yield [does.thresholds.every((t, i) => i === 0 || does.thresholds[i - 1]! < t), "has thresholds out of order"];
      break;
    }
    case "decompose":
      yield [secret(does.x, out[0]!) && shape.length > 0, "takes no secret apart"];
      yield [sameShape(shapeOf(does.x), shape.slice(0, -1)), "has another shape than its bits"];
      yield [shape.at(-1)! <= WORD_BITS, "has more bits than a word"];
      break;
    case "window":
      yield [liesInside({ ...does, shape }, sized(does.x)), "reaches outside its operand"];
      yield [heldAlike(kindOf(does.x), kind), "changes how its operand is held"];
      break;
    case "concat":
      yield [does.parts.every(({ x }) => heldAlike(kindOf(x), kind)), "joins what is held differently"];
      yield [
        followEachOther(does.parts.map((p) => ({ ...p, shape: shapeOf(p.x) })), shape),
        "does not fill its result",
      ];
      break;
    case "gather": {
      const below = rowsBelow(does.rows);
      yield [below !== undefined, "takes rows that are no row numbers"];
      yield [secret(does.x, out[0]!), "takes rows of a public register"];
      yield [shapeOf(does.x).length > 0 && shape.length > 0, "takes rows of a scalar"];
      yield [below! <= shapeOf(does.x)[0]!, "takes rows that its operand may not have"];
      yield [sameShape(shapeOf(does.x).slice(1), shape.slice(1)), "makes rows of another shape"];
      if (does.start === null) yield [shape[0]! <= sized(does.rows), "takes more rows than are listed"];
      else {
        yield [kindOf(does.start).type === "index" && sized(does.start) === 1, "begins at no index"];
        yield [Number.isInteger(does.stride) && does.stride >= 0, "has steps that are no number of rows"];
      }
      break;
    }
    case "scatter":
      yield [secret(does.x, out[0]!) && shape.length > 0 && like(does.x), "changes the shape"];
      yield [rowsBelow(does.rows) !== undefined, "takes rows that are no row numbers"];
      yield [sized(does.rows) === shape[0], "has another number of rows"];
      break;
    case "rows":
      yield [isPublic(does.x) && kindOf(does.x).type === "int", "takes rows from no public integers"];
      yield [kind.type === "index" && like(does.x), "makes no indices of its operand's shape"];
      yield [isCount(does.below) && does.below <= INDEX_LIMIT, "has row numbers that are no indices"];
      break;
    case "sum":
      yield [secret(does.x, out[0]!), "sums a public register"];
      yield [isCount(does.axis) && does.axis < shapeOf(does.x).length, "sums along an axis that is not there"];
      yield [sameShape(shapeOf(does.x).toSpliced(does.axis, 1), shape), "makes another shape"];
      break;
    case "cumsum":
    case "shuffle":
      yield [secret(does.x, out[0]!) && shape.length > 0 && like(does.x), "changes the shape"];
      break;
    case "reveal":
      yield [secret(does.x) && !kind.secret && numbers && like(does.x), "opens wrongly"];
      yield [!isWide(kind), "opens to two words"];
      break;
    case "public":
      yield [isPublic(does.x, does.y, out[0]!), "computes on a secret in the clear"];
      yield [does.loss === undefined || (does.fn === "div" && does.loss > 0), "bounds the loss of no quotient"];
      yield [
        [does.x, does.y].every((r) => sized(r) === 1 || like(r)) &&
        (like(does.x) || like(does.y) || sizeOf(shape) === 1),
        "has operands of other shapes",
      ];
      break;
    case "offset":
      yield [kindOf(does.x).type === "index" && kind.type === "index", "computes with no index"];
      yield [sized(does.x) === 1 && sizeOf(shape) === 1, "computes with several indices"];
      break;
    case "permutation":
      yield [kind.type === "index" && shape.length === 1, "makes no indices"];
      yield [isCount(does.n) && does.n > 0 && does.n <= shape[0]!, "lists fewer rows than there are"];
      break;
    case "uniform":
      yield [!kind.secret && numbers && !isWide(kind), "draws a secret by a public coin"];
      break;
    case "print":
      yield [does.args.every((r) => !kindOf(r).secret), "prints a secret"];
      yield [isFlag(does.when), "depends on something else than a public number"];
      yield [(does.format.match(/%[s%]/g) ?? []).filter((s) => s === "%s").length === does.args.length, "has gaps"];
      break;
    case "metric":
      yield [isPublic(does.x) && sized(does.x) === 1, "reports a secret"];
      yield [isFlag(does.when), "depends on something else than a public number"];
      break;
    case "output":
      yield [kindOf(does.x).type !== "index", "gives out an index"];
      break;
    case "repeat":
      break;
  }
}

function* productExpectations(
  { terms, addend }: ProductOp,
  shape: Shape,
  register: (r: Reg) => Register,
): Generator<Expectation> {
  yield [terms.length > 0, "has no terms"];
  for (const { kind, x, y, xOf, yOf } of terms) {
    const [left, right] = [register(x), register(y)];
    yield [left.kind.secret && right.kind.secret, "multiplies a public register as if it were secret"];
    const factors = [xOf?.shape ?? left.shape, yOf?.shape ?? right.shape] as const;
    yield [productShape(kind, ...factors, shape), "has a term of another shape"];
    yield [kind === "matmul" || (xOf === undefined && yOf === undefined), "multiplies patches element by element"];
    for (const [of, from] of [[xOf, left], [yOf, right]] as const) {
      if (of !== undefined) yield* patchExpectations(of, sizeOf(from.shape));
    }
  }
  if (addend === null) return;
  yield [register(addend).kind.secret, "adds a public register as if it were secret"];
  yield [sameShape(register(addend).shape, shape), "has an addend of another shape"];
}

function* patchExpectations({ shape, window }: MatrixWindow, elements: number): Generator<Expectation> {
  yield [sizeOf(window.shape) === sizeOf(shape), "takes a window of another size than its matrix"];
  yield [rowAxes(window, shape[0]!) >= 0, "takes a window whose axes are not those of a matrix"];
  yield [liesInside(window, elements), "takes a window that reaches outside its operand"];
}

/** Whether an element takes the same place in both registers. */
function heldAlike(x: Kind, y: Kind): boolean {
  return x.secret === y.secret && isWide(x) === isWide(y) && (x.type === "index") === (y.type === "index");
}

/** Whether parts lie one after the other along an axis of a tensor, all others whole: each element is written once. */
function followEachOther(parts: readonly Window[], whole: Shape): boolean {
  const strides = stridesOf(whole);
  if (!parts.every((p) => p.shape.length === whole.length && sameShape(p.strides, strides))) return false;
  if (whole.length === 0) return parts.length === 1 && parts[0]!.offset === 0;
  return whole.some((extent, d) => {
    let at = 0;
    for (const { shape, offset } of parts) {
      if (offset !== at * strides[d]! || shape.some((n, i) => i !== d && n !== whole[i])) return false;
      at += shape[d]!;
    }
    return at === extent;
  });
}

function productShape(kind: "mul" | "matmul", x: Shape, y: Shape, out: Shape): boolean {
  if (kind === "mul") return sameShape(x, out) && sameShape(y, out);
  return x.length === 2 && y.length === 2 && x[1] === y[0] && sameShape([x[0]!, y[1]!], out);
}

function isCount(n: number): boolean {
  return Number.isSafeInteger(n) && n >= 0;
}

function isShape(shape: Shape): boolean {
  return shape.every(isCount) && isCount(sizeOf(shape));
}
