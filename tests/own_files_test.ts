/** Files that are there stay as they are: inputs of a party's own, results, programs of the same name, keys. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "./permissions.ts";
import { finish, inFolder, MOD, portBase, Site, start } from "./site.ts";

const NEEDS = ["read", "write", "run", "env", "net", "sys"] as const;

/** A test in a folder with these files. */
function test(name: string, files: Record<string, string | Uint8Array>, body: (at: At) => Promise<void>): void {
  testWith(NEEDS, name, () =>
    inFolder(files, (folder) => {
      const read = (file: string) => Deno.readFileSync(`${folder}/${file}`);
      const left = (sub: string) => [...Deno.readDirSync(`${folder}/${sub}`)].map((f) => f.name).sort();
      return body({ folder, read, left, run: (...args) => finish(start(folder, args)) });
    }));
}

interface At {
  readonly folder: string;
  read(file: string): Uint8Array;
  left(folder: string): string[];
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>;
}

const float32 = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const mode = (file: string) => Deno.statSync(file).mode! & 0o777;

/** A network's weights from party 0's file, after rows that the program brings. */
const PREDICT = `import { layersFromTorch, nn, Optimizer, printLn, program, sfix } from "${MOD}";
export default program("predicts", {}, () => {
  const X = sfix.inputTensorVia(0, [[1, 2], [0.5, -1], [3, 0]]);
  const net = nn.Sequential(nn.Linear(2, 2));
  const model = new Optimizer(layersFromTorch(net, X.shape, 3, { inputVia: 0 }));
  printLn("%s", model.eval(X, { top: true }).reveal());
});
`;
const WEIGHTS = float32(1, 0, 0, 1, 0.25, 0.5);

test("samples that a program brings and weights of the same party's file: the file is read after them, and stays", {
  "predict.ts": PREDICT,
  "Player-Data/Input-Binary-P0-0": WEIGHTS,
}, async ({ run, read, left }) => {
  for (const backend of ["emulate", "ring"]) {
    const { code, out, err } = await run("run", "-E", backend, "predict.ts");
    assertEquals(code, 0, err);
    // x + (0.25, 0.5): the larger one is at 1 [1.25, 2.5], 0 [0.75, -0.5], 0 [3.25, 0.5].
    assertStringIncludes(out, "[1, 0, 0]");
    assert(!err.includes("more than the program reads"), err);
  }
  assertEquals(read("Player-Data/Input-Binary-P0-0"), WEIGHTS);
  const { code, err } = await run("compile", "predict.ts");
  assertEquals(code, 0, err);
  assertEquals(read("Player-Data/Input-Binary-P0-0"), WEIGHTS);
  assertEquals(left("Player-Data"), ["Input-Binary-P0-0", "Input-Brought-P0-predict"]);
});

/** File, brought, file in a loop, brought, file: values are taken in reading order. */
const MIXED = `import { printLn, program, repeat, sfix, sint } from "${MOD}";
export default program("mixed", {}, () => {
  const a = sfix.inputFrom(0, { shape: [2], binary: true });
  const b = sint.inputTensorVia(0, [7, 8]);
  const c = repeat(3, [sfix.constant([0, 0])], ([sum]) => [sum.mul(2).add(sfix.inputFrom(0, { shape: [2], binary: true }))]);
  const d = sfix.inputTensorVia(0, [0.5]);
  const e = sfix.inputFrom(0, { shape: [1], binary: true });
  printLn("%s %s %s %s %s", a.reveal(), b.reveal(), c[0].reveal(), d.reveal(), e.reveal());
});
`;

test("what a program brings stands among readings from the file, around loops too", {
  "mixed.ts": MIXED,
  "Player-Data/Input-Binary-P0-0": float32(1, 2, 3, 4, 5, 6, 7, 8, 9),
}, async ({ run }) => {
  for (const transport of ["inline", "workers", "tcp"]) {
    const { code, out, err } = await run("run", "--transport", transport, "mixed.ts");
    assertEquals(code, 0, err);
    assertStringIncludes(out, "[1, 2] [7, 8] [29, 36] [0.5] [9]");
  }
});

test("data that is brought in a loop is refused at its place", {
  "loop.ts": `import { program, repeat, sint } from "${MOD}";
export default program("loop", {}, () => {
  repeat(2, [sint.constant(0)], ([s]) => [s.add(sint.inputTensorVia(0, 5))])[0].revealTo(0);
});
`,
}, async ({ run }) => {
  const { code, err } = await run("run", "loop.ts");
  assertEquals(code, 1);
  assertMatch(err, /loop\.ts:3: A program brings data once: call inputTensorVia\(\) before repeat\(\)/);
});

test("a program that prepares inputs leaves others' files alone, unless it is told", {
  "prepare.ts": `import { program, sint } from "${MOD}";
export default program("prepares", {}, ({ samples = 3 }) => {
  sint.inputTensorVia(1, [1, 2, 3].slice(0, samples));
  sint.inputTensorVia(0, [4, 5, 6].slice(0, samples));
});
`,
  "Player-Data/Input-Binary-P0-0": "mine",
}, async ({ run, read, left, folder }) => {
  for (
    const [flag, command] of [["--preprocess-only", "run"], ["--use-preprocessing", "run"], [
      "--preprocess-only",
      "compile",
    ]]
  ) {
    const refused = await run(command!, flag!, "--overwrite", "prepare.ts");
    assertMatch(
      refused.err,
      command === "run"
        ? new RegExp(`no preprocessing, so leave out ${flag}`)
        : /compile has no option --preprocess-only: it is one of run/,
    );
    assertEquals([refused.code, refused.out], [2, ""]);
  }
  for (const command of ["run", "compile"]) {
    const refused = await run(command, "prepare.ts");
    assertEquals(refused.code, 2);
    assertMatch(
      refused.err,
      /^error: There is Player-Data\/Input-Binary-P0-0 already, with other contents.*--overwrite/m,
    );
    assertEquals(new TextDecoder().decode(read("Player-Data/Input-Binary-P0-0")), "mine");
    // Nothing is written by halves either.
    assertEquals(left("Player-Data"), ["Input-Binary-P0-0"]);
  }
  const told = await run("run", "--overwrite", "prepare.ts");
  assertEquals(told.code, 0, told.err);
  assertEquals(read("Player-Data/Input-Binary-P0-0"), new Uint8Array(BigInt64Array.of(4n, 5n, 6n).buffer));
  assertEquals(mode(`${folder}/Player-Data/Input-Binary-P1-0`), 0o600);
  assertEquals((await run("run", "prepare.ts")).code, 0, "the same again");
  assertEquals((await run("run", "--samples", "2", "prepare.ts")).code, 2);
  assertEquals(read("Player-Data/Input-Binary-P0-0").length, 24);
});

test("compile replaces what it has written, and nothing else", {
  "predict.ts": PREDICT,
  "Compiled/predict.json": '{ "notes": "of mine" }',
  "Player-Data/Input-Brought-P0-predict": "of mine",
}, async ({ run, read, folder }) => {
  const first = await run("compile", "predict.ts");
  assertEquals(first.code, 2);
  assertMatch(first.err, /There is Player-Data\/Input-Brought-P0-predict already, with other contents/);
  Deno.removeSync(`${folder}/Player-Data/Input-Brought-P0-predict`);
  const second = await run("compile", "predict.ts");
  assertEquals(second.code, 2);
  assertMatch(second.err, /There is Compiled\/predict\.json already, with other contents/);
  assertEquals(new TextDecoder().decode(read("Compiled/predict.json")), '{ "notes": "of mine" }');
  assertEquals((await run("compile", "--overwrite", "predict.ts")).code, 0);
  assertEquals((await run("compile", "predict.ts")).code, 0);
  assertEquals(mode(`${folder}/Player-Data/Input-Brought-P0-predict`), 0o600);
});

const SHARE = `import { printLn, program, sfix, sint } from "${MOD}";
export default program("two parties", { "party<n>": "compiled by party n" }, ({ args }) => {
  const self = Number(/\\d/.exec(args[0])[0]);
  const mine = (p, data, shape) => p === self ? data : undefined;
  const a = sint.inputTensorVia(0, mine(0, [2, 0]), { shape: [2], oneHot: 3 });
  const b = sfix.inputTensorVia(1, mine(1, [[0.1, -3.7, 123.456]]), { shape: [1, 3] });
  printLn("%s %s", a.reveal(), b.reveal());
  b.revealTo(1, "own");
});
`.replace("mine = (p, data, shape)", "mine = <T>(p: number, data: T)").replace(
  "exec(args[0])[0]",
  "exec(args[0]!)![0]",
);

testWith(
  NEEDS,
  "party takes what its own compilation brought, refuses another one's, and keeps results to itself",
  async () => {
    const site = await Site.make(2);
    try {
      for (const p of [0, 1]) {
        site.write(p, "share.ts", SHARE);
        const { code, err } = await finish(start(site.folder(p), ["compile", "-E", "semi2k", "share.ts", `party${p}`]));
        assertEquals(code, 0, err);
        assertEquals(
          [...Deno.readDirSync(`${site.folder(p)}/Player-Data`)].map((f) => f.name).sort(),
          [
            `Input-Brought-P${p}-share-party${p}`,
            `P${p}.key`,
            "P0.pem",
            "P1.pem",
          ].sort(),
        );
      }
      await Deno.mkdir(`${site.folder(1)}/out`);
      const play = (...more: string[]) => {
        const port = portBase(2);
        return Promise.all(
          [0, 1].map((p) =>
            finish(
              site.party(p, port, `share-party${p}`, "-E", "semi2k", ...(p === 1 ? ["-OF", "out/r", ...more] : [])),
            )
          ),
        );
      };
      const [first, second] = await play();
      assertEquals([first!.code, second!.code], [0, 0], first!.err + second!.err);
      assertMatch(first!.out, /^\[\[0, 0, 1\], \[1, 0, 0\]\] \[\[0\.1\d*, -3\.[67]\d*, 123\.45\d*\]\]/);
      const results = `${site.folder(1)}/out/r-P1-0`;
      assertEquals(mode(results), 0o600);
      const before = Deno.readTextFileSync(results);
      assertStringIncludes(before, "own (party 1): [0.1");

      const again = await finish(
        site.party(1, portBase(2), "share-party1", "-E", "semi2k", "-OF", "out/r", "--wait", "1"),
      );
      assertEquals(again.code, 2);
      assertMatch(again.err, /There is out\/r-P1-0 already, with other contents/);
      assertEquals(Deno.readTextFileSync(results), before);
      assertEquals(
        (await play("--overwrite")).map(({ code }) => code),
        [0, 0],
      );

      const misspelt = await finish(site.party(1, portBase(2), "shre-party1", "-E", "semi2k"));
      assertMatch(
        misspelt.err,
        /"shre-party1" has not been compiled here \(did you mean "share-party1"\?\): there is no Compiled/,
      );

      // The data of another compilation, none, and a damaged one.
      const brought = `${site.folder(1)}/Player-Data/Input-Brought-P1-share-party1`;
      const text = Deno.readFileSync(brought);
      const lone = () => finish(site.party(1, portBase(2), "share-party1", "-E", "semi2k", "--wait", "1"));
      const mark = JSON.parse(new TextDecoder().decode(text).split("\n")[0]!).mark as string;
      Deno.writeFileSync(brought, new TextEncoder().encode(new TextDecoder("latin1").decode(text).replace(mark, "x")));
      assertMatch(
        (await lone()).err,
        /P1-share-party1 is of another compilation of the program. Compile again: deno task compile/,
      );
      Deno.writeFileSync(brought, text.map((b, i) => i === text.length - 1 ? b ^ 1 : b));
      assertMatch((await lone()).err, /P1-share-party1 is damaged/);
      Deno.removeSync(brought);
      assertMatch((await lone()).err, /Cannot find Player-Data\/Input-Brought-P1-share-party1/);

      Deno.chmodSync(`${site.folder(1)}/Player-Data/P1.key`, 0o644);
      Deno.writeFileSync(brought, text);
      assertMatch((await lone()).err, /Player-Data\/P1\.key has mode 0644.*Run: chmod 600 Player-Data\/P1\.key/);
    } finally {
      site.dispose();
    }
  },
);

const READS = `import { printLn, program, sint } from "${MOD}";
export default program("reads", {}, ({ args, samples }) => {
  const n = samples ?? 2;
  const x = sint.inputFrom(0, { shape: [args.includes("more") ? 1 : n], binary: args.includes("binary") });
  printLn("%s", x.reveal());
});
`;

test("surplus values are refused where the number of samples decides, and where a value is cut off", {
  "reads.ts": READS.replace(", {}, (", ', { binary: "b", more: "m" }, ('),
  "fixed.ts": READS.replace(", {}, (", ', { binary: "b", more: "m" }, (').replace(", samples }", " }").replace(
    "samples ??",
    "",
  )
    .replace("const n =  2", "const n = 2"),
  "Player-Data/Input-Binary-P0-0": new Uint8Array(BigInt64Array.of(4n, 5n, 6n).buffer),
  "Player-Data/Input-P0-0": "4 5 6\n",
  "cut-Binary-P0-0": new Uint8Array(18),
}, async ({ run }) => {
  for (const words of [["binary"], []]) {
    const what = words.length > 0 ? "Input-Binary-P0-0 holds 8 bytes" : "Input-P0-0 holds 1 number";
    const refused = await run("run", "--samples", "2", "reads.ts", ...words);
    assertEquals([refused.code, refused.out], [1, ""]);
    assertStringIncludes(refused.err, `${what} more than the program reads: it was made for another number of samples`);
    assertEquals((await run("run", "--samples", "3", "reads.ts", ...words)).code, 0);
    const noticed = await run("run", "fixed.ts", ...words);
    assertEquals(noticed.code, 0, noticed.err);
    assertStringIncludes(noticed.err, `${what} more than the program reads: is it another program's?`);
  }
  const cut = await run("run", "-IF", "cut", "fixed.ts", "binary");
  assertEquals(cut.code, 1);
  assertStringIncludes(cut.err, "cut-Binary-P0-0 holds 2 bytes more than the program reads: it ends within a value");
});

Deno.test({
  name: "pieces that a full disk does not take leave no file, and an error that names it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const dir = await Deno.makeTempDir();
    try {
      const module = new URL("../cli/files/whole_files.ts", import.meta.url).href;
      const code = `import { writeWhole } from "${module}";
try { await writeWhole("${dir}/data", [new Uint8Array(3000), new Uint8Array(3000)]); console.log("written"); }
catch (error) { console.log(error.message); }`;
      await Deno.writeTextFile(`${dir}/code.ts`, code);
      const config = new URL("../deno.json", import.meta.url).pathname;
      // A limit of the size of files stands for the disk.
      const shell = 'trap "" XFSZ; ulimit -f 1; exec "$0" run -A --no-check --config "$1" "$2"';
      const args = ["-c", shell, Deno.execPath(), config, `${dir}/code.ts`];
      const { stdout } = await new Deno.Command("bash", { args }).output();
      assertStringIncludes(new TextDecoder().decode(stdout), `${dir}/data`);
      assertEquals([...Deno.readDirSync(dir)].map(({ name }) => name), ["code.ts"]);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
});

const KEPT = (value: number) =>
  `import { program, sint } from "${MOD}";
export default program("keeps", { twice: "word" }, () => sint.inputTensorVia(0, ${value}).revealTo(0, "value"));
`;

test("two programs of one name do not replace each other, unless one is gone or it is told", {
  "north/wards.ts": KEPT(1),
  "south/wards.ts": KEPT(2),
}, async ({ run, read, folder }) => {
  assertEquals((await run("compile", "north/wards.ts")).code, 0);
  assertEquals((await run("compile", `${folder}/north/../north/wards.ts`)).code, 0, "the same program");
  const [kept, brought] = [read("Compiled/wards.json"), read("Player-Data/Input-Brought-P0-wards")];
  const other = await run("compile", "south/wards.ts");
  assertMatch(other.err, /^error: Compiled\/wards\.json is \S*\/north\/wards\.ts, another program.*--overwrite/m);
  assertEquals([other.code, other.out], [2, ""]);
  assertEquals([read("Compiled/wards.json"), read("Player-Data/Input-Brought-P0-wards")], [kept, brought]);
  assertEquals((await run("compile", "south/wards.ts", "twice")).code, 0, "with words it has another name");
  assertEquals((await run("compile", "--overwrite", "south/wards.ts")).code, 0);
  Deno.removeSync(`${folder}/south`, { recursive: true });
  assertEquals((await run("compile", "north/wards.ts")).code, 0, "the other program is gone");
});

test("party says under which name a program is kept, and how to compile it anew", {
  "my/ward-sums.ts": KEPT(3),
}, async ({ run, read, folder }) => {
  const says = async (name: string, message: RegExp, code = 2) => {
    const result = await run("party", "-E", "semi2k", "--insecure-tcp", "--wait", "1", "0", name);
    assertMatch(result.err, message);
    assertEquals([result.code, result.out], [code, ""]);
  };
  await says("my/ward-sums.ts", /not its path: "ward-sums".*First run: deno task compile my\/ward-sums\.ts$/m);
  assertEquals((await run("compile", "my/ward-sums.ts", "twice")).code, 0);
  await says("my/ward-sums.ts", /not its path: "ward-sums", or with words.*There is "ward-sums-twice"$/m);
  await says("ward-sums.ts", /not its path: "ward-sums"/);
  await says("nothing", /no Compiled\/nothing\.json\. First run: deno task compile PROGRAM .* as in nothing\.ts$/m);
  await says("diabetes-4", /First run: deno task compile diabetes 4$/m);
  const compiled = new TextDecoder().decode(read("Compiled/ward-sums-twice.json"));
  Deno.writeTextFileSync(`${folder}/Compiled/ward-sums-twice.json`, compiled.replace(/"hash":"./, '"hash":"x'));
  await says("ward-sums-twice", /Compile again: deno task compile \S*\/my\/ward-sums\.ts twice$/m, 1);
});
