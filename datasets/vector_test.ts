import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Vector } from "./vector.ts";

fc.configureGlobal({ seed: 1 });

const vectors = fc.array(fc.double({ noNaN: true }), { maxLength: 20 }).map((values) => Vector.from(values));

Deno.test("slice(0, k) and slice(k) together are the vector", () => {
  fc.assert(fc.property(vectors, fc.nat(20), (vector, cut) => {
    const k = Math.min(cut, vector.length);
    assertEquals([...vector.slice(0, k).data, ...vector.slice(k).data], [...vector.data]);
  }));
});

Deno.test("take() gives the values in the order of the indices, repeats included", () => {
  assertEquals(Vector.from([5, 6, 7]).take([2, 0, 2]), Vector.from([7, 5, 7]));
  assertEquals(Vector.from([5]).take([]), Vector.from([]));
});

Deno.test("a vector is iterated value by value, and made of what is", () => {
  fc.assert(fc.property(vectors, (vector) => {
    assertEquals([...vector], Array.from(vector.data));
    assertEquals(Vector.from(vector), vector);
    assertEquals(Vector.from(new Set([3, 1])), Vector.from([3, 1]));
    let sum = 0;
    for (const value of vector) sum += value;
    assertEquals(sum, vector.data.reduce((s, v) => s + v, 0));
  }));
  assertEquals(new Set(Vector.from([1, 0, 1])).size, 2);
  assertEquals(Math.max(...Vector.from([1, 5, 2])), 5);
});

Deno.test("max() is Math.max of the values, NaN if one is NaN", () => {
  fc.assert(fc.property(vectors.filter((vector) => vector.length > 0), (vector) => {
    assertEquals(vector.max(), Math.max(...vector.data));
  }));
  assertEquals(Vector.from([1, NaN, 2]).max(), NaN);
  assertThrows(() => Vector.from([]).max(), RangeError, "empty");
});

Deno.test("no method changes the vector, and no result shares its memory", () => {
  const vector = Vector.from([1, 2]);
  for (const result of [vector.slice(0), vector.take([0, 1]), vector.map((value) => value)]) result.data.fill(9);
  assertEquals(vector, Vector.from([1, 2]));
});

Deno.test("map() passes value and index", () => {
  assertEquals(Vector.from([5, 6]).map((value, index) => 10 * value + index), Vector.from([50, 61]));
});

Deno.test("the shape is [n]", () => {
  assertEquals([Vector.from([]).shape, Vector.from([1, 2]).shape], [[0], [2]]);
});

Deno.test("an index out of bounds is a RangeError that names it and the length", () => {
  const vector = Vector.from([1, 2, 3]);
  for (const index of [-1, 3, 0.5, NaN]) {
    assertThrows(() => vector.at(index), RangeError, `element ${index} does not exist: there are 3`);
    assertThrows(() => vector.take([index]), RangeError, `${index}`);
  }
  assertThrows(() => vector.slice(2, 1), RangeError, "elements 2 up to 1");
  assertThrows(() => vector.slice(0, 4), RangeError, "elements 0 up to 4");
  assertThrows(() => vector.slice(-1), RangeError, "elements -1 up to 3");
});
