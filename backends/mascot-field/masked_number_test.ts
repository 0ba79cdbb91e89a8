import type { Step } from "@symbolon/protocol";
import { writeValues } from "@symbolon/protocol/testing";
import { assert, assertEquals } from "@std/assert";
import { MATERIAL } from "./material.ts";
import { type AuthenticatedShare, MODULUS } from "./party.ts";
import { type Program, Table } from "./testing/adversary.ts";
import { dealer, type Move } from "./testing/dealer.ts";

const N = 1000;

const trunc = (
  rounding: "nearest" | "probabilistic",
) => ({ op: "trunc", shape: [N], trunc: { bits: 8, bound: 30, rounding }, turn: 0 } as const);

/** The elements of a message. */
function elementsOf(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return Array.from(
    { length: bytes.length / 16 },
    (_, i) => view.getBigUint64(16 * i, true) | view.getBigUint64(16 * i + 8, true) << 64n,
  );
}

// The count of elements in a half of the field is off by six standard deviations with probability 2e-9; there are 12 of them.
Deno.test("what is opened under a mask is uniform, whatever the value is and however far out of its range", () => {
  const shape = [N], domain = { kind: "field", modulus: MODULUS } as const;
  const calls = [
    trunc("probabilistic"),
    trunc("nearest"),
    { op: "piecewise", shape, bound: 30, thresholds: [0n], table: [[0n, 1n]], turn: 0 } as const,
    { op: "decompose", shape: [N, 2], bits: 2, turn: 0 } as const,
  ];
  const table = new Table(2, "uniform");
  for (const call of calls) {
    for (const value of [0n, 1n << 126n, -(1n << 126n)]) {
      const program: Program = function* (p): Step<void> {
        const mark = p.memory.mark();
        const x = p.at(shape, p.memory.scratch(p.bytes(shape))),
          out = p.at(call.shape, p.memory.scratch(p.bytes(call.shape)));
        const public_ = { shape, at: p.memory.scratch(16 * N) };
        writeValues(p.memory, domain, public_.at, new Array<bigint>(N).fill(value));
        p.constant(public_, x);
        yield* p.step(call, [x], out);
        p.memory.release(mark);
      };
      table.run((p) => p.prepare!(p.target.cost(call).demand));
      let low = 0, total = 0;
      table.run(program, (messages) => {
        if (messages[0]?.round !== 0) return;
        const [x, y] = messages.map(({ bytes }) => elementsOf(bytes));
        for (let i = 0; i < N; i++, total++) if ((x![i]! + y![i]!) % MODULUS < MODULUS / 2n) low++;
      });
      assert(total === N);
      assert(Math.abs(low - N / 2) < 6 * Math.sqrt(N / 4), `${call.op} of ${value}: ${low} of ${N} in the lower half`);
    }
  }
  table.dispose();
});

Deno.test("both masks are in what is opened, whatever else is", () => {
  const shape = [1], by = 1n << 100n, call = trunc("nearest");
  /** What is opened first: the sum of both parties' messages. */
  const opened = (move?: Move): bigint => {
    const table = new Table(2, "masks", dealer("masks", move));
    table.run((p) => p.prepare!(p.target.cost({ ...call, shape }).demand));
    let sum = -1n;
    table.run(function* (p): Step<void> {
      const x = p.at(shape, p.memory.scratch(p.bytes(shape))), out = p.at(shape, p.memory.scratch(p.bytes(shape)));
      p.memory.bytes.fill(0, (x as AuthenticatedShare).at, (x as AuthenticatedShare).at + p.bytes(shape));
      yield* p.step({ ...call, shape }, [x], out);
    }, (messages) => {
      if (messages[0]?.round === 0) {
        sum = messages.reduce((all, { bytes }) => all + elementsOf(bytes)[0]!, 0n) % MODULUS;
      }
    });
    table.dispose();
    return sum;
  };
  const before = opened(), { firstNumber, hiddenNumber } = MATERIAL;
  for (const kind of [firstNumber.of(8), hiddenNumber.of({ cut: 8, bits: 8 })]) {
    assertEquals(opened({ kind, number: 0, element: 0, by }), (before + by) % MODULUS);
  }
});
