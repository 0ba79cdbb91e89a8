/**
 * The tape's verifier: run after tracing and after every pass, so that a wrong pass is named at once.
 *
 * @module
 */
import { liesInside, rowAxes, sameShape, type Shape, sizeOf } from "@symbolon/protocol";
import { type Block, endOf, type Kind, type Op, operandsOf, type Reg, type Register, type Tape } from "./tape.ts";

/** @throws {Error} naming the pass and the instruction if the tape is not well formed */
export function verify(tape: Tape, after: string): void {
  new Verifier(tape, after).block(tape.body, new Set());
}

class Verifier {
  readonly #written = new Set<Reg>();
  /** By a list of row numbers: what they are below. */
  readonly #rowBounds = new Map<Reg, number>();
  constructor(readonly tape: Tape, readonly after: string) {}

  /** Checks a block; `visible` are the registers that may be read. */
  block(block: Block, visible: ReadonlySet<Reg>): Set<Reg> {
    const seen = new Set(visible);
    for (const { does, out } of block) {
      this.#instruction(does, out, seen);
      for (const r of out) this.#write(r, does, seen);
    }
    return seen;
  }

  #instruction(does: Op, out: readonly Reg[], seen: Set<Reg>): void {
    const reads = does.op === "repeat" ? does.init : operandsOf(does);
    for (const r of reads) if (!seen.has(r)) this.#fail(does, `reads %${r}, which is not written before`);
    const kinds = reads.map((r) => this.#reg(r).kind);
    const shape = out.length === 1 ? this.#reg(out[0]!).shape : [];
    const kind = out.length === 1 ? this.#reg(out[0]!).kind : null;
    const expect = (holds: boolean, what: string) => holds || this.#fail(does, what);
    const secret = (...regs: Reg[]) => regs.every((r) => this.#reg(r).kind.secret);
    const shapeOf = (r: Reg) => this.#reg(r).shape;
    const count = ["print", "output", "metric"].includes(does.op) ? 0 : does.op === "repeat" ? does.init.length : 1;
    expect(out.length === count, `writes ${out.length} registers, not ${count}`);
    switch (does.op) {
      case "input":
        expect(kind!.secret, "makes a public input");
        break;
      case "constant":
        expect(!kind!.secret && does.values.length === sizeOf(shape), "has the wrong number of values");
        break;
      case "share":
        expect(!secret(does.x) && kind!.secret && sameShape(shapeOf(does.x), shape), "shares a secret");
        break;
      case "add":
      case "sub":
        expect(secret(does.x, does.y), "adds a public register as if it were secret");
        expect(sameShape(shapeOf(does.x), shape) && sameShape(shapeOf(does.y), shape), "has operands of other shapes");
        expect(kinds.every((k) => k.f === kind!.f), "adds different scales");
        break;
      case "negate":
        expect(secret(does.x) && sameShape(shapeOf(does.x), shape), "negates another shape");
        break;
      case "addPublic":
      case "mulPublic":
        expect(secret(does.x) && !secret(does.c), "mixes up secret and public operands");
        expect(sameShape(shapeOf(does.x), shape), "changes the shape");
        expect(sizeOf(shapeOf(does.c)) === 1 || sameShape(shapeOf(does.c), shape), "has a constant of another shape");
        break;
      case "product":
        for (const t of does.terms) {
          expect(secret(t.x, t.y), "multiplies a public register as if it were secret");
          const factors = [t.xOf?.shape ?? shapeOf(t.x), t.yOf?.shape ?? shapeOf(t.y)] as const;
          expect(productShape(t.kind, ...factors, shape), "has a term of another shape");
          for (const [of, r] of [[t.xOf, t.x], [t.yOf, t.y]] as const) {
            if (of === undefined) continue;
            expect(t.kind === "matmul", "multiplies patches element by element");
            expect(sizeOf(of.window.shape) === sizeOf(of.shape), "takes a window of another size than its matrix");
            expect(rowAxes(of.window, of.shape[0]!) >= 0, "takes a window whose axes are not those of a matrix");
            expect(liesInside(of.window, sizeOf(shapeOf(r))), "takes a window that reaches outside its operand");
          }
        }
        expect(does.addend === null || sameShape(shapeOf(does.addend), shape), "has an addend of another shape");
        expect(does.terms.length > 0, "has no terms");
        break;
      case "trunc":
        expect(secret(does.x) && sameShape(shapeOf(does.x), shape), "changes the shape");
        expect(this.#reg(does.x).kind.f - does.trunc.bits === kind!.f, "has the wrong scale");
        break;
      case "piecewise": {
        const operand = does.table.length === 1 ? shape : shape.slice(0, -1);
        expect(secret(does.x) && sameShape(shapeOf(does.x), operand), "has an operand of another shape");
        expect(does.table.every((row) => row.length === does.thresholds.length + 1), "has a table of the wrong width");
        if (does.slopes !== null) {
          expect(secret(does.slopes.factor) && sameShape(shapeOf(does.slopes.factor), operand), "has a wrong factor");
          expect(does.slopes.table.length === does.table.length, "has slopes for other columns");
        }
        expect(does.thresholds.every((t, i) => i === 0 || does.thresholds[i - 1]! < t), "has thresholds out of order");
        break;
      }
      case "decompose":
        expect(secret(does.x) && sameShape(shapeOf(does.x), shape.slice(0, -1)), "has another shape than its bits");
        break;
      case "window":
        expect(liesInside({ ...does, shape }, sizeOf(shapeOf(does.x))), "reaches outside its operand");
        expect(this.#reg(does.x).kind.secret === kind!.secret, "changes secrecy");
        break;
      case "concat":
        for (const p of does.parts) {
          expect(liesInside({ ...p, shape: shapeOf(p.x) }, sizeOf(shape)), "writes outside its result");
        }
        expect(does.parts.reduce((n, p) => n + sizeOf(shapeOf(p.x)), 0) === sizeOf(shape), "does not fill its result");
        break;
      case "gather":
        expect(this.#rowBounds.has(does.rows), "takes rows that are no row numbers");
        expect(shapeOf(does.x).length > 0, "takes rows of a scalar");
        expect(this.#rowBounds.get(does.rows)! <= shapeOf(does.x)[0]!, "takes rows that its operand may not have");
        expect(sizeOf(shapeOf(does.x).slice(1)) === sizeOf(shape.slice(1)), "makes rows of another size");
        break;
      case "scatter":
        expect(secret(does.x) && sameShape(shapeOf(does.x), shape), "changes the shape");
        expect(this.#reg(does.rows).kind.type === "index", "takes rows that are no indices");
        expect(sizeOf(shapeOf(does.rows)) === shape[0], "has another number of rows");
        break;
      case "rows":
        expect(this.#reg(does.x).kind.type === "int" && !secret(does.x), "takes rows from no public integers");
        expect(kind!.type === "index" && sameShape(shapeOf(does.x), shape), "makes no indices of its operand's shape");
        this.#rowBounds.set(out[0]!, does.below);
        break;
      case "sum":
        expect(secret(does.x), "sums a public register");
        break;
      case "cumsum":
      case "shuffle":
        expect(secret(does.x) && shape.length > 0 && sameShape(shapeOf(does.x), shape), "changes the shape");
        break;
      case "reveal":
        expect(secret(does.x) && !kind!.secret && sameShape(shapeOf(does.x), shape), "opens wrongly");
        break;
      case "public":
        expect(!secret(does.x) && !secret(does.y) && !kind!.secret, "computes on a secret in the clear");
        break;
      case "offset":
        expect(this.#reg(does.x).kind.type === "index" && kind!.type === "index", "computes with no index");
        break;
      case "permutation":
        this.#rowBounds.set(out[0]!, does.n);
        expect(kind!.type === "index", "makes no indices");
        break;
      case "uniform":
        expect(!kind!.secret, "draws a secret by a public coin");
        break;
      case "print":
        expect(does.args.every((r) => !this.#reg(r).kind.secret), "prints a secret");
        if (does.when !== undefined) expect(this.#isFlag(does.when), "depends on something else than a public number");
        break;
      case "metric":
        expect(!secret(does.x), "reports a secret");
        if (does.when !== undefined) expect(this.#isFlag(does.when), "depends on something else than a public number");
        break;
      case "output":
        break;
      case "repeat": {
        const inner = new Set(seen).add(does.index);
        for (const r of [does.index, ...does.params]) this.#write(r, does, inner);
        const end = this.block(does.body, inner);
        for (const lists of [does.params, does.results, out]) {
          expect(lists.length === does.init.length, "carries different numbers of values");
          lists.forEach((r, i) => {
            expect(same(this.#reg(r), this.#reg(does.init[i]!)), `changes carried value ${i}`);
          });
        }
        for (const r of endOf(does)) expect(end.has(r), `returns %${r}, which is not written`);
        if (does.stop !== null) expect(!secret(does.stop), "ends by a secret");
      }
    }
  }

  #write(r: Reg, does: Op, seen: Set<Reg>): void {
    if (this.#written.has(r)) this.#fail(does, `writes %${r} a second time`);
    this.#written.add(r);
    seen.add(r);
  }
  /** Whether a register is one public number. */
  #isFlag(r: Reg): boolean {
    const { kind, shape } = this.#reg(r);
    return !kind.secret && kind.type !== "index" && sizeOf(shape) === 1;
  }
  #reg(r: Reg): Register {
    const reg = this.tape.registers[r];
    if (reg === undefined) throw new Error(`internal: after ${this.after}, %${r} does not exist`);
    return reg;
  }
  #fail(does: Op, what: string): never {
    throw new Error(`internal: after ${this.after}, "${does.op}" ${what}`);
  }
}

function same(x: Register, y: Register): boolean {
  const kind = (k: Kind) => `${k.type} ${k.f} ${k.secret}`;
  return sameShape(x.shape, y.shape) && kind(x.kind) === kind(y.kind);
}

function productShape(kind: "mul" | "matmul", x: Shape, y: Shape, out: Shape): boolean {
  if (kind === "mul") return sameShape(x, out) && sameShape(y, out);
  return x.length === 2 && y.length === 2 && x[1] === y[0] && sameShape([x[0]!, y[1]!], out);
}
