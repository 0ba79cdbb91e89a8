/**
 * The verifier on tapes that would give secrets away: what a wrong pass, or a changed file of a compiled program, could make.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { cfix, compile, metric, printLn, publicPermutation, repeat, type Secret, sfix, shuffle } from "./mod.ts";
import type { Reg } from "./registers.ts";
import { type Block, type Op, type Tape, verify } from "./tape.ts";

/** One of every instruction that tells secret registers from public ones. */
function everything(): void {
  const x = sfix.inputTensorVia(0, undefined, { shape: [3] });
  const c = x.sum().reveal();
  x.mul(c).sum().revealTo(0, "product with a public value");
  x.add(c).sum().revealTo(0, "sum with a public value");
  x.mul(x).sum().revealTo(0, "product");
  shuffle(x).revealTo(0, "shuffle");
  x.concat(x).slice(1, 5).revealTo(0, "joined");
  x.gather(publicPermutation(3), null, 2).revealTo(0, "rows");
  printLn("%s", c);
  metric("m", c);
  c.add(cfix.constant(1)).output("public sum");
  const [y] = repeat(3, [x as Secret], ([y]) => [y.mul(0.5)], { until: ([y]) => y.sum().reveal() });
  y.revealTo(0, "y");
}

const { tape: TAPE } = compile({ description: "", trace: everything });

/** A secret and a public register of one element that are written before everything else that is looked at. */
const SCALARS = {
  secret: TAPE.body.find(({ does }) => does.op === "sum")!.out[0]!,
  public: TAPE.body.find(({ does }) => does.op === "reveal")!.out[0]!,
};

/** The tape with the operands of the first instruction of an operation changed, wherever it stands. */
function changed(op: Op["op"], change: (does: Op) => Readonly<Record<string, unknown>>): Tape {
  let done = false;
  const block = (of: Block): Block =>
    of.map((instruction) => {
      const { does } = instruction;
      if (!done && does.op === op) {
        done = true;
        return { ...instruction, does: { ...does, ...change(does) } as Op };
      }
      return does.op === "repeat" ? { ...instruction, does: { ...does, body: block(does.body) } } : instruction;
    });
  const body = block(TAPE.body);
  assertEquals(done, true, `the tape has no ${op}`);
  return { ...TAPE, body };
}

/** The tape with the secrecy of a register turned round. */
function turned(r: Reg): Tape {
  return {
    ...TAPE,
    registers: TAPE.registers.map((reg, i) =>
      i === r ? { ...reg, kind: { ...reg.kind, secret: !reg.kind.secret } } : reg
    ),
  };
}

const outOf = (op: Op["op"]): Reg => TAPE.body.find(({ does }) => does.op === op)!.out[0]!;

const CASES: Readonly<Record<string, readonly [tape: Tape, says: string]>> = {
  "a print of a secret": [changed("print", () => ({ args: [SCALARS.secret] })), "prints a secret"],
  "a metric of a secret": [changed("metric", () => ({ x: SCALARS.secret })), "reports a secret"],
  "a loop that ends by a secret": [
    changed("repeat", (does) => {
      const body = does.op === "repeat" ? does.body : [];
      return { stop: body.find(({ does: { op } }) => op === "sum")!.out[0] };
    }),
    "ends by a secret",
  ],
  "arithmetic in the clear on a secret": [
    changed("public", () => ({ x: SCALARS.secret })),
    "computes on a secret in the clear",
  ],
  "a secret in the place of a public factor": [
    changed("mulPublic", () => ({ c: SCALARS.secret })),
    "mixes up secret and public operands",
  ],
  "a secret in the place of a public summand": [
    changed("addPublic", () => ({ c: SCALARS.secret })),
    "mixes up secret and public operands",
  ],
  "an input that is public": [turned(outOf("input")), "makes a public input"],
  "an opened value that is called a secret": [turned(outOf("reveal")), "opens wrongly"],
  "a sum of secrets that is public": [turned(outOf("sum")), "sums a public register"],
  "a product of secrets that is public": [turned(outOf("product")), "makes a public product"],
  "a secret with a public summand that is public": [turned(outOf("addPublic")), "mixes up secret and public operands"],
  "a shuffle that is public": [turned(outOf("shuffle")), "changes the shape"],
  "joined secrets that are public": [turned(outOf("concat")), "joins what is held differently"],
  "a part of a secret that is public": [turned(outOf("window")), "changes how its operand is held"],
  "rows of a secret that are public": [turned(outOf("gather")), "takes rows of a public register"],
};

Deno.test("the tape that is changed is right as it is", () => verify(TAPE, "tracing"));

for (const [name, [tape, says]] of Object.entries(CASES)) {
  Deno.test(`the verifier refuses ${name}`, () => {
    assertThrows(() => verify(tape, "a test"), Error, says);
  });
}
