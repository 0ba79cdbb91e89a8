/** Where a party's text inputs come from and where its results go: -I, -IF and -OF. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { testWith } from "./permissions.ts";
import { finish, MOD, portBase, Site, start, type StartOptions } from "./site.ts";

const PROGRAM = `import { printLn, program, sfix } from "${MOD}";
export default program("adds two rows", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }).add(sfix.inputFrom(1, { shape: [3] }));
  printLn("sum %s", x.reveal());
  x.revealTo(1, "rows");
});
`;

/** Two parties with the program, and the second one's input. */
async function prepare(): Promise<Site> {
  const site = await Site.make(2);
  site.write(0, "sum.ts", PROGRAM);
  await site.compile("sum.ts", 0, [1]);
  site.write(1, "Player-Data/Input-P1-0", "0.5 0.25 4");
  return site;
}

function test(name: string, fn: (site: Site) => Promise<void>): void {
  testWith(["read", "write", "run", "env", "net", "sys"], name, async () => {
    const site = await prepare();
    try {
      await fn(site);
    } finally {
      site.dispose();
    }
  });
}

/** Runs both parties, each with options of its own. */
function runBoth(site: Site, options: readonly [string[], string[]], more: StartOptions) {
  const port = String(portBase(2));
  const args = ["party", "-E", "semi2k", "-pn", port, "-h", "127.0.0.1", "--wait", "20"];
  return Promise.all(
    options.map((own, p) => finish(start(site.folder(p), [...args, ...own, String(p), "sum"], p === 0 ? more : {}))),
  );
}

test("-I reads standard input in lines, -OF writes results to a file and leaves the summary", async (site) => {
  await Deno.mkdir(`${site.folder(1)}/out`);
  const [first, second] = await runBoth(site, [["-I"], ["-OF", "out/result"]], { input: "1 2.5\n-3\n" });
  assertEquals([first!.code, second!.code], [0, 0], first!.err + second!.err);
  assertStringIncludes(first!.out, "sum [1.5, 2.75, 1]");
  assertEquals(first!.err, "");
  const file = Deno.readTextFileSync(`${site.folder(1)}/out/result-P1-0`);
  assertEquals(file, "sum [1.5, 2.75, 1]\nrows (party 1): [1.5, 2.75, 1]\n");
  assertMatch(second!.out, /^\nreceived +rows\n/);
});

test('"-OF ." is standard output, and too few numbers are an error before anybody is called', async (site) => {
  const args = ["party", "-E", "semi2k", "-I", "-OF", ".", "--wait", "1", "0", "sum"];
  const { code, out, err } = await finish(start(site.folder(0), args, { input: "1 2.5\n" }));
  assertEquals([code, out], [1, ""]);
  assertMatch(
    err,
    /^error: standard input is too short: the program reads 3 more values, the file has 2 of them left\n$/,
  );
});
