/**
 * Products at the ends of the range, at every precision that multiplies, whatever the rounding.
 *
 * @module
 */
import { assert, assertThrows } from "@std/assert";
import { cfix, type Secret } from "@symbolon/compiler";
import { evaluate, type EvaluateOptions, type TensorFunction } from "./testing/evaluate.ts";

/** Mantissas whose products are just inside the range on both sides of 0, and what rounds least and most. */
function pairs(f: number, k: number): readonly (readonly [bigint, bigint])[] {
  const [one, end] = [1n << BigInt(f), (1n << BigInt(k - 1)) - 1n];
  let root = BigInt(Math.floor(Math.sqrt(2 ** (k - 1 + f))));
  while ((root * root) >> BigInt(f) >= end) root--;
  const inside = [root, end].filter((v) => v <= end);
  const half = one / 2n;
  return [
    ...inside.map((v) => [v, v === root ? root : one] as const),
    ...inside.map((v) => [-v, v === root ? root : one] as const),
    ...[[one, -end], [-end, -one], [end, half], [1n, 1n], [-1n, 1n], [1n, half], [0n, end]] as const,
  ].filter(([, y]) => y <= end);
}

/** Numbers that a float64 holds exactly: what a program can bring. */
const held = (v: bigint) => BigInt(Number(v)) === v;

function checkProducts(f: number, k: number, options: EvaluateOptions): void {
  const given = pairs(f, k).filter((pair) => pair.every(held));
  const [xs, ys] = [0, 1].map((side) => given.map((pair) => Number(pair[side]) / 2 ** f)) as [number[], number[]];
  const ways: TensorFunction = (x, y) => {
    const square = [x, y].map((v) => v!.slice(0, 1).reshape([1, 1])) as [Secret, Secret];
    return [
      x!.mul(y!),
      x!.mul(cfix.constant(ys)),
      x!.mulRaw(y!).rescale(f),
      square[0].matmul(square[1]).reshape([1]),
    ].reduce((all, v) => all.concat(v));
  };
  const { values } = evaluate(ways, [xs, ys], { f, k, ...options });
  values.forEach((v, i) => {
    const [x, y] = given[i % given.length]!;
    const right = Number(x * y) / 2 ** (2 * f);
    const most = 2 ** -f + Math.abs(right) * 2 ** -50;
    const at = `f${f} k${k}, ${JSON.stringify(options)}: product ${i}`;
    assert(Math.abs(v - right) <= most, `${at} is ${v}, not ${right}`);
  });
}

/** All precisions: f from 1 to 40, k from f + 2 to 62. */
function* precisions(): Generator<readonly [f: number, k: number]> {
  for (let f = 1; f <= 40; f++) for (let k = f + 2; k <= 62; k++) yield [f, k];
}

Deno.test("products are right up to the ends of the range at all precisions with f + k up to 63, whatever the rounding", () => {
  for (const [f, k] of precisions()) {
    if (f + k <= 63) checkProducts(f, k, { pattern: (f + k) % 2 === 0 ? 0 : 0xffff });
  }
});

Deno.test("products at the ends of the range are right under nearest rounding, on the ring and in a field", () => {
  for (const [f, k] of precisions()) {
    if (f + k > 63 || (7 * f + k) % 23 !== 0) continue;
    for (const options of [{ nearest: true }, { domain: "field" }, { backend: "ring" }] as const) {
      checkProducts(f, k, options);
    }
  }
});

Deno.test("products of other precisions are refused, and sums and whole factors are right", () => {
  for (const [f, k] of precisions()) {
    if (f + k <= 63 || (f + k > 65 && (7 * f + k) % 11 !== 0)) continue;
    const message = `Cannot multiply numbers of f = ${f} fraction bits of k = ${k} bits`;
    assertThrows(() => evaluate((x) => x!.mul(x!), [[1]], { f, k }), RangeError, message);
    assertThrows(() => evaluate((x) => x!.mul(cfix.constant([1])), [[1]], { f, k }), RangeError, message);
    assertThrows(() => evaluate((x) => x!.mul(1 - 2 ** -f), [[1]], { f, k }), RangeError, message);
    const end = 2 ** (k - 2 - f);
    const { values } = evaluate((x) => x!.add(x!.neg().add(0.5)).add(x!.mul(-1)), [[end, -end]], { f, k });
    assert(Math.abs(values[0]! + end - 0.5) <= end * 2 ** -50 && Math.abs(values[1]! - end - 0.5) <= end * 2 ** -50);
  }
});
