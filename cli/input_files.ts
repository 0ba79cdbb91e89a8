/**
 * Input files on disk: written when a program brings data, read when it runs.
 *
 * @module
 */
import type { Compiled } from "@symbolon/compiler";
import type { InputSource } from "../engine.ts";
import { writeWhole } from "./whole_files.ts";

/** The name of a party's input file. */
export function inputName(prefix: string, party: number, source: "binary" | "text"): string {
  return `${prefix}${source === "binary" ? "-Binary" : ""}-P${party}-0`;
}

/** Writes what the program brings, each file whole or not at all. */
export async function writeInputs({ inputs }: Compiled, prefix: string): Promise<string[]> {
  const written: string[] = [];
  for (const [party, bytes] of inputs) {
    const name = inputName(prefix, party, "binary");
    await writeWhole(name, bytes);
    written.push(name);
  }
  return written;
}

/** Reads a party's files: what the program just brought, otherwise from disk. */
export function inputsFrom({ inputs }: Pick<Compiled, "inputs">, prefix: string): InputSource {
  return (party, source) => {
    const name = inputName(prefix, party, source);
    const brought = source === "binary" ? inputs.get(party) : undefined;
    if (brought !== undefined) return { name, bytes: brought };
    try {
      return { name, bytes: Deno.readFileSync(name) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const what = source === "binary" ? "float32 or int64 values" : "numbers separated by spaces or lines";
      throw new RangeError(
        `Cannot find ${name}, the ${source} input of party ${party}: write ${what} there, or give another prefix with -IF`,
      );
    }
  };
}
