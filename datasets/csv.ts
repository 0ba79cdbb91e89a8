/** Tables of numbers from CSV, and what is said of those that are none. */

import { namingAsync } from "@symbolon/files";
import { parse } from "csv-parse/sync";
import { nameOf } from "./arguments.ts";
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

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The finite decimal number in a field, or null. `Number` alone would take "" for 0 and "0x10" for 16. */
export function decimal(field: string): number | null {
  const text = field.trim();
  const value = Number(text);
  return NUMBER.test(text) && Number.isFinite(value) ? value : null;
}

/** Separators that are about, with their names. */
const SEPARATORS: readonly (readonly [separator: string, name: string])[] = [
  [";", "semicolons"],
  ["\t", "tabs"],
  ["|", "bars"],
  [",", "commas"],
];

/** What stands for no value. */
const MISSING = /^(na|n\/a|#n\/a|nan|null|none|nil|missing|undefined|\?|-+|\.)$/i;

/** @throws {TypeError} unless a text can separate numbers */
function checkDelimiter(delimiter: string): void {
  if (typeof delimiter === "string" && /^[^\d\r\n"+.\-eE]$/u.test(delimiter)) return;
  throw new TypeError(
    `a CSV's delimiter is one character that is in no number, such as "," or ";" or "\\t", not ${
      JSON.stringify(delimiter)
    }`,
  );
}

/** What is wrong with a text as a whole, or null. */
function textProblem(text: string): string | null {
  if (text.startsWith("PK\x03\x04")) return "this is a workbook or an archive and no text: export the table as CSV";
  if (text.startsWith("\x1f")) return "this is a compressed file: decompress it first";
  if (text.includes("\0")) return "this is no text in UTF-8, perhaps one in UTF-16: save it as UTF-8";
  return null;
}

/** What is known of a table's first line. */
interface FirstLine {
  /** Whether it is said to hold the names of the columns. */
  readonly header: boolean;
  readonly delimiter: string;
  readonly line: number;
}

/**
 * Looks whether the first line is what it is said to be: names of columns or numbers.
 *
 * @throws {SyntaxError} if a field is a word where numbers are expected, or all are numbers where names are
 */
export function checkHeader(fields: readonly string[], { header, delimiter, line }: FirstLine): void {
  if (!header) {
    const j = fields.findIndex((field) => isName(field, delimiter));
    if (j < 0) return;
    throw new SyntaxError(
      `line ${line}, column ${j + 1}: not a finite decimal number: if the line names the columns, say header: true`,
    );
  }
  const values = fields.map(decimal);
  const known = values.flatMap((v) => v === null ? [] : [v]);
  if (known.length < fields.length || isCount(known)) return;
  throw new SyntaxError(
    `line ${line}: all of its fields are numbers, though header: true takes it for the names of the columns: leave header out, or ` +
      `write the names above it`,
  );
}

/**
 * Looks whether every column has a name of its own.
 *
 * @param shown a name as messages may show it, or ""
 * @throws {SyntaxError} if one has none, or that of another one
 */
function checkNames(names: readonly string[], line: number, shown: (name: string) => string): void {
  const first = new Map<string, number>();
  names.forEach((field, j) => {
    const name = field.trim();
    const place = `line ${line}, column ${j + 1}`;
    if (name === "") {
      const why = j === 0
        ? "if it is the index that pandas writes, leave it out by to_csv(…, index=False)"
        : "if every line ends with a separator, take it away";
      throw new SyntaxError(`${place}: the column has no name: ${why}; otherwise write its name`);
    }
    const other = first.get(name);
    if (other !== undefined) {
      throw new SyntaxError(
        `${place}${shown(name)}: column ${other + 1} has the same name: rename one, or leave it out`,
      );
    }
    first.set(name, j);
  });
}

/** What is wrong with a line that has not as many fields as the first. */
function lengthProblem(fields: readonly string[], expected: number, delimiter: string): string {
  const plain = `${fields.length} fields, the first line has ${expected}`;
  if (fields.length === 1 && otherSeparator(fields[0]!, delimiter) !== null) {
    return `${plain}: ${fieldProblem(fields, 0, delimiter)}`;
  }
  const last = fields.at(-1)!.trim() === "";
  if (last && fields.length > expected) return `${plain}: it ends with a separator; take that away`;
  if (fields.every((field) => field.trim() === "")) return `${plain}: it is empty but for separators; take it away`;
  if (fields.length === 2 * expected && fields.every((field) => /^[+-]?\d+$/.test(field))) {
    return `${plain}: if its commas are decimal ones, write points, or separate the fields by semicolons and then write points`;
  }
  return `${plain}: give every row one number a column, and no separators within a number`;
}

/** What is wrong with field j of a line, which is no number. */
function fieldProblem(fields: readonly string[], j: number, delimiter: string): string {
  const field = fields[j]!.trim();
  if (field === "") return emptyProblem(fields, j, delimiter);
  const other = otherSeparator(field, delimiter);
  if (other !== null) {
    const [separator, name] = other;
    const commas = /\d,\d/.test(field) && separator !== ",";
    return `not a finite decimal number: the fields are separated by ${name}; say delimiter: ${
      JSON.stringify(separator)
    }` +
      (commas ? ", and write decimal points in place of decimal commas" : "");
  }
  if (/^[+-]?\d+,\d+(e[+-]?\d+)?$/i.test(field)) {
    return "not a finite decimal number: it has a decimal comma; write a point";
  }
  if (/^[+-]?\d{1,3}([,'’\s]\d{3})+(\.\d*)?$/.test(field)) {
    return "not a finite decimal number: it has separators of thousands; leave them out";
  }
  if (/^\S+(\s+\S+)+$/.test(field) && field.split(/\s+/).every((part) => decimal(part) !== null)) {
    return "not a finite decimal number: the fields are separated by spaces; put one comma between them";
  }
  if (MISSING.test(field)) {
    return "not a finite decimal number but a mark for a missing value: fill it in, or leave out the row";
  }
  if (/^[+-]?(inf(inity)?|∞)$/i.test(field) || NUMBER.test(field)) {
    return "not a finite decimal number: it is infinite or too large; put a bound in its place, or leave out the row";
  }
  if (/^[+-]?0[xob][\da-f]+$/i.test(field)) {
    return "not a finite decimal number: it is written to another base; write it to ten";
  }
  if (/^(true|false|yes|no)$/i.test(field)) return "not a finite decimal number but a truth value: write 1 or 0";
  if (/^[−–]/.test(field)) return "not a finite decimal number: its sign is no hyphen; write -";
  if (/^[+-]?[\d.]+\s*[%€$£a-z°]+$/i.test(field)) {
    return "not a finite decimal number: it has a unit; write the number alone";
  }
  if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(field)) {
    return "not a finite decimal number but a date: write a number in its place, such as days since the first one";
  }
  return "not a finite decimal number: write one, such as 1 for yes and 0 for no, or leave out the column";
}

/** What the parser says about quotes. */
function parseProblem(code: string): string {
  const quotes: Readonly<Record<string, string>> = {
    CSV_QUOTE_NOT_CLOSED: "a quotation mark opens a field and none closes it: take it away, or write another one",
    CSV_INVALID_CLOSING_QUOTE: "something stands between a closing quotation mark and the next separator: take it away",
    INVALID_OPENING_QUOTE: "a quotation mark stands within a field: put the whole field in quotation marks, or none",
    CSV_MAX_RECORD_SIZE: "it is too long",
  };
  return `not valid CSV (${code})${quotes[code] === undefined ? "" : `: ${quotes[code]}`}`;
}

function emptyProblem(fields: readonly string[], j: number, delimiter: string): string {
  if (fields.every((field) => field.trim() === "")) {
    return "the field is empty, as all of its line are: take the line away";
  }
  if (delimiter.trim() === "") {
    return "the field is empty: two separators stand in a row; leave one between two numbers";
  }
  if (j === fields.length - 1) {
    return "the field is empty: if every line ends with a separator, take it away; otherwise fill in the value, or leave out the row";
  }
  return "the field is empty: fill in the value, or leave out the row";
}

/** The separator of a field that holds several numbers or words. */
function otherSeparator(field: string, delimiter: string): readonly [string, string] | null {
  for (const other of SEPARATORS) {
    const [separator] = other;
    // A comma within one number is a decimal one.
    if (separator === delimiter || separator === "," && field.split(",").length < 3) continue;
    if (field.includes(separator)) return other;
  }
  return null;
}

/** Whether a field may be the name of a column: it begins with a letter, and is none of the words that stand for numbers. */
function isName(field: string, delimiter: string): boolean {
  const text = field.trim();
  return /^["_(]*\p{L}/u.test(text) && !MISSING.test(text) && !/^(inf(inity)?|∞|true|false|yes|no)$/i.test(text) &&
    otherSeparator(text, delimiter) === null;
}

/** Whether these are numbers of columns or years: each is one more than the one before. */
function isCount(values: readonly number[]): boolean {
  if (values.length === 1) return values[0] === 0;
  return values.every((v, i) => Number.isInteger(v) && v >= 0 && (i === 0 || v === values[i - 1]! + 1));
}
