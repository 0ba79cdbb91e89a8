import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type CsvOptions, loadCsv, readCsv } from "./csv.ts";
import { Matrix } from "./matrix.ts";
import { testWith } from "../tests/permissions.ts";

fc.configureGlobal({ seed: 1 });

Deno.test("a table written as CSV is read back bit for bit", () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
  const tables = fc.integer({ min: 1, max: 5 }).chain((cols) =>
    fc.array(fc.array(doubles, { minLength: cols, maxLength: cols }), { minLength: 1, maxLength: 5 })
  );
  const text = (value: number) => Object.is(value, -0) ? "-0" : String(value);
  fc.assert(
    fc.property(tables, fc.constantFrom("\n", "\r\n"), fc.constantFrom(",", ";", "\t"), (rows, end, delimiter) => {
      const csv = rows.map((row) => row.map(text).join(delimiter)).join(end);
      assertEquals(readCsv(csv, { delimiter }).matrix, Matrix.from(rows));
      assertEquals(readCsv(csv + end, { delimiter }).matrix, Matrix.from(rows));
    }),
  );
});

Deno.test("the header names the columns", () => {
  const table = readCsv('age, "body mass, index"\n1,2\n', { header: true });
  assertEquals(table, { matrix: Matrix.from([[1, 2]]), columns: ["age", "body mass, index"] });
});

Deno.test("without a header the columns are numbered", () => {
  assertEquals(readCsv("7,8,9"), { matrix: Matrix.from([[7, 8, 9]]), columns: ["0", "1", "2"] });
});

Deno.test("a header alone gives no rows of as many columns", () => {
  assertEquals(readCsv("a,b,c\n", { header: true }).matrix.shape, [0, 3]);
});

Deno.test("quotes, padding, empty lines, signs, exponents and a byte order mark are read", () => {
  const { matrix } = readCsv('\ufeff 1 ,"2"\n\n+.5, -1.5E3\r\n3.,1e-2\n');
  assertEquals(matrix, Matrix.from([[1, 2], [0.5, -1500], [3, 0.01]]));
});

Deno.test("what is not a number is an error that names line and column", () => {
  assertThrows(() => readCsv("1,2\n3,x\n"), SyntaxError, "line 2, column 2: not a finite decimal number");
  assertThrows(() => readCsv("1,2\n\n\n3,4\n,6"), SyntaxError, "line 5, column 1: the field is empty");
  assertThrows(() => readCsv("age,bmi\n3,x", { header: true }), SyntaxError, "line 2, column 2 (bmi)");
});

Deno.test("only finite decimal numbers are numbers", () => {
  for (
    const field of ["0x10", "0b1", "Infinity", "-Infinity", "NaN", "1e999", "1_000", "1 2", "true", "e5", ".", "--1"]
  ) {
    assertThrows(() => readCsv(field), SyntaxError, "line 1, column 1: not a finite decimal number");
  }
});

Deno.test("line ends may be mixed, and lines may be blank", () => {
  for (const text of ["1,2\r\n3,4\n5,6\r7,8", "1,2\n3,4\r\n5,6\n7,8\r\n", "1,2\r3,4\n\r\n5,6\n  \n7,8\n\n"]) {
    assertEquals(readCsv(text).matrix, Matrix.from([[1, 2], [3, 4], [5, 6], [7, 8]]));
    assertEquals(readCsv(`a,b\r\n${text}`, { header: true }).matrix.rows, 4);
    assertThrows(() => readCsv(`${text}\n9,x`), SyntaxError, `line ${readLines(`${text}\n9,x`)}, column 2`);
  }
});

/** The number of the last line of a text, whatever ends the lines. */
function readLines(text: string): number {
  return text.split(/\r\n|\n|\r/).length;
}

/** What users write, and what they are told besides the place. */
const PROBLEMS: readonly (readonly [text: string, options: CsvOptions, message: string])[] = [
  [
    "age,bmi\n59,32\n",
    {},
    "line 1, column 1: not a finite decimal number: if the line names the columns, say header: true",
  ],
  [
    ",age\n0,59\n",
    {},
    "line 1, column 2: not a finite decimal number: if the line names the columns, say header: true",
  ],
  ["Größe\n1\n", {}, "line 1, column 1: not a finite decimal number: if the line names the columns, say header: true"],
  ["59,32.5\n60,31\n", { header: true }, "line 1: all of its fields are numbers, though header: true"],
  ["7\n8\n", { header: true }, "line 1: all of its fields are numbers, though header: true"],
  [
    "1;2\n3;4\n",
    {},
    'line 1, column 1: not a finite decimal number: the fields are separated by semicolons; say delimiter: ";"',
  ],
  ["age;bmi\n3;4\n", { header: true }, 'are separated by semicolons; say delimiter: ";"'],
  ["a,b\n3;4\n", { header: true }, "line 2: 1 fields, the first line has 2"],
  ["1,5;2,5\n", {}, 'say delimiter: ";"'],
  [
    "1,5;2,5\n",
    { delimiter: ";" },
    "line 1, column 1: not a finite decimal number: it has a decimal comma; write a point",
  ],
  ["1\t2\n", {}, 'separated by tabs; say delimiter: "\\t"'],
  ["1|2\n", {}, 'separated by bars; say delimiter: "|"'],
  ["1,2,3\n", { delimiter: ";" }, 'separated by commas; say delimiter: ","'],
  ["1 2   3\n", {}, "the fields are separated by spaces; put one comma between them"],
  ["1  2\n", { delimiter: " " }, "line 1, column 2: the field is empty: two separators stand in a row"],
  ["1\t\t2\n", { delimiter: "\t" }, "two separators stand in a row"],
  ["1,2,\n3,4,\n", {}, "line 1, column 3: the field is empty: if every line ends with a separator, take it away"],
  ["a,b\n1,2,\n", { header: true }, "line 2: 3 fields, the first line has 2: it ends with a separator"],
  ["1,2\n,,\n", {}, "line 2: 3 fields, the first line has 2: it ends with a separator"],
  ["1,2\n,\n", {}, "line 2, column 1: the field is empty, as all of its line are: take the line away"],
  ["1,5,2,5\n1,2\n", {}, "line 2: 2 fields, the first line has 4"],
  ["a,b\n1,5,2,5\n", { header: true }, "if its commas are decimal ones, write points"],
  ["1,,3\n", {}, "line 1, column 2: the field is empty: fill in the value, or leave out the row"],
  ...["NA", "n/a", "NaN", "null", "None", "?", "-", "#N/A", "."].map((word) =>
    [`1,${word}\n`, {}, "line 1, column 2: not a finite decimal number but a mark for a missing value"] as const
  ),
  ...["inf", "-Infinity", "1e999", "+INF"].map((word) => [`1,${word}\n`, {}, "it is infinite or too large"] as const),
  ["0x1F\n", {}, "it is written to another base"],
  ["true,false\n", {}, "but a truth value: write 1 or 0"],
  ['"1,234.5",2\n', {}, "it has separators of thousands; leave them out"],
  ['"1,5",2\n', {}, "it has a decimal comma; write a point"],
  ["\u22125,1\n", {}, "its sign is no hyphen"],
  ["12%,1\n", {}, "it has a unit; write the number alone"],
  ["1,36.6 °c\n", {}, "it has a unit; write the number alone"],
  ["2024-01-31,1\n", {}, "but a date"],
  ['1,"2\n3,4\n', {}, "a quotation mark opens a field and none closes it"],
  ['1,"2\n3,4\n', {}, "line 1: not valid CSV"],
  ['1,2\n\n3,"4\n5,6\n7,8\n', {}, "line 3: not valid CSV"],
  ['a,b\r\n"1\r\n,2\r\n', { header: true }, "line 2: not valid CSV"],
  ['"a\nb",c\n1,2\n3,"4\n5,6\n', { header: true }, "line 4: not valid CSV"],
  [
    ",age,bmi\n0,59,32\n",
    { header: true },
    "line 1, column 1: the column has no name: if it is the index that pandas writes, leave it out by to_csv(…, index=False)",
  ],
  [
    "age,bmi, \n1,2,3\n",
    { header: true },
    "line 1, column 3: the column has no name: if every line ends with a separator",
  ],
  ["age,bmi,age\n1,2,3\n", { header: true }, "line 1, column 3 (age): column 1 has the same name: rename one"],
  ['\n"a b",c,a b \n1,2,3\n', { header: true }, "line 2, column 3 (a b): column 1 has the same name"],
  ["59kg,59kg\n1,2\n", { header: true }, "line 1, column 2: column 1 has the same name"],
  ['1,"2"3\n', {}, "between a closing quotation mark and the next separator"],
  ["1\u0000,\u00002\u0000", {}, "save it as UTF-8"],
  ["PK\u0003\u0004rest", {}, "export the table as CSV"],
];

for (const [text, options, message] of PROBLEMS) {
  Deno.test(`${JSON.stringify(text)} ${JSON.stringify(options)} says what to do`, () => {
    const { message: said } = assertThrows(() => readCsv(text, options), SyntaxError, message);
    for (const digits of ["59", "32.5", "234", "2024"]) assert(!said.includes(digits), said);
  });
}

Deno.test("numbers of columns and years may be their names", () => {
  assertEquals(readCsv("0,1,2\n7,8,9", { header: true }).columns, ["0", "1", "2"]);
  assertEquals(readCsv("2019,2020\n7,8", { header: true }).columns, ["2019", "2020"]);
});

Deno.test("tabs and single spaces separate", () => {
  assertEquals(readCsv("1\t2\n3\t4", { delimiter: "\t" }).matrix, Matrix.from([[1, 2], [3, 4]]));
  assertEquals(readCsv("1 2\r\n3 4\n", { delimiter: " " }).matrix, Matrix.from([[1, 2], [3, 4]]));
  assertEquals(readCsv(" 1 ;2\n3; 4 ", { delimiter: ";" }).matrix, Matrix.from([[1, 2], [3, 4]]));
});

Deno.test("a line longer or shorter than the first is an error that names it", () => {
  assertThrows(() => readCsv("1,2\n3"), SyntaxError, "line 2: 1 fields, the first line has 2");
  assertThrows(() => readCsv("a,b\n1,2\n3,4,5\n", { header: true }), SyntaxError, "line 3: 3 fields, the first");
});

Deno.test("a text without lines is an error", () => {
  for (const text of ["", "\n\n", "\ufeff"]) assertThrows(() => readCsv(text), SyntaxError, "empty");
});

Deno.test("no error shows a value of the file", () => {
  for (const text of ["1,7654321x", '1,"7654321', '1,2\n"7654321"x,4', "1,2\n7654321"]) {
    const error = assertThrows(() => readCsv(text), SyntaxError);
    assert(!Deno.inspect(error).includes("7654321"), error.message);
    assert(!error.message.includes("undefined"), error.message);
  }
});

Deno.test("an impossible delimiter is an error", () => {
  assertThrows(() => readCsv("1,2", { delimiter: "" }), Error, "delimiter");
});

testWith(["read", "write"], "loadCsv() reads a file and names it in its errors", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  try {
    await Deno.writeTextFile(path, "a,b\n1,2\n");
    assertEquals((await loadCsv(path, { header: true })).matrix, Matrix.from([[1, 2]]));
    await assertRejects(() => loadCsv(path), SyntaxError, `${path}: line 1, column 1`);
  } finally {
    await Deno.remove(path);
  }
  await assertRejects(() => loadCsv(path), Deno.errors.NotFound);
});

testWith(["read", "write"], "loadCsv() takes files in UTF-8 and no others", async () => {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const load = async (bytes: Uint8Array) => {
    await Deno.writeFile(path, bytes);
    return await loadCsv(path, { header: true });
  };
  const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  const refused = (text: string, message: string) => assertRejects(() => load(latin1(text)), SyntaxError, message);
  try {
    assertEquals((await load(new TextEncoder().encode("\ufeffgröße,\ufffd\n1,2\n"))).columns, ["größe", "\ufffd"]);
    await refused(
      "gr\u00f6\u00dfe,b\n1,2\n",
      `${path}: line 1: not in UTF-8, perhaps in Latin-1: save the file as UTF-8`,
    );
    await refused("a,b\r\n1,2\r3,4\n5,6\u00b0\n", "line 4: not in UTF-8");
    await refused("a,b\n1,\u00e4", "line 2: not in UTF-8");
    await refused("\u00ff\u00fea\0\n\0", "perhaps one in UTF-16: save it as UTF-8");
    await refused("PK\u0003\u0004\u00ff", "export the table as CSV");
    await refused("\u001f\u008b\u0008", "decompress it first");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a CSV without the header that it is said to have shows no value of its first line", () => {
  for (const text of ["48151  62342\n4 5\n", "48151\t62342\n4\t5\n", "48151;62342,5\n4;5,6\n", "48151kg,x\n4kg,5\n"]) {
    const error = assertThrows(() => readCsv(text, { header: true }), SyntaxError, "line 2, column 1");
    assert(!/48151|62342/.test(error.message), error.message);
  }
});

Deno.test("options of a CSV that there are not are refused", () => {
  const read = (options: unknown) => () => readCsv("1,2\n", options as CsvOptions);
  assertThrows(read({ headers: true }), TypeError, 'a CSV has no option "headers". Its options: header, delimiter');
  assertThrows(read({ header: "yes" }), TypeError, "header is true or false");
  for (const options of [null, "header"]) assertThrows(read(options), TypeError, "options are an object");
});
