/**
 * Compiled programs on disk.
 *
 * @module
 */
import { type Compiled, deserialize, serialize, type Stored } from "@symbolon/compiler";
import { UsageError } from "./usage_error.ts";
import { writeWhole } from "./whole_files.ts";

/** Where `compile` puts programs and `party` looks for them, in the working directory. */
const FOLDER = "Compiled";

/** A program's name with its words: "breast_logistic-party0". */
export function compiledName(program: string, args: readonly string[]): string {
  return [program, ...args].join("-");
}

function fileOf(name: string): string {
  return `${FOLDER}/${name.replace(/[^\w.+-]/g, encodeURIComponent)}.json`;
}

/** Keeps a compiled program; the file's name. */
export async function storeCompiled(
  { tape, hash, threads }: Compiled,
  program: string,
  args: readonly string[],
): Promise<string> {
  const file = fileOf(compiledName(program, args));
  await writeWhole(
    file,
    new TextEncoder().encode(serialize({ program, args, hash, tape, ...(threads === undefined ? {} : { threads }) })),
  );
  return file;
}

/** A program that was compiled before. @throws {UsageError} if it was not, or the file is damaged */
export function loadCompiled(name: string): Stored {
  const file = fileOf(name);
  const [program, ...words] = name.split("-");
  const how = `deno task compile ${[program, ...words].join(" ")}`;
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(`"${name}" has not been compiled here: there is no ${file}. First run: ${how}`);
  }
  try {
    return deserialize(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RangeError(`Cannot use ${file}: ${error.message}. Compile again: ${how}`);
  }
}
