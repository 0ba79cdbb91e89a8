/** Every task of ours explains itself on --help, and does nothing else. */
import { assertEquals, assertMatch } from "@std/assert";
import { testWith } from "./permissions.ts";

const ROOT = new URL("../", import.meta.url);
const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))) as { tasks: Record<string, string> };

/** Tasks that run a script of ours; the tests are Deno's own command. */
const OURS = Object.entries(tasks).filter(([, command]) => command.startsWith("deno run "));

testWith(
  ["read", "run", "env"],
  "--help of each task prints how it is used, an unknown option is refused",
  async () => {
    const other = Object.entries(tasks).filter(([, command]) => !command.startsWith("deno run "));
    assertEquals(
      other.filter(([, command]) => !/^deno test [^&|;]*$/.test(command)),
      [],
      "a task that would run on --help",
    );
    for (const [name, command] of OURS) {
      // Deno's own word of what it downloads is none of the task's.
      const args = command.split(" ").slice(1).with(0, "run").toSpliced(1, 0, "--quiet");
      const start = (...more: string[]) =>
        new Deno.Command(Deno.execPath(), { args: [...args, ...more], cwd: ROOT, env: { NO_COLOR: "1" } }).output();
      for (const flag of name === "party" ? ["--help"] : ["--help", "-h"]) {
        const { code, stdout, stderr } = await start(flag);
        const out = new TextDecoder().decode(stdout);
        assertMatch(
          out,
          new RegExp(`^[A-Z].*\\n\\nusage: deno task ${name}\\b`),
          `${name}: ${new TextDecoder().decode(stderr)}`,
        );
        assertEquals([code, stderr.length], [0, 0], name);
      }
      const { code, stdout, stderr } = await start("--no-such-option");
      assertMatch(new TextDecoder().decode(stderr), /^error: There is no option --no-such-option/, name);
      assertEquals([code, stdout.length], [2, 0], name);
    }
  },
);
