/**
 * Fewer truncations, and fewer messages for them.
 *
 * A sum is rounded once instead of each summand: x/2^a + y/2^b becomes (x · 2^(m−a) + y · 2^(m−b)) / 2^m with m the larger. One truncation
 * instead of two, and an error below one unit instead of two.
 *
 * Then the products under a truncation are gathered into one instruction: [(Σ ± x·y ± w) / 2^m] costs one element a party, however many
 * products there are, and no round for multiplying before the truncation.
 *
 * @module
 */
import { sizeOf, type Trunc } from "@symbolon/protocol";
import type { Reg, Register } from "../registers.ts";
import { type Block, endOf, type Instruction, type Op, operandsOf, type Pass, type Tape } from "../tape.ts";
import type { ProductTerm } from "../operations/steps.ts";

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

/** Fuses sums of products that only their truncation uses; sums without a truncation are fused likewise. */
export const fuseTruncations: Pass = (tape) => {
  const uses = countUses(tape);
  const rewriter = new Rewriter(tape);
  return rewriter.blocks((block) => {
    const defined = definitions(block);
    const out: Instruction[] = [];
    /** Sums inside another sum are left for that one to fuse. */
    const inner = innerSums(block, uses);
    for (const original of block) {
      const { does } = original;
      const root = does.op === "trunc" ? does.x : does.op === "add" || does.op === "sub" ? original.out[0]! : null;
      if (root === null || (does.op !== "trunc" && inner.has(root))) {
        out.push(original);
        continue;
      }
      const found = summands(root, does.op !== "trunc");
      if (found.terms.length === 0 || (does.op !== "trunc" && found.terms.length < 2)) {
        out.push(original);
        continue;
      }
      const like = rewriter.registers[root]!;
      const negated = (r: Reg): Reg => {
        const reg = rewriter.register(rewriter.registers[r]!);
        out.push(instruction({ op: "negate", x: r }, reg, original));
        return reg;
      };
      const size = (r: Reg) => sizeOf(rewriter.registers[r]!.shape);
      // The sign goes to the smaller factor.
      const terms = found.terms.map(({ sign, ...term }): ProductTerm => {
        if (sign > 0) return term;
        if (size(term.y) < size(term.x)) return { ...term, y: negated(term.y) };
        const { choice } = term;
        return {
          ...term,
          x: negated(term.x),
          ...(choice === undefined ? {} : { choice: choice === 1 ? -1 : 1 }),
        };
      });
      let addend: Reg | null = null;
      for (const { reg, sign } of [...found.rest].sort((a, b) => b.sign - a.sign)) {
        if (addend === null) addend = sign > 0 ? reg : negated(reg);
        else {
          const sum = rewriter.register(like);
          out.push(instruction({ op: sign > 0 ? "add" : "sub", x: addend, y: reg }, sum, original));
          addend = sum;
        }
      }
      const trunc = does.op === "trunc" ? does.trunc : null;
      out.push(instruction({ op: "product", terms, addend, trunc }, original.out[0]!, original));
    }
    return out;

    /** What a register is the sum of, from left to right. It may have several uses itself when it is written anyway. */
    function summands(root: Reg, isWritten: boolean): Found {
      const found: Found = { terms: [], rest: [] };
      const open: Summand[] = [{ reg: root, sign: 1 }];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        const { reg, sign } = next;
        const by = defined.get(reg)?.does;
        const alone = uses[reg] === 1 || (isWritten && reg === root);
        if (alone && (by?.op === "add" || by?.op === "sub")) {
          open.push({ reg: by.y, sign: by.op === "add" ? sign : sign === 1 ? -1 : 1 }, { reg: by.x, sign });
        } else if (alone && by?.op === "product" && by.trunc === null) {
          for (const t of by.terms) found.terms.push({ ...t, sign });
          if (by.addend !== null) found.rest.push({ reg: by.addend, sign });
        } else found.rest.push(next);
      }
      return found;
    }
  });
};

/** A register that is added or subtracted. */
interface Summand {
  readonly reg: Reg;
  readonly sign: 1 | -1;
}

interface Found {
  readonly terms: (ProductTerm & { readonly sign: 1 | -1 })[];
  readonly rest: Summand[];
}

/** Registers of a block that are used once, by a sum or a truncation of the same block. */
function innerSums(block: readonly Instruction[], uses: Uint32Array): Set<Reg> {
  const inner = new Set<Reg>();
  for (const { does } of block) {
    const read = does.op === "trunc" ? [does.x] : does.op === "add" || does.op === "sub" ? [does.x, does.y] : [];
    for (const r of read) if (uses[r] === 1) inner.add(r);
  }
  return inner;
}

/** How often each register is read, loops' carried values included. */
export function countUses(tape: Tape): Uint32Array {
  const uses = new Uint32Array(tape.registers.length);
  const visit = (block: Block): void => {
    for (const { does } of block) {
      if (does.op === "repeat") {
        for (const r of [...does.init, ...endOf(does)]) uses[r]!++;
        visit(does.body);
      } else for (const r of operandsOf(does)) uses[r]!++;
    }
  };
  visit(tape.body);
  return uses;
}

/** The instruction that writes each register within a block. */
export function definitions(block: Block): Map<Reg, Instruction> {
  return new Map(block.flatMap((i) => i.out.map((r) => [r, i] as const)));
}

/** A tape being rebuilt: new registers can be added, blocks are mapped from the inside out. */
export class Rewriter {
  readonly registers: Register[];
  constructor(readonly tape: Tape) {
    this.registers = [...tape.registers];
  }

  /** A new register like an existing one. */
  register(like: Register): Reg {
    return this.registers.push(like) - 1;
  }

  /** The tape with every block replaced by what `change` makes of it; loops' bodies come first. */
  blocks(change: (block: Block) => Block): Tape {
    const visit = (block: Block): Block =>
      change(block.map((i) => i.does.op === "repeat" ? { ...i, does: { ...i.does, body: visit(i.does.body) } } : i));
    const body = visit(this.tape.body);
    return { registers: this.registers, body };
  }
}

/** An instruction with one result. */
export function instruction(does: Op, out: Reg, like: Instruction): Instruction {
  return { does, out: [out], at: like.at };
}
