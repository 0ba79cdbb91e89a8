/** Connecting parties over TLS on the loopback interface: who is let in, who is not, and what is said. */
import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { PeerError, ProgramMismatchError } from "@symbolon/protocol";
import net from "node:net";
import tls from "node:tls";
import { makeCertificate } from "./certificates.ts";
import { FrameType, textFrame, writeHeader } from "./framing.ts";
import { helloText } from "./handshake.ts";
import { listenOn } from "./listening.ts";
import { Meeting } from "./meeting.ts";
import { connectMesh } from "./mesh.ts";
import type { Mesh, MeshOptions } from "./mesh_options.ts";
import { plainTcp } from "./tcp.ts";
import { AGREEMENT, identities, IGNORE_NETWORK, nonceOf, settings } from "./testing/network.ts";
import { mutualTls } from "./tls.ts";

const ALL = IGNORE_NETWORK ? [] : await identities(3);

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: IGNORE_NETWORK ? `${name} (ignored: needs --allow-net)` : name, ignore: IGNORE_NETWORK, fn });
}

async function part(...meshes: readonly Mesh[]): Promise<void> {
  const links = meshes.flatMap(({ links }) => links).filter((link) => link !== undefined);
  for (const link of links) link.destroy();
  await Promise.all(links.map((link) => link.closed));
}

/** The errors of parties of which none gets through. */
async function failures(all: readonly MeshOptions[]): Promise<Error[]> {
  const settled = await Promise.allSettled(all.map(connectMesh));
  return settled.map((s) => {
    if (s.status === "fulfilled") throw new Error("a party got through");
    return s.reason as Error;
  });
}

for (const [name, order] of [["forwards", [0, 1, 2]], ["backwards", [2, 1, 0]]] as const) {
  test(`parties that start ${name} find each other`, async () => {
    const { of } = settings(ALL);
    const meshes = [];
    for (const self of order) {
      meshes[self] = connectMesh(of(self));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    const done = await Promise.all(meshes);
    assertEquals(done.map((mesh) => mesh!.links.map((l) => l?.peer)), [[undefined, 1, 2], [0, undefined, 2], [
      0,
      1,
      undefined,
    ]]);
    await part(...done.map((l) => l!));
  });
}

test("party 0 says where the others are to those that know only its address", async () => {
  const { of, ports, notices } = settings(ALL);
  const [first] = of(0).addresses;
  // Nobody listens at the address that party 2 has of party 1.
  const { addresses: [nowhere] } = settings(ALL).of(0);
  const options = [
    of(0),
    of(1, { addresses: [first!, of(1).addresses[1]!, nowhere!], askParty0: true }),
    of(2, { addresses: [first!, nowhere!, nowhere!], askParty0: true }),
  ];
  const meshes = await Promise.all(options.map(connectMesh));
  assertEquals(meshes[2]!.links.map((link) => link?.where), [
    `127.0.0.1:${ports[0]}`,
    `127.0.0.1:${ports[1]}`,
    undefined,
  ]);
  assertEquals(notices, []);
  await part(...meshes);
});

test("a party that does not know where another is says whom it waits for", async () => {
  const { of } = settings(ALL, { waitMs: 1000, askParty0: true });
  const [, late] = await failures([of(0), of(2)]);
  assertStringIncludes(late!.message, "for party 0 to say where party 1 is, once all have called it");
});

test("IPv6 works like IPv4", async () => {
  const { of, ports } = settings(ALL.slice(0, 2));
  const addresses = ports.map((port) => ({ host: "::1", port }));
  let meshes;
  try {
    meshes = await Promise.all([0, 1].map((self) => connectMesh(of(self, { addresses }))));
  } catch (error) {
    // A machine without IPv6 says so at once.
    if (!/EADDRNOTAVAIL|EAFNOSUPPORT|not available|not supported/.test(String(error))) throw error;
    return;
  }
  await part(...meshes);
});

test("a party that never comes is named with its address and the reason", async () => {
  const { of, ports, notices } = settings(ALL, { waitMs: 2500 });
  const errors = await failures([of(1)]);
  assertEquals(errors[0]!.name, "PeerError");
  assertStringIncludes(errors[0]!.message, `waited 2.5 s for party 0 at 127.0.0.1:${ports[0]}`);
  assertStringIncludes(errors[0]!.message, `party 2 to call port ${ports[1]} of this machine`);
  assertMatch(errors[0]!.message, /refused/i);
  assertMatch(notices[0]!, /^Party 1 waits for party 0 at 127/);
});

test("every party learns what differs, before anything is sent", async () => {
  for (const change of [{ tapeHash: "bb".repeat(32) }, { backend: "semi2k" }, { domain: "integers mod 7" }]) {
    const { of } = settings(ALL);
    const odd = of(2, { agreement: { ...AGREEMENT, ...change } });
    for (const error of await failures([of(0), of(1), odd])) {
      assert(error instanceof ProgramMismatchError, error.message);
      assertMatch(error.message, /differ between parties/);
    }
  }
});

test("a party that was told another number of parties stops the others", async () => {
  const { of } = settings(ALL);
  const two = { agreement: { ...AGREEMENT, parties: 2 }, addresses: of(1).addresses.slice(0, 2) };
  for (const error of await failures([of(0), of(1, two)])) {
    assert(error instanceof ProgramMismatchError, error.message);
    assertMatch(error.message, /the number of parties, option parties/);
  }
});

test("a party with another party's certificate is refused, with the files to look at", async () => {
  const { of, notices } = settings(ALL, { waitMs: 1500 });
  const impostor = {
    ...ALL[2]!,
    self: 1,
    certificates: [ALL[0]!, ALL[2]!, ALL[1]!].map((i) => i.certificates[i.self]!),
  };
  const [server, client] = await failures([of(0), of(1, { carrier: mutualTls(impostor) })]);
  assertMatch(server!.message, /says that it is party 1 but shows the certificate of party 2, not P1\.pem/);
  assertMatch(client!.message, /Party 0 at .* stopped: refused: it says that it is party 1 .* not P1\.pem/);
  assertMatch(notices[0]!, /^Party 0 refused a caller from 127\.0\.0\.1/);
});

test("a party with an unknown certificate is refused on both sides", async () => {
  const { of, notices } = settings(ALL, { waitMs: 3000 });
  const { key, certificate: pem } = await makeCertificate(1);
  const certificates = [ALL[0]!.certificates[0]!, { file: "P1.pem", pem }, ALL[0]!.certificates[2]!];
  const stranger = mutualTls({ self: 1, key, certificates });
  const [server, client] = await failures([of(0), of(1, { carrier: stranger })]);
  assertMatch(notices[0]!, /refused a caller whose certificate is unknown here.*compare P1\.pem or P2\.pem/);
  assertMatch(server!.message, /Meanwhile it refused a caller whose certificate is unknown/);
  assertMatch(client!.message, /hangs up before it introduces itself.*compare P1\.pem here with the copy there/);
});

test("a party that answers with another certificate than the one here is refused by its caller", async () => {
  const { of } = settings(ALL, { waitMs: 1500 });
  const { certificate: pem } = await makeCertificate(0);
  const certificates = [{ file: "P0.pem", pem }, ...ALL[1]!.certificates.slice(1)];
  const carrier = mutualTls({ ...ALL[1]!, certificates });
  const [server, client] = await failures([of(0), of(1, { carrier })]);
  assertMatch(client!.message, /its certificate is not the one in P0\.pem/);
  assertMatch(server!.message, /does not accept our certificate: compare P0\.pem/);
});

test("expired certificates are refused on both sides", async () => {
  const expired = await makeCertificate(1, -1);
  const certificates = [
    ALL[0]!.certificates[0]!,
    { file: "P1.pem", pem: expired.certificate },
    ALL[0]!.certificates[2]!,
  ];
  const { of } = settings(ALL, { waitMs: 1500 });
  const carriers = [{ ...ALL[0]!, certificates }, { self: 1, key: expired.key, certificates }].map(mutualTls);
  const [server, client] = await failures([of(0, { carrier: carriers[0]! }), of(1, { carrier: carriers[1]! })]);
  assertMatch(server!.message, /P1\.pem has expired on .*make a new key/);
  assertMatch(client!.message, /P1\.pem has expired on .*make a new key/);

  const old = await makeCertificate(0, -1);
  const others = [{ file: "P0.pem", pem: old.certificate }, ...ALL[1]!.certificates.slice(1)];
  const second = settings(ALL, { waitMs: 1500 });
  const [, caller] = await failures([
    second.of(0, { carrier: mutualTls({ self: 0, key: old.key, certificates: others }) }),
    second.of(1, { carrier: mutualTls({ ...ALL[1]!, certificates: others }) }),
  ]);
  assertMatch(caller!.message, /Refused to talk to party 0.*P0\.pem/);
});

test("callers without a certificate, without TLS or with garbage harm nobody", async () => {
  const { of, notices, ports } = settings(ALL.slice(0, 2));
  const first = connectMesh(of(0));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const anonymous = tls.connect({ host: "127.0.0.1", port: ports[0]!, rejectUnauthorized: false });
  anonymous.on("error", () => {});
  const raw = net.connect({ host: "127.0.0.1", port: ports[0]! }, () => raw.write("GET / HTTP/1.1\r\n\r\n"));
  raw.on("error", () => {});
  const silent = net.connect({ host: "127.0.0.1", port: ports[0]! });
  silent.on("error", () => {});
  await new Promise((resolve) => setTimeout(resolve, 400));
  const meshes = await Promise.all([first, connectMesh(of(1))]);
  const said = notices.join("\n");
  assertMatch(said, /a caller that shows no certificate; expected is P1\.pem/);
  assertMatch(said, /does not speak TLS 1\.3/);
  for (const socket of [anonymous, raw, silent]) socket.destroy();
  await part(...meshes);
});

test("a caller that is authentic but sends garbage, too much or nothing is refused", async () => {
  const { of, notices, ports } = settings(ALL.slice(0, 2), { timeoutMs: 400 });
  const first = connectMesh(of(0));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { key, certificates } = ALL[1]!;
  const call = (bytes: Uint8Array) =>
    new Promise<void>((closed) => {
      const socket = tls.connect({
        ...{ host: "127.0.0.1", port: ports[0]!, servername: "P0", ca: [certificates[0]!.pem], key },
        cert: certificates[1]!.pem,
      }, () => bytes.length > 0 && socket.write(bytes));
      socket.on("error", () => {}).on("close", () => closed()).resume();
    });
  const tooMuch = textFrame(FrameType.hello, 0, "x".repeat(4096));
  new DataView(tooMuch.buffer).setUint32(8, 2 ** 31, true);
  const impostor = textFrame(FrameType.hello, 0, helloText(0, { ...AGREEMENT, parties: 2 }, { nonce: nonceOf(9) }));
  const early = textFrame(FrameType.hello, 0, "{}");
  early[3] = FrameType.data;
  await Promise.all([
    call(new TextEncoder().encode("garbage ".repeat(100))),
    call(tooMuch),
    call(impostor),
    call(early),
    call(textFrame(FrameType.hello, 0, "{}")),
    call(new Uint8Array(0)),
  ]);
  const meshes = await Promise.all([first, connectMesh(of(1))]);
  const said = notices.join("\n");
  for (
    const reason of [
      /no frame of Symbolon/,
      /announces 2147483648 bytes where 4096 are the most/,
      /says that it is party 0; parties 1 to 1 call party 0/,
      /does not introduce itself/,
      /sends no proper hello/,
      /has been silent for 0\.4 s/,
    ]
  ) assertMatch(said, reason);
  await part(...meshes);
});

test("a party that is started twice is told so", async () => {
  const { of } = settings(ALL, { waitMs: 4000 });
  const [first, second] = [connectMesh(of(0)), connectMesh(of(1))];
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { ports } = settings(ALL);
  const error = await assertRejects(() => connectMesh(of(1, { listenPort: ports[1]! })), PeerError);
  assertStringIncludes(error.message, "party 1 is connected already: was it started twice?");
  const meshes = await Promise.all([first, second, connectMesh(of(2))]);
  await part(...meshes);
});

test("a port in use is named", async () => {
  const { of, ports } = settings(ALL);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: ports[0]! });
  await assertRejects(() => connectMesh(of(0)), RangeError, `Port ${ports[0]} of this machine is in use`);
  listener.close();
});

test("a party that gives up tells those that are there", async () => {
  const { of } = settings(ALL);
  const [patient, hasty] = await failures([of(0), of(1, { waitMs: 300 })]);
  assertMatch(hasty!.message, /waited 0\.3 s for party 2 to call port/);
  assertMatch(patient!.message, /Party 1 at .* stopped: not all parties came in time/);
});

test("plain TCP connects without certificates", async () => {
  const { of } = settings(ALL, { carrier: plainTcp });
  await part(...await Promise.all([0, 1, 2].map((self) => connectMesh(of(self)))));
});

for (const carrier of ["tls", "tcp"]) {
  test(`a connection over ${carrier} that never says anything ends when the parties have met`, async () => {
    const { of, ports } = settings(ALL, carrier === "tcp" ? { carrier: plainTcp } : {});
    const first = connectMesh(of(0));
    const silent = net.connect({ host: "127.0.0.1", port: ports[0]! });
    await new Promise((resolve) => silent.once("connect", resolve));
    const ended = new Promise((resolve) => silent.on("error", () => {}).once("close", resolve));
    const meshes = await Promise.all([first, connectMesh(of(1)), connectMesh(of(2))]);
    // Left open, it would keep the process of party 0 alive.
    await ended;
    await part(...meshes);
  });
}

/** Connections with a party's certificate that say these bytes and nothing more. */
function callWith(self: number, port: number, bytes: Uint8Array = new Uint8Array()): tls.TLSSocket {
  const { key, certificates } = ALL[self]!;
  const socket = tls.connect({
    ...{ host: "127.0.0.1", port, servername: "P0", ca: [certificates[0]!.pem], key, cert: certificates[self]!.pem },
  }, () => bytes.length > 0 && socket.write(bytes));
  socket.on("error", () => {}).resume();
  return socket;
}

test("silent connections with one party's certificate do not shut another out", async () => {
  const { of, ports } = settings(ALL);
  const first = connectMesh(of(0));
  await new Promise((resolve) => setTimeout(resolve, 50));
  const silent = Array.from({ length: 70 }, () => callWith(2, ports[0]!));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const meshes = await Promise.all([first, connectMesh(of(1)), connectMesh(of(2))]);
  for (const socket of silent) socket.destroy();
  await part(...meshes);
});

test("a caller that says who it is and sends data at once stops the run, by name", async () => {
  const { of, ports } = settings(ALL.slice(0, 2));
  const first = failures([of(0)]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const hello = textFrame(FrameType.hello, 0, helloText(1, { ...AGREEMENT, parties: 2 }, { nonce: nonceOf(9) }));
  const data = new Uint8Array(1 << 16);
  writeHeader(data, { type: FrameType.data, round: 0, bytes: data.length - 16, extra: 1 });
  const socket = callWith(1, ports[0]!, Uint8Array.from([...hello, ...data]));
  const [error] = await first;
  assertMatch(`${error}`, /DesyncError: Party 1 at .*: it sends data before the parties have agreed on what they run/);
  socket.destroy();
});

test("a party that does not say whom it has met is named, and nobody waits for ever", async () => {
  const { of, ports } = settings(ALL.slice(0, 2), { waitMs: 1000 });
  const first = failures([of(0)]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const hello = helloText(1, { ...AGREEMENT, parties: 2 }, { nonce: nonceOf(9) });
  const socket = callWith(1, ports[0]!, textFrame(FrameType.hello, 0, hello));
  const [error] = await first;
  assertMatch(error!.message, /waited 1 s for party 1 at .* to meet all others/);
  socket.destroy();
});

/** Resolves once party 0 has said whom it has met. */
function hasMet(socket: tls.TLSSocket): Promise<void> {
  let heard = "";
  return new Promise((resolve) =>
    socket.on("data", (piece: Uint8Array) => {
      heard += new TextDecoder().decode(piece);
      if (heard.includes('{"run":')) resolve();
    })
  );
}

test("nobody takes the place of a party that leaves after the parties have met", async () => {
  const { of, ports } = settings(ALL.slice(0, 2));
  const first = failures([of(0)]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const hello = helloText(1, { ...AGREEMENT, parties: 2 }, { nonce: nonceOf(9) });
  const socket = callWith(1, ports[0]!, textFrame(FrameType.hello, 0, hello));
  await hasMet(socket);
  const start = performance.now();
  socket.destroy();
  const [error] = await first;
  assertMatch(`${error}`, /PeerError: Party 1 at .* is gone in round 1/);
  assert(performance.now() - start < 3000, "it is waited for");
});

for (const when of ["before", "after"]) {
  test(`whom a peer has met is compared also if it says so ${when} this party does`, async () => {
    const hello = helloText(1, { ...AGREEMENT, parties: 2 }, { nonce: nonceOf(9) });
    const own = ({ listenPort, addresses: [address] }: MeshOptions) =>
      helloText(0, { ...AGREEMENT, parties: 2 }, { nonce: nonceOf(1), listens: listenPort ?? address!.port });
    for (const crossed of [false, true]) {
      const { of, ports } = settings(ALL.slice(0, 2));
      const first = Promise.allSettled([connectMesh(of(0))]);
      await new Promise((resolve) => setTimeout(resolve, 50));
      const met = new Meeting([own(of(0, crossed ? { listenPort: 1 } : {})), hello]);
      const [greeting, meeting] = [textFrame(FrameType.hello, 0, hello), textFrame(FrameType.meeting, 0, met.text)];
      const socket = callWith(1, ports[0]!, when === "before" ? Uint8Array.from([...greeting, ...meeting]) : greeting);
      if (when === "after") {
        await hasMet(socket);
        socket.write(meeting);
      }
      const [end] = await first;
      if (crossed) {
        assert(end!.status === "rejected" && end!.reason instanceof ProgramMismatchError, JSON.stringify(end));
        assertMatch(
          end!.reason.message,
          /links of different runs are crossed: party 1 is connected with another party 0/,
        );
      } else {
        assert(end!.status === "fulfilled", JSON.stringify(end));
        await part(end!.value);
      }
      socket.destroy();
    }
  });
}

test("parties of crossed runs all learn it, and nobody gets through", async () => {
  const [one, other] = [settings(ALL), settings(ALL)];
  const all = [one, other].flatMap(({ of }, run) =>
    [0, 1, 2].map((self) => of(self, { nonce: nonceOf(10 * run + self) }))
  );
  // Either run's party 2 calls the other run's party 1.
  const crossed = all.map((options, i) => {
    if (options.self < 2) return options;
    const { addresses } = all[(i + 3) % 6]!;
    return { ...options, addresses: [options.addresses[0]!, addresses[1]!, options.addresses[2]!] };
  });
  for (const error of await failures(crossed)) {
    assert(error instanceof ProgramMismatchError, error.message);
    assertMatch(error.message, /The links of different runs are crossed: party \d is connected with another party/);
  }
});

test("a hello whose nonce is no 32 bytes is not sent", () => {
  const { of } = settings(ALL);
  return assertRejects(() => connectMesh(of(0, { nonce: new Uint8Array(16) })), RangeError, "32 bytes").then(() => {});
});

test("an address that is not this machine's is named with what to compare", async () => {
  const { of } = settings(ALL);
  const { port } = of(0).addresses[0]!;
  const place = { hosts: ["192.0.2.1"], port, self: 0 };
  const error = await assertRejects(() => listenOn(place, () => net.createServer()), RangeError);
  assertStringIncludes(
    error.message,
    `192.0.2.1, where party 0 is to listen on port ${port}, is no address of this machine`,
  );
});
