import { assertEquals, assertThrows } from "@std/assert";
import type { Secret } from "@symbolon/compiler";
import { repeat } from "@symbolon/compiler";
import type { Call, Target } from "@symbolon/protocol";
import { totalBytes } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
import { abs, maximum } from "../ml/functional/mod.ts";
import * as layers from "../ml/layers/mod.ts";
import * as losses from "../ml/losses/mod.ts";
import { fixed, growth, integers, priced, pricedTurn } from "./complexity_priced.ts";
import { LAYERS, LOSSES } from "./complexity_training.ts";

const TARGETS: readonly Target[] = [replicatedRing.target({}), semi2k.target({})];

/** What one product of integers costs: matrices [64, 100] and [100, 8], or vectors of 640. */
const matmul = { kind: "matmul", x: [64, 100], y: [100, 8] } as const;
const mul = { kind: "mul", x: [640], y: [640] } as const;
const products = (shape: readonly number[], term: typeof matmul | typeof mul): Call => ({
  op: "products",
  shape,
  terms: [term],
  addend: false,
  trunc: null,
  turn: 0,
});
const declared = (target: Target, call: Call) => {
  const cost = target.cost(call);
  return { rounds: cost.rounds, bytes: totalBytes(cost) };
};

for (const target of TARGETS) {
  Deno.test(`${target.name}: a function of one operation costs what the backend declares for it, nothing for operands and results`, () => {
    const elements = priced(() => integers([640], [640]), (x, y) => [x!.mul(y!)]);
    assertEquals(elements(target), declared(target, products([640], mul)));
    const matrices = priced(() => integers([64, 100], [100, 8]), (x, y) => [x!.matmul(y!)]);
    assertEquals(matrices(target), declared(target, products([64, 8], matmul)));
  });

  Deno.test(`${target.name}: a turn of a loop costs what its body does, however often it is taken`, () => {
    const turn = (times: number) =>
      pricedTurn(() => {
        const [x] = repeat(times, fixed([640]), ([x]) => [abs(x as Secret)]);
        (x as Secret).revealTo(0);
      })(target);
    assertEquals(turn(7), priced(() => fixed([640]), (x) => [abs(x!)])(target));
    assertEquals(turn(7), turn(2));
  });
}

Deno.test("growth tells what each unit costs from what is sent once, and refuses rounds that grow", () => {
  const [ring] = TARGETS as [Target];
  const both = growth((n) => priced(() => integers([n], [n], [640], [640]), (x, y, v, w) => [x!.mul(y!), v!.mul(w!)]));
  const { rounds, bytes } = declared(ring, products([640], mul));
  assertEquals(both(ring), { rounds, each: bytes / 640, once: bytes });
  const growing = growth((n) => priced(() => fixed([n]), (x) => [maximum(x!)]), [64, 320]);
  assertThrows(() => growing(ring), RangeError, "rounds depend on the length");
});

Deno.test("every layer and every loss has a row in docs/complexity.md, but for layers that only combine others", () => {
  const functions = (module: object) =>
    Object.entries(module).flatMap(([name, value]) => typeof value === "function" ? [name] : []);
  const combined = ["add", "concat", "sequential"];
  assertEquals([...Object.keys(LAYERS), ...combined].sort(), functions(layers).sort());
  assertEquals(Object.keys(LOSSES).sort(), Object.keys(losses).sort());
});
