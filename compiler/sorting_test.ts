import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  applySort,
  type Block,
  compile,
  format,
  type Instruction,
  type Reg,
  type Secret,
  sfix,
  shuffle,
  sint,
  sort,
  sortPermutation,
} from "./mod.ts";

const compiled = (trace: () => void) => compile({ description: "", trace });
const give = (...values: readonly Secret[]) => values.forEach((v, i) => v.revealTo(0, `${i}`));
const keys = (n = 5) => sfix.inputTensorVia(0, undefined, { shape: [n] });

/** All instructions, loops' bodies included. */
function flat(block: Block): Instruction[] {
  return block.flatMap((i) => i.does.op === "repeat" ? [i, ...flat(i.does.body)] : [i]);
}

Deno.test("sorting opens one column of each shuffle and nothing else", () => {
  const { tape } = compiled(() => {
    const x = keys();
    const order = sortPermutation([{ x: sint.inputTensorVia(1, undefined, { shape: [5] }), bits: 7 }, { x }]);
    give(...applySort(order, [x, sint.inputTensorVia(1, undefined, { shape: [5, 2, 3] })]), ...sort(x, x, { bits: 5 }));
  });
  const all = flat(tape.body);
  const by = new Map<Reg, Instruction>(all.flatMap((i) => i.out.map((r) => [r, i] as const)));
  const opened = new Set<Reg>();
  for (const { does } of all) {
    if (does.op !== "reveal") continue;
    let from = by.get(does.x)!;
    while (from.does.op === "window") {
      // A column: one element a row.
      assertEquals(tape.registers[from.out[0]!]!.shape.reduce((n, d) => n * d, 1), 5);
      from = by.get(from.does.x)!;
    }
    assertEquals(from.does.op, "shuffle");
    assert(!opened.has(from.out[0]!), "two columns of a shuffle are opened");
    opened.add(from.out[0]!);
  }
  assertEquals(opened.size, all.filter((i) => i.does.op === "shuffle").length);
  assert(opened.size > 5);
});

Deno.test("a sort's tape does not grow with the rows, nor beyond two groups of digits with the bits", () => {
  const size = (n: number, bits: number) =>
    flat(compiled(() => give(sort(sint.inputTensorVia(0, undefined, { shape: [n] }), { bits }))).tape.body).length;
  assertEquals(size(5, 32), size(5000, 32));
  assertEquals(size(5, 13), size(5, 61));
});

Deno.test("equal shuffles are not merged, nor moved out of a loop", () => {
  const { tape } = compiled(() => {
    const x = keys();
    give(shuffle(x), shuffle(x));
  });
  assertEquals(tape.body.filter((i) => i.does.op === "shuffle").length, 2);
});

Deno.test("the tape prints shuffles, prefix sums and rows", () => {
  const text = format(
    compiled(() => {
      const x = keys();
      give(shuffle(x.cumsum()).scatter(shuffle(sint.inputTensorVia(0, undefined, { shape: [5] })).reveal().rows(5)));
    }).tape,
  );
  for (const line of ["cumsum %0", "shuffle %", "rows %", "below 5", "scatter %"]) assertStringIncludes(text, line);
});
