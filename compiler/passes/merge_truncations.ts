/**
 * Rounds a sum once instead of each summand: x/2^a + y/2^b becomes (x · 2^(m−a) + y · 2^(m−b)) / 2^m with m the larger.
 *
 * One truncation instead of two, and an error below one unit instead of two.
 *
 * @module
 */
import type { Trunc } from "@symbolon/protocol";
import type { Reg } from "../registers.ts";
import type { Instruction, Pass } from "../tape.ts";
import { countUses, definitions, instruction, Rewriter } from "./rewrite.ts";

/** Merges the truncations of sums and differences whose operands are used nowhere else. */
export const mergeTruncations: Pass = (tape) => {
  const uses = countUses(tape);
  const rewriter = new Rewriter(tape);
  const { registers } = rewriter;
  return rewriter.blocks((block) => {
    const defined = definitions(block);
    const out: Instruction[] = [];
    const emit = (i: Instruction) => {
      out.push(i);
      for (const r of i.out) defined.set(r, i);
    };
    /** A truncation that only the sum uses. */
    const truncation = (r: Reg) => {
      const by = defined.get(r);
      return by?.does.op === "trunc" && uses[r] === 1 ? by.does : null;
    };
    for (const original of block) {
      const { does } = original;
      const [x, y] = does.op === "add" || does.op === "sub" ? [truncation(does.x), truncation(does.y)] : [null, null];
      if ((does.op !== "add" && does.op !== "sub") || x === null || y === null || !alike(x.trunc, y.trunc)) {
        emit(original);
        continue;
      }
      const target = original.out[0]!;
      const bits = Math.max(x.trunc.bits, y.trunc.bits);
      // A sum in the range of its kind then has room before the truncation too.
      if (bits + registers[target]!.kind.bits > x.trunc.bound) {
        emit(original);
        continue;
      }
      const { kind, shape } = registers[target]!;
      const raw = { shape, kind: { ...kind, f: kind.f + bits, bits: x.trunc.bound, type: "fix" as const } };
      const operand = (of: typeof x): Reg => {
        const missing = bits - of.trunc.bits;
        if (missing === 0) return of.x;
        const c = rewriter.register({ shape: [], kind: { type: "int", bits: 64, f: 0, secret: false } });
        emit(instruction({ op: "constant", values: [1n << BigInt(missing)] }, c, original));
        const scaled = rewriter.register(raw);
        emit(instruction({ op: "mulPublic", x: of.x, c }, scaled, original));
        return scaled;
      };
      const sum = rewriter.register(raw);
      emit(instruction({ op: does.op, x: operand(x), y: operand(y) }, sum, original));
      emit(instruction({ op: "trunc", x: sum, trunc: { ...x.trunc, bits } }, target, original));
    }
    return out;
  });
};

function alike(x: Trunc, y: Trunc): boolean {
  return x.bound === y.bound && x.rounding === y.rounding;
}
