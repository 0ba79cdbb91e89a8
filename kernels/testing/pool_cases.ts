import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { testWith } from "../../tests/permissions.ts";
import * as wasmAuthenticated from "../build/authenticated_bits.wasm";
import * as wasmBits from "../build/bits.wasm";
import { chacha12 as wasmChacha12, draw as wasmDraw } from "../build/chacha.wasm";
import { expandDigits as wasmDigits } from "../build/digits.wasm";
import * as wasmField from "../build/field.wasm";
import * as wasmProducts from "../build/field_products.wasm";
import * as wasmLayout from "../build/layout.wasm";
import { matmul as wasmMatmul, matmulTransposed as wasmTransposed } from "../build/matmul.wasm";
import * as wasmOt from "../build/ot.wasm";
import * as wasmPads from "../build/pads.wasm";
import * as wasmRing from "../build/ring.wasm";
import * as wasmTrunc from "../build/trunc.wasm";
import { type Argument, CallBoard } from "../call_board.ts";
import { memory, reserve, views } from "../linear_memory.ts";
import {
  bits,
  chacha12,
  draw,
  field,
  layout,
  matmul,
  matmulTransposed,
  ot,
  pads,
  PartyMemory,
  ring,
  trunc,
  words,
} from "../mod.ts";
import { useThreads } from "../pool.ts";
import { KERNELS } from "../build/table.ts";
import { startHelper, withThreads } from "./helpers.ts";

/** A call by the places of its operands: the kernel as it is, the same in threads, the arguments over memory from `at` on. */
interface Case {
  readonly name: string;
  readonly serial: unknown;
  readonly threaded: unknown;
  readonly args: (at: number) => Argument[];
}

type AnyKernel = (...args: Argument[]) => void;

const ADD = KERNELS.indexOf(wasmRing.add as unknown as typeof KERNELS[number]);

const MIB = 1 << 20;
/** Bytes between the operands of a case, and those that it may read and write. */
const STEP = MIB + 65_536;
const AREA = 7 * STEP;
const arena = new PartyMemory();
const [first, second] = [arena.allocate(AREA), arena.allocate(AREA)];
const scratch = arena.allocate(Math.max(ot.scratchBytes(8), field.MATMUL_BYTES));
const program = arena.allocate(16 * 300);

for (let i = 0; i < 300; i++) {
  views.words32.set([i & 1, 100 + i % 100, i * 7 % 200, i * 13 % 200], program / 4 + 4 * i);
}

/** Both areas with the same noise. */
function fillAreas(): void {
  views.bytes.fill(7, scratch, scratch + 32);
  wasmChacha12(scratch, 1n, 0n, first, AREA / 256);
  wasmLayout.copy(second, first, AREA);
}

/** Lengths around the limits of chunks, planes and thresholds. */
const LENGTHS = [1, 65_535, 65_536, 65_537, 65_600, 100_003, 131_072, 131_077];

function vectors(n: number): Case[] {
  const stride = 8 * Math.ceil(n / 64);
  const p = (at: number, i: number) => at + STEP * i;
  const list: [string, unknown, unknown, (at: number) => Argument[]][] = [
    ["add", wasmRing.add, ring.add, (at) => [at, p(at, 1), p(at, 2), n]],
    ["sub", wasmRing.sub, ring.sub, (at) => [at, p(at, 1), p(at, 2), n]],
    ["negate", wasmRing.negate, ring.negate, (at) => [at, at, n]],
    ["mul", wasmRing.mul, ring.mul, (at) => [at, p(at, 1), p(at, 2), n]],
    ["mulAdd", wasmRing.mulAdd, ring.mulAdd, (at) => [at, p(at, 1), p(at, 2), n]],
    ["addScalar", wasmRing.addScalar, ring.addScalar, (at) => [at, 2n ** 64n - 3n, p(at, 1), n]],
    ["mulScalar", wasmRing.mulScalar, ring.mulScalar, (at) => [at, 2n ** 63n + 5n, p(at, 1), n]],
    ["addWord", wasmRing.addWord, ring.addWord, (at) => [at, p(at, 2), p(at, 1), n]],
    ["mulWord", wasmRing.mulWord, ring.mulWord, (at) => [at, p(at, 2), p(at, 1), n]],
    [
      "replicatedMulAdd",
      wasmRing.replicatedMulAdd,
      ring.replicatedMulAdd,
      (at) => [at, p(at, 1), p(at, 2), p(at, 3), p(at, 4), n],
    ],
    ...[1, 13, 16, 32, 63, 64].flatMap((width) =>
      [
        [`pack ${width}`, wasmLayout.pack, layout.pack, (at: number) => [at, n, width, p(at, 1)]],
        [`unpack ${width}`, wasmLayout.unpack, layout.unpack, (at: number) => [at, n, width, p(at, 1)]],
      ] as [string, unknown, unknown, (at: number) => Argument[]][]
    ),
    ["toPlanes", wasmBits.toPlanes, bits.toPlanes, (at) => [at, n, 33, p(at, 1), stride, scratch]],
    ["planeToWords", wasmBits.planeToWords, bits.planeToWords, (at) => [at, n, p(at, 1)]],
    ["xorInto", wasmBits.xorInto, bits.xorInto, (at) => [at, p(at, 1), n]],
    ["flipShares", wasmBits.flipShares, bits.flipShares, (at) => [at, p(at, 1), n, 1n, p(at, 2)]],
    ["chooseShares", wasmBits.chooseShares, bits.chooseShares, (at) => [at, p(at, 1), p(at, 2), n, p(at, 3)]],
    [
      "combine",
      (at: number) => wasmBits.combineStrided(at, 8 * n, 1, n, at + 4 * STEP, 2, at + 5 * STEP),
      (at: number) => bits.combineStrided(at, 8 * n, 1, n, at + 4 * STEP, 2, at + 5 * STEP),
      (at) => [at],
    ],
    ["offer", wasmTrunc.offer, trunc.offer, (at) => [at, p(at, 1), p(at, 2), n, 16, 64, p(at, 3)]],
    [
      "learn",
      wasmTrunc.learn,
      trunc.learn,
      (at) => [at, p(at, 1), p(at, 2), p(at, 3), n, 16, 64, p(at, 4), p(at, 5)],
    ],
    ["settle", wasmTrunc.settle, trunc.settle, (at) => [at, p(at, 1), p(at, 2), p(at, 3), n, 16, 60, p(at, 4)]],
    ["lift", wasmTrunc.lift, trunc.lift, (at) => [at, p(at, 1), n, 16, 64, at]],
    ["halve", wasmTrunc.halve, trunc.halve, (at) => [at, n, 16, p(at, 1)]],
  ];
  return list.map(([name, serial, threaded, args]) => ({ name: `${name} of ${n}`, serial, threaded, args }));
}

/** Kernels of F_p on n elements; any words will do. */
function elements(n: number): Case[] {
  const p = (at: number, i: number) => at + STEP * i;
  const args = {
    ...{ add: 3, sub: 3, negate: 2, mul: 3, mulAdd: 3, reduce: 2, fromWords: 2, toWords: 2 },
    ...{ addScalar: 3, mulScalar: 3, mulScalarAdd: 3, inverse: 2 },
  };
  return (Object.entries(args) as [keyof typeof args, number][]).map(([name, vectors]) => ({
    name: `field.${name} of ${n}`,
    serial: wasmField[name],
    threaded: field[name],
    args: (at) => {
      const places = Array.from({ length: vectors }, (_, i) => p(at, i));
      return name === "inverse" ? [...places, Math.min(n, 1000), scratch] : [...places, n];
    },
  }));
}

/** Kernels of n words of authenticated bits. */
function authenticated(n: number): Case[] {
  const p = (at: number, i: number) => at + 2 * STEP * i;
  const list: [keyof typeof words, (at: number) => Argument[]][] = [
    ["addWhere", (at) => [at, p(at, 2), p(at, 1), n]],
    ["addOffsetWhere", (at) => [at, p(at, 2), p(at, 1), n]],
    ["unslice", (at) => [at, n, p(at, 1)]],
    ["hashWords", (at) => [at, n, p(at, 2), p(at, 2) + 16, 2n ** 40n, p(at, 1), scratch]],
  ];
  return list.map(([name, args]) => ({
    ...{ name: `words.${name} of ${n}`, serial: wasmAuthenticated[name], threaded: words[name], args },
  }));
}

function planes(count: number, bytes: number): Case[] {
  const list: [string, unknown, unknown, (at: number) => Argument[]][] = [
    ["packPlanes", wasmBits.packPlanes, bits.packPlanes, (at) => [at, bytes + 8, count, bytes, at + 3 * STEP]],
    ["unpackPlanes", wasmBits.unpackPlanes, bits.unpackPlanes, (at) => [at, bytes, count, at + 3 * STEP, bytes + 8]],
    [
      "repeatPlanes",
      wasmBits.repeatPlanes,
      bits.repeatPlanes,
      (at) => [at, bytes + 8, count, 8 * bytes - 3, 2, at + 3 * STEP, 8 * Math.ceil(bytes / 4)],
    ],
  ];
  return list.map(([name, serial, threaded, args]) => ({
    name: `${name} ${count} × ${bytes}`,
    serial,
    threaded,
    args,
  }));
}

/** Transfers of trees of depth k: keys, message, choices, Δ and rows each at a step of their own. */
function transfers(k: number, n: number): Case[] {
  const p = (at: number, i: number) => at + STEP * i;
  const streams = (keys: number) => ({ keys, k, chunk: 2n ** 40n });
  const hash = (at: number) => ({ offset: p(at, 3), salt: p(at, 3) + 16, tweak: 2n ** 40n, scratch });
  const list: [string, (at: number) => void, (at: number) => void][] = [
    [
      "receive",
      (at) => wasmOt.receive(at, k, 2n ** 40n, n, p(at, 3), p(at, 1), p(at, 2), scratch),
      (at) => ot.receive(streams(at), n, p(at, 3), { message: p(at, 1), rows: p(at, 2), scratch }),
    ],
    [
      "send",
      (at) => wasmOt.send(at, k, 2n ** 40n, n, p(at, 1), p(at, 3), p(at, 2), scratch),
      (at) => ot.send(streams(at), n, p(at, 3), { message: p(at, 1), rows: p(at, 2), scratch }),
    ],
    [
      "padWords",
      (at) => wasmPads.padWords(at, n, p(at, 3), p(at, 3) + 16, 2n ** 40n, p(at, 1), scratch),
      (at) => pads.padWords(at, n, hash(at), p(at, 1)),
    ],
    [
      "padBits",
      (at) => wasmPads.padBits(at, n, p(at, 3), p(at, 3) + 16, 2n ** 40n, p(at, 1), scratch),
      (at) => pads.padBits(at, n, hash(at), p(at, 1)),
    ],
  ];
  return list.map(([name, serial, threaded]) => ({
    name: `${name} of ${n} at depth ${k}`,
    serial,
    threaded,
    args: (at: number) => [at],
  }));
}

const CASES: readonly Case[] = [
  ...[2048, 2049, 8192, 10_001].flatMap((n) => [...transfers(4, n), ...transfers(2, n)]),
  ...LENGTHS.flatMap(vectors),
  ...[4095, 4097, 65_537, 70_001].flatMap(authenticated),
  ...[4095, 4096, 4097, 10_001, 65_537].flatMap(elements),
  ...[[16, 40, 30], [33, 97, 10], [257, 7, 33], [300, 60, 1]].flatMap(([m, k, n]) => [
    {
      name: `field.matmul ${m} × ${k} × ${n}`,
      serial: wasmProducts.matmul,
      threaded: field.matmul,
      args: (at: number) => [at, at + 2 * STEP, at + 4 * STEP, m!, k!, n!, scratch],
    },
    {
      name: `field.matmulTransposed ${m} × ${k} × ${n}`,
      serial: wasmProducts.matmulTransposed,
      threaded: field.matmulTransposed,
      args: (at: number) => [at, m! + 3, at + 2 * STEP, at + 4 * STEP, m!, k!, n!, scratch],
    },
  ]),
  ...[[2, 4096], [100, 83], [4097, 2]].map(([rows, n]) => ({
    name: `field.dot of ${rows} rows of ${n}`,
    serial: wasmProducts.dot,
    threaded: field.dot,
    args: (at: number) => [at, at + 2 * STEP, rows!, n!, at + 4 * STEP, scratch],
  })),
  ...[[63, 70, 0], [64, 64, 0], [1000, 1001, 0], [1000, 0, 1]].map(([n, stride, absent]) => ({
    name: `field.expandDigits of ${n}${absent === 0 ? "" : ", a leaf missing"}`,
    serial: wasmDigits,
    threaded: field.expandDigits,
    args: (at: number) => [at, at + STEP, absent!, 2n ** 40n, n!, stride!, at + 2 * STEP, at + 4 * STEP, scratch],
  })),
  ...[[1, 1_200_000], [3, 400_000], [70, 20_001]].flatMap(([count, bytes]) => planes(count!, bytes!)),
  ...[[1, 500, 500], [15, 200, 100], [16, 128, 128], [17, 300, 67], [100, 1, 2000], [257, 65, 33], [1000, 300, 1]]
    .map(
      ([m, k, n]) => ({
        name: `matmul ${m} × ${k} × ${n}`,
        serial: wasmMatmul,
        threaded: matmul,
        args: (at: number) => [at, at + 3 * STEP, at + 5 * STEP, m!, k!, n!, scratch],
      }),
    ),
  ...[[16, 128, 128], [130, 300, 7], [1000, 300, 1]].map(([m, k, n]) => ({
    name: `matmulTransposed ${m} × ${k} × ${n}`,
    serial: wasmTransposed,
    threaded: matmulTransposed,
    args: (at: number) => [at, m! + 3, at + 3 * STEP, at + 5 * STEP, m!, k!, n!, scratch],
  })),
  ...[500, 131_071, 131_072, 300_001].map((bytes) => ({
    name: `draw of ${bytes} bytes`,
    serial: wasmDraw,
    threaded: draw,
    args: (at: number) => [at, at + STEP, bytes],
  })),
  ...[1, 511, 512, 513, 1000, 4096].map((groups) => ({
    name: `chacha12 of ${groups} groups`,
    serial: wasmChacha12,
    threaded: chacha12,
    args: (at: number) => [at, 3n, 2n ** 64n - 700n, at + STEP, groups],
  })),
  ...[1, 63, 64, 65, 300, 1000, 2001].map((words) => ({
    name: `evaluate on ${words} words`,
    serial: wasmBits.evaluate,
    threaded: bits.evaluate,
    args: (at: number) => [program, 300, at, 8 * words, words],
  })),
];

for (const threads of [1, 2, 3, 4]) {
  Deno.test(`kernels with ${threads} threads do what they do with one`, () =>
    withThreads(threads, () => {
      for (const { name, serial, threaded, args } of CASES) {
        fillAreas();
        (serial as AnyKernel)(...args(first));
        (threaded as AnyKernel)(...args(second));
        assertEquals(firstDifference(), -1, name);
      }
    }));
}

/** The byte at which the areas differ, or −1. */
function firstDifference(): number {
  const [x, y] = [views.words32.subarray(first / 4, (first + AREA) / 4), views.words32.subarray(second / 4)];
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== y[i]) return 4 * i;
  }
  return -1;
}

/** A board with one helper: what is published on it only the helper can do. */
async function withLonelyHelper(body: (board: CallBoard) => void): Promise<void> {
  const board = new CallBoard(KERNELS, null);
  const worker = startHelper({ memory, board: board.shared, scratch: arena.allocate(8192) });
  try {
    await Promise.resolve(body(board));
  } finally {
    board.stop();
    worker.terminate();
  }
}

const TIMEOUT = 20_000;

Deno.test("a helper computes on the memory of the thread it helps, where it has grown too", () =>
  withLonelyHelper((board) => {
    const n = 10_000;
    const add = (x: number) => {
      views.words.fill(21n, x / 8, x / 8 + n);
      const args = [x, x, x, n];
      board.publish(
        { kernel: ADD, args, moves: [8, 8, 8, "count"], total: n, size: 1000 },
        1,
      );
      board.finish(TIMEOUT);
      assertEquals(views.words.subarray(x / 8, x / 8 + n).findIndex((word) => word !== 42n), -1);
    };
    add(first);
    add(reserve(memory.buffer.byteLength));
  }));

Deno.test("a trap in a helper is an error in the thread that it helps", () =>
  withLonelyHelper((board) => {
    const call = { kernel: ADD, moves: [8, 8, 8, "count"] as const, total: 1000, size: 100 };
    board.publish({ ...call, args: [first, first, 2 ** 32 - 65_536, 1000] }, 1);
    assertThrows(() => board.finish(TIMEOUT), Error, "A kernel failed: memory access out of bounds");
    board.publish({ ...call, args: [first, first, second, 1000] }, 1);
    board.finish(TIMEOUT);
  }));

Deno.test("a chunk that nobody finishes is an error, not a wait without end", () => {
  const board = new CallBoard(KERNELS, null);
  const moves = [8, 8, 8, "count"] as const;
  board.publish({ kernel: ADD, args: [0, 0, 0, 0], moves, total: 2, size: 1 }, 1);
  assertThrows(() => board.finish(50), Error, "has not finished its part");
});

Deno.test("a kernel that traps ends the pool with an error; the thread goes on alone", () =>
  withThreads(3, () => {
    const n = 1 << 17;
    assertThrows(
      () => ring.add(first, first, 3 * 2 ** 30, n),
      Error,
      "A kernel failed: memory access out of bounds",
    );
    fillAreas();
    ring.add(first, first, first, n);
    wasmRing.add(second, second, second, n);
    assertEquals(firstDifference(), -1);
  }));

Deno.test("a thread has one pool at a time, of 1 to 256 threads", () => {
  for (const threads of [0, -1, 1.5, NaN, 257]) {
    assertThrows(() => useThreads(threads, () => {}), RangeError, "1 to 256");
  }
  const stop = useThreads(2, () => {});
  assertThrows(() => useThreads(2, () => {}), TypeError, "already");
  stop();
  stop();
  useThreads(2, () => {})();
});

Deno.test("helpers that never come are not waited for", () => {
  const stop = useThreads(4, () => {});
  fillAreas();
  const n = 1 << 17;
  ring.mul(first, first, first, n);
  stop();
  wasmRing.mul(second, second, second, n);
  assertEquals(firstDifference(), -1);
});

Deno.test("what helpers had in scratch is overwritten in the end", async () => {
  const places: number[] = [];
  const workers: Worker[] = [];
  const stop = useThreads(3, (init) => {
    places.push(init.scratch);
    workers.push(startHelper(init));
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (let i = 0; i < 20; i++) matmul(first, first + STEP, first + 2 * STEP, 256, 256, 256, scratch);
  stop();
  for (const at of places) assertEquals(views.words.subarray(at / 8, at / 8 + 1024).findIndex((w) => w !== 0n), -1);
  for (const worker of workers) worker.terminate();
});

for (const how of ["at once", "busy", "asleep"]) {
  testWith(["run", "read"], `a process whose helpers are stopped ${how} ends`, async () => {
    const start = performance.now();
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-read", "--config", new URL("../../deno.json", import.meta.url).pathname],
        ...[new URL("./pool_process.ts", import.meta.url).pathname, how],
      ],
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), TIMEOUT);
    const { success, stdout, stderr } = await child.output();
    clearTimeout(timer);
    assertEquals(success, true, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), "stopped\n");
    assertLess(performance.now() - start, TIMEOUT);
  });
}
