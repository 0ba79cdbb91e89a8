/** Options of functions, checked with errors that name them. */

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
