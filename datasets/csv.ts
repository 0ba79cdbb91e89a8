/** Tables of numbers from CSV. */

import { namingAsync } from "@symbolon/files";
import { parse } from "csv-parse/sync";
import {
  checkDelimiter,
  checkHeader,
  checkNames,
  decimal,
  fieldProblem,
  lengthProblem,
  parseProblem,
  textProblem,
} from "./csv_problems.ts";
import { nameOf } from "./elements.ts";
import { Matrix } from "./matrix.ts";

/** Options of {@linkcode readCsv} and {@linkcode loadCsv}. */
export interface CsvOptions {
  /** The first line holds the names of the columns; default: false. */
  readonly header?: boolean;
  /** What separates the fields; default: a comma. */
  readonly delimiter?: string;
}

/** A table with the names of its columns. */
export interface CsvTable {
  /** The numbers, a line a row. */
  readonly matrix: Matrix;
  /** One name a column; without a header, the column's number from "0". */
  readonly columns: readonly string[];
}

/**
 * The table that a CSV text holds, one line a row.
 *
 * Fields may be quoted and padded with spaces; empty lines are skipped; lines end with LF, CRLF or CR, also mixed. A number is a
 * decimal one, `-1.5e3`, and finite.
 *
 * @throws {SyntaxError} If a field is not such a number, a line is longer or shorter than the first, quotes do not
 * match, there is no line at all, there are names of columns where `header` says otherwise, or a column has no name or that of another
 * one. The message names line and column
 * from 1, and what to do; no value: the file may be secret.
 * @throws {TypeError} If it is no text, `delimiter` is not one character that can separate numbers, or there is no such option.
 *
 * @example
 * ```ts
 * import { Matrix, readCsv } from "@symbolon/datasets";
 * import { assertEquals } from "@std/assert";
 *
 * const { matrix, columns } = readCsv("age,bmi\n59,32.1\n48,21.6\n", { header: true });
 * assertEquals(columns, ["age", "bmi"]);
 * assertEquals(matrix, Matrix.from([[59, 32.1], [48, 21.6]]));
 * ```
 */
export function readCsv(text: string, options: CsvOptions = {}): CsvTable {
  if (typeof text !== "string") {
    throw new TypeError(`readCsv() takes the text of a CSV, not ${nameOf(text)}: loadCsv(path) reads a file`);
  }
  checkOptions(options);
  const { header = false, delimiter = "," } = options;
  checkDelimiter(delimiter);
  const problem = textProblem(text);
  if (problem !== null) throw new SyntaxError(problem);
  let columns: string[] | undefined;
  const rows: Float64Array[] = [];

  readRecords(text, delimiter, (fields, line) => {
    if (columns === undefined) {
      checkHeader(fields, { header, delimiter, line });
      columns = header ? fields : fields.map((_, j) => String(j));
      if (header) return checkNames(fields, line, columnName);
    }
    if (fields.length !== columns.length) {
      throw new SyntaxError(`line ${line}: ${lengthProblem(fields, columns.length, delimiter)}`);
    }
    rows.push(Float64Array.from(fields, (field, j) => {
      const value = decimal(field);
      if (value !== null) return value;
      const name = header ? columnName(columns![j]!) : "";
      throw new SyntaxError(`line ${line}, column ${j + 1}${name}: ${fieldProblem(fields, j, delimiter)}`);
    }));
  });

  if (columns === undefined) throw new SyntaxError("the CSV text is empty: it needs at least one line");
  if (rows.length === 0) return { matrix: new Matrix(0, columns.length, new Float64Array()), columns };
  return { matrix: Matrix.from(rows), columns };
}

/**
 * The table in the CSV file at `path`; see {@linkcode readCsv}.
 *
 * @throws {SyntaxError} As `readCsv` does, with the path before the message, and if the file is no text in UTF-8.
 * @throws {TypeError} As `readCsv` does, and if `path` is none of a file on this machine.
 * @throws {Deno.errors.NotFound} If there is no such file; other errors of the system if it cannot be read. They name it.
 */
export async function loadCsv(path: string | URL, options: CsvOptions = {}): Promise<CsvTable> {
  checkPath(path);
  checkOptions(options);
  const bytes = await namingAsync(path, "read", () => Deno.readFile(path));
  try {
    return readCsv(decoded(bytes), options);
  } catch (error) {
    throw error instanceof SyntaxError ? new SyntaxError(`${path}: ${error.message}`) : error;
  }
}

/** @throws {TypeError} unless it names a file on this machine */
function checkPath(path: unknown): void {
  if (path instanceof URL) {
    if (path.protocol === "file:") return;
    throw new TypeError(
      `loadCsv() reads files of this machine, not ${path.protocol} addresses: download the file first`,
    );
  }
  if (typeof path !== "string") {
    throw new TypeError(`loadCsv() takes the path of a CSV file, not ${nameOf(path)}: readCsv(text) takes a text`);
  }
  if (/^https?:\/\//i.test(path)) {
    throw new TypeError("loadCsv() reads files of this machine, not addresses of the web: download the file first");
  }
}

/** The text in UTF-8. @throws {SyntaxError} naming the first line that is none */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const known = textProblem(new TextDecoder().decode(bytes));
    throw new SyntaxError(
      known ?? `line ${undecodableLine(bytes)}: not in UTF-8, perhaps in Latin-1: save the file as UTF-8`,
    );
  }
}

/** The number of the first line that is not in UTF-8. */
function undecodableLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const [LF, CR] = [10, 13];
  let line = 1;
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== LF && (bytes[i] !== CR || bytes[i + 1] === LF)) continue;
    try {
      decoder.decode(bytes.subarray(start, i));
    } catch {
      break;
    }
    start = i + 1;
    line++;
  }
  return line;
}

/** @throws {TypeError} if the options are no object, or hold another one */
function checkOptions(options: unknown): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError("a CSV's options are an object, such as { header: true }");
  }
  const other = Object.keys(options).find((name) => name !== "header" && name !== "delimiter");
  if (other !== undefined) throw new TypeError(`a CSV has no option "${other}". Its options: header, delimiter`);
  const { header } = options as { header?: unknown };
  if (header !== undefined && typeof header !== "boolean") throw new TypeError("a CSV's header is true or false");
}

/** " (bmi)"; "" for what may be a row of data that is taken for the names: no message shows a value. */
function columnName(column: string): string {
  return /^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(column) ? ` (${column})` : "";
}

/** Line ends, the longest first. */
const LINE_ENDS = ["\r\n", "\n", "\r"];

/** Calls `record` for every line with its fields and its number, from 1; a quoted field may span several. */
function readRecords(text: string, delimiter: string, record: (fields: string[], line: number) => void): void {
  let last = 0;
  try {
    parse(text, {
      bom: true,
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      skip_empty_lines: true,
      // A delimiter that is white space itself separates, even two in a row.
      trim: delimiter.trim() !== "",
      on_record: (fields: string[], { lines }) => {
        last = lines;
        if (fields.length > 1 || fields[0]!.trim() !== "") record(fields, lines);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    // The parser's own errors quote the text, so neither their message nor they as the cause may go on.
    const { code, lines } = error as { code?: string; lines?: number };
    if (code === undefined || lines === undefined) throw error;
    // An open quotation mark takes in all that follows.
    const line = code === "CSV_QUOTE_NOT_CLOSED" ? nextLine(text, last) : lines;
    throw new SyntaxError(`line ${line}: ${parseProblem(code)}`);
  }
}

/** The number of the first line after so many that is not blank. */
function nextLine(text: string, after: number): number {
  const rest = text.split(/\r\n|\n|\r/).slice(after);
  return after + 1 + Math.max(0, rest.findIndex((line) => line.trim() !== ""));
}
