import { assertEquals, assertThrows } from "@std/assert";
import { compile, type Compiled, repeat, sfix, sint } from "./mod.ts";

const compiled = (trace: () => void): Compiled => compile({ description: "", trace: () => trace() });

Deno.test("a tensor that is declared and then filled is the one that is read or assigned", () => {
  const direct = compiled(() => {
    const x = sfix.inputFrom(0, { shape: [4, 2], binary: true });
    const y = sint.inputFrom(1, { shape: [4] });
    x.matmul(sfix.constant([1, 2])).add(y.toFix()).revealTo(0);
  });
  const declared = compiled(() => {
    const [X, y, Y] = [sfix.Tensor([4, 2]), sint.Tensor([4]), sfix.Tensor([4])];
    X.inputFrom(0, { binary: true });
    y.inputFrom(1);
    const product = X.matmul(sfix.constant([1, 2]));
    Y.assign(y);
    product.add(Y).revealTo(0);
  });
  assertEquals(declared.tapeHash, direct.tapeHash);
});

Deno.test("rows come in any order and make the tensor when none is missing", () => {
  const joined = compiled(() => {
    const [a, b] = [sfix.inputFrom(0, { shape: [1, 3] }), sfix.inputFrom(1, { shape: [2, 3] })];
    b.concat(a).revealTo(0);
  });
  const declared = compiled(() => {
    const X = sfix.Tensor([3, 3]);
    X.assignRows(2, sfix.inputFrom(0, { shape: [1, 3] })).assignRows(0, sfix.inputFrom(1, { shape: [2, 3] }));
    X.revealTo(0);
  });
  assertEquals(declared.tapeHash, joined.tapeHash);
});

Deno.test("a tensor filled in the pass of a loop that declares it is one of that pass", () => {
  const { tape } = compiled(() => {
    repeat(3, [sint.constant(0)], ([sum]) => {
      const x = sint.Tensor([2]);
      x.inputFrom(0);
      return [sum.add(x.sum())];
    })[0].revealTo(0);
  });
  assertEquals(
    tape.body.some(({ does }) => does.op === "repeat" && does.body.some((i) => i.does.op === "input")),
    true,
  );
});

Deno.test("what is not filled cannot be used, and nothing is filled twice", () => {
  const fails = (body: () => void, type: new (...args: never[]) => Error, message: string) =>
    assertThrows(() => compiled(body), type, message);
  fails(() => void sfix.Tensor([2]).add(1), TypeError, "This tensor of shape [2] has no contents yet. Fill it with");
  fails(
    () => void sfix.Tensor([5]).assignRows(1, sfix.constant([1, 2])).add(1),
    TypeError,
    "rows 0, 3 to 4 are missing",
  );
  fails(() => void sfix.Tensor([2]).inputFrom(0).inputFrom(0), TypeError, "filled already (");
  fails(() => void sfix.Tensor([1]).inputFrom(0).assignRows(0, sfix.constant([1])), TypeError, "filled already");
  fails(() => void sfix.Tensor([2]).assign(sfix.constant([1])), RangeError, "of shape [2] cannot become one of [1]");
  fails(() => void sint.Tensor([1]).assign(sfix.constant([1])), TypeError, "declare it with sfix.Tensor()");
  fails(() => void sint.Tensor([2, 2]).assignRows(1, sint.constant([[1, 2], [3, 4]])), RangeError, "at row 1");
  fails(
    () => void sint.Tensor([3]).assignRows(0, sint.constant([1, 2])).assignRows(1, sint.constant([1])),
    RangeError,
    "Some of the rows 1 to 1 have been filled before",
  );
  fails(() => void sint.Tensor([-1]), RangeError, "A shape is a list of whole numbers");
});

Deno.test("a tensor declared outside of a loop cannot be filled in it, where it would stay unfilled after it", () => {
  assertThrows(
    () =>
      compiled(() => {
        const x = sint.Tensor([1]);
        repeat(2, [sint.constant(0)], ([sum]) => [sum.add(x.inputFrom(0).sum())]);
      }),
    TypeError,
    "declared outside of a loop cannot be filled in it",
  );
});
