/**
 * Borrows of a − r for numbers that are shared bit by bit: whether a < r, on the low bits.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. Place j has l_j = r_j ∧ ¬a_j, which says that it borrows, and e_j = ¬(a_j ⊕ r_j), that it
 * passes a borrow on. A run of places, high and low, has l = l_high ⊕ e_high ∧ l_low and e = e_high ∧ e_low. Damgård, Fitzi, Kiltz,
 * Nielsen and Toft 2006 (DFKNT06, carries of sums of shared bits); runs are joined by a tree, or for all prefixes as by Sklansky 1960.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import { andCost, andWords } from "./bit_opening.ts";
import { inSequence, type StepCost } from "./cost.ts";
import type { Party } from "./party.ts";
import { addWords, copyWords, flipWords, partOfWords, type Words, wordsOf } from "./words.ts";

/** Two neighbouring runs of places, named by their highest place, become one with the name of the high one. */
interface Join {
  readonly high: number;
  readonly low: number;
  /** Whether the joined run passes borrows on to anybody: not if it starts at place 0. */
  readonly passes: boolean;
}

/** Which borrows are wanted: out of the last place, or out of each. */
export type Wanted = "last" | "all";

/** Joins, level by level, by which the run that ends at the last place, or at each place, starts at place 0. */
function joins(places: number, wanted: Wanted): readonly (readonly Join[])[] {
  const levels: Join[][] = [];
  if (wanted === "all") {
    for (let size = 1; size < places; size *= 2) {
      const level: Join[] = [];
      for (let high = size; high < places; high++) {
        const block = Math.floor(high / size);
        if (block % 2 === 1) level.push({ high, low: block * size - 1, passes: block > 1 });
      }
      levels.push(level);
    }
    return levels;
  }
  let runs = Array.from({ length: places }, (_, i) => i);
  while (runs.length > 1) {
    // Pairs from the top; a run that is left over is the lowest.
    const odd = runs.length % 2, next = runs.slice(0, odd), level: Join[] = [];
    for (let i = odd; i < runs.length; i += 2) {
      level.push({ high: runs[i + 1]!, low: runs[i]!, passes: i > 0 });
      next.push(runs[i + 1]!);
    }
    levels.push(level);
    runs = next;
  }
  return levels;
}

/** Numbers a and r: words of their bits, lowest first, of as many numbers each. */
export interface Compared {
  readonly a: readonly Words[];
  readonly r: readonly Words[];
}

/**
 * For each place wanted, whether a mod 2^(j+1) < r mod 2^(j+1).
 *
 * Masked by: AND triples, one for each product.
 *
 * Cost: {@linkcode borrowsCost}.
 */
export function* borrows(party: Party, { a, r }: Compared, wanted: Wanted): Step<readonly Words[]> {
  const places = a.length, n = a[0]!.n;
  const unlike = a.map((bit, j) => {
    const word = wordsOf(party, n);
    copyWords(bit, word);
    flipWords(party, word);
    return { not: word, r: r[j]! };
  });
  const borrowing = yield* products(party, n, unlike.map(({ not, r }) => [not, r]));
  // ¬a ⊕ r
  const passing = unlike.map(({ not, r }) => {
    addWords(r, not);
    return not;
  });
  for (const level of joins(places, wanted)) {
    const made = yield* products(
      party,
      n,
      level.flatMap(({ high, low, passes }) => [
        [passing[high]!, borrowing[low]!] as const,
        ...(passes ? [[passing[high]!, passing[low]!] as const] : []),
      ]),
    );
    let next = 0;
    for (const { high, passes } of level) {
      addWords(made[next++]!, borrowing[high]!);
      if (passes) copyWords(made[next++]!, passing[high]!);
    }
  }
  return wanted === "all" ? borrowing : [borrowing[places - 1]!];
}

/** Products of pairs of n words each, in one round. */
function* products(party: Party, n: number, pairs: readonly (readonly [Words, Words])[]): Step<Words[]> {
  const [left, right, out] = [0, 1, 2].map(() => wordsOf(party, n * pairs.length)) as [Words, Words, Words];
  pairs.forEach(([x, y], i) => {
    copyWords(x, partOfWords(left, n * i, n));
    copyWords(y, partOfWords(right, n * i, n));
  });
  yield* andWords(party, left, right, out);
  return pairs.map((_, i) => partOfWords(out, n * i, n));
}

/** Cost of {@linkcode borrows} of so many places for so many numbers: a round for all places, and one a level. */
export function borrowsCost(places: number, numbers: number, wanted: Wanted): StepCost {
  const levels = joins(places, wanted).map((level) =>
    andCost(level.reduce((sum, { passes }) => sum + (passes ? 2 : 1), 0) * numbers)
  );
  return inSequence(andCost(places * numbers), ...levels);
}
