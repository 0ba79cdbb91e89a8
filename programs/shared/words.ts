/** What the programs that train networks make of their words. */
import { TRAINING_WORDS } from "../../mod.ts";

/** Rows a step, unless a word says otherwise: MP-SPDZ's number. */
const BATCH = 128;

/** Words by which the update rule, and with it the rate, is chosen. */
const RULES = /^(rate|adam|amsgrad)/;

/** The words for training that all of them know, those of MP-SPDZ; `rate`: of SGD in this program. */
export function trainingWords(rate: number): Readonly<Record<string, string>> {
  return {
    ...TRAINING_WORDS,
    "rate<number>": `learning rate (SGD ${rate}, Adam 0.001)`,
    "batch<n>": `rows a step (${BATCH}, or all if there are fewer)`,
  };
}

/** The words with a learning rate for SGD, unless they choose a rule or a rate. */
export function withRate(args: readonly string[], rate: number): readonly string[] {
  return args.some((word) => RULES.test(word)) ? args : [...args, `rate${rate}`];
}

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

/** Rows a step: the word batch<n>, by default `least` of 128 and all rows. @throws {RangeError} on a number that makes no sense */
export function batchSizeIn(args: readonly string[], rows: number): number {
  const word = args.find((a) => /^batch-?\d/.test(a));
  if (word === undefined) return Math.min(BATCH, rows);
  const [size] = numbersIn([word.slice("batch".length)], ["rows a step"]);
  if (size! <= rows) return size!;
  throw new RangeError(`Steps of ${size} rows need as many: there are ${rows}. Take batch${rows} or fewer`);
}
