/** What may be wrong with a table in CSV, and what to do about it. No message has a value: the table may be secret. */

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
export function checkDelimiter(delimiter: string): void {
  if (typeof delimiter === "string" && /^[^\d\r\n"+.\-eE]$/u.test(delimiter)) return;
  throw new TypeError(
    `a CSV's delimiter is one character that is in no number, such as "," or ";" or "\\t", not ${
      JSON.stringify(delimiter)
    }`,
  );
}

/** What is wrong with a text as a whole, or null. */
export function textProblem(text: string): string | null {
  if (text.startsWith("PK\x03\x04")) return "this is a workbook or an archive and no text: export the table as CSV";
  if (text.startsWith("\x1f")) return "this is a compressed file: decompress it first";
  if (text.includes("\0")) return "this is no text in UTF-8, perhaps one in UTF-16: save it as UTF-8";
  return null;
}

/** What is known of a table's first line. */
export interface FirstLine {
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
export function checkNames(names: readonly string[], line: number, shown: (name: string) => string): void {
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
export function lengthProblem(fields: readonly string[], expected: number, delimiter: string): string {
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
export function fieldProblem(fields: readonly string[], j: number, delimiter: string): string {
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
export function parseProblem(code: string): string {
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
