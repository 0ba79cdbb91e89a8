/**
 * Parties that make authenticated bits, side by side in one thread, with trees of transfers dealt from a seed.
 *
 * @module
 */
import { lockstep, type LockstepRun, type PartyId, type Step, type Tap } from "@symbolon/protocol";
import type { PartyMemory } from "@symbolon/kernels";
import { seededEntropy } from "@symbolon/protocol/testing";
import {
  CheckCoin,
  CheckedTransfers,
  deltaOf,
  deriveKey,
  OtReceiver,
  OtSender,
  Prg,
  type TransferBatch,
  type TreeDepth,
} from "@symbolon/primitives";
import { type AndMaker, WordHash } from "../making/and_triples.ts";
import { type OwnedBits, placeOf, ROW } from "../owned.ts";
import { ELEMENT, type Party } from "../party.ts";
import type { Words } from "../words.ts";
import { bigAt, bitAt } from "./owned.ts";
import { partyOf } from "./party.ts";

/** One of them. */
export interface Making extends AndMaker {
  readonly party: Party & { readonly memory: PartyMemory };
  /** What it has drawn of its own randomness, in order. */
  readonly drawn: readonly Uint8Array[];
}

/** What a table may have of its own. */
export interface MakersOptions {
  readonly k?: TreeDepth;
  /** What a party has as its share of the key of bits towards another, if not its own. */
  readonly delta?: (self: PartyId, peer: PartyId) => Uint8Array | undefined;
}

/** Randomness that can be looked at. */
class Watched extends Prg {
  readonly drawn: Uint8Array[] = [];
  readonly #of: PartyMemory;

  constructor(memory: PartyMemory, key: Uint8Array) {
    super(memory, key);
    this.#of = memory;
  }

  override bytes(at: number, length: number): void {
    super.bytes(at, length);
    this.drawn.push(this.#of.bytes.slice(at, at + length));
  }
}

/** Parties with transfers for bits among them. */
export class Makers {
  /** A test may put others in their place. */
  all: readonly Making[];

  constructor(parties: number, seed: string, { k = 4, delta }: MakersOptions = {}) {
    const bytesOf = (name: string, n: number) => {
      const bytes = new Uint8Array(n);
      seededEntropy(`${seed}/${name}`)(bytes);
      return bytes;
    };
    const keys = Array.from({ length: parties }, (_, p) => {
      const key = bytesOf(`key ${p}`, ELEMENT);
      key[0] = key[0]! & 0xfe | (p === 0 ? 1 : 0);
      return key;
    });
    const dealt = (holder: PartyId, owner: PartyId) => {
      const salt = bytesOf(`salt ${holder} ${owner}`, 16), own = delta?.(holder, owner) ?? keys[holder]!;
      const stream = bytesOf(`leaves ${holder} ${owner}`, 128 / k * 32 << k), { bits } = deltaOf(own);
      const leaves = Array.from(
        { length: 128 / k },
        (_, t) => Array.from({ length: 1 << k }, (_, y) => stream.slice(32 * ((t << k) + y), 32 * ((t << k) + y + 1))),
      );
      const punctured = leaves.map((tree, t) => {
        const missing = bits.subarray(t * k, t * k + k).reduce((sum, bit, b) => sum | bit << b, 0);
        return tree.map((_, y) => y === 0 ? new Uint8Array(32) : tree[y ^ missing]!);
      });
      return { own, salt, leaves, punctured };
    };
    this.all = keys.map((key, self) => {
      const base = partyOf(self, parties, seed, 1 << 20), { memory, bitKey } = base;
      memory.bytes.set(key, bitKey);
      const random = new Watched(memory, deriveKey(`${seed}/random`, Uint8Array.of(self)));
      const party = { ...base, random }, entropy = seededEntropy(`${seed}/entropy ${self}`);
      const bits = party.peers.map((peer) => {
        const [out, into] = [dealt(self, peer), dealt(peer, self)], session = bytesOf("session", 32);
        const send = new OtSender(memory, out.own, { k, leaves: out.punctured, salt: out.salt });
        const receive = new OtReceiver(memory, { k, leaves: into.leaves, salt: into.salt });
        const among = self < peer ? [self, peer] : [peer, self];
        const coin = new CheckCoin({ self, among, memory, entropy, session });
        return new CheckedTransfers({ self, peer, entropy, use: "bits", send, receive, coin });
      });
      const among = keys.map((_, p) => p), session = bytesOf("coins", 32);
      const coin = new CheckCoin({ self, among, memory, entropy, session });
      return { party, bits, coin, hash: new WordHash(party), drawn: random.drawn };
    });
  }

  /** A step of each party, in lockstep. */
  run<T>(step: (maker: Making) => Step<T>, tap?: Tap): LockstepRun<T> {
    return lockstep(this.all.map((maker) => ({ memory: maker.party.memory, step: step(maker) })), tap);
  }

  /** The bits that words stand for. @throws {Error} if words do not add up to a bit times the key */
  bitsOf(words: readonly Words[]): number[] {
    const key = this.#sum((party) => bigAt(party.memory, party.bitKey));
    return Array.from({ length: words[0]!.n }, (_, i) => {
      const sum = this.#sum((party, p) => bigAt(party.memory, words[p]!.at + ROW * i));
      if (sum !== 0n && sum !== key) throw new Error(`Word ${i} is none of a bit`);
      return sum === 0n ? 0 : 1;
    });
  }

  /** The bits that an owner holds. @throws {Error} if a key does not fit its tag */
  ownedBitsOf(held: readonly OwnedBits[]): number[] {
    const { owner, n } = held[0]!, own = this.all[owner]!.party.memory;
    return Array.from({ length: n }, (_, i) => {
      const bit = bitAt(own, held[owner]!.values, i);
      for (const { party: { self, memory, bitKey } } of this.all) {
        if (self === owner) continue;
        const tag = bigAt(own, held[owner]!.rows[placeOf(owner, self)]! + ROW * i);
        const right = bit === 1 ? tag ^ bigAt(memory, bitKey) : tag;
        if (bigAt(memory, held[self]!.rows[0]! + ROW * i) !== right) throw new Error(`Party ${self}, bit ${i}`);
      }
      return bit;
    });
  }

  dispose(): void {
    for (const { party: { memory } } of this.all) memory.dispose();
  }

  #sum(of: (party: Party & { readonly memory: PartyMemory }, self: PartyId) => bigint): bigint {
    return this.all.reduce((sum, { party }, p) => sum ^ of(party, p), 0n);
  }
}

/** The same party, whose transfers with one peer have other choices: bit `flipped` is turned. */
export function twoFaced(maker: Making, peer: PartyId, flipped: number): Making {
  const bits = maker.bits.map((transfers) => {
    if (transfers.peer !== peer) return transfers;
    const { memory } = maker.party;
    const other = ({ send, receive }: TransferBatch) => {
      const bytes = Math.ceil(receive.n / 8), choices = memory.scratch(bytes);
      memory.bytes.copyWithin(choices, receive.choices, receive.choices + bytes);
      memory.bytes[choices + (flipped >> 3)]! ^= 1 << (flipped & 7);
      return { send, receive: { ...receive, choices } };
    };
    return {
      ...{ peer, delta: transfers.delta },
      extend: (batch: TransferBatch) => transfers.extend(other(batch)),
      destroy: () => transfers.destroy(),
    } as unknown as CheckedTransfers;
  });
  return { ...maker, bits };
}
