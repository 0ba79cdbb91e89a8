import { assert, assertEquals, assertThrows } from "@std/assert";
import { cint, compile, program, publicPermutation, repeat, type Secret, sfix } from "./mod.ts";

/** What a program is told that asks a tensor for a member, without the place. */
function told(body: (x: Secret) => unknown): string {
  let message = "";
  compile(program("", {}, () => {
    const error = assertThrows(() => body(sfix.constant([1, 2])), TypeError);
    assert(/^\/\S+\/members_test\.ts:\d+: /.test(error.message), error.message);
    message = error.message.replace(/^\S+ /, "");
  }));
  return message;
}

const get = (object: object, name: string): unknown => (object as Record<string, unknown>)[name];

Deno.test("a member that a tensor does not have is answered with what to write", () => {
  const cases: readonly (readonly [object: (x: Secret) => object, name: string, message: string])[] = [
    [(x) => x, "sigmoid", 'A secret tensor has no member "sigmoid": write sigmoid(x), the function'],
    [(x) => x, "relu", 'A secret tensor has no member "relu": write relu(x)[0], which is followed by the derivative'],
    [(x) => x, "T", 'A secret tensor has no member "T": write x.transpose()'],
    [(x) => x, "dot", 'A secret tensor has no member "dot": write x.matmul(y), or x.mul(y).sum() for vectors'],
    [(x) => x, "greaterthan", 'A secret tensor has no member "greaterthan" (did you mean "greaterThan"?)'],
    [(x) => x, "sotfmax", 'A secret tensor has no member "sotfmax": write softmax(x), the function'],
    [(x) => x.reveal(), "reveal", 'A public tensor has no member "reveal": write x alone: it is public already'],
    [() => cint.constant(1), "sub2", 'A public tensor has no member "sub2" (did you mean "sub"?)'],
    [() => publicPermutation(3), "frob", 'A list of row numbers has no member "frob". It has no methods; gather() and'],
    [() => sfix.Tensor([2]), "fill_", 'A secret tensor has no member "fill_". It has add, sub, mul'],
  ];
  for (const [object, name, message] of cases) {
    const given = told((x) => get(object(x), name));
    assert(given.startsWith(message), given);
  }
});

Deno.test("a loop's index has what an index has", () => {
  const message = told((x) => repeat(2, [x], (carry, i) => get(i, "mul") === undefined ? [] as never : carry));
  assert(message.startsWith('A loop\'s index has no member "mul". It has add'), message);
});

Deno.test("tensors can be awaited, inspected and compared as any object", async () => {
  let kept: Secret | undefined;
  compile(program("", {}, () => {
    kept = sfix.constant([1, 2]);
    assertEquals("sigmoid" in kept, false);
    assertEquals(JSON.stringify(kept)?.includes("shape"), true);
    assert(Deno.inspect(kept).includes("Secret"));
  }));
  assert((await Promise.resolve(kept)) === kept);
  assert(kept instanceof Object);
});
