/**
 * Mutual TLS 1.3 with pinned certificates.
 *
 * Each party has the certificates of all, and a connection is accepted only if the other end holds the key of the very
 * certificate that lies here under its number. Common names decide nothing. Dates are checked here as well: the TLS library
 * takes a certificate that it was told to trust as a root, whose dates it does not look at.
 *
 * @module
 */
import { equals } from "@std/bytes";
import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import { type PartyId, PeerError } from "@symbolon/protocol";
import { showAddress } from "./addresses.ts";
import { type Accepted, ATTEMPT_MS, type Carrier, ready, RefusedError, remote } from "./tcp.ts";

/** A certificate as text and the file it comes from, for messages. */
export interface PinnedCertificate {
  readonly file: string;
  readonly pem: string;
}

/** A party's key and everybody's certificates. */
export interface Identity {
  readonly self: PartyId;
  /** PKCS #8, PEM. */
  readonly key: string;
  /** By party, this one's too. */
  readonly certificates: readonly PinnedCertificate[];
}

const VERSION = { minVersion: "TLSv1.3", maxVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: true } as const;

/** Connections between parties that prove who they are. */
export function mutualTls({ self, key, certificates }: Identity): Carrier {
  const own = certificates[self]!;
  const credentials = { ...VERSION, key, cert: own.pem };
  const pins = certificates.map(({ pem }) => new X509Certificate(pem));
  const checkPin = (socket: tls.TLSSocket, peer: PartyId): void => {
    const { file } = certificates[peer]!;
    const raw = socket.getPeerCertificate()?.raw as Uint8Array | undefined;
    if (socket.getProtocol() !== "TLSv1.3" || !socket.authorized || raw === undefined) {
      throw new PeerError(`the connection is not authenticated: it shows no certificate that fits ${file}`);
    }
    if (!equals(raw, pins[peer]!.raw)) {
      const whose = pins.findIndex((pin) => equals(raw, pin.raw));
      const shown = whose === -1 ? "an unknown certificate" : `the certificate of party ${whose}`;
      throw new PeerError(
        `it says that it is party ${peer} but shows ${shown}, not ${file}: copy the right P${peer}.pem here`,
      );
    }
    checkDates(pins[peer]!, file);
  };
  const acceptedOn = (socket: tls.TLSSocket): Accepted => {
    const raw = socket.getPeerCertificate()?.raw as Uint8Array | undefined;
    const whose = raw === undefined ? -1 : pins.findIndex((pin) => equals(raw, pin.raw));
    const proved = whose === -1 ? undefined : whose;
    return { socket, where: remote(socket), proved, check: (claimed) => checkPin(socket, claimed) };
  };
  return {
    name: "tls",
    async connect(peer, address) {
      const { file, pem } = certificates[peer]!;
      const socket = tls.connect({
        ...credentials,
        host: address.host,
        port: address.port,
        servername: `P${peer}`,
        ca: [pem],
      });
      try {
        await ready(socket, "secureConnect");
        checkPin(socket, peer);
      } catch (error) {
        socket.on("error", () => {});
        socket.destroy();
        throw explain(error, `party ${peer} at ${showAddress(address)}`, file, own.file);
      }
      return { ...acceptedOn(socket), where: showAddress(address) };
    },
    serve(callers, { accept, refuse }) {
      // An empty list would stand for the authorities of the system.
      if (callers.length === 0) throw new RangeError("A server needs somebody to serve");
      const files = callers.map((p) => certificates[p]!.file).join(" or ");
      const ca = callers.map((p) => certificates[p]!.pem);
      // Whoever calls gives up after this time as well.
      const server = tls.createServer({ ...credentials, ca, handshakeTimeout: ATTEMPT_MS }, (socket) => {
        accept(acceptedOn(socket));
      });
      server.on("tlsClientError", (error: Error & { code?: string }, socket: tls.TLSSocket) => {
        const where = remote(socket);
        // The runtime leaves it open: without this, each would keep its descriptor.
        socket.on("error", () => {});
        socket.destroy();
        refuse(refusal(error, files, own.file), where);
      });
      return server;
    },
  };
}

/** Why a caller was turned away, and where to look. */
function refusal({ code = "", message }: Error & { code?: string }, files: string, own: string): string {
  if (code === "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE") {
    return `a caller that shows no certificate; expected is ${files}`;
  }
  if (/ALERT/.test(code)) {
    return `a caller that does not accept our certificate: compare ${own} with the copy there (${printableCode(code)})`;
  }
  if (code === "ECONNRESET") {
    return `a caller whose certificate is unknown here, or that hung up: compare ${files} with the files there`;
  }
  return `a caller that does not speak TLS 1.3 with a certificate of ours (${printableCode(code || message)})`;
}

function printableCode(code: string): string {
  return code.replace(/[^\w .-]/g, "").slice(0, 80);
}

/** An error of an attempt to connect: certificates that do not fit will not fit the next time either. */
function explain(thrown: unknown, who: string, theirs: string, own: string): Error {
  const error = thrown as Error & { code?: string };
  const code = error.code ?? "";
  if (error instanceof PeerError) return new RefusedError(`Refused to talk to ${who}: ${error.message}`);
  if (/ALERT/.test(code)) {
    return new RefusedError(
      `${capital(who)} refuses our certificate: compare ${own} with the copy there (${printableCode(code)})`,
    );
  }
  if (/CERT|VERIFY|SELF_SIGNED|ALTNAME/.test(code)) {
    return new RefusedError(
      `Refused to talk to ${who}: its certificate is not the one in ${theirs}. ` +
        `Copy P<i>.pem from party i again, or check that the host and port are that party's (${printableCode(code)})`,
    );
  }
  if (/ERR_SSL|EPROTO/.test(code)) {
    return new RefusedError(
      `${capital(who)} does not speak TLS 1.3: check host and port, and that it runs without option plainTcp`,
    );
  }
  return error;
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

/** @throws {PeerError} outside of the certificate's validity */
export function checkDates({ validFrom, validTo }: X509Certificate, file: string): void {
  const now = Date.now();
  if (now > Date.parse(validTo)) {
    throw new PeerError(
      `${file} has expired on ${validTo}: make a new key and certificate, and copy the certificate to all`,
    );
  }
  if (now < Date.parse(validFrom)) {
    throw new PeerError(`${file} is valid only from ${validFrom} on: check the clock of this machine`);
  }
}
