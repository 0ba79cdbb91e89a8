/** Programs under mascot-field, on material from the tests' dealer. @module */
import { checkTarget, compile, predict, type Program, schedule } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { systemEntropy } from "@symbolon/primitives";
import {
  type Backend,
  MacCheckError,
  type OperandCall,
  operandSizes,
  type Protocol,
  type Step,
} from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { assertEquals, assertGreater, assertLessOrEqual, assertThrows } from "@std/assert";
import { emulate } from "@symbolon/emulate";
import { mascotFieldWith } from "@symbolon/mascot-field";
import { runInline } from "@symbolon/transport";
import { prepare } from "@symbolon/vm";
import fc from "fast-check";
import { Openings } from "../backends/mascot-field/openings.ts";
import { Proofs } from "../backends/mascot-field/proofs.ts";
import { dealer } from "../backends/mascot-field/testing/dealer.ts";
import type { PartyEvent } from "../engine/party/job.ts";
import { environmentOf } from "../engine/party/party.ts";
import { cint, divide, exp, log, printLn, program, repeat, sfix, sigmoid, sint, softmax, sort, sqrt } from "../mod.ts";
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

/** How a program is run: with so many parties, so many bytes of material at a time, and so much that may wait for a check. */
interface Setting {
  readonly parties: number;
  readonly portion?: number;
  readonly most?: number;
}

/** Rounds and bytes on each link of a program's run: what is predicted, and what is measured; and what party 0 is given. */
function runOf(traced: Program, { parties, portion, most }: Setting) {
  const backend = mascotFieldWith(dealer()), own = backend.target({ parties });
  const target = most === undefined ? own : { ...own, unchecked: { ...own.unchecked!, most } };
  const { tape, brought } = compile(traced);
  checkTarget(tape, target);
  const segments = schedule(tape, target);
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const { results: protocols } = runInline(memories.map((memory, self) => ({
    memory,
    step: backend.setup(self, { parties }, { memory, entropy: systemEntropy }),
  })));
  const given: unknown[] = [];
  const prepared = protocols.map((protocol, self) => {
    const hear = (event: PartyEvent) => {
      if (self === 0 && event.type === "output") given.push([...event.value.values]);
      if (self === 0 && event.type === "print") given.push(event.line);
    };
    const environment = environmentOf({ inputs: [], brought }, hear);
    return prepare(tape, segments, protocol, { ...environment, ...(portion === undefined ? {} : { portion }) });
  });
  runInline(memories.map((memory, self) => ({ memory, step: prepared[self]!.preprocess() })));
  const marks = memories.map((memory) => memory.mark());
  const { traffic } = runInline(memories.map((memory, self) => ({ memory, step: prepared[self]!.run() })));
  assertEquals(memories.map((memory) => memory.mark()), marks, "scratch is left");
  for (const memory of memories) memory.dispose();
  const { rounds, links, demand } = predict(segments, target);
  return {
    predicted: { rounds, links },
    measured: { rounds: traffic[0]!.rounds, links: traffic.map(({ sent }) => sent) },
    ...{ given, demand },
  };
}

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

/** Decisions by opened values: row numbers, an order, a divisor, and whether a loop goes on. */
const decisions = program("", {}, () => {
  const x = sint.inputTensorVia(0, [2, 0, 1]), y = sint.inputTensorVia(1, [10, 20, 30]);
  y.gather(x.reveal().rows(3), null, 3).reveal().output("taken");
  y.scatter(x.reveal().rows(3)).reveal().output("placed");
  cint.constant(60).div(y.sum().reveal()).output("divided");
  const [z] = repeat(9, [x], ([z]) => [z!.mul(2)], { until: ([z]) => z!.sum().greaterThan(20).reveal() });
  z!.reveal().output("doubled");
});

Deno.test("programs take the rounds and bytes that are predicted, checks included", () => {
  for (const [traced, parties] of [[functions, 2], [loop, 2], [loop, 3]] as const) {
    const { predicted, measured } = runOf(traced, { parties });
    assertEquals(measured, predicted);
  }
});

Deno.test("what is opened decides after a check, as under emulate", () => {
  const expected = runGuarded(decisions, { backend: emulate, domain: "field", poison: 0 });
  assertEquals(runGuarded(decisions, { backend: mascotFieldWith(dealer()), parties: 2, poison: POISON }), expected);
});

Deno.test("material that comes in portions is there for checks and openings, too", () => {
  for (const traced of [loop, decisions]) {
    for (const parties of [2, 3]) {
      const all = runOf(traced, { parties }), portions = runOf(traced, { parties, portion: 1 });
      assertEquals(portions.given, all.given);
      assertEquals(portions.measured, all.measured);
    }
  }
});

/** Runs with the logs counted: the most rows that waited for a check in one of them, and all rows that a party has logged. */
function logged(run: () => void): { readonly most: number; readonly rows: number } {
  const { opened, openedBits, take } = Openings.prototype, proofs = Proofs.prototype;
  const { append, take: prove } = proofs;
  const now = new Map<unknown, number>(), all = new Map<unknown, number>();
  let most = 0;
  const add = (log: unknown, n: number) => {
    now.set(log, (now.get(log) ?? 0) + n);
    all.set(log, (all.get(log) ?? 0) + n);
    most = Math.max(most, now.get(log)!);
  };
  Openings.prototype.opened = function (value, mac, n) {
    add(this, n);
    opened.call(this, value, mac, n);
  };
  Openings.prototype.openedBits = function (packed, rows, n) {
    add(this, n);
    openedBits.call(this, packed, rows, n);
  };
  Openings.prototype.take = function () {
    now.delete(this);
    return take.call(this);
  };
  proofs.append = function (gates) {
    add(this, gates.rows);
    append.call(this, gates);
  };
  proofs.take = function () {
    now.delete(this);
    return prove.call(this);
  };
  try {
    run();
  } finally {
    Object.assign(Openings.prototype, { opened, openedBits, take });
    Object.assign(proofs, { append, take: prove });
  }
  const of = (kind: typeof Openings | typeof Proofs) =>
    Math.max(0, ...[...all].filter(([log]) => log instanceof kind).map(([, n]) => n));
  return { most, rows: of(Openings) + of(Proofs) };
}

Deno.test("no more waits for a check than the target says, however long loops are", () => {
  const long = program("", {}, () => {
    const x = sfix.inputTensorVia(0, [0.5, -0.5, 0.25]);
    const [y] = repeat(15, [x], ([y]) => {
      const [z] = repeat(4, [y!], ([z]) => [z!.mul(0.75).mul(x).add(x)]);
      return [z!.add(z!.greaterThan(0))];
    });
    y!.reveal().output("y");
  });
  const free = logged(() => runOf(long, { parties: 2 }));
  assertGreater(free.most, 20_000);
  for (const most of [10_000, 3000]) {
    const { most: waiting } = logged(() => {
      const { predicted, measured } = runOf(long, { parties: 2, most });
      assertEquals(measured, predicted);
    });
    assertLessOrEqual(waiting, most);
  }
});

const TRUNC = { bits: 5, bound: 40, rounding: "nearest" } as const;
const CALLS: readonly OperandCall[] = [
  { op: "products", shape: [9], turn: 0, addend: false, trunc: null, terms: [{ kind: "mul", x: [9], y: [9] }] },
  {
    op: "products",
    shape: [4, 5],
    turn: 0,
    addend: true,
    trunc: TRUNC,
    terms: [{ kind: "matmul", x: [4, 3], y: [3, 5] }],
  },
  { op: "trunc", shape: [9], turn: 0, trunc: TRUNC },
  { op: "trunc", shape: [9], turn: 0, trunc: { ...TRUNC, bits: 20, rounding: "probabilistic" } },
  {
    op: "piecewise",
    shape: [9],
    turn: 0,
    bound: 40,
    thresholds: [-3n, 3n],
    table: [[0n, 0n, 1n]],
    slopes: [[0n, 1n, 0n]],
  },
  { op: "decompose", shape: [3, 7], turn: 0, bits: 7 },
  { op: "shuffle", shape: [8, 2], turn: 0 },
  { op: "randomBits", shape: [9], turn: 0 },
];

Deno.test("a step leaves no more for a check than its target says", () => {
  for (const parties of [2, 3]) {
    const simulation = new Simulation(mascotFieldWith(dealer()), { parties }, () => new PartyMemory(), { seed: "log" });
    const { unchecked } = simulation.protocols[0]!.target;
    for (const call of CALLS) {
      const { rows } = logged(() => {
        simulation.run(function* (p) {
          yield* p.prepare!(p.target.cost(call).demand);
          const share = (shape: readonly number[]) => p.at(shape, p.memory.allocate(p.bytes(shape)));
          yield* p.step(call, operandSizes(call).map((n) => share([n])), share(call.shape));
        });
      });
      const said = unchecked!.of(call);
      assertLessOrEqual(rows, said, call.op);
      // A shuffle's bits are told, not opened.
      assertLessOrEqual(said, call.op === "shuffle" ? 2 * rows : rows + 100, call.op);
    }
    simulation.dispose();
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
