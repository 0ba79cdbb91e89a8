/**
 * Privacy by enumeration: over tiny rings, whatever a party knows, the messages it receives are distributed alike for all
 * secrets of the others. `privacy_views.ts` says how that is counted and why it is enough.
 *
 * What was left out, and why nothing is lost or what takes its place:
 * - A party's own digits are not counted but gone through one by one (in the cases named "…, sampled" some of them, drawn at
 *   random with a fixed seed): its view holds them, so equal views means equal messages for each assignment.
 * - Words are looked at modulo 2^L: what lies above bit L in memory is no part of the ring. Bits past the last element are checked
 *   on their own, below.
 * - Rings are of two to five bits, comparisons two or three bits wide. For 64 bits and all widths there is the check that every
 *   message carries a one-time pad that its receiver lacks, by changing single digits of the tape.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { lockstep, type PartyId } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import { CASES, REAL } from "./testing/privacy_cases.ts";
import { establish } from "./party.ts";
import { type Experiment, findLeak, Lab, type Planted, sampler } from "./testing/privacy_views.ts";
import { unpadded } from "./testing/privacy_pads.ts";
import { Tape } from "./testing/privacy_tape.ts";

/** Executions a party and case, at most: for all of them, and for a sample. */
const ALL = 1 << 20;
const SAMPLE = 1 << 18;
const SEED = 20260114;

function within<T>(experiment: Experiment, body: (lab: Lab) => T): T {
  const lab = new Lab(experiment);
  try {
    return body(lab);
  } finally {
    lab.dispose();
  }
}

for (const [name, experiment] of Object.entries(CASES)) {
  Deno.test(`views do not depend on the others' secrets: ${name}`, () => {
    within(experiment, (lab) => {
      for (const p of [0, 1, 2]) {
        const sampled = name.endsWith("sampled");
        const { leak, complete } = findLeak(lab, p, { most: sampled ? SAMPLE : ALL, seed: SEED });
        assertEquals(leak, null);
        assert(complete || sampled, `not all of party ${p}'s assignments were tried`);
      }
    });
  });
}

function assertLeak(lab: Lab, p: PartyId, planted: Planted, what: string): void {
  // Some leaks show only for some of what the party knows.
  const found = [12, 15, 18].some((log) => findLeak(lab, p, { most: 2 ** log, seed: SEED, planted }).leak !== null);
  assert(found, `${what}: no difference was found`);
}

Deno.test("a digit of the tape that is always zero makes some party's view depend on a secret", () => {
  for (const [name, experiment] of Object.entries(CASES)) {
    // Who knows the quotient and c knows r >> m: then u_0 and u_2 hide nothing more.
    if (name.startsWith("truncation, then opened")) continue;
    within(experiment, (lab) =>
      lab.coordinates().forEach(({ key, kind, draw, slot }, coordinate) => {
        // Whoever lacks the key is the one to see it.
        assertLeak(lab, (key + 1) % 3, { coordinate }, `${name}: digit ${slot} of draw ${draw} of k_${key}, ${kind}`);
      }));
  }
});

Deno.test("a mask from a key that the receiver holds makes its view depend on a secret", () => {
  for (const name of ["product", "truncation by 1 of 3 bits", "sign of 2 bits"]) {
    within(CASES[name]!, (lab) => {
      const all = lab.coordinates();
      all.forEach(({ key, bits }, coordinate) => {
        const from = all.findIndex((c) => c.key !== key && c.bits === bits);
        if (from < 0) return;
        assertLeak(lab, (key + 1) % 3, { coordinate, from }, `${name}: digit ${coordinate} from digit ${from}`);
      });
    });
  }
});

for (const [name, experiment] of Object.entries(REAL)) {
  Deno.test(`every number that is sent has a pad of its own that the receiver lacks, 64 bits: ${name}`, () => {
    within(experiment, (lab) => {
      for (const p of [0, 1, 2]) assertEquals(unpadded(lab, p, SEED), []);
    });
  });
}

Deno.test("without a digit of the tape some number that is sent has no pad, 64 bits", () => {
  for (const name of ["product / 2^16", "nearest truncation by 16", "sign of 9 bits"]) {
    within(REAL[name]!, (lab) =>
      lab.coordinates().forEach(({ key }, coordinate) => {
        if (coordinate % 5 === 0) {
          assert(unpadded(lab, (key + 1) % 3, SEED, coordinate).length > 0, `${name}: ${coordinate}`);
        }
      }));
  }
});

Deno.test("messages hold nothing of fresh memory, and nothing secret in bits past the last element", () => {
  const n = 5;
  const random = sampler(SEED);
  const column = (bits: number) =>
    BigUint64Array.from({ length: n }, () => BigInt.asUintN(bits, (BigInt(random()) << 32n) | BigInt(random())));
  for (const [name, experiment] of Object.entries(REAL)) {
    within(experiment, (lab) => {
      const shape = lab.coordinates();
      const tape = new Tape(shape, shape.map(({ bits }) => column(bits)));
      const fresh = () => experiment.operands.map(() => [0, 1, 2].map(() => column(64)));
      const operands = fresh();
      const first = lab.run(n, operands, tape, 0x00);
      const again = lab.run(n, operands, tape, 0xff);
      assertEquals(again.bytes, first.bytes, `${name}: same inputs and tapes, other contents of memory`);
      const other = lab.run(n, fresh(), tape, 0xa5);
      assertNotEquals(other.bytes, first.bytes);
      assertEquals(other.padding, first.padding, `${name}: same tapes, other inputs`);
    });
  }
});

/** Sets up three parties with these parts of keys and coins (pair to the previous party, coin, pair to the next). */
function keys(parts: readonly (readonly [number, number, number])[], publicSeed?: number) {
  const memories = parts.map(() => new PartyMemory());
  const sent: string[] = [];
  const { results } = lockstep(
    memories.map((memory, self) => ({
      memory,
      step: establish(self, memory, (buffer) => {
        assertEquals(buffer.length, 96);
        buffer.forEach((_, i) => buffer[i] = parts[self]![Math.floor(i / 32)]!);
      }, { publicSeed }),
    })),
    (rounds) =>
      rounds.forEach(({ send }, from) =>
        send.forEach(({ peer, at, bytes }) =>
          sent.push(`${from}>${peer} ${memories[from]!.bytes.slice(at, at + bytes)}`)
        )
      ),
  );
  const draw = (party: number, write: (at: number) => void) => {
    const memory = memories[party]!;
    const at = memory.scratch(64);
    write(at);
    return `${memory.bytes.slice(at, at + 64)}`;
  };
  const streams = results.map(({ party }, self) =>
    [party.own.zero, party.own.mask, party.next.zero, party.next.mask].map((s) => draw(self, (at) => s.words(at, 8)))
  );
  const coins = results.map(({ coin }, self) => draw(self, (at) => coin.bytes(at, 64)));
  memories.forEach((m) => m.dispose());
  return { streams, coins, sent };
}

Deno.test("a key is common to its two holders, and a third party is sent nothing of it", () => {
  const parts: [number, number, number][] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
  const { streams, coins, sent } = keys(parts);
  for (let i = 0; i < 3; i++) assertEquals(streams[i]!.slice(0, 2), streams[(i + 2) % 3]!.slice(2));
  assertEquals(new Set(streams.flat()).size, 6);
  assertEquals(new Set(coins).size, 1);
  for (let p = 0; p < 3; p++) {
    // k_{p+2} is made of a part of party p+2 and one of party p+1.
    const [upper, lower] = [(p + 2) % 3, (p + 1) % 3];
    for (const [party, place] of [[upper, 0], [lower, 2]] as const) {
      const changed = keys(parts.map((own, i) => own.map((v, k) => i === party && k === place ? 99 : v) as typeof own));
      assertNotEquals(changed.streams[upper]!.slice(0, 2), streams[upper]!.slice(0, 2));
      assertEquals(changed.streams[p], streams[p]);
      assertEquals(changed.sent.filter((m) => m[2] === `${p}`), sent.filter((m) => m[2] === `${p}`));
      assertEquals(changed.coins, coins);
    }
  }
});

Deno.test("a public seed fixes the coin and nothing else", () => {
  const parts: [number, number, number][] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];
  const others: [number, number, number][] = [[11, 2, 3], [4, 15, 6], [7, 8, 19]];
  assertEquals(keys(parts, 7).streams, keys(parts).streams);
  assertEquals(keys(parts, 7).coins, keys(others, 7).coins);
  assertNotEquals(keys(parts, 7).streams, keys(others, 7).streams);
  assertNotEquals(keys(parts, 7).coins, keys(parts, 8).coins);
  assertNotEquals(keys(parts).coins, keys(others).coins);
});
