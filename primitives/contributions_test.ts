import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { DesyncError, lockstep, type Memory, type Round, round, type Step } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { type CoinParty, commonCoin } from "./contributions.ts";
import { deriveKey } from "./prg.ts";

const RUN = new Uint8Array(32).fill(9);

function* agree(party: CoinParty, own: Uint8Array): Step<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  yield* commonCoin(party, own, parts);
  return parts;
}

/** All parties agree; `tamper` changes what is under way. */
function run(
  parties: number,
  tamper?: (rounds: readonly Round[], at: readonly Memory[], round: number) => void,
  runs = [RUN],
) {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  let round = 0;
  try {
    return lockstep(
      memories.map((memory, self) => ({
        memory,
        step: agree({ self, parties, memory, run: runs[self] ?? RUN }, new Uint8Array(32).fill(self + 1)),
      })),
      (rounds) => tamper?.(rounds, memories, round++),
    );
  } finally {
    memories.forEach((m) => m.dispose());
  }
}

Deno.test("everybody gets everybody's contribution, in two rounds", () => {
  for (const parties of [2, 3, 5]) {
    const { results, traffic } = run(parties);
    for (const parts of results) assertEquals(parts, results.map((_, p) => new Uint8Array(32).fill(p + 1)));
    assertEquals(traffic[0], { rounds: 2, sent: Array.from({ length: parties }, (_, p) => p === 0 ? 0 : 96) });
  }
});

Deno.test("nothing of a contribution is sent before all are bound to theirs", () => {
  run(3, (rounds, memories, round) => {
    if (round > 0) return;
    rounds.forEach(({ send }, self) =>
      send.forEach(({ at, bytes }) =>
        assertNotEquals(memories[self]!.bytes.slice(at, at + bytes), new Uint8Array(32).fill(self + 1))
      )
    );
  });
});

Deno.test("a promise holds in its run alone: the same contributions give others in another run, and another echo", () => {
  const told = (common: Uint8Array<ArrayBuffer>) => {
    const words = new Set<string>();
    run(3, (rounds, memories, round) => {
      rounds.forEach(({ send }, self) => {
        const { at } = send[0]!, from = at + 32 * round;
        words.add(memories[self]!.bytes.slice(from, from + 32).toHex());
      });
    }, [common, common, common]);
    return words;
  };
  const [one, other] = [told(RUN), told(new Uint8Array(32).fill(8))];
  // A commitment each and the echo, which all have in common.
  assertEquals([one.size, other.size, new Set([...one, ...other]).size], [4, 4, 8]);
});

/** Changes one byte of what one party sends another in a round. */
function flip(from: number, to: number, [inRound, byte]: readonly [number, number]) {
  return (rounds: readonly Round[], memories: readonly Memory[], round: number) => {
    if (round !== inRound) return;
    const { at } = rounds[from]!.send.find(({ peer }) => peer === to)!;
    // The same place holds what goes to the others, who are told the truth in a round of their own.
    memories[from]!.bytes[at + byte]! ^= 1;
  };
}

Deno.test("a contribution, a commitment or an echo that was changed is found", () => {
  for (const parties of [2, 3]) {
    for (
      const [place, said] of [[[0, 5], "opens another"], [[1, 5], "opens another"], [
        [1, 40],
        "was told other",
      ]] as const
    ) {
      assertThrows(() => run(parties, flip(1, 0, place)), DesyncError, `Party 1 ${said}`);
    }
  }
});

/** Keeps to the protocol towards everybody, but towards one party with another contribution than towards the rest. */
function* tellTwo({ self, parties, memory }: CoinParty, deceived: number): Step<Uint8Array[]> {
  const peers = Array.from({ length: parties }, (_, p) => p).filter((p) => p !== self);
  const partFor = (peer: number) => new Uint8Array(32).fill(peer === deceived ? 7 : 8);
  const commitmentFor = (peer: number) => deriveKey("coin/commitment", RUN, Uint8Array.of(self), partFor(peer));
  function* tell(bytes: number, words: (peer: number) => Uint8Array): Step<Uint8Array[]> {
    const send = peers.map((peer) => ({ peer, at: memory.allocate(bytes), bytes }));
    for (const { peer, at } of send) memory.bytes.set(words(peer), at);
    const receive = peers.map((peer) => ({ peer, at: memory.allocate(bytes), bytes }));
    yield round(send, receive);
    return receive.map(({ at }) => memory.bytes.slice(at, at + bytes));
  }
  const heard = yield* tell(32, commitmentFor);
  yield* tell(64, (peer) => {
    const all = heard.slice();
    all.splice(self, 0, commitmentFor(peer));
    return Uint8Array.from([...partFor(peer), ...deriveKey("coin/echo", RUN, ...all)]);
  });
  return [];
}

Deno.test("a party that tells two others different things is found by those others, whoever it is", () => {
  for (const parties of [3, 4]) {
    const all = Array.from({ length: parties }, (_, p) => p);
    for (const liar of all) {
      for (const deceived of all.filter((p) => p !== liar)) {
        const memories = all.map(() => new PartyMemory());
        const steps = memories.map((memory, self) => {
          const party = { self, parties, memory, run: RUN };
          const step = self === liar ? tellTwo(party, deceived) : agree(party, new Uint8Array(32).fill(self + 1));
          return { memory, step };
        });
        const { message } = assertThrows(() => lockstep(steps), DesyncError, "was told other contributions to the");
        assertEquals(message.startsWith(`Party ${liar} `), false, message);
        memories.forEach((m) => m.dispose());
      }
    }
  }
});

Deno.test("parties of different runs do not agree", () => {
  const other = new Uint8Array(32).fill(8);
  assertThrows(() => run(3, undefined, [RUN, RUN, other]), DesyncError, "links of different runs are crossed");
});
