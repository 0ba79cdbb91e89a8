/**
 * A party that has a valid certificate and means no good: what `attacks_test.ts` runs beside honest parties.
 *
 * It is started in the folder of the party whose part it plays, with a JSON object as its one argument.
 *
 * @module
 */
import type net from "node:net";
import tls from "node:tls";
import { loadBrought, loadCompiled } from "../cli/files/compiled_files.ts";
import { loadIdentity } from "../cli/files/certificate_files.ts";
import { bareFrame, FrameType, HEADER_BYTES, textFrame, writeHeader } from "../transport/framing.ts";
import { helloText, readHello } from "../transport/handshake.ts";
import { Link } from "../transport/link.ts";
import { Meeting } from "../transport/meeting.ts";
import type { Accepted } from "../transport/tcp.ts";
import { type Carrier, mutualTls } from "@symbolon/transport";
import type { Backend, Protocol, Step } from "@symbolon/protocol";
import { jobOf, openInputs, plan, runInNetwork } from "@symbolon/engine";
import { inputsFrom } from "../cli/files/input_files.ts";

/** What it does. */
export interface Attack {
  readonly self: number;
  readonly parties: number;
  /** Of party 0. */
  readonly port: number;
  readonly program: string;
  readonly does:
    | "flood instead of a hello"
    | "flood before round 1"
    | "flood of messages ahead"
    | "flood of signs of life"
    | "flood in the middle"
    | "signs of life only"
    | "a message byte by byte"
    | "a changed share";
}

/** Nothing here goes on for longer, nor sends more. */
const LONGEST_MS = 40_000;
const MOST_BYTES = 2 ** 32;

/** Bytes of the first message of the ring's parties: a part of a key and a commitment. */
const FIRST = { bytes: 64, messages: 2 };

const attack = JSON.parse(Deno.args[0]!) as Attack;
const { self, parties, port, program, does } = attack;
setTimeout(() => Deno.exit(), LONGEST_MS);
const identity = loadIdentity(self, parties);
const stored = loadCompiled(program);

/** Writes the same bytes again and again, as fast as they are taken. */
function flood(socket: net.Socket, bytes: Uint8Array): void {
  let sent = 0;
  const go = (): void => {
    while (sent < MOST_BYTES && socket.writable) {
      sent += bytes.length;
      if (!socket.write(bytes)) return void socket.once("drain", go);
    }
  };
  socket.on("error", () => {}).on("close", () => setTimeout(() => Deno.exit(), 500));
  go();
}

/** Frames of this type, back to back. */
function frames(type: FrameType, bytes: number, count: number, round = 0): Uint8Array {
  const out = new Uint8Array(count * (HEADER_BYTES + bytes));
  for (let i = 0; i < count; i++) {
    writeHeader(out.subarray(i * (HEADER_BYTES + bytes)), { type, round, bytes, extra: FIRST.messages });
  }
  return out;
}

/** An honest party whose socket to party 0 is used for more. */
async function playAndFlood(): Promise<void> {
  const honest = mutualTls(identity);
  const carrier: Carrier = {
    ...honest,
    async connect(peer, address): Promise<Accepted> {
      const accepted = await honest.connect(peer, address);
      if (peer === 0) setTimeout(() => flood(accepted.socket, frames(FrameType.data, 1 << 16, 16, 7)), 3000);
      return accepted;
    },
  };
  const { job, addresses, planned } = await partOf("ring");
  await runInNetwork(job, { self, addresses, carrier }, { backend: planned.backend, emit: () => {} }).catch(
    () => {},
  );
}

/** A party of mascot that changes a byte of its share of each value before it is opened. */
async function playWithChangedShares(): Promise<void> {
  const { job, addresses, planned } = await partOf("mascot");
  const { backend: honest } = planned;
  const backend: Backend = {
    ...honest,
    *setup(...given): Step<Protocol> {
      const protocol = yield* honest.setup(...given);
      const { memory: { bytes } } = protocol;
      return {
        ...protocol,
        get stored() {
          return protocol.stored!;
        },
        open(call, x, out) {
          bytes[(x as unknown as { at: number }).at]! ^= 1;
          return protocol.open(call, x, out);
        },
      };
    },
  };
  await runInNetwork(job, { self, addresses, carrier: mutualTls(identity) }, { backend, emit: () => {} }).catch(
    () => {},
  );
}

/** What an honest party would run. */
async function partOf(backend: string) {
  const own = loadBrought(stored, self, "Player-Data/Input");
  const brought = new Map(own === null ? [] : [[self, own]]);
  const inputs = openInputs({ ...stored, brought }, inputsFrom("Player-Data/Input"), { only: self });
  const addresses = Array.from({ length: parties }, (_, p) => ({ host: "127.0.0.1", port: port + p }));
  const chosen = { backend, parties }, planned = await plan(stored, chosen);
  return { job: { ...jobOf(stored, planned, chosen), inputs, brought }, addresses, planned };
}

/** Greets a party and hears its hello. */
async function meet(socket: net.Socket, hellos: Map<number, string>, own: string): Promise<Link> {
  const link = new Link(socket, { where: "there", timeoutMs: 60_000, roundTimeoutMs: 1e9 });
  link.greet(own);
  await link.introduction(60_000);
  const hello = link.heard.hello!;
  hellos.set(readHello(hello).party, hello);
  return link;
}

async function connect(peer: number): Promise<net.Socket> {
  const { certificates, key } = identity;
  while (true) {
    const socket = tls.connect({
      ...{ host: "127.0.0.1", port: port + peer, servername: `P${peer}`, ca: [certificates[peer]!.pem], key },
      cert: certificates[self]!.pem,
    });
    const ready = Promise.withResolvers<boolean>();
    socket.on("error", () => ready.resolve(false)).once("secureConnect", () => ready.resolve(true));
    if (await ready.promise) return socket;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Meets the parties before it, and those after it, then attacks party 0. */
async function deviate(): Promise<void> {
  if (does === "flood instead of a hello") return flood(await connect(0), frames(FrameType.data, 1 << 16, 16));
  const agreement = { parties, backend: "ring", domain: "integers mod 2^64", tapeHash: stored.tapeHash, options: {} };
  const nonce = crypto.getRandomValues(new Uint8Array(32));
  const own = helloText(self, agreement, { nonce, ...(self < parties - 1 ? { listens: port + self } : {}) });
  const hellos = new Map([[self, own]]);
  const first = await connect(0);
  if (does === "flood before round 1") {
    first.write(textFrame(FrameType.hello, 0, own));
    return flood(first, frames(FrameType.data, 1 << 16, 16));
  }
  const links: Link[] = [];
  const later = Promise.withResolvers<void>();
  if (self < parties - 1) {
    const server = tls.createServer({
      ...{ key: identity.key, cert: identity.certificates[self]!.pem, requestCert: true, rejectUnauthorized: true },
      ca: identity.certificates.map(({ pem }) => pem),
    }, async (socket) => {
      links.push(await meet(socket, hellos, own));
      if (hellos.size === parties) later.resolve();
    });
    server.listen(port + self, "127.0.0.1");
  }
  const link = await meet(first, hellos, own);
  links.push(link);
  for (let peer = 1; peer < self; peer++) links.push(await meet(await connect(peer), hellos, own));
  if (hellos.size < parties) await later.promise;
  const { text } = new Meeting(Array.from({ length: parties }, (_, p) => hellos.get(p)!));
  for (const each of links) each.tellMeeting(text);
  // Time for the others to meet as well and to let data come.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { bytes, messages } = FIRST;
  switch (does) {
    case "flood of messages ahead":
      return flood(first, frames(FrameType.data, bytes, 1 << 14));
    case "flood of signs of life":
      return flood(first, frames(FrameType.alive, 0, 1 << 16));
    case "signs of life only":
      return void setInterval(() => first.write(bareFrame(FrameType.alive, 0)), 250);
    case "a message byte by byte": {
      const header = new Uint8Array(HEADER_BYTES);
      writeHeader(header, { type: FrameType.data, round: 0, bytes, extra: messages });
      // The link shows no life of its own within the message any more.
      link.sayAlive = () => {};
      first.write(header);
      return void setInterval(() => first.write(new Uint8Array(1)), 500);
    }
  }
}

if (does === "flood in the middle") await playAndFlood();
else if (does === "a changed share") await playWithChangedShares();
else await deviate();
