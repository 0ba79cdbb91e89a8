/**
 * How effects reach the world: one synchronous object, called in program order, never through a yield.
 *
 * @module
 */
import type { Instruction, Kind, Reg } from "@symbolon/compiler";
import type { PartyId, Shape } from "@symbolon/protocol";
import type { ReadValues } from "./input_reader.ts";
import type { Span } from "./spans.ts";

/** A public tensor that leaves the program. */
export interface Published {
  readonly label: string;
  /** The party that learns it, or all. */
  readonly party: PartyId | "all";
  readonly shape: Shape;
  readonly kind: Kind;
  /** Row-major. Integers beyond 2^53 are bigints. */
  readonly values: readonly (number | bigint)[];
}

/** The signed values of a register at this moment, as closely as they are wanted. */
export interface Look {
  /** The least and the largest; both 0 where there are no elements. */
  span(r: Reg): Span;
  /** As float64, each rounded to the nearest. */
  numbers(r: Reg): Float64Array;
  exact(r: Reg): bigint[];
}

/** Told of every instruction that has just run. */
export type Observe = (instruction: Instruction, look: Look) => void;

/** What a run needs from outside and gives to it. */
export interface Environment {
  /**
   * The owner's next `count` values as mantissas of `kind`, to be fetched in portions; fetching throws an OutOfRangeError at one
   * that does not fit.
   *
   * @throws {RangeError} if there are not enough values
   */
  input(owner: PartyId, source: "binary" | "text", kind: Kind, count: number): ReadValues;
  /** A line of text. */
  print(line: string): void;
  /** A result. */
  output(value: Published): void;
  /** A figure for the summary. */
  metric(name: string, value: number): void;
  /** Bytes left free behind each register, a multiple of 16; registers then share no memory. For tests that look who writes there. */
  readonly spacing?: number;
  /** Bytes of memory for material at a time; as `supply.ts` says if left out. For tests. */
  readonly portion?: number;
  /** Only in the clear: see `check_range.ts`. */
  readonly observe?: Observe;
  /** Only where a party is alone: asked between instructions, whether to yield the protocol's `PAUSE`. */
  readonly pause?: () => boolean;
}
