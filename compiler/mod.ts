/**
 * Programs to tapes: the language, the tracer, the passes, the schedule and the predicted cost.
 *
 * @module
 */
export * from "./arguments.ts";
export { Declared } from "./declared.ts";
export {
  type Brought,
  broughtBytes,
  broughtNumber,
  type BroughtPart,
  broughtPart,
  copyBrought,
  type Data,
  DOUBLE_HEADER,
  type FloatFormat,
  formatOf,
  inputWidth,
  type NumericArray,
  type Table,
  tableOf,
} from "./data.ts";
export {
  describeLabels,
  expectLabels,
  type InputFormat,
  type InputOptions,
  type InputSource,
  wrongLabel,
} from "./inputs.ts";
export {
  decode,
  doesNotFit,
  encode,
  fits,
  heldBits,
  isWide,
  type Kind,
  type Precision,
  publicInt,
  type Reg,
  type Register,
  rounded,
  secretInt,
} from "./registers.ts";
export * from "./language.ts";
export { nearest, suggestion } from "./nearest.ts";
export { format } from "./print.ts";
export type { EffectOp } from "./operations/effects.ts";
export type { ConcatOp, GatherOp, PublicOp, WindowOp } from "./operations/local.ts";
export type {
  DecomposeOp,
  LabelCheck,
  LabelRule,
  MatrixWindow,
  PiecewiseOp,
  ProductOp,
  ProductTerm,
} from "./operations/steps.ts";
export type { Named } from "./operations/operation.ts";
export {
  type Arguments,
  checkTarget,
  COMMON_WORDS,
  compile,
  type Compiled,
  type CompileOptions,
  type Program,
  program,
} from "./program.ts";
export * from "./schedule.ts";
export * from "./sorting.ts";
export { deserialize, isSerialized, serialize, type Stored, storedPath } from "./store.ts";
export type { Loc } from "./locations.ts";
export * from "./tape.ts";
export { constant, Public, Regint, RowIndices, Tensor } from "./public.ts";
export { concat, type LinearColumn, type Operand, piecewise, piecewiseLinear, Secret, shared } from "./tensor.ts";
export { located, locationOf, where } from "./locations.ts";
export { Owned, tracer } from "./tracer.ts";
export type { Value } from "./values.ts";
