import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Step } from "@symbolon/protocol";
import { padTrees } from "@symbolon/kernels";
import { ELEMENT } from "../party.ts";
import {
  type Cheat,
  digitOf,
  dispose,
  elementsAt,
  makers,
  mod,
  run,
  setElements,
  type TestMaker,
} from "../testing/making.ts";
import { BitProducts } from "./bit_products.ts";
import type { CrossSize, PairFactors } from "./cross_factors.ts";
import { crossCost, crossProducts } from "./cross_products.ts";
import { digitMessageBytes } from "./digit_products.ts";

/** Round of the first message for products, and the narrowest rows that go by digits. */
const PRODUCTS = 3, BY_DIGITS = 3;

interface Products {
  /** Factors and two rows, of each party. */
  readonly x: readonly bigint[][];
  readonly y: readonly bigint[][];
  /** By factor: how far the sum of all shares is from what it should be. */
  readonly errors: readonly bigint[][];
  readonly traffic: ReturnType<typeof run>["traffic"];
}

/** Products of random factors, or those of `factors` at party 1, each with one of two random rows; results are added to random shares. */
function multiply(
  all: readonly TestMaker[],
  { count, width }: CrossSize,
  { cheat, factors }: { cheat?: Cheat; factors?: readonly bigint[] } = {},
): Products {
  const { results, traffic } = run(all, function* (maker, self): Step<bigint[][]> {
    const { party } = maker, { memory, random } = party;
    const sizes = [count, 2 * width, count * width], places = sizes.map((n) => memory.scratch(ELEMENT * n));
    const now = () => places.map((at, i) => elementsAt(memory, at, sizes[i]!));
    places.forEach((at, i) => random.bytes(at, ELEMENT * sizes[i]!));
    // Factors are any words.
    places.slice(1).forEach((at, i) => setElements(memory, at, now()[i + 1]!.map(mod)));
    if (self === 1 && factors !== undefined) setElements(memory, places[0]!, factors);
    const before = now()[2]!, [x, y, out] = places as [number, number, number];
    yield* crossProducts(maker, {
      ...{ count, width, x },
      row: (e) => y + ELEMENT * width * (e % 2),
      out: (e) => out + ELEMENT * width * e,
    });
    const [xs, ys, after] = now();
    return [xs!, ys!, after!.map((share, i) => share - before[i]!)];
  }, cheat);
  const [x, y, shares] = [0, 1, 2].map((i) => results.map((of) => of[i]!)) as [bigint[][], bigint[][], bigint[][]];
  const errors = Array.from({ length: count }, (_, e) =>
    Array.from({ length: width }, (_, v) => {
      let error = shares.reduce((sum, of) => sum + of[width * e + v]!, 0n);
      x.forEach((of, i) => y.forEach((rows, j) => error -= i === j ? 0n : of[e]! * rows[width * (e % 2) + v]!));
      return mod(error);
    }));
  return { x, y, errors, traffic };
}

Deno.test("products of rows are right for every width, in the rounds and bytes that are declared", () => {
  const sizes = [[2, 3, 1], [3, 4, 2], [2, 3, 3], [3, 3, 5], [2, 1, 16], [2, 5, 33], [2, 3, 1000]] as const;
  for (const [parties, count, width] of sizes) {
    const all = makers(parties, `width ${width}`);
    const { errors, traffic } = multiply(all, { count, width }), cost = crossCost({ count, width });
    traffic.forEach(({ rounds, sent }, self) => {
      assertEquals(rounds, cost.rounds);
      assertEquals(sent, all.map((_, to) => to === self ? 0 : cost.bytes));
    });
    assert(errors.flat().every((error) => error === 0n), `width ${width}`);
    dispose(all);
  }
});

Deno.test("products are right for factors whose digits are all the same, and for those that are no elements", () => {
  const factors = Array.from({ length: 16 }, (_, digit) => BigInt(`0x${digit.toString(16).repeat(32)}`));
  for (const width of [1, BY_DIGITS]) {
    const all = makers(2, "digits");
    const { errors } = multiply(all, { count: 18, width }, { factors: [...factors, 2n ** 128n - 159n, 1n] });
    assert(errors.flat().every((error) => error === 0n));
    dispose(all);
  }
});

Deno.test("what does not fit into a round of 16 MiB goes in several, and stays right", () => {
  const all = makers(2, "rounds"), size = { count: 2990, width: BY_DIGITS };
  assertEquals(crossCost(size).rounds, 5);
  const { errors, traffic } = multiply(all, size);
  assertEquals(traffic[0]!.rounds, 5);
  assert(errors.flat().every((error) => error === 0n));
  dispose(all);
});

Deno.test("a factor takes 2 KiB a product by bits, and by digits 4 KiB and 512 bytes a product, whichever is less", () => {
  const each = (width: number) => crossCost({ count: 32, width }).bytes - crossCost({ count: 16, width }).bytes;
  const [transfers, widths] = [512, [1, 2, 3, 30, 32]];
  assertEquals(widths.map((width) => each(width) / 16 - transfers), [2048, 4096, 5632, 19456, 20480]);
});

/** Adds to an element of a message. */
function add(bytes: Uint8Array, at: number, by: bigint): void {
  const part = bytes.subarray(at, at + ELEMENT);
  const value = mod(BigInt(`0x${part.slice().reverse().toHex()}`) + by);
  part.set(Uint8Array.fromHex(value.toString(16).padStart(32, "0")).reverse());
}

Deno.test("a wrong correction of a digit makes an error in its own product, that times the chooser's digit", () => {
  const all = makers(2, "correction"), [count, width, e, v, by] = [4, 5, 2, 3, 1n << 100n];
  for (let t = 0; t < 32; t += 3) {
    const { x, errors } = multiply(all, { count, width }, {
      cheat: ({ round, from, bytes }) => {
        const at = digitMessageBytes(width) * e + padTrees.MESSAGE_BYTES + ELEMENT * (width * t + v);
        if (round === PRODUCTS && from === 0) add(bytes, at, by);
      },
    });
    const expected = mod(by * BigInt(digitOf(x[1]![e]!, t)) << BigInt(4 * t));
    errors.forEach((of, i) => of.forEach((error, j) => assertEquals(error, i === e && j === v ? expected : 0n)));
  }
  dispose(all);
});

Deno.test("a wrong sum of a tree makes all products wrong of choosers whose digit takes it from there, and of no others", () => {
  const digits = Array.from({ length: 16 }, (_, digit) => digit), T = 5, width = BY_DIGITS;
  for (const level of [1, 2, 3]) {
    for (const side of [0, 1]) {
      const all = makers(2, "sums");
      // Messages of four trees lie side by side, word by word: 8 words a level, 16 of the last.
      const word = 8 * (level - 1) + (level === 3 ? 8 : 4) * side, place = 512 * (T >> 2) + 16 * word + 4 * (T & 3);
      const { errors } = multiply(all, { count: 16, width }, {
        factors: digits.map((digit) => BigInt(digit) << BigInt(4 * T) | 0x77n << 64n),
        cheat: ({ round, from, bytes }) => {
          if (round !== PRODUCTS || from !== 0) return;
          for (const e of digits) bytes[digitMessageBytes(width) * e + place]! ^= 4;
        },
      });
      // The missing node is on the side of the digit's bit, and its sibling on the other.
      const hit = digits.map((digit) => (digit >> (3 - level) & 1) !== side);
      assertEquals(errors.map((of) => of.every((error) => error !== 0n)), hit, `level ${level}, side ${side}`);
      assertEquals(errors.map((of) => of.some((error) => error !== 0n)), hit);
      dispose(all);
    }
  }
});

Deno.test("a row is masked anew for each digit and each factor that meets it", () => {
  const all = makers(2, "masks"), [count, width] = [6, 4], masks = new Set<bigint>(), messages: Uint8Array[] = [];
  const { y } = multiply(all, { count, width }, {
    cheat: ({ round, from, bytes }) => void (round === PRODUCTS && from === 0 && messages.push(bytes.slice())),
  });
  for (let e = 0; e < count; e++) {
    const first = digitMessageBytes(width) * e + padTrees.MESSAGE_BYTES;
    for (let i = 0; i < 32 * width; i++) {
      const at = first + ELEMENT * i, correction = messages[0]!.slice(at, at + ELEMENT).reverse().toHex();
      masks.add(mod(y[0]![width * (e % 2) + i % width]! - BigInt(`0x${correction}`)));
    }
  }
  assertEquals(masks.size, count * 32 * width);
  const sums = messages[0]!.subarray(0, padTrees.MESSAGE_BYTES), parts = new Set<string>();
  for (let at = 0; at < sums.length; at += ELEMENT) parts.add(sums.subarray(at, at + ELEMENT).toHex());
  assertEquals(parts.size, padTrees.MESSAGE_BYTES / ELEMENT);
  dispose(all);
});

Deno.test("no block of a pad is taken twice, of rows and their offsets, and no block serves bits and digits", () => {
  const all = makers(2, "pads"), taken: string[] = [], blocks = new Map<number, Set<number>>();
  let width = 0;
  for (const side of ["send", "receive"] as const) {
    const pads = all[0]!.pads[0]!.pads[side], take = pads.blocks.bind(pads);
    pads.blocks = (rows, { from, count }, out) => {
      for (let row = 0n; row < rows.n; row++) {
        for (let i = 0; i < count; i++) {
          taken.push([side, rows.offset, rows.tweak + row, from + i].join());
          blocks.set(width, (blocks.get(width) ?? new Set()).add(from + i));
        }
      }
      take(rows, { from, count }, out);
    };
  }
  const sizes = [[3, 1], [5, 2], [3, BY_DIGITS], [4, 9], [3, 1]] as const;
  for (const [count, of] of sizes) {
    width = of;
    multiply(all, { count, width });
  }
  // Pads for both choices, and for the chosen one.
  assertEquals(taken.length, sizes.reduce((sum, [count]) => sum + 3 * 128 * count, 0));
  assertEquals(new Set(taken).size, taken.length);
  assertEquals([1, 2, BY_DIGITS, 9].map((width) => [...blocks.get(width)!]), [[0], [0], [2 ** 32], [2 ** 32]]);
  dispose(all);
});

Deno.test("no tree has the tweak of another", () => {
  const all = makers(2, "tweaks"), sums = new Set<string>();
  let messages = 0;
  // Trees of the same keys: with a tweak of its own each has other sums.
  const { pads: { send } } = all[0]!.pads[0]!, { memory } = all[0]!.party;
  send.blocks = ({ offset }, _, { at }) => memory.bytes.fill(offset === send.zero ? 7 : 9, at, at + 64 * 256);
  multiply(all, { count: 3, width: BY_DIGITS }, {
    cheat: ({ round, from, bytes }) => {
      if (round !== PRODUCTS || from !== 0) return;
      for (let e = 0; e < 3; e++) {
        for (let t = 0; t < 32; t++, messages++) {
          const at = digitMessageBytes(BY_DIGITS) * e + 512 * (t >> 2) + 4 * (t & 3);
          sums.add(Array.from({ length: 4 }, (_, w) => bytes.subarray(at + 16 * w, at + 16 * w + 4).toHex()).join());
        }
      }
    },
  });
  assertEquals(messages, 96);
  assertEquals(sums.size, messages);
  dispose(all);
});

Deno.test("rows of more than four elements are not multiplied by bits", () => {
  assertThrows(() => new BitProducts({ width: 5 } as PairFactors), RangeError, "masks 4 elements");
});
