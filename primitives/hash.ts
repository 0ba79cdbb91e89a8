/**
 * SHA-256 and SHA-512 with domain separation.
 *
 * @module
 */
import { createHash } from "node:crypto";

/**
 * SHA-256 of a label and parts, each preceded by its length, so that no two lists of parts give the same input.
 *
 * Every use has a label of its own, beginning with `symbolon/`.
 */
export function hash(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha256", label, parts);
}

/** SHA-512 of the same: 64 bytes, what a uniform element of a group is derived from. */
export function wideHash(label: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return digest("sha512", label, parts);
}

function digest(algorithm: "sha256" | "sha512", label: string, parts: readonly Uint8Array[]): Uint8Array {
  const h = createHash(algorithm);
  const length = new DataView(new ArrayBuffer(8));
  for (const part of [new TextEncoder().encode(label), ...parts]) {
    length.setBigUint64(0, BigInt(part.length), true);
    h.update(new Uint8Array(length.buffer)).update(part);
  }
  return new Uint8Array(h.digest());
}
