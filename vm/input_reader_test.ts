import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type BroughtPart, DOUBLE_HEADER, type Kind } from "@symbolon/compiler";
import { OutOfRangeError } from "@symbolon/protocol";
import { testWith } from "../tests/permissions.ts";
import { openInput } from "./files.ts";
import { inputBytes, InputReader } from "./input_reader.ts";

const FIX: Kind = { type: "fix", bits: 31, f: 16, secret: true };
const INT: Kind = { type: "int", bits: 64, f: 0, secret: true };

/** The values, fetched in portions of these sizes as often as needed. */
function fetched(read: (into: BigInt64Array) => void, count: number, portions: readonly number[]): bigint[] {
  const values: bigint[] = [];
  for (let k = 0; values.length < count; k++) {
    const portion = new BigInt64Array(Math.min(count - values.length, portions[k % portions.length]!));
    read(portion);
    values.push(...portion);
  }
  return values;
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });

Deno.test("binary values are the same however they are fetched, also in turns with those of another input", () => {
  const numbers = fc.array(fc.integer({ min: -(2 ** 29), max: 2 ** 29 }), { maxLength: 40 });
  fc.assert(
    fc.property(numbers, fc.array(fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })), sizes, (fix, ints, by) => {
      const floats = Float32Array.from(fix, (v) => v / 2 ** 16);
      const bytes = new Uint8Array(4 * floats.length + 8 * ints.length);
      bytes.set(new Uint8Array(floats.buffer));
      bytes.set(new Uint8Array(BigInt64Array.from(ints).buffer), 4 * floats.length);
      const reader = new InputReader(() => inputBytes("file", bytes));
      const first = reader.take(0, "binary", FIX, floats.length);
      const second = reader.take(0, "binary", INT, ints.length);
      assertEquals(fetched(second, ints.length, by), ints);
      assertEquals(fetched(first, floats.length, by), [...floats].map((v) => BigInt(Math.round(v * 2 ** 16))));
    }),
  );
});

Deno.test("more values than are read at a time keep their order", () => {
  const n = 2 ** 16 + 2 ** 15 + 3;
  const bytes = new Uint8Array(Float32Array.from({ length: n }, (_, i) => i / 16).buffer);
  const into = new BigInt64Array(n);
  new InputReader(() => inputBytes("file", bytes)).take(0, "binary", FIX, n)(into.subarray(0, 7));
  new InputReader(() => inputBytes("file", bytes)).take(0, "binary", { ...FIX, bits: 40 }, n)(into);
  into.forEach((v, i) => v === BigInt(i) << 12n || assertEquals(v, BigInt(i) << 12n));
});

Deno.test("text is read in the order of the calls", () => {
  fc.assert(fc.property(fc.array(fc.integer(), { maxLength: 20 }), sizes, (values, by) => {
    const text = new TextEncoder().encode(values.join("\n  "));
    const reader = new InputReader(() => inputBytes("file", text));
    const half = Math.floor(values.length / 2);
    const [a, b] = [reader.take(0, "text", INT, half), reader.take(0, "text", INT, values.length - half)];
    assertEquals(fetched(b, values.length - half, by), values.slice(half).map(BigInt));
    assertEquals(fetched(a, half, by), values.slice(0, half).map(BigInt));
  }));
});

Deno.test("a file that is too short or holds something else is named, its values are not", () => {
  const readerOf = (bytes: Uint8Array) => new InputReader(() => inputBytes("Input-P0-0", bytes));
  const text = (content: string) => readerOf(new TextEncoder().encode(content));
  const floats = readerOf(new Uint8Array(Float32Array.of(1, 99999).buffer));
  assertThrows(
    () => floats.take(0, "binary", FIX, 3),
    RangeError,
    "Input-P0-0 is too short: the program reads 3 values",
  );
  assertThrows(() => floats.check(0, "binary", FIX, 2), OutOfRangeError, "Input-P0-0, byte 4 does not fit");
  assertThrows(() => text("1 2").take(0, "text", INT, 3), RangeError, "the file has 2 of them left");
  assertThrows(() => text("1 x").take(0, "text", INT, 2), RangeError, "Input-P0-0, value 2 is not a number");
  assertThrows(() => text("0.5").take(0, "text", INT, 1), OutOfRangeError, "value 1 is not an integer");
  assertThrows(() => text("1e9").take(0, "text", FIX, 1), OutOfRangeError, "value 1 does not fit fixed-point numbers");
});

Deno.test("a value that rounds up to the end of the range is refused in text and in binary files", () => {
  const text = (content: string) => new InputReader(() => inputBytes("file", new TextEncoder().encode(content)));
  const binary = (...values: number[]) =>
    new InputReader(() =>
      inputBytes("file", Uint8Array.of(...DOUBLE_HEADER, ...new Uint8Array(Float64Array.from(values).buffer)))
    );
  const small: Kind = { type: "fix", bits: 9, f: 4, secret: true };
  const floats = (value: number) =>
    new InputReader(() => inputBytes("file", new Uint8Array(Float32Array.of(value).buffer)));
  for (const value of ["16383.9999999", "16384", "1e999", "-16384.00001"]) {
    assertThrows(() => text(value).take(0, "text", FIX, 1), OutOfRangeError, "file, value 1 does not fit");
  }
  assertThrows(
    () => binary(0, 16383.9999999).check(0, "binary", FIX, 2),
    OutOfRangeError,
    "file, byte 24 does not fit",
  );
  for (const value of [15.97, 16, -16.04, NaN, Infinity]) {
    assertThrows(() => floats(value).check(0, "binary", small, 1), OutOfRangeError, "file, byte 0 does not fit");
  }
  const read = new BigInt64Array(1);
  text("16383.99999").take(0, "text", FIX, 1)(read);
  assertEquals(read[0], 2n ** 30n - 1n);
  binary(16383.99999).take(0, "binary", FIX, 1)(read);
  assertEquals(read[0], 2n ** 30n - 1n);
  floats(-16.03).take(0, "binary", small, 1)(read);
  assertEquals(read[0], -256n);
});

Deno.test("what a program brings is read as it is, in portions, and takes nothing of the party's file", () => {
  const part = (data: readonly (number | bigint)[], of: Pick<BroughtPart, "type" | "reading">): BroughtPart => ({
    ...of,
    ...{ size: data.length, single: false, values: { shape: [data.length], data: data as number[] } },
  });
  const brought = new Map([[0, [
    part([1 / 3, -2.5, 4], { type: "fix", reading: 0 }),
    part([2n ** 62n + 1n], { type: "int", reading: 2 }),
  ]]]);
  const reader = () => new InputReader(() => inputBytes("file", new Uint8Array(Float32Array.of(7).buffer)), brought);
  const all = reader();
  const first = all.take(0, "binary", FIX, 3);
  const filed = new BigInt64Array(1),
    last = new BigInt64Array(1),
    two = new BigInt64Array(2),
    one = new BigInt64Array(1);
  all.take(0, "binary", FIX, 1)(filed);
  all.take(0, "binary", INT, 1)(last);
  first(two);
  first(one);
  assertEquals([...two, ...one], [21845n, -163840n, 262144n]);
  assertEquals([...filed, ...last], [7n * 65536n, 2n ** 62n + 1n]);
  assertEquals(all.leftovers(), []);
  const checked = reader();
  checked.check(0, "binary", FIX, 3);
  assertEquals(checked.leftovers(), []);
  checked.check(0, "binary", FIX, 1);
  assertEquals(checked.leftovers(), []);
  assertThrows(() => reader().take(0, "binary", FIX, 4), RangeError, "has 3 values where the program reads 4");
  assertThrows(() => reader().check(0, "binary", FIX, 2), RangeError, "has 3 values where the program reads 2");
});

testWith(
  ["read", "write"],
  "a file on disk is read in place, and one that is cut off meanwhile is an error",
  async () => {
    const path = await Deno.makeTempFile();
    try {
      const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
      await Deno.writeFile(path, bytes);
      const file = openInput({ name: "file", path });
      const piece = new Uint8Array(300);
      file.read(123, piece);
      assertEquals([file.size, piece], [1000, bytes.slice(123, 423)]);
      await Deno.truncate(path, 400);
      assertThrows(() => file.read(123, piece), RangeError, "file has been cut off at byte 400");
    } finally {
      await Deno.remove(path);
    }
  },
);
