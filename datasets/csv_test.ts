import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { loadCsv, readCsv } from "./csv.ts";
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
