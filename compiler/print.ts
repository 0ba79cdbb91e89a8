/**
 * The tape as text.
 *
 * @module
 */
import type { Block, Kind, MatrixWindow, Op, Reg, Tape } from "./tape.ts";

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
      lines.push(`${indent}${left}${operation(does)}${place}`);
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

function when({ when }: { readonly when?: Reg }): string {
  return when === undefined ? "" : ` if %${when}`;
}

function factor(r: Reg, of: MatrixWindow | undefined): string {
  if (of === undefined) return `%${r}`;
  const { shape, offset, strides } = of.window;
  return `(window %${r} [${shape.join(", ")}] from ${offset} by [${strides.join(", ")}])`;
}

function operation(does: Op): string {
  const list = (values: readonly (bigint | number)[]) =>
    values.length > 6 ? `${values.slice(0, 5).join(", ")}, … ${values.length}` : values.join(", ");
  switch (does.op) {
    case "input":
      return `input from ${does.owner} (${does.source})`;
    case "constant":
      return `constant ${list(does.values)}`;
    case "add":
    case "sub":
      return `${does.op} %${does.x}, %${does.y}`;
    case "public":
      return `public ${does.fn} %${does.x}, %${does.y}${does.loss === undefined ? "" : ` within ${does.loss}`}`;
    case "addPublic":
    case "mulPublic":
      return `${does.op} %${does.x}, %${does.c}`;
    case "product": {
      const terms = does.terms.map(({ kind, x, y, xOf, yOf }) =>
        `${factor(x, xOf)} ${kind === "mul" ? "·" : "@"} ${factor(y, yOf)}`
      );
      const sum = [...terms, ...(does.addend === null ? [] : [`%${does.addend}`])].join(" + ");
      return does.trunc === null ? `product ${sum}` : `product (${sum}) >> ${does.trunc.bits} ${does.trunc.rounding}`;
    }
    case "trunc":
      return `trunc %${does.x} >> ${does.trunc.bits} ${does.trunc.rounding}`;
    case "piecewise":
      return `piecewise %${does.x} at ${list(does.thresholds)} to ${does.table.map((r) => `[${list(r)}]`).join(" ")}` +
        (does.slopes === null
          ? ""
          : ` + ${does.slopes.table.map((r) => `[${list(r)}]`).join(" ")} · %${does.slopes.factor}`);
    case "window":
      return `window %${does.x} from ${does.offset} by [${does.strides.join(", ")}]`;
    case "concat":
      return `concat ${does.parts.map((p) => `%${p.x}`).join(", ")}`;
    case "gather":
      return `gather %${does.x} rows %${does.rows}${
        does.start === null ? "" : ` from %${does.start} · ${does.stride}`
      }`;
    case "sum":
      return `sum %${does.x} along ${does.axis}`;
    case "scatter":
      return `scatter %${does.x} to rows %${does.rows}`;
    case "rows":
      return `rows %${does.x} below ${does.below}`;
    case "offset":
      return `%${does.x} + ${does.by}`;
    case "permutation":
      return `permutation of ${does.n}`;
    case "uniform":
      return `uniform ${does.low} to ${does.high}`;
    case "print":
      return `print ${JSON.stringify(does.format)} ${does.args.map((r) => `%${r}`).join(", ")}`.trimEnd() + when(does);
    case "output":
      return `output %${does.x} to ${does.to} as ${JSON.stringify(does.label)}`;
    case "metric":
      return `metric ${does.name} = %${does.x}${when(does)}`;
    case "repeat": {
      const carry = does.params.map((p, i) => `%${p} = %${does.init[i]}`).join(", ");
      return `repeat ${does.times} times, index %${does.index}${carry === "" ? "" : `, ${carry}`}`;
    }
    default:
      return `${does.op} %${does.x}`;
  }
}
