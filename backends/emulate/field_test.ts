import { assertEquals } from "@std/assert";
import { field, PartyMemory } from "@symbolon/kernels";
import { Field128, MODULUS } from "./field.ts";

Deno.test("the kernels of F_p compute what the emulated field computes by definition", () => {
  const memory = new PartyMemory(), defined = new Field128(memory);
  const sizes = { m: 6, k: 29, n: 7 }, axes = { outer: 2, axis: 5, inner: 3 }, n = 203;
  const vector = () => memory.allocate(16 * n);
  const [x, y, here, there, scratch] = [vector(), vector(), vector(), vector(), memory.allocate(field.MATMUL_BYTES)];
  let state = 3n;
  for (const at of [x, y, here, there]) {
    for (let i = 0; i < n; i++) {
      state = (state ** 3n + 5n) % MODULUS;
      memory.words.set([state & (2n ** 64n - 1n), state >> 64n], at / 8 + 2 * i);
    }
  }
  const same = (what: string) => {
    assertEquals(
      memory.words.slice(here / 8, here / 8 + 2 * n),
      memory.words.slice(there / 8, there / 8 + 2 * n),
      what,
    );
  };
  memory.bytes.copyWithin(there, here, here + 16 * n);
  for (const name of ["add", "sub", "mul", "mulAdd", "addScalar", "mulScalar"] as const) {
    field[name](x, y, here, n);
    defined[name](x, y, there, n);
    same(name);
  }
  field.negate(x, here, n);
  defined.negate(x, there, n);
  same("negate");
  field.matmul(x, y, here, sizes.m, sizes.k, sizes.n, scratch);
  defined.matmulAdd(x, y, there, sizes);
  same("matmul");
  field.sumAxis(x, axes.outer, axes.axis, axes.inner, here);
  defined.sumAxis(x, axes, there);
  same("sumAxis");
});
