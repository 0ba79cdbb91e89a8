/**
 * Opening authenticated bits to all with the check put off, and their products.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. KOS16 (Π_[·], Open) over the bits.
 *
 * @module
 */
import { round, type Step } from "@symbolon/protocol";
import { bits as planes, layout, words as rows } from "@symbolon/kernels";
import type { StepCost } from "./cost.ts";
import { demandOf, MATERIAL, wordsPart } from "./material.ts";
import { packedBytes } from "./owned.ts";
import type { Party } from "./party.ts";
import { addBits, addSelected, addWords, copyWords, partOfWords, type Words, wordsOf } from "./words.ts";

/**
 * The n bits, packed in 64-bit words in scratch. Afterwards x is what the check looks at.
 *
 * Nothing that depends on them may leave the parties' own computation unmasked before the check.
 *
 * Cost: {@linkcode bitOpening}.
 */
export function* openBits(party: Party, x: Words): Step<number> {
  const { peers, openings, memory } = party, { n } = x, bytes = Math.ceil(n / 8), room = packedBytes(n);
  openings.expect(n);
  const opened = memory.scratch(room), received = peers.map(() => memory.scratch(room));
  rows.packLow(x.at, opened, n);
  for (const at of received) layout.clear(at, room);
  yield round(
    peers.map((peer) => ({ peer, at: opened, bytes })),
    peers.map((peer, i) => ({ peer, at: received[i]!, bytes })),
  );
  for (const theirs of received) planes.xorInto(opened, theirs, room / 8);
  // A peer may have set bits past the last.
  if (n % 64 !== 0) memory.words[(opened + room) / 8 - 1]! &= (1n << BigInt(n % 64)) - 1n;
  addBits(party, opened, x);
  openings.openedBits(opened, x.at, n);
  return opened;
}

/** n bits opened to all: 1 round, ⌈n / 8⌉ bytes on each directed link. */
export function bitOpening(n: number, demand: StepCost["demand"]): StepCost {
  return { rounds: 1, bytes: Math.ceil(n / 8), first: 0, demand };
}

/**
 * out = x ∧ y, bit by bit: c ⊕ d · y ⊕ e · a with d = x ⊕ a and e = y ⊕ b opened. B91 over the bits. `out` overlaps neither.
 *
 * Masked by: a and b of a triple, used for nothing else.
 *
 * Cost: {@linkcode andCost}.
 */
export function* andWords(party: Party, x: Words, y: Words, out: Words): Step<void> {
  const units = party.store.take(MATERIAL.andTriple.of(), out.n),
    part = (place: number) => wordsPart(units, place, out.n);
  yield* andWith(party, [part(0), part(1), part(2)], [x, y], out);
}

/** {@linkcode andWords} with words of a, b and a ∧ b, used for nothing else. */
export function* andWith(
  party: Party,
  [a, b, c]: readonly [Words, Words, Words],
  [x, y]: readonly [Words, Words],
  out: Words,
): Step<void> {
  const { memory } = party, { n } = out;
  const masked = wordsOf(party, 2 * n);
  for (const [value, mask, first] of [[x, a, 0], [y, b, n]] as const) {
    const to = partOfWords(masked, first, n);
    copyWords(value, to);
    addWords(mask, to);
  }
  const opened = yield* openBits(party, masked), room = packedBytes(n);
  const d = memory.scratch(room), e = memory.scratch(room);
  planes.unpackBits(opened, 0n, 1, n, d, room);
  planes.unpackBits(opened, BigInt(n), 1, n, e, room);
  copyWords(c, out);
  addSelected(y, d, out);
  addSelected(a, e, out);
}

/** Cost of n products: 1 round, two bits each. */
export function andCost(n: number): StepCost {
  return bitOpening(2 * n, demandOf(MATERIAL.andTriple.of(), n));
}
