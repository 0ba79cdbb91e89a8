/** No operation reads or writes outside of its operands, whatever the shapes. @module */
import { assertEquals, assertGreater, assertNotEquals, assertThrows } from "@std/assert";
import { emulate, type Emulated, type Plain } from "@symbolon/emulate";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
import type { Backend } from "@symbolon/protocol";
import { compile, operandsOf, program, renamed, sint } from "@symbolon/compiler";
import fc from "fast-check";
import { runGuarded } from "./guarded_registers.ts";
import { randomProgram } from "./random_programs.ts";

const POISONS = [0xa5, 0x5b] as const;

/** Under a backend the program gives the same whatever lies between its registers, and what a run in the clear gives. */
function check(
  choices: readonly number[],
  backend: Backend,
  options: { domain?: "ring" | "field"; parties?: number } = {},
) {
  const traced = randomProgram(choices);
  const expected = runGuarded(traced, { backend: emulate, poison: 0 });
  for (const poison of POISONS) assertEquals(runGuarded(traced, { backend, poison, ...options }), expected);
}

const choices = fc.array(fc.nat(2 ** 20), { minLength: 30, maxLength: 200 });

for (
  const [name, backend, options, numRuns] of [
    ["emulate", emulate, {}, 30],
    ["emulate, in the field", emulate, { domain: "field" }, 15],
    ["ring", replicatedRing, {}, 25],
    ["semi2k", semi2k, {}, 4],
    ["semi2k with three parties", semi2k, { parties: 3 }, 2],
  ] as const
) {
  Deno.test(`random programs stay within their registers: ${name}`, () => {
    fc.assert(fc.property(choices, (list) => check(list, backend, options)), { seed: 20260116, numRuns });
  });
}

Deno.test("random programs take all operations", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(choices, (list) => {
      const { tape } = compile(randomProgram(list));
      for (const { does } of tape.body) {
        seen.add(does.op === "public" ? `public ${does.fn}` : does.op);
        if (does.op === "repeat") { for (const inner of does.body) seen.add(inner.does.op); }
      }
    }),
    { seed: 20260116, numRuns: 60 },
  );
  const wanted = [
    ...[
      "input",
      "constant",
      "share",
      "add",
      "sub",
      "negate",
      "addPublic",
      "mulPublic",
      "product",
      "trunc",
      "piecewise",
    ],
    ...[
      "decompose",
      "window",
      "concat",
      "gather",
      "scatter",
      "rows",
      "sum",
      "cumsum",
      "shuffle",
      "reveal",
      "permutation",
    ],
    ...["uniform", "repeat", "output", "public add", "public sub", "public mul", "public div", "public lessThan"],
  ];
  assertEquals(wanted.filter((op) => !seen.has(op)), []);
});

Deno.test("operations are renamed wherever they read, and nowhere else", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(choices, (list) => {
      for (const { does } of compile(randomProgram(list)).tape.body) {
        if (does.op === "repeat") continue;
        seen.add(does.op);
        const moved = renamed(does, (r) => r + 1000);
        assertEquals(operandsOf(moved), operandsOf(does).map((r) => r + 1000), does.op);
        assertEquals(renamed(moved, (r) => r - 1000), does);
      }
    }),
    { seed: 20260116, numRuns: 60 },
  );
  assertGreater(seen.size, 20);
});

/** The cleartext backend with another negation. */
function negating(negate: (p: Emulated, x: Plain, out: Plain) => void): Backend {
  return {
    ...emulate,
    *setup(self, options, party) {
      const p = (yield* emulate.setup(self, options, party)) as Emulated;
      return new Proxy(p, {
        get(target, key) {
          if (key === "negate") return (x: Plain, out: Plain) => negate(p, x, out);
          const value = Reflect.get(target, key, target);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    },
  };
}

Deno.test("the guards notice a word written behind a result, and one read behind an operand", () => {
  const traced = program("", {}, () => sint.inputTensorVia(0, [1, 2]).neg().reveal().output(""));
  const run = (backend: Backend) => POISONS.map((poison) => runGuarded(traced, { backend, poison }));
  assertEquals(run(emulate), [[[-1, -2]], [[-1, -2]]]);
  const longer = (x: Plain): Plain => ({ ...x, shape: [3], n: 3 });
  assertThrows(() => run(negating((p, x, out) => p.negate(longer(x), longer(out)))), Error, "bytes behind a register");
  const read = negating((p, x, out) => p.read(longer(x), { shape: [2], offset: 1, strides: [1] }, out));
  const [one, other] = run(read);
  assertNotEquals(one, other);
});
