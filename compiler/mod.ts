/**
 * Programs to tapes: the language, the tracer, the passes, the schedule and the predicted cost.
 *
 * @module
 */
export { Declared } from "./declared.ts";
export type { Data, Table } from "./data.ts";
export { type Given, givenBytes, inputWidth, readGiven } from "./given.ts";
export type { InputFormat, InputOptions, InputSource } from "./inputs.ts";
export { decode, encode, publicInt, secretInt } from "./kinds.ts";
export { describe as describeLabels, expectLabels, wrongLabel } from "./labels.ts";
export * from "./language.ts";
export { format } from "./print.ts";
export * from "./program.ts";
export * from "./schedule.ts";
export * from "./sorting.ts";
export { deserialize, serialize, type Stored } from "./store.ts";
export * from "./tape.ts";
export { constant, Public, Regint, RowIndices } from "./public.ts";
export { concat, type LinearColumn, type Operand, piecewise, piecewiseLinear, Secret, shared } from "./tensor.ts";
export { type Precision, tracer, where } from "./tracer.ts";
