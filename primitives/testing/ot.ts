/**
 * Ends of oblivious transfers dealt from a seed, for tests of what is built on them: no base transfers, no secrecy.
 *
 * @module
 */
import { type Entropy, lockstep, type Memory, type Step, type Traffic } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import {
  deriveKey,
  hash,
  loadGroup,
  type OtLink,
  type OtParty,
  OtReceiver,
  OtSender,
  Prg,
  type TreeDepth,
} from "../mod.ts";

// Tests of whole set-ups take base transfers.
await loadGroup();

/** Entropy that is the same for the same name. */
export function seeded(name: string): Entropy {
  let call = 0;
  return (buffer) => {
    for (let at = 0; at < buffer.length; at += 32) {
      const bytes = hash("symbolon/test/entropy", new TextEncoder().encode(`${name} ${call++}`));
      buffer.set(bytes.subarray(0, buffer.length - at), at);
    }
  };
}

/** n bytes from a name. */
export function bytesOf(name: string, n: number): Uint8Array {
  const bytes = new Uint8Array(n);
  seeded(name)(bytes);
  return bytes;
}

/** What makes up both ends of one direction. */
export interface Dealt {
  readonly delta: Uint8Array;
  readonly salt: Uint8Array;
  /** Leaves as the receiver has them. */
  readonly leaves: readonly (readonly Uint8Array[])[];
  /** Leaves as the sender has them. */
  readonly punctured: readonly (readonly Uint8Array[])[];
}

/** Bits t · k … t · k + k − 1 of Δ: the leaf that the sender lacks in tree t. */
export function missingLeaf(delta: Uint8Array, tree: number, k: TreeDepth): number {
  return delta[tree * k >> 3]! >> (tree * k & 7) & ((1 << k) - 1);
}

/** Random Δ and leaves. */
export function deal(name: string, k: TreeDepth): Dealt {
  const delta = bytesOf(`${name} delta`, 16), salt = bytesOf(`${name} salt`, 16);
  const leaves = Array.from(
    { length: 128 / k },
    (_, t) => Array.from({ length: 1 << k }, (_, x) => bytesOf(`${name} ${t} ${x}`, 32)),
  );
  const punctured = leaves.map((tree, t) =>
    tree.map((_, y) => y === 0 ? new Uint8Array(32) : tree[y ^ missingLeaf(delta, t, k)]!)
  );
  return { delta, salt, leaves, punctured };
}

/** Row j of sliced rows, see `ot.as.ts` in the kernels. */
export function rowOf(memory: Memory, rows: number, j: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, b) => memory.bytes[rowByte(rows, j, b)]!);
}

/** Writes row j of sliced rows. */
export function setRow(memory: Memory, rows: number, j: number, row: Uint8Array): void {
  row.forEach((byte, b) => memory.bytes[rowByte(rows, j, b)] = byte);
}

function rowByte(rows: number, j: number, b: number): number {
  return rows + 4096 * (j >> 8) + 2048 * (j >> 5 & 1) + 512 * (b >> 2) + 16 * (j & 31) + 4 * (j >> 6 & 3) + (b & 3);
}

/** n parties with dealt ends in both directions of each pair. */
export function dealtParties(
  name: string,
  parties: number,
  k: TreeDepth = 4,
): { party: OtParty; memory: PartyMemory }[] {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const links: OtLink[][] = memories.map(() => []);
  const ends = memories.map((_, from) =>
    memories.map((_, to) => from === to ? null : deal(`${name} ${from} ${to}`, k))
  );
  memories.forEach((memory, self) => {
    for (let peer = 0; peer < parties; peer++) {
      const out = ends[self]![peer], into = ends[peer]![self];
      if (!out || !into) continue;
      links[self]!.push({
        peer,
        send: new OtSender(memory, out.delta, { k, leaves: out.punctured, salt: out.salt }),
        receive: new OtReceiver(memory, { k, leaves: into.leaves, salt: into.salt }),
      });
    }
  });
  return memories.map((memory, self) => {
    const random = new Prg(memory, deriveKey(`test ${name} ${self}`));
    return { party: { self, parties, k, memory, random, links: links[self]! }, memory };
  });
}

/** Runs a step at every party; scratch memory is given back. */
export function runAll<P extends { memory: PartyMemory }, T>(
  parties: readonly P[],
  step: (party: P, self: number) => Step<T>,
): { results: T[]; traffic: Traffic[] } {
  const marks = parties.map(({ memory }) => memory.mark());
  const run = lockstep(parties.map((party, self) => ({ memory: party.memory, step: step(party, self) })));
  parties.forEach(({ memory }, i) => memory.release(marks[i]!));
  return run;
}

/** Bit i of a plane. */
export function bitAt(memory: PartyMemory, plane: number, i: number): number {
  return memory.bytes[plane + (i >> 3)]! >> (i & 7) & 1;
}

/** Sum of a word over parties, mod 2^64. */
export function sumAt(parties: readonly { memory: PartyMemory }[], places: readonly number[], i: number): bigint {
  return BigInt.asUintN(64, parties.reduce((sum, { memory }, p) => sum + memory.words[places[p]! / 8 + i]!, 0n));
}

/** XOR of a bit over parties. */
export function xorAt(parties: readonly { memory: PartyMemory }[], places: readonly number[], i: number): number {
  return parties.reduce((sum, { memory }, p) => sum ^ bitAt(memory, places[p]!, i), 0);
}
