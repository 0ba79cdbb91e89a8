import { assertEquals, assertMatch } from "@std/assert";
import { violationsOf } from "./layer_rules.ts";
import { NOT_FOR_THE_COMPILER, PACKAGES } from "./layer_table.ts";
import { listFiles, ROOT } from "./repository.ts";

const MEMBERS = new Map([
  ["@symbolon/symbolon", ""],
  ["@symbolon/protocol", "protocol/"],
  ["@symbolon/kernels", "kernels/"],
  ["@symbolon/primitives", "primitives/"],
  ["@symbolon/replicated-ring", "backends/replicated-ring/"],
  ["@symbolon/emulate", "backends/emulate/"],
  ["@symbolon/compiler", "compiler/"],
  ["@symbolon/vm", "vm/"],
  ["@symbolon/ml", "ml/"],
  ["@symbolon/transport", "transport/"],
  ["@symbolon/datasets", "datasets/"],
]);

function check(file: string, text: string): string[] {
  return violationsOf(file, text, MEMBERS).map(({ file, line, message }) => `${file}:${line}: ${message}`);
}

/** A test that each source, in its file, breaks a rule whose message fits, in its last line and nowhere else. */
function refuses(rule: string, message: RegExp, cases: readonly (readonly [file: string, text: string])[]): void {
  Deno.test(`${rule} is refused`, () => {
    for (const [file, text] of cases) {
      const found = check(file, text);
      assertEquals(found.length, 1, `${file}: ${text}\n${found.join("\n")}`);
      assertMatch(found[0]!, message);
      assertEquals(found[0]!.split(" ")[0], `${file}:${text.split("\n").length}:`);
    }
  });
}

function allows(what: string, cases: readonly (readonly [file: string, text: string])[]): void {
  Deno.test(`${what} is allowed`, () => {
    for (const [file, text] of cases) assertEquals(check(file, text), [], `${file}: ${text}`);
  });
}

refuses("an import that the table does not list", /may import .*, not /, [
  ["protocol/x.ts", `import { PartyMemory } from "@symbolon/kernels";`],
  ["kernels/x.ts", `import { sizeOf } from "@symbolon/protocol";`],
  ["primitives/x.ts", `import { tracer } from "@symbolon/compiler";`],
  ["backends/emulate/x.ts", `import { replicatedRing } from "@symbolon/replicated-ring";`],
  ["transport/x.ts", `import { PartyMemory } from "@symbolon/kernels";`],
  ["compiler/x.ts", `\n\nimport { prepare } from "@symbolon/vm";`],
  ["vm/x.ts", `import { runInline } from "@symbolon/transport";`],
  ["ml/x.ts", `import { sizeOf } from "@symbolon/protocol";`],
  ["datasets/x.ts", `import { sfix } from "@symbolon/compiler";`],
  ["programs/x.ts", `import { sfix } from "@symbolon/compiler";`],
]);

refuses("every way to write such an import", /ml\/ may import compiler\/, not vm\//, [
  ["ml/x.ts", `import type { Environment } from "@symbolon/vm";`],
  ["ml/x.ts", `import { type Environment } from "@symbolon/vm";`],
  ["ml/x.ts", `import "@symbolon/vm";`],
  ["ml/x.ts", `export * from "@symbolon/vm";`],
  ["ml/x.ts", `export { prepare } from "@symbolon/vm";`],
  ["ml/x.ts", `type E = import("@symbolon/vm").Environment;`],
  ["ml/x.ts", `const later = () => import("@symbolon/vm");`],
  ["ml/x.ts", "const later = () => import(`@symbolon/vm`);"],
  ["ml/x.ts", `import vm = require("@symbolon/vm");`],
  ["ml/x.ts", `export * from "../vm/mod.ts";`],
  ["ml/deep/x.ts", `export * from ".././../vm/mod.ts";`],
]);

refuses("a relative path into an allowed package", /leaves .*: import the package by its name/, [
  ["vm/x.ts", `import { sizeOf } from "../protocol/share.ts";`],
]);

refuses("a path out of the repository", /leads out of the repository/, [
  ["vm/x.ts", `import x from "../../x.ts";`],
  ["vm/x.ts", `import x from "/x.ts";`],
]);

refuses("more of the contract than types and data in the compiler", /takes types and data/, [
  ["compiler/x.ts", `import { drive, sizeOf } from "@symbolon/protocol";`],
  ["compiler/x.ts", `import type { Step as S } from "@symbolon/protocol";`],
  ["compiler/x.ts", `import * as protocol from "@symbolon/protocol";`],
]);

Deno.test("all names kept from the compiler exist in protocol/", async () => {
  const paths = (await listFiles()).filter((path) => /^protocol\/\w+\.ts$/.test(path));
  const text = (await Promise.all(paths.map((path) => Deno.readTextFile(new URL(path, ROOT))))).join("\n");
  for (const name of NOT_FOR_THE_COMPILER) {
    assertMatch(text, new RegExp(`^export (function\\*?|interface|type|class|const) ${name}\\b`, "m"));
  }
});

refuses("test code in the product", /only tests import test code/, [
  ["vm/x.ts", `import { simulate } from "@symbolon/protocol/testing";`],
  ["kernels/x.ts", `import { arena } from "./testing/arena.ts";`],
  ["cli.ts", `import "./tests/golden.ts";`],
]);

refuses("a tool or a bench in the product", /the product does not import/, [
  ["cli.ts", `import { listFiles } from "./tools/repository.ts";`],
]);

refuses("a module of Node that the table does not list", /may not import "node:/, [
  ["vm/x.ts", `import { createHash } from "node:crypto";`],
  ["primitives/x.ts", `import { readFileSync } from "node:fs";`],
  ["engine/execute.ts", `import { connect } from "node:net";`],
]);

refuses("a package of others in the wrong place", /may be imported only in/, [
  ["compiler/program.ts", `import ts from "typescript";`],
  ["compiler/program.ts", `import ts from "npm:typescript@6.0.3";`],
  ["vm/x.ts", `import { parse } from "csv-parse/sync";`],
  ["kernels/x.ts", `import asc from "assemblyscript/asc";`],
  ["ml/x.ts", `import fc from "fast-check";`],
]);

refuses("an unknown package", /unknown package/, [
  ["tests/x_test.ts", `import x from "lodash";`],
  ["vm/x.ts", `import x from "@scope/name@1/sub";`],
  ["vm/x.ts", `import x from "npm:@scope/name@1/sub";`],
  ["vm/x.ts", `import x from "@symbolon/nothing";`],
]);

refuses("an address as an import", /imported neither by/, [
  ["tests/x_test.ts", `import { assert } from "jsr:@std/assert@1";`],
  ["ml/x.ts", `import x from "https://example.com/x.ts";`],
  ["ml/x.ts", `import x from "http://example.com/x.ts";`],
  ["ml/x.ts", `import x from "file:///x.ts";`],
]);

refuses("asynchronous code in a synchronous package", /: (async|await|Promise|PromiseLike) is not allowed here/, [
  ["vm/x.ts", `export async function f() {}`],
  ["vm/x.ts", `export const f = async () => {};`],
  ["compiler/x.ts", `class C {\n  async f() {} }`],
  ["ml/x.ts", `await f();`],
  ["ml/x.ts", `for await (const x of y);`],
  ["ml/x.ts", `await using x = y;`],
  ["protocol/x.ts", `interface I {\n  load(): Promise<void> }`],
  ["protocol/x.ts", `type P = PromiseLike<void>;`],
  ["backends/emulate/x.ts", `const all = Promise.all([]);`],
  ["kernels/x.ts", `const all = globalThis.Promise;`],
]);

refuses("the system outside the command line, transports and files", /Deno is not allowed here/, [
  ["vm/prepare.ts", `const x = Deno.readTextFileSync("x");`],
  ["engine/execute.ts", `function f(): Deno.Addr { throw 0; }`],
  ["compiler/x.ts", `const x = globalThis.Deno;`],
  ["compiler/x.ts", `const x = globalThis["Deno"];`],
  ["compiler/x.ts", `const { Deno } = globalThis;`],
  ["programs/x.ts", `console.log(Deno.args);`],
]);

refuses("randomness of the system outside primitives/prg.ts", /randomness comes from primitives\/prg\.ts/, [
  ["vm/x.ts", `crypto.getRandomValues(x);`],
  ["cli.ts", `const id = globalThis.crypto.randomUUID();`],
  ["primitives/base_ot.ts", `import { createHash, randomBytes } from "node:crypto";`],
  ["primitives/base_ot.ts", `import { randomInt as r } from "node:crypto";`],
  ["transport/x.ts", `import * as crypto from "node:crypto";\ncrypto.randomInt(6);`],
  ["transport/x.ts", `crypto["getRandomValues"](x);`],
  ["transport/x.ts", `const { getRandomValues } = crypto;`],
]);

refuses("predictable randomness", /Math\.random is not allowed here/, [
  ["ml/x.ts", `Math.random();`],
  ["bench/x.ts", `Math.random();`],
  ["primitives/prg.ts", `globalThis.Math.random();`],
  ["ml/x.ts", `Math["random"]();`],
  ["ml/x.ts", `const { random } = Math;`],
]);

refuses("a thread outside transport/", /new Worker is not allowed here/, [
  ["engine/execute.ts", `new Worker(url, { type: "module" });`],
  ["bench/x.ts", `new globalThis.Worker(url, { type: "module" });`],
]);

refuses("a kernel that is not written down", /a bare kernel is not allowed here/, [
  ["kernels/mod.ts", `export * as ring from "./build/ring.wasm";`],
  ["kernels/streams.ts", `import { draw } from "./build/chacha.wasm";`],
]);

refuses("an import with a computed address", /only the command line loads modules by a computed address/, [
  ["engine/execute.ts", `export const load = (path: string) => import(path);`],
]);

refuses("a file in an unknown place", /no rule for this place/, [
  ["extras/x.ts", ``],
  ["loose.ts", ``],
  ["backends/loose.ts", ``],
]);

allows("what the table lists", [
  ["primitives/x.ts", `import { chacha } from "@symbolon/kernels";\nimport { createHash } from "node:crypto";`],
  [
    "backends/emulate/x.ts",
    `import { sizeOf } from "@symbolon/protocol";\nimport { Prg } from "@symbolon/primitives";`,
  ],
  ["compiler/x.ts", `import { type Call, sizeOf, type Target } from "@symbolon/protocol";`],
  ["compiler/check.ts", `import ts from "typescript";`],
  ["vm/x.ts", `import type { Tape } from "@symbolon/compiler";\nimport { concat } from "@std/bytes";`],
  ["programs/x.ts", `import { sfix } from "../mod.ts";\nimport { layers } from "./layers.ts";\nawait load();`],
  ["programs/x.ts", `import { sfix } from "@symbolon/symbolon";`],
  ["protocol/deep/x.ts", `import { sizeOf } from "../share.ts";\nimport { drive } from "@symbolon/protocol";`],
  ["kernels/build/ring.ts", `import { add } from "./ring.wasm";`],
  ["datasets/x.ts", `import { parse } from "csv-parse/sync";\nawait Deno.readTextFile("x");`],
  ["transport/x.ts", `import { connect } from "node:tls";\nnew Worker("x");\nasync () => await Deno.stat("x");`],
  ["primitives/prg.ts", `crypto.getRandomValues(x);`],
  [
    "engine/execute.ts",
    `import { prepare } from "@symbolon/vm";\nimport { serveParty } from "@symbolon/transport";\nawait import("./plan.ts");`,
  ],
  ["cli.ts", `const program = await import(path);\nDeno.exit(1);`],
]);

allows("everything of ours in a test", [
  ["ml/x_test.ts", `import { run } from "../mod.ts";\nimport fc from "fast-check";\nawait Deno.stat("x");`],
  ["protocol/testing/x.ts", `import { prepare } from "@symbolon/vm";\ncrypto.getRandomValues(x);\nMath.random();`],
  ["tests/x.ts", `import { simulate } from "../protocol/testing/mod.ts";\nnew Worker("x");`],
]);

allows("a word in a comment, in a text or as the name of a property", [
  ["vm/x.ts", `// async await Promise Deno Math.random\nconst text = "Deno.exit() await import('x')";`],
  ["vm/x.ts", `const x = { Deno: 1, Promise: 2, async: 3 };\nx.Deno + x.Promise + x.async;`],
  ["datasets/x.ts", `class Twister {\n  random() {}\n  randomInt() {} }\nnew Twister().random();\nthis.randomInt();`],
  ["vm/x.ts", `function await_(worker: Worker): void {}`],
]);

Deno.test("the table knows every package of the workspace", async () => {
  const { workspace } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT))) as { workspace: string[] };
  const places = workspace.map((path) => path.replace(/^\.\/(backends)\/.*/, "$1/*").replace(/^\.\/(\w+)$/, "$1/"));
  for (const place of places) assertEquals(Object.hasOwn(PACKAGES, place), true, place);
});
