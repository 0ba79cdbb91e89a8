/**
 * Compiled programs as text: what `compile` keeps and `party` runs.
 *
 * @module
 */
import { type Compiled, tapeHashOf } from "./program.ts";
import { type Tape, verify } from "./tape.ts";

/** The format's name and version. */
const FORMAT = "symbolon/compiled/2";

/** A compiled program with its name and words; its inputs are files of their own. */
export interface Stored extends Pick<Compiled, "tape" | "tapeHash" | "threads" | "usesSamples"> {
  readonly program: string;
  /** The path of its file, where it was compiled. */
  readonly path?: string;
  readonly args: readonly string[];
  /** By party, the random mark of the file with what the program brings for it. */
  readonly marks: Readonly<Record<number, string>>;
}

/** Whether a text is a compiled program of any version. */
export function isSerialized(text: string): boolean {
  return text.startsWith('{"format":"symbolon/compiled/');
}

/** The text of a compiled program. */
export function serialize({ path, program, args, tapeHash, threads, usesSamples, marks, tape }: Stored): string {
  return JSON.stringify(
    { format: FORMAT, path, program, args, hash: tapeHash, threads, usesSamples, brought: marks, tape },
    (_, v) => typeof v === "bigint" ? { bigint: String(v) } : v,
  );
}

/** The path of the program's file by the beginning of a compiled program's text; undefined if it does not say, or is none. */
export function storedPath(begin: string): string | undefined {
  const [, path] = /^\{"format":"[^"]*","path":("(?:[^"\\]|\\.)*")/.exec(begin) ?? [];
  return path === undefined ? undefined : JSON.parse(path) as string;
}

/**
 * A compiled program from its text, verified, its hash computed anew.
 *
 * @throws {SyntaxError} if it is none, of another version, or was changed
 */
export function deserialize(text: string): Stored {
  const { format, path, program, args, hash, threads, usesSamples, brought, tape } = parse(text);
  if (format !== FORMAT) throw new SyntaxError(`it is no compiled program of this version (${FORMAT})`);
  if (typeof program !== "string" || !Array.isArray(args)) throw new SyntaxError("it has no name or no words");
  if (path !== undefined && typeof path !== "string") throw new SyntaxError("its program's path is none");
  if (threads !== undefined && !(Number.isInteger(threads) && Number(threads) >= 1)) {
    throw new SyntaxError("its number of threads is none");
  }
  if (typeof usesSamples !== "boolean" || typeof brought !== "object" || brought === null) {
    throw new SyntaxError("it does not say what the program brings");
  }
  let computed: string;
  try {
    verify(tape as Tape, "storing");
    computed = tapeHashOf(tape as Tape);
  } catch (error) {
    throw new SyntaxError("it holds no tape that can run", { cause: error });
  }
  if (computed !== hash) throw new SyntaxError("its hash does not fit: it was changed or damaged");
  return {
    program,
    ...(path === undefined ? {} : { path }),
    args: args.map(String),
    tapeHash: computed,
    tape: tape as Tape,
    usesSamples,
    marks: Object.fromEntries(Object.entries(brought).map(([party, mark]) => [party, String(mark)])),
    ...(threads === undefined ? {} : { threads: Number(threads) }),
  };
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text, (_, v) => isBigint(v) ? BigInt(v.bigint) : v);
  } catch (error) {
    throw new SyntaxError("it is no JSON, or was cut off", { cause: error });
  }
  if (typeof value !== "object" || value === null) throw new SyntaxError("it is no compiled program");
  return value as Record<string, unknown>;
}

/** No operation has a single field of this name. */
function isBigint(v: unknown): v is { readonly bigint: string } {
  if (typeof v !== "object" || v === null) return false;
  const keys = Object.keys(v);
  return keys.length === 1 && keys[0] === "bigint" && typeof (v as { bigint: unknown }).bigint === "string";
}
