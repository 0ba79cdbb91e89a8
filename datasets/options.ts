/** Arguments of functions, checked with errors that name them. */

import { nameOf } from "./elements.ts";

/**
 * Does nothing when `options` is an object that has none but the `known` options.
 *
 * @throws {TypeError} If it is not; the message names `what`, the option and those that there are.
 */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  const plain = typeof options === "object" && options !== null && !Array.isArray(options);
  if (!plain) throw new TypeError(`${what} takes an object with options, { ${known[0]}: … }, not ${typeof options}`);
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other !== undefined) throw new TypeError(`${what} has no option "${other}": it has ${known.join(", ")}`);
}

/**
 * Does nothing when a function that takes no arguments is given none; what is undefined counts as left out.
 *
 * @throws {TypeError} If it is; the message names `what`.
 */
export function checkNone(what: string, given: readonly unknown[]): void {
  const other = given.find((value) => value !== undefined);
  if (other === undefined) return;
  const option = typeof other === "object" && other !== null && !Array.isArray(other)
    ? Object.keys(other)[0]
    : undefined;
  throw new TypeError(
    option === undefined
      ? `${what} takes no arguments: leave out ${nameOf(other)}`
      : `${what} has no options: leave out "${option}"`,
  );
}
