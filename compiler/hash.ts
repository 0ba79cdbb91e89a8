/**
 * The tape's identity.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Reg } from "./registers.ts";
import { type Block, type Op, renamed, type Tape } from "./tape.ts";

/**
 * SHA-256 of what the tape computes: registers are renumbered in the order of use, names and source places left out.
 *
 * Parties that run the same computation have the same hash, whatever their programs are called and whichever data they bring.
 */
export function hashOf(tape: Tape): string {
  const names = new Map<Reg, number>();
  const registers: unknown[] = [];
  const name = (r: Reg): number => {
    let known = names.get(r);
    if (known === undefined) {
      names.set(r, known = names.size);
      const { shape, kind } = tape.registers[r]!;
      registers.push([shape, kind.type, kind.bits, kind.f, kind.secret]);
    }
    return known;
  };
  const block = (instructions: Block): unknown[] =>
    instructions.map(({ does, out }) => {
      const op = unlabelled(renamed(does, name));
      if (op.op !== "repeat") return [op, out.map(name)];
      const { unit: _, ...loop } = op;
      const index = name(loop.index);
      const params = loop.params.map(name);
      return [{ ...loop, index, params, body: block(loop.body) }, out.map(name)];
    });
  const text = JSON.stringify(
    ["symbolon/tape/1", block(tape.body), registers],
    (_, v) => typeof v === "bigint" ? `${v}n` : v,
  );
  return createHash("sha256").update(text).digest("hex");
}

/** Without what the owner of an input checks by himself. */
function unlabelled(does: Op): Op {
  return does.op === "input" ? { op: does.op, owner: does.owner, source: does.source } : does;
}
