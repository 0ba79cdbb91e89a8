/** What somebody with a valid certificate, or with none at all, can do to honest parties: processes over TLS on the loopback interface. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { freePorts } from "@symbolon/transport";
import net from "node:net";
import type { Attack } from "./hostile_peer.ts";
import { missing, testWith } from "./permissions.ts";
import { finish, type Finished, MOD, portBase, Site, start, watch } from "./site.ts";

const NEEDS = ["read", "write", "run", "env", "net", "sys"] as const;
const ignore = missing(NEEDS).length > 0;
const test = (name: string, fn: () => Promise<void>) => testWith(NEEDS, name, fn);
const CONFIG = new URL("../deno.json", import.meta.url).pathname;
const HOSTILE = new URL("./hostile_peer.ts", import.meta.url).pathname;

const SUM = `import { printLn, program, sfix } from "${MOD}";
export default program("adds two rows", {}, () => {
  printLn("sum %s", sfix.inputFrom(0, { shape: [3] }).add(sfix.inputFrom(1, { shape: [3] })).reveal());
});
`;
const LONG = `import { printLn, program, repeat, sfix } from "${MOD}";
export default program("takes long", {}, () => {
  const [y] = repeat(10_000_000, [sfix.inputFrom(0, { shape: [3] })], ([x]) => [x.mul(x)]);
  printLn("result %s", y.reveal());
});
`;

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

/** Starts a party that means no good. */
function hostile(attack: Omit<Attack, "parties">): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--config", CONFIG, HOSTILE, JSON.stringify({ ...attack, parties: 3 } satisfies Attack)],
    cwd: site!.folder(attack.self),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended.
  }
}

/** The most memory that a process has taken so far, in megabytes; as long as it runs, and where the system tells. */
function peak(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** How a process ends, in how many seconds, and with how much memory at most; killed after so many seconds. */
async function measured(child: Deno.ChildProcess, most: number): Promise<Finished & { mb: number; seconds: number }> {
  const begun = performance.now();
  let mb = 0;
  const timer = setInterval(() => mb = Math.max(mb, peak(child.pid)), 20);
  const late = setTimeout(() => kill(child), most * 1000);
  const finished = await finish(child);
  clearInterval(timer);
  clearTimeout(late);
  return { ...finished, mb, seconds: (performance.now() - begun) / 1000 };
}

/** Megabytes that a party takes where nobody attacks it. */
let need: Promise<number> | undefined;

async function honestNeed(): Promise<number> {
  const port = portBase();
  const done = await Promise.all([0, 1, 2].map((p) => measured(site!.party(p, port, "sum"), 60)));
  for (const { code, err } of done) assertEquals([code, err], [0, ""]);
  return Math.max(...done.map(({ mb }) => mb));
}

const FLOODS: readonly [does: Attack["does"], program: string, said: RegExp][] = [
  // Whoever does not say who it is, is turned away; the party goes on waiting.
  ["flood instead of a hello", "sum", /refused a caller .* does not introduce itself/],
  ["flood before round 1", "sum", /Party 1 at .*: it sends data before the parties have agreed/],
  ["flood of messages ahead", "sum", /Party 1 at .*: it sends more than it may/],
  ["flood of signs of life", "sum", /Party 1 at .*: it floods this side with signs of life/],
  ["flood in the middle", "long", /Party 1 at .*: it is in round 8 after it was in round/],
];

for (const [does, program, said] of FLOODS) {
  test(`a ${does} by a certified peer takes less than 256 MB, and its party is named`, async () => {
    const port = portBase();
    const own = await (need ??= honestNeed());
    const middle = does === "flood in the middle";
    const victim = site!.party(0, port, program, "--debug", "--wait", "8", "--timeout", "20");
    const others = [hostile({ self: 1, port, program, does })];
    if (middle) others.push(site!.party(2, port, program));
    else others.push(hostile({ self: 2, port, program, does: "signs of life only" }));
    const { code, out, err, mb, seconds } = await measured(victim, 40);
    others.forEach(kill);
    await Promise.all(others.map(({ status }) => status));
    assertEquals([code, out], [1, ""], err);
    assertMatch(err, said);
    assert(seconds < 25, `it took ${seconds} s`);
    if (Deno.build.os === "linux") assert(mb > 0 && mb < own + 256, `${mb} MB, and ${own} MB without an attack`);
  });
}

const HOLDS: readonly [does: Attack["does"], options: readonly string[], seconds: number][] = [
  ["signs of life only", ["--timeout", "2"], 6],
  ["signs of life only", ["--timeout", "60", "--round-timeout", "3"], 3],
  ["a message byte by byte", ["--timeout", "2"], 6],
];

for (const [does, options, allowed] of HOLDS) {
  test(`a peer that brings ${does} ends the run after ${allowed} s with ${options.join(" ")}`, async () => {
    const port = portBase();
    const victim = site!.party(0, port, "sum", "--debug", ...options);
    const others = [1, 2].map((self) => hostile({ self, port, program: "sum", does }));
    const { code, out, err, seconds } = await measured(victim, 40);
    others.forEach(kill);
    await Promise.all(others.map(({ status }) => status));
    assertEquals([code, out], [1, ""], err);
    assertMatch(err, /PeerError: Party [12] at .* shows signs of life but does not bring \d+ of 64 bytes of round 1, /);
    assertMatch(err, new RegExp(`no party has got on for ${allowed} s: .*--round-timeout`));
    assert(seconds < 30, `it took ${seconds} s`);
  });
}

test("times that are too short to tell a slow party from a dead one are refused", async () => {
  for (const option of ["--timeout", "--round-timeout"]) {
    const { code, err } = await finish(site!.party(0, portBase(), "sum", option, "1"));
    assertEquals(code, 2);
    assertMatch(err, new RegExp(`${option} takes seconds, at least 2, not "1"`));
  }
});

test("a party of mascot that changes its shares is found: nothing goes out, exit code 3, and only whoever looked knows why", async () => {
  const port = portBase();
  const cheat = hostile({ self: 1, port, program: "sum", does: "a changed share" });
  const honest = [0, 2].map((p) => finish(site!.party(p, port, "sum", "-E", "mascot", "-N", "3")));
  const done = await Promise.all(honest);
  kill(cheat);
  await cheat.status;
  for (const { code, out, err } of done) {
    assertEquals(out, "", err);
    if (code === 3) assertMatch(err, /^error: An opened value does not fit its MAC: [^\n]*\n$/m);
    else {
      assertEquals(code, 1);
      assertMatch(err, /^error: Party \d at .* stopped because of an error: see its own messages\n$/m);
    }
  }
  assert(done.some(({ code }) => code === 3), "somebody has found it");
});

for (const backend of ["ring", "semi2k"]) {
  test(`two runs under ${backend} whose links are crossed end at all six parties with an error that says so`, async () => {
    // Party 2 of either run has the other run's party 1 in its file of addresses.
    const ports = freePorts(6);
    const [first, second] = [ports.slice(0, 3), ports.slice(3)] as [number[], number[]];
    const file = (name: string, [a, b, c]: number[]) => {
      Deno.writeTextFileSync(`${site!.root}/${name}`, [a, b, c].map((port) => `127.0.0.1:${port}\n`).join(""));
      return `${site!.root}/${name}`;
    };
    const parties = [[first, second], [second, first]].flatMap(([own, other], run) => {
      const right = file(`${backend}-${run}`, own!);
      const wrong = file(`${backend}-${run}-wrong`, [own![0]!, other![1]!, own![2]!]);
      return [right, right, wrong].map((hosts, p) =>
        start(site!.folder(p), [
          ...["party", "-E", backend, "-N", "3", "-ip", hosts, "--wait", "20", "--debug", String(p), "sum"],
        ])
      );
    });
    for (const { code, out, err } of await Promise.all(parties.map(finish))) {
      assertEquals([code, out], [1, ""], err);
      assertMatch(
        err,
        /ProgramMismatchError: .*The links of different runs are crossed: party \d is connected with another party/,
      );
      assertMatch(err, /compare -ip, -h, -pn and -mp/);
    }
  });
}

/** Opens connections that say nothing, so many in all, and leaves them open; stops if nobody listens any more. */
async function openHalf(port: number, total: number): Promise<net.Socket[]> {
  const sockets: net.Socket[] = [];
  let refused = false;
  while (sockets.length < total && !refused) {
    for (let i = 0; i < 50; i++) {
      const socket = net.connect({ host: "127.0.0.1", port });
      socket.on("error", (error: Error & { code?: string }) => refused ||= error.code === "ECONNREFUSED");
      sockets.push(socket);
    }
    await sleep(50);
  }
  return sockets;
}

for (const descriptors of [256, 1024]) {
  test(`2,000 half-open connections leave an honest run undisturbed, with ${descriptors} descriptors`, async () => {
    const port = portBase();
    const under = ["sh", "-c", `ulimit -n ${descriptors} && exec "$@"`, "sh"];
    const args = ["party", "-h", "127.0.0.1", "-pn", String(port), "--wait", "60"];
    const first = watch(start(site!.folder(0), [...args, "0", "sum"], { under }));
    while (true) {
      const socket = net.connect({ host: "127.0.0.1", port });
      const up = await new Promise((resolve) =>
        socket.once("connect", () => resolve(true)).once("error", () => resolve(false))
      );
      socket.destroy();
      if (up) break;
      await sleep(100);
    }
    const before = await openHalf(port, 1500);
    assertEquals(before.length, 1500);
    const others = [1, 2].map((p) => finish(start(site!.folder(p), [...args, String(p), "sum"])));
    const during = openHalf(port, 500);
    const done = await Promise.all([first.finished, ...others]);
    for (const { code, out, err } of done) {
      assertEquals(code, 0, err);
      assertMatch(out, /^sum \[1\.5, 2\.75, 1\]/);
    }
    for (const socket of [...before, ...await during]) socket.destroy();
  });
}
