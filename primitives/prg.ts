/**
 * Hashes, keys and pseudorandom streams: SHA-256 and SHA-512 with domain separation, streams from ChaCha12 (Bernstein 2008), and the only
 * source of system randomness.
 *
 * A stream never gives the same keystream block twice: its counter only moves forward, and each purpose has a key of its own, as each use
 * of a hash has a label of its own.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Memory } from "@symbolon/protocol";
import { align16, bits as planes, draw, layout, startStream, STREAM_BYTES } from "@symbolon/kernels";

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

/** Uniform values at places in linear memory: what protocol steps draw from. */
export interface Randomness {
  /** n uniform 64-bit words. */
  words(at: number, n: number): void;
  /** n words with uniform values below 2^bits. */
  bits(at: number, n: number, bits: number): void;
  /** `count` planes of n uniform bits, `stride` bytes apart; bits past n are undefined. */
  planes(at: number, count: number, n: number, stride: number): void;
}

/** Uniform permutations: what shuffles draw from. */
export interface Permutations {
  /** A uniform permutation of 0 … n−1: n unsigned 32-bit integers. */
  permutation(at: number, n: number): void;
}

/** Words of 32 bits drawn at a time for permutations, at most. */
const ORDER_WORDS = 128;
/** Bytes that one call of the system's generator gives at most. */
const ENTROPY_CALL = 65536;

/** A key of 32 bytes for one purpose. */
export function deriveKey(purpose: string, ...parts: readonly Uint8Array[]): Uint8Array {
  return hash(`symbolon/prg/${purpose}`, ...parts);
}

/**
 * The key of a coin fixed by a public seed: the same shuffles and initial weights in every backend.
 *
 * @throws {RangeError} if the seed is not a safe integer
 */
export function publicCoinKey(seed: number): Uint8Array {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A public seed is a whole number, not ${seed}`);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, seed, true);
  return deriveKey("public-coin", bytes);
}

/** Fills a buffer from the operating system's generator. */
export function systemEntropy(buffer: Uint8Array): void {
  for (let at = 0; at < buffer.length; at += ENTROPY_CALL) {
    crypto.getRandomValues(buffer.subarray(at, at + ENTROPY_CALL) as Uint8Array<ArrayBuffer>);
  }
}

/**
 * A deterministic stream of uniform bytes: two parties with the same key that draw the same lengths in the same order get the
 * same bytes. How a draw is split matters: twice 600 bytes are others than 1200.
 */
export class Prg implements Randomness, Permutations {
  readonly #memory: Memory;
  readonly #stream: number;

  /** `key`: 32 bytes, used by no other stream. `stream`: where its state is, as long as it is drawn from. */
  constructor(memory: Memory, key: Uint8Array, stream: number = memory.allocate(STREAM_BYTES)) {
    if (key.length !== 32) throw new RangeError(`A stream's key has 32 bytes, not ${key.length}`);
    this.#memory = memory;
    this.#stream = stream;
    memory.bytes.set(key, this.#stream);
    startStream(this.#stream);
  }

  /** Writes `length` uniform bytes at `at`. */
  bytes(at: number, length: number): void {
    draw(this.#stream, at, length);
  }

  words(at: number, n: number): void {
    this.bytes(at, 8 * n);
  }

  bits(at: number, n: number, bits: number): void {
    const packed = Math.ceil(n * bits / 8);
    const mark = this.#memory.mark();
    const source = this.#memory.scratch(packed);
    this.bytes(source, packed);
    layout.unpack(source, n, bits, at);
    this.#memory.release(mark);
  }

  planes(at: number, count: number, n: number, stride: number): void {
    const bytes = Math.ceil(n / 8);
    if (bytes === stride) return this.bytes(at, count * bytes);
    const mark = this.#memory.mark();
    const source = this.#memory.scratch(count * bytes);
    this.bytes(source, count * bytes);
    planes.unpackPlanes(source, bytes, count, at, stride);
    this.#memory.release(mark);
  }

  /**
   * Fisher–Yates; indices by rejection, so that none is more likely than another.
   *
   * How much of the stream it takes depends on the stream alone: all holders of the key draw the same. The time it takes depends on
   * the permutation, which whoever draws it knows.
   */
  permutation(at: number, n: number): void {
    const mark = this.#memory.mark();
    const most = Math.min(n, ORDER_WORDS);
    const pool = this.#memory.scratch(4 * most) / 4;
    const words = this.#memory.words32;
    const rows = at / 4;
    let used = most;
    for (let i = 0; i < n; i++) words[rows + i] = i;
    for (let i = n - 1; i > 0; i--) {
      const limit = 2 ** 32 - 2 ** 32 % (i + 1);
      let drawn: number;
      do {
        if (used === most) {
          this.bytes(4 * pool, 4 * most);
          used = 0;
        }
        drawn = words[pool + used++]!;
      } while (drawn >= limit);
      const j = drawn % (i + 1);
      const row = words[rows + i]!;
      words[rows + i] = words[rows + j]!;
      words[rows + j] = row;
    }
    this.#memory.release(mark);
  }
}

/** Bytes of scratch that hold n words. */
export function wordBytes(n: number): number {
  return align16(8 * n);
}
