/** Programs under mascot-field, on material from the tests' dealer. @module */
import { checkTarget, compile, predict, type Program, schedule } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import { MacCheckError } from "@symbolon/protocol";
import type { Backend, Protocol, Step } from "@symbolon/protocol";
import { assertEquals, assertThrows } from "@std/assert";
import { emulate } from "@symbolon/emulate";
import { mascotFieldWith } from "@symbolon/mascot-field";
import { runInline } from "@symbolon/transport";
import { prepare } from "@symbolon/vm";
import fc from "fast-check";
import { dealer } from "../backends/mascot-field/testing/dealer.ts";
import { environmentOf } from "../engine/party/party.ts";
import { divide, exp, log, printLn, program, repeat, sfix, sigmoid, sint, softmax, sort, sqrt } from "../mod.ts";
import { runGuarded } from "./guarded_registers.ts";
import { randomProgram } from "./random_programs.ts";

const POISON = 0xa5;
const choices = fc.array(fc.nat(2 ** 20), { minLength: 30, maxLength: 200 });

for (const [parties, numRuns] of [[2, 20], [3, 8]] as const) {
  Deno.test(`random programs give emulate's results in the field: mascot-field, ${parties} parties`, () => {
    fc.assert(
      fc.property(choices, (list) => {
        const traced = randomProgram(list);
        const expected = runGuarded(traced, { backend: emulate, domain: "field", poison: 0 });
        assertEquals(runGuarded(traced, { backend: mascotFieldWith(dealer()), parties, poison: POISON }), expected);
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
  assertEquals(runGuarded(functions, { backend: mascotFieldWith(dealer()), parties: 2, poison: POISON }), expected);
});

/** Rounds and bytes on each link of a program's run: what is predicted, and what is measured. */
function trafficOf(traced: Program, parties: number): Record<"predicted" | "measured", unknown> {
  const backend = mascotFieldWith(dealer()), target = backend.target({ parties });
  const { tape, brought } = compile(traced);
  checkTarget(tape, target);
  const segments = schedule(tape, target);
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const { results: protocols } = runInline(memories.map((memory, self) => ({
    memory,
    step: backend.setup(self, { parties }, { memory, entropy: systemEntropy }),
  })));
  const prepared = protocols.map((protocol) =>
    prepare(tape, segments, protocol, environmentOf({ inputs: [], brought }, () => {}))
  );
  runInline(memories.map((memory, self) => ({ memory, step: prepared[self]!.preprocess() })));
  const { traffic } = runInline(memories.map((memory, self) => ({ memory, step: prepared[self]!.run() })));
  for (const memory of memories) memory.dispose();
  const { rounds, links } = predict(segments, target);
  return {
    predicted: { rounds, links },
    measured: { rounds: traffic[0]!.rounds, links: traffic.map(({ sent }) => sent) },
  };
}

Deno.test("programs take the rounds and bytes that are predicted, checks included", () => {
  const loop = program("", {}, () => {
    const x = sfix.inputTensorVia(0, [1, 2, 3]);
    const [y] = repeat(3, [x], ([y]) => {
      const z = y!.mul(x);
      printLn("%s", z.sum().reveal());
      return [z];
    });
    y!.sum().revealTo(1, "sum");
    y!.greaterThan(4).reveal().output("large");
  });
  for (const [traced, parties] of [[functions, 2], [loop, 2], [loop, 3]] as const) {
    const { predicted, measured } = trafficOf(traced, parties);
    assertEquals(measured, predicted);
  }
});

Deno.test("a program of which a party changes a share gives nothing out", () => {
  const honest = mascotFieldWith(dealer());
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
