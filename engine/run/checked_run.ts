/**
 * Running a program of any module after a look at its code: what `mod.ts` gives as `run`.
 *
 * @module
 */
import { type Block, flag, type Loc, type Program, type Tape } from "@symbolon/compiler";
import { type CodeCheck, codeOf } from "./code_check.ts";
import {
  checkArguments,
  compileFor,
  runCompiled,
  type RunOptions as UncheckedOptions,
  type RunSummary as UncheckedSummary,
} from "./run.ts";

/** How {@linkcode run} runs a program. */
export interface RunOptions extends UncheckedOptions {
  /**
   * Whether the program's code is looked at before it runs, so that no branch on a tensor silently takes one side; true unless told.
   *
   * Needed are the module's TypeScript file and the package typescript, which is loaded at the first run.
   */
  readonly check?: boolean;
}

/** What a run gave and took. */
export interface RunSummary extends UncheckedSummary {
  /** Whether the program's code has been looked at; if not, why. */
  readonly checked: true | string;
}

/**
 * Compiles a program and runs all its parties in this process.
 *
 * Before that, the code that the program runs is looked at, in its module and in those that it imports: what would need the value of a
 * tensor is refused, such as `if (x.lessThan(y))`, `!x` or `x === y`, for while the program is compiled a tensor has none. Other errors
 * of the module are not looked for. Where the code cannot be read, the summary's `checked` says why.
 *
 * @throws {ProgramError} if the program would branch on a tensor, naming every place
 * @throws {RangeError} if the program, its inputs or the options do not fit
 * @throws {TypeError} if an option is unknown or of another type
 * @throws {OutOfRangeError} with `checkRange`, at the first value outside its range
 */
export async function run(program: Program, options: RunOptions = {}): Promise<RunSummary> {
  checkArguments(program, options, { check: flag });
  const { check = true, ...others } = options;
  others.signal?.throwIfAborted();
  const code: CodeCheck = check ? await codeOf(program) : { unchecked: "check: false" };
  if (!("unchecked" in code)) code.refuse();
  const recorded: Loc[] = [];
  const done = await compileFor(
    program,
    others,
    (pass, tape) => pass === "tracing" && recorded.push(...placesIn(tape)),
  );
  if (!("unchecked" in code)) code.refuse(recorded);
  return { ...await runCompiled(done, others), checked: "unchecked" in code ? code.unchecked : true };
}

/** Where a tape's instructions were recorded, each place once. */
function placesIn({ body }: Tape): Loc[] {
  const places = new Map<string, Loc>();
  const blocks: Block[] = [body];
  for (const block of blocks) {
    for (const { does, at } of block) {
      if (at !== null) places.set(`${at.file}:${at.line}:${at.column}`, at);
      if (does.op === "repeat") blocks.push(does.body);
    }
  }
  return [...places.values()];
}
