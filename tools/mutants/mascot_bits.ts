/**
 * Changes of how words of bits of mascot-field are made: random bits, AND triples, openings of bits.
 *
 * @module
 */
import type { Mutant } from "./mutant.ts";

const FOLDER = "backends/mascot-field/making";
const BITS = [`${FOLDER}/random_bits_test.ts`];
const ANDS = [`${FOLDER}/and_triples_test.ts`];
const CHEATING = [`${FOLDER}/cheating_test.ts`];

export const MASCOT_BITS: readonly Mutant[] = [
  {
    name: "mascot: bits among three whose sums nobody opens",
    file: `${FOLDER}/random_bits.ts`,
    find: "  if (spare > 0) yield* openSums(party, { choices, batches, counts }, seed);\n",
    replace: "",
    tests: BITS,
    filter: "other choices",
    why: "an owner has other bits towards other peers",
  },
  {
    name: "mascot: sums of bits that are selected without a coin",
    file: `${FOLDER}/random_bits.ts`,
    find: 'hash("symbolon/mascot-field/selected-bits", seed, numberBytes(owner))',
    replace: 'hash("symbolon/mascot-field/selected-bits", numberBytes(owner))',
    tests: BITS,
    filter: "makes up for a bit",
    why: "an owner makes up for other bits by others of those that are given up",
  },
  {
    name: "mascot: sums of bits of all owners that are selected alike",
    file: `${FOLDER}/random_bits.ts`,
    find: 'hash("symbolon/mascot-field/selected-bits", seed, numberBytes(owner))',
    replace: 'hash("symbolon/mascot-field/selected-bits", seed)',
    tests: BITS,
    filter: "for each owner apart",
    why: "two owners that cheat in the same bits are not found",
  },
  {
    name: "mascot: transfers for bits that outlive a wrong message",
    file: `${FOLDER}/random_bits.ts`,
    find: "if (!ended) { for (const transfers of bits)",
    replace: "if (ended === null) { for (const transfers of bits)",
    tests: BITS,
    filter: "wrong columns destroy",
    why: "bits of the key can be guessed again and again",
  },
  {
    name: "mascot: AND triples that are given out unchecked",
    file: `${FOLDER}/and_triples.ts`,
    find: "  yield* check(party);\n",
    replace: "",
    tests: ANDS,
    filter: "if and only if it is",
    why: "an error in U makes a wrong product, or tells a bit for nothing",
  },
  {
    name: "mascot: a product of bits that is not logged",
    file: "backends/mascot-field/bit_opening.ts",
    find: "  openings.openedBits(opened, x.at, n);\n",
    replace: "",
    tests: ANDS,
    filter: "wrong opening of a product",
    why: "no bit that was opened wrongly is found",
  },
  {
    name: "mascot: equal coefficients of bits",
    file: "backends/mascot-field/mac_check.ts",
    find: "draw(stream, coefficients, ELEMENT * used);\n    gf128",
    replace: "memory.bytes.fill(1, coefficients, coefficients + ELEMENT * used);\n    gf128",
    tests: CHEATING,
    filter: "cancel out",
    why: "two bits that were opened wrongly are not found",
  },
  {
    name: "mascot: buckets that are known beforehand",
    file: `${FOLDER}/and_triples.ts`,
    find: "orderOf(party.memory, buckets, found.coin!)",
    replace: "orderOf(party.memory, buckets, new Uint8Array(32))",
    tests: ANDS,
    filter: "order of candidates",
    why: "who learns a few bits has them all in one bucket",
  },
  {
    name: "mascot: a coin of buckets that is shown before U",
    file: `${FOLDER}/and_triples.ts`,
    find: "  yield* together([\n    (function* (): Step<void> {\n      found.leaky",
    replace:
      "  found.coin = yield* coin.toss();\n  yield* together([\n    (function* (): Step<void> {\n      found.leaky",
    tests: ANDS,
    filter: "coin of buckets",
    why: "who learns a few bits has them all in one bucket",
  },
  {
    name: "mascot: words of all parties hashed alike",
    file: `${FOLDER}/and_triples.ts`,
    find: "this.#salts[keys]![tags]!",
    replace: "this.#salts[0]![0]!",
    tests: ANDS,
    filter: "with the number of another",
    why: "the hash of keys is used outside of what it was made for",
  },
  {
    name: "mascot: words of a batch hashed as those of the last",
    file: `${FOLDER}/and_triples.ts`,
    find: "this.#next += BigInt(n);",
    replace: "this.#next += 0n * BigInt(n);",
    tests: ANDS,
    filter: "with the number of another",
    why: "the hash of keys is used outside of what it was made for",
  },
];
