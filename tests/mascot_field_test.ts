/** Programs under mascot-field, on material from the tests' dealer. @module */
import { MacCheckError } from "@symbolon/protocol";
import type { Backend, Protocol, Step } from "@symbolon/protocol";
import { assertEquals, assertThrows } from "@std/assert";
import { emulate } from "@symbolon/emulate";
import { mascotField } from "@symbolon/mascot-field";
import fc from "fast-check";
import { dealer } from "../backends/mascot-field/testing/dealer.ts";
import { divide, exp, log, program, sfix, sigmoid, sint, softmax, sort, sqrt } from "../mod.ts";
import { runGuarded } from "./guarded_registers.ts";
import { randomProgram } from "./random_programs.ts";

const POISON = 0xa5;
const choices = fc.array(fc.nat(2 ** 20), { minLength: 30, maxLength: 200 });

for (const [parties, numRuns] of [[2, 6], [3, 3]] as const) {
  Deno.test(`random programs give emulate's results in the field: mascot-field, ${parties} parties`, () => {
    fc.assert(
      fc.property(choices, (list) => {
        const traced = randomProgram(list);
        const expected = runGuarded(traced, { backend: emulate, domain: "field", poison: 0 });
        assertEquals(runGuarded(traced, { backend: mascotField(dealer()), parties, poison: POISON }), expected);
      }),
      { seed: 20261128, numRuns },
    );
  });
}

const functions = program("", {}, () => {
  const x = sfix.inputTensorVia(0, [[-3.5, 0.25, 1], [2, -0.125, 7.75]]), y = sfix.inputTensorVia(1, [0.5, 3, 12]);
  sigmoid(x).reveal().output("sigmoid");
  exp(x).reveal().output("exp");
  softmax(x).reveal().output("softmax");
  divide(x, y).reveal().output("divide");
  sqrt(y).reveal().output("sqrt");
  log(y).reveal().output("log");
  x.matmul(y.reshape([3, 1])).reveal().output("product");
  sort(sint.inputTensorVia(1, [5, -2, 9, 0, 5])).reveal().output("sorted");
});

Deno.test("the functions of ml give emulate's results in the field under mascot-field", () => {
  const expected = runGuarded(functions, { backend: emulate, domain: "field", poison: 0 });
  assertEquals(runGuarded(functions, { backend: mascotField(dealer()), parties: 2, poison: POISON }), expected);
});

Deno.test("a program of which a party changes a share gives nothing out", () => {
  const honest = mascotField(dealer());
  const cheating: Backend = {
    ...honest,
    *setup(self, options, party): Step<Protocol> {
      const protocol = yield* honest.setup(self, options, party);
      if (self === 0) return protocol;
      return {
        ...protocol,
        get stored() {
          return protocol.stored!;
        },
        open(call, x, out) {
          protocol.memory.bytes[(x as unknown as { at: number }).at]! ^= 1;
          return protocol.open(call, x, out);
        },
      };
    },
  };
  assertThrows(() => runGuarded(functions, { backend: cheating, poison: POISON }), MacCheckError);
});
