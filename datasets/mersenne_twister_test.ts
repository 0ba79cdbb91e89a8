import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { MersenneTwister } from "./mersenne_twister.ts";

fc.configureGlobal({ seed: 1 });

Deno.test("seed 5489, the default, gives the outputs of the authors' mt19937ar.c", () => {
  const twister = new MersenneTwister();
  const outputs = Array.from({ length: 10_000 }, () => twister.nextUint32());
  assertEquals(outputs.slice(0, 5), [3499211612, 581869302, 3890346734, 3586334585, 545404204]);
  // The value that the C++ standard prescribes for the 10000th output of std::mt19937.
  assertEquals(outputs[9_999], 4123659995);
});

Deno.test("permutations are those of numpy.random.RandomState(seed).permutation(n)", () => {
  const permutation = (seed: number, n: number) => [...new MersenneTwister(seed).permutation(n)];
  assertEquals(permutation(0, 10), [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
  assertEquals(permutation(42, 12), [10, 9, 0, 8, 5, 2, 1, 11, 4, 7, 3, 6]);
  assertEquals(permutation(2 ** 32 - 1, 8), [1, 7, 6, 0, 5, 4, 2, 3]);
  const long = permutation(1, 100_000);
  assertEquals(long.slice(0, 5), [43660, 87278, 14317, 81932, 95321]);
  assertEquals(long.slice(-5), [50057, 98047, 5192, 77708, 98539]);
});

Deno.test("a permutation holds every integer below n once", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(300), (seed, n) => {
    const sorted = new MersenneTwister(seed).permutation(n).sort();
    assertEquals(sorted, Uint32Array.from({ length: n }, (_, i) => i));
  }));
});

Deno.test("randomInterval(max) stays within 0..max", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed, max) => {
      const value = new MersenneTwister(seed).randomInterval(max);
      assert(Number.isInteger(value) && value >= 0 && value <= max);
    }),
  );
});

Deno.test("randomInterval() of the largest word is the raw output, of 0 uses none up", () => {
  const [twister, raw] = [new MersenneTwister(7), new MersenneTwister(7)];
  assertEquals(twister.randomInterval(0), 0);
  assertEquals(twister.randomInterval(2 ** 32 - 1), raw.nextUint32());
  assertEquals(twister.randomInterval(2 ** 31 - 1), raw.nextUint32() % 2 ** 31);
});

Deno.test("shuffle() works in place on any list", () => {
  const letters = [..."abcdefghij"];
  new MersenneTwister(0).shuffle(letters);
  assertEquals(letters.join(""), "ciejbghdaf");
});

Deno.test("a seed, bound or length out of range is a RangeError that names it", () => {
  for (const seed of [-1, 0.5, 2 ** 32, NaN]) {
    assertThrows(() => new MersenneTwister(seed), RangeError, `${seed}`);
    assertThrows(() => new MersenneTwister(0).randomInterval(seed), RangeError, `${seed}`);
  }
  assertThrows(() => new MersenneTwister(0).permutation(-3), RangeError, "-3");
});
