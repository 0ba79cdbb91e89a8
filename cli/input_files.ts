/**
 * Input files on disk: written when a program brings data, read when it runs.
 *
 * @module
 */
import { type Compiled, formatOf, type Given, givenBytes, readGiven } from "@symbolon/compiler";
import type { InputSource } from "../engine.ts";
import { writeWhole } from "./whole_files.ts";

/** The name of a party's input file. */
export function inputName(prefix: string, party: number, source: "binary" | "text"): string {
  return `${prefix}${source === "binary" ? "-Binary" : ""}-P${party}-0`;
}

/** Writes what the program brings, each file whole or not at all. */
export async function writeInputs({ inputs }: Compiled, prefix: string): Promise<string[]> {
  const written: string[] = [];
  for (const [party, given] of inputs) {
    const name = inputName(prefix, party, "binary");
    await writeWhole(name, pieces(given));
    written.push(name);
  }
  return written;
}

/** Whether a program brings data and does nothing with it: it prepares the files that other programs read. */
export function bringsOnly({ tape, inputs }: Compiled): boolean {
  return inputs.size > 0 && tape.body.every(({ does }) => does.op === "input");
}

/** A line for each tensor that a program brings, in the order in which its file holds them. */
export function describeInputs({ tape, inputs }: Compiled, prefix: string): string {
  const lines: string[] = [];
  for (const { does, out: [out] } of tape.body) {
    if (does.op !== "input" || !inputs.has(does.owner)) continue;
    const { shape, kind } = tape.registers[out!]!;
    const float = formatOf(inputs.get(does.owner)!) === "single" ? "float32" : "float64";
    const type = kind.type === "fix" ? `sfix, ${float}` : "sint, int64";
    lines.push(`  ${inputName(prefix, does.owner, does.source)}  ${type}  [${shape.join(", ")}]`);
  }
  return lines.join("\n");
}

/** Bytes that are written at a time. */
const PIECE = 2 ** 20;

function* pieces(given: Given): Generator<Uint8Array> {
  const size = givenBytes(given);
  for (let at = 0; at < size; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, size - at));
    readGiven(given, at, piece);
    yield piece;
  }
}

/** A party's inputs: what the program just brought, which another run may overwrite on disk, otherwise its files. */
export function inputsFrom({ inputs }: Pick<Compiled, "inputs">, prefix: string): InputSource {
  return (party, source) => {
    const name = inputName(prefix, party, source);
    const given = source === "binary" ? inputs.get(party) : undefined;
    if (given !== undefined) return { name, given };
    try {
      return { name, path: Deno.realPathSync(name) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const what = source === "binary" ? "float32 or int64 values" : "numbers separated by spaces or lines";
      throw new RangeError(
        `Cannot find ${name}, the ${source} input of party ${party}: write ${what} there, or give another prefix with -IF`,
      );
    }
  };
}
