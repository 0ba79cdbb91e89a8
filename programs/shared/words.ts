/** What the programs that train networks make of their words. */

/** Rows a step, unless a word says otherwise: MP-SPDZ's number; and fewer where it would leave few steps to learn in. */
const BATCH = 128;
const SMALL_BATCH = 32;
/** Rows from which there are many. */
const MANY = 10_000;

/** How long and in what portions: see {@linkcode numbersIn} and {@linkcode batchSizeIn}. */
export const RUN_WORDS: Readonly<Record<string, string>> = {
  "<epochs>": "passes over the training images (1)",
  "<threads>": "the second number: threads that compute, a party (1)",
  "batch<n>": `rows a step (${BATCH}; ${SMALL_BATCH} if there are fewer than ${MANY.toLocaleString("en")})`,
};

/**
 * The words that are numbers, in their order: whole numbers from 1.
 *
 * @throws {RangeError} naming what the number stands for, or if there are more than `names`
 */
export function numbersIn(args: readonly string[], names: readonly string[]): readonly number[] {
  const words = args.filter((word) => /^-?[\d.]+$/.test(word));
  if (words.length > names.length) {
    throw new RangeError(`There are ${words.length} numbers: the program takes ${names.join(", then ")}`);
  }
  return words.map((word, i) => {
    if (/^[1-9]\d*$/.test(word)) return Number(word);
    throw new RangeError(`The number of ${names[i]} is a whole number from 1, not ${word}`);
  });
}

/**
 * Rows a step: the number given, or that of the word batch<n>; by default 128, or 32 if there are few rows; never more than there are.
 *
 * @throws {RangeError} on a number that makes no sense
 */
export function batchSizeIn(args: readonly string[], rows: number, given?: number): number {
  const word = args.find((a) => /^batch-?\d/.test(a));
  const [named] = word === undefined ? [] : numbersIn([word.slice("batch".length)], ["rows a step"]);
  const size = given ?? named;
  if (size === undefined) return Math.min(rows < MANY ? SMALL_BATCH : BATCH, rows);
  if (size <= rows) return size;
  throw new RangeError(`Steps of ${size} rows need as many: there are ${rows}. Take ${rows} or fewer`);
}
