import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { OutOfRangeError } from "@symbolon/protocol";
import { broughtBytes, compile, type Compiled, copyBrought, type Data, format, sfix, sint } from "./mod.ts";

const compiled = (trace: () => void): Compiled => compile({ description: "", trace: () => trace() });

/** The whole binary input file of party 0. */
function fileOf({ brought }: Compiled): DataView {
  const parts = brought.get(0)!;
  const bytes = new Uint8Array(broughtBytes(parts));
  copyBrought(parts, 0, bytes);
  return new DataView(bytes.buffer);
}

Deno.test("the file holds float32 for fixed-point numbers and int64 for integers, in the order of the calls", () => {
  const view = fileOf(compiled(() => {
    sfix.inputTensorVia(0, [[0.5, -1.25]]);
    sint.inputTensorVia(0, [-3, 2 ** 40]);
    sfix.inputTensorVia(0, 0.1);
  }));
  assertEquals([view.getFloat32(0, true), view.getFloat32(4, true)], [0.5, -1.25]);
  assertEquals([view.getBigInt64(8, true), view.getBigInt64(16, true)], [-3n, 2n ** 40n]);
  assertEquals([view.getFloat32(24, true), view.byteLength], [Math.fround(0.1), 28]);
});

Deno.test("any piece of the file is the same as in the whole", () => {
  const program = compiled(() => {
    sfix.inputTensorVia(0, { shape: [3, 2], data: Uint8Array.of(0, 1, 2, 253, 254, 255), divisor: 255 });
    sfix.inputTensorVia(0, { shape: [3], data: Uint8Array.of(2, 0, 1) }, { oneHot: 3 });
    sfix.inputTensorVia(0, Array.from({ length: 5 }, (_, i) => i / 7));
  });
  const whole = new Uint8Array(fileOf(program).buffer);
  assertEquals(whole.length, 4 * (6 + 9 + 5));
  fc.assert(fc.property(fc.nat(20), fc.nat(20), (a, b) => {
    const [from, to] = [4 * Math.min(a, b), 4 * Math.max(a, b)];
    const piece = new Uint8Array(to - from);
    copyBrought(program.brought.get(0)!, from, piece);
    assertEquals(piece, whole.slice(from, to));
  }));
  assertThrows(() => copyBrought(program.brought.get(0)!, 76, new Uint8Array(8)), RangeError, "has 80 bytes, not 84");
});

Deno.test("a piece may begin and end within an element", () => {
  for (const third of [0.5, 1000.1]) {
    const program = compiled(() => {
      sfix.inputTensorVia(0, [1.5]);
      sint.inputTensorVia(0, [-3, 2 ** 40]);
      sfix.inputTensorVia(0, [third]);
      sint.inputTensorVia(0, [5]);
    });
    const parts = program.brought.get(0)!;
    const whole = new Uint8Array(fileOf(program).buffer);
    for (let from = 0; from <= whole.length; from++) {
      for (let to = from; to <= whole.length; to++) {
        const piece = new Uint8Array(to - from);
        copyBrought(parts, from, piece);
        assertEquals(piece, whole.slice(from, to));
      }
    }
  }
});

Deno.test("a table is kept as it is", () => {
  const table = { shape: [4], data: Uint8Array.of(1, 2, 3, 4), divisor: 255 };
  const program = compiled(() => void sfix.inputTensorVia(0, table));
  assert(program.brought.get(0)![0]!.values === table);
});

Deno.test("labels become rows with a 1 at the label's place before they leave their owner", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 12 }).chain((n) => fc.tuple(fc.constant(n), fc.array(fc.nat(n - 1), { minLength: 1 }))),
    fc.boolean(),
    ([classes, labels], asFix) => {
      const program = compiled(() => {
        const rows = (asFix ? sfix : sint).inputTensorVia(0, labels, { oneHot: classes });
        assertEquals(rows.shape, [labels.length, classes]);
      });
      const view = fileOf(program);
      labels.forEach((label, i) => {
        for (let c = 0; c < classes; c++) {
          const at = i * classes + c;
          const v = asFix ? view.getFloat32(4 * at, true) : Number(view.getBigInt64(8 * at, true));
          assertEquals(v, c === label ? 1 : 0);
        }
      });
    },
  ));
});

Deno.test("oneHot: true takes the classes from the data", () => {
  const file = (oneHot: number | boolean, data: Data = [2, 0, 3, 1]) =>
    compiled(() => void sint.inputTensorVia(0, data, { oneHot }));
  assertEquals(file(true).tapeHash, file(4).tapeHash);
  assertEquals(fileOf(file(true)), fileOf(file(4)));
  assertEquals(file(true, Uint8Array.of(0, 1)).tapeHash, file(2, [0, 1]).tapeHash);
  assertEquals(file(false).tapeHash, compiled(() => void sint.inputTensorVia(0, [2, 0, 3, 1])).tapeHash);
  compiled(() => assertEquals(sint.inputTensorVia(0, [[0, 1], [5, 0]], { oneHot: true }).shape, [2, 2, 6]));
  assertThrows(() => file(true, [0, 1.5, 1]), RangeError, "Label 1 of 3 is no integer");
  assertThrows(() => file(true, [0, -1]), RangeError, "Label 1 of 2 is no integer");
  assertThrows(() => file(true, []), TypeError, "give their number, oneHot: 10");
  const elsewhere = () => void sint.inputTensorVia(0, undefined, { shape: [4], oneHot: true });
  assertThrows(() => compiled(elsewhere), TypeError, "here is none: give their number, oneHot: 10");
});

Deno.test("owner and others trace the same, with data and with its shape", () => {
  const both = [[0, 2, 1], undefined].map((data) =>
    compiled(() => {
      sint.inputTensorVia(0, data, { shape: [3], oneHot: 3 });
      sfix.inputTensorVia(1, data, { shape: [3], binary: true });
    })
  );
  assertEquals(both[0]!.tapeHash, both[1]!.tapeHash);
  assertEquals(both.map(({ brought }) => brought.size), [2, 0]);
});

Deno.test("data that does not fit is an error that names the element", () => {
  const fails = (data: Data, options = {}, type: typeof sint = sint) => () =>
    compiled(() => void type.inputTensorVia(0, data, options));
  assertThrows(fails([0, 3, 1], { oneHot: 3 }), RangeError, "Label 1 of 3 is no integer from 0 to 2");
  assertThrows(fails([0, 0.5], { oneHot: 3 }), RangeError, "Label 1 of 2");
  assertThrows(fails([-1], { oneHot: 3 }), RangeError, "Label 0 of 1");
  assertThrows(fails([0], { oneHot: 0 }), RangeError, "oneHot must be true or false, or a whole number from 1, not 0");
  assertThrows(fails([0, 0.5]), OutOfRangeError, "(element 1 of 2)");
  assertThrows(fails([0, 16384], {}, sfix), OutOfRangeError, "(element 1 of 2)");
  assertThrows(fails([[0, 1], [2 ** 63, 0]]), OutOfRangeError, "(element 2 of 4, at [1, 0])");
  assertThrows(fails([NaN], {}, sfix), OutOfRangeError, "not a finite number");
  assertThrows(fails({ shape: [3], data: [1, 2] }), RangeError, "has 3 elements, not 2");
  assertThrows(fails({ shape: [1], data: [1], divisor: 0 }), RangeError, "divided by 0");
  assertThrows(fails([1, 2], { shape: [3] }), RangeError, "The data has shape [2], not [3]");
  assertThrows(fails([1], { binary: false }), TypeError, "leave out binary: false");
  assertThrows(() => compiled(() => void sint.inputTensorVia(0)), TypeError, "needs data or a shape");
  assertThrows(() => compiled(() => void sint.inputTensorVia(-1, [1])), RangeError, "there is no party -1");
});

Deno.test("what rounds up to the end of the range is refused, what rounds down to its beginning is not", () => {
  const unit = 2 ** -16;
  const input = (value: number) => compiled(() => void sfix.inputTensorVia(0, [value]));
  const constant = (value: number) => compiled(() => void sfix.constant([value]));
  for (const bring of [input, constant]) {
    for (const value of [16384, 16384 - unit / 2, 16383.9999999, -16384 - unit * 0.6, 1e300, Infinity]) {
      assertThrows(() => bring(value), OutOfRangeError);
    }
    for (const value of [16384 - unit, 16384 - unit * 0.6, -16384, -16384 - unit / 4]) bring(value);
  }
});

Deno.test("no message of the compiler shows a value that a party brings", () => {
  const secrets = [98765.25, -98765.25, 1.5e300, 0.123456];
  for (const secret of secrets) {
    for (const type of [sfix, sint]) {
      if (type === sfix && Math.abs(secret) < 1) continue;
      for (
        const data of [secret, [0, secret], [[0], [secret]], { shape: [1], data: [secret * 2], divisor: 2 }] as Data[]
      ) {
        const { message } = assertThrows(() => compiled(() => void type.inputTensorVia(0, data)), OutOfRangeError);
        assert(!message.includes(String(Math.abs(secret))), message);
        assertStringIncludes(message, "inputs_test.ts:");
        assertStringIncludes(message, "(element ");
      }
    }
    const labels = () => compiled(() => void sint.inputTensorVia(0, [secret], { oneHot: 3 }));
    assert(!assertThrows(labels, RangeError).message.includes(String(Math.abs(secret))));
  }
});

Deno.test("the file holds float64 behind a header where float32 would change a mantissa, and only there", () => {
  const file = fileOf(compiled(() => {
    sint.inputTensorVia(0, [7]);
    sfix.inputTensorVia(0, [1000.1, 12345.678]);
    sfix.inputTensorVia(0, [2, 0], { oneHot: 3 });
  }));
  assertEquals(file.byteLength, 16 + 8 * (1 + 2 + 6));
  assert(Number.isNaN(file.getFloat32(0, true)), "no fixed-point number begins like this");
  assertEquals(new TextDecoder().decode(new Uint8Array(file.buffer, 4, 10)), "MBOLON f64");
  assertEquals([file.getBigInt64(16, true), file.getFloat64(24, true), file.getFloat64(32, true)], [
    7n,
    1000.1,
    12345.678,
  ]);
  assertEquals(file.getFloat64(56, true), 1);
  assertEquals(fileOf(compiled(() => void sfix.inputTensorVia(0, [0.1, 1000.5, 255 / 7]))).byteLength, 12);
});

Deno.test("inputFrom() and binary say which file is read", () => {
  const tape = format(
    compiled(() => {
      sfix.inputFrom(1, { shape: [2] });
      sfix.inputFrom(1, { shape: [2], binary: true });
      sfix.inputTensorVia(2, undefined, { shape: [2], binary: false });
    }).tape,
  );
  for (const text of ["input from 1 (text)", "input from 1 (binary)", "input from 2 (text)"]) {
    assertStringIncludes(tape, text);
  }
});

Deno.test("constants are divided as inputs are", () => {
  const { tape } = compiled(() => {
    sfix.constant({ shape: [2], data: Uint8Array.of(0, 255), divisor: 255 }).revealTo(0);
  });
  const constant = tape.body[0]!.does;
  assert(constant.op === "constant");
  assertEquals(constant.values, [0n, 65536n]);
});
