/**
 * A change that would give secrets away, and how it is looked for in a file.
 *
 * @module
 */

/** A change at one place that tests must notice. */
export interface Mutant {
  /** Unique, the protocol first: `ring: permutations from the masks' stream`. */
  readonly name: string;
  /** Path from the root. */
  readonly file: string;
  /** Text that is in the file once. */
  readonly find: string;
  /** What takes its place: code that still parses. */
  readonly replace: string;
  /** Test files of which one must fail, by their paths from the root. */
  readonly tests: readonly string[];
  /** Of these the tests whose names hold this text; all if left out. */
  readonly filter?: string;
  /** What a party could learn or do with the change. */
  readonly why: string;
}

/** Why a change cannot be made, or null if it can. */
export function unfit({ file, find, replace, tests }: Mutant, read: (path: string) => string | null): string | null {
  const text = read(file);
  if (text === null) return `${file} is not there`;
  const count = text.split(find).length - 1;
  if (count !== 1) return `its text is ${count === 0 ? "no longer" : `${count} times`} in ${file}`;
  if (find === replace) return "it changes nothing";
  if (tests.length === 0) return "it names no test";
  const missing = tests.find((path) => read(path) === null);
  return missing === undefined ? null : `the test ${missing} is not there`;
}

/** The text of a file in a folder, or null if there is none. */
export function readFile(path: string, folder: string): string | null {
  try {
    return Deno.readTextFileSync(`${folder}/${path}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The text with the change made. */
export function mutated(text: string, { find, replace }: Mutant): string {
  return text.replace(find, () => replace);
}
