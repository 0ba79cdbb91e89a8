/**
 * Symbolon: machine learning on data that nobody may see whole.
 *
 * This module is the language of programs, the machine-learning library and the data sets. `run` loads the engine, the backends and the
 * check of programs when it is called.
 *
 * @module
 */
export {
  applySort,
  type Arguments,
  type Carried,
  cfix,
  cint,
  concat,
  type Data,
  type Declared,
  type FixType,
  type InputFormat,
  type InputOptions,
  type InputSource,
  type Kind,
  type LabelRule,
  type Loc,
  metric,
  type MetricOptions,
  type NumericArray,
  type Operand,
  type Owned,
  type Printed,
  printLn,
  printLnIf,
  type Program,
  program,
  type Public,
  type PublicFixType,
  publicPermutation,
  type PublicType,
  type Reg,
  type Regint,
  type regint,
  repeat,
  type RepeatOptions,
  type RowIndices,
  type Secret,
  type SecretType,
  setNThreads,
  sfix,
  shuffle,
  sint,
  sort,
  type SortKey,
  type SortOptions,
  sortPermutation,
  type Table,
  type Tensor,
  type Value,
} from "@symbolon/compiler";
export * from "@symbolon/ml";
export * from "@symbolon/datasets";
export {
  CommitmentError,
  ConsistencyError,
  DesyncError,
  MacCheckError,
  OutOfRangeError,
  PeerError,
  ProgramMismatchError,
  SacrificeError,
} from "@symbolon/protocol";
export * from "@symbolon/engine/run";
export type { PartyId, Rounding, Shape as TensorShape } from "@symbolon/protocol";
