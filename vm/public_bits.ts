/**
 * How large public values can get, as far as the tape tells: constants, coins and what is made of them.
 *
 * @module
 */
import { type Block, heldBits, type Op, type Reg, type Tape } from "@symbolon/compiler";

/** By public register, bits in which its values are known to fit, sign included: what is opened may be anything that it can hold. */
export function publicBits({ registers, body }: Tape): ReadonlyMap<Reg, number> {
  const bits = new Map<Reg, number>();
  const bitsOf = (r: Reg) => bits.get(r) ?? heldBits(registers[r]!.kind);
  const visit = (block: Block): void => {
    for (const { does, out: [out] } of block) {
      if (does.op === "repeat") visit(does.body);
      else if (out !== undefined && !registers[out]!.kind.secret) {
        const { kind } = registers[out]!;
        bits.set(out, Math.min(heldBits(kind), resultBits(does, (r) => [bitsOf(r), registers[r]!.kind.f], kind.f)));
      }
    }
  };
  visit(body);
  return bits;
}

/** Bits and fraction bits of a register. */
type Known = (r: Reg) => readonly [bits: number, f: number];

function resultBits(does: Op, known: Known, f: number): number {
  switch (does.op) {
    case "constant":
      return does.values.reduce((most, v) => Math.max(most, (v < 0n ? ~v : v).toString(2).length + 1), 1);
    case "uniform":
      return Math.ceil(Math.log2(Math.max(Math.abs(does.low), Math.abs(does.high), 2 ** -f))) + f + 2;
    case "window":
      return known(does.x)[0];
    case "concat":
      return Math.max(...does.parts.map(({ x }) => known(x)[0]));
    case "public": {
      const [x, fx] = known(does.x), [y, fy] = known(does.y);
      if (does.fn === "lessThan") return 2;
      if (does.fn === "mul") return x + y - (fx + fy - f) + 1;
      if (does.fn === "div") return Infinity;
      return Math.max(x + f - fx, y + f - fy) + 1;
    }
    default:
      return Infinity;
  }
}
