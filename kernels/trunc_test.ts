import { assert, assertEquals } from "@std/assert";
import { views } from "./linear_memory.ts";
import { trunc } from "./mod.ts";
import * as oracle from "./testing/oracle.ts";
import { Arena, BOUNDARY, LENGTHS, sample, wordsAt } from "./testing/arena.ts";

const NAMES = ["r", "e0", "e2", "u0", "u2", "s", "c"] as const;
type Name = typeof NAMES[number];

/** What the parties of a truncation have before it. */
type Inputs = Record<Name, bigint[]>;

/** Outputs of the kernels run by role: P0 and P2 hold r, P1 learns c. */
interface Transcript {
  readonly messages: Record<"t0" | "t2" | "delta" | "g", bigint[]>;
  /** Summands: of the holders, of P0 with the learner, of P2 with the learner. */
  readonly y: readonly [bigint[], bigint[], bigint[]];
}

/** Runs the kernels as the protocol does; the inputs below their widths, e and u below 2^m. */
function run(inputs: Inputs, { m, ring }: oracle.Truncation): Transcript {
  const n = inputs.r.length, arena = new Arena();
  const at = Object.fromEntries(NAMES.map((name) => [name, arena.words(inputs[name])])) as Record<Name, number>;
  const [t0, t2, delta, g, y0, y1] = Array.from({ length: 6 }, () => arena.output(8 * n)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  trunc.offer(at.r, at.e0, at.u0, n, m, ring, t0);
  trunc.offer(at.r, at.e2, at.u2, n, m, ring, t2);
  trunc.learn(at.c, at.e0, at.e2, at.s, n, m, ring, delta, g);
  trunc.settle(at.r, delta, at.u0, at.u2, n, m, ring, y0);
  trunc.lift(at.s, t0, n, m, ring, y1);
  const y2 = arena.inOut(wordsAt(g, n));
  trunc.lift(y2, t2, n, m, ring, y2);
  arena.assertGuardsIntact();
  const read = (place: number) => wordsAt(place, n);
  return {
    messages: { t0: read(t0), t2: read(t2), delta: read(delta), g: read(g) },
    y: [read(y0), read(y1), read(y2)],
  };
}

/** Inputs for secrets z, with masks from a seed. */
function masked(z: readonly bigint[], seed: number, { m, ring }: oracle.Truncation): Inputs {
  const n = z.length;
  const below = (bits: number, offset: number) => sample(n, seed + offset).map((word) => oracle.low(word, bits));
  const r = below(ring, 0), half = 1n << BigInt(ring - 2);
  return {
    r,
    e0: below(m, 1),
    e2: below(m, 2),
    u0: below(m, 3),
    u2: below(m, 4),
    s: below(ring, 5),
    c: z.map((v, i) => oracle.low(v + half + r[i]!, ring)),
  };
}

/** ⌊(z + 2^(L−2) + (r mod 2^m)) / 2^m⌋ − 2^(L−2−m) mod 2^L. */
function truncated(z: bigint, r: bigint, { m, ring }: oracle.Truncation): bigint {
  const quotient = (z + (1n << BigInt(ring - 2)) + oracle.low(r, m)) >> BigInt(m);
  return oracle.low(quotient - (1n << BigInt(ring - 2 - m)), ring);
}

/** n secrets in [−2^(ring−2), 2^(ring−2)), the ends of that range first. */
function secrets(n: number, seed: number, ring: number): bigint[] {
  const half = 1n << BigInt(ring - 2);
  const ends = [-half, half - 1n, 0n, 1n, -1n, -half + 1n, half >> 1n];
  return [...ends, ...sample(n, seed).map((word) => BigInt.asIntN(ring - 1, word))].slice(0, n);
}

Deno.test("the truncation kernels compute what their roles say, for every shift of a 64-bit ring", () => {
  for (let m = 1; m <= 62; m++) {
    const of = { m, ring: 64 };
    const inputs = masked(secrets(67, m, 64), 100 * m, of), { r, e0, e2, u0, u2, s, c } = inputs;
    const { messages: { t0, t2, delta, g }, y } = run(inputs, of);
    for (let i = 0; i < r.length; i++) {
      assertEquals(t0[i], oracle.offer({ r: r[i]!, e: e0[i]!, u: u0[i]! }, of));
      assertEquals(t2[i], oracle.offer({ r: r[i]!, e: e2[i]!, u: u2[i]! }, of));
      const learned = oracle.learn({ c: c[i]!, e0: e0[i]!, e2: e2[i]!, s: s[i]! }, of);
      assertEquals([delta[i], g[i]], [learned.delta, learned.g]);
      assertEquals(y[0][i], oracle.settle({ r: r[i]!, delta: delta[i]!, u0: u0[i]!, u2: u2[i]! }, of));
      assertEquals(y[1][i], oracle.lift({ base: s[i]!, t: t0[i]! }, of));
      assertEquals(y[2][i], oracle.lift({ base: g[i]!, t: t2[i]! }, of));
    }
  }
});

Deno.test("the summands add up to the truncated value mod 2^64 for every shift from 1 to 62", () => {
  for (let m = 1; m <= 62; m++) {
    const of = { m, ring: 64 }, z = secrets(300, 7 * m, 64), inputs = masked(z, 1000 + m, of);
    const { y } = run(inputs, of);
    const sum = oracle.add(oracle.add(y[0], y[1]), y[2]);
    assertEquals(sum, z.map((v, i) => truncated(v, inputs.r[i]!, of)));
  }
});

Deno.test("the summands add up to the truncated value for smaller rings with noise above their bits", () => {
  for (const ring of [4, 5, 17, 32, 33, 63]) {
    for (let m = 1; m <= ring - 2; m += ring < 20 ? 1 : 7) {
      const of = { m, ring }, z = secrets(100, ring + m, ring), inputs = masked(z, ring * m, of);
      const noise = sample(z.length, 5).map((word) => oracle.low(word << BigInt(ring), 64));
      for (const name of ["r", "s", "c"] as const) inputs[name] = oracle.add(inputs[name], noise);
      const { messages, y } = run(inputs, of);
      assert([messages.t0, messages.t2, messages.delta].flat().every((word) => word < 1n << BigInt(m)));
      const sum = oracle.add(oracle.add(y[0], y[1]), y[2]).map((word) => oracle.low(word, ring));
      assertEquals(sum, z.map((v, i) => truncated(v, inputs.r[i]!, of)));
    }
  }
});

Deno.test("the truncation kernels are exact at every length and for boundary masks", () => {
  const of = { m: 16, ring: 64 };
  for (const n of LENGTHS) {
    const z = secrets(n, n, 64), inputs = masked(z, n, of), { y } = run(inputs, of);
    assertEquals(oracle.add(oracle.add(y[0], y[1]), y[2]), z.map((v, i) => truncated(v, inputs.r[i]!, of)));
  }
  for (const r of BOUNDARY) {
    const z = secrets(40, 1, 64), inputs = masked(z, 2, of);
    inputs.r = z.map(() => r);
    inputs.c = z.map((v) => oracle.low(v + (1n << 62n) + r, 64));
    const { y } = run(inputs, of);
    assertEquals(oracle.add(oracle.add(y[0], y[1]), y[2]), z.map((v) => truncated(v, r, of)));
  }
});

for (const m of [1, 2, 3]) {
  Deno.test(`the summands add up for every secret and every mask of a 5-bit ring, m = ${m}`, () => {
    const ring = 5, size = 1 << ring, half = size / 4, masks = 1 << m;
    const rows: number[][] = [];
    for (let z = -half; z < half; z++) {
      for (let r = 0; r < size; r++) {
        for (let u0 = 0; u0 < masks; u0++) {
          for (let u2 = 0; u2 < masks; u2++) rows.push([z, r, u0, u2]);
        }
      }
    }
    const n = rows.length, arena = new Arena();
    const column = (of: (row: number[], i: number) => number) => arena.words(rows.map((row, i) => BigInt(of(row, i))));
    const c = column(([z, r]) => (z! + half + r! + size) % size), r = column((row) => row[1]!);
    const u0 = column((row) => row[2]!), u2 = column((row) => row[3]!), s = column((_, i) => i * 7 % size);
    const e0 = arena.output(8 * n), e2 = arena.output(8 * n);
    const [t0, t2, delta, g, y] = Array.from({ length: 5 }, () => arena.output(8 * n)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const expected = rows.map(([z, r]) => (((z! + half + r! % masks) >> m) - (half >> m) + size) % size);
    for (let first = 0; first < masks; first++) {
      for (let second = 0; second < masks; second++) {
        views.words.fill(BigInt(first), e0 / 8, e0 / 8 + n);
        views.words.fill(BigInt(second), e2 / 8, e2 / 8 + n);
        trunc.offer(r, e0, u0, n, m, ring, t0);
        trunc.offer(r, e2, u2, n, m, ring, t2);
        trunc.learn(c, e0, e2, s, n, m, ring, delta, g);
        trunc.settle(r, delta, u0, u2, n, m, ring, y);
        trunc.lift(s, t0, n, m, ring, t0);
        trunc.lift(g, t2, n, m, ring, g);
        const words = views.words32, low = (at: number, i: number) => words[at / 4 + 2 * i]!;
        for (let i = 0; i < n; i++) {
          const sum = (low(y, i) + low(t0, i) + low(g, i)) % size;
          if (sum !== expected[i]) assertEquals(sum, expected[i], `z, r, u0, u2 = ${rows[i]}, e = ${first}, ${second}`);
        }
      }
    }
    arena.assertGuardsIntact();
  });
}

Deno.test("shift() divides words by 2^m, down or up; lowBits() is the rest", () => {
  for (const n of LENGTHS) {
    const x = n === 0 ? [] : [...BOUNDARY, ...sample(n, n)];
    for (const m of [1, 2, 16, 31, 32, 33, 62, 63]) {
      const arena = new Arena(), count = x.length, by = BigInt(m);
      const src = arena.words(x), down = arena.output(8 * count), up = arena.output(8 * count);
      const rest = arena.output(8 * count);
      trunc.shift(src, count, m, 0n, down);
      trunc.shift(src, count, m, 1n, up);
      trunc.lowBits(src, count, m, rest);
      assertEquals(wordsAt(down, count), x.map((v) => v >> by));
      assertEquals(wordsAt(up, count), x.map((v) => -(-v >> by)));
      assertEquals(wordsAt(rest, count), x.map((v) => v & ((1n << by) - 1n)));
      arena.assertGuardsIntact();
    }
  }
});
