/** Shuffling and sorting in programs under every backend: results, stability, rounds. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  applySort,
  cint,
  type Program,
  repeat,
  run,
  type RunOptions,
  type RunSummary,
  type Secret,
  sfix,
  shuffle,
  sint,
  sort,
  type SortOptions,
  sortPermutation,
} from "../mod.ts";

const BACKENDS: readonly RunOptions[] = [
  { backend: "emulate" },
  { backend: "emulate", domain: "field" },
  { backend: "ring", transport: "inline" },
];
const titleOf = ({ backend, domain }: RunOptions) => `${backend}${domain === undefined ? "" : ` over a ${domain}`}`;
const traced = (trace: () => void): Program => ({ description: "", trace: () => trace() });

/** Runs a program and checks that it takes what was predicted. */
async function outputs(options: RunOptions, trace: () => void): Promise<{ values: number[][]; summary: RunSummary }> {
  const summary = await run(traced(trace), options);
  assertEquals(summary.rounds, summary.predicted.rounds);
  assertEquals(summary.bytes.total, summary.predicted.bytes);
  return { values: summary.outputs.map((o) => o.values.map(Number)), summary };
}
const give = (x: Secret, label = "x") => x.revealTo(0, label);

/** Integers 0 … below − 1 (a linear congruential generator): for the choice of cases only. */
function sampler(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (Math.imul(state, 1103515245) + 12345) >>> 0, Math.floor(state / 2 ** 32 * below));
}

/** Row numbers sorted by keys, stable. */
function sortedRows(...keys: readonly (readonly number[])[]): number[] {
  return keys[0]!.map((_, i) => i).sort((i, j) => {
    for (const key of keys) if (key[i] !== key[j]) return key[i]! - key[j]!;
    return i - j;
  });
}

interface Case {
  readonly keys: readonly number[];
  readonly type?: "sint" | "sfix";
  readonly options?: SortOptions;
}

const random = sampler(20260114);
const many = (n: number, value: () => number) => Array.from({ length: n }, value);
const CASES: Readonly<Record<string, Case>> = {
  "no keys": { keys: [] },
  "one key": { keys: [-3] },
  "two keys": { keys: [5, -5] },
  "two equal keys": { keys: [4, 4] },
  "keys of all 64 bits": { keys: [2 ** 53 - 1, -(2 ** 53), 0, -1, 1, 2 ** 40, -(2 ** 40), -1] },
  "100 keys with many ties": { keys: many(100, () => random(7) - 3), options: { bits: 3 } },
  "100 keys of one bit": { keys: many(100, () => random(2)), options: { bits: 1, signed: false } },
  "100 keys 0 and −1": { keys: many(100, () => -random(2)), options: { bits: 1 } },
  "unsigned keys": { keys: many(50, () => random(32)), options: { bits: 5, signed: false } },
  "100 fixed-point keys": { keys: many(100, () => (random(401) - 200) / 16), type: "sfix" },
  "sorted keys": { keys: many(40, () => 0).map((_, i) => i - 20), options: { bits: 7 } },
  "keys in reverse": { keys: many(40, () => 0).map((_, i) => 20 - i), options: { bits: 9 } },
  ...Object.fromEntries(
    [2, 4, 6, 8, 10, 12, 13].map((bits) => [`keys of ${bits} bits`, {
      keys: many(30, () => random(2 ** bits) - 2 ** (bits - 1)),
      options: { bits },
    }]),
  ),
};

for (const options of BACKENDS) {
  for (const [name, { keys, type = "sint", options: of = {} }] of Object.entries(CASES)) {
    Deno.test(`sort() is right and stable under ${titleOf(options)}: ${name}`, async () => {
      const n = keys.length;
      const { values: [sorted, labels, matrix, order] } = await outputs(options, () => {
        const x = (type === "sint" ? sint : sfix).inputTensorVia(0, [...keys]);
        const [k, p] = sort(x, sint.inputTensorVia(1, keys.map((_, i) => i)), of);
        give(k);
        give(p);
        // Rows of fixed-point numbers, by a sort of their own.
        give(sort(x, sfix.inputTensorVia(2, keys.map((_, i) => [[i / 8, -i], [0.5, i + 0.25]])), of)[1]);
        give(sortPermutation(x, of));
      });
      const rows = sortedRows(keys);
      assertEquals(sorted, rows.map((i) => keys[i]!));
      assertEquals(labels, rows);
      assertEquals(matrix, n === 0 ? [] : rows.flatMap((i) => [i / 8, -i, 0.5, i + 0.25]));
      assertEquals(order, keys.map((_, i) => rows.indexOf(i)));
    });
  }

  Deno.test(`sort() of 1000 rows under ${titleOf(options)}`, async () => {
    const keys = many(1000, () => random(500) - 250);
    const { values: [labels] } = await outputs(options, () => {
      give(sort(sint.inputTensorVia(0, keys), sint.inputTensorVia(1, keys.map((_, i) => i)), { bits: 9 })[1]);
    });
    assertEquals(labels, sortedRows(keys));
  });

  Deno.test(`sortPermutation() compares one key after the other under ${titleOf(options)}`, async () => {
    const n = 60;
    const [group, x] = [many(n, () => random(5)), many(n, () => (random(9) - 4) / 4)];
    const { values: [groups, xs, bits] } = await outputs(options, () => {
      const [g, v] = [sint.inputTensorVia(0, group), sfix.inputTensorVia(1, x)];
      const order = sortPermutation([{ x: g, bits: 3, signed: false }, { x: v }]);
      const [sorted, values] = applySort(order, [g, v]);
      give(sorted);
      give(values);
      give(applySort(order, v.lessThan(0)));
    });
    const rows = sortedRows(group, x);
    assertEquals(groups, rows.map((i) => group[i]!));
    assertEquals(xs, rows.map((i) => x[i]!));
    assertEquals(bits, rows.map((i) => x[i]! < 0 ? 1 : 0));
  });

  Deno.test(`shuffle() keeps rows whole and draws an order each time, in loops too, under ${titleOf(options)}`, async () => {
    const rows = many(40, () => 0).map((_, i) => [i, -i]);
    const { values } = await outputs(options, () => {
      const x = sint.inputTensorVia(0, rows);
      for (let i = 0; i < 3; i++) give(shuffle(x));
      repeat(3, [x, x, x], ([_, b, c]) => [b, c, shuffle(x)]).forEach((shuffled) => give(shuffled));
    });
    for (const shuffled of values) {
      const firsts = shuffled.filter((_, i) => i % 2 === 0);
      assertEquals(shuffled.filter((_, i) => i % 2 === 1), firsts.map((v) => -v + 0));
      assertEquals(firsts.toSorted((a, b) => a - b), rows.map(([i]) => i!));
    }
    // Two orders of 40 rows are alike with probability 1e-48.
    assertEquals(new Set(values.map(String)).size, 6);
  });

  Deno.test(`sort() in a loop under ${titleOf(options)}`, async () => {
    const keys = many(30, () => random(64) - 32);
    const { values: [last] } = await outputs(options, () => {
      const x = sint.inputTensorVia(0, keys);
      // Turns the order round with each pass.
      give(repeat(3, [x], ([v]) => [sort(v, { bits: 10 }).neg()])[0]);
    });
    assertEquals(last, keys.map((v) => -v).sort((a, b) => b - a));
  });

  Deno.test(`cumsum(), rows() and scatter() under ${titleOf(options)}`, async () => {
    const { values } = await outputs(options, () => {
      const x = sfix.inputTensorVia(0, [[1, 2], [-3, 0.5], [10, 20]]);
      give(x.cumsum());
      give(x.scatter(cint.constant([2, 0, 1]).rows(3)));
      give(x.gather(cint.constant([2, 0, 1, 1]).rows(3), null, 4));
      give(x.scatter(sint.inputTensorVia(1, [1, 2, 0]).reveal().rows(3)));
    });
    assertEquals(values, [
      [1, 2, -2, 2.5, 8, 22.5],
      [-3, 0.5, 10, 20, 1, 2],
      [10, 20, 1, 2, -3, 0.5, -3, 0.5],
      [10, 20, 1, 2, -3, 0.5],
    ]);
    for (
      const [bad, message] of [[[0, 3, 1], "A row number is not from 0 to 2"], [[0, -1, 1], "A row number"], [
        [0, 1, 1],
        "each row number from 0 to 2 once",
      ]] as const
    ) {
      await assertRejects(
        () =>
          outputs(options, () => {
            give(sfix.inputTensorVia(0, [1, 2, 3]).scatter(sint.inputTensorVia(1, bad).reveal().rows(3)));
          }),
        RangeError,
        message,
      );
    }
  });
}

Deno.test("sorting takes as many rounds for 1000 rows as for 3, and as many as stated", async () => {
  const rounds = async (n: number, of: (x: Secret) => Secret, type = sint) => {
    const { summary } = await outputs({ backend: "ring", transport: "inline" }, () => {
      give(of(type.inputTensorVia(0, many(n, () => 0))));
    });
    return summary.rounds - 2; // the input and the output
  };
  const sorted = (options?: SortOptions) => (x: Secret) => sort(x, options);
  const fixed = await rounds(3, sorted(), sfix);
  assertEquals([fixed, await rounds(1000, sorted(), sfix)], [66, 66]);
  // One digit: its rows' places, then the shuffle and its opening.
  assertEquals(await rounds(3, sorted({ bits: 1, signed: false })), 1 + 3);
  for (const bits of [3, 6, 9, 12, 15, 18, 31, 32, 64]) {
    const digits = Math.ceil(bits / 3);
    const places = digits % 2 === 1 ? 11 * (digits - 1) / 2 + 1 : 11 * (digits - 2) / 2 + 8;
    const apart = await rounds(3, (x) => x.bits(bits));
    // The products of a digit's bits take 2 rounds; a first digit of fewer bits is sorted meanwhile.
    const products = bits % 3 === 0 ? 2 : 1;
    assertEquals(await rounds(3, sorted({ bits })), apart + products + places + 3, `${bits} bits`);
  }
});

Deno.test("misuse of sorting names shapes and bits", async () => {
  const refused = (trace: () => void, message: string) => assertRejects(() => run(traced(trace)), RangeError, message);
  await Promise.all([
    refused(() => void sort(sint.constant([[1], [2]])), "Cannot sort by keys of shapes [2, 1]"),
    refused(() => void sort(sint.constant([1, 2]), sint.constant([1, 2, 3])), "Cannot sort the rows of shape [3] by 2"),
    refused(() => void applySort(sint.constant([1, 0]), sint.constant([1, 2, 3])), "in an order of 2 rows"),
    refused(() => void sort(sint.constant([1, 2]), { bits: 65 }), "Cannot sort by 65 bits of a key: it has 64"),
    refused(() => void sortPermutation([]), "Cannot sort by no keys"),
    refused(() => void shuffle(sint.constant(1)), "Cannot shuffle a scalar"),
    refused(() => void sint.constant([1, 2]).scatter(cint.constant([0]).rows(2)), "at 1 places"),
  ]);
});
