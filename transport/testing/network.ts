/** Parties of one process over sockets of the loopback interface, for tests. @module */
import type { PartyId } from "@symbolon/protocol";
import { makeCertificate } from "../certificates.ts";
import { type Agreement, NONCE_BYTES } from "../handshake.ts";
import { freePorts } from "../listening.ts";
import type { MeshOptions } from "../mesh_options.ts";
import { type Identity, mutualTls } from "../tls.ts";

/** Why tests of sockets are left out, or false. */
export const IGNORE_NETWORK: boolean = Deno.permissions.querySync({ name: "net" }).state !== "granted";

/** What the parties of a test agree on. */
export const AGREEMENT: Agreement = {
  parties: 3,
  backend: "ring",
  domain: "integers mod 2^64",
  tapeHash: "aa".repeat(32),
};

/** A nonce for a test: bytes that tell runs apart. */
export function nonceOf(run: number): Uint8Array {
  return new Uint8Array(NONCE_BYTES).fill(run);
}

/** A key of a party, and the certificates of all. */
export async function identities(parties: number, days?: number): Promise<Identity[]> {
  const keys = await Promise.all(Array.from({ length: parties }, (_, p) => makeCertificate(p, days)));
  const certificates = keys.map(({ certificate: pem }, p) => ({ file: `P${p}.pem`, pem }));
  return keys.map(({ key }, self) => ({ self, key, certificates }));
}

/** The settings of one party a party, with short times, and what they were told meanwhile. */
export function settings(all: readonly Identity[], change: Partial<MeshOptions> = {}): {
  of: (self: PartyId, more?: Partial<MeshOptions>) => MeshOptions;
  notices: string[];
  ports: number[];
} {
  const notices: string[] = [];
  const ports = freePorts(all.length);
  const addresses = ports.map((port) => ({ host: "127.0.0.1", port }));
  const agreement = { ...AGREEMENT, parties: all.length };
  return {
    notices,
    ports,
    of: (self, more = {}) => ({
      self,
      addresses,
      agreement,
      nonce: nonceOf(1 + self),
      carrier: mutualTls(all[self]!),
      waitMs: 5000,
      timeoutMs: 5000,
      lingerMs: 500,
      onNotice: (line) => notices.push(line),
      ...change,
      ...more,
    }),
  };
}
