/**
 * SHA-256 and SHA-512 with domain separation, and how digests are compared.
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

/** A whole number below 2^32 as 4 bytes, a part of what is hashed. */
export function numberBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** Whether x and y are the same bytes. How long that takes depends on their lengths alone. */
export function sameBytes(x: Uint8Array, y: Uint8Array): boolean {
  let difference = x.length ^ y.length;
  for (let i = 0; i < x.length; i++) difference |= x[i]! ^ y[i]!;
  return difference === 0;
}

function digest(algorithm: "sha256" | "sha512", label: string, parts: readonly Uint8Array[]): Uint8Array {
  const all = [labelBytes(label), ...parts];
  const input = new Uint8Array(all.reduce((sum, { length }) => sum + LENGTH + length, 0));
  const lengths = new DataView(input.buffer);
  let at = 0;
  for (const part of all) {
    // No part has 2^32 bytes: the upper half of its length stays 0.
    lengths.setUint32(at, part.length, true);
    input.set(part, at += LENGTH);
    at += part.length;
  }
  const bytes = new Uint8Array(createHash(algorithm).update(input).digest());
  input.fill(0);
  return bytes;
}

/** Bytes of a part's length. */
const LENGTH = 8;

/** Labels are few, and hashed thousands of times. */
const labels = new Map<string, Uint8Array>();

function labelBytes(label: string): Uint8Array {
  const known = labels.get(label);
  if (known !== undefined) return known;
  const bytes = new TextEncoder().encode(label);
  labels.set(label, bytes);
  return bytes;
}
