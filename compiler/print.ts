/**
 * The tape as text.
 *
 * @module
 */
import type { Kind, Reg } from "./registers.ts";
import { type Block, recordOf, type RepeatOp, type Tape } from "./tape.ts";

/** One instruction a line: results with their kinds and shapes, the operation, and the program's line it came from. */
export function format(tape: Tape): string {
  const lines: string[] = [];
  const result = (r: Reg) => {
    const { kind, shape } = tape.registers[r]!;
    return `%${r}: ${kindName(kind)}[${shape.join(", ")}]`;
  };
  const block = (instructions: Block, indent: string) => {
    for (const { does, out, at } of instructions) {
      const left = out.length === 0 ? "" : `${out.map(result).join(", ")} = `;
      const place = at === null ? "" : `  # ${at.file.split("/").at(-1)}:${at.line}`;
      const shown = does.op === "repeat" ? loop(does) : recordOf(does).show(does);
      lines.push(`${indent}${left}${shown}${place}`);
      if (does.op !== "repeat") continue;
      block(does.body, indent + "  ");
      const until = does.stop === null ? "" : ` until %${does.stop}${does.pad ? ", padded" : ""}`;
      lines.push(`${indent}  next ${does.results.map((r) => `%${r}`).join(", ")}${until}`);
    }
  };
  block(tape.body, "");
  return lines.join("\n") + "\n";
}

function kindName({ type, f, secret }: Kind): string {
  if (type === "index") return "regint";
  return `${secret ? "s" : "c"}${type === "int" ? "int" : `fix${f === 16 ? "" : `.${f}`}`}`;
}

/** The head of a loop. */
function loop({ times, index, params, init }: RepeatOp): string {
  const carry = params.map((p, i) => `%${p} = %${init[i]}`).join(", ");
  return `repeat ${times} times, index %${index}${carry === "" ? "" : `, ${carry}`}`;
}
