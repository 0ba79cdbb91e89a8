/**
 * Input files on disk: read when a program runs, written by programs that do nothing but prepare them.
 *
 * @module
 */
import { type Brought, broughtBytes, type Compiled, copyBrought, formatOf } from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import type { InputFiles } from "@symbolon/engine";
import { checkNew, writeNew } from "./whole_files.ts";

/** The name of a party's input file. */
export function inputName(prefix: string, party: number, source: "binary" | "text"): string {
  return `${prefix}${source === "binary" ? "-Binary" : ""}-P${party}-0`;
}

/** Owner only: inputs are secret. */
const MODE = 0o600;

/**
 * Writes what a program brings as the binary input files that other programs read, each whole or not at all.
 *
 * @throws {UsageError} if one is there with other contents, before any is written
 */
export async function writeInputs(
  { brought }: Compiled,
  { inputPrefix, overwrite }: { readonly inputPrefix: string; readonly overwrite: boolean },
): Promise<string[]> {
  const files = [...brought].map(([party, parts]) => ({ name: inputName(inputPrefix, party, "binary"), parts }));
  if (!overwrite) { for (const { name, parts } of files) checkNew(name, () => pieces(parts)); }
  for (const { name, parts } of files) await writeNew(name, () => pieces(parts), { overwrite, mode: MODE });
  return files.map(({ name }) => name);
}

/** A line for each tensor that a program brings, in the order in which its file holds them. */
export function describeInputs({ tape, brought }: Compiled, prefix: string): string {
  const lines: string[] = [];
  for (const { does, out: [out] } of tape.body) {
    if (does.op !== "input" || !brought.has(does.owner)) continue;
    const { shape, kind } = tape.registers[out!]!;
    const float = formatOf(brought.get(does.owner)!) === "single" ? "float32" : "float64";
    const type = kind.type === "fix" ? `sfix, ${float}` : "sint, int64";
    lines.push(`  ${inputName(prefix, does.owner, does.source)}  ${type}  [${shape.join(", ")}]`);
  }
  return lines.join("\n");
}

/** Bytes that are written at a time. */
const PIECE = 2 ** 20;

function* pieces(brought: Brought): Generator<Uint8Array<ArrayBuffer>> {
  const size = broughtBytes(brought);
  for (let at = 0; at < size; at += PIECE) {
    const piece = new Uint8Array(Math.min(PIECE, size - at));
    copyBrought(brought, at, piece);
    yield piece;
  }
}

/** A party's input files. */
export function inputsFrom(prefix: string): InputFiles {
  return (party, source) => {
    const name = inputName(prefix, party, source);
    try {
      const { isFile, isDirectory } = naming(name, "read", () => Deno.statSync(name));
      // Of a folder, the system says what it is.
      if (!isFile && !isDirectory) {
        throw new RangeError(
          `${name} is a pipe or a device: the input of party ${party} is read from several places at once, so write it to a file`,
        );
      }
      return { name, path: naming(name, "read", () => Deno.realPathSync(name)) };
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      const what = source === "binary" ? "float32 or int64 values" : "numbers separated by spaces or lines";
      throw new RangeError(
        `Cannot find ${name}, the ${source} input of party ${party}: write ${what} there, or give another prefix with -IF`,
      );
    }
  };
}
