/**
 * Pairs with checked transfers, dealt from a seed or set up, and ways to change what is under way between them.
 *
 * @module
 */
import { type Entropy, lockstep, type Memory, type Round, type Step, type Traffic } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import {
  CheckCoin,
  type CheckedBatch,
  CheckedTransfers,
  OtReceiver,
  OtSender,
  rowsBytes,
  type RowUse,
  type TreeDepth,
} from "../mod.ts";
import { bytesOf, deal, type Dealt, missingLeaf, seeded } from "./ot.ts";

/** One of a pair. */
export interface End {
  readonly memory: PartyMemory;
  readonly transfers: CheckedTransfers;
}

/** What a dealt pair may have of its own. */
export interface DealtOptions {
  readonly use?: RowUse;
  /** Party 0's Δ, in place of the one from the name. */
  readonly delta?: Uint8Array;
  /** What is drawn from, in place of what the name gives. */
  readonly entropy?: (self: number) => Entropy;
}

/** Trees are dealt once for a name and a depth. */
const dealt = new Map<string, Dealt>();

function dealOnce(name: string, k: TreeDepth): Dealt {
  const known = dealt.get(`${name} ${k}`) ?? deal(name, k);
  dealt.set(`${name} ${k}`, known);
  return known;
}

/** The same trees for another Δ. */
function withDelta({ leaves, salt }: Dealt, delta: Uint8Array, k: TreeDepth): Dealt {
  const punctured = leaves.map((tree, t) =>
    tree.map((_, y) => y === 0 ? new Uint8Array(32) : tree[y ^ missingLeaf(delta, t, k)]!)
  );
  return { delta, salt, leaves, punctured };
}

/** Both ends of a pair with dealt trees. Their Δ are those of `deal` for "name 0" and "name 1". */
export function dealtPair(
  name: string,
  k: TreeDepth,
  { use = "pads", delta, entropy: entropyOf = (self) => seeded(`${name} entropy ${self}`) }: DealtOptions = {},
): readonly [End, End] {
  const ends = [0, 1].map((self) => dealOnce(`${name} ${self}`, k));
  if (delta !== undefined) ends[0] = withDelta(ends[0]!, delta, k);
  const end = (self: number): End => {
    const memory = new PartyMemory(), peer = 1 - self, entropy = entropyOf(self);
    const [own, other] = [ends[self]!, ends[peer]!];
    const send = new OtSender(memory, own.delta, { k, leaves: own.punctured, salt: own.salt });
    const receive = new OtReceiver(memory, { k, leaves: other.leaves, salt: other.salt });
    const coin = new CheckCoin({ self, among: [0, 1], memory, entropy, session: bytesOf(name, 32) });
    return { memory, transfers: new CheckedTransfers({ self, peer, entropy, use, send, receive, coin }) };
  };
  return [end(0), end(1)];
}

/** Gives back the memory of both. */
export function dispose(pair: readonly { readonly memory: PartyMemory }[]): void {
  for (const { memory } of pair) memory.dispose();
}

/** Changes what parties are about to send in round `round`, or what they hold. */
export type Tamper = (rounds: readonly Round[], memories: readonly Memory[], round: number) => void;

/** Runs a step at each party, with what is sent changed on the way. */
export function run<T>(
  memories: readonly Memory[],
  step: (self: number) => Step<T>,
  tamper?: Tamper,
): { results: T[]; traffic: Traffic[] } {
  let round = 0;
  return lockstep(
    memories.map((memory, self) => ({ memory, step: step(self) })),
    tamper && ((rounds) => tamper(rounds, memories, round++)),
  );
}

/** Where a batch's rows and choices are, by party. */
export interface BatchPlaces {
  readonly sent: readonly number[];
  readonly received: readonly number[];
  readonly choices: readonly number[];
}

/** How many transfers have their Δ at party 0 and at party 1, and what is changed on the way. */
export interface BatchOptions {
  readonly counts: readonly [number, number];
  readonly choices?: string;
  readonly tamper?: (places: BatchPlaces) => Tamper;
}

/** Extends a pair. Rows and choices stay in allocated memory. */
export function extendPair(
  pair: readonly [End, End],
  { counts, choices = "choices", tamper }: BatchOptions,
): { results: CheckedBatch[]; traffic: Traffic[]; places: BatchPlaces } {
  const place = (bytes: (self: number) => number) => pair.map(({ memory }, self) => memory.allocate(bytes(self)));
  const places: BatchPlaces = {
    sent: place((self) => rowsBytes(counts[self]!)),
    received: place((self) => rowsBytes(counts[1 - self]!)),
    choices: place((self) => Math.ceil(counts[1 - self]! / 8)),
  };
  pair.forEach(({ memory }, self) =>
    memory.bytes.set(bytesOf(`${choices} ${self}`, Math.ceil(counts[1 - self]! / 8)), places.choices[self]!)
  );
  const marks = pair.map(({ memory }) => memory.mark());
  try {
    const ran = run(
      pair.map(({ memory }) => memory),
      (self) =>
        pair[self]!.transfers.extend({
          send: { n: counts[self]!, rows: places.sent[self]! },
          receive: { n: counts[1 - self]!, choices: places.choices[self]!, rows: places.received[self]! },
        }),
      tamper?.(places),
    );
    return { ...ran, places };
  } finally {
    pair.forEach(({ memory }, self) => memory.release(marks[self]!));
  }
}
