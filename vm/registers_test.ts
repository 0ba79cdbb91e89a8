import { assertEquals } from "@std/assert";
import { compile, program, repeat, type Secret, sfix } from "@symbolon/compiler";
import { findViews } from "./registers.ts";

const matrix = () => sfix.inputTensorVia(0, undefined, { shape: [3, 2] });

/** How many windows of a program may be views, of how many there are. */
function views(trace: () => void): [views: number, windows: number] {
  const { tape } = compile(program("views", {}, trace));
  const windows = JSON.stringify(tape, (_, v) => typeof v === "bigint" ? String(v) : v).split('"op":"window"').length -
    1;
  return [findViews(tape).size, windows];
}

Deno.test("a transpose that is only a left operand of matrix products needs no copy", () => {
  assertEquals(
    views(() => {
      const x = matrix();
      x.transpose().matmul(sfix.inputTensorVia(0, undefined, { shape: [3, 4] })).reveal().output("product");
    }),
    [1, 1],
  );
});

Deno.test("inside of loops too", () => {
  assertEquals(
    views(() => {
      const x = matrix();
      const [theta] = repeat(3, [sfix.inputTensorVia(0, undefined, { shape: [3, 1] }) as Secret], ([theta]) => {
        const error = x.matmul(x.transpose().matmul(theta));
        return [error];
      });
      theta.reveal().output("theta");
    })[0],
    1,
  );
});

Deno.test("a transpose that is read otherwise as well is copied: right operands, sums, outputs, carried values", () => {
  const square = () => sfix.inputTensorVia(0, undefined, { shape: [3, 3] });
  const reads: ((x: Secret) => void)[] = [
    (x) => x.matmul(x.transpose()).reveal().output("right"),
    (x) => x.transpose().add(x).reveal().output("sum"),
    (x) => x.transpose().reveal().output("output"),
    (x) => {
      const t = x.transpose();
      t.matmul(x).reveal().output("left");
      t.add(x).reveal().output("and sum");
    },
    (x) => repeat(2, [x], ([y]) => [y.transpose()])[0].reveal().output("carried"),
  ];
  for (const read of reads) assertEquals(views(() => read(square()))[0], 0, String(read));
});

Deno.test("a transpose that patches are made of is copied", () => {
  const patches = (x: Secret) => x.transpose().window([3, 3], 0, [2, 1]).matmul(square()).reveal().output("patches");
  const square = () => sfix.inputTensorVia(0, undefined, { shape: [3, 3] });
  assertEquals(views(() => patches(sfix.inputTensorVia(0, undefined, { shape: [2, 4] }))), [0, 1]);
});

Deno.test("other windows are copied: rows, columns, broadcasts", () => {
  const y = () => sfix.inputTensorVia(0, undefined, { shape: [2, 2] });
  assertEquals(views(() => matrix().slice(0, 2).matmul(y()).reveal().output("rows"))[0], 0);
  assertEquals(views(() => y().transpose().slice(0, 1).matmul(y()).reveal().output("a part of a transpose"))[0], 0);
});
