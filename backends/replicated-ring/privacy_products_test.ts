/**
 * Views of matrix products, and of steps that are recorded once and run in every pass of a loop, by enumeration over Z_2.
 *
 * Each execution has sharings and masks of its own and is run by itself: elements of a matrix product touch each other, so they are not
 * executions side by side as in `privacy_views.ts`. For every assignment of what a party holds and draws, the messages it receives must
 * be distributed alike for all secrets.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  lockstep,
  type Memory,
  type PartyId,
  type ProductsCall,
  type Round,
  type Step,
  type Term,
} from "@symbolon/protocol";
import { noteFunction, PartyMemory, record } from "@symbolon/kernels";
import type { Permutations, Randomness } from "@symbolon/primitives";
import { type PairStreams, type Party, type ReplicatedShare, shareAt, summandBytes } from "./party.ts";
import { constantStream } from "./testing/privacy_views.ts";
import { products } from "./products.ts";

/** Sums of products of which views are counted. */
interface Case {
  readonly terms: readonly Term[];
  readonly shape: readonly number[];
  /** Elements of each operand. */
  readonly sizes: readonly number[];
  /** Passes of a loop, all on the same operands. */
  readonly passes: number;
  /** Whether the step is recorded once, and the recording run in every pass. */
  readonly recorded: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  "a row times a column": {
    terms: [{ kind: "matmul", x: [1, 2], y: [2, 1] }],
    ...{ shape: [1, 1], sizes: [2, 2], passes: 1, recorded: false },
  },
  "a column times a row": {
    terms: [{ kind: "matmul", x: [2, 1], y: [1, 1] }],
    ...{ shape: [2, 1], sizes: [2, 1], passes: 1, recorded: false },
  },
  "a sum of a matrix product and a product": {
    terms: [{ kind: "matmul", x: [1, 1], y: [1, 1] }, { kind: "mul", x: [1, 1], y: [1, 1] }],
    ...{ shape: [1, 1], sizes: [1, 1, 1, 1], passes: 1, recorded: false },
  },
  "patches of which elements repeat": {
    terms: [{
      kind: "matmul",
      ...{ x: [1, 2], y: [2, 1] },
      xOf: { base: 1, window: { shape: [1, 2], offset: 0, strides: [0, 0] } },
    }],
    ...{ shape: [1, 1], sizes: [1, 2], passes: 1, recorded: false },
  },
  "two passes of a loop with a product": {
    terms: [{ kind: "mul", x: [1], y: [1] }],
    ...{ shape: [1], sizes: [1, 1], passes: 2, recorded: true },
  },
  "two passes of a loop with a matrix product": {
    terms: [{ kind: "matmul", x: [1, 1], y: [1, 1] }],
    ...{ shape: [1, 1], sizes: [1, 1], passes: 2, recorded: true },
  },
};

const product = (list: readonly number[]) => list.reduce((n, d) => n * d, 1);

/** Bits of an execution: the summands x_0, x_1 and x_2 of all operands, then by pass and key the digits of a share of zero. */
interface Layout {
  readonly operand: (summand: number, element: number) => number;
  readonly zero: (pass: number, key: number, element: number) => number;
  readonly bits: number;
}

function layoutOf({ sizes, shape, passes }: Case): Layout {
  const elements = sizes.reduce((sum, n) => sum + n, 0), n = product(shape), masks = 3 * elements;
  return {
    operand: (summand, element) => summand * elements + element,
    zero: (pass, key, element) => masks + (3 * pass + key) * n + element,
    bits: masks + 3 * passes * n,
  };
}

/** What each party receives in an execution: one bit a number. */
type Received = readonly [number, number, number];

/** Three parties on which executions run one after the other. `frozen`: all passes have the masks of the first. */
class Lab {
  readonly #case: Case;
  readonly #layout: Layout;
  readonly #memories = [0, 1, 2].map(() => new PartyMemory());
  readonly #operands: ReplicatedShare[][];
  readonly #outs: ReplicatedShare[];
  readonly #parties: Party[];
  readonly #recordings: { readonly parts: (() => void)[]; readonly rounds: Round[] }[] = [];
  #execution = 0;
  readonly #drawn: number[][] = [[0, 0], [0, 0], [0, 0]];

  constructor(one: Case, readonly frozen = false) {
    this.#case = one;
    this.#layout = layoutOf(one);
    this.#parties = this.#memories.map((memory, self): Party => {
      const [prev, after] = [(self + 2) % 3, (self + 1) % 3];
      const streams = (end: 0 | 1) => this.#streams(memory, self, end);
      return {
        self,
        prev,
        after,
        bits: 1,
        memory,
        own: streams(0),
        next: streams(1),
        thresholds: constantStream(memory, 0n),
      };
    });
    const share = (memory: PartyMemory, n: number) => shareAt([n], memory.allocate(2 * summandBytes(n)));
    this.#operands = this.#memories.map((memory) => one.sizes.map((n) => share(memory, n)));
    this.#outs = this.#memories.map((memory) => share(memory, product(one.shape)));
    if (one.recorded) this.#parties.forEach((party) => this.#recordings.push(this.#record(party)));
  }

  /** Runs an execution. */
  run(execution: number): Received {
    this.#execution = execution;
    for (const counts of this.#drawn) counts.fill(0);
    this.#parties.forEach(({ self, after, memory }) => {
      let element = 0;
      for (const { n, mine, next } of this.#operands[self]!) {
        for (let i = 0; i < n; i++, element++) {
          memory.words[mine / 8 + i] = this.#bit(this.#layout.operand(self, element));
          memory.words[next / 8 + i] = this.#bit(this.#layout.operand(after, element));
        }
      }
    });
    const received = [0, 0, 0], at = [0, 0, 0];
    const marks = this.#memories.map((memory) => memory.mark());
    for (let pass = 0; pass < this.#case.passes; pass++) {
      lockstep(this.#parties.map((party) => ({ memory: party.memory, step: this.#step(party) })), (rounds) => {
        rounds.forEach(({ send }, from) => {
          for (const { peer, at: place, bytes } of send) {
            const words = this.#memories[from]!.words.subarray(place / 8, (place + bytes) / 8);
            for (const word of words) received[peer]! |= Number(word & 1n) << at[peer]!++;
          }
        });
      });
    }
    this.#memories.forEach((memory, p) => memory.release(marks[p]!));
    return received as unknown as Received;
  }

  dispose(): void {
    for (const memory of this.#memories) memory.dispose();
  }

  #bit(position: number): bigint {
    return BigInt(this.#execution >>> position & 1);
  }

  #call(): ProductsCall {
    const { shape, terms } = this.#case;
    return { op: "products", shape, turn: 0, terms, addend: false, trunc: null };
  }

  #fresh(party: Party): Step<void> {
    return products(party, this.#call(), this.#operands[party.self]!, this.#outs[party.self]!);
  }

  #step(party: Party): Step<void> {
    const recording = this.#recordings[party.self];
    if (recording === undefined) return this.#fresh(party);
    return function* () {
      for (const [i, part] of recording.parts.entries()) {
        part();
        if (i < recording.rounds.length) yield recording.rounds[i]!;
      }
    }();
  }

  /** The step's work between rounds as recordings. */
  #record(party: Party): { parts: (() => void)[]; rounds: Round[] } {
    const step = this.#fresh(party), parts: (() => void)[] = [], rounds: Round[] = [];
    for (let done = false; !done;) {
      parts.push(record((bytes) => party.memory.allocate(bytes), () => {
        const at = step.next();
        done = at.done === true;
        if (!at.done) rounds.push(at.value);
      }));
    }
    return { parts, rounds };
  }

  /** One party's end of a key's stream of zero shares, whose digits are bits of the execution. */
  #streams(memory: Memory, self: PartyId, end: 0 | 1): PairStreams {
    const unexpected = (): never => {
      throw new Error("Products draw words of shares of zero only");
    };
    const key = (self + end) % 3;
    const draw = (at: number, n: number) => {
      const pass = this.#drawn[self]![end]!++;
      for (let i = 0; i < n; i++) {
        memory.words[at / 8 + i] = this.#bit(this.#layout.zero(this.frozen ? 0 : pass, key, i));
      }
    };
    const zero: Randomness = {
      words: this.#case.recorded ? (at, n) => noteFunction(() => draw(at, n)) : draw,
      bits: unexpected,
      planes: unexpected,
    };
    const order: Permutations = { permutation: unexpected };
    return { zero, mask: { words: unexpected, bits: unexpected, planes: unexpected }, order };
  }
}

/** The secrets of an execution: each element's three summands added up. */
function secretOf({ operand }: Layout, { sizes }: Case, execution: number): number {
  const elements = sizes.reduce((sum, n) => sum + n, 0);
  let secret = 0;
  for (let e = 0; e < elements; e++) {
    for (let summand = 0; summand < 3; summand++) secret ^= (execution >>> operand(summand, e) & 1) << e;
  }
  return secret;
}

/** Bits of an execution that a party knows: two summands of everything and the digits of two keys. */
function knownTo(party: PartyId, layout: Layout, { sizes, shape, passes }: Case): number {
  const elements = sizes.reduce((sum, n) => sum + n, 0);
  let mask = 0;
  for (const i of [party, (party + 1) % 3]) {
    for (let e = 0; e < elements; e++) mask |= 1 << layout.operand(i, e);
    for (let pass = 0; pass < passes; pass++) {
      for (let e = 0; e < product(shape); e++) mask |= 1 << layout.zero(pass, i, e);
    }
  }
  return mask;
}

/** The parties whose messages are distributed otherwise for some secrets than for others. `without`: a digit that is zero. */
function leaks(one: Case, without = 0): PartyId[] {
  const layout = layoutOf(one), lab = new Lab(one);
  try {
    /** By party: what it knows and the secret, then the messages. */
    const counts = [0, 1, 2].map(() => new Map<number, Map<number, Map<number, number>>>());
    const known = [0, 1, 2].map((p) => knownTo(p, layout, one));
    for (let execution = 0; execution < 2 ** layout.bits; execution++) {
      if ((execution & without) !== 0) continue;
      const secret = secretOf(layout, one, execution);
      lab.run(execution).forEach((messages, p) => {
        const knows = execution & known[p]!, of = counts[p]!.get(knows) ?? new Map<number, Map<number, number>>();
        counts[p]!.set(knows, of);
        const views = of.get(secret) ?? new Map<number, number>();
        of.set(secret, views);
        views.set(messages, (views.get(messages) ?? 0) + 1);
      });
    }
    return [0, 1, 2].filter((p) =>
      [...counts[p]!.values()].some((of) => {
        const [first, ...others] = [...of.values()];
        assert(others.length > 0);
        return others.some((views) => views.size !== first!.size || [...views].some(([m, n]) => first!.get(m) !== n));
      })
    );
  } finally {
    lab.dispose();
  }
}

for (const [name, one] of Object.entries(CASES)) {
  Deno.test(`views of products do not depend on the others' secrets: ${name}`, () => {
    assertEquals(leaks(one), []);
  });
}

Deno.test("every digit of a share of zero in a matrix product and in each pass of a loop is needed", () => {
  for (const name of ["a column times a row", "two passes of a loop with a product"]) {
    const one = CASES[name]!, layout = layoutOf(one);
    for (let pass = 0; pass < one.passes; pass++) {
      for (let key = 0; key < 3; key++) {
        for (let element = 0; element < product(one.shape); element++) {
          // Who lacks the key is the one to see it.
          const found = leaks(one, 1 << layout.zero(pass, key, element));
          assertEquals(found, [(key + 1) % 3], `${name}: pass ${pass}, key ${key}, element ${element}`);
        }
      }
    }
  }
});

Deno.test("masks that are drawn once for all passes of a loop are noticed", () => {
  const one = CASES["two passes of a loop with a product"]!;
  // On the same operands the messages of the second pass then are those of the first.
  assertEquals(new Set([0, 1, 2].map((p) => distinct(one, p, true))), new Set([2]));
  assertEquals(new Set([0, 1, 2].map((p) => distinct(one, p, false))), new Set([4]));
});

/** Different views of a party for one assignment of what it knows. */
function distinct(one: Case, party: PartyId, frozen: boolean): number {
  const layout = layoutOf(one), lab = new Lab(one, frozen), known = knownTo(party, layout, one);
  try {
    const seen = new Set<number>();
    for (let execution = 0; execution < 2 ** layout.bits; execution++) {
      if ((execution & known) === 0) seen.add(lab.run(execution)[party]!);
    }
    return seen.size;
  } finally {
    lab.dispose();
  }
}
