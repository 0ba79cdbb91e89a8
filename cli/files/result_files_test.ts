/** Where results go. @module */
import { assertEquals, assertThrows } from "@std/assert";
import { testWith } from "../../tests/permissions.ts";
import { UsageError } from "../usage_error.ts";
import { openResults } from "./result_files.ts";

testWith(["read", "write"], "Player-Data/ is made for results, and what is there is not replaced", async () => {
  const folder = await Deno.makeTempDir();
  const outputPrefix = `${folder}/Player-Data/results`;
  const write = (line: string, overwrite: boolean) => {
    using results = openResults({ outputPrefix, overwrite }, 1);
    results.write(line);
  };
  write("first", false);
  assertThrows(() => write("second", false), UsageError, `${outputPrefix}-P1-0`);
  assertEquals(await Deno.readTextFile(`${outputPrefix}-P1-0`), "first\n");
  write("third", true);
  assertEquals(await Deno.readTextFile(`${outputPrefix}-P1-0`), "third\n");
  await Deno.remove(folder, { recursive: true });
});
