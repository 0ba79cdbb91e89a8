/**
 * The documentation tells the truth: its examples run, its commands and files exist, its links lead somewhere.
 *
 * TypeScript examples (README.md and docs/) are type-checked and run, each on its own; "```ts ignore" skips one. They import as
 * a reader would: "symbolon" is mod.ts, "./x.ts" lies beside mod.ts, and "../mod.ts" is meant from a folder such as programs/.
 */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { parseMarkdown } from "../tools/markdown.ts";
import { listFiles, ROOT } from "../tools/repository.ts";

const paths = new Set(await listFiles());
const documents = await Promise.all(
  [...paths].filter((path) => path.endsWith(".md")).map(async (path) => {
    const text = await Deno.readTextFile(new URL(encodeURI(path), ROOT));
    return { path, text, ...parseMarkdown(text) };
  }),
);
const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as { tasks: Record<string, unknown> };

const CONFIG = decodeURIComponent(new URL("deno.json", ROOT).pathname);

/** An example with its imports of this repository as addresses, so that it runs from anywhere. */
function placed(code: string): string {
  return code.replace(
    /(\bfrom\s*|\bimport\s*\(?\s*)"(symbolon|@symbolon\/symbolon|\.{1,2}\/[^"]+)"/g,
    (_, before: string, specifier: string) => {
      const path = specifier.startsWith(".") ? specifier.replace(/^\.{1,2}\//, "") : "mod.ts";
      return `${before}"${new URL(path, ROOT).href}"`;
    },
  );
}

/** Examples as files of one folder: most of the time that a check of types takes goes into the library's, and is paid once. */
const folder = await Deno.makeTempDir({ prefix: "symbolon-docs-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const examples: string[] = [];

/** Writes an example; its file's name. */
function write(name: string, code: string): string {
  const file = `${name.replaceAll(/\W/g, "_")}.ts`;
  Deno.writeTextFileSync(`${folder}/${file}`, placed(code));
  examples.push(file);
  return file;
}

async function deno(...args: readonly string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert(success, `deno ${args.join(" ")}\n\n${said}`);
}

/** Runs an example, whose types a test of its own checks. */
const runExample = (file: string) => deno("run", "-A", "--no-check", "--config", CONFIG, file);

for (const { path, blocks } of documents) {
  if (path !== "README.md" && !path.startsWith("docs/")) continue;
  for (const { info, line, code } of blocks.filter(({ info }) => info[0] === "ts" || info[0] === "typescript")) {
    const ignore = info.includes("ignore");
    const file = ignore ? "" : write(`${path}:${line}`, code);
    Deno.test({ name: `the example at ${path}:${line} runs`, ignore, fn: () => runExample(file) });
  }
}

{
  const study = documents.find(({ path }) => path === "README.md")!.blocks.find(({ info }) => info[0] === "ts")!;
  const [before, after] = study.code.split(/^const \{ printed.*$/m);
  const often = `for (let publicSeed = 0; publicSeed < 100; publicSeed++) {
  const { printed } = await run(study, { backend: "emulate", publicSeed });
  if (printed[0] !== "wrong on 0 rows") throw new Error(\`\${publicSeed}: \${printed}\`);
}`;
  const file = write("README often", before + often);
  Deno.test("the README's study is right in every row, whatever its weights begin with", async () => {
    assert(after !== undefined, study.code);
    await runExample(file);
  });
}

{
  // Those of std/ are others'.
  const sources = [...paths].filter((path) => path.endsWith(".ts") && !/^(std|tests|tools)\//.test(path));
  const files: string[] = [];
  for (const path of sources) {
    const text = await Deno.readTextFile(new URL(encodeURI(path), ROOT));
    const lines = text.split("\n").map((line) => /^ *(?:\/\*\*| \*(?!\/)) ?(.*)$/.exec(line)?.[1] ?? "");
    for (const { info, line, code } of parseMarkdown(lines.join("\n")).blocks) {
      if (info[0] !== "ts" || info.includes("ignore")) continue;
      files.push(write(`${path}:${line}`, `${code}\nexport {};\n`));
    }
  }
  const all = "all_in_comments.ts";
  await Deno.writeTextFile(`${folder}/${all}`, files.map((file) => `import "./${file}";\n`).join(""));
  Deno.test("the examples in comments run", async () => {
    assertGreater(files.length, 10);
    await runExample(all);
  });
}

Deno.test("the examples have the types that they need", () => deno("check", "--config", CONFIG, ...examples));

Deno.test("an example's imports lead into the repository", () => {
  const mod = new URL("mod.ts", ROOT).href;
  assertEquals(placed(`import { run } from "symbolon";`), `import { run } from "${mod}";`);
  assertEquals(placed(`import { run } from "@symbolon/symbolon";`), `import { run } from "${mod}";`);
  assertEquals(placed(`import { run } from "./mod.ts";`), `import { run } from "${mod}";`);
  assertEquals(placed(`export * from "../mod.ts";`), `export * from "${mod}";`);
  assertEquals(placed(`await import("./programs/x.ts");`), `await import("${new URL("programs/x.ts", ROOT).href}");`);
  assertEquals(placed(`import { assert } from "@std/assert";`), `import { assert } from "@std/assert";`);
});

Deno.test("every deno task that the documentation names exists", () => {
  const unknown = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/\bdeno task ([a-z][\w:-]*)/g)]
      .filter(([, name]) => !Object.hasOwn(tasks, name!))
      .map(([command]) => `${path}: ${command}`)
  );
  assertEquals(unknown, []);
});

Deno.test("every file and folder of the repository that the documentation names is there", () => {
  const folders = new Set([...paths].filter((path) => path.includes("/")).map((path) => path.split("/")[0]!));
  folders.delete("Player-Data"); // Runs fill it.
  const names = [...paths];
  // What was decided and what has changed is told in the names of its time.
  const gone = documents.filter(({ path }) => path !== "CHANGELOG.md" && !path.startsWith("docs/adr/"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/`(([\w.-]+)\/[\w.\/*-]*)`/g)]
        .filter(([, name, folder]) => folders.has(folder!) && !isThere(name!))
        .map(([, name]) => `${path}: ${name}`)
    );
  assertEquals(gone, []);

  function isThere(name: string): boolean {
    const pattern = name.split("*").map((part) => part.replaceAll(/[.]/g, "\\.")).join("[^/]*");
    const begins = new RegExp(`^${pattern}${name.endsWith("/") ? "" : "($|/|-)"}`);
    return names.some((path) => begins.test(path));
  }
});

Deno.test("every relative link leads to a file, and its anchor to a heading", () => {
  const broken = documents.flatMap((document) =>
    document.links.filter(({ target }) => !leadsSomewhere(document.path, target)).map(({ line, target }) =>
      `${document.path}:${line}: ${target}`
    )
  );
  assertEquals(broken, []);
});

function leadsSomewhere(from: string, target: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return true;
  const base = new URL(encodeURI(from), "root:/");
  const { pathname, hash } = new URL(target, base);
  const path = decodeURI(pathname).replace(/^\//, "");
  const isFolder = path === "" || [...paths].some((p) => p.startsWith(path.replace(/\/?$/, "/")));
  if (!paths.has(path)) return isFolder;
  const anchors = documents.find((d) => d.path === path)?.anchors;
  return hash === "" || anchors === undefined || anchors.has(decodeURIComponent(hash.slice(1)));
}
