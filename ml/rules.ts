/**
 * What arguments of machine learning must be: tensors, layers, losses, rules. See `checkArgument()`.
 *
 * @module
 */
import {
  checkArgument,
  either,
  extents,
  having,
  listOf,
  oneOf,
  pairOf,
  Public,
  real,
  type Rule,
  Secret,
  shown,
  where,
  whole,
} from "@symbolon/compiler";
import type { Pair } from "./functional/windows.ts";

/** A secret tensor. */
export const secret: Rule = {
  wanted: "a secret tensor",
  judge: (value) => value instanceof Secret ? null : "type",
  hint: (value) =>
    value instanceof Public
      ? ": it is public already"
      : typeof value === "object" && value !== null
      ? ": bring it in by sfix.inputTensorVia(party, data)"
      : "",
};

/** Secret tensors. */
export const secrets: Rule = listOf(secret, "secret tensors");

/** Checks operands. @throws {TypeError} if one is no secret tensor */
export function checkSecrets(what: string, operands: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(operands)) checkArgument(`${what}: ${name}`, value, secret);
}

/** The slope of a function that never decreases. */
export const steepness: Rule = real({ from: 0 });

/** A layer. */
export const layer: Rule = having("a layer", "bind");

const listOfLayers = listOf(layer, "layers", 1);

/** Layers one after the other. */
export const layers: Rule = {
  ...listOfLayers,
  hint: (value) => layer.judge(value) === null ? ": write them in a list, [layer, …]" : listOfLayers.hint!(value),
};

/** A rule that moves weights. */
export const updateRule: Rule = having("an update rule such as sgd() or adam()", "init", "update", "slowed");

/** A loss. */
export const loss: Rule = having("a loss such as losses.meanSquaredError", "labels", "evaluate", "predict");

/** A course of the learning rate. */
export const schedule: Rule = having("a schedule such as exponentialDecay(1e-6)", "init", "rate", "next");

/** Rows and labels. */
export const dataSet: Rule = {
  wanted: "a list of two secret tensors, [rows, labels]",
  judge: (value) =>
    Array.isArray(value) && value.length === 2 && value.every((v) => v instanceof Secret) ? null : "type",
};

/** Rows and columns of a window, or of its steps. */
export const steps: Rule = pairOf(whole(1));

const SURROUNDINGS: Rule = either(oneOf(["valid", "same"]), pairOf(whole(0)));

/** What surrounds an image. */
export const padding: Rule = {
  ...SURROUNDINGS,
  wanted: `"valid" or "same", or a whole number from 0, [rows, columns] of them or [[top, bottom], [left, right]]`,
  judge(value) {
    const both = Array.isArray(value) && value.length === 2 && value.every((side) => Array.isArray(side));
    if (!both) return SURROUNDINGS.judge(value);
    return value.map((side) => pairOf(whole(0)).judge(side)).find((fault) => fault !== null) ?? null;
  },
};

/** Options, in place of which a number or two may stand for one of them, as for the stride in Keras and PyTorch. */
export function optionsOr<T extends object>(given: T | number | Pair, name: keyof T): T {
  return typeof given === "number" || Array.isArray(given) ? { [name]: given } as T : given as T;
}

/** A shape that may be written as a number. */
export const extentsOrOne: Rule = either(whole(1), extents);

/**
 * Refuses arguments beyond those that a function takes: it would compute something else than they ask for. What is undefined counts as
 * left out, and so does an object without options.
 *
 * @param takes what the function takes, for messages: "its rate alone"
 * @param advice what to do instead of options that users may know from elsewhere, by name
 * @throws {TypeError} naming the function and the argument
 */
export function takesNoMore(
  what: string,
  more: readonly unknown[],
  takes = "no arguments",
  advice: Readonly<Record<string, string>> = {},
): void {
  for (const value of more) {
    if (value === undefined) continue;
    const refused = (left: string) => new TypeError(`${where()}${what} takes ${takes}: ${left}`);
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
      throw refused(`leave out ${shown(value)}`);
    }
    const option = Object.entries(value).find(([, given]) => given !== undefined)?.[0];
    if (option === undefined) continue;
    const instead = Object.hasOwn(advice, option) ? `, ${advice[option]}` : "";
    throw refused(`leave out the option "${option}"${instead}`);
  }
}

/** What an argument may be that other libraries have and here is always the same. */
export function always(values: readonly number[], what: string): Rule {
  return {
    wanted: `${values.join(" or ")}, ${what}`,
    judge: (value) => typeof value !== "number" ? "type" : values.includes(value) ? null : "range",
  };
}
