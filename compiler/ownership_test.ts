import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import {
  cint,
  compile,
  metric,
  printLn,
  type Public,
  publicPermutation,
  type Regint,
  repeat,
  type RowIndices,
  type Secret,
  sfix,
  sint,
} from "./mod.ts";

const compiled = (trace: () => void) => compile({ description: "", trace });
const secret = () => sint.inputTensorVia(0, [1, 2]);
const refused = (trace: () => void) => assertThrows(() => compiled(trace), TypeError).message;

interface Kept {
  secret: Secret;
  fix: Secret;
  open: Public;
  rows: RowIndices;
  index: Regint;
  carried: Secret;
  inner: Secret;
  declared: Secret;
}

/** Everything that a program can keep in a variable outside of it. */
function keep(): Kept {
  const kept: Partial<Kept> = {};
  compiled(() => {
    kept.secret = secret();
    kept.fix = sfix.inputTensorVia(0, [1, 2]);
    kept.open = cint.constant([1, 2]);
    kept.rows = publicPermutation(2);
    kept.declared = sint.Tensor([2]).assign(kept.secret);
    const [last] = repeat(2, [kept.secret], ([v], i) => {
      kept.index = i;
      kept.carried = v;
      kept.inner = v.add(1);
      return [kept.inner];
    });
    last.revealTo(0);
  });
  return kept as Kept;
}

/** Every way in which a register is read. */
const USES: Readonly<Record<string, (kept: Kept) => void>> = {
  "a secret's sum": ({ secret }) => secret.add(1),
  "a summand": ({ secret: s }) => secret().add(s),
  "a factor": ({ secret: s }) => secret().mul(s),
  "a revealed secret": ({ secret }) => secret.reveal(),
  "a result": ({ secret }) => secret.revealTo(0),
  "a view": ({ secret }) => secret.slice(0, 1),
  "a comparison": ({ fix }) => fix.lessThan(0),
  "a choice": ({ secret: s }) => secret().ifElse(s, 1),
  "a public sum": ({ open }) => open.add(1),
  "a public summand": ({ open }) => secret().add(open),
  "a printed value": ({ open }) => printLn("%s", open),
  "a rounded value": ({ open }) => open.round(0),
  "a public result": ({ open }) => open.output("y"),
  "row numbers": ({ rows }) => secret().gather(rows, null, 2),
  "an index": ({ index }) => printLn("%s", index),
  "an index plus a number": ({ index }) => index.add(1),
  "a carried value": ({ secret }) => repeat(2, [secret], ([v]) => [v.add(1)]),
  "a declared tensor": ({ declared }) => declared.add(1),
  "rows of a declared tensor": ({ secret }) => sint.Tensor([2]).assign(secret).add(1),
};

for (const [what, use] of Object.entries(USES)) {
  Deno.test(`${what} of another program is refused`, () => {
    const kept = keep();
    const message = refused(() => {
      // The other program's registers have tensors of this one under the same numbers.
      for (let i = 0; i < 20; i++) secret();
      repeat(1, [secret()], ([v], i) => [v.gather(publicPermutation(2), i, 2)]);
      use(kept);
    });
    assertMatch(message, /^\S+ownership_test\.ts:\d+: This .*belongs to another program/);
    assertThrows(() => use(kept), TypeError, "only while a program is compiled");
  });
}

Deno.test("the message names the place where the tensor was made", () => {
  const { fix } = keep();
  assertMatch(refused(() => fix.add(1)), /This tensor, made at \S+ownership_test\.ts:37, belongs to another program/);
});

Deno.test("a second compilation of a program does not see the tensors of the first", () => {
  let first: Secret | undefined;
  const trace = () => void (first ??= secret()).add(1).revealTo(0);
  compiled(trace);
  assertStringIncludes(refused(trace), "another compilation of this one");
});

Deno.test("a program that is compiled within another keeps apart from it", () => {
  let inner: Secret | undefined;
  const outer = compiled(() => {
    const x = secret();
    compiled(() => {
      assertThrows(() => x.add(1), TypeError, "another program");
      inner = secret();
    });
    assertThrows(() => inner!.add(1), TypeError, "another program");
    x.add(1).revealTo(0);
  });
  assertEquals(outer.tape.body.map(({ does }) => does.op), ["input", "constant", "addPublic", "output"]);
});

Deno.test("what a loop's body makes is refused after the loop, and in another loop", () => {
  const escape = (use: (kept: { v: Secret; made: Secret; i: Regint; rows: RowIndices; open: Public }) => void) =>
    refused(() => {
      let kept: { v: Secret; made: Secret; i: Regint; rows: RowIndices; open: Public } | undefined;
      repeat(2, [secret()], ([v], i) => {
        kept = { v, made: v.add(1), i, rows: publicPermutation(2), open: v.reveal() };
        return [kept.made];
      });
      use(kept!);
    });
  const cases: Parameters<typeof escape>[0][] = [
    ({ v }) => v.add(1),
    ({ made }) => made.reveal(),
    ({ i }) => printLn("%s", i),
    ({ rows }) => secret().gather(rows, null, 2),
    ({ open }) => open.output("y"),
    ({ made }) => repeat(2, [secret()], ([w]) => [w.add(made)]),
    ({ made }) => repeat(2, [made], ([w]) => [w]),
  ];
  for (const use of cases) assertMatch(escape(use), /^\S+ownership_test\.ts:\d+: This .*body of repeat\(\)/);
});

Deno.test("a tensor is used in loops within the block that has made it", () => {
  const { tape } = compiled(() => {
    const x = secret();
    const [sum] = repeat(2, [x], ([v]) => {
      const once = v.add(x);
      return repeat(3, [once], ([w]) => [w.add(once).add(x)]);
    });
    sum.add(x).revealTo(0);
  });
  assertEquals(tape.body.at(-1)!.does.op, "output");
});

Deno.test("a loop's function must return what the next pass takes", () => {
  const loop = (body: (v: Secret) => unknown) => () =>
    void repeat(2, [secret()], (([v]: [Secret]) => body(v)) as never);
  for (const body of [() => undefined, () => [], () => [1], (v: Secret) => v, (v: Secret) => [v, v], async () => {}]) {
    assertMatch(refused(loop(body)), /ownership_test\.ts:\d+: A loop's function returns a list of the tensors/);
  }
  assertThrows(() => compiled(loop((v) => [v.reveal()])), RangeError, "from secret int of shape [2]");
  const until = (end: unknown) => () => void repeat(2, [secret()], ([v]) => [v], { until: (() => end) as never });
  assertMatch(refused(() => until(secret().sum())()), /until returns a public number/);
  assertMatch(refused(() => metric("m", secret().sum() as never)), /The metric m is a public tensor/);
});
