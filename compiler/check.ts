/**
 * Checks a program before it is compiled: what would need a secret's value, what hides types, and ordinary type errors.
 *
 * A program is traced once, on tensors without values, so a branch on one would silently take one side for all data.
 * The check judges the program and its own modules by their types: a secret is known by its brand.
 *
 * @module
 */
import { anyFindings, suppressions } from "./checker/any_rules.ts";
import type { Finding } from "./checker/finding.ts";
import { memberText } from "./checker/members.ts";
import type { Place } from "./checker/reach.ts";
import { secretFindings } from "./checker/secret_rules.ts";
import { type CheckHost, fromUrl, readSources, slashes } from "./checker/sources.ts";
import { Tensors } from "./checker/tensors.ts";
import { TracedCode } from "./checker/traced_code.ts";
import ts from "./checker/typescript.ts";

export type { Place } from "./checker/reach.ts";
export type { CheckHost } from "./checker/sources.ts";

/** A refusal: where and why. */
export interface Diagnostic {
  /** Absolute path. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly message: string;
}

/** So many of TypeScript's errors are reported: more follow from the first. */
const TYPE_ERRORS = 10;

/** TypeScript's codes for implicit any. */
const IMPLICIT_ANY = new Set([7005, 7006, 7008, 7010, 7011, 7018, 7019, 7022, 7023, 7024, 7031, 7034]);

/** TypeScript's codes for what the rules say better: implicit any, operators, conditions, iteration, indices. */
const SAID_BETTER = new Set([
  ...IMPLICIT_ANY,
  ...[2322, 2345, 2356, 2362, 2363, 2365, 2367, 2447, 2461, 2464, 2469, 2488, 2538, 2548, 2549, 2736, 2769, 2802, 2839],
]);

/** TypeScript's codes for imports that lead nowhere. */
const NOT_FOUND = new Set([2307, 2792, 2882]);

/** TypeScript's code for a name of Node: that of a module, in quotes, or a global one. */
const NODE_NAME = 2591;

/**
 * What is wrong with a program, in the order of its files and lines; empty if nothing is.
 *
 * @param file absolute path or `file:` URL
 * @throws {TypeError} on a relative path, or if the host does not give the library's or TypeScript's own files
 */
export function checkProgram(file: string, host: CheckHost): Diagnostic[] {
  const path = file.startsWith("file:") ? fromUrl(file) : slashes(file);
  if (!/^(\/|[A-Za-z]:\/)/.test(path)) throw new TypeError(`The check needs an absolute path, not "${file}"`);
  if (!host.fileExists(path)) return [{ file: path, line: 1, column: 1, message: "There is no such file" }];
  if (path.includes("\\")) return [{ file: path, line: 1, column: 1, message: BACKSLASH }];
  const { program, own, data } = readSources([path], host);
  const syntax = own.flatMap((source) =>
    program.getSyntacticDiagnostics(source).map((error) => typeError(error, source))
  );
  syntax.push(...data.flatMap(jsonErrors));
  if (syntax.length > 0) return syntax.slice(0, TYPE_ERRORS);

  const checker = program.getTypeChecker();
  const tensors = new Tensors(program);
  let typeErrors = 0;
  let lenient: ts.Program | undefined;
  /** TypeScript's errors, without those that only say that an entry of a list may be missing, as x.shape[0] may. */
  const errorsOf = (source: ts.SourceFile): readonly ts.Diagnostic[] => {
    if (program.getSemanticDiagnostics(source).length === 0) return [];
    lenient ??= readSources([path], host, "exist").program;
    return lenient.getSemanticDiagnostics(lenient.getSourceFile(source.fileName));
  };
  return own.flatMap((source) => {
    const errors = errorsOf(source);
    const all = [...anyFindings(source, tensors, checker), ...secretFindings(source, tensors, checker)];
    const clean = errors.every(({ code }) => IMPLICIT_ANY.has(code));
    const findings = all.filter(({ typeOnly }) => !typeOnly || clean);
    const rest = errors.filter((error) => !findings.some((finding) => covers(finding, error)));
    const found = [
      ...findings.map(({ node, message }) => at(source, node.getStart(source), message)),
      ...suppressions(source).map(({ start, message }) => at(source, start, message)),
      ...rest.slice(0, TYPE_ERRORS - typeErrors).map((error) => {
        const text = memberText(error, source, tensors, checker);
        return text === undefined ? typeError(error, source) : at(source, error.start ?? 0, text);
      }),
    ];
    typeErrors = Math.min(TYPE_ERRORS, typeErrors + rest.length);
    return found.sort((a, b) => a.line - b.line || a.column - b.column);
  });
}

/** The code of a program that some module defines, to be judged before it runs. */
export class ProgramCode {
  readonly #code: TracedCode;

  /**
   * @param definedAt the frames in which `program(…)` was called, the innermost first
   * @throws {RangeError} saying why the code cannot be judged
   * @throws {TypeError} if the host does not give the library's or TypeScript's own files
   */
  constructor(definedAt: readonly Place[], host: CheckHost) {
    this.#code = new TracedCode(definedAt, host);
  }

  /** Adds code: the functions in which these frames lie. */
  add(places: readonly Place[]): void {
    this.#code.add(places);
  }

  /** What would need a tensor's value or hides a tensor, in the order of files and lines. */
  findings(): Diagnostic[] {
    return this.#code.findings().map(({ source, node, message }) => at(source, node.getStart(source), message));
  }
}

/** A diagnostic as one line: `file:line:column: message`. */
export function formatDiagnostic({ file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Whether a rule has already said what TypeScript's error says. */
function covers({ covers }: Finding, { code, start = -1 }: ts.Diagnostic): boolean {
  return SAID_BETTER.has(code) && start >= covers.getStart() && start < covers.end;
}

function typeError({ start = 0, messageText, code }: ts.Diagnostic, source: ts.SourceFile): Diagnostic {
  const text = ts.flattenDiagnosticMessageText(messageText, "\n");
  const imported = NOT_FOUND.has(code) || code === NODE_NAME && /["'`]/.test(source.text[start] ?? "");
  if (imported) return at(source, start, importText(/'([^']*)'/.exec(text)?.[1] ?? "", text));
  if (/on type 'typeof Deno'/.test(text)) {
    return at(
      source,
      start,
      "A program may read data and nothing else: Deno.readTextFile, Deno.readFile and their Sync forms",
    );
  }
  return at(source, start, text);
}

const BACKSLASH = "The check cannot read a file whose path has a backslash: give the file or the folder another name";

/** What is wrong with a file that is imported as JSON: the engine would not say which it is. */
function jsonErrors({ path, text }: { readonly path: string; readonly text: string }): Diagnostic[] {
  const json = text.replace(/^\uFEFF/, "");
  const error = jsonError(json);
  if (error === null) return [];
  // Some of the engine's messages name no position: it is where no beginning of the text could go on.
  let [from, to] = [0, json.length];
  while (from < to) {
    const middle = (from + to + 1) >> 1;
    const { at = 0 } = jsonError(json.slice(0, middle)) ?? { at: middle };
    if (at >= middle) from = middle;
    else to = middle - 1;
  }
  const before = json.slice(0, from).split("\n");
  const message = `This is imported as JSON, and is none: ${error.what}`;
  return [{ file: path, line: before.length, column: before.at(-1)!.length + 1, message }];
}

/** Why a text is no JSON, without showing any of it, and at which of its characters, if the engine says so. */
function jsonError(text: string): { readonly what: string; readonly at: number | undefined } | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const { message } = error as SyntaxError;
    const [, at] = / in JSON at position (\d+)/.exec(message) ?? [];
    const what = message.replace(/ in JSON at position .*$|, (\.\.\.)?".*$/s, "");
    const end = /end of JSON/.test(message) ? text.length : undefined;
    return { what, at: at === undefined ? end : Number(at) };
  }
}

/** How a program comes by its data. */
const BRING = "bring data with loadCsv, a JSON import, Deno.readTextFile or an input file";

/** Why an import is refused, and what to do instead. `otherwise`: of a file of its own that is not there. */
function importText(specifier: string, otherwise: string): string {
  const cannot = `Cannot import "${specifier}":`;
  if (/^node:/.test(specifier)) return `${cannot} a program may read data and nothing else; ${BRING}`;
  if (/^[a-z][\w+.-]*:(?!\/\/\/)/i.test(specifier) || !/^(\.|\/|file:)/.test(specifier)) {
    return `${cannot} a program imports the library, its own .ts files and JSON only, as the check follows nothing else; ${BRING}`;
  }
  if (/\.([cm]?jsx?|tsx|cts|wasm|d\.m?ts)$/.test(specifier)) {
    return `${cannot} the check sees into .ts files only; write what it does in one`;
  }
  if (!/\.(m?ts|json)$/.test(specifier)) return `${cannot} a program imports .ts files and JSON; ${BRING}`;
  return otherwise;
}

function at(source: ts.SourceFile, start: number, message: string): Diagnostic {
  const { line, character } = source.getLineAndCharacterOfPosition(start);
  return { file: source.fileName, line: line + 1, column: character + 1, message };
}
