import { assert, assertEquals } from "@std/assert";
import { compile, publicPermutation, repeat, type RowIndices, type Secret, sfix } from "../mod.ts";

const LARGE = 2 ** 20;

/** Operations of a loop that gathers rows of what `build` makes, and of the program around it. */
function gathered(
  rows: number,
  build: (part: (width: number) => Secret) => Secret,
  also: (x: Secret) => void = () => {},
) {
  const { tape } = compile({
    description: "",
    trace: () => {
      const x = build((width) => sfix.inputTensorVia(0, undefined, { shape: [rows, width] }));
      const order: RowIndices = publicPermutation(rows);
      const [sum] = repeat(2, [sfix.constant(0)], ([sum], i) => [sum.add(x.gather(order, i, 4).sum())]);
      sum.revealTo(0);
      also(x);
    },
  });
  const loop = tape.body.find(({ does }) => does.op === "repeat")!.does;
  assert(loop.op === "repeat");
  const shapes = loop.body.filter(({ does }) => does.op === "gather").map(({ out }) => tape.registers[out[0]!]!.shape);
  return { before: tape.body.map(({ does }) => does.op), loop: loop.body.map(({ does }) => does.op), shapes };
}

Deno.test("rows of large tensors are taken before columns are joined and rows reshaped", () => {
  const build = (part: (width: number) => Secret) =>
    part(3).concatColumns(part(4)).reshape([LARGE, 7, 1]).reshape([LARGE, 1, 7]);
  const { before, loop, shapes } = gathered(LARGE, build);
  assertEquals(shapes, [[4, 3], [4, 4]]);
  assertEquals(loop.slice(0, 3), ["gather", "gather", "concat"]);
  assert(!before.includes("concat") && !before.includes("window"));
});

Deno.test("small tensors, tensors used as a whole, and joined rows stay as they are", () => {
  const columns = (part: (width: number) => Secret) => part(3).concatColumns(part(4));
  assertEquals(gathered(16, columns).shapes, [[4, 7]]);
  assertEquals(gathered(LARGE, columns, (x) => x.sum().revealTo(0)).shapes, [[4, 7]]);
  assertEquals(gathered(LARGE, (part) => part(3).concat(part(3)).slice(0, LARGE)).shapes, [[4, 3]]);
  assertEquals(gathered(LARGE, (part) => part(2).reshape([2 * LARGE]).slice(0, LARGE)).shapes, [[4]]);
});
