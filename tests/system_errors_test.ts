/** Errors of the operating system name the file and what to do: on full and read-only disks, with folders where files belong. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "./permissions.ts";
import { finish, MOD, Site, start } from "./site.ts";

const NEEDS = ["read", "write", "run", "env", "net", "sys"] as const;

const PROGRAM = `import { loadCsv, printLn, program, sfix } from "${MOD}";
export default program("sums", { big: "brings much" }, ({ args }) => {
  const x = args.includes("big") ? sfix.inputTensorVia(0, new Array(30_000).fill(0.5)) : sfix.inputFrom(0, { shape: [2] });
  printLn("sum %s", x.sum().reveal());
});
`;
const CSV = PROGRAM.replace("export", 'await loadCsv("table.csv");\nexport');

/** A small file system of its own, if this user may mount one; the test says so in its name if not. */
const mountable = await canMount();

async function canMount(): Promise<boolean> {
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "run" }).state !== "granted") return false;
  const folder = await Deno.makeTempDir();
  const { success } = await command("mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", folder);
  if (success) await command("umount", folder);
  await Deno.remove(folder);
  return success;
}

function command(name: string, ...args: string[]) {
  return new Deno.Command(name, { args, stdout: "null", stderr: "null" }).output().catch(() => ({ success: false }));
}

function test(name: string, body: (folder: string) => Promise<void>): void {
  testWith(NEEDS, name, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await body(folder);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** A test on a file system of 64 kB. */
function testOnDisk(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test({
    name: mountable ? name : `${name} (ignored: needs to mount a tmpfs)`,
    ignore: !mountable,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      await command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder);
      try {
        await body(folder);
      } finally {
        await command("umount", folder);
        await Deno.remove(folder);
      }
    },
  });
}

test("a folder in place of a file is named, wherever a file is read or written", async (folder) => {
  const put = (name: string, text: string) => Deno.writeTextFile(`${folder}/${name}`, text);
  const make = (name: string) => Deno.mkdir(`${folder}/${name}`, { recursive: true });
  await put("sum.ts", PROGRAM);
  await put("csv.ts", CSV);
  await make("Player-Data/Input-P0-0");
  await make("table.csv");
  await make("folder.ts");
  await make("hosts.txt");
  await make("Compiled/sum-big.json");
  await make("out-P0-0");
  const says = async (pattern: RegExp, ...args: string[]) => {
    const { code, out, err } = await finish(start(folder, args));
    assertMatch(err, pattern);
    assertEquals([code === 0, out], [false, ""]);
    assertEquals(/readfile|os error|tmpfile/.test(err), false, err);
  };
  await says(
    /^error: Cannot read Player-Data\/Input-P0-0: it is a folder, and a file is expected there/m,
    "run",
    "sum.ts",
  );
  await says(/^error: \S*\/csv\.ts:2: Cannot read table\.csv: it is a folder/m, "run", "csv.ts");
  await says(/^error: folder\.ts is a folder: give the path of a program in it/m, "run", "folder.ts");
  await says(/^error: Cannot write Compiled\/sum-big\.json: it is a folder/m, "compile", "sum.ts", "big");
  await Deno.remove(`${folder}/Compiled`, { recursive: true });
  assertEquals((await finish(start(folder, ["compile", "sum.ts", "big"]))).code, 0);
  const party = ["party", "-E", "semi2k", "--insecure-tcp", "--wait", "1", "0", "sum-big"];
  await says(/Cannot read hosts\.txt: it is a folder/, ...party, "-ip", "hosts.txt");
  await says(/Cannot write out-P0-0: it is a folder/, ...party, "-OF", "out");
});

test("a key or certificate that is a folder is named", async () => {
  const site = await Site.make(2);
  try {
    site.write(0, "sum.ts", PROGRAM);
    await site.compile("sum.ts", 0);
    site.write(0, "Player-Data/Input-P0-0", "1 2");
    for (const name of ["P0.key", "P1.pem"]) {
      Deno.removeSync(`${site.folder(0)}/Player-Data/${name}`);
      Deno.mkdirSync(`${site.folder(0)}/Player-Data/${name}`);
      const { code, err } = await finish(site.party(0, 5000, "sum", "-E", "semi2k", "--wait", "1"));
      assertEquals(code, 1);
      assertStringIncludes(err, `Cannot read Player-Data/${name}: it is a folder`);
    }
  } finally {
    site.dispose();
  }
});

testOnDisk("a full disk is named with the file, and leaves nothing half-written", async (folder) => {
  await Deno.writeTextFile(`${folder}/sum.ts`, PROGRAM);
  const { code, err } = await finish(start(folder, ["compile", "sum.ts", "big"]));
  assertEquals(code, 1);
  assertMatch(
    err,
    /^error: Cannot write Player-Data\/Input-Brought-P0-sum-big: no space is left on the disk: make room/m,
  );
  assertEquals([...Deno.readDirSync(`${folder}/Player-Data`)].length, 0);
  await Deno.writeFile(`${folder}/rest`, new Uint8Array(44_000));
  const keys = await finish(start(folder, ["setup-ssl", "9"]));
  assertEquals(keys.code, 1);
  assertMatch(keys.err, /^error: Cannot write Player-Data\/P\d\.(key|pem): no space is left on the disk/m);
});

testOnDisk("a read-only disk is named with the file", async (folder) => {
  await Deno.writeTextFile(`${folder}/sum.ts`, PROGRAM);
  await Deno.writeTextFile(`${folder}/product.ts`, PROGRAM.replace("x.sum()", "x.mul(x)"));
  await Deno.mkdir(`${folder}/Player-Data`);
  await Deno.writeTextFile(`${folder}/Player-Data/Input-P0-0`, "1 2.5");
  await command("mount", "-o", "remount,ro", folder);
  const run = await finish(start(folder, ["run", "sum.ts"]));
  assertEquals(run.code, 0, run.err);
  assertStringIncludes(run.out, "sum 3.5");
  assertEquals((await finish(start(folder, ["run", "sum.ts", "big"]))).code, 0, "what a program brings is not written");
  for (
    const [args, file] of [
      [["compile", "sum.ts"], "Compiled/sum.json"],
      [["compile", "sum.ts", "big"], "Player-Data/Input-Brought-P0-sum-big"],
      [["setup-ssl", "1"], "Player-Data/P0.key"],
      [["run", "-E", "semi2k", "--preprocess-only", "product.ts"], "Player-Data/Preprocessing-semi2k"],
    ] as const
  ) {
    const { code, err } = await finish(start(folder, args));
    assertEquals(code, 1);
    assertStringIncludes(err, `Cannot write ${file}`);
    assertStringIncludes(err, "its file system is read-only");
  }
});
