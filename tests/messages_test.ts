/**
 * No word that a party receives comes twice: whole programs, with loops whose steps are recorded once and run in every pass on the same
 * operands, which send the same words again as soon as a mask is used again.
 */
import { assert, assertEquals } from "@std/assert";
import { compile, piecewiseLinear, repeat, schedule, type Secret, sfix, shuffle, sint } from "@symbolon/compiler";
import { PartyMemory } from "@symbolon/kernels";
import { type Backend, lockstep, type PartyId, type Step, type Tap } from "@symbolon/protocol";
import { replicatedRing } from "@symbolon/replicated-ring";
import { semi2k } from "@symbolon/semi2k";
import { prepare } from "@symbolon/vm";
import { seeded } from "../primitives/testing/ot.ts";

/** Whole words of messages, by receiver and sender: of 64 elements, so that bits fill them. */
function wordsOf(backend: Backend, parties: number, trace: () => void): bigint[][] {
  const memories = Array.from({ length: parties }, () => new PartyMemory());
  const all = <T>(step: (self: PartyId) => Step<T>, tap?: Tap) =>
    lockstep(memories.map((memory, self) => ({ memory, step: step(self) })), tap).results;
  const words = Array.from({ length: parties * parties }, (): bigint[] => []);
  try {
    const protocols = all((self) =>
      backend.setup(self, { parties }, { memory: memories[self]!, entropy: seeded(`messages ${self}`) })
    );
    const { tape } = compile({ description: "", trace });
    const segments = schedule(tape, protocols[0]!.target);
    const prepared = protocols.map((protocol) =>
      prepare(tape, segments, protocol, {
        input: () => (into) => void into.fill(5n),
        print: () => {},
        output: () => {},
        metric: () => {},
      })
    );
    all((self) => prepared[self]!.preprocess());
    all((self) => prepared[self]!.run(), (rounds) =>
      rounds.forEach(({ send }, from) => {
        for (const { peer, at, bytes } of send) {
          const view = new DataView(memories[from]!.bytes.slice(at, at + bytes).buffer);
          for (let i = 0; i + 8 <= bytes; i += 8) words[peer * parties + from]!.push(view.getBigUint64(i, true));
        }
      }));
    return words;
  } finally {
    for (const memory of memories) memory.dispose();
  }
}

/** The same operations in every pass, on operands that do not change. */
const PASSES: Readonly<Record<string, (x: Secret, k: Secret) => Secret>> = {
  "products with truncation": (x) => x.mul(x),
  "products of integers": (_, k) => k.mul(k),
  "matrix products": (x) => x.reshape([8, 8]).matmul(x.reshape([8, 8])).getVector(),
  "comparisons": (x) => x.lessThan(2),
  "comparisons times a number": (_, k) => {
    const positive = { add: [0n, 0n], mul: [0n, 1n] };
    return piecewiseLinear(k, [0n], [positive], { factor: k, kind: k.kind });
  },
  "bits": (_, k) => k.bits(8).sum(1),
  "shuffles": (_, k) => shuffle(k),
};

/** All of them in one pass. */
const everything = (x: Secret, k: Secret) =>
  Object.values(PASSES).map((body) => body(x, k).sum()).reduce((sum, y) => sum.add(y.kind.f === 0 ? y.toFix() : y));

function program(passes: number, body: (x: Secret, k: Secret) => Secret) {
  return () => {
    const x = sfix.inputTensorVia(0, undefined, { shape: [64] });
    const k = sint.inputTensorVia(1, undefined, { shape: [64] });
    // Operands are carried, though they stay what they are: else all would be computed once, before the loop.
    const start = [x as Secret, k as Secret, body(x, k)] as const;
    const [, , last] = repeat<readonly [Secret, Secret, Secret]>(passes, start, ([x, k]) => [x.add(0), k, body(x, k)]);
    last.sum().revealTo(0, "last");
  };
}

// Some 10^4 words: 2^-37.
function assertNoneTwice(backend: Backend, parties: number, body: (x: Secret, k: Secret) => Secret): void {
  const words = wordsOf(backend, parties, program(6, body));
  const count = (of: bigint[][]) => of.reduce((sum, { length }) => sum + length, 0);
  assert(count(words) > 2 * count(wordsOf(backend, parties, program(1, body))), "the loop sends nothing");
  words.forEach((link, i) => {
    const [from, to] = [i % parties, Math.floor(i / parties)];
    assertEquals(new Set(link).size, link.length, `from party ${from} to party ${to}`);
  });
}

for (const [name, body] of Object.entries(PASSES)) {
  Deno.test(`no word comes twice over the passes of a loop: ring, ${name}`, () => {
    assertNoneTwice(replicatedRing, 3, body);
  });
}

for (const parties of [2, 3]) {
  Deno.test(`no word comes twice over the passes of a loop: semi2k, ${parties} parties, all operations`, () => {
    assertNoneTwice(semi2k, parties, everything);
  });
}

// Many parties open numbers under masks with their bits, where fewer add up numbers of their own.
for (const name of ["comparisons", "bits"]) {
  Deno.test(`no word comes twice over the passes of a loop: semi2k, 5 parties, ${name}`, () => {
    assertNoneTwice(semi2k, 5, PASSES[name]!);
  });
}
