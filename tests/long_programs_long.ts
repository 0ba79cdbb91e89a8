/** Programs of many instructions: nothing recurses over their length. @module */
import { assertEquals } from "@std/assert";
import { cint, concat, printLn, program, repeat, type Secret, sfix, sint } from "@symbolon/compiler";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";

const one = () => sint.inputTensorVia(0, [1]);
const print = (x: Secret) => printLn("%s", x.reveal());

const PROGRAMS: readonly (readonly [name: string, trace: () => void, printed: string])[] = [
  ["20,000 sums in a row", () => {
    let x = one();
    const y = one();
    for (let i = 0; i < 20_000; i++) x = x.add(y);
    print(x);
  }, "[20001]"],
  ["5,000 products in a row", () => {
    let x = one();
    const y = one();
    for (let i = 0; i < 5_000; i++) x = x.mul(y);
    print(x);
  }, "[1]"],
  ["a sum of 5,000 products, taken off one after the other", () => {
    const x = sfix.inputTensorVia(0, [1]);
    let sum = x.mul(x);
    for (let i = 1; i < 5_000; i++) sum = i % 2 === 0 ? sum.add(x.mul(x.add(i / 64))) : sum.sub(x.mul(x.add(i / 64)));
    print(sum);
  }, "[-39.0625]"],
  ["5,000 products beside each other", () => {
    const [x, y] = [one(), one()];
    print(concat(Array.from({ length: 5_000 }, (_, i) => x.mul(y.add(i)))).sum());
  }, String(5_000 * 5_001 / 2)],
  ["5,000 reshapes in a row", () => {
    let x = sint.inputTensorVia(0, [1, 2, 3, 4]);
    for (let i = 0; i < 5_000; i++) x = x.reshape(i % 2 === 0 ? [2, 2] : [4]);
    print(x.sum());
  }, "10"],
  ["1,000 expressions within each other", () => {
    const nested = (depth: number): Secret => depth === 0 ? one() : one().add(nested(depth - 1).mul(one()));
    print(nested(1_000));
  }, "[1001]"],
  ["5,000 public sums in a row", () => {
    let x = one().reveal();
    for (let i = 0; i < 5_000; i++) x = x.add(cint.constant([i]));
    printLn("%s", x);
  }, `[${1 + 4_999 * 2_500}]`],
  ["1,000 loops in a row", () => {
    let x = one();
    for (let i = 0; i < 1_000; i++) [x] = repeat(2, [x], ([x]) => [x.add(1)]);
    print(x);
  }, "[2001]"],
  ["200 loops within each other", () => {
    const nested = (depth: number, x: Secret): Secret =>
      depth === 0 ? x.add(1) : repeat(1, [x], ([x]) => [nested(depth - 1, x)])[0];
    print(nested(200, one()));
  }, "[2]"],
];

const WAYS: readonly RunOptions[] = [{ backend: "emulate" }, { backend: "ring", transport: "inline" }];

for (const [name, trace, printed] of PROGRAMS) {
  for (const options of WAYS) {
    Deno.test(`${name}: ${options.backend}`, async () => {
      assertEquals((await run(program("", {}, trace), options)).printed, [printed]);
    });
  }
}
