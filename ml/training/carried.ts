/**
 * What goes round the loop over epochs, as one list and by name.
 *
 * @module
 */
import type { Public, Secret } from "@symbolon/compiler";
import type { Carry } from "./loop.ts";

/** How many values of each sort go round the epochs. */
export interface Form {
  readonly values: number;
  readonly sums: number;
  readonly speed: number;
  readonly watch: number;
  readonly rule: number;
}

/** The values by name. */
export function unpacked(carry: Carry, { values, sums, speed, watch, rule }: Form) {
  let at = 0;
  const next = (count: number) => carry.slice(at, at += count);
  return {
    values: next(values) as Secret[],
    sums: next(sums) as Secret[],
    speed: next(speed) as Public[],
    watch: next(watch) as Public[],
    rule: next(rule),
  };
}
