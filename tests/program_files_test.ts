/** Programs of a user's own: in paths with any letters, from any folder, with data of their own, and without more rights than that. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "./permissions.ts";
import { checkTogether, finish, inFolder, MOD, start } from "./site.ts";

const NEEDS = ["read", "write", "run", "env", "net", "sys"] as const;

const program = (body: string, imports = "") =>
  `${imports}import { loadCsv, printLn, program, sfix, sint } from "${MOD}";
${body}
`;
const SUM = program(`export default program("sums", {}, () => {
  const x = sint.inputTensorVia(0, [1, 2, 3]);
  printLn("sum %s", x.sum().reveal());
});`);
const BAD = SUM.replace("x.sum()", "x.add(sint.inputTensorVia(0, [1, 2]))");

/** A test in a folder with these files; each value may be a list of bytes as text. */
function test(name: string, files: Record<string, string>, body: (at: At) => Promise<void>): void {
  testWith(
    NEEDS,
    name,
    () => inFolder(files, (folder) => body({ folder, run: (...args) => finish(start(folder, args)) })),
  );
}

interface At {
  readonly folder: string;
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
}

/** The programs that lie in a folder, without its own folders. */
const programsIn = (folder: string) =>
  [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && name.endsWith(".ts")).map(({ name }) => name);

const PATHS = ["a#b.ts", "what?.ts", "x%41.ts", "my study (1).ts", "é/研究 #2?%20.ts", "a b/(c)/d.ts", "+&=;'!.ts"];

test(
  "programs are found, named and placed whatever letters their paths have",
  Object.fromEntries(PATHS.flatMap((path) => [[path, SUM], [path.replace(/\.ts$/, "_bad.ts"), BAD]])),
  async ({ run, folder }) => {
    const listed = await checkTogether(folder, PATHS);
    assertEquals(listed.code, 0, listed.err);
    for (const path of PATHS) {
      const { code, out, err } = await run("run", "-E", "emulate", path);
      assertEquals(code, 0, err);
      assertStringIncludes(out, "sum 6");
    }
    for (const path of ["a b/(c)/d_bad.ts", "my study (1)_bad.ts", "é/研究 #2?%20_bad.ts"]) {
      const { code, err } = await run("run", path);
      assertEquals(code, 1);
      assertStringIncludes(err, `error: ${folder}/${path}:4: Cannot add tensors of shapes [3] and [2]`);
    }
    const whole = await run("run", "-E", "emulate", `${folder}/${PATHS[3]}`);
    assertStringIncludes(whole.out, "sum 6");
  },
);

testWith(NEEDS, "a task started in a subfolder finds the files that are named from there", async () => {
  const root = new URL("../", import.meta.url).pathname.replace(/\/$/, "");
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/mine.ts`,
      SUM.replace("[1, 2, 3]", "[1, 2, 3]").replace("x.sum", "x.add(y).sum")
        .replace("  printLn", "  const y = sint.inputFrom(0, { shape: [3] });\n  printLn"),
    );
    await Deno.writeTextFile(`${folder}/in-P0-0`, "10 20 30");
    // What `deno task` does: the folder of deno.json, and INIT_CWD for where it was called.
    const task = (...args: string[]) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "cli.ts", ...args],
        cwd: root,
        env: { INIT_CWD: folder, NO_COLOR: "1" },
        stdout: "piped",
        stderr: "piped",
      }).output();
    const { code, stdout, stderr } = await task("run", "-E", "emulate", "-IF", "in", "mine.ts");
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertStringIncludes(new TextDecoder().decode(stdout), "sum 66");
    const there = await task("programs", "programs/diabetes.ts");
    assertEquals(there.code, 0, new TextDecoder().decode(there.stderr));
    const away = await task("party", "-E", "semi2k", "0", "nothing", "-ip", "none.txt");
    assertEquals(away.code, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

test("own data comes from CSV, JSON, texts and bytes, by the library's name as well", {
  "data/table.csv": "age;bmi\r\n1;2\n3;4",
  "data/rows.json": '{ "rows": [[5, 6]], "note": "x" }',
  "data/numbers.txt": "7 8",
  "data/raw.bin": "\x09\x0a",
  "all.ts": `import { loadCsv, printLn, program, sint } from "@symbolon/symbolon";
import table from "./data/rows.json" with { type: "json" };
import { numbers } from "./parts/numbers.ts";
const { matrix } = await loadCsv("data/table.csv", { header: true, delimiter: ";" });
const raw = await Deno.readFile(new URL("data/raw.bin", import.meta.url));
const more: { rows: number[][] } = JSON.parse(Deno.readTextFileSync("data/rows.json"));
export default program("all", {}, () => {
  const parts = [matrix, table.rows, [numbers], [[...raw]], more.rows].map((data) => sint.inputTensorVia(0, data));
  printLn("%s", parts.reduce((a, b) => a.concat(b)).reveal());
});
`,
  "parts/numbers.ts": `export const numbers = (await Deno.readTextFile("data/numbers.txt")).split(" ").map(Number);`,
}, async ({ run }) => {
  const { code, out, err } = await run("run", "-E", "emulate", "all.ts");
  assertEquals(code, 0, err);
  assertStringIncludes(out, "[[1, 2], [3, 4], [5, 6], [7, 8], [9, 10], [5, 6]]");
});

/** Reads a file at load time and brings its length. */
const reads = (path: string) =>
  program(`const text = await Deno.readTextFile(${JSON.stringify(path)});
export default program("reads", {}, () => printLn("%s", sint.inputTensorVia(0, text.length).reveal()));`);

test("a program reads data, and no keys, material, shares, hidden files or other folders", {
  "in/reads_own.ts": reads("in/data.csv"),
  "in/data.csv": "1,2",
  "work.csv": "1,2,3",
  "reads_work.ts": reads("work.csv"),
  "reads_input.ts": reads("Player-Data/Input-P0-0"),
  "Player-Data/Input-P0-0": "1",
  "Player-Data/P0.key": "secret",
  "sub/Player-Data/P1.key": "secret",
  "Player-Data/Preprocessing-semi2k-P0-of-2-ab": "secret",
  "Persistence/Transactions-P0.data": "secret",
  ".env": "secret",
  ".ssh/config": "secret",
  "key.ts": reads("Player-Data/P0.key"),
  "deep_key.ts": reads("sub/Player-Data/P1.key"),
  "detour.ts": reads("sub/../Player-Data/./P0.key"),
  "material.ts": reads("Player-Data/Preprocessing-semi2k-P0-of-2-ab"),
  "shares.ts": reads("Persistence/Transactions-P0.data"),
  "env.ts": reads(".env"),
  "ssh.ts": reads(".ssh/config"),
  "system.ts": reads("/etc/hostname"),
  "proc.ts": reads("/proc/self/environ"),
  "csv.ts": reads("x").replace('await Deno.readTextFile("x")', 'String(await loadCsv("/etc/hostname"))'),
  "none.ts": reads("none.csv"),
  "link.ts": reads("link/hostname"),
  "folder_link.ts": reads("linked.key"),
}, async ({ run, folder }) => {
  await Deno.symlink("/etc", `${folder}/link`);
  await Deno.symlink(`${folder}/Player-Data/P0.key`, `${folder}/linked.key`);
  await checkTogether(folder, ["in/reads_own.ts", ...programsIn(folder)]);
  for (const [name, length] of [["in/reads_own.ts", 3], ["reads_work.ts", 5], ["reads_input.ts", 1]] as const) {
    const { code, out, err } = await run("run", "-E", "emulate", name);
    assertEquals(code, 0, err);
    assertEquals(out.split("\n")[0], String(length));
  }
  const secret =
    /The program wants to read \S*: keys, preprocessed material, shares and hidden files are not for programs/;
  const elsewhere = /The program may not read \S*: it reads its own folder and the working folder.*--allow-read/;
  for (
    const [name, message] of [
      ...["key", "deep_key", "detour", "material", "shares", "env", "ssh", "folder_link"].map((n) =>
        [n, secret] as const
      ),
      ...["system", "csv", "link"].map((n) => [n, elsewhere] as const),
      ["proc", /may not|nothing else/],
      ["none", /Cannot find \S*none\.csv, which the program reads/],
    ] as const
  ) {
    for (const command of name === "key" ? ["run", "compile", "programs"] : ["compile"]) {
      const { code, out, err } = await run(command, `${name}.ts`);
      assertMatch(err, message, name);
      assertEquals([code, out], [1, ""], name);
      assert(!err.includes("secret") && !err.includes("--allow-read flag"), err);
    }
  }
  const allowed = await run("run", "-E", "emulate", "--allow-read", "/etc/hostname", "system.ts");
  assertEquals(allowed.code, 0, allowed.err);
});

/** Tries to do something at load time and in the function, by ways that no check of types can exclude for certain. */
const tries = (what: string) =>
  program(`interface Beyond { Deno: { writeTextFileSync(a: string, b: string): void; env: { toObject(): object };
    Command: new (name: string) => { outputSync(): { code: number } } }; fetch(url: string): Promise<object> }
const { Deno: D, fetch } = globalThis as typeof globalThis & Beyond;
const did = ${what};
export default program("tries", {}, () => printLn("%s %s", sint.inputTensorVia(0, 1).reveal(), JSON.stringify(did ?? 0).length));`);

test("what gets past the check can neither write, start, send nor look round", {
  "write.ts": tries('D.writeTextFileSync("pwned", "1")'),
  "start.ts": tries('new D.Command("id").outputSync().code'),
  "environment.ts": tries("D.env.toObject()"),
  "send.ts": tries('await fetch("http://127.0.0.1:4321/")'),
}, async ({ run, folder }) => {
  await checkTogether(folder, programsIn(folder));
  for (const name of ["write", "start", "environment", "send"]) {
    for (const command of name === "write" ? ["compile", "programs"] : ["compile"]) {
      const { code, out, err } = await run(command, `${name}.ts`);
      assertMatch(err, /A program may read data and nothing else|Cannot/, name);
      assertEquals([code, out], [1, ""], name);
    }
  }
  assertEquals([...Deno.readDirSync(folder)].some((f) => f.name === "pwned"), false);
});

test("code that the check cannot see is refused before any of it runs", {
  "evil.js": 'console.log("ran"); export const z = 1;',
  "imports.ts": program("export default program('x', {}, () => printLn('%s', z));", 'import { z } from "./evil.js";\n'),
  "loads.ts": program(
    "const { z } = await import('./evil.js');\nexport default program('x', {}, () => printLn('%s', z));",
  ),
  "by_types.ts": program(
    "export default program('x', {}, () => printLn('%s', z));",
    '// @ts-types="./good.ts"\nimport { z } from "./evil.js";\n',
  ),
  "good.ts": "export const z = 1;",
  "data.ts": program(
    "export default program('x', {}, () => printLn('%s', z));",
    'import { z } from "data:text/javascript,console.log(`ran`);export const z = 1";\n',
  ),
  "npm.ts": program("export default program('x', {}, () => printLn('%s', z));", 'import z from "npm:left-pad";\n'),
  "node.ts": program("export default program('x', {}, () => printLn('%s', z));", 'import * as z from "node:fs";\n'),
}, async ({ run }) => {
  for (const name of ["imports", "loads", "by_types", "data", "npm", "node"]) {
    for (const command of name === "imports" ? ["run", "compile", "programs"] : ["compile"]) {
      const { code, out, err } = await run(command, `${name}.ts`);
      assertMatch(err, new RegExp(`${name}\\.ts:\\d+:\\d+: Cannot import "`), name);
      assertEquals([code, out], [1, ""], name);
      assertEquals(err.includes("Download"), false);
    }
  }
});

const SIMPLE = 'program("x", {}, () => printLn("%s", sint.inputTensorVia(0, 1).reveal()));\n';

test("a program's own error names its line, wherever it is thrown and whichever command meets it", {
  "null.ts": program(`const rows: number[][] = JSON.parse("null");
const widths = () => {
  return rows.map((row) => row.length);
};
export default program("x", {}, () => printLn("%s", widths()[0]!));`),
  "deep.ts": program(`const depth = (n: number): number => depth(n + 1) + 1;
export default program("x", {}, () => printLn("%s", depth(0)));`),
  "top.ts": program(`
if (Date.now() > 0) throw new RangeError("no such ward\\n    at file:///elsewhere.ts:1:1");
export default ${SIMPLE}`),
  "part/helper.ts": 'export const first = (list: number[]) => { if (!list[0]) throw new Error("3 wards: none"); };\n',
  "imported.ts": program(`first([]);\nexport default ${SIMPLE}`, 'import { first } from "./part/helper.ts";\n'),
  "library.ts": program(
    `export default program("x", {}, () => {
  printLn("%s", Matrix.from([[1, 2], [3]]).rows);
});`,
    `import { Matrix } from "${MOD}";\n`,
  ),
  "placed.ts": program(`export default program("x", {}, () => {
  sint.inputTensorVia(0, [1, 2]).add(sint.inputTensorVia(1, [1, 2, 3]));
});`),
}, async ({ run, folder }) => {
  const messages = {
    "null.ts": ":4: Cannot read properties of null (reading 'map')",
    "deep.ts": ":2: Maximum call stack size exceeded",
    "top.ts": ":3: no such ward",
    "imported.ts": ":1: 3 wards: none",
    "library.ts": ":4: row 1 has 1 values, row 0 has 2",
    "placed.ts": ":3: Cannot add tensors of shapes [2] and [3]",
  };
  await checkTogether(folder, programsIn(folder));
  for (const [name, message] of Object.entries(messages)) {
    const { code, err } = await run("compile", name);
    assertStringIncludes(`\n${err}`, `\nerror: ${folder}/${name.replace("imported", "part/helper")}${message}`);
    assertEquals([code, err.includes("    at answer")], [1, false], err);
  }
  const listed = await run("programs", "imported.ts");
  assertStringIncludes(listed.err, `error: ${folder}/part/helper.ts:1: 3 wards: none`);
});
