/**
 * Runs tapes: places in memory, execution, inputs and results.
 *
 * @module
 */
export { rangeCheck, type RangeCheckOptions } from "./check_range.ts";
export { formatTensor } from "./public.ts";
export * from "./environment.ts";
export type { Place } from "./registers.ts";
export { prepare, type Prepared } from "./prepare.ts";
export { type InputOrigin, openInput } from "./files.ts";
export { type InputFile, InputReader, type Leftover, type OpenInput, type ReadValues } from "./input_reader.ts";
export { type Spent, Supply } from "./supply.ts";
