/**
 * Operations that tell something: prints, results and metrics. They make no register.
 *
 * @module
 */
import type { Call, PartyId } from "@symbolon/protocol";
import type { Reg } from "../registers.ts";
import { fields, type Named, type Operation, type Site } from "./operation.ts";

/** `format` with each %s replaced by the next public register; only where `when`, a public scalar, is not 0. Absent: always. */
export interface PrintOp {
  readonly op: "print";
  readonly format: string;
  readonly args: readonly Reg[];
  readonly when?: Reg;
}

/** A result: secret x is opened to `to`, public x is known anyway. */
export interface OutputOp {
  readonly op: "output";
  readonly x: Reg;
  readonly to: PartyId | "all";
  readonly label: string;
}

/** A named figure for the summary: a public scalar; `when` as for prints. */
export interface MetricOp {
  readonly op: "metric";
  readonly x: Reg;
  readonly name: string;
  readonly when?: Reg;
}

/** Operations that tell something. */
export type EffectOp = PrintOp | OutputOp | MetricOp;

/** Their records. */
export const EFFECTS: { readonly [K in EffectOp["op"]]: Operation<Named<EffectOp, K>> } = {
  print: {
    reads: ({ args, when }) => when === undefined ? args : [...args, when],
    rename: (does, name) => ({
      ...does,
      args: does.args.map(name),
      ...(does.when === undefined ? {} : { when: name(does.when) }),
    }),
    results: 0,
    effect: true,
    exact: false,
    *check({ format, args, when }, { kindOf, isFlag }) {
      yield [args.every((r) => !kindOf(r).secret), "prints a secret"];
      yield [isFlag(when), "depends on something else than a public number"];
      yield [(format.match(/%[s%]/g) ?? []).filter((s) => s === "%s").length === args.length, "has gaps"];
    },
    show: ({ format, args, when }) =>
      `print ${JSON.stringify(format)} ${args.map((r) => `%${r}`).join(", ")}`.trimEnd() + condition(when),
    call: null,
  },

  output: {
    ...fields<OutputOp>("x"),
    results: 0,
    effect: true,
    exact: false,
    *check({ x }, { kindOf }) {
      yield [kindOf(x).type !== "index", "gives out an index"];
    },
    show: ({ x, to, label }) => `output %${x} to ${to} as ${JSON.stringify(label)}`,
    call({ x, to }, { turn, register }: Site): Call | null {
      const { kind, shape } = register(x);
      return kind.secret ? { op: "open", to, shape, turn } : null;
    },
  },

  metric: {
    reads: ({ x, when }) => when === undefined ? [x] : [x, when],
    rename: (does, name) => ({
      ...does,
      x: name(does.x),
      ...(does.when === undefined ? {} : { when: name(does.when) }),
    }),
    results: 0,
    effect: true,
    exact: false,
    *check({ x, when }, { isPublic, sized, isFlag }) {
      yield [isPublic(x) && sized(x) === 1, "reports a secret"];
      yield [isFlag(when), "depends on something else than a public number"];
    },
    show: ({ x, name, when }) => `metric ${name} = %${x}${condition(when)}`,
    call: null,
  },
};

function condition(when: Reg | undefined): string {
  return when === undefined ? "" : ` if %${when}`;
}
