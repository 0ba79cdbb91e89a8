/** The command line as a user types it: messages, exit codes, files. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { finish, inFolder, MOD, start } from "./site.ts";

/** Runs the command line in a folder of its own. MOD in a file stands for the library. */
function symbolon(args: readonly string[], files: Record<string, string> = {}) {
  return withFolder(files, (folder) => symbolonIn(folder, args));
}

function withFolder<T>(files: Record<string, string>, body: (folder: string) => Promise<T>): Promise<T> {
  const placed = Object.entries(files).map(([name, content]) => [name, content.replaceAll("MOD", MOD)]);
  return inFolder(Object.fromEntries(placed), body);
}

async function symbolonIn(folder: string, args: readonly string[]) {
  const finished = await finish(start(folder, args));
  const list = [...Deno.readDirSync(folder)].map((f) => f.name);
  const left = list.includes("Player-Data") ? [...Deno.readDirSync(`${folder}/Player-Data`)].map((f) => f.name) : [];
  return { ...finished, left: left.sort() };
}

const SUM = `import { printLn, program, sfix } from "MOD";
export default program("adds two rows", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }).add(sfix.inputFrom(1, { shape: [3] }));
  printLn("sum %s", x.reveal());
  x.revealTo(2, "rows");
});
`;
const INPUTS = { "sum.ts": SUM, "Player-Data/Input-P0-0": "1 2.5 -3\n", "Player-Data/Input-P1-0": "0.5\n0.25 4" };

const ignore = Deno.permissions.querySync({ name: "run" }).state !== "granted";
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name: ignore ? `${name} (ignored: needs --allow-run)` : name, ignore, fn });

test("text inputs of two parties are read, and --json ends with one object", async () => {
  const { code, out, err } = await symbolon(["run", "--json", "sum.ts"], INPUTS);
  assertEquals(code, 0, err);
  const lines = out.trimEnd().split("\n");
  assertEquals(lines[0], "sum [1.5, 2.75, 1]");
  const summary = JSON.parse(lines.at(-1)!);
  assertEquals(Object.keys(summary), [
    ...["program", "args", "backend", "parties", "transport", "tapeHash", "seconds", "compileSeconds"],
    ...["rounds", "bytes", "preprocessing", "metrics", "outputs"],
  ]);
  assertEquals(summary.outputs, [{ label: "rows", party: 2, shape: [3], values: [1.5, 2.75, 1] }]);
  assertEquals(summary.bytes.perParty.length, 3);
  assertEquals(summary.bytes.total, summary.bytes.perParty.reduce((a: number, b: number) => a + b));
});

for (const transport of ["inline", "workers"]) {
  test(`transport ${transport} gives the same result`, async () => {
    const { code, out } = await symbolon(["run", "--transport", transport, "sum.ts"], INPUTS);
    assertEquals(code, 0);
    assertStringIncludes(out, "sum [1.5, 2.75, 1]");
    assertStringIncludes(out, `3 parties, ${transport}`);
  });
}

/** What goes wrong, what is said, and the exit code. */
const FAILURES: readonly [
  title: string,
  args: string[],
  files: Record<string, string>,
  message: RegExp,
  code: number,
][] = [
  [
    "an unknown command",
    ["train"],
    {},
    /There is no command "train". There are: run, compile, party, setup-ssl, programs/,
    2,
  ],
  [
    "an unknown option",
    ["run", "--fast", "breast_logistic"],
    {},
    /There is no option --fast. See deno task run --help/,
    2,
  ],
  [
    "an unknown backend",
    ["run", "-E", "magic", "breast_logistic"],
    {},
    /-E takes ring, semi2k, mascot, emulate, not "magic"/,
    2,
  ],
  [
    "an unknown program",
    ["run", "breast_logstic"],
    {},
    /no program "breast_logstic" \(did you mean "breast_logistic"\?\). There are: .*diabetes/,
    2,
  ],
  ["no program", ["run"], {}, /Which program\?/, 2],
  ["a missing file", ["run", "nothing.ts"], {}, /There is no file nothing\.ts/, 2],
  [
    "a wrong party count",
    ["run", "-N", "2", "breast_logistic"],
    {},
    /-N 2: Backend ring runs with 3 parties, not 2/,
    2,
  ],
  [
    "a party count that is no number",
    ["run", "-N", "two", "breast_logistic"],
    {},
    /-N takes a whole number.*not "two"/,
    2,
  ],
  [
    "a domain the backend lacks",
    ["run", "--domain", "field", "breast_logistic"],
    {},
    /ring Z_2\^64, not in a field/,
    2,
  ],
  [
    "both of a pair of flags",
    ["run", "-E", "emulate", "--check-range", "--no-check-range", "sum.ts"],
    INPUTS,
    /exclude each other/,
    2,
  ],
  ["--check-range with shares", ["run", "--check-range", "breast_logistic"], {}, /clear, .*: add -E emulate/, 2],
  [
    "samples of data that is always used",
    ["run", "--samples", "2", "sum.ts"],
    INPUTS,
    /always uses all of its data/,
    1,
  ],
  [
    "an unknown word",
    ["run", "breast_logistic", "aprox"],
    {},
    /does not know the word "aprox" \(did you mean "approx"\?\)/,
    1,
  ],
  [
    "a misspelt option",
    ["run", "--sampels", "3", "sum.ts"],
    INPUTS,
    /no option --sampels \(did you mean "--samples"\?\)/,
    2,
  ],
  ["a misspelt command", ["complie", "sum.ts"], INPUTS, /no command "complie" \(did you mean "compile"\?\)/, 2],
  ["a misspelt file", ["run", "smu.ts"], INPUTS, /There is no file smu\.ts \(did you mean "sum\.ts"\?\)/, 2],
  ["a missing input", ["run", "sum.ts"], { "sum.ts": SUM }, /Cannot find Player-Data\/Input-P0-0.*party 0/, 1],
  [
    "an input that is too short",
    ["run", "sum.ts"],
    { ...INPUTS, "Player-Data/Input-P1-0": "1 2" },
    /Player-Data\/Input-P1-0 is too short/,
    1,
  ],
  [
    "an input that is no number",
    ["run", "sum.ts"],
    { ...INPUTS, "Player-Data/Input-P1-0": "1 two 3" },
    /Player-Data\/Input-P1-0, value 2 is not a number/,
    1,
  ],
  [
    "an input outside the range",
    ["run", "sum.ts"],
    { ...INPUTS, "Player-Data/Input-P1-0": "1 16384 3" },
    /Player-Data\/Input-P1-0, value 2 does not fit fixed-point numbers of k = 31.*k<n>/,
    1,
  ],
  [
    "a branch on a secret",
    ["run", "branch.ts"],
    { "branch.ts": SUM.replace("  printLn", "  if (x.sum().lessThan(3)) console.log(1);\n  printLn") },
    /branch\.ts:4:7: Cannot branch on the secret "x\.sum\(\)\.lessThan\(3\)": use ifElse/,
    1,
  ],
  [
    "a shape mismatch",
    ["run", "bad.ts"],
    { "bad.ts": SUM.replace("[3] }).add", "[4] }).add") },
    /bad\.ts:3: Cannot add tensors of shapes \[4\] and \[3\]/,
    1,
  ],
];

for (const [title, args, files, message, code] of FAILURES) {
  test(`${title}: one message, exit code ${code}, no output`, async () => {
    const result = await symbolon(args, files);
    assertMatch(result.err, message);
    assertEquals(result.err.trimEnd().split("\n").filter((l) => l.startsWith("error: ")).length, 1);
    assert(!result.err.includes("    at "), "no stack trace");
    assertEquals(result.out, "");
    assertEquals(result.code, code);
    assert(result.left.every((f) => !f.endsWith(".partial")));
  });
}

test("an error shows values of no input, and --debug a stack trace", async () => {
  const files = { ...INPUTS, "Player-Data/Input-P1-0": "1 31415.9 3" };
  const { err } = await symbolon(["run", "--debug", "sum.ts"], files);
  assertStringIncludes(err, "    at ");
  assert(!err.includes("31415"));
});

const WRAP = `import { printLn, program, sfix } from "MOD";
export default program("multiplies two rows", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }).mul(1000);
  printLn("product %s", x.mul(x).mul(x).reveal());
});
`;

test("emulate names the line that leaves its range, the value with --debug only, unless --no-check-range", async () => {
  const files = { "wrap.ts": WRAP, "Player-Data/Input-P0-0": "0.001 1.5 -0.25" };
  const silent = await symbolon(["run", "-E", "emulate", "--no-check-range", "wrap.ts"], files);
  assertEquals(silent.code, 0);
  const checked = await symbolon(["run", "-E", "emulate", "wrap.ts"], files);
  assertEquals([checked.code, checked.out], [1, ""]);
  assertMatch(checked.err, /^error: \S*wrap\.ts:4:27: a product leaves its range by 8 bits, in 2 of 3 elements/m);
  assert(!checked.err.includes("2250000"));
  const debug = await symbolon(["run", "-E", "emulate", "--debug", "wrap.ts"], files);
  assertStringIncludes(debug.err, "The first is 2250000.");
  const within = await symbolon(["run", "-E", "emulate", "--check-range", "sum.ts"], INPUTS);
  assertEquals(within.code, 0);
  assertStringIncludes(within.out, "sum [1.5, 2.75, 1]");
});

test("compile keeps what the program brings and predicts what a run takes", async () => {
  const { code, out, left } = await symbolon(["compile", "--json", "breast_logistic", "horizontal"]);
  assertEquals(code, 0);
  const { predicted, tapeHash } = JSON.parse(out);
  assertEquals(left, [0, 1].map((p) => `Input-Brought-P${p}-breast_logistic-horizontal`));
  const run = await symbolon(["run", "--json", "breast_logistic", "horizontal"]);
  assertEquals(run.left, []);
  const summary = JSON.parse(run.out.trimEnd().split("\n").at(-1)!);
  assertEquals([summary.rounds, summary.bytes.total, summary.tapeHash], [predicted.rounds, predicted.bytes, tapeHash]);
});

test("a program that only brings data has run when its files are written, and another one reads them", async () => {
  const prepare = `import { program, sfix, sint } from "MOD";
export default program("prepares", {}, ({ samples = 3 }) => {
  sfix.inputTensorVia(1, [[0.5, 1], [2, -3], [4, 5]].slice(0, samples));
  sint.inputTensorVia(1, [2, 0, 1].slice(0, samples), { oneHot: 3 });
});
`;
  const use = `import { printLn, program, sfix, sint } from "MOD";
export default program("uses", {}, ({ samples = 3 }) => {
  const [X, y] = [sfix.Tensor([samples, 2]), sint.Tensor([samples, 3])];
  X.inputFrom(1, { binary: true });
  y.inputFrom(1, { binary: true });
  printLn("%s %s", X.reveal(), y.reveal());
});
`;
  const prepared = await withFolder({ "prepare.ts": prepare, "use.ts": use }, async (folder) => {
    const wrote = await symbolonIn(folder, ["run", "--samples", "2", "prepare.ts"]);
    return [wrote, await symbolonIn(folder, ["run", "--samples", "2", "--transport", "tcp", "use.ts"])];
  });
  const [wrote, used] = prepared;
  assertEquals([wrote!.code, used!.code], [0, 0], used!.err);
  assertEquals(wrote!.out.split("\n").filter((line) => line !== ""), [
    "wrote Player-Data/Input-Binary-P1-0",
    "in reading order",
    "  Player-Data/Input-Binary-P1-0  sfix, float32  [2, 2]",
    "  Player-Data/Input-Binary-P1-0  sint, int64  [2, 3]",
  ]);
  assertStringIncludes(used!.out, "[[0.5, 1], [2, -3]] [[0, 0, 1], [1, 0, 0]]");
});

test("every command explains itself", async () => {
  for (const command of ["run", "compile", "programs"]) {
    const { code, out } = await symbolon([command, "--help"]);
    assertEquals(code, 0);
    assertStringIncludes(out, "usage: deno task");
  }
  const { out } = await symbolon(["programs"]);
  for (const name of ["breast_logistic", "diabetes", "logreg"]) assertStringIncludes(out, name);
  const one = await symbolon(["programs", "breast_logistic"]);
  assertStringIncludes(one.out, "horizontal");
  assert(!one.out.includes("diabetes") && !out.includes("horizontal"));
});
