/**
 * SHA-256 with domain separation.
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
  const h = createHash("sha256");
  const length = new DataView(new ArrayBuffer(8));
  for (const part of [new TextEncoder().encode(label), ...parts]) {
    length.setBigUint64(0, BigInt(part.length), true);
    h.update(new Uint8Array(length.buffer)).update(part);
  }
  return new Uint8Array(h.digest());
}
