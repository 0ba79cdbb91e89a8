/**
 * What combined layers share: the parameters of all parts in one list.
 *
 * @module
 */
import type { Secret } from "@symbolon/compiler";
import type { BoundLayer, Parameter } from "./layer.ts";

/** The parameters of all parts, and the way back from a list of their values. */
export interface Joined {
  /** Names begin with the part's number: "0.weight". */
  readonly parameters: readonly Parameter[];
  /** The values of each part. */
  split(values: readonly Secret[]): (readonly Secret[])[];
}

/** Joins the parameters of parts, which have these numbers; their places if left out. */
export function joined(parts: readonly BoundLayer[], numbers: readonly number[] = [...parts.keys()]): Joined {
  return {
    parameters: parts.flatMap((part, i) => part.parameters.map((p) => ({ ...p, name: `${numbers[i]}.${p.name}` }))),
    split(values) {
      let at = 0;
      return parts.map(({ parameters }) => values.slice(at, at += parameters.length));
    },
  };
}
