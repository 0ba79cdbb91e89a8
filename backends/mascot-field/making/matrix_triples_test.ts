import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ConsistencyError, MacCheckError, type Step } from "@symbolon/protocol";
import { oracle } from "@symbolon/protocol/testing";
import { padTrees } from "@symbolon/kernels";
import { MATERIAL, type TripleSize } from "../material.ts";
import { ELEMENT } from "../party.ts";
import { type Cheat, dispose, keyOf, makers, mod, opened, partsOf, run, type TestMaker } from "../testing/making.ts";
import { digitMessageBytes } from "./digit_products.ts";
import { matrixTriples, matrixTriplesCost, triplesCost } from "./triples.ts";

type Parts = ReturnType<typeof partsOf>;

function* made(maker: TestMaker, size: TripleSize, units: number): Step<Parts[]> {
  return (yield* matrixTriples(maker, size, units)).map((vector) => partsOf(maker.party, vector));
}

/** X · Y, row-major. */
function product([m, k, n]: TripleSize["size"], x: readonly bigint[], y: readonly bigint[]): bigint[] {
  return Array.from({ length: m * n }, (_, at) => {
    const i = Math.floor(at / n), j = at % n;
    return mod(Array.from({ length: k }, (_, l) => x[i * k + l]! * y[l * n + j]!).reduce((a, b) => a + b));
  });
}

/** Asserts that triples of a size are right; those of one seed of parties are others each time. */
function assertRight(all: readonly TestMaker[], size: TripleSize, units: number): void {
  const { results, traffic } = run(all, (maker) => made(maker, size, units));
  const cost = matrixTriplesCost(all.length, size, units);
  traffic.forEach(({ rounds, sent }, self) => {
    assertEquals(rounds, cost.rounds);
    assertEquals(sent, all.map((_, to) => to === self ? 0 : cost.bytes));
  });
  const [a, b, c] = [0, 1, 2].map((i) => opened(results.map((of) => of[i]!), keyOf(all)));
  assert(a!.right && b!.right && c!.right, "MACs");
  // The sizes of parts are those of the material.
  const bits = MATERIAL.matrixTriple.of(size).parts(all.length);
  const widths = [0, 2, 4].map((i) => bits[i]! / 128) as [number, number, number];
  assertEquals([a!, b!, c!].map(({ values }) => values.length), widths.map((width) => width * units));
  for (let u = 0; u < units; u++) {
    const [x, y, z] = [a!, b!, c!].map(({ values }, i) => values.slice(widths[i]! * u, widths[i]! * (u + 1)));
    const patches = (base: readonly bigint[], of: TripleSize["x"]) =>
      of === undefined ? base : oracle.windowIndices(of.window).map((i) => base[i]!);
    assertEquals(z, product(size.size, patches(x!, size.x), patches(y!, size.y)));
  }
  const drawn = [...a!.values, ...b!.values];
  assertEquals(new Set(drawn).size, drawn.length);
}

Deno.test("matrix triples of any size are right, in the rounds and bytes that are declared", () => {
  for (const parties of [2, 3]) {
    const all = makers(parties, "sizes");
    for (const size of [[1, 1, 1], [2, 3, 4], [4, 3, 2], [1, 5, 1], [1, 1, 6], [6, 1, 1], [2, 1, 3]] as const) {
      assertRight(all, { size }, 2);
    }
    dispose(all);
  }
});

Deno.test("matrix triples are right for sizes and units that nobody has chosen", () => {
  const all = makers(2, "any"), few = fc.integer({ min: 1, max: 5 });
  fc.assert(
    fc.property(few, few, few, fc.integer({ min: 1, max: 3 }), (m, k, n, units) => {
      assertRight(all, { size: [m, k, n] }, units);
    }),
    { numRuns: 12, seed: 1 },
  );
  dispose(all);
});

/** Images of 3×4 and their patches of 2×2, rows of 4; and other windows, one with elements that are in no patch. */
const PATCHES = { base: 24, window: { shape: [2, 2, 3, 2, 2], offset: 0, strides: [12, 4, 1, 4, 1] } };
const REVERSED = { base: 9, window: { shape: [4, 2], offset: 7, strides: [-2, 1] } };
const REPEATED = { base: 3, window: { shape: [3, 4], offset: 0, strides: [1, 0] } };

Deno.test("factors that are patches are right on either side, whichever side chooses", () => {
  const all = makers(2, "patches");
  for (
    const size of [
      { size: [12, 4, 1], x: PATCHES },
      { size: [12, 4, 13], x: PATCHES },
      { size: [1, 12, 4], y: PATCHES },
      { size: [3, 4, 2], y: REVERSED },
      { size: [4, 2, 5], x: REVERSED },
      { size: [3, 4, 2], x: REPEATED, y: REVERSED },
      { size: [2, 3, 4], y: REPEATED },
    ] as const
  ) {
    assertRight(all, size, 2);
  }
  dispose(all);
});

Deno.test("the factor with fewer entries chooses, so that a product and its transpose cost the same", () => {
  for (const [m, k, n] of [[32, 30, 1], [2, 7, 5], [1, 1, 9]] as const) {
    assertEquals(matrixTriplesCost(2, { size: [m, k, n] }, 3), matrixTriplesCost(2, { size: [n, k, m] }, 3));
  }
  // By digits, and entries of both factors in place of two of each product.
  const single = triplesCost(2, 32 * 30).bytes, matrix = matrixTriplesCost(2, { size: [32, 30, 1] }, 1).bytes;
  assert(matrix < 0.26 * single, `${matrix} and ${single} bytes`);
});

/** Adds one to elements of a message. */
function addOne(bytes: Uint8Array, elements: readonly number[]): void {
  for (const i of elements) {
    const part = bytes.subarray(ELEMENT * i, ELEMENT * i + ELEMENT);
    const value = mod(BigInt(`0x${part.slice().reverse().toHex()}`) + 1n);
    part.set(Uint8Array.fromHex(value.toString(16).padStart(32, "0")).reverse());
  }
}

/** How two honest parties end: with a right triple, or by a check. Factors are the same each time. */
function outcome(size: TripleSize, cheat: Cheat): "right" | "wrong" | "stopped" {
  const all = makers(2, "cheat");
  try {
    const { results } = run(all, (maker) => made(maker, size, 1), cheat);
    const [a, b, c] = [0, 1, 2].map((i) => opened(results.map((of) => of[i]!), keyOf(all)));
    const right = product(size.size, a!.values, b!.values).every((z, i) => z === c!.values[i]);
    return right && a!.right && b!.right && c!.right ? "right" : "wrong";
  } catch (error) {
    assert(error instanceof MacCheckError || error instanceof ConsistencyError, String(error));
    return "stopped";
  } finally {
    dispose(all);
  }
}

/** Round of the messages for products. */
const PRODUCTS = 3;

/** Element of the message for products, of width `width`: the correction of a digit of a factor. */
function correctionAt(width: number, factor: number, digit: number, column: number): number {
  return (digitMessageBytes(width) * factor + padTrees.MESSAGE_BYTES) / ELEMENT + width * digit + column;
}

Deno.test("a wrong element of a row, for all digits of a factor, is found in any entry and from either side", () => {
  const size: TripleSize = { size: [2, 2, 3] }, width = 3, factors = 3 * 4;
  for (let factor = 0; factor < factors; factor += 5) {
    for (let column = 0; column < width; column++) {
      const wrong = Array.from({ length: 32 }, (_, t) => correctionAt(width, factor, t, column));
      for (const cheat of [0, 1]) {
        assertEquals(
          outcome(
            size,
            ({ round, from, bytes }) => void (round === PRODUCTS && from === cheat && addOne(bytes, wrong)),
          ),
          "stopped",
        );
      }
    }
  }
});

Deno.test("a wrong correction of one digit is found unless the digit is 0, and then the triple is right: 1 of 16", () => {
  const ended: string[] = [];
  for (let factor = 0; factor < 3; factor++) {
    for (let t = 0; t < 32; t++) {
      const wrong = [correctionAt(3, factor, t, t % 3)];
      ended.push(
        outcome({ size: [1, 1, 3] }, ({ round, from, bytes }) => {
          if (round === PRODUCTS && from === 0) addOne(bytes, wrong);
        }),
      );
    }
  }
  assert(!ended.includes("wrong"));
  // Of 96 digits that are drawn once, none or more than 20 are 0 with a chance of 0.2 %.
  const right = ended.filter((how) => how === "right").length;
  assert(right > 0 && right <= 20, `${right} go on`);
});

Deno.test("a wrong sum of a tree is found if the chooser takes it, in about every second tree, and else the triple is right", () => {
  const ended: string[] = [];
  for (let tree = 0; tree < 64; tree++) {
    const word = 5 * tree % 32, group = 512 * (tree % 32 >> 2), lane = 4 * (tree & 3);
    const place = digitMessageBytes(3) * (tree >> 5) + group + 16 * word + lane;
    ended.push(
      outcome({ size: [1, 1, 3] }, ({ round, from, bytes }) => {
        if (round === PRODUCTS && from === 0) bytes[place]! ^= 1;
      }),
    );
  }
  assert(!ended.includes("wrong"));
  const right = ended.filter((how) => how === "right").length;
  // A fair coin is outside these bounds with probability below 2^-15; what is drawn is fixed.
  assert(right > 14 && right < 50, `${right} of ${ended.length} go on`);
});

Deno.test("wrong trees and corrections of one party among three, towards one or both, are found", () => {
  for (const to of [null, 2]) {
    const all = makers(3, "three"), wrong = Array.from({ length: 32 }, (_, t) => correctionAt(3, 1, t, 2));
    const cheat: Cheat = ({ round, from, to: peer, bytes }) => {
      if (round === PRODUCTS && from === 0 && (to === null || peer === to)) addOne(bytes, wrong);
    };
    assertThrows(() => run(all, (maker) => made(maker, { size: [1, 2, 3] }, 1), cheat), MacCheckError);
    dispose(all);
  }
});

Deno.test("an element of ρ that is opened wrongly is found", () => {
  for (let i = 0; i < 4; i++) {
    const cheat: Cheat = ({ round, from, bytes }) => void (round === 12 && from === 0 && addOne(bytes, [i]));
    assertEquals(outcome({ size: [2, 2, 3] }, cheat), "stopped");
  }
});
