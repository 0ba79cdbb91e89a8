/** Preprocessing in a run of its own: real processes, their files, and how they end when something is wrong with these. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { freePorts, makeCertificate } from "@symbolon/transport";
import { missing, testWith } from "./permissions.ts";
import { checkTogether, finish, type Finished, MOD, report, start, waiting } from "./site.ts";

const NEEDS = ["run", "net", "read", "write"] as const;

/** Products, comparisons and truncations; its files are small. */
const SMALL = `import { printLn, program, sfix } from "${MOD}";
export default program("a few operations", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }), y = sfix.inputFrom(1, { shape: [3] });
  printLn("products %s", x.mul(y).reveal());
  printLn("less %s", x.lessThan(y).reveal());
});
`;
/** Takes material for minutes. */
const LONG = `import { printLn, program, repeat, sfix } from "${MOD}";
export default program("takes long", {}, () => {
  const [y] = repeat(400_000, [sfix.inputFrom(0, { shape: [3] })], ([x]) => [x.mul(x)]);
  printLn("result %s", y.reveal());
});
`;
/** Takes little material, and long to run. */
const SLOW = `import { printLn, program, repeat, sfix } from "${MOD}";
export default program("takes long to run", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }), y = sfix.inputFrom(1, { shape: [3] });
  printLn("products %s", x.mul(y).reveal());
  const [z] = repeat(20_000_000, [x], ([x]) => [x.add(y)]);
  printLn("sum %s", z.mul(y).reveal());
});
`;

const symbolon = (folder: string, ...args: string[]) => finish(start(folder, args));
const files = (folder: string, sign = "Preprocessing") =>
  [...Deno.readDirSync(`${folder}/Player-Data`)].map(({ name }) => name).filter((name) => name.includes(sign)).sort();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** A folder with everybody's inputs: for runs of all parties. */
function common(root: string): string {
  const folder = Deno.makeTempDirSync({ dir: root });
  Deno.mkdirSync(`${folder}/Player-Data`);
  Deno.writeTextFileSync(`${folder}/Player-Data/Input-P0-0`, "1 2.5 -3");
  Deno.writeTextFileSync(`${folder}/Player-Data/Input-P1-0`, "0.5 3 4");
  return folder;
}

/** Compiled programs, and each party's key and certificate: made once. */
async function prepareOnce() {
  const source = common(root);
  await checkTogether(source, ["small", "long", "slow"].map(programAt));
  await Promise.all(["small", "long", "slow"].map(async (name) => {
    const { code, err } = await symbolon(source, "compile", "-E", "semi2k", programAt(name));
    assertEquals(code, 0, err);
  }));
  return { source, keys: await Promise.all([0, 1].map((p) => makeCertificate(p))) };
}
let prepared: ReturnType<typeof prepareOnce> | undefined;

/** Two parties with folders of their own, who call each other over TLS. */
class Pair {
  readonly folders = [Deno.makeTempDirSync({ dir: root }), Deno.makeTempDirSync({ dir: root })] as const;
  port = 0;

  static async make(): Promise<Pair> {
    const { source, keys } = await (prepared ??= prepareOnce());
    const pair = new Pair();
    pair.folders.forEach((folder, p) => {
      for (const sub of ["Player-Data", "Compiled"]) Deno.mkdirSync(`${folder}/${sub}`);
      for (const name of ["small", "long", "slow"]) {
        Deno.copyFileSync(`${source}/Compiled/${name}.json`, `${folder}/Compiled/${name}.json`);
      }
      keys.forEach(({ certificate }, q) => Deno.writeTextFileSync(`${folder}/Player-Data/P${q}.pem`, certificate));
      Deno.writeTextFileSync(`${folder}/Player-Data/P${p}.key`, keys[p]!.key, { mode: 0o600 });
      Deno.copyFileSync(`${source}/Player-Data/Input-P${p}-0`, `${folder}/Player-Data/Input-P${p}-0`);
    });
    return pair;
  }

  /** Starts a party; both of a run take the port that `party(0, …)` has chosen. */
  party(party: 0 | 1, program: string, ...more: string[]): Deno.ChildProcess {
    if (party === 0) [this.port] = freePorts(1) as [number];
    const args = ["-E", "semi2k", "-h", "127.0.0.1", "-pn", String(this.port), ...waiting(more), ...more];
    return start(this.folders[party], ["party", ...args, String(party), program]);
  }

  async both(program: string, ...more: string[]): Promise<readonly [Finished, Finished]> {
    const children = [this.party(0, program, ...more), this.party(1, program, ...more)] as const;
    return await Promise.all([finish(children[0]), finish(children[1])]);
  }

  async preprocess(program = "small"): Promise<void> {
    for (const { code, err } of await this.both(program, "--preprocess-only")) assertEquals(code, 0, err);
  }

  /** A party's only file of material. */
  file(party: 0 | 1): string {
    const [name, ...more] = files(this.folders[party]).filter((name) => !name.endsWith(".used"));
    assertEquals(more, []);
    return `${this.folders[party]}/Player-Data/${name}`;
  }
}

const root = missing(NEEDS).length === 0 ? Deno.makeTempDirSync() : "";
/** Where a program lies: one place for all tests, since it is checked once for each. */
const programAt = (name: string) => `${root}/${name}.ts`;
if (root !== "") {
  for (const [name, text] of Object.entries({ small: SMALL, long: LONG, slow: SLOW })) {
    Deno.writeTextFileSync(programAt(name), text);
  }
}
globalThis.addEventListener("unload", () => root === "" || Deno.removeSync(root, { recursive: true }));
const test = (name: string, body: () => Promise<void>) => testWith(NEEDS, name, body);

for (
  const [backend, first, second] of [
    ["semi2k", "inline", "tls"],
    ["semi2k", "tcp", "workers"],
    ["semi2k", "workers", "inline"],
    ["mascot", "tls", "tcp"],
  ] as const
) {
  test(`${backend}: run --transport ${first} preprocesses, --transport ${second} uses it up at exactly the predicted cost`, async () => {
    const folder = common(root);
    const only = await symbolon(
      folder,
      "run",
      "-E",
      backend,
      "--transport",
      first,
      "--json",
      "--preprocess-only",
      programAt("small"),
    );
    assertEquals(only.code, 0, only.err);
    const made = report(only);
    assertEquals([only.out.trimEnd().split("\n").length, made.rounds, made.outputs, made.transport], [1, 0, [], first]);
    assertEquals(
      made.preprocessing.files.map(({ name }: { name: string }) => name.slice("Player-Data/".length)),
      files(folder),
    );
    assertEquals(made.preprocessing.files.length, 2);
    const use = ["run", "-E", backend, "--transport", second, "--json", "--use-preprocessing", programAt("small")];
    const used = await symbolon(folder, ...use);
    assertEquals(used.code, 0, used.err);
    assertEquals(used.out.split("\n").slice(0, 2), ["products [0.5, 7.5, -12]", "less [0, 1, 1]"]);
    const { predicted } = report(await symbolon(folder, "compile", "-E", backend, "--json", programAt("small")));
    const { rounds, bytes, preprocessing } = report(used);
    assertEquals([rounds, bytes.total], [predicted.rounds, predicted.bytes]);
    assertEquals({ ...preprocessing, seconds: 0 }, { from: "file", seconds: 0, rounds: 0, bytes: 0 });
    assertEquals(files(folder).every((name) => name.endsWith(".used")), true);
    const again = await symbolon(folder, ...use);
    assertEquals([again.code, Object.keys(report(again))], [1, ["error"]]);
    assertMatch(
      again.err,
      /^error: (Party \d: )?There is no Player-Data\/Preprocessing-(semi2k|mascot)-P\d-of-2-.* any more: it has been used \(20/,
    );
    assertMatch(again.err, /--preprocess-only\n$/);
  });
}

test("two parties over TLS preprocess without data, then compute without preprocessing, once", async () => {
  const pair = await Pair.make();
  const inputs = pair.folders.map((folder, p) => `${folder}/Player-Data/Input-P${p}-0`);
  for (const name of inputs) Deno.renameSync(name, `${name}.away`);
  const first = await pair.both("small", "--preprocess-only");
  for (const [p, { code, out, err }] of first.entries()) {
    assertEquals(code, 0, err);
    assertMatch(out, new RegExp(`^wrote Player-Data/Preprocessing-semi2k-P${p}-of-2-[0-9a-f]{16} \\(.*secret`));
    const name = pair.file(p as 0 | 1);
    if (Deno.build.os !== "windows") assertEquals(Deno.statSync(name).mode! & 0o777, 0o600);
  }
  for (const name of inputs) Deno.renameSync(`${name}.away`, name);
  for (const finished of await pair.both("small", "--use-preprocessing", "--json")) {
    assertEquals(finished.code, 0, finished.err);
    assertEquals(finished.out.split("\n").slice(0, 2), ["products [0.5, 7.5, -12]", "less [0, 1, 1]"]);
    assertEquals({ ...report(finished).preprocessing, seconds: 0 }, { from: "file", seconds: 0, rounds: 0, bytes: 0 });
  }
  for (const { code, out, err } of await pair.both("small", "--use-preprocessing")) {
    assertEquals([code, out, err.trimEnd().split("\n").length], [1, "", 1]);
    assertMatch(err, /it has been used/);
  }
});

test("files of two sessions do not mix: both parties stop, name the files and use nothing", async () => {
  const pair = await Pair.make();
  await pair.preprocess();
  const old = pair.file(1), kept = `${old}.kept`;
  Deno.renameSync(old, kept);
  Deno.removeSync(pair.file(0));
  await pair.preprocess();
  const fresh = `${old}.fresh`;
  Deno.renameSync(old, fresh);
  Deno.renameSync(kept, old);
  for (const { code, out, err } of await pair.both("small", "--use-preprocessing", "--debug")) {
    assertEquals([code, out], [1, ""]);
    assertMatch(err, /ProgramMismatchError: .*Player-Data\/Preprocessing-semi2k-P[01].* do not belong together/);
  }
  assertEquals(pair.folders.map((folder) => files(folder, ".used")), [[], []]);
  // With the file of the other session back in its place, all is well.
  Deno.renameSync(fresh, old);
  for (const { code, err } of await pair.both("small", "--use-preprocessing")) assertEquals(code, 0, err);
});

test("a party that uses a file and one that does not stop each other, and nothing is used", async () => {
  const pair = await Pair.make();
  await pair.preprocess();
  const children = [pair.party(0, "small", "--use-preprocessing", "--debug"), pair.party(1, "small", "--debug")];
  for (const { code, out, err } of await Promise.all(children.map(finish))) {
    assertEquals([code, out], [1, ""]);
    assertMatch(err, /the option --use-preprocessing \(here (true, there none|none, there true)\)/);
  }
  assertEquals(pair.folders.map((folder) => files(folder).length), [1, 1]);
});

test("of two runs at once, one is refused; a run that never began has used nothing", async () => {
  const pair = await Pair.make();
  await pair.preprocess();
  const waiting = pair.party(0, "small", "--use-preprocessing");
  const error = waiting.stderr.pipeThrough(new TextDecoderStream()).getReader();
  assertMatch((await error.read()).value!, /waits for party 1/);
  const other = await finish(pair.party(0, "small", "--use-preprocessing"));
  assertEquals([other.code, other.out], [1, ""]);
  assertMatch(other.err, /^error: Another run is using Player-Data\/Preprocessing-semi2k-P0/);
  waiting.kill("SIGKILL");
  await Promise.all([waiting.status, waiting.stdout.cancel(), error.cancel()]);
  for (const { code, err } of await pair.both("small", "--use-preprocessing")) assertEquals(code, 0, err);
});

test("a party that is killed while it preprocesses leaves nothing to use, here and there", async () => {
  const pair = await Pair.make();
  const children = [pair.party(0, "long", "--preprocess-only"), pair.party(1, "long", "--preprocess-only")] as const;
  const finished = children.map(finish);
  await until(() => files(pair.folders[1], ".partial").length === 1);
  await sleep(1500);
  children[1].kill("SIGKILL");
  const [other] = await Promise.all(finished);
  assertEquals([other!.code, other!.out], [1, ""]);
  assertMatch(other!.err, /Party 1 at .* is gone/);
  assertEquals(files(pair.folders[0]), []);
  assertMatch(files(pair.folders[1]).join(), /^Preprocessing-[^,]*\.partial$/);
  const refused = await finish(pair.party(1, "long", "--use-preprocessing"));
  assertMatch(refused.err, /nothing has been preprocessed for this program/);
});

test("a run that is killed while it uses material has used it up", async () => {
  const pair = await Pair.make();
  await pair.preprocess("slow");
  const backup = pair.folders.map((_, p) => Deno.readFileSync(pair.file(p as 0 | 1)));
  const names = [pair.file(0), pair.file(1)] as const;
  const children = [
    pair.party(0, "slow", "--use-preprocessing"),
    pair.party(1, "slow", "--use-preprocessing"),
  ] as const;
  const finished = children.map(finish);
  await until(() => pair.folders.every((folder) => files(folder, ".used").length === 1));
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(finished);
  assertEquals(names.map((name) => files(name.replace(/\/Player-Data.*/, "")).length), [2, 2]);
  // The first refusal deletes what is left, the second finds a backup put back.
  for (const restore of [false, true]) {
    if (restore) names.forEach((name, p) => Deno.writeFileSync(name, backup[p]!));
    for (const { code, out, err } of await pair.both("slow", "--use-preprocessing")) {
      assertEquals([code, out], [1, ""]);
      assertMatch(
        err,
        // A mark whose maker was killed before it wrote the time says nothing of it.
        /^error: The material of Player-Data\/Preprocessing-semi2k-P\d.* has been used \((20|by a).*--preprocess-only\n$/,
      );
    }
    assertEquals(pair.folders.map((folder) => files(folder).length), [1, 1]);
  }
});

test("damage is found before anybody is called", async () => {
  const pair = await Pair.make();
  await pair.preprocess();
  const name = pair.file(1), good = Deno.readFileSync(name);
  const at = good.length >> 1;
  for (const bad of [good.subarray(0, at), good.map((b, i) => i === at ? b ^ 4 : b)]) {
    Deno.writeFileSync(name, bad);
    const { code, out, err } = await finish(pair.party(1, "small", "--use-preprocessing", "--wait", "1"));
    assertEquals([code, out], [1, ""]);
    assertMatch(
      err,
      /^error: Player-Data\/Preprocessing-semi2k-P1-of-2-[0-9a-f]{16} is damaged: .*--preprocess-only\n$/,
    );
  }
});

test("wrong command lines are explained", async () => {
  const folder = common(root);
  const cases: [string[], RegExp][] = [
    [["-E", "ring", "--preprocess-only"], /Backend ring needs no preprocessing: leave out --preprocess-only/],
    [["-E", "emulate", "--use-preprocessing"], /Backend emulate needs no preprocessing: leave out --use-preprocessing/],
    [["-E", "semi2k", "--preprocess-only", "--use-preprocessing"], /Give --preprocess-only first/],
  ];
  await Promise.all(cases.map(async ([args, message]) => {
    const { code, err } = await symbolon(folder, "run", ...args, programAt("small"));
    assertEquals(code, 2);
    assertMatch(err, message);
  }));
  assertEquals(files(folder), []);
  const { out } = await symbolon(folder, "run", "--help");
  for (const option of ["--preprocess-only", "--use-preprocessing"]) assertStringIncludes(out, option);
});
