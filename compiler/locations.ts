/**
 * Locations in the program that is being traced, read off the stack: where its instructions were written, and where its errors are.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** Where in the program an instruction was written. For messages and reports; no part of the hash. */
export interface Loc {
  /** Address or path, decoded. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Where the libraries lie, as stacks show it: frames in these folders are not the program's. */
const ROOT = `file://${fileURLToPath(new URL("../", import.meta.url)).replaceAll("\\", "/").replace(/^(?!\/)/, "/")}`;
const LIBRARIES = [
  ...["compiler/", "ml/", "datasets/", "protocol/", "files/", "std/", "engine/", "mod.ts", "cli.ts", "cli/"],
].map((path) => ROOT + path);

function isLibrary(file: string): boolean {
  return (LIBRARIES.some((path) => file.startsWith(path)) && !file.endsWith("_test.ts")) || file.includes("/npm/");
}

/**
 * A line of a stack: `at file:…:3:4`, or `at name (file:…:3:4)`. Paths stand there decoded, with their spaces and parentheses, so the
 * first address is taken, and all of it up to line and column.
 */
const FRAME = /^\s*at (?:async )?(?:.*? \()??((?:file:\/\/|https?:\/\/|\/).*):(\d+):(\d+)\)?$/;

/** The location that a line of a stack names, or null. */
export function parseFrame(line: string): Loc | null {
  const match = line.includes("(eval at ") ? null : FRAME.exec(line);
  return match === null ? null : { file: match[1]!, line: Number(match[2]), column: Number(match[3]) };
}

/** Locations by where the running code has them: a stack as text costs far more than its frames. */
const inSource = new Map<string, Loc | null>();

/** The location in the program that is being traced: the innermost frame outside the libraries. */
export function here(): Loc | null {
  const frame = innermostFrame(NEAR_FRAMES) ?? innermostFrame(FRAMES);
  if (frame === null) return locationInSource();
  let location = inSource.get(frame);
  if (location === undefined) inSource.set(frame, location = locationInSource());
  return location;
}

/** File, line and column of the innermost frame outside the libraries, as the engine runs it, which may not be as it was written. */
function innermostFrame(depth: number): string | null {
  const { stackTraceLimit, prepareStackTrace } = Error;
  Error.stackTraceLimit = depth;
  Error.prepareStackTrace = (_, frames) => {
    // Under Deno, getFileName() takes four times as long.
    const frame = frames.find((f) => isProgramFile(f.getScriptNameOrSourceURL()));
    if (frame === undefined) return null;
    return `${frame.getScriptNameOrSourceURL()}:${frame.getLineNumber()}:${frame.getColumnNumber()}`;
  };
  try {
    return new Error().stack as unknown as string | null;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    // Absent, not undefined, is what lets the engine use its own.
    if (prepareStackTrace === undefined) delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
    else Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Whether a frame's file, a path or an address, is the program's. */
function isProgramFile(file: string | null | undefined): boolean {
  if (typeof file !== "string") return false;
  let program = programs.get(file);
  if (program === undefined) {
    // A frame has addresses encoded, unlike the stack as text.
    const decoded = file.startsWith("file:")
      ? `file://${fileURLToPath(file)}`
      : file.startsWith("/")
      ? `file://${file}`
      : file;
    programs.set(file, program = /^(file:|https?:)/.test(decoded) && !isLibrary(decoded));
  }
  return program;
}

/** By file of a frame: whether it is the program's. */
const programs = new Map<string, boolean>();

/** The frames that are looked at: all, and first those where a program's line mostly is. */
const FRAMES = 40;
const NEAR_FRAMES = 24;

/** What {@linkcode here} gives, from the stack as text: lines and columns are those of the source. */
function locationInSource(): Loc | null {
  return framesOf(FRAMES).find(isOutside) ?? null;
}

/** The frames outside the libraries, the innermost first. */
export function locations(): Loc[] {
  return [...framesOf(FRAMES)].filter(isOutside);
}

function isOutside({ file }: Loc): boolean {
  return !isLibrary(file);
}

/** The frames of the stack that have a location; so many calls of the libraries may lie above. */
function* framesOf(depth: number): Generator<Loc> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = depth;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = limit;
  for (const line of stack.split("\n").slice(1)) {
    const location = parseFrame(line);
    if (location !== null) yield location;
  }
}

/** A location as in messages: "file:line". */
export function showLocation({ file, line }: Loc): string {
  return `${file.replace(/^file:\/\//, "")}:${line}`;
}

/** Where in the program something happened, as messages begin: "file:line:column: ", or nothing where the location is not known. */
export function locationOf(at: Loc | null): string {
  return at === null ? "" : `${at.file.replace(/^file:\/\//, "")}:${at.line}:${at.column}: `;
}

/** "file:line: " of the program, or nothing: the beginning of a message. */
export function where(): string {
  const at = here();
  return at === null ? "" : `${showLocation(at)}: `;
}

/** How a message begins that names a location, be it of a program or of a table. */
const PLACED = /^(?:[A-Za-z]:)?[^:\n]*\.\w+:\d+(?::\d+)?: /;

/** Programs that come with Symbolon: where they read their data is of no use to whom it is missing. */
const EXAMPLES = `${ROOT}programs/`;

/** An error's message with its location in the program, the innermost frame outside the libraries, before it unless it names one. */
export function located({ message, stack }: Pick<Error, "message" | "stack">): string {
  if (typeof stack !== "string" || PLACED.test(message)) return message;
  // The lines of the message may look like frames.
  const at = stack.indexOf(message);
  const frames = stack.slice(at < 0 ? 0 : at + message.length).split("\n").flatMap((line) => parseFrame(line) ?? []);
  const own = frames.find(isOutside);
  if (own === undefined || own !== frames[0] && own.file.startsWith(EXAMPLES)) return message;
  return `${showLocation(own)}: ${message}`;
}
