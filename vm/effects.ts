/**
 * What leaves the program: prints, metrics and outputs, each after `verify()` and in program order, as numbers and as text.
 *
 * @module
 */
import { type Instruction, isWide, type Kind, type Reg } from "@symbolon/compiler";
import { type Call, type Elements, type Shape, type Share, sizeOf, type Step } from "@symbolon/protocol";
import type { Environment } from "./environment.ts";
import type { Context } from "./local.ts";
import type { ElementCodec } from "./public.ts";

/** What starts the step of an effect. */
export function effect<S extends Share>(
  { protocol, registers }: Context<S>,
  environment: Environment,
  { does }: Instruction,
  call: Call | null,
): () => Step<void> {
  const value = (r: Reg) => published(registers.codecOf(registers.kind(r)), registers.elements(r), registers.kind(r));
  const holds = (r: Reg | undefined) => r === undefined || Number(value(r)[0]) !== 0;
  switch (does.op) {
    case "print": {
      const line = () => {
        let k = 0;
        return does.format.replace(/%[s%]/g, (sign) => {
          if (sign === "%%") return "%";
          const r = does.args[k++]!;
          if (registers.kind(r).type === "index") return String(protocol.memory.words32[registers.indices(r).at / 4]);
          return formatTensor(value(r), registers.shape(r));
        });
      };
      return function* () {
        yield* protocol.verify();
        if (holds(does.when)) environment.print(line());
      };
    }
    case "metric":
      return function* () {
        yield* protocol.verify();
        if (holds(does.when)) environment.metric(does.name, Number(value(does.x)[0]));
      };
    case "output": {
      const { shape, kind } = { shape: registers.shape(does.x), kind: registers.kind(does.x) };
      const codec = registers.codecOf(kind);
      const give = (elements: Elements) =>
        environment.output({
          label: does.label,
          party: does.to,
          shape,
          kind,
          values: published(codec, elements, kind),
        });
      if (call === null || call.op !== "open") {
        const known = registers.elements(does.x);
        return function* () {
          yield* protocol.verify();
          give(known);
        };
      }
      const learns = does.to === "all" || does.to === protocol.self || protocol.target.clear;
      const out = learns ? { shape, at: protocol.memory.allocate(8 * codec.limbs * sizeOf(shape)) } : null;
      const x = registers.share(does.x);
      return function* () {
        yield* protocol.verify();
        yield* protocol.open(call, x, out);
        yield* protocol.verify();
        if (out !== null) give(out);
      };
    }
    default:
      throw new Error(`internal: ${does.op} is no effect`);
  }
}

/** Row-major values: numbers, or bigints where a float64 would not be exact. */
export function published(codec: ElementCodec, elements: Elements, kind: Kind): (number | bigint)[] {
  const unit = 1n << BigInt(kind.f);
  return codec.all(elements).map((v) => {
    // A quotient of integers that is one itself is shown exactly, however large.
    if (kind.type === "fix" && !(isWide(kind) && v % unit === 0n)) return Number(v) / 2 ** kind.f;
    v /= unit;
    return BigInt(Number(v)) === v && Number.isSafeInteger(Number(v)) ? Number(v) : v;
  });
}

/** `1.5`, or nested lists `[[1, 2], [3, 4]]`; at most six decimals. */
export function formatTensor(values: readonly (number | bigint)[], shape: Shape): string {
  if (shape.length === 0) return formatNumber(values[0]!);
  const [rows, ...rest] = shape as [number, ...number[]];
  const size = sizeOf(rest);
  const parts = Array.from({ length: rows }, (_, i) => formatTensor(values.slice(i * size, (i + 1) * size), rest));
  return `[${parts.join(", ")}]`;
}

function formatNumber(value: number | bigint): string {
  return typeof value === "bigint" || Number.isInteger(value) ? String(value) : String(Number(value.toFixed(6)));
}
