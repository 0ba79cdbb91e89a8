/**
 * Costs that doc comments state by hand: nothing keeps them true, so docs/complexity.md has them all and comments refer to it.
 *
 * @module
 */

/** A figure that no comment may state. */
export interface HandWrittenCost {
  readonly line: number;
  readonly text: string;
}

const COMMENT = /\/\*\*.*?\*\//gs;

/** "7 rounds", "1,209 bytes", "69 (n − 1) bytes", "2 more rounds". */
const figure = (unit: string) =>
  new RegExp(`\\b\\d[\\d,.]*(?:\\s+\\([^)]*\\))?(?:\\s+(?:more|fewer))?\\s+${unit}s?\\b`, "g");
const ROUNDS = figure("round");
const BYTES = figure("byte");

/** "Cost (ring)", which would be followed by figures of one backend. */
const OF_A_BACKEND = /\bCosts?\s+\([^)]*\)/g;

/** The costs that a source's doc comments state: rounds in any of them, bytes in those that speak of costs, as files have bytes too. */
export function handWrittenCosts(source: string): HandWrittenCost[] {
  return [...source.matchAll(COMMENT)].flatMap(({ 0: comment, index }) => {
    // A figure may end a line whose unit begins the next one; places stay as they are.
    const words = comment.replace(/\n *\*(?!\/)/g, (margin) => " ".repeat(margin.length));
    const patterns = /\bcosts?\b/i.test(words) ? [OF_A_BACKEND, ROUNDS, BYTES] : [ROUNDS];
    return patterns.flatMap((pattern) =>
      [...words.matchAll(pattern)].map((match) => ({
        line: source.slice(0, index + match.index).split("\n").length,
        text: match[0].replace(/\s+/g, " "),
      }))
    );
  });
}
