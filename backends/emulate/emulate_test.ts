import { assertEquals, assertThrows } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import type { BackendOptions, Protocol, Share, Trunc } from "@symbolon/protocol";
import { boundaryValues, readValues, signedRange, simulate, writeValues } from "@symbolon/protocol/testing";
import { emulate, emulateWith, MODULUS } from "./mod.ts";

/** The whole computation of one party, given the values of x. */
function run(
  values: readonly bigint[],
  body: (p: Protocol, x: Share, out: Share) => void,
  { options = {}, backend = emulate, size = values.length }: {
    options?: BackendOptions;
    backend?: typeof emulate;
    size?: number;
  } = {},
): bigint[] {
  return simulate(backend, options, () => new PartyMemory(), function* (p) {
    const { memory, target: { domain } } = p;
    const at = memory.scratch(16 * Math.max(values.length, size));
    const x = p.at([values.length], memory.scratch(p.bytes([values.length])));
    const out = p.at([size], memory.scratch(p.bytes([size])));
    yield* p.input({ op: "input", owner: 5, shape: x.shape, turn: 0 }, (to) => {
      writeValues(memory, domain, to, values);
    }, x);
    body(p, x, out);
    yield* p.open({ op: "open", to: 7, shape: [size], turn: 0 }, out, { shape: [size], at });
    return readValues(memory, domain, at, size);
  }).results[0]!;
}

function truncate(trunc: Trunc) {
  return (p: Protocol, x: Share, out: Share) => {
    p.step({ op: "trunc", shape: x.shape, turn: 0, trunc }, [x], out).next();
  };
}

Deno.test("probabilistic truncation is ⌊(z + r) / 2^m⌋ with the thresholds given", () => {
  for (const options of [{ domain: "ring" }, { domain: "field" }] as const) {
    const { min, max } = signedRange(emulate.target(options).domain);
    for (const bits of [1, 8, 31, 32, 33, 62]) {
      const half = 1n << BigInt(bits - 1);
      const values = [
        ...boundaryValues({ min: min / 2n, max: max / 2n }),
        -half,
        half,
        3n * half - 1n,
        -3n * half + 1n,
      ];
      for (const r of [0n, 1n, half - 1n, half, 2n * half - 1n]) {
        const memory = new PartyMemory();
        const backend = emulateWith({ bits: (at, n) => memory.words.fill(r, at / 8, at / 8 + n) });
        const trunc = { bits, bound: 62, rounding: "probabilistic" } as const;
        const expected = values.map((z) => (z + r) >> BigInt(bits));
        assertEquals(run(values, truncate(trunc), { options, backend }), expected, `2^${bits}, r = ${r}`);
      }
    }
  }
});

Deno.test("nearest truncation holds up to the ends of the ring", () => {
  const ends = [2n ** 63n - 1n, -(2n ** 63n)];
  assertEquals(run(ends, truncate({ bits: 1, bound: 63, rounding: "nearest" })), [2n ** 62n, -(2n ** 62n)]);
  assertEquals(run(ends, truncate({ bits: 63, bound: 63, rounding: "nearest" })), [1n, -1n]);
});

Deno.test("the ring wraps at 2^64 and the field at 2^128 − 159", () => {
  const twice = (p: Protocol, x: Share, out: Share) => p.add(x, x, out);
  assertEquals(run([2n ** 62n, 2n ** 63n - 1n], twice), [-(2n ** 63n), -2n]);
  const options = { domain: "field" } as const;
  assertEquals(run([2n ** 63n, MODULUS / 2n, -(MODULUS / 2n)], twice, { options }), [2n ** 64n, -1n, 1n]);
});

Deno.test("one party runs, whatever the number of parties", () => {
  assertEquals(emulate.target({ parties: 3 }).parties, 1);
});

Deno.test("misuse is an error that names the values", () => {
  assertThrows(() => emulate.target({ domain: "reals" as "ring" }), RangeError, '"reals"');
  assertThrows(() => emulate.target({ publicSeed: 0.5 }), RangeError, "0.5");
  const window = { shape: [2], offset: 2, strides: [1] };
  const read = (p: Protocol, x: Share, out: Share) => p.read(x, window, out);
  assertThrows(() => run([1n, 2n, 3n], read, { size: 2 }), RangeError, "elements 2 to 3 of [3]");
  assertThrows(() => run([1n, 2n], (p, x, out) => p.add(x, x, out), { size: 3 }), RangeError, "[2] does not fit [3]");
  assertThrows(() => run([1n], truncate({ bits: 64, bound: 62, rounding: "nearest" })), RangeError, "64 bits");
  const nothing = (p: Protocol, x: Share) => {
    p.input({ op: "input", owner: 2, shape: [1], turn: 0 }, null, x).next();
  };
  assertThrows(() => run([1n], nothing), TypeError, "party 2");
});
