/** What the command line says where a newcomer goes astray: on paths, pipes, full disks and programs that never end. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "./permissions.ts";
import { finish, inFolder, MOD, start } from "./site.ts";

const NEEDS = ["read", "write", "run", "env", "net", "sys"] as const;

const SUM = `import { printLn, program, sint } from "${MOD}";
export default program("sums", {}, () => printLn("sum %s", sint.inputFrom(0, { shape: [2] }).sum().reveal()));
`;

/** A test in a folder with these files. */
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

test("with --json an error is an object on standard output as well, for programs that read it", {
  "sum.ts": SUM,
  "bad.ts": SUM.replace("sum()", "sums()"),
}, async ({ run }) => {
  const asked: readonly [args: string[], code: number][] = [
    [["run", "--json", "sum.ts"], 1],
    [["run", "--json", "nothing.ts"], 2],
    [["compile", "bad.ts", "--json"], 1],
    [["programs", "--json", "nothing"], 2],
    [["party", "--json", "0", "nothing"], 2],
    [["run", "--json", "--fast", "sum.ts"], 2],
  ];
  for (const [args, code] of asked) {
    const result = await run(...args);
    assertEquals(result.code, code, result.err);
    assertEquals(Object.keys(JSON.parse(result.out)), ["error"]);
    assertEquals(result.err.trimEnd(), `error: ${JSON.parse(result.out).error}`);
  }
  for (const args of [["run", "sum.ts"], ["run", "sum.ts", "--", "--json"], ["setup-ssl", "--json"]]) {
    assertEquals((await run(...args)).out, "");
  }
});

test("a name with a slash is a path that lacks its end, and no program of ours", {
  "my/sum.ts": SUM,
}, async ({ run }) => {
  const says = async (message: RegExp, ...args: string[]) => {
    const { code, out, err } = await run(...args);
    assertMatch(err, message);
    assertEquals([code, out], [2, ""]);
  };
  await says(
    /no program "my\/sum": .* its path, which ends in \.ts \(did you mean "my\/sum\.ts"\?\)$/m,
    "run",
    "my/sum",
  );
  await says(
    /no program "\.\.\/mod": a program of your own is named by its path, which ends in \.ts$/m,
    "run",
    "../mod",
  );
  await says(/no program "shared\/digits": a program of your own/, "compile", "shared/digits");
  await says(/no program "my\/": a program of your own/, "programs", "my/");
});

test("a module that never ends to load is spoken of, while it is waited for", {
  "helper.ts": "await new Promise(() => {});\nexport const n = 1;\n",
  "waits.ts": SUM.replace("import", 'import { n } from "./helper.ts";\nimport').replace("[2]", "[n]"),
}, async ({ folder }) => {
  const child = start(folder, ["compile", "waits.ts"]);
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    said += value;
  }
  child.kill();
  await Promise.all([child.status, child.stdout.cancel(), reader.cancel()]);
  assertMatch(said, /^waits\.ts is still being loaded after 5 s: an await at the top of it.*Ctrl-C stops it\n$/);
});

test("a pipe in place of an input file is refused, not waited for", { "sum.ts": SUM }, async ({ folder, run }) => {
  if (Deno.build.os === "windows") return;
  await Deno.mkdir(`${folder}/Player-Data`);
  await new Deno.Command("mkfifo", { args: [`${folder}/Player-Data/Input-P0-0`] }).output();
  const piped = await run("run", "sum.ts");
  assertMatch(piped.err, /^error: Player-Data\/Input-P0-0 is a pipe or a device: .*write it to a file/m);
  await Deno.remove(`${folder}/Player-Data/Input-P0-0`);
  await Deno.symlink("/dev/zero", `${folder}/Player-Data/Input-P0-0`);
  const device = await run("run", "-E", "emulate", "sum.ts");
  assertMatch(device.err, /^error: Player-Data\/Input-P0-0 is a pipe or a device/m);
  assertEquals([piped.code, device.code], [1, 1]);
});

test("a full standard output, and a file on a result's path, are named with what to do", {
  "sum.ts": SUM,
  "Player-Data/Input-P0-0": "1 2",
  "notes.md": "mine",
}, async ({ run }) => {
  assertEquals((await run("compile", "sum.ts")).code, 0);
  const { code, err } = await run(
    ...["party", "-E", "semi2k", "--insecure-tcp", "--wait", "1", "0", "sum", "-OF", "notes.md/run"],
  );
  assertMatch(
    err,
    /Cannot write notes\.md\/run-P0-0: something on its path is a file and no folder: .*move that file away/,
  );
  assertEquals(code, 1);
  if (Deno.build.os !== "linux") return;
  const cli = new URL("../cli.ts", import.meta.url).pathname;
  const full = await new Deno.Command("sh", {
    args: ["-c", `"$0" run -A "${cli}" programs --json > /dev/full`, Deno.execPath()],
    env: { NO_COLOR: "1" },
  }).output();
  assertMatch(
    new TextDecoder().decode(full.stderr),
    /^error: Cannot write standard output: no space is left on the disk: make room/m,
  );
  assertEquals(full.code, 1);
});

test("where a task runs elsewhere than its user stands, what is not found says from where it was looked for", {
  "csv.ts": SUM.replace("import {", "import { loadCsv,").replace("export", 'await loadCsv("rows.csv");\nexport'),
  "text.ts": SUM.replace("export", 'await Deno.readTextFile("rows/all.txt");\nexport'),
  "rows.csv": "1,2",
}, async ({ folder, run }) => {
  for (const name of ["csv.ts", "text.ts"]) {
    // What `deno task` does: the folder of deno.json, and INIT_CWD for where it was called.
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "cli.ts", "run", name],
      cwd: new URL("../", import.meta.url),
      env: { INIT_CWD: folder, NO_COLOR: "1" },
    }).output();
    const err = new TextDecoder().decode(stderr);
    assertStringIncludes(err, `not from ${folder}: for a file beside the program write new URL("…", import.meta.url)`);
    assertEquals(code, 1);
  }
  const { err } = await run("run", "text.ts");
  assert(!err.includes("import.meta.url"), err);
});

test("a folder whose name has a backslash is refused with the reason", {}, async ({ folder, run }) => {
  if (Deno.build.os === "windows") return;
  await Deno.mkdir(`${folder}/back\\slash`);
  await Deno.writeTextFile(`${folder}/back\\slash/sum.ts`, SUM);
  const { code, err } = await run("run", "back\\slash/sum.ts");
  assertStringIncludes(
    err,
    `${folder}/back\\slash/sum.ts:1:1: The check cannot read a file whose path has a backslash`,
  );
  assertEquals(code, 1);
});
