/**
 * Programs to tapes: the language, the tracer, the passes, the schedule and the predicted cost.
 *
 * @module
 */
export * from "./data.ts";
export { decode, encode, publicInt, secretInt } from "./kinds.ts";
export * from "./language.ts";
export { format } from "./print.ts";
export * from "./program.ts";
export * from "./schedule.ts";
export * from "./sorting.ts";
export { deserialize, serialize, type Stored } from "./store.ts";
export * from "./tape.ts";
export {
  concat,
  constant,
  type LinearColumn,
  type Operand,
  piecewise,
  piecewiseLinear,
  Public,
  Regint,
  RowIndices,
  Secret,
  shared,
} from "./tensor.ts";
export { type Precision, tracer, where } from "./tracer.ts";
