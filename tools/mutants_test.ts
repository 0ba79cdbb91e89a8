import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { testWith } from "../tests/permissions.ts";
import { type Mutant, mutated, readFile, unfit } from "./mutants/mutant.ts";
import { MUTANTS } from "./mutants/table.ts";
import { ROOT } from "./repository.ts";

testWith(["read"], "every change of the mutation bench has its place once, and its tests exist", () => {
  const texts = new Map<string, string | null>();
  const read = (path: string) => {
    if (!texts.has(path)) texts.set(path, readFile(path, fileURLToPath(ROOT)));
    return texts.get(path)!;
  };
  assertEquals(MUTANTS.flatMap((mutant) => unfit(mutant, read) ?? []), []);
});

testWith(
  ["read"],
  "the mutation bench has sixty changes or more, each with a name of its own, over all protocols",
  () => {
    assert(MUTANTS.length >= 60);
    assertEquals(new Set(MUTANTS.map(({ name }) => name)).size, MUTANTS.length);
    const subjects = new Set(MUTANTS.map(({ name }) => name.slice(0, name.indexOf(":"))));
    assertEquals([...subjects].sort(), [
      "checks",
      "mascot",
      "preprocessing",
      "release",
      "ring",
      "semi2k",
      "transfers",
      "transport",
      "verifier",
    ]);
  },
);

Deno.test("a change whose text is gone, or there twice, or whose test is gone, is told", () => {
  const mutant: Mutant = { name: "a", file: "f", find: "x", replace: "y $& z", tests: ["t"], why: "" };
  const read = (text: string) => (path: string) => path === "f" ? text : path === "t" ? "" : null;
  assertEquals(unfit(mutant, read("a x b")), null);
  assertEquals(unfit(mutant, read("a b")), "its text is no longer in f");
  assertEquals(unfit(mutant, read("x x")), "its text is 2 times in f");
  assertEquals(unfit({ ...mutant, file: "g" }, read("x")), "g is not there");
  assertEquals(unfit({ ...mutant, tests: ["u"] }, read("x")), "the test u is not there");
  assertEquals(unfit({ ...mutant, replace: "x" }, read("x")), "it changes nothing");
  assertEquals(mutated("a x b", mutant), "a y $& z b");
});
