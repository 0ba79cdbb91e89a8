/**
 * `run` of mod.ts looks at the code that a program runs, in whatever module that is, and says whether it did.
 *
 * Modules are written to a folder of their own and imported from there, as a user's are.
 */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { type Program, program, ProgramError, run, type RunSummary, sint } from "../mod.ts";

const ROOT = new URL("../", import.meta.url);
const HEAD = `import { cint, printLn, program, type Public, repeat, type Secret, sfix, sint } from "${
  new URL("mod.ts", ROOT).href
}";
const a = () => sint.inputTensorVia(0, [1, 2]);
`;

const folder = await Deno.makeTempDir({ prefix: "symbolon-run-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
let modules = 0;

/** Writes a module, with others beside it, and imports it. */
async function module(text: string, beside: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  const place = `${folder}/${modules++} (ü)`;
  await Deno.mkdir(place);
  for (const [name, other] of Object.entries(beside)) await Deno.writeTextFile(`${place}/${name}`, HEAD + other);
  await Deno.writeTextFile(`${place}/mine.ts`, HEAD + text);
  const url = new URL("file:");
  url.pathname = `${place}/mine.ts`;
  return await import(url.href);
}

/** A program of this body, in a module of its own. */
async function made(body: string, more = "", beside: Readonly<Record<string, string>> = {}): Promise<Program> {
  return (await module(`${more}\nexport const p = program("", {}, () => {\n${body}\n});`, beside)).p as Program;
}

const clear = (p: Program): Promise<RunSummary> => run(p, { backend: "emulate" });
const refusal = async (p: Program) => (await assertRejects(() => clear(p), ProgramError)).message;

/** By what it stands for: a body, and code outside of it. */
const REFUSED: Readonly<Record<string, string | readonly [body: string, more: string]>> = {
  "if": "if (a().lessThan(1)) printLn('x');",
  "!": "const z = !a(); printLn(`${z}`);",
  "!!": "const z = !!a(); printLn(`${z}`);",
  "&&": "a() && printLn('x');",
  "||": "const z = a() || 1; void z;",
  "&&=": "let z = a(); z &&= a();",
  "?:": "printLn('%s', a() ? 1 : 0);",
  "while, which would not end": "while (a()) { a(); }",
  "do": "let i = 0; do i++; while (!a() && i < 2);",
  "for": "for (let i = 0; a(); i++) break;",
  "switch": "switch (a()) { default: }",
  "a case": "switch (true as unknown) { case a(): }",
  "===": "const x = a(); if (x === a()) printLn('x');",
  "<": "if ((a() as never) < 1) printLn('x');",
  "a template": "printLn(`${a()}`);",
  "an index": "const z = [1, 2][a() as never]; void z;",
  "??": "const z = a() ?? 1; void z;",
  "Boolean()": "if (Boolean(a())) printLn('x');",
  "new Boolean()": "void new Boolean(a());",
  "Number()": "Number(a());",
  "Math": "Math.max(a() as never);",
  "filter": "[1].filter(() => a());",
  "filter(Boolean)": "[a()].filter(Boolean);",
  "map(Boolean)": "[a()].map(Boolean);",
  "find": "[a()].find((x) => x.lessThan(1));",
  "some": "[a()].some((x) => x.lessThan(1));",
  "every": "[a()].every((x) => x.lessThan(1));",
  "sort": "[a(), a()].sort((x, y) => x.sub(y) as never);",
  "includes": "[a()].includes(a());",
  "Object.is": "Object.is(a(), a());",
  "a revealed value": "if (a().reveal()) printLn('x');",
  "a public comparison": "if (cint.constant(1).lessThan(2)) printLn('x');",
  "a loop's index": "repeat(2, [a()], ([x], i) => { if (i) printLn('x'); return [x]; });",
  "an optional secret": "const o: { x?: Secret } = { x: a() }; if (o.x) printLn('x');",
  "a sequence": "if ((1, a())) printLn('x');",
  "a result of a function": "const f = () => a(); if (f()) printLn('x');",
  "a generator's value": "function* g() { yield a(); }\nfor (const x of g()) if (x) printLn('x');",
  "an own assertion": "function ok(c: unknown): asserts c { if (!c) throw 1; }\nok(a());",
  "a parameter of type boolean": ["pick(a() as never);", "function pick(c: boolean) { return c ? 1 : 0; }"],
  "a parameter of type boolean, unasserted": ["pick(a());", "function pick(c: boolean) { return c ? 1 : 0; }"],
  "a spread list for booleans": ["pick(...[a()] as const);", "function pick(c: boolean) { return c ? 1 : 0; }"],
  "call()": ["pick.call(null, a());", "function pick(c: boolean) { return c ? 1 : 0; }"],
  "bind()": ["pick.bind(null, a())();", "function pick(c: boolean) { return c ? 1 : 0; }"],
  "Reflect.apply": ["Reflect.apply(pick, null, [a()]);", "function pick(c: boolean) { return c ? 1 : 0; }"],
  "a record of booleans": ["const o = { on: a() }; f(o);", "const f = ({ on }: { on: boolean }) => on ? 1 : 2;"],
  "a function for one that returns a boolean":
    "const q = (x: Secret) => x.lessThan(1); const p: (x: Secret) => boolean = q; void p;",
  "a declared result": "const f = (): boolean => a(); if (f()) printLn('x');",
  "any": "const v: any = a(); if (v) printLn('x');",
  "a list of any": "const v: any[] = []; v.push(a()); if (v[0]) printLn('x');",
  "as any": "if (a() as any) printLn('x');",
  "as unknown as boolean": "if (a() as unknown as boolean) printLn('x');",
  "a list asserted to be one of booleans": "const ok = [a()] as unknown as boolean[]; if (ok[0]) printLn('x');",
  "unknown": "const v: unknown = a(); if (v) printLn('x');",
  "object": "const v: object = a(); if (v) printLn('x');",
  "a parameter of type any": ["pick(a());", "function pick(c: any) { return c ? 1 : 0; }"],
  "a generic parameter": ["pick(a());", "function pick<T>(c: T) { return c ? 1 : 0; }"],
  "a helper": ["pick(a());", "function pick(c: Secret) { return c ? 1 : 0; }"],
  "a method of an object": ["o.pick(a());", "const o = { pick(c: Secret) { return c ? 1 : 0; } };"],
  "a method of a class": [
    "new M().fit(a());",
    "class M { w?: Secret; fit(x: Secret) { this.w = x; return this.w && 1; } }",
  ],
  "a private method": [
    "new M().fit(a());",
    "class M { fit(x: Secret) { this.#f(x); }\n#f(x: Secret) { if (x) printLn('x'); } }",
  ],
  "a getter": ["void m.x;", "const m = { get x() { return a() ? 1 : 0; } };"],
  "a variable that is assigned later": [
    "later();",
    "let later: () => void;\nlater = () => { if (a()) printLn('x'); };",
  ],
  "a function in a map": [
    "fs.get('f')!();",
    "const fs = new Map<string, () => void>();\nfs.set('f', () => { if (a()) printLn('x'); });",
  ],
  "a function in a list": ["fs[0]!();", "const fs: (() => void)[] = [];\nfs.push(() => { if (a()) printLn('x'); });"],
  "a function in a field": [
    "new M(() => { if (a()) printLn('x'); }).go();",
    "class M { constructor(readonly go: () => void) {} }",
  ],
};

for (const [what, code] of Object.entries(REFUSED)) {
  Deno.test(`run() refuses ${what}`, async () => {
    const [body, more] = typeof code === "string" ? [code] : code;
    assertMatch(await refusal(await made(body, more)), /^\S+ \(ü\)\/mine\.ts:\d+:\d+: Cannot \S+/);
  });
}

Deno.test("run() refuses what an imported function would decide by a secret", async () => {
  const helper = "export function pick(c: Secret) { return c ? 1 : 0; }";
  const message = await refusal(
    await made("pick(a());", `import { pick } from "./helper.ts";`, { "helper.ts": helper }),
  );
  assertMatch(message, /helper\.ts:3:\d+: Cannot branch on the secret "c": use ifElse\(\)/);
  const again = await refusal(
    await made("h.pick(a());", `import * as h from "./again.ts";`, {
      "helper.ts": helper,
      "again.ts": `export { pick } from "./helper.ts";`,
    }),
  );
  assertMatch(again, /helper\.ts:3:\d+: Cannot branch/);
});

const ACCEPTED: Readonly<Record<string, string | readonly [body: string, more: string]>> = {
  "numbers and lists": "[1, 2, 3].filter((n) => n > 1).forEach((n) => a().add(n).revealTo(0));",
  "a secret that may be missing": "const o: { x?: Secret } = {}; if (o.x !== undefined) o.x.revealTo(0);",
  "a default": "const o: { x?: Secret } = {}; (o.x ?? a()).revealTo(0);",
  "?.": "a()?.revealTo(0);",
  "values of any from elsewhere": ["if (config.deep) a().revealTo(0);", `const config = JSON.parse('{"deep":true}');`],
  "what is read with Deno": [
    "if (text.length > 3) a().revealTo(0);",
    "const text = await Deno.readTextFile(new URL(import.meta.url));",
  ],
  "a module of Node": ["if (existsSync('/')) a().revealTo(0);", `import { existsSync } from "node:fs";`],
  "type errors that are none of run()'s business": "const n: string = 0; void n; a().revealTo(0);",
  "generic helpers": ["same(a()).revealTo(0);", "function same<T>(x: T): T { return x; }"],
  "console": "console.log('n', a()); a().revealTo(0);",
  "branches elsewhere in the module": ["a().revealTo(0);", "export function other() { if (a()) printLn('x'); }"],
  "another program that branches": [
    "a().revealTo(0);",
    "export const other = program('', {}, () => { if (a()) printLn('x'); });",
  ],
  "a server around it": [
    "a().revealTo(0);",
    "export const serve = (request: any) => { if (request.headers?.x) return request as unknown as number; };",
  ],
};

for (const [what, code] of Object.entries(ACCEPTED)) {
  Deno.test(`run() runs ${what}`, async () => {
    const [body, more] = typeof code === "string" ? [code] : code;
    assertEquals((await clear(await made(body, more))).checked, true);
  });
}

Deno.test("of several programs in a module, only the one that would branch is refused", async () => {
  const text = `
const traced = (trace: () => void) => program("", {}, trace);
export const good = traced(() => a().revealTo(0));
export const bad = traced(() => { if (a()) printLn("x"); });
const all: [string, () => void][] = [["x", () => { if (a()) printLn("x"); }]];
export const listed = all.map(([name, body]) => program(name, {}, body))[0];
export const inner = (on: boolean) => program("", {}, () => { if (on) a().revealTo(0); });`;
  const { good, bad, listed, inner } = await module(text) as Record<string, Program>;
  assertEquals((await clear(good!)).checked, true);
  assertMatch(await refusal(bad!), /mine\.ts:6:\d+: Cannot branch/);
  assertMatch(await refusal(listed!), /mine\.ts:7:\d+: Cannot branch/);
  assertEquals((await clear((inner as unknown as (on: boolean) => Program)(true))).checked, true);
});

Deno.test("code that only the recording shows is part of the program", async () => {
  const hidden = `export const registry = globalThis as unknown as { f: () => void };
registry.f = () => { const x = a().lessThan(1); if (x) printLn("x"); };`;
  const p = await made(`(Reflect.get(globalThis, "f") as () => void)();`, `import "./hidden.ts";`, {
    "hidden.ts": hidden,
  });
  assertMatch(await refusal(p), /hidden\.ts:4:\d+: Cannot branch on the secret "x"/);
});

Deno.test("check: false runs it, and the summary says so", async () => {
  const p = await made("if (a()) printLn('taken');");
  const { checked, printed } = await run(p, { backend: "emulate", check: false });
  assertEquals([checked, printed], ["check: false", ["taken"]]);
  await assertRejects(() => run(p, { backend: "emulate", check: true }), ProgramError);
});

Deno.test("what cannot be looked at runs unchecked, and the summary says why", async () => {
  const body = `program("", {}, () => sint.constant(1).revealTo(0))`;
  const code = `import { program, sint } from "${new URL("mod.ts", ROOT).href}"; export default ${body};`;
  const unchecked = async (p: Program) => {
    const { checked } = await clear(p);
    assert(typeof checked === "string");
    return checked;
  };
  const data: { default: Program } = await import(`data:text/typescript,${encodeURIComponent(code)}`);
  assertStringIncludes(await unchecked(data.default), "not made by program() in a module");
  assertStringIncludes(await unchecked({ description: "", trace: () => {} }), "not made by program() in a module");
  await Deno.writeTextFile(`${folder}/plain.js`, code);
  const plain: { default: Program } = await import(`file://${folder}/plain.js`);
  assertStringIncludes(await unchecked(plain.default), "plain.js is not TypeScript");
  await Deno.writeTextFile(`${folder}/gone.ts`, code);
  const gone: { default: Program } = await import(`file://${folder}/gone.ts`);
  await Deno.writeTextFile(`${folder}/gone.ts`, `// changed\n${code.replace("program(", "changed(")}`);
  assertStringIncludes(await unchecked(gone.default), "gone.ts is not what it was when it was loaded");
  await Deno.remove(`${folder}/gone.ts`);
  assertStringIncludes(await unchecked(gone.default), "gone.ts is not there");
});

Deno.test("a program of this module is checked, too", async () => {
  const p = program("", {}, () => {
    if (sint.constant(1)) sint.constant(2).revealTo(0);
  });
  assertMatch(await refusal(p), /checked_run_cases\.ts:\d+:\d+: Cannot branch on the secret "sint\.constant\(1\)"/);
});

Deno.test("names of an import map lead to the library, and without leave to read nothing is checked", async () => {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const place = await Deno.makeTempDir({ dir: folder });
  const members = Object.fromEntries(
    await Promise.all(
      (config.workspace as string[]).map(async (member) => {
        const { name, exports } = JSON.parse(await Deno.readTextFile(new URL(`${member}/deno.json`, ROOT)));
        const main = typeof exports === "string" ? { ".": exports } : exports as Record<string, string>;
        return Object.entries(main).map(([key, path]) =>
          [name + key.slice(1), new URL(`${member}/${path}`, ROOT).href] as const
        );
      }),
    ).then((all) => all.flat()),
  );
  const own = Object.entries(config.imports as Record<string, string>)
    .map(([name, path]) => [name, path.startsWith("./") ? new URL(path, ROOT).href : path]);
  const imports = { ...Object.fromEntries(own), ...members, "our-mpc": new URL("mod.ts", ROOT).href };
  await Deno.writeTextFile(`${place}/deno.json`, JSON.stringify({ imports }));
  await Deno.writeTextFile(
    `${place}/main.ts`,
    `import { program, run, sint } from "our-mpc";
const good = program("", {}, () => sint.constant(1).revealTo(0));
const bad = program("", {}, () => { if (sint.constant(1)) sint.constant(2).revealTo(0); });
console.log((await run(good, { backend: "emulate" })).checked);
console.log(await run(bad, { backend: "emulate" }).then((s) => s.checked, (e) => e.name));`,
  );
  const said = async (...allow: string[]) => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-lock", ...allow, "main.ts"],
      cwd: place,
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout);
    return text === "" ? new TextDecoder().decode(stderr) : text;
  };
  assertEquals(await said("-A"), "true\nProgramError\n");
  const unread = await said();
  assertEquals(unread.split("\n").slice(0, 2).map((line) => line.replace(/^reading \S+ /, "")), [
    "is not permitted (--allow-read)",
    "is not permitted (--allow-read)",
  ]);
});
