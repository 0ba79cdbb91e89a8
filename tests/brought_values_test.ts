/** What a program brings has float64 precision, whatever carries it: memory, threads, processes, or files for another run. */
import { assertEquals } from "@std/assert";
import { broughtBytes, compile, copyBrought, program, sfix, sint } from "@symbolon/compiler";
import { execute } from "@symbolon/engine";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";
import { missing, testWith } from "./permissions.ts";

/** Numbers that a float32 does not hold to half a unit of 2^-16. */
const VALUES = [1000.1, 16000.3, 12345.678, -9999.99, 0.1, -(2 ** 14)];
const MANTISSAS = VALUES.map((v) => Math.round(v * 2 ** 16));

const brought = program("", {}, () => {
  const x = sfix.inputTensorVia(0, VALUES);
  x.reveal().output("x");
  x.lessThan(sfix.constant(VALUES)).reveal().output("less");
  sint.inputTensorVia(1, [-(2 ** 53), 3]).reveal().output("integers");
  sfix.setPrecision(30, 50);
  sfix.inputTensorVia(1, [Math.PI, 1e-7]).reveal().output("fine");
});

function check(outputs: readonly { readonly values: readonly (number | bigint)[] }[]): void {
  const [x, less, integers, fine] = outputs.map(({ values }) => values.map(Number));
  assertEquals(x!.map((v) => v * 2 ** 16), MANTISSAS);
  assertEquals(less, VALUES.map(() => 0));
  assertEquals(integers, [-(2 ** 53), 3]);
  assertEquals(fine!.map((v) => v * 2 ** 30), [Math.PI, 1e-7].map((v) => Math.round(v * 2 ** 30)));
}

const WAYS: readonly RunOptions[] = [
  { backend: "emulate" },
  { backend: "emulate", domain: "field" },
  { backend: "ring", transport: "inline" },
  { backend: "semi2k", transport: "inline" },
  { backend: "mascot", transport: "inline" },
];

for (const options of WAYS) {
  Deno.test(`a program's numbers go in at full precision: ${JSON.stringify(options)}`, async () => {
    check((await run(brought, options)).outputs);
  });
}

for (const transport of ["workers", "tls"] as const) {
  testWith(
    ["read", "run", "net", "env", "sys"],
    `a program's numbers go in at full precision: ${transport}`,
    async () => {
      check((await run(brought, { backend: "ring", transport })).outputs);
    },
  );
}

Deno.test("a run from the files that a program's data makes has the same numbers", {
  ignore: missing(["read"]).length > 0,
}, async () => {
  const compiled = compile(brought);
  const outputs: { values: readonly (number | bigint)[] }[] = [];
  await execute(compiled, {
    backend: "ring",
    inputs: (owner) => {
      const parts = compiled.brought.get(owner)!;
      const bytes = new Uint8Array(broughtBytes(parts));
      copyBrought(parts, 0, bytes);
      return { name: `file of party ${owner}`, bytes };
    },
    listener: { print: () => {}, metric: () => {}, progress: () => {}, output: (value) => void outputs.push(value) },
  });
  check(outputs);
});
