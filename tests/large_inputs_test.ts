/** Inputs larger than a portion: exact costs, the same results however they are kept, tensors reshaped in place. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ByteTensor,
  printLn,
  type Program,
  publicPermutation,
  repeat,
  run,
  type RunOptions,
  type RunSummary,
  type Secret,
  sint,
} from "../mod.ts";

const traced = (trace: () => void): Program => ({ description: "", trace: () => trace() });

/** Runs a program and checks that it takes what was predicted. */
async function measured(program: Program, options: RunOptions): Promise<RunSummary> {
  const summary = await run(program, { transport: "inline", ...options });
  assertEquals(summary.rounds, summary.predicted.rounds);
  assertEquals(summary.bytes.total, summary.predicted.bytes);
  return summary;
}

/** A portion of the input is 2^20 elements. */
const PORTION = 2 ** 20;
const COLUMNS = 1001;

/** Bytes with a pattern. */
function table(rows: number, columns: number, salt: number): ByteTensor {
  const data = Uint8Array.from({ length: rows * columns }, (_, i) => (i * 31 + (i >> 10) + salt) % 256);
  return new ByteTensor([rows, columns], data);
}

const mine = table(1050, COLUMNS, 1);
const theirs = table(3, COLUMNS, 2);

/** The sum of element times place in rows that are gathered, `whole` being another use that keeps the tensor from being held by rows. */
const gathering = (whole: boolean) =>
  traced(() => {
    const X = sint.inputTensorVia(0, mine).concat(sint.inputTensorVia(1, theirs));
    const order = publicPermutation(1053);
    const places = sint.constant(Array.from({ length: COLUMNS }, (_, i) => i));
    const [sum] = repeat(81, [sint.constant(0).broadcastTo([13])], ([sum], i) => [
      sum.add(X.gather(order, i, 13).matmul(places)),
    ]);
    printLn("%s", sum.reveal());
    printLn("%s", X.slice(1048, 1052).slice(990, 1001, 1).reveal());
    if (whole) printLn("%s", X.sum().reveal());
  });

Deno.test("rows of a large input are the same from shares, from what is held by rows, and in the clear", async () => {
  const publicSeed = 3;
  const clear = await measured(gathering(true), { backend: "emulate", publicSeed });
  const shares = await measured(gathering(true), { backend: "ring", publicSeed });
  const held = await measured(gathering(false), { backend: "ring", publicSeed });
  assertEquals(shares.printed, clear.printed);
  assertEquals(held.printed, clear.printed.slice(0, 2));
  // What is held costs what shares do; the shares' program opens a number more, one word to each party in a round.
  assertEquals([shares.rounds - held.rounds, shares.bytes.total - held.bytes.total], [1, 24]);
});

Deno.test("an input takes a round for every 2^20 elements, and 16 bytes an element", async () => {
  for (const [n, rounds] of [[0, 1], [1, 1], [PORTION, 1], [PORTION + 1, 2], [2 * PORTION + 5, 3]] as const) {
    const data = new ByteTensor([n], Uint8Array.from({ length: n }, (_, i) => i % 199));
    const sum = data.data.reduce((total, v) => total + v, 0);
    const summary = await measured(
      traced(() => printLn("%s", sint.inputTensorVia(2, data).sum().reveal())),
      { backend: "ring" },
    );
    assertEquals([summary.printed, summary.rounds], [[`${sum}`], rounds + 1]);
    assertEquals(summary.bytes.total, 16 * n + 24);
  }
});

Deno.test("large inputs of the same and of other parties that are read at the same time do not mix", async () => {
  const [a, b, c] = [table(1100, 1000, 5), table(1, 7, 6), table(1099, 1000, 7)];
  const program = traced(() => {
    const inputs = [[0, a], [0, b], [1, c], [0, c]].map(([p, x]) => sint.inputTensorVia(p as number, x as ByteTensor));
    for (const x of inputs) {
      const flat = x.getVector();
      const places = [0, 3, flat.size - 3].map((at) => flat.slice(at, at + 3));
      printLn("%s %s", flat.sum().reveal(), places[0]!.concat(places[1]!).concat(places[2]!).reveal());
    }
  });
  const clear = await measured(program, { backend: "emulate" });
  for (const backend of ["ring", "semi2k"]) assertEquals((await measured(program, { backend })).printed, clear.printed);
});

/** A step of a computation on a matrix of numbers: on tensors and, as the oracle, on an array. */
interface Move {
  readonly name: string;
  readonly tensor: (x: Secret) => Secret;
  readonly array: (x: readonly number[], rows: number, columns: number) => number[];
}

const MOVES = (rows: number, columns: number): Move[] => [
  { name: "other rows", tensor: (x) => x.reshape([columns, rows]).reshape([rows, columns]), array: (x) => [...x] },
  {
    name: "reshape and turn",
    tensor: (x) => x.reshape([columns, rows]).transpose(),
    array: (x, r, c) => Array.from({ length: r * c }, (_, i) => x[(i % c) * r + Math.floor(i / c)]!),
  },
  { name: "flat", tensor: (x) => x.getVector().add(1).reshape([rows, columns]), array: (x) => x.map((v) => v + 1) },
  {
    name: "double",
    tensor: (x) => x.reshape([rows * columns]).add(x.getVector()).reshape([rows, columns]),
    array: (x) => x.map((v) => 2 * v),
  },
];

Deno.test("reshaped tensors have the values of the tensor, also when loops carry and exchange them", async () => {
  const cases = fc.record({
    rows: fc.integer({ min: 1, max: 3 }),
    columns: fc.integer({ min: 1, max: 3 }),
    moves: fc.array(fc.nat(3), { maxLength: 4 }),
    others: fc.array(fc.nat(3), { maxLength: 4 }),
    times: fc.nat(3),
    exchange: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, columns, moves, others, times, exchange }) => {
      const list = MOVES(rows, columns);
      const start = [1, 2].map((k) => Array.from({ length: rows * columns }, (_, i) => k * 10 + i));
      let expected = start;
      for (let t = 0; t < times; t++) {
        const [x, y] = [moves, others].map((chosen, k) =>
          chosen.reduce((v, m) => list[m]!.array(v, rows, columns), expected[k]!)
        ) as [number[], number[]];
        expected = exchange ? [y, x] : [x, y];
      }
      const program = traced(() => {
        const [a, b] = start.map((data) => sint.inputTensorVia(0, { shape: [rows, columns], data })) as [
          Secret,
          Secret,
        ];
        // One of the carried values is a matrix, the other a row.
        const [x, y] = repeat(times, [a, b.getVector()], ([x, y]) => {
          const u = moves.reduce((v, m) => list[m]!.tensor(v), x as Secret);
          const w = others.reduce((v, m) => list[m]!.tensor(v), y.reshape([rows, columns]));
          return exchange ? [w, u.getVector()] : [u, w.getVector()];
        });
        x.reveal().output("x");
        y.reveal().output("y");
        a.reshape([rows * columns]).reveal().output("a");
      });
      for (const backend of ["emulate", "ring"]) {
        const { outputs } = await measured(program, { backend });
        assertEquals(outputs.map(({ values }) => values), [...expected, start[0]!]);
      }
    }),
    { numRuns: 40 },
  );
});
