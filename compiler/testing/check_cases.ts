import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type CheckHost, checkProgram, type Diagnostic, formatDiagnostic } from "../check.ts";

const LIBRARY = new URL("../../mod.ts", import.meta.url).href;
const COMPILER = new URL("../mod.ts", import.meta.url).href;
const PROGRAM = "/programs/example.ts";

/** Marks where a diagnostic is expected: right after this comment. */
const HERE = "/*!*/";

const PRELUDE = `import { printLn, program, repeat, type Secret, sfix, sint, publicPermutation } from "${LIBRARY}";
import { type Public, Regint, type RowIndices } from "${COMPILER}";
declare const x: Secret, y: Secret, bias: Secret | undefined, either: Secret | number;
declare const open: Public, index: Regint, rows: RowIndices, list: number[], secrets: Secret[], n: number;
declare const u: unknown;
export {};
`;

function hostOf(files: Readonly<Record<string, string>>): CheckHost {
  return {
    fileExists: (path) => {
      if (path in files) return true;
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    },
    readFile: (path) => {
      try {
        return files[path] ?? Deno.readTextFileSync(path);
      } catch {
        return undefined;
      }
    },
  };
}

function check(body: string, others: Readonly<Record<string, string>> = {}) {
  return checkProgram(PROGRAM, hostOf({ [PROGRAM]: PRELUDE + body, ...others }));
}

/** Lines and columns of the marks. */
function marks(body: string): string[] {
  const text = PRELUDE + body;
  return [...text.matchAll(/\/\*!\*\//g)].map(({ index }) => {
    const before = text.slice(0, index + HERE.length);
    return `${before.split("\n").length}:${before.length - before.lastIndexOf("\n")}`;
  });
}

/** So many bodies are checked as one program: few enough that TypeScript's errors in them are all reported. */
const TOGETHER = 6;

/** What is found in each of these bodies, which are modules of few programs: what checks take is to read the library's types. */
function checkEach(
  bodies: readonly string[],
  others: Readonly<Record<string, string>> = {},
): (index: number) => readonly Diagnostic[] {
  const nameOf = (index: number) => PROGRAM.replace(".ts", `${index}.ts`);
  const checked = new Map<number, readonly Diagnostic[]>();
  const checkFrom = (first: number) => {
    const group = bodies.slice(first, first + TOGETHER).map((body, i) => [nameOf(first + i), PRELUDE + body] as const);
    const imports = group.map(([path]) => `import "${path}";\n`).join("");
    const found = checkProgram(PROGRAM, hostOf({ ...others, [PROGRAM]: imports, ...Object.fromEntries(group) }));
    assertEquals(found.filter(({ file }) => !group.some(([path]) => path === file)), []);
    return found;
  };
  return (index) => {
    const first = index - index % TOGETHER;
    if (!checked.has(first)) checked.set(first, checkFrom(first));
    return checked.get(first)!.filter(({ file }) => file === nameOf(index));
  };
}

function assertRefused(found: readonly Diagnostic[], body: string, message: string): void {
  assertEquals(
    found.map(({ line, column }) => `${line}:${column}`),
    marks(body),
    found.map((d) => d.message).join("\n"),
  );
  assert(found.some((d) => d.message.includes(message)), found.map((d) => d.message).join("\n"));
}

const REFUSED: readonly (readonly [what: string, body: string, message: string])[] = [
  // Conditions.
  ["if", "if (/*!*/x.lessThan(y)) {}", 'Cannot branch on the secret "x.lessThan(y)": use ifElse()'],
  ["else if", "if (n > 1) {} else if (/*!*/x) {}", 'Cannot branch on the secret "x": use ifElse()'],
  ["while", "while (/*!*/x.lessThan(y)) {}", 'Cannot end a loop by the secret "x.lessThan(y)": use repeat()'],
  ["do", "do {} while (/*!*/x);", "use repeat()"],
  ["for", "for (; /*!*/x;) {}", "use repeat()"],
  ["?:", "const z = /*!*/x ? 1 : 2; printLn(`${z}`);", 'Cannot branch on the secret "x": use ifElse()'],
  ["switch", "switch (/*!*/x) {}", 'Cannot switch on the secret "x"'],
  ["case", "switch (/*!*/either) { case /*!*/x: }", 'Cannot switch on the secret "x"'],
  ["case of unknown", "switch (/*!*/n as unknown) { case 3: }", "may hide a secret"],
  ["parentheses", "if ((/*!*/x)) {}", 'the secret "x"'],
  ["assignment in a condition", "let z; if (/*!*/z = x) { z.neg(); }", 'the secret "z = x"'],
  ["the right operand of &&", "if (n > 0 && /*!*/x) {}", 'the secret "x"'],
  ["an arm of ?: in a condition", "if (n > 0 ? /*!*/x : n) {}", 'the secret "x"'],
  ["an optional secret", "if (/*!*/bias) {}", "which may be a secret: write bias !== undefined"],
  ["a union with numbers", "if (/*!*/either) {}", '"either", which may be a secret'],

  ["a generic secret", "export function f<T extends Secret>(a: T) { if (/*!*/a) {} }", 'the secret "a"'],
  ["a generic union", "export function f<T extends Secret | number>(a: T) { if (/*!*/a) {} }", "may be a secret"],
  ["an intersection", "export function f(a: Secret & { tag: 1 }) { if (/*!*/a) {} }", 'the secret "a"'],
  ["an indexed type", "export function f<K extends 'a'>(a: { a: Secret }, k: K) { if (/*!*/a[k]) {} }", "the secret"],
  ["a property", "const o = { p: x }; if (/*!*/o.p) {}", 'the secret "o.p"'],
  ["an element", "if (/*!*/secrets[0]) {}", "may be a secret: write secrets[0] !== undefined"],
  ["an inferred result", "const f = () => x.mul(y); if (/*!*/f()) {}", 'the secret "f()"'],
  // Logic.
  ["!", "const z = !/*!*/x; printLn(`${z}`);", 'Cannot negate (!) the secret "x": use x.neg().add(1)'],
  ["&&", "const z = /*!*/x && y; z.neg();", "Cannot decide && by the secret"],
  ["||", "const z = /*!*/x || y; z.neg();", "Cannot decide || by the secret"],
  ["??", "const z = /*!*/x ?? y; z.neg();", "Cannot decide ?? by the secret"],
  ["?.", "/*!*/x?.neg();", "Cannot decide ?. by the secret"],
  ["&&=", "let z = x; /*!*/z &&= y;", "Cannot decide &&= by the secret"],
  ["||=", "let z = x; /*!*/z ||= y;", "Cannot decide ||= by the secret"],
  ["??=", "let z = x; /*!*/z ??= y;", "Cannot decide ??= by the secret"],
  // Comparison.
  ["===", "export const z = /*!*/x === y;", "compares objects, not values"],
  ["!==", "export const z = /*!*/x !== y;", "compares objects, not values"],
  ["==", "export const z = /*!*/x == y;", "compares objects, not values"],
  ["!=", "export const z = /*!*/x != y;", "compares objects, not values"],
  [
    "=== on the right",
    "export const z = n === /*!*/(y as Secret | number);",
    "may be a secret",
  ],
  ["=== with null", "export const z = /*!*/x === null;", "a tensor is never null"],
  ["<", "export const z = /*!*/x < y;", 'Cannot compare (<) the secret "x": use x.lessThan(y)'],
  ["<=", "export const z = /*!*/x <= y;", "use x.lessEqual(y)"],
  [">", "export const z = /*!*/x > y;", "use x.greaterThan(y)"],
  [">=", "export const z = /*!*/x >= y;", "use x.greaterEqual(y)"],
  ["< on the right", "export const z = 3 < /*!*/x;", "use x.greaterThan(3)"],
  ["a loop's bound", "for (let i = 0; i < /*!*/x; i++) {}", 'Cannot bound a loop by the secret "x": use repeat()'],
  // Arithmetic.
  ["+", "export const z = /*!*/x + 1;", 'Cannot use + on the secret "x": use x.add(1)'],
  ["+ on the right", "export const z = 1 + /*!*/x;", "use x.add(1)"],
  ["text + secret", "export const z = 'a' + /*!*/x;", "Cannot use + on the secret"],
  ["-", "export const z = /*!*/x - y;", "use x.sub(y)"],
  ["- on the right", "export const z = 1 - /*!*/x;", "use x.neg().add(1)"],
  ["*", "export const z = /*!*/x.add(y) * 2;", "use x.add(y).mul(2)"],
  ["/", "export const z = /*!*/x / 2;", "Cannot use / on the secret"],
  ["%", "export const z = /*!*/x % 2;", "Cannot use % on the secret"],
  ["**", "export const z = /*!*/x ** 2;", "Cannot use ** on the secret"],
  ["+=", "let z = x; /*!*/z += 1;", "use z = z.add(1)"],
  ["number += secret", "let z = 0; z += /*!*/x;", "use z = x.add(z)"],
  ...["&", "|", "^", "<<", ">>", ">>>"].map((o) =>
    [o, `export const z = /*!*/x ${o} 1;`, `Cannot use ${o} on the secret "x"`] as const
  ),
  ["unary -", "export const z = -/*!*/x;", 'Cannot use - on the secret "x": use x.neg()'],
  ["unary +", "export const z = +/*!*/x;", 'Cannot use + on the secret "x"'],
  ["~", "export const z = ~/*!*/x;", 'Cannot use ~ on the secret "x"'],
  ["++", "let z = x; /*!*/z++;", "use z = z.add(1)"],
  ["--", "let z = x; --/*!*/z;", "use z = z.sub(1)"],
  // Texts, names, types.
  ["a template", "export const z = `a ${/*!*/x}`;", 'Cannot put into a text the secret "x": reveal() it'],
  ["in", "export const z = /*!*/x in list;", "Cannot use in on the secret"],
  ["in a secret", "export const z = 'reg' in /*!*/x;", "Cannot use in on the secret"],
  ["typeof", "export const z = typeof /*!*/x === 'object';", "Cannot use typeof on the secret"],
  ["an index", "export const z = list[/*!*/x];", "Cannot index by the secret"],
  ["a computed name", "export const z = { [/*!*/x]: 1 };", "Cannot name a property by the secret"],
  ["for of", "for (const z of /*!*/x) {}", "Cannot loop over the secret"],
  ["for in", "for (const z in /*!*/x) {}", "Cannot loop over the secret"],
  ["spread", "export const z = [.../*!*/x];", "Cannot spread the secret"],
  ["spread of fields", "export const z = { .../*!*/x };", "Cannot spread the secret"],
  ["spread of arguments", "Math.max(.../*!*/x);", "Cannot spread the secret"],
  // Functions.
  ["String()", "String(/*!*/x);", "Cannot convert with String() the secret"],
  ["Number()", "Number(/*!*/x);", "Cannot convert with Number() the secret"],
  ["Boolean()", "Boolean(/*!*/x);", "Cannot convert with Boolean() the secret"],
  ["new Boolean()", "new Boolean(/*!*/x);", "Cannot convert with Boolean() the secret"],
  ["JSON.stringify()", "JSON.stringify(/*!*/x);", "Cannot convert with stringify() the secret"],
  ["Math.abs()", "Math.abs(/*!*/x);", "Cannot use Math.abs() on the secret"],
  ...["filter", "find", "findIndex", "findLast", "findLastIndex", "some", "every"].map((method) =>
    [`${method}()`, `secrets.${method}(/*!*/(s) => s.lessThan(y));`, `Cannot decide ${method}() by`] as const
  ),
  ["sort()", "secrets.sort(/*!*/(a, b) => a.sub(b));", "which returns a secret"],
  ["toSorted()", "list.toSorted(/*!*/() => x);", "Cannot decide toSorted() by"],
  ["a named predicate", "const p = (s: Secret) => s.lessThan(y); secrets.filter(/*!*/p);", 'by "p"'],
  ["includes()", "secrets.includes(/*!*/x);", "includes() compares objects"],
  ["indexOf()", "secrets.indexOf(/*!*/x);", "indexOf() compares objects"],
  ["has() of a set", "new Set<unknown>([0, 1]).has(/*!*/open);", "has() compares objects"],
  ["get() of a map", "new Map<Secret | number, string>([[0, 'a']]).get(/*!*/x);", "get() compares objects"],
  ["delete() of a map", "export const f = (m: Map<object, number>) => m.delete(/*!*/x);", "Cannot look up the secret"],
  [
    "has() of a map that may be there",
    "export const f = (m?: ReadonlyMap<{}, 1>) => m?.has(/*!*/x);",
    "compares objects",
  ],
  [
    "get() of a map of one's own",
    "class Names extends Map<unknown, string> {}\nnew Names([[0, 'a']]).get(/*!*/x.reveal());",
    "get() compares objects",
  ],
  ["Object.is()", "Object.is(/*!*/x, y);", "is() compares objects"],
  [
    "an assertion",
    "function sure(c: boolean | Secret): asserts c { if (/*!*/c) return; throw new Error(); }\nsure(/*!*/x);",
    'Cannot assert the secret "x"',
  ],
  // Public values that exist at run time only.
  ["a revealed value", "if (/*!*/x.reveal()) {}", '"x.reveal()", a public value known at run time only'],
  ["a public comparison", "while (/*!*/open.lessThan(3)) {}", "known at run time only"],
  ["a public value in arithmetic", "export const z = /*!*/open + 1;", "use open.add(1)"],
  ["a public value under <", "export const z = /*!*/open < 1;", "use open.lessThan(1)"],
  ["a public value in a text", "export const z = `${/*!*/open}`;", "use printLn("],
  ["a loop's index as an index", "repeat(3, [x], ([a], i) => { list[/*!*/i]; return [a]; });", "use gather()"],
  ["a loop's index in arithmetic", "export const z = /*!*/index * 2;", "known at run time only"],
  ["a loop's index in a condition", "if (/*!*/index) {}", "known at run time only"],
  ["row numbers in a loop", "for (const r of /*!*/rows) {}", "known at run time only"],
  ["a fresh permutation", "if (/*!*/publicPermutation(3)) {}", "known at run time only"],
  // What may hide a secret.
  ["unknown", "if (/*!*/u) {}", '"u" of type unknown, which may hide a secret'],
  ["object", "export const f = (a: object) => /*!*/a ? 1 : 2;", "type object, which may hide a secret"],
  ["{}", "export const f = (a: {}) => /*!*/a ? 1 : 2;", "type {}, which may hide a secret"],
  ["an unconstrained type", "export function f<T>(a: T) { if (/*!*/a) {} }", "type T, which may hide a secret"],
  ["unknown === number", "export const z = /*!*/u === 3;", "which may hide a secret"],
  ["an assertion from unknown", "export const z = /*!*/u as number;", "Cannot assert the type"],
  ["as unknown as", "export const z = /*!*/x as unknown as number;", "Cannot assert the type"],
  ["any", "export let z: /*!*/any;", "Cannot use any"],
  ["any[]", "export function f(z: /*!*/any[]) { return z.length; }", "Cannot use any"],
  ["as any", "(x as /*!*/any).foo;", "Cannot use any"],
  ["an implicit any", "export function f(/*!*/z) {}", '"z" has type any'],
  ["an inferred any", "const /*!*/z = JSON.parse('1'); printLn(`${z}`);", '"z" has type any'],
  ["an inferred any[]", "const /*!*/z = new Array(3).fill(0); printLn(`${z}`);", '"z" has type any[]'],
  ["a returned any", "export const f = () => /*!*/JSON.parse('1');", "returns any"],
  ["any from arguments", "export function f() { const z: number = /*!*/arguments[0]; return z; }", "has type any"],
  ["any from a function", "export const z: number = /*!*/Object.assign({}, 1, 2, 3, 4);", "has type any"],
  [
    "any from a call of a Function",
    "export const f = (g: Function) => { const z: number = /*!*/g(); return z; };",
    "type any",
  ],
  ["// @ts-ignore", "// /*!*/@ts-ignore\nexport const z = 1;", "Cannot use @ts-ignore"],
  ["@ts-expect-error", "// /*!*/@ts-expect-error\nexport const z = 1;", "Cannot use @ts-expect-error"],
  ["@ts-nocheck", "// /*!*/@ts-nocheck", "Cannot use @ts-nocheck"],
  ["eval", "/*!*/eval('1');", "Cannot use eval"],
  ["eval by another name", "export const z = [/*!*/eval];", "Cannot use eval"],
  ["new Function", "export const z: () => number = new /*!*/Function('') as () => number;", "Cannot use Function"],
  ["a computed import", "await import(/*!*/`${n}`);", "Cannot import"],
  // Type errors.
  ["a wrong argument", "x.mul(/*!*/'a');", "Argument of type '\"a\"' is not assignable"],
  ["an unknown name", "/*!*/process.exit();", "Cannot find name 'process'"],
  ["what does more than reading", "Deno./*!*/writeTextFileSync('a', 'b');", "A program may read data and nothing else"],
  ["a foreign module", 'import { z } from /*!*/"npm:left-pad";', 'Cannot import "npm:left-pad"'],
  ["a missing module", 'import { z } from /*!*/"./none.ts";', "Cannot find module './none.ts'"],
];

/** Files beside the program that the check cannot follow, or that are not what runs. */
const BESIDE: Readonly<Record<string, string>> = {
  "/programs/code.js": "export const z = 1;",
  "/programs/code.mjs": "export const z = 1;",
  "/programs/code.jsx": "export const z = 1;",
  "/programs/code.d.ts": "export declare const z: number;",
  "/programs/code.wasm": "",
  "/programs/table.csv": "1,2",
  "/programs/key.txt": "1",
  "/programs/innocent.ts": "export const z = 1;",
};
const UNSEEN: readonly (readonly [specifier: string, message: string])[] = [
  ["./code.js", "the check sees into .ts files only"],
  ["/programs/code.mjs", "the check sees into .ts files only"],
  ["./code.jsx", "the check sees into .ts files only"],
  ["./code.d.ts", "the check sees into .ts files only"],
  ["file:///programs/code.wasm", "the check sees into .ts files only"],
  ["./table.csv", "bring data with loadCsv"],
  ["./key.txt", "bring data with loadCsv"],
  ["data:text/javascript,export const z = 1", "the check follows nothing else"],
  ["https://example.org/z.ts", "the check follows nothing else"],
  ["jsr:@a/z", "the check follows nothing else"],
  ["node:fs", "a program may read data and nothing else; bring data with loadCsv"],
  ["fs", "the check follows nothing else"],
];
for (const [specifier, message] of UNSEEN) {
  Deno.test(`the check refuses to import ${specifier}, in every way of importing`, () => {
    const text = JSON.stringify(specifier);
    const ways = [
      `import { z } from ${text}; export const w = z;`,
      `import * as z from ${text}; export const w = z;`,
      `export { z } from ${text};`,
      `export * from ${text};`,
      `import ${text};`,
      `import type { z } from ${text}; export type W = typeof z;`,
      `await import(${text});`,
      `// @ts-types="./innocent.ts"\nimport { z } from ${text}; export const w = z;`,
      `import { z } from ${text} with { type: "text" }; export const w = z;`,
    ];
    const findings = checkEach(ways, BESIDE);
    ways.forEach((_, i) => {
      const found = findings(i).map((d) => d.message);
      assert(
        found.some((d) => d.startsWith(`Cannot import "${specifier}": `) && d.includes(message)),
        found.join("\n"),
      );
    });
  });
}

Deno.test("what tensors have under other names is answered with what to write", () => {
  const cases: readonly (readonly [body: string, message: string])[] = [
    ["x./*!*/sigmoid();", 'A secret tensor has no member "sigmoid": write sigmoid(x), the function'],
    ["secrets[0]!./*!*/relu();", "write relu(secrets[0]!)[0], which is followed by the derivative"],
    ["x.add(y)./*!*/exp();", "write exp(x.add(y)), the function"],
    ["x./*!*/T;", "write x.transpose()"],
    ["x./*!*/size();", "write x.size, the number of elements, or x.shape: they are no methods"],
    ["x./*!*/max();", "write maximum(x, axis), or max(x, y) for the larger of two"],
    ["x./*!*/dot(y);", "write x.matmul(y), or x.mul(y).sum() for vectors"],
    ["x./*!*/lessthan(y);", 'A secret tensor has no member "lessthan" (did you mean "lessThan"?)'],
    ["x./*!*/sigmiod();", "write sigmoid(x), the function"],
    ["x./*!*/frobnicate();", 'A secret tensor has no member "frobnicate". It has add, sub, mul'],
    ["open./*!*/reveal();", "write open alone: it is public already"],
    ["open./*!*/lesThan(1);", '(did you mean "lessThan"?)'],
    ["index./*!*/mul(2);", 'A loop\'s index has no member "mul". It has add'],
    [
      "import { tf } from '@symbolon/ml'; tf.keras.layers./*!*/LSTM(3);",
      'tf.keras.layers has no "LSTM". It has Input, Dense, ',
    ],
    ["import { tf } from '@symbolon/ml'; tf.keras.layers./*!*/Desne(3);", '(did you mean "Dense"?)'],
    ["import { nn } from '@symbolon/ml'; nn./*!*/maxPool2D(2);", '(did you mean "MaxPool2d"?)'],
    ["import { tf } from '@symbolon/ml'; tf.keras.optimizers./*!*/RMSprop();", 'has no "RMSprop". It has Adam, SGD'],
    ["import { tf } from '@symbolon/ml'; tf.keras.Sequential([])./*!*/summry();", '(did you mean "summary"?)'],
    ["/*!*/np.dot(x, y);", "tensors have methods, x.matmul(y), and functions are imported"],
  ];
  const findings = checkEach(cases.map(([body]) => body));
  cases.forEach(([body, message], i) => assertRefused(findings(i), body, message));
});

const refused = checkEach(REFUSED.map(([, body]) => body));
REFUSED.forEach(([what, body, message], i) => {
  Deno.test(`the check refuses ${what}`, () => assertRefused(refused(i), body, message));
});

const ACCEPTED: Readonly<Record<string, string>> = {
  "ifElse()": "export const z = x.lessThan(y).ifElse(x, y);",
  "branches on a program's words":
    "export default program('', {}, ({ args }) => { if (args.includes('a')) x.reveal(); });",
  "loops over numbers": "for (let i = 0; i < 10; i++) x.row(i); for (const i of list) x.row(i); while (n < 3) break;",
  "extents as numbers": "export const m: number = x.shape[0]; const [h, w] = x.shape; x.slice(0, h - w);\n" +
    "export const d: number = open.shape[1]; x.reshape([x.shape[0], x.shape[1] * x.shape[2]]);",
  "a shape in a condition": "if (x.length > 2 && x.shape[0] === 3) x.row(x.shape.length - 1);",
  "secrets in an array":
    "for (const s of [x, y]) s.neg(); for (const s of secrets) s.neg(); export const z = [...secrets, x];",
  "callbacks that compute": "export const z = secrets.map((s) => s.mul(y)).reduce((a, b) => a.add(b));",
  "callbacks that decide by shapes": "secrets.filter((s) => s.length > 1); secrets.some((s) => s.shape.length === 2);",
  "sorting by shapes": "secrets.sort((a, b) => a.length - b.length);",
  "an index into an array of secrets": "export const z = secrets[n]?.neg(); secrets[0]!.neg();",
  "an entry that may be missing": "export const z = secrets[n] ?? x; const [first] = secrets;\n" +
    "if (first === undefined) throw new RangeError(); first.neg(); if (secrets[1] !== undefined) secrets[1].neg();",
  "an optional secret compared with undefined": "export const z = bias === undefined ? x : x.add(bias);",
  "an optional secret by ?? and ?.": "export const z = bias ?? x; export const w = bias?.neg(); let v = bias; v ??= x;",
  "a secret chosen by a number": "export const z = n > 1 ? x : y; export const w = n > 1 && x; export const v = [w];",
  "telling secrets from numbers": "export const z = typeof either === 'number' ? either + 1 : either.add(1);",
  "telling tensors by class": "export const f = (t: Regint | number) => t instanceof Regint ? 0 : t + 1;",
  "repeat()": "export const [z] = repeat(3, [x], ([a], i) => [a.mul(a.gather(rows, i, 2))]);",
  "printing": "printLn('%s of %s', x.reveal(), `${n}`); console.log('compiled');",
  "ordinary objects": "export const o = { p: x, q: 1 }; if (o.q === 1) o.p.neg(); const { p } = o; p.neg();",
  "a map of secrets": "const m = new Map([['a', x]]); m.get('a')?.neg(); if (m.has('a')) m.get('a')!.neg();",
  "generic functions": "export function f<T extends number | string>(a: T, b: T) { return a === b ? 1 : 2; }",
  "an unknown error": "try { x.neg(); } catch (e) { console.log(e instanceof Error ? e.message : String(e)); }",
  "unknown narrowed": "if (typeof u === 'number' && u > 3) x.neg(); if (u !== undefined) x.neg();",
  "JSON with a type":
    "interface C { n: number }\nexport const c: C = JSON.parse('{}'); export const d = JSON.parse('{}') as C;",
  "arrays that grow": "const a = []; for (const i of list) a.push(i); let b; b = 1; printLn(`${a[0]} ${b}`);",
  "words that look like comments": "printLn('// @ts-ignore'); export const z = `@ts-expect-error ${n} @ts-nocheck`;",
  "names like the standard ones": "const o = { filter: (f: () => Secret) => f(), includes: (s: Secret) => s };\n" +
    "o.filter(() => x); o.includes(x); { const String = (s: Secret) => s; String(x); }",
  "as const": "export const z = [x, 'a'] as const;",
  "instanceof Function": "export const f = (g: (() => void) | number) => g instanceof Function ? 1 : 2;",
  "places": "export const z = new URL('data.csv', import.meta.url).href;",
  "reading data": "const text = await Deno.readTextFile(new URL('data.csv', import.meta.url));\n" +
    "export const z = text.length + Deno.readFileSync('a').length;",
  "awaiting data": 'import { breastCancer } from "@symbolon/datasets"; const { X } = await breastCancer();\n' +
    "export const z = sfix.inputTensorVia(0, X); if (X.shape[0] > 3) z.neg();",
  "tests' assertions": 'import { assertEquals, assertMatch } from "@std/assert"; assertEquals(n, 3);',
};
const accepted = checkEach(Object.values(ACCEPTED));
Object.keys(ACCEPTED).forEach((what, i) => {
  Deno.test(`the check accepts ${what}`, () => assertEquals(accepted(i).map(formatDiagnostic), []));
});

Deno.test("the check follows a program's own modules, each once, and says which", () => {
  const others = {
    "/programs/parts/model.ts": `import type { Secret } from "@symbolon/symbolon";
import "../example.ts";
export const f = (a: Secret) => a ? 1 : 2;
`,
    "/other.ts": "export const g: any = 1;",
    "/programs/table.json": '{ "rows": [1, 2] }',
  };
  const body = `import { f } from "./parts/model.ts";
import { g } from "file:///other.ts";
import table from "./table.json" with { type: "json" };
export const z: number = f(x) + Number(g) + table.rows.length;`;
  assertEquals(check(body, others).map((d) => formatDiagnostic(d).split(":").slice(0, 3).join(":")), [
    "/programs/parts/model.ts:3:33",
    "/other.ts:1:17",
  ]);
});

Deno.test("the check says which of the imported JSON files is none, and where", () => {
  const imports =
    'import a from "./a.json" with { type: "json" };\nimport b from "./deep/b.json" with { type: "json" };\n';
  const found = (a: string, b: string) =>
    check(`${imports}export const z = [a, b];`, { "/programs/a.json": a, "/programs/deep/b.json": b })
      .map(formatDiagnostic);
  const none = "This is imported as JSON, and is none: ";
  assertEquals(found("[1, 2]", '\uFEFF{ "a": null }'), []);
  assertEquals(found("[1,\n 2", '{ "a": 1 }'), [
    `/programs/a.json:2:3: ${none}Expected ',' or ']' after array element`,
  ]);
  assertEquals(found("[1, 2,]", '{\n  "a": .5\n}'), [
    `/programs/a.json:1:7: ${none}Unexpected token ']'`,
    `/programs/deep/b.json:2:8: ${none}Unexpected token '.'`,
  ]);
  assertEquals(found("", "1"), [`/programs/a.json:1:1: ${none}Unexpected end of JSON input`]);
});

Deno.test("a backslash is a letter where paths begin with a slash, and nothing with one is checked as another file", () => {
  const files = { "/a/b.ts": "export const z: any = 1;", "/a\\b.ts": "export const z = 1;" };
  const found = checkProgram("/a\\b.ts", hostOf(files)).map(formatDiagnostic);
  assertMatch(found.join(), /^\/a\\b\.ts:1:1: The check cannot read a file whose path has a backslash: give/);
  const imported = check('import { z } from "/a%5Cb.ts"; export const w = z;', { "/a/b.ts": "export const z = 1;" });
  assertMatch(imported[0]!.message, /^Cannot (find|import)/);
});

Deno.test("the check accepts whole programs, whatever the library contains", () => {
  for (const path of ["../../programs/breast_logistic.ts", "../../programs/diabetes.ts", "../testdata/ordinary.ts"]) {
    const file = new URL(path, import.meta.url);
    assertEquals(checkProgram(file.href, hostOf({})).map(formatDiagnostic), []);
  }
});

Deno.test("the check reports ten of TypeScript's errors, and all of its own", () => {
  const found = check("export const bad: number[] = [\n" + "'a',\n".repeat(15) + "];\n" + "if (x) {}\n".repeat(15));
  assertEquals(found.filter((d) => d.message.includes("not assignable")).length, 10);
  assertEquals(found.filter((d) => d.message.startsWith("Cannot branch on")).length, 15);
});

Deno.test("the check reports syntax errors alone", () => {
  assertEquals(check("if (x { }").map(formatDiagnostic), ["/programs/example.ts:7:7: ')' expected."]);
});

Deno.test("the check refuses a suppressed error where it is suppressed", () => {
  assertEquals(check("  // @ts-ignore\nexport const z: number = 'a';").map(formatDiagnostic), [
    "/programs/example.ts:7:6: Cannot use @ts-ignore: it hides errors, secrets among them; mend the error",
  ]);
});

Deno.test("the check sees a file that changed since", () => {
  const file = (text: string) => hostOf({ "/a.ts": text });
  assertEquals(checkProgram("/a.ts", file("export const a: number = 1;")), []);
  assertEquals(checkProgram("file:///a.ts", file("export const a: number = '';")).length, 1);
});

Deno.test("the check needs an absolute path to a file that exists", () => {
  assertThrows(() => checkProgram("a.ts", hostOf({})), TypeError, "absolute path");
  assertEquals(checkProgram("/none.ts", hostOf({})).map(formatDiagnostic), ["/none.ts:1:1: There is no such file"]);
});

Deno.test("the check stops when it cannot read what it needs to tell secrets", () => {
  const without = (part: string): CheckHost => {
    const host = hostOf({ [PROGRAM]: PRELUDE });
    return { ...host, readFile: (path) => path.includes(part) ? undefined : host.readFile(path) };
  };
  assertThrows(() => checkProgram(PROGRAM, without("lib.es5.d.ts")), TypeError, "TypeScript's own declarations");
  assertThrows(() => checkProgram(PROGRAM, without("compiler/tensor.ts")), TypeError, "does not find Secret");
  assert(checkProgram(PROGRAM, without("/mod.ts")).length > 0);
});
