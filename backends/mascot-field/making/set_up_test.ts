/**
 * The whole set-up of a run, with base transfers in a group: what it costs, what belongs together, and what changes of messages end it.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { CommitmentError, ConsistencyError, lockstep, MacCheckError, type Round, type Step } from "@symbolon/protocol";
import { loadGroup } from "@symbolon/primitives";
import { seeded } from "../../../primitives/testing/ot.ts";
import { WatchedMemory } from "../../../primitives/testing/watched_memory.ts";
import { check } from "../mac_check.ts";
import { MATERIAL } from "../material.ts";
import { mascotField } from "../mod.ts";
import { ELEMENT } from "../party.ts";
import { partyOf } from "../testing/party.ts";
import { authenticate } from "./authentication.ts";
import { randomBits } from "./random_bits.ts";
import { type Links, setUp, setupCost } from "./set_up.ts";

await loadGroup();

Deno.test("a set-up takes exactly the declared cost, and all that it makes belongs to the keys that its party has", () => {
  for (const parties of [2, 3]) {
    const all = Array.from({ length: parties }, (_, self) => partyOf(self, parties, "set-up"));
    const keys = all.map(({ memory, key }) => memory.bytes.slice(key, key + ELEMENT));
    const made = all.map((): Partial<Links> => ({}));
    const { traffic } = lockstep(all.map((party, self) => ({
      memory: party.memory,
      step: setUp(party, seeded(`set-up ${self}`), made[self]!),
    })));
    const makers = (made as Links[]).map(({ field, pads, bits }, p) => ({ party: all[p]!, field, pads, ...bits }));
    const { rounds, links } = setupCost(parties);
    assertEquals(traffic, links.map((row) => ({ rounds, sent: [...row] })));
    makers.forEach(({ party: { memory, key, bitKey, peers }, bits, pads, field }, p) => {
      const at = (place: number) => memory.bytes.slice(place, place + ELEMENT);
      assertEquals([at(key), at(bitKey)[0]! & 1], [keys[p]!, p === 0 ? 1 : 0]);
      for (const links of [bits, pads, field]) assertEquals(links.map(({ peer }) => peer), peers);
      for (const { delta } of bits) assertEquals(at(delta), at(bitKey));
      for (const { delta } of pads) for (const other of [key, bitKey]) assertNotEquals(at(delta), at(other));
    });
    const counts = all.map((_, p) => 65 + p);
    lockstep(makers.map((maker) => ({
      memory: maker.party.memory,
      step: (function* (): Step<void> {
        const { party } = maker, n = counts[party.self]!, own = party.memory.scratch(ELEMENT * n);
        party.memory.bytes.fill(7, own, own + ELEMENT * n);
        yield* randomBits(maker, counts);
        yield* authenticate(maker, counts, own);
        yield* check(party);
      })(),
    })));
    for (const { memory } of all) memory.dispose();
  }
});

/** Rounds: points, trees for pads; columns and commitments, openings, answers of the batch that base transfers come from; its trees. */
const POINTS = 0, PAD_TREES = 1, COLUMNS = 2, OPENINGS = 3, ANSWERS = 4, TREES = 5;

/** Changes a byte, or the first half, of a message. */
interface Change {
  readonly round: number;
  /** From the last party to party 0, in order. */
  readonly message: number;
  readonly half?: boolean;
}

/** Parties that want something, where the last one changes what it sends to party 0. Returns what is thrown, in which round, and memories. */
function changed(parties: number, { round: inRound, message, half = false }: Change) {
  const memories = Array.from({ length: parties }, () => new WatchedMemory());
  const protocols = lockstep(memories.map((memory, self) => ({
    memory,
    step: mascotField.setup(self, { parties }, { memory, entropy: seeded(`changed ${self}`) }),
  }))).results;
  let round = -1;
  const tamper = (rounds: readonly Round[]) => {
    if (++round !== inRound) return;
    const { at, bytes } = rounds.at(-1)!.send.filter(({ peer }) => peer === 0)[message]!;
    for (let i = 0; i < (half ? bytes / 2 : 1); i++) memories.at(-1)!.bytes[at + bytes - 1 - i]! ^= 1;
  };
  const prepare = () => protocols.map((of) => of.prepare!(new Map([[MATERIAL.ownedBit.of(0), 64]])));
  const error = assertThrows(() =>
    lockstep(prepare().map((step, self) => ({ memory: memories[self]!, step })), tamper)
  );
  return { error, round, memories, again: () => prepare()[0]!.next() };
}

/**
 * How many secret keys that party 0 has kept, which are as many at least, are still where it has put them: leaves of trees; keys and
 * offsets, which have 16 bytes, unless only others are looked at.
 */
function left([own, ...others]: readonly WatchedMemory[], least: number, shortest = 16): number {
  const shared = new Set(others.flatMap(({ kept }) => kept.map(({ value }) => value)));
  const isSalt = (value: string) => value.length === 32 && shared.has(value);
  const secret = own!.kept.filter(({ value, stream }) =>
    !stream && !/^0*$/.test(value) && value.length >= 2 * shortest && !isSalt(value)
  );
  assert(secret.length >= least, `${secret.length}`);
  return secret.filter(({ value, at }) => own!.bytes.slice(at, at + value.length / 2).toHex() === value).length;
}

Deno.test("whatever is changed of a set-up ends it for whoever is told, when it is found, with all keys overwritten", () => {
  const cases: (Change & { found: number; commitment?: boolean })[] = [
    { round: PAD_TREES, message: 0, found: PAD_TREES },
    { round: COLUMNS, message: 0, half: true, found: ANSWERS },
    { round: COLUMNS, message: 1, found: OPENINGS, commitment: true },
    { round: OPENINGS, message: 0, found: OPENINGS, commitment: true },
    { round: ANSWERS, message: 0, found: ANSWERS },
    { round: TREES, message: 0, found: TREES },
    { round: TREES, message: 1, found: TREES },
  ];
  for (const { found, commitment = false, ...change } of cases) {
    const { error, round, memories, again } = changed(2, change);
    assert(commitment ? error instanceof CommitmentError : error instanceof ConsistencyError, `${error}`);
    assertEquals([round, left(memories, found === PAD_TREES ? 2 : 2 * 32 * 15)], [found, 0]);
    assert(assertThrows(again) === error || assertThrows(again) instanceof MacCheckError);
    for (const memory of memories) memory.dispose();
  }
});

Deno.test("another point than the one that was made ends it with the trees for pads, before a key of the run chooses", () => {
  // A valid point: that of the peer, which comes in the same round.
  const memories = [0, 1].map(() => new WatchedMemory());
  const parties = memories.map((memory, self) => ({
    memory,
    step: mascotField.setup(self, { parties: 2 }, { memory, entropy: seeded(`point ${self}`) }),
  }));
  const protocols = lockstep(parties).results;
  let round = -1;
  const steps = protocols.map((of, self) => ({
    memory: memories[self]!,
    step: of.prepare!(new Map([[MATERIAL.ownedBit.of(0), 64]])),
  }));
  const tamper = (rounds: readonly Round[]) => {
    if (++round !== POINTS) return;
    const [own, theirs] = rounds.map(({ send }) => send.find(({ bytes }) => bytes === 32)!);
    memories[1]!.bytes.set(memories[0]!.bytes.slice(own!.at, own!.at + 32), theirs!.at);
  };
  assertThrows(() => lockstep(steps, tamper), ConsistencyError, "What party 1 sent");
  assertEquals([round, left(memories, 2)], [PAD_TREES, 0]);
  for (const memory of memories) memory.dispose();
});

Deno.test("among three, keys with those that did nothing wrong are overwritten too", () => {
  for (const round of [PAD_TREES, ANSWERS, TREES]) {
    const { error, memories } = changed(3, { round, message: 0 });
    assert(error instanceof ConsistencyError, `${error}`);
    // Leaves of trees with party 1 were made before what party 2 sent was found wrong. That party has not yet made note of salts.
    assertEquals(left(memories, 2 * 32 * 15, 32), 0);
    for (const memory of memories) memory.dispose();
  }
});
