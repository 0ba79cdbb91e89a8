/**
 * What the contract asks of an operation, in one record.
 *
 * @module
 */
import type { Call, CallOf, OperandCall, Shape } from "@symbolon/protocol";
import type { Context } from "./context.ts";
import type { Job } from "./jobs.ts";
import type { Sampler } from "./values.ts";

/** How calls of a kind are priced for people: by name, calls that do it for n elements. */
export interface Rows<C extends Call> {
  readonly rows: Readonly<Record<string, (n: number) => C>>;
}

/** A call and the shapes of its operands. */
export interface Sized<C extends OperandCall> {
  readonly call: C;
  readonly operands: readonly Shape[];
}

/** An operation with shared operands and a shared result. */
export interface OperationContract<C extends OperandCall> extends Rows<C> {
  /** Jobs whose results have this shape, or nearly: they run alone, side by side and in rows of each other. */
  jobs(context: Context, shape: Shape, at: Drawn): readonly Job[];
  /** Calls that are tried with operands of other sizes. */
  sized(context: Context): readonly Sized<C>[];
}

/** A call's turn, and where its values come from. */
export interface Drawn {
  readonly turn: number;
  readonly sampler: Sampler;
}

/** What the contract asks of these operations. */
export type Contracts<K extends OperandCall["op"]> = { readonly [O in K]: OperationContract<CallOf<O>> };
