/**
 * Parties that make material, with trees dealt from a seed: no base transfers, no secrecy.
 *
 * @module
 */
import {
  lockstep,
  type Memory,
  type Message,
  type PartyId,
  type Round,
  type Step,
  type Traffic,
} from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import { CheckCoin, CheckedTransfers, OtReceiver, OtSender } from "@symbolon/primitives";
import { bytesOf, deal, type Dealt, seeded } from "../../../primitives/testing/ot.ts";
import { KeyStreams, OwnerStreams } from "../making/field_links.ts";
import type { TripleMaker } from "../making/triples.ts";
import { ELEMENT, MODULUS, type Party, type Vector } from "../party.ts";
import { partyOf } from "./party.ts";

const DEPTH = 4;
const DIGITS = 32;
const LEAVES = 16;

/** A maker whose memory can be given back. */
export type TestMaker = TripleMaker & {
  readonly party: Party & { readonly memory: PartyMemory };
};

/** Trees are dealt once for a name. */
const dealt = new Map<string, Uint8Array[][]>(), dealtTransfers = new Map<string, Dealt>();

function transfersOf(name: string): Dealt {
  const known = dealtTransfers.get(name) ?? deal(name, DEPTH);
  dealtTransfers.set(name, known);
  return known;
}

function leavesOf(name: string): Uint8Array[][] {
  let known = dealt.get(name);
  if (known === undefined) {
    const bytes = bytesOf(name, 32 * LEAVES * DIGITS);
    known = Array.from(
      { length: DIGITS },
      (_, t) => Array.from({ length: LEAVES }, (_, y) => bytes.slice(32 * (LEAVES * t + y), 32 * (LEAVES * t + y + 1))),
    );
    dealt.set(name, known);
  }
  return known;
}

/** Digit t of a key. */
export function digitOf(key: bigint, t: number): number {
  return Number(key >> BigInt(DEPTH * t) & 15n);
}

/** An element in memory. */
export function elementAt({ words }: Memory, at: number): bigint {
  return words[at / 8]! | words[at / 8 + 1]! << 64n;
}

/** n elements in memory. */
export function elementsAt(memory: Memory, at: number, n: number): bigint[] {
  return Array.from({ length: n }, (_, i) => elementAt(memory, at + ELEMENT * i));
}

/** Writes elements. */
export function setElements({ words }: Memory, at: number, values: readonly bigint[]): void {
  values.forEach((v, i) => words.set([BigInt.asUintN(64, v), v >> 64n], at / 8 + 2 * i));
}

/** A number from 0 to p − 1. */
export function mod(x: bigint): bigint {
  return ((x % MODULUS) + MODULUS) % MODULUS;
}

/** Parties with dealt trees for elements and for transfers. `keys`: their shares of Δ, in place of those from the name. */
export function makers(parties: number, name: string, keys: readonly bigint[] = []): TestMaker[] {
  const all = Array.from({ length: parties }, (_, self) => partyOf(self, parties, `${name} ${self}`));
  all.forEach(({ memory, key }, self) => {
    const random = bytesOf(`${name} key ${self}`, 16).reduceRight((sum, byte) => sum << 8n | BigInt(byte), 0n);
    setElements(memory, key, [keys[self] ?? mod(random)]);
  });
  return all.map((party) => {
    const { self, memory, key } = party, own = elementAt(memory, key);
    const field = party.peers.map((peer) => {
      const leaves = leavesOf(`${name} ${peer} to ${self}`);
      const some = leaves.map((tree, t) =>
        tree.map((_, y) => y === 0 ? new Uint8Array(32) : tree[y ^ digitOf(own, t)]!)
      );
      return {
        peer,
        owner: new OwnerStreams(memory, { leaves: leavesOf(`${name} ${self} to ${peer}`) }),
        holder: new KeyStreams(memory, { leaves: some }, key),
      };
    });
    const pads = party.peers.map((peer) => {
      const out = transfersOf(`${name} ${self} ${peer}`), into = transfersOf(`${name} ${peer} ${self}`);
      const entropy = seeded(`${name} transfers ${self} ${peer}`);
      const send = new OtSender(memory, out.delta, { k: DEPTH, leaves: out.punctured, salt: out.salt });
      const receive = new OtReceiver(memory, { k: DEPTH, leaves: into.leaves, salt: into.salt });
      const among = self < peer ? [self, peer] : [peer, self];
      const coin = new CheckCoin({ self, among, memory, entropy, session: bytesOf(`${name} ${among.join()}`, 32) });
      return new CheckedTransfers({ self, peer, entropy, use: "pads", send, receive, coin });
    });
    return { party, field, pads };
  });
}

/** Sees each message before it arrives, and may change its bytes: what the sender has itself stays as it is. */
export type Cheat = (message: { round: number; from: PartyId; to: PartyId; bytes: Uint8Array }) => void;

/** Runs a step at every party; scratch memory is given back, so results are values. */
export function run<T>(
  all: readonly TestMaker[],
  step: (maker: TestMaker, self: number) => Step<T>,
  cheat?: Cheat,
): { results: T[]; traffic: Traffic[] } {
  const marks = all.map(({ party: { memory } }) => memory.mark());
  let round = 0;
  const copied = ({ peer, bytes, at }: Message, from: PartyId): Message => {
    const { memory } = all[from]!.party, copy = memory.scratch(bytes);
    memory.bytes.copyWithin(copy, at, at + bytes);
    cheat!({ round, from, to: peer, bytes: memory.bytes.subarray(copy, copy + bytes) });
    return { peer, bytes, at: copy };
  };
  const tap = (rounds: readonly Round[]) => {
    rounds.forEach((one, from) => Object.assign(one, { send: one.send.map((message) => copied(message, from)) }));
    round++;
  };
  try {
    return lockstep(all.map((maker, self) => ({ memory: maker.party.memory, step: step(maker, self) })), cheat && tap);
  } finally {
    all.forEach(({ party: { memory } }, i) => memory.release(marks[i]!));
  }
}

/** Gives back the parties' memory. */
export function dispose(all: readonly TestMaker[]): void {
  for (const { party } of all) party.memory.dispose();
}

/** Δ. */
export function keyOf(all: readonly TestMaker[]): bigint {
  return mod(all.reduce((sum, { party: { memory, key } }) => sum + elementAt(memory, key), 0n));
}

/** Shares and MAC shares of a vector, to be added up by {@linkcode opened}. */
export function partsOf({ memory }: Party, { n, at, mac }: Vector): { shares: bigint[]; macs: bigint[] } {
  return { shares: elementsAt(memory, at, n), macs: elementsAt(memory, mac, n) };
}

/** The values of which parties have these parts, and whether the MACs are right. */
export function opened(
  parts: readonly { shares: bigint[]; macs: bigint[] }[],
  key: bigint,
): { values: bigint[]; right: boolean } {
  const sum = (of: "shares" | "macs") => parts[0]![of].map((_, i) => mod(parts.reduce((s, p) => s + p[of][i]!, 0n)));
  const values = sum("shares"), macs = sum("macs");
  return { values, right: macs.every((mac, i) => mac === mod(key * values[i]!)) };
}
