import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { bits } from "./mod.ts";
import * as oracle from "./testing/oracle.ts";
import { Arena, bytesAt, LENGTHS, sample, sampleBytes, wordsAt } from "./testing/arena.ts";

/** The integer made of n bits. */
function samplePlane(n: number, seed: number): bigint {
  return oracle.low(oracle.fromWords(sample(Math.ceil(n / 64), seed)), n);
}

function wordsOf(n: number): number {
  return Math.ceil(n / 64);
}

/** The words of planes one after the other. */
function laidOut(planes: readonly bigint[], words: number): bigint[] {
  return planes.flatMap((plane) => oracle.toWords(plane, words));
}

Deno.test("toPlanes() gives every width from 1 to 64 at every length, with bits past n clear", () => {
  for (const n of LENGTHS) {
    const words = sample(n, n), count = wordsOf(n);
    for (let width = 1; width <= 64; width++) {
      const arena = new Arena();
      const src = arena.words(words), dst = arena.output(8 * count * width), scratch = arena.output(512);
      bits.toPlanes(src, n, width, dst, 8 * count, scratch);
      assertEquals(wordsAt(dst, count * width), laidOut(oracle.toPlanes(words, width), count));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("planeToWords() gives the bits of a plane back at every length, whatever lies past n", () => {
  for (const n of LENGTHS) {
    const plane = samplePlane(64 * wordsOf(n), n);
    const arena = new Arena();
    const src = arena.words(oracle.toWords(plane, wordsOf(n))), dst = arena.output(8 * n);
    bits.planeToWords(src, n, dst);
    assertEquals(wordsAt(dst, n), oracle.planeToWords(plane, n));
    arena.assertGuardsIntact();
  }
});

Deno.test("words are the sum of their planes times powers of two", () => {
  fc.assert(
    fc.property(fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 1, maxLength: 150 }), (words) => {
      const n = words.length, stride = 8 * wordsOf(n);
      const arena = new Arena();
      const src = arena.words(words), planes = arena.output(64 * stride), scratch = arena.output(512);
      const bit = arena.output(8 * n);
      bits.toPlanes(src, n, 64, planes, stride, scratch);
      const sum = words.map(() => 0n);
      for (let p = 0; p < 64; p++) {
        bits.planeToWords(planes + p * stride, n, bit);
        wordsAt(bit, n).forEach((b, i) => sum[i] = sum[i]! + (b << BigInt(p)));
      }
      assertEquals(sum, words);
      arena.assertGuardsIntact();
    }),
    { seed: 6, numRuns: 30 },
  );
});

Deno.test("xorInto() is exact at every length", () => {
  for (const n of LENGTHS) {
    const left = sample(n, n), right = sample(n, n + 1);
    const arena = new Arena();
    const dst = arena.inOut(left), src = arena.words(right);
    bits.xorInto(dst, src, n);
    assertEquals(wordsAt(dst, n), oracle.xorInto(left, right));
    arena.assertGuardsIntact();
  }
});

/** Runs a program over planes of `words` words, `gap` words apart. */
function checkProgram(program: readonly oracle.Instruction[], planes: number, words: number, gap: number): void {
  const start = Array.from({ length: planes }, (_, p) => samplePlane(64 * words, p));
  const between = oracle.fill(0x5a5an, gap);
  const flat = (values: readonly bigint[]) => values.flatMap((plane) => [...oracle.toWords(plane, words), ...between]);
  const arena = new Arena();
  const code = arena.words32(program.flat()), base = arena.inOut(flat(start));
  bits.evaluate(code, program.length, base, 8 * (words + gap), words);
  assertEquals(wordsAt(base, planes * (words + gap)), flat(oracle.evaluate(program, start)));
  arena.assertGuardsIntact();
}

Deno.test("evaluate() runs every program at every length and stride, and leaves what lies between planes", () => {
  const plane = fc.nat(5);
  const instruction = fc.tuple(fc.constantFrom(0, 1), plane, plane, plane);
  fc.assert(
    fc.property(
      fc.array(instruction, { maxLength: 40 }),
      fc.constantFrom(0, 1, 2, 3, 31, 32, 33, 63, 64, 65, 97),
      fc.constantFrom(0, 1, 2, 7),
      (program, words, gap) => checkProgram(program, 6, words, gap),
    ),
    { seed: 7, numRuns: 200 },
  );
});

Deno.test("evaluate() reads what earlier instructions wrote, with operands that coincide", () => {
  const xor = 0, and = 1;
  for (const words of [1, 32, 33, 65]) {
    checkProgram([[xor, 2, 0, 1], [and, 2, 2, 0], [xor, 0, 0, 0], [and, 1, 1, 1], [xor, 1, 2, 1]], 3, words, 0);
  }
});

Deno.test("evaluate() adds: a ripple-carry adder over planes is addition mod 2^8", () => {
  const width = 8, n = 65536, stride = 8 * wordsOf(n);
  const x = Array.from({ length: n }, (_, i) => BigInt(i >> 8)),
    y = Array.from({ length: n }, (_, i) => BigInt(i & 255));
  const carry = 2 * width, half = carry + 1, other = carry + 2;
  const program: oracle.Instruction[] = [[0, carry, carry, carry]];
  for (let b = 0; b < width; b++) {
    program.push([0, half, b, width + b], [1, other, b, width + b], [0, b, half, carry]);
    program.push([1, half, half, carry], [0, carry, half, other]);
  }
  const arena = new Arena();
  const left = arena.words(x), right = arena.words(y), scratch = arena.output(512);
  const planes = arena.output(stride * (other + 1)), code = arena.words32(program.flat());
  bits.toPlanes(left, n, width, planes, stride, scratch);
  bits.toPlanes(right, n, width, planes + width * stride, stride, scratch);
  bits.evaluate(code, program.length, planes, stride, wordsOf(n));
  const sum = x.map((v, i) => oracle.low(v + y[i]!, width));
  assertEquals(wordsAt(planes, width * wordsOf(n)), laidOut(oracle.toPlanes(sum, width), wordsOf(n)));
  arena.assertGuardsIntact();
});

Deno.test("packPlanes() joins the first bytes of planes, and unpackPlanes() parts them with zeros behind", () => {
  for (const words of [1, 2, 3, 5]) {
    for (const planes of [0, 1, 2, 7]) {
      for (let bytes = 0; bytes <= 8 * words; bytes++) {
        const values = Array.from({ length: planes }, (_, p) => samplePlane(64 * words, p + bytes));
        const expected = oracle.packPlanes(values, bytes);
        const arena = new Arena();
        const src = arena.words(laidOut(values, words)), packed = arena.output(planes * bytes);
        const parted = arena.output(8 * words * planes);
        bits.packPlanes(src, 8 * words, planes, bytes, packed);
        assertEquals(bytesAt(packed, planes * bytes), expected);
        bits.unpackPlanes(packed, bytes, planes, parted, 8 * words);
        assertEquals(wordsAt(parted, words * planes), laidOut(oracle.unpackPlanes(expected, bytes, planes), words));
        arena.assertGuardsIntact();
      }
    }
  }
});

Deno.test("unpackPlanes() of any bytes is the oracle's", () => {
  const packed = sampleBytes(5 * 11, 8);
  const arena = new Arena();
  const src = arena.bytes(packed), dst = arena.output(5 * 24);
  bits.unpackPlanes(src, 11, 5, dst, 24);
  assertEquals(wordsAt(dst, 15), laidOut(oracle.unpackPlanes(packed, 11, 5), 3));
  arena.assertGuardsIntact();
});

Deno.test("repeatPlanes() repeats at every length, multiples of 64 or not, and clears the rest of its stride", () => {
  for (const n of [0, 1, 2, 3, 5, 31, 63, 64, 65, 127, 128, 130]) {
    for (const times of [0, 1, 2, 3, 7, 64, 65]) {
      for (const spare of [0, 2]) {
        const from = wordsOf(n) + 1, to = wordsOf(n * times) + spare;
        const planes = [0, 1, 2].map((p) => samplePlane(64 * from, p + n));
        const arena = new Arena();
        const src = arena.words(laidOut(planes, from)), dst = arena.output(8 * to * planes.length);
        bits.repeatPlanes(src, 8 * from, planes.length, n, times, dst, 8 * to);
        assertEquals(wordsAt(dst, to * planes.length), laidOut(oracle.repeatPlanes(planes, n, times), to));
        arena.assertGuardsIntact();
      }
    }
  }
});

Deno.test("flipShares() is one − share where the bit is set, at every length, in place too", () => {
  for (const n of LENGTHS) {
    for (const one of [0n, 1n]) {
      const plane = samplePlane(64 * wordsOf(n), n), shares = sample(n, n + 1);
      const arena = new Arena();
      const src = arena.words(oracle.toWords(plane, wordsOf(n))), share = arena.words(shares);
      const out = arena.output(8 * n), same = arena.inOut(shares);
      bits.flipShares(src, share, n, one, out);
      bits.flipShares(src, same, n, one, same);
      assertEquals(wordsAt(out, n), oracle.flipShares(plane, shares, one));
      assertEquals(wordsAt(same, n), oracle.flipShares(plane, shares, one));
      arena.assertGuardsIntact();
    }
  }
});

Deno.test("the parties' flipShares() of a shared bit sum to the bit xor the public one", () => {
  const n = 130, public_ = samplePlane(n, 1), secret = samplePlane(n, 2);
  const masks = [sample(n, 3), sample(n, 4)];
  const last = oracle.planeToWords(secret, n).map((b, i) => oracle.low(b - masks[0]![i]! - masks[1]![i]!, 64));
  const arena = new Arena();
  const plane = arena.words(oracle.toWords(public_, wordsOf(n))), out = arena.output(8 * n);
  let sum = oracle.fill(0n, n);
  [...masks, last].forEach((share, party) => {
    bits.flipShares(plane, arena.words(share), n, party === 0 ? 1n : 0n, out);
    sum = oracle.add(sum, wordsAt(out, n));
  });
  assertEquals(sum, oracle.planeToWords(public_ ^ secret, n));
  arena.assertGuardsIntact();
});

Deno.test("combineStrided() adds the linear combinations to what is there, for every number of terms and columns", () => {
  for (const n of [0, 1, 2, 3, 65, 130]) {
    for (const terms of [0, 1, 2, 3, 8]) {
      for (const columns of [1, 2, 3, 5]) {
        const v = Array.from({ length: terms }, (_, j) => sample(n, j + n));
        const table = Array.from({ length: columns }, (_, c) => sample(terms, c + 50));
        const start = sample(n * columns, 9);
        const arena = new Arena();
        const from = arena.words(v.flat()), factors = arena.words(table.flat()), out = arena.inOut(start);
        bits.combineStrided(from, 8 * n, terms, n, factors, columns, out);
        assertEquals(wordsAt(out, n * columns), oracle.combine(v, table, start));
        arena.assertGuardsIntact();
      }
    }
  }
});

Deno.test("packBits() leaves no gaps between planes, unpackBits() reads them back from any bit on", () => {
  for (const n of LENGTHS) {
    for (const planes of [1, 3, 5]) {
      const words = wordsOf(n), values = Array.from({ length: planes }, (_, p) => samplePlane(64 * words, 7 * n + p));
      const low = values.map((v) => oracle.low(v, n));
      const string = low.reduce((sum, v, p) => sum | v << BigInt(n * p), 0n);
      const arena = new Arena();
      const src = arena.words(laidOut(values, words)), packed = arena.output(Math.ceil(planes * n / 8));
      bits.packBits(src, 8 * words, planes, n, packed);
      assertEquals(bytesAt(packed, Math.ceil(planes * n / 8)), oracle.toBytes(string, Math.ceil(planes * n / 8)));
      for (const from of [0, 1, 7, 8, 63, 64, 65]) {
        const shifted = arena.words(oracle.toWords(string << BigInt(from), Math.ceil((planes * n + from) / 64) + 1));
        const back = arena.output(8 * words * planes);
        bits.unpackBits(shifted, BigInt(from), planes, n, back, 8 * words);
        assertEquals(wordsAt(back, words * planes), laidOut(low, words));
      }
      arena.assertGuardsIntact();
    }
  }
});
