/** Circles of imports are found, and nothing else is taken for one. @module */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { circlesOf } from "./layer_circles.ts";

const graph = (edges: readonly (readonly [string, string])[]) => {
  const imports = new Map<string, string[]>();
  for (const [from, to] of edges) {
    imports.set(from, [...imports.get(from) ?? [], to]);
    if (!imports.has(to)) imports.set(to, []);
  }
  return imports;
};

Deno.test("a file that imports itself, two that import each other, and the shortest way round among more", () => {
  assertEquals(circlesOf(graph([["a", "b"], ["b", "c"], ["a", "c"]])), []);
  assertEquals(circlesOf(graph([["a", "a"]])), [["a"]]);
  assertEquals(circlesOf(graph([["b", "a"], ["a", "b"], ["b", "c"]])), [["a", "b"]]);
  assertEquals(circlesOf(graph([["a", "b"], ["b", "c"], ["c", "d"], ["d", "a"], ["b", "a"]])), [["a", "b"]]);
  assertEquals(circlesOf(graph([["a", "b"], ["b", "c"], ["c", "a"], ["x", "y"], ["y", "x"]])), [
    ["a", "b", "c"],
    ["x", "y"],
  ]);
});

Deno.test("there is a circle if and only if some file leads back to itself, and each is a way along imports", () => {
  const edge = fc.tuple(fc.constantFrom(..."abcdefg"), fc.constantFrom(..."abcdefg"));
  fc.assert(fc.property(fc.array(edge, { maxLength: 12 }), (edges) => {
    const imports = graph(edges);
    const reaches = (from: string) => {
      const seen = new Set<string>();
      const queue = [from];
      for (const file of queue) {
        for (const to of imports.get(file) ?? []) {
          if (!seen.has(to)) queue.push(to);
          seen.add(to);
        }
      }
      return seen;
    };
    const circles = circlesOf(imports);
    assertEquals(circles.length > 0, [...imports.keys()].some((file) => reaches(file).has(file)));
    for (const way of circles) {
      way.forEach((file, i) => assertEquals(imports.get(file)!.includes(way[(i + 1) % way.length]!), true));
    }
  }));
});
