/** Two parties on two hosts with addresses of their own, IPv4 and IPv6, and a cable that can be cut. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Network } from "./namespaces.ts";
import { missing, type Permission } from "./permissions.ts";
import { finish, MOD, report, Site, start, watch } from "./site.ts";

const NEEDS: readonly Permission[] = ["read", "write", "run", "env", "net", "sys"];

const PRODUCT = `import { printLn, program, sfix } from "${MOD}";
export default program("multiplies two rows", {}, () => {
  const x = sfix.inputFrom(0, { shape: [3] }).mul(sfix.inputFrom(1, { shape: [3] }));
  printLn("product %s", x.reveal());
});
`;
const LONG = `import { printLn, program, repeat, sfix } from "${MOD}";
export default program("takes long", {}, () => {
  printLn("begun");
  const [y] = repeat(1_000_000, [sfix.inputFrom(0, { shape: [4] })], ([x]) => [x.add(x.reveal())]);
  printLn("result %s", y.reveal());
});
`;

/** Milliseconds in each direction. */
const DELAY = 10;
const PORT = 5000;

function makeNetwork(): Network | string {
  const lacks = missing(NEEDS);
  return lacks.length > 0 ? `needs ${lacks.map((name) => `--allow-${name}`).join(", ")}` : Network.make(DELAY);
}

const network = makeNetwork();
const ignored = typeof network === "string" ? ` (ignored: no network namespaces here: ${network})` : "";
const delayed = typeof network === "string" || network.delayMs > 0
  ? `${DELAY} ms apart`
  : "without a delay, as this kernel has no netem";
const site = typeof network === "string" ? undefined : await prepare();
globalThis.addEventListener("unload", () => {
  if (typeof network !== "string") network.dispose();
  site?.dispose();
});

async function prepare(): Promise<Site> {
  const site = await Site.make(3);
  site.write(0, "product.ts", PRODUCT);
  site.write(0, "long.ts", LONG);
  await Promise.all(["product.ts", "long.ts"].map((program) => site.compile(program, 0, [1, 2])));
  site.write(0, "Player-Data/Input-P0-0", "1 2.5 -3 0.5");
  site.write(1, "Player-Data/Input-P1-0", "0.5 0.5 4");
  return site;
}

/** Registers a test on the two hosts. */
function test(name: string, fn: (network: Network, site: Site) => Promise<void>): void {
  Deno.test({
    name: `${name}, ${delayed}${ignored}`,
    ignore: typeof network === "string",
    fn: () => fn(network as Network, site!),
  });
}

/** Starts a party on a host. */
function party({ hosts }: Network, site: Site, host: 0 | 1, self: number, ...args: string[]): Deno.ChildProcess {
  return start(site.folder(self), ["party", "-E", "semi2k", "--wait", "20", ...args], { under: hosts[host].under });
}

for (const family of ["ipv4", "ipv6"] as const) {
  test(`two hosts meet over ${family}, with addresses from a file`, async (network, site) => {
    const shown = network.hosts.map(({ ipv4, ipv6 }) => family === "ipv4" ? ipv4 : `[${ipv6}]`);
    for (const p of [0, 1]) site.write(p, "hosts", shown.map((host, i) => `${host}:${PORT + i}\n`).join(""));
    const run = (p: 0 | 1) => finish(party(network, site, p, p, "-ip", "hosts", "--json", String(p), "product"));
    for (const done of await Promise.all([run(1), run(0)])) {
      assertEquals(done.code, 0, done.err);
      assertStringIncludes(done.out, "product [0.5, 1.25, -12]");
      assertEquals(report(done).transport, "tls");
    }
  });
}

test(
  "three parties on two hosts meet with the name of party 0's host alone, which says where the second is",
  async (network, site) => {
    const host = network.hosts[0].ipv4;
    const place = [0, 1, 0] as const;
    const parties = place.map((at, p) => {
      const args = ["-N", "3", ...(p === 0 ? [] : ["-h", host]), String(p), "product"];
      return party(network, site, at, p, ...args);
    });
    for (const { code, out, err } of await Promise.all(parties.map(finish))) {
      assertEquals(code, 0, err);
      assertStringIncludes(out, "product [0.5, 1.25, -12]");
    }
  },
);

test("a cable that is cut in the middle stops both hosts after the time allowed", async (network, site) => {
  const more = ["-h", network.hosts[0].ipv4, "--timeout", "4", "--debug"];
  const parties = ([0, 1] as const).map((p) => party(network, site, p, p, ...more, String(p), "long"));
  const watched = parties.map(watch);
  await Promise.all(watched.map(({ begun }) => begun));
  network.cut();
  try {
    for (const { code, out, err } of await Promise.all(watched.map(({ finished }) => finished))) {
      assertEquals([code, out], [1, "begun\n"]);
      assertMatch(err, /error: PeerError: Party [01] at 10\.77\.0\.[12]:\d+ has been silent for 4 s/);
    }
  } finally {
    network.mend();
  }
});
