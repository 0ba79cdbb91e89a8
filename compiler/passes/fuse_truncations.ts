/**
 * Gathers the products under a truncation into one instruction: [(Σ ± x·y ± w) / 2^m] costs one element a party, however many
 * products there are, and no round for multiplying before the truncation.
 *
 * @module
 */
import { sizeOf } from "@symbolon/protocol";
import type { ProductTerm } from "../operations/steps.ts";
import type { Reg } from "../registers.ts";
import type { Instruction, Pass } from "../tape.ts";
import { countUses, definitions, instruction, Rewriter } from "./rewrite.ts";

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
