/**
 * Privacy of a shuffle by enumeration: two rows over Z_2, all secrets, all sharings, all masks, all permutations.
 *
 * A party's view is its summands of x and of the result, what it draws from its two keys, permutations included, and the
 * messages it receives. For every assignment of what it draws and holds before the shuffle, the messages must be distributed
 * alike whatever the secrets *and* whatever the permutation of the key it lacks: then it knows nothing of either.
 *
 * One run holds many executions: a column of the tensor is an execution with secrets and masks of its own; all columns of a run
 * have the same permutations, so there is a run for each choice of those.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { lockstep, type Memory } from "@symbolon/protocol";
import { PartyMemory } from "@symbolon/kernels";
import type { PairStreams, Party } from "./party.ts";
import { shareAt, summandBytes } from "./party.ts";
import { constantStream } from "./testing/privacy_views.ts";
import { shuffle } from "./shuffle.ts";

/** Bits of an execution: the rows of x_0, x_1 and x_2, then two masks from k_0 and two from k_1, two rows each. */
const DIGITS = 14;
const COLUMNS = 2 ** DIGITS;
const MASKS = 6;

/** Bit d of every execution's number, as words. */
const digit = (d: number) => BigUint64Array.from({ length: COLUMNS }, (_, e) => BigInt(e >> d & 1));
const ALL = Array.from({ length: DIGITS }, (_, d) => digit(d));

/** What a party receives, one number an execution: bit by bit, in order. */
interface View {
  readonly received: Uint32Array;
  readonly bits: number;
}

interface Run {
  readonly views: readonly View[];
  /** y_0, y_1 and y_2: two bits an execution. */
  readonly summands: readonly Uint32Array[];
}

/**
 * Runs all executions with these permutations of two rows, by key: 0 keeps the rows, 1 exchanges them. Keys are relative to the
 * party in role 0. `constant` are digits that are zero in all executions: masks left out.
 */
function run(orders: readonly [number, number, number], turn: number, constant: readonly number[] = []): Run {
  const memories = [0, 1, 2].map(() => new PartyMemory());
  const column = (d: number) => constant.includes(d) ? new BigUint64Array(COLUMNS) : ALL[d]!;
  /** Draws of a stream of key k in order: two rows each. */
  const streams = (memory: Memory, key: number): PairStreams => {
    let drawn = 0;
    const unexpected = () => {
      throw new Error("a shuffle draws words of masks only");
    };
    const role = (key + 3 - turn) % 3;
    return {
      zero: { words: unexpected, bits: unexpected, planes: unexpected },
      mask: {
        bits: unexpected,
        planes: unexpected,
        words(at, n) {
          assertEquals(n, 2 * COLUMNS);
          assert(role < 2 && drawn < 2, "k_2 has no masks, the others have two");
          const first = MASKS + 4 * role + 2 * drawn++;
          for (const row of [0, 1]) memory.words.set(column(first + row), at / 8 + row * COLUMNS);
        },
      },
      order: {
        permutation(at, n) {
          assertEquals(n, 2);
          memory.words32.set(orders[role] === 0 ? [0, 1] : [1, 0], at / 4);
        },
      },
    };
  };
  const parties = memories.map((memory, self): Party => {
    const [prev, after] = [(self + 2) % 3, (self + 1) % 3];
    return {
      self,
      prev,
      after,
      bits: 1,
      memory,
      own: streams(memory, self),
      next: streams(memory, after),
      thresholds: constantStream(memory, 0n),
    };
  });
  const shape = [2, COLUMNS];
  const share = (memory: Memory) => shareAt(shape, memory.scratch(2 * summandBytes(2 * COLUMNS)));
  const places = parties.map(({ self, after, memory }) => {
    const [x, out] = [share(memory), share(memory)];
    for (const [summand, at] of [[self, x.mine], [after, x.next]] as const) {
      const role = (summand + 3 - turn) % 3;
      for (const row of [0, 1]) memory.words.set(column(2 * role + row), at / 8 + row * COLUMNS);
    }
    return { x, out };
  });
  const received = parties.map(() => ({ received: new Uint32Array(COLUMNS), bits: 0 }));
  const add = (into: { received: Uint32Array; bits: number }, words: BigUint64Array, at: number) => {
    for (const row of [0, 1]) {
      for (let e = 0; e < COLUMNS; e++) {
        into.received[e]! |= Number(words[at / 8 + row * COLUMNS + e]! & 1n) << into.bits;
      }
      into.bits++;
    }
  };
  lockstep(
    parties.map((party) => ({
      memory: party.memory,
      step: shuffle(party, { op: "shuffle", shape, turn }, places[party.self]!.x, places[party.self]!.out),
    })),
    (rounds) =>
      rounds.forEach(({ send }, from) => {
        for (const { peer, at } of send) add(received[(peer + 3 - turn) % 3]!, memories[from]!.words, at);
      }),
  );
  const rowsAt = (p: number, at: number) => {
    const view = { received: new Uint32Array(COLUMNS), bits: 0 };
    add(view, memories[p]!.words, at);
    return view.received;
  };
  /** By role of the first holder. */
  const summands = [0, 1, 2].map((role) => {
    const [p, before] = [(role + turn) % 3, (role + turn + 2) % 3];
    const mine = rowsAt(p, places[p]!.out.mine);
    assertEquals(mine, rowsAt(before, places[before]!.out.next), "neighbours hold different summands");
    return mine;
  });
  memories.forEach((m) => m.dispose());
  return { views: received, summands };
}

const PERMUTATIONS = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i & 1, i >> 1 & 1, i >> 2] as [number, number, number]);

/** The two rows of x in each execution. */
const secretOf = (e: number) => (e ^ e >> 2 ^ e >> 4) & 3;
const exchanged = (rows: number) => (rows & 1) << 1 | rows >> 1;

/** Digits that the party in this role holds or draws before it receives anything: x_p, x_{p+1}, masks of k_p and k_{p+1}. */
function known(role: number): number {
  let mask = 0;
  for (const key of [role, (role + 1) % 3]) {
    mask |= 3 << 2 * key;
    if (key < 2) mask |= 15 << MASKS + 4 * key;
  }
  return mask;
}

/** Counts of messages, by all else that is to be the same: throws if a secret or the lacking permutation changes them. */
function leak(role: number, turn: number, constant: readonly number[] = []): boolean {
  const lacks = (role + 2) % 3;
  const mask = known(role);
  /** By permutations that the party knows, what it knows, then secret and permutation that it lacks: how often which messages came. */
  const counts = new Map<string, Map<string, Map<number, number>>>();
  for (const orders of PERMUTATIONS) {
    const { views } = run(orders, turn, constant);
    const { received } = views[role]!;
    const mine = orders.filter((_, key) => key !== lacks).join();
    for (let e = 0; e < COLUMNS; e++) {
      if (constant.some((d) => e >> d & 1)) continue;
      const given = `${mine} ${e & mask}`;
      const other = `${secretOf(e)} ${orders[lacks]}`;
      const of = counts.get(given) ?? new Map<string, Map<number, number>>();
      counts.set(given, of);
      const messages = of.get(other) ?? new Map<number, number>();
      of.set(other, messages);
      messages.set(received[e]!, (messages.get(received[e]!) ?? 0) + 1);
    }
  }
  for (const of of counts.values()) {
    const [first, ...rest] = [...of.values()];
    // All secrets that fit what the party knows, with both permutations.
    assertEquals(of.size, 8);
    for (const messages of rest) {
      if (messages.size !== first!.size || [...messages].some(([m, n]) => first!.get(m) !== n)) return true;
    }
  }
  return false;
}

Deno.test("a shuffle of two rows: messages say nothing of the secrets, and nothing of the permutation that a party lacks", () => {
  for (const turn of [0, 1, 2]) {
    for (const role of [0, 1, 2]) assertEquals(leak(role, turn), false, `role ${role}, turn ${turn}`);
  }
});

Deno.test("a shuffle of two rows is the composition of the pairs' permutations", () => {
  for (const turn of [0, 1, 2]) {
    for (const orders of PERMUTATIONS) {
      const swaps = orders.reduce((sum, o) => sum + o, 0) % 2 === 1;
      const [y0, y1, y2] = run(orders, turn).summands as [Uint32Array, Uint32Array, Uint32Array];
      y0.forEach((v, e) => {
        const x = secretOf(e), rows = v ^ y1[e]! ^ y2[e]!;
        if (rows !== (swaps ? exchanged(x) : x)) throw new Error(`rows ${x} by ${orders} give ${rows}`);
      });
    }
  }
});

Deno.test("every mask of a shuffle is needed: without it some party's view depends on a secret or on the permutation", () => {
  for (let d = MASKS; d < DIGITS; d += 2) {
    const leaks = [0, 1, 2].filter((role) => leak(role, 0, [d, d + 1]));
    // Masks from k_0 hide from role 1, those from k_1 from role 2.
    assertEquals(leaks, [d < MASKS + 4 ? 1 : 2], `mask of digits ${d} and ${d + 1}`);
  }
});

Deno.test("the result of a shuffle is shared afresh", () => {
  for (const orders of PERMUTATIONS) {
    const { summands: [y0, y1] } = run(orders, 0);
    /** For each sharing of x: how often y_0 and y_1 take each of their 16 values. */
    const seen = new Uint32Array(64 * 16);
    for (let e = 0; e < COLUMNS; e++) seen[(e & 63) * 16 + y0![e]! * 4 + y1![e]!]!++;
    assert(seen.every((n) => n === COLUMNS / seen.length));
  }
});
