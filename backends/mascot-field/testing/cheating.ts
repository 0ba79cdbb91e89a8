/**
 * How making may end where one party cheats.
 *
 * @module
 */
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  CommitmentError,
  ConsistencyError,
  MacCheckError,
  type MaterialKind,
  type PartyId,
  PeerError,
  SacrificeError,
} from "@symbolon/protocol";
import { ELEMENT } from "../party.ts";
import type { Preprocessing } from "../preprocessing.ts";
import type { Cheating, Passing } from "./adversary.ts";
import { Workshop } from "./dealt_links.ts";
import { assertRight } from "./relations.ts";

/** What ends a run: in base transfers also that something is no point, which names who sent it and tells nothing else. */
const FOUND = [MacCheckError, CommitmentError, ConsistencyError, SacrificeError, PeerError];

/** A number that tests draw from: the same for the same text. */
export function chosen(text: string, below: number): number {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619) >>> 0;
  // What is drawn depends on all characters, the last ones too.
  for (let i = 0; i < 2; i++) h = Math.imul(h ^ h >>> 15, 2246822519) >>> 0;
  return Math.floor(h / 2 ** 32 * below);
}

/** Turns a bit of a message. */
export function flip({ bytes }: Passing, seed: string): void {
  bytes[chosen(`${seed} byte`, bytes.length)]! ^= 1 << chosen(`${seed} bit`, 8);
}

/** What a cheat does to a message. It sees all messages of a round. */
export type Deviation = (message: Passing, all: readonly Passing[], seed: string) => void;

/** Deviations that need nothing but what was sent. */
export const DEVIATIONS: Readonly<Record<string, Deviation>> = {
  /** A bit is turned on its way. */
  flipped: (m, _, seed) => flip(m, seed),
  /** The cheat goes on with what it has told. */
  lied: (m, _, seed) => {
    flip(m, seed);
    m.kept.set(m.bytes);
  },
  zeros: ({ bytes }) => void bytes.fill(0),
  ones: ({ bytes }) => void bytes.fill(255),
  /** It says what another party has said to it in this round. */
  mirrored: (m, all) => {
    const other = all.find(({ from, to, bytes }) =>
      to === m.from && from !== m.from && bytes.length === m.bytes.length
    );
    if (other === undefined) flip(m, `mirror ${m.round}`);
    else m.bytes.set(other.bytes);
  },
  /** It says less than was agreed, or more, so that its peer goes no further. */
  cut: (m) => void Object.assign(m, { bytes: m.bytes.slice(1) }),
  longer: (m) => void Object.assign(m, { bytes: new Uint8Array(m.bytes.length + 1) }),
};

/** Which messages a cheat changes: towards all, or towards one. */
export interface Aim {
  readonly cheat: PartyId;
  readonly round: number;
  readonly nth: number;
  readonly victim?: PartyId;
}

/** Changes one message, towards each party that gets it. */
export function aimed({ cheat, round, nth, victim }: Aim, deviation: Deviation, seed: string): Cheating {
  return (all) => {
    for (const m of all) {
      if (m.from !== cheat || m.round !== round || m.nth !== nth) continue;
      if (victim === undefined || m.to === victim) deviation(m, all, seed);
    }
  };
}

/** How the honest parties have ended. */
export type Result = "found" | "right" | "waiting";

/** Who cheats, and what runs are drawn from. */
export interface Play {
  readonly cheat: PartyId;
  /** Who cheats with it, if anybody does. */
  readonly ally?: PartyId;
  readonly seed: string;
  readonly preprocessing?: Preprocessing;
}

/**
 * Makes so much with cheating: every honest party has found it, or waits for a party that has stopped, and then has neither keys nor
 * material and makes nothing more; or it has ended well. If all have, then what is in store is right.
 */
export function assertEnded(
  parties: number,
  [kind, n]: readonly [MaterialKind, number],
  { cheat, ally, seed, preprocessing }: Play,
  cheating: Cheating,
): Result {
  const shop = new Workshop(parties, seed, preprocessing), demand = new Map([[kind, n]]);
  try {
    const endings = shop.make(demand, cheating),
      honest = shop.parties.filter(({ self }) => self !== cheat && self !== ally);
    if (endings.every(({ error, waits }) => error === null && !waits)) {
      assertRight(shop.parties, kind, n);
      return "right";
    }
    for (const { self, memory, store, key, bitKey } of honest) {
      const { error, waits } = endings[self]!;
      if (error === null && !waits) continue;
      assert(waits || FOUND.some((type) => error instanceof type), `${seed}: ${error}`);
      assertEquals([...store.contents].filter(([, stored]) => stored > 0), [], seed);
      for (const at of [key, bitKey]) assert(memory.bytes.subarray(at, at + ELEMENT).every((byte) => byte === 0), seed);
    }
    // Somebody is stopped, and makes nothing more.
    const stopped = honest.filter(({ self }) => endings[self]!.error !== null || endings[self]!.waits);
    assert(stopped.length > 0, seed);
    const again = shop.make(demand);
    for (const { self } of stopped) {
      const found = endings[self]!.error, { error } = again[self]!;
      assert(error !== null, seed);
      if (found !== null && !(found instanceof PeerError)) assertStrictEquals(error, found, seed);
    }
    return stopped.some(({ self }) => endings[self]!.error !== null) ? "found" : "waiting";
  } finally {
    shop.dispose();
  }
}

/** All messages of an honest run. */
export function messagesOf(parties: number, kind: MaterialKind, n: number, preprocessing?: Preprocessing): Passing[] {
  const shop = new Workshop(parties, "honest", preprocessing), sent: Passing[] = [];
  shop.make(new Map([[kind, n]]), (messages) => void sent.push(...messages));
  shop.dispose();
  return sent;
}
