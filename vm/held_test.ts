import { assertEquals } from "@std/assert";
import { compile, publicPermutation, type RowIndices, type Secret, sfix } from "@symbolon/compiler";
import { findHeld } from "./held.ts";

const ROWS = 2 ** 18;

/** Shapes of the inputs that are held by rows, by party, in a program that brings inputs of so many rows and 4 columns. */
function heldInputs(
  use: (inputs: Secret[], order: RowIndices) => Secret,
  heights: readonly number[] = [ROWS],
): string[] {
  const { tape } = compile({
    description: "",
    trace: () => {
      const inputs = heights.map((n, party) => sfix.inputTensorVia(party, undefined, { shape: [n, 4] }));
      const total = heights.reduce((a, b) => a + b, 0);
      use(inputs, publicPermutation(total)).revealTo(0);
    },
  });
  const parts = new Set([...findHeld(tape).values()].flat().map(({ call }) => `${call.owner}: ${call.shape}`));
  return [...parts].sort();
}

Deno.test("an input of which only rows are read is held by rows", () => {
  assertEquals(heldInputs(([x], order) => x!.gather(order, null, 3)), [`0: ${ROWS},4`]);
  assertEquals(heldInputs(([x]) => x!.slice(5, 9).sum(0)), [`0: ${ROWS},4`]);
  assertEquals(heldInputs(([x]) => x!.row(7)), [`0: ${ROWS},4`]);
});

Deno.test("an input that anything reads as a whole is shared as a whole", () => {
  const gathered = (also: (x: Secret) => Secret) =>
    heldInputs(([x], order) => x!.gather(order, null, 3).sum().add(also(x!)));
  assertEquals(gathered((x) => x.sum()), []);
  assertEquals(gathered((x) => x.slice(0, 2, 1).sum()), []);
  assertEquals(gathered((x) => x.reshape([4 * ROWS]).slice(0, 1).sum()), []);
  assertEquals(gathered((x) => x.transpose().slice(0, 1).sum()), []);
  assertEquals(gathered((x) => x.slice(0, 1).sum()), [`0: ${ROWS},4`]);
});

Deno.test("small inputs are shared", () => {
  assertEquals(heldInputs(([x], order) => x!.gather(order, null, 3), [ROWS - 1]), []);
});

Deno.test("the parties' rows, one after the other, are held together, however few one brings", () => {
  const joined = ([a, b, c]: Secret[]) => a!.concat(b!).concat(c!);
  const all = [`0: ${ROWS},4`, "1: 2,4", "2: 1,4"];
  assertEquals(heldInputs((x, order) => joined(x).gather(order, null, 3), [ROWS, 2, 1]), all);
  assertEquals(heldInputs((x) => joined(x).sum(), [ROWS, 2, 1]), []);
  assertEquals(heldInputs((x, order) => joined(x).gather(order, null, 3).sum().add(x[1]!.sum()), [ROWS, 2, 1]), []);
  assertEquals(heldInputs((x, order) => joined(x).gather(order, null, 3), [2, 1, 1]), []);
});
