/** Steps are scheduled in the middle of others: a check may begin while party 0 enters what a later check looks at. @module */
import { round, type Step, together, VERIFY } from "@symbolon/protocol";
import { writeValues } from "@symbolon/protocol/testing";
import { assertEquals } from "@std/assert";
import { MODULUS } from "./party.ts";
import { type Program, Table } from "./testing/adversary.ts";

const N = 4;

for (const delay of [0, 1, 2, 3]) {
  Deno.test(`an honest run goes on where a check begins ${delay} rounds after a truncation`, () => {
    const shape = [N], domain = { kind: "field", modulus: MODULUS } as const;
    const call = { op: "trunc", shape, trunc: { bits: 8, bound: 30, rounding: "probabilistic" }, turn: 0 } as const;
    const table = new Table(2, "overlap");
    table.run((p) => {
      const all = new Map(p.target.cost(call).demand);
      for (const [k, n] of p.target.cost(VERIFY).demand) all.set(k, (all.get(k) ?? 0) + n);
      return p.prepare!(all);
    });
    const program: Program = function* (p): Step<void> {
      const x = p.at(shape, p.memory.scratch(p.bytes(shape))), out = p.at(shape, p.memory.scratch(p.bytes(shape)));
      const public_ = { shape, at: p.memory.scratch(16 * N) };
      writeValues(p.memory, domain, public_.at, new Array<bigint>(N).fill(1000n));
      p.constant(public_, x);
      yield* together([
        p.step(call, [x], out),
        (function* (): Step<void> {
          for (let i = 0; i < delay; i++) yield round([], []);
          yield* p.verify();
        })(),
      ]);
    };
    const ends = table.run(program);
    table.dispose();
    assertEquals(ends.map(({ error, waits }) => ({ error, waits })), [0, 1].map(() => ({ error: null, waits: false })));
  });
}
