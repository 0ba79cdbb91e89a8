/** Parties as processes over TLS on the loopback interface: what they print, and how they end when one of them fails. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { compile } from "@symbolon/compiler";
import { freePorts, makeCertificate } from "@symbolon/transport";
import { missing, testWith } from "./permissions.ts";
import { finish, MOD, portBase, report, Site, start, watch } from "./site.ts";

const NEEDS = ["read", "write", "run", "env", "net", "sys"] as const;
const ignore = missing(NEEDS).length > 0;
const test = (name: string, fn: () => Promise<void>) => testWith(NEEDS, name, fn);

const SUM = `import { printLn, program, sfix } from "${MOD}";
export default program("adds two rows", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }).add(sfix.inputFrom(1, { shape: [3] }));
  printLn("sum %s", x.reveal());
  x.revealTo(2, "rows");
});
`;
const LONG = `import { printLn, program, repeat, sfix } from "${MOD}";
export default program("takes long", {}, () => {
  printLn("begun");
  const [y] = repeat(10_000_000, [sfix.inputFrom(0, { shape: [3] })], ([x]) => [x.mul(x)]);
  printLn("result %s", y.reveal());
});
`;

const symbolon = (folder: string, ...args: string[]) => finish(start(folder, args));

/** Three parties with both programs; each has only its own inputs. */
async function prepare(): Promise<Site> {
  const site = await Site.make(3);
  site.write(0, "sum.ts", SUM);
  site.write(0, "long.ts", LONG);
  await Promise.all(["sum.ts", "long.ts"].map((program) => site.compile(program, 0, [1, 2])));
  site.write(0, "Player-Data/Input-P0-0", "1 2.5 -3");
  site.write(1, "Player-Data/Input-P1-0", "0.5 0.25 4");
  return site;
}

const site = ignore ? undefined : await prepare();
globalThis.addEventListener("unload", () => site?.dispose());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("three parties, started backwards, print what they learn and read only their own folders", async () => {
  const port = portBase();
  const parties: Deno.ChildProcess[] = [];
  for (const p of [2, 1, 0]) {
    parties[p] = site!.party(p, port, "sum", "--json");
    await sleep(300);
  }
  const done = await Promise.all(parties.map(finish));
  for (const [p, { code, out, err }] of done.entries()) {
    assertEquals([code, err], [0, ""]);
    const lines = out.trimEnd().split("\n");
    assertEquals(lines[0], "sum [1.5, 2.75, 1]");
    const summary = JSON.parse(lines.at(-1)!);
    assertEquals([summary.party, summary.parties, summary.transport, summary.program], [p, 3, "tls", "sum"]);
    const rows = { label: "rows", party: 2, shape: [3], values: [1.5, 2.75, 1] };
    assertEquals(summary.outputs, p === 2 ? [rows] : []);
    assertEquals(summary.bytes.perReceiver[p], 0);
  }
});

test("three parties under mascot make their material over TLS and print what they learn", async () => {
  const port = portBase(), args = ["-E", "mascot", "-N", "3", "--json"];
  const done = await Promise.all([0, 1, 2].map((p) => finish(site!.party(p, port, "sum", ...args))));
  for (const [p, { code, out, err }] of done.entries()) {
    assertEquals([code, out.split("\n")[0]], [0, "sum [1.5, 2.75, 1]"], err);
    const { party, parties, transport, backend, outputs, preprocessing } = report(done[p]!);
    assertEquals([party, parties, transport, backend], [p, 3, "tls", "mascot"]);
    assertEquals(outputs, p === 2 ? [{ label: "rows", party: 2, shape: [3], values: [1.5, 2.75, 1] }] : []);
    assertEquals(preprocessing.from, "run");
    assert(preprocessing.bytes > 0 && preprocessing.rounds > 0);
  }
});

test("addresses come from a file, plain TCP warns on every run, and the summary says what was received", async () => {
  const ports = freePorts(4);
  const hosts = `${site!.root}/hosts`;
  Deno.writeTextFileSync(hosts, ports.slice(0, 3).map((p) => `127.0.0.1:${p}\n`).join(""));
  const args = ["-ip", hosts, "--insecure-tcp", "--wait", "20"];
  const done = await Promise.all(
    [0, 1, 2].map((p) => symbolon(site!.folder(p), "party", ...args, "-p", String(p), "sum")),
  );
  for (const { code, out, err } of done) {
    assertEquals(code, 0, err);
    assertMatch(err, /^WARNING: --insecure-tcp protects nothing/);
    assertStringIncludes(out, "sum [1.5, 2.75, 1]");
  }
  assertMatch(done[2]!.out, /rows \(party 2\): \[1\.5, 2\.75, 1\]\n\nreceived +rows\n\ntime .*party 2 of 3, tcp/);
});

for (const [signal, within] of [["SIGKILL", 8000], ["SIGSTOP", 15_000]] as const) {
  test(`a party that gets ${signal} in the middle stops the others with a PeerError and no output`, async () => {
    const port = portBase();
    const parties = [0, 1, 2].map((p) => site!.party(p, port, "long", "--timeout", "4", "--debug"));
    const watched = parties.map(watch);
    await Promise.all(watched.map(({ begun }) => begun));
    await sleep(300);
    const start = performance.now();
    parties[1]!.kill(signal);
    const others = await Promise.all([watched[0]!, watched[2]!].map(({ finished }) => finished));
    const ms = performance.now() - start;
    if (signal === "SIGSTOP") parties[1]!.kill("SIGKILL");
    await watched[1]!.finished;
    for (const { code, out, err } of others) {
      assertEquals([code, out], [1, "begun\n"]);
      assertMatch(err, /error: PeerError: Party \d/);
    }
    const said = others.map(({ err }) => err).join("\n");
    assertMatch(
      said,
      signal === "SIGKILL" ? /Party 1 at .* is gone in round/ : /Party 1 at .* has been silent for 4 s/,
    );
    assert(ms < within, `noticed after ${ms} ms`);
  });
}

test("parties with different programs all stop and say so", async () => {
  const port = portBase();
  const names = ["sum", "sum", "long"];
  const done = await Promise.all(names.map((name, p) => finish(site!.party(p, port, name, "--debug"))));
  for (const { code, out, err } of done) {
    assertEquals([code, out], [1, ""]);
    assertMatch(err, /ProgramMismatchError: .*The program or its options differ between parties/);
    assertMatch(err, /the program \(hash\)/);
  }
});

test("parties with different backends or numbers of parties stop and say so", async () => {
  const cases: [string[], string[], RegExp][] = [
    [["-E", "ring"], ["-E", "semi2k", "-N", "3"], /the backend, -E \(here (ring, there semi2k|semi2k, there ring)\)/],
    [
      ["-E", "semi2k", "-N", "3"],
      ["-E", "semi2k", "-N", "2"],
      /the number of parties, -N \(here (3, there 2|2, there 3)\)/,
    ],
  ];
  for (const [first, second, message] of cases) {
    const port = portBase();
    const done = await Promise.all(
      [first, second].map((more, p) => finish(site!.party(p, port, "long", ...more, "--debug"))),
    );
    for (const { code, out, err } of done) {
      assertEquals([code, out], [1, ""]);
      assertMatch(err, /ProgramMismatchError/);
      assertMatch(err, message);
    }
  }
});

test("a party that never comes is named with host and port", async () => {
  const port = portBase();
  const { code, out, err } = await finish(site!.party(1, port, "sum", "--wait", "2.5"));
  assertEquals([code, out], [1, ""]);
  assertMatch(
    err,
    new RegExp(`Party 1 waits for party 0 at 127\\.0\\.0\\.1:${port}.* and for party 2 to call port ${port + 1}`),
  );
  assertMatch(err, new RegExp(`error: Party 1 waited 2\\.5 s for party 0 at 127\\.0\\.0\\.1:${port}`));
});

/** Whether this machine has the loopback address of IPv6. */
function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

/** Registers a test that needs IPv6. */
function testIpv6(name: string, fn: () => Promise<void>): void {
  if (ignore || hasIpv6()) test(name, fn);
  else Deno.test({ name: `${name} (ignored: this machine has no address ::1)`, ignore: true, fn });
}

testIpv6("parties meet over IPv6", async () => {
  const port = portBase(3, "::1");
  const args = ["-h", "::1", "-pn", String(port), "--wait", "20"];
  const done = await Promise.all([0, 1, 2].map((p) => symbolon(site!.folder(p), "party", ...args, String(p), "sum")));
  for (const { code, out, err } of done) {
    assertEquals(code, 0, err);
    assertStringIncludes(out, "sum [1.5, 2.75, 1]");
  }
});

/** What is done to a party's folder, and what it says. */
const SPOILED: readonly [title: string, party: number, spoil: (folder: string) => unknown, message: RegExp][] = [
  [
    "another party's certificate is missing",
    0,
    (f) => Deno.removeSync(`${f}/Player-Data/P1.pem`),
    /Cannot find Player-Data\/P1\.pem, the certificate of party 1\. Copy P1\.pem \(never P1\.key\)/,
  ],
  [
    "the own key is missing",
    1,
    (f) => Deno.removeSync(`${f}/Player-Data/P1.key`),
    /Cannot find Player-Data\/P1\.key, the key of this party.*setup-ssl --player 1/,
  ],
  [
    "the own key is none",
    1,
    (f) => Deno.writeTextFileSync(`${f}/Player-Data/P1.key`, "hello"),
    /Player-Data\/P1\.key holds no private key: copy the right file there, or make .*setup-ssl --player 1 --renew/,
  ],
  [
    "another party's certificate is none",
    0,
    (f) => Deno.writeTextFileSync(`${f}/Player-Data/P2.pem`, "hello"),
    /Player-Data\/P2\.pem holds no certificate: copy P2\.pem \(never P2\.key\) from party 2 again/,
  ],
  [
    "key and certificate do not fit",
    1,
    async (f) => Deno.writeTextFileSync(`${f}/Player-Data/P1.key`, (await makeCertificate(1)).key),
    /P1\.key and Player-Data\/P1\.pem do not belong together/,
  ],
  [
    "a certificate has expired",
    0,
    async (f) => Deno.writeTextFileSync(`${f}/Player-Data/P2.pem`, (await makeCertificate(2, -1)).certificate),
    /Player-Data\/P2\.pem has expired on .*setup-ssl --renew/,
  ],
  [
    "a certificate is another party's",
    0,
    (f) => Deno.copyFileSync(`${f}/Player-Data/P2.pem`, `${f}/Player-Data/P1.pem`),
    /Player-Data\/P1\.pem holds the certificate of P2, not of P1/,
  ],
  [
    "a certificate is none",
    0,
    (f) => Deno.writeTextFileSync(`${f}/Player-Data/P1.pem`, "hello"),
    /Player-Data\/P1\.pem holds no certificate/,
  ],
  [
    "the program was never compiled",
    0,
    (f) => Deno.removeSync(`${f}/Compiled/sum.json`),
    /"sum" has not been compiled here: there is no Compiled\/sum\.json\. First run: deno task compile PROGRAM .*as in sum\.ts/,
  ],
  [
    "the compiled program was changed",
    0,
    (f) => {
      const file = `${f}/Compiled/sum.json`;
      Deno.writeTextFileSync(file, Deno.readTextFileSync(file).replace("sum %s", "sun %s"));
    },
    /Cannot use Compiled\/sum\.json: its hash does not fit.*Compile again/,
  ],
  [
    "the compiled program was cut off",
    0,
    (f) => Deno.truncateSync(`${f}/Compiled/sum.json`, 500),
    /Cannot use Compiled\/sum\.json: it is no JSON, or was cut off/,
  ],
  ["the own input is missing", 0, (f) => Deno.removeSync(`${f}/Player-Data/Input-P0-0`), /Cannot find .*Input-P0-0/],
];

for (const [title, party, spoil, message] of SPOILED) {
  test(`if ${title}, the party says so before it calls anybody`, async () => {
    const folder = site!.copy(party);
    await spoil(folder);
    const { code, out, err } = await symbolon(folder, "party", "-h", "127.0.0.1", "--wait", "1", String(party), "sum");
    assert(code !== 0);
    assertEquals(out, "");
    assertMatch(err, message);
    assertEquals(err.trimEnd().split("\n").length, 1);
  });
}

test("wrong command lines are explained", async () => {
  const cases: [string[], RegExp][] = [
    [[], /party takes its number and the name of a compiled program/],
    [["3", "sum"], /ring runs with 3 parties, 0 to 2: there is no 3/],
    [["-E", "emulate", "0", "sum"], /computes in the clear and has no parties/],
    [["-N", "2", "0", "sum"], /ring runs with 3 parties, not 2/],
    [["-h", "a:b:c:d/e", "0", "sum"], /is no host or host:port/],
    [["-ip", "nowhere", "0", "sum"], /Cannot find nowhere, which -ip names/],
    [["--wait", "soon", "0", "sum"], /--wait takes seconds/],
    [["-pn", "70000", "0", "sum"], /-pn takes a whole number from 1 to 65535, not "70000"/],
    [["--insecure-tcp", "-pn", "65535", "0", "sum"], /-pn 65535 leaves no ports for 3 parties/],
  ];
  await Promise.all(cases.map(async ([args, message]) => {
    const { code, err } = await symbolon(site!.folder(0), "party", ...args);
    assertEquals(code, 2, err);
    assertMatch(err, message);
    // Nothing is warned of that is not done.
    assertMatch(err, /^error: .*\n$/);
  }));
  const { code, out } = await symbolon(site!.folder(0), "party", "--help");
  assertEquals(code, 0);
  assertStringIncludes(out, "usage: deno task party");
});

test("setup-ssl makes keys that only their owner can read, and replaces none by accident", async () => {
  const folder = Deno.makeTempDirSync({ dir: site!.root });
  const first = await symbolon(folder, "setup-ssl", "2");
  assertEquals(first.code, 0, first.err);
  const file = (name: string) => `${folder}/Player-Data/${name}`;
  assertEquals([...Deno.readDirSync(`${folder}/Player-Data`)].map((f) => f.name).sort(), [
    ...["P0.key", "P0.pem", "P1.key", "P1.pem"],
  ]);
  if (Deno.build.os !== "windows") assertEquals(Deno.statSync(file("P0.key")).mode! & 0o777, 0o600);
  const before = Deno.readTextFileSync(file("P1.key"));
  const again = await symbolon(folder, "setup-ssl", "2");
  assertEquals(again.code, 2);
  assertMatch(again.err, /There is Player-Data\/P0\.key.* already\. With --renew/);
  assertEquals(Deno.readTextFileSync(file("P1.key")), before);
  const renewed = await symbolon(folder, "setup-ssl", "--player", "1", "--renew");
  assertEquals(renewed.code, 0, renewed.err);
  assert(Deno.readTextFileSync(file("P1.key")) !== before);
});

test("setup-ssl takes a number of parties or one party, from the least to the most", async () => {
  const folder = Deno.makeTempDirSync({ dir: site!.root });
  const wrong: readonly [args: string[], message: RegExp][] = [
    [["0"], /setup-ssl takes a whole number from 1 to 1000, not "0"/],
    [["1e1"], /from 1 to 1000, not "1e1"/],
    [["2.5"], /whole number.*, not "2.5"/],
    [["1001"], /from 1 to 1000, not "1001"/],
    [["-p", "x"], /--player takes a whole number from 0 to 999, not "x"/],
    [["--player", "1000"], /from 0 to 999, not "1000"/],
    [["-p", "1", "2"], /--player 1 makes the key of that party alone.*leave out "2"/],
    [["--renew=yes", "1"], /--renew takes no value/],
    [["1", "2"], /takes the number of parties, or --player/],
    [[], /takes the number of parties, or --player/],
  ];
  for (const [args, message] of wrong) {
    const { code, err } = await symbolon(folder, "setup-ssl", ...args);
    assertMatch(err, message);
    assertEquals([code, [...Deno.readDirSync(folder)].length], [2, 0], args.join(" "));
  }
});

test("setup-ssl --renew replaces keys and certificates together or not at all", async () => {
  const folder = Deno.makeTempDirSync({ dir: site!.root });
  assertEquals((await symbolon(folder, "setup-ssl", "2")).code, 0);
  const texts = () =>
    [...Deno.readDirSync(`${folder}/Player-Data`)].map(({ name, isFile }) =>
      [name, isFile ? Deno.readTextFileSync(`${folder}/Player-Data/${name}`) : "folder"] as const
    ).sort(([a], [b]) => a < b ? -1 : 1);
  for (const [spoiled, args] of [["P1.pem", ["-p", "1"]], ["P1.key", ["2"]]] as const) {
    const name = `${folder}/Player-Data/${spoiled}`;
    const text = Deno.readTextFileSync(name);
    Deno.removeSync(name);
    Deno.mkdirSync(name);
    const before = texts();
    const { code, out, err } = await symbolon(folder, "setup-ssl", ...args, "--renew");
    assertMatch(err, new RegExp(`^error: Cannot write Player-Data/${spoiled}: it is a folder`));
    assertEquals([code, out], [1, ""]);
    assertEquals(texts(), before);
    Deno.removeSync(name);
    Deno.writeTextFileSync(name, text);
  }
  assertEquals((await symbolon(folder, "setup-ssl", "2", "--renew")).code, 0);
  assertEquals(texts().map(([name]) => name), ["P0.key", "P0.pem", "P1.key", "P1.pem"]);
});

for (const transport of ["tls", "tcp"]) {
  test(`run --transport ${transport} gives what the other transports give`, async () => {
    const folder = site!.copy(0);
    Deno.writeTextFileSync(`${folder}/sum.ts`, SUM);
    Deno.copyFileSync(`${site!.folder(1)}/Player-Data/Input-P1-0`, `${folder}/Player-Data/Input-P1-0`);
    const { code, out, err } = await symbolon(folder, "run", "--transport", transport, "--json", "sum.ts");
    assertEquals(code, 0, err);
    const lines = out.trimEnd().split("\n");
    // Two parties print them: either may come first.
    assertEquals(lines.slice(0, 2).toSorted(), ["rows (party 2): [1.5, 2.75, 1]", "sum [1.5, 2.75, 1]"]);
    const inline = await symbolon(folder, "run", "--transport", "inline", "--json", "sum.ts");
    const [own, other] = [lines, inline.out.trimEnd().split("\n")].map((l) => JSON.parse(l.at(-1)!));
    assertEquals(own.transport, transport);
    for (const field of ["rounds", "bytes", "outputs", "tapeHash"]) assertEquals(own[field], other[field]);
  });
}

test("parties that compile with their own data only have the same program", async () => {
  const { default: program } = await import("../programs/breast_logistic.ts");
  const compiled = [0, 1, 2].map((p) => compile(program, { args: [`party${p}`, "approx"] }));
  assertEquals(new Set(compiled.map(({ tapeHash }) => tapeHash)).size, 1);
  assertEquals(compiled.map(({ brought }) => [...brought.keys()]), [[0], [1], []]);
});
