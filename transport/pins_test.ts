/** What is believed of a connection: dates of certificates, and who answers at an address. @module */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { X509Certificate } from "node:crypto";
import net from "node:net";
import { DesyncError, PeerError, ProgramMismatchError } from "@symbolon/protocol";
import { makeCertificate } from "./certificates.ts";
import { ControlFrames } from "./credit.ts";
import { FrameType, textFrame } from "./framing.ts";
import { checkAgreement, helloText, readHello } from "./handshake.ts";
import { freePorts } from "./listening.ts";
import { connectMesh } from "./mesh.ts";
import { plainTcp } from "./tcp.ts";
import { AGREEMENT, IGNORE_NETWORK, nonceOf } from "./testing/network.ts";
import { checkDates } from "./tls.ts";

Deno.test("a certificate counts between its dates, and neither before nor after", async () => {
  const certificate = new X509Certificate((await makeCertificate(1)).certificate);
  const dated = (from: number, to: number) => ({
    validFrom: new Date(Date.now() + from).toUTCString(),
    validTo: new Date(Date.now() + to).toUTCString(),
  } as X509Certificate);
  const day = 86_400_000;
  checkDates(certificate, "P1.pem");
  checkDates(dated(-day, day), "P1.pem");
  assertThrows(() => checkDates(dated(day, 2 * day), "P1.pem"), PeerError, "P1.pem is valid only from");
  assertThrows(() => checkDates(dated(-2 * day, -day), "P1.pem"), PeerError, "P1.pem has expired");
});

Deno.test("signs of life beyond what an honest peer sends are refused", () => {
  const frames = new ControlFrames();
  for (let i = 0; i < 1000; i++) frames.add();
  assertThrows(
    () => {
      for (let i = 0; i < 100_000; i++) frames.add();
    },
    DesyncError,
    "floods this side",
  );
});

Deno.test("sessions of material are compared whole: the first digits may be the same", () => {
  const at = (session: string) => ({ ...AGREEMENT, material: { file: "f", session } });
  for (let digit = 0; digit < 64; digit++) {
    const other = "0".repeat(digit) + "1" + "0".repeat(63 - digit);
    const hello = readHello(helloText(1, at(other), { nonce: nonceOf(2) }));
    assertThrows(() => checkAgreement(at("0".repeat(64)), hello), ProgramMismatchError, "do not belong together");
  }
});

Deno.test({
  name: `a party that answers at another one's address is not taken for it${
    IGNORE_NETWORK ? " (ignored: needs --allow-net)" : ""
  }`,
  ignore: IGNORE_NETWORK,
  async fn() {
    const ports = freePorts(3), addresses = ports.map((port) => ({ host: "127.0.0.1", port }));
    const one = {
      self: 1,
      addresses,
      agreement: AGREEMENT,
      nonce: nonceOf(1),
      carrier: plainTcp,
      waitMs: 3000,
      lingerMs: 100,
    };
    const sockets: net.Socket[] = [];
    const server = net.createServer((socket) => {
      sockets.push(socket);
      // Whoever believes the hello waits for more: not for ever.
      setTimeout(() => socket.destroy(), 500);
      socket.on("error", () => {}).resume().write(
        textFrame(FrameType.hello, 0, helloText(2, AGREEMENT, { nonce: nonceOf(2) })),
      );
    });
    await new Promise<void>((listening) => server.listen({ host: "127.0.0.1", port: ports[0]! }, listening));
    try {
      const error: unknown = await connectMesh(one).then(() => null, (thrown: unknown) => thrown);
      assertEquals(error instanceof PeerError, true, String(error));
      assertMatch((error as Error).message, /Party 2 answers at 127\.0\.0\.1:\d+, where party 0 should/);
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    }
  },
});
