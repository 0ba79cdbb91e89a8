/**
 * The known word that a misspelt one stands for.
 *
 * The optimal string alignment distance: insertions, deletions, substitutions and exchanges of neighbours count one each
 * (F. J. Damerau 1964). Capitals, `_`, `-` and spaces do not count, so that `batch_size` is `batchSize`.
 *
 * @module
 */

/** Edits that one of so many letters may be off by: a third of them. */
const LETTERS_PER_EDIT = 3;

/**
 * The known word with the fewest edits from `word`, the first of equals; undefined if all need more than one edit in three letters.
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const given = plain(word);
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const other = plain(candidate);
    const most = Math.max(1, Math.floor(Math.max(given.length, other.length) / LETTERS_PER_EDIT));
    const edits = distance(given, other);
    // A word of one letter would be any other one.
    if (edits > most || edits >= Math.max(given.length, other.length) || edits >= least) continue;
    [best, least] = [candidate, edits];
  }
  return best;
}

/** ` (did you mean "batchSize"?)` for the nearest of the known words; "" if none is near. */
export function suggestion(word: string, known: Iterable<string>): string {
  const candidate = nearest(word, known);
  return candidate === undefined ? "" : ` (did you mean "${candidate}"?)`;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, "");
}

/** Edits between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) edits = Math.min(edits, before[j - 2]! + 1);
      row.push(edits);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
