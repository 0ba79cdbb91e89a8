/** Material that does not fit into memory at once: made, kept, and used a portion at a time. */
import { assert, assertEquals } from "@std/assert";
import { PartyMemory } from "@symbolon/kernels";
import { MaterialReader, MaterialWriter } from "@symbolon/preprocessing";
import {
  type Demand,
  lockstep,
  type MaterialKind,
  type OperandCall,
  operandSizes,
  type Protocol,
  type Share,
  sizeOf,
  type Step,
  unitBytes,
} from "@symbolon/protocol";
import { Simulation } from "@symbolon/protocol/testing";
import { semi2k } from "@symbolon/semi2k";
import { Supply } from "@symbolon/vm";
import { testWith } from "./permissions.ts";

/** Bytes of a portion. */
const PORTION = 4096;
const ID = { backend: "semi2k", domain: "integers mod 2^64", parties: 2, tapeHash: "12".repeat(32) };

const products = { op: "products", turn: 0, addend: false, trunc: null } as const;
/** What runs how often, with the result for operands of threes: kinds are used at different speeds, one only at the end. */
const PARTS: readonly { readonly times: number; readonly call: OperandCall; readonly result: bigint }[] = [
  { times: 9, call: { ...products, shape: [70], terms: [{ kind: "mul", x: [70], y: [70] }] }, result: 9n },
  { times: 5, call: { ...products, shape: [5, 1], terms: [{ kind: "matmul", x: [5, 3], y: [3, 1] }] }, result: 27n },
  { times: 3, call: { ...products, shape: [70], terms: [{ kind: "mul", x: [70], y: [70] }] }, result: 9n },
  { times: 2, call: { op: "decompose", shape: [33, 1], turn: 0, bits: 1 }, result: 1n },
];
const TARGET = semi2k.target({});

function total(): Demand {
  const sum = new Map<MaterialKind, number>();
  for (const { times, call } of PARTS) {
    for (const [kind, n] of TARGET.cost(call).demand) sum.set(kind, (sum.get(kind) ?? 0) + times * n);
  }
  return sum;
}

const bytesOf = (held: Demand) => [...held].reduce((sum, [kind, n]) => sum + n * unitBytes(kind, TARGET.parties), 0);

/** A tensor of threes. */
function threes(p: Protocol, shape: readonly number[]): Share {
  const x = p.at(shape, p.memory.allocate(p.bytes(shape))), at = p.memory.allocate(8 * sizeOf(shape));
  p.memory.words.fill(3n, at / 8, at / 8 + sizeOf(shape));
  p.constant({ shape, at }, x);
  return x;
}

/** Runs a call on threes and opens the result. */
function* compute(p: Protocol, call: OperandCall, expected: bigint): Step<void> {
  const out = p.at(call.shape, p.memory.allocate(p.bytes(call.shape)));
  yield* p.step(call, operandSizes(call).map((n) => threes(p, [n])), out);
  const opened = p.memory.allocate(8 * sizeOf(call.shape));
  yield* p.open({ op: "open", to: "all", shape: call.shape, turn: 0 }, out, { shape: call.shape, at: opened });
  const values = p.memory.words.slice(opened / 8, opened / 8 + sizeOf(call.shape));
  assertEquals(values.every((v) => v === expected), true, `${call.op} gives ${values}`);
}

/** Every part with its material; `held` hears how many bytes of it there are. */
function* use(p: Protocol, demand: Demand, held: (bytes: number) => void): Step<void> {
  const supply = new Supply(p, demand, PORTION);
  yield* supply.start();
  for (const { times, call, result } of PARTS) {
    for (let i = 0; i < times; i++) {
      yield* supply.need(TARGET.cost(call).demand);
      held(bytesOf(p.stored!));
      yield* compute(p, call, result);
    }
  }
  assertEquals({ ...supply.spent, seconds: 0 }, { seconds: 0, rounds: 0, sent: [0, 0] });
}

testWith(["read", "write"], "material is made, kept, loaded and used portion by portion, at all parties alike", () => {
  const folder = Deno.makeTempDirSync();
  const makers = new Simulation(semi2k, {}, () => new PartyMemory(), { seed: "portions" });
  const memories = [new PartyMemory(), new PartyMemory()];
  try {
    const demand = total();
    assert(bytesOf(demand) > 4 * PORTION);
    const chunks: number[] = [];
    makers.run(function* (p): Step<void> {
      const writer = new MaterialWriter(folder, { ...ID, party: p.self });
      writer.start(new Uint8Array(32), demand);
      yield* new Supply(p, demand, PORTION).save({
        begin(kind, units, bytes) {
          chunks.push(bytes);
          writer.begin(kind, units, bytes);
        },
        write: (bytes) => writer.write(bytes),
      });
      writer.finish();
      writer.commit();
    });
    assert(chunks.length > 4 * 2 * demand.size && chunks.every((bytes) => bytes <= PORTION));

    const readers = [0, 1].map((party) => new MaterialReader(folder, { ...ID, party }, demand));
    const { results: users } = lockstep(memories.map((memory, self) => ({
      memory,
      step: semi2k.setup(self, {}, { memory, entropy: (b) => b.fill(1 + self), material: readers[self]! }),
    })));
    let most = 0;
    lockstep(users.map((p) => ({ memory: p.memory, step: use(p, demand, (bytes) => most = Math.max(most, bytes)) })));
    // A portion, what the largest part takes, and chunks of whole words of bits.
    const largest = Math.max(...PARTS.map(({ call }) => bytesOf(TARGET.cost(call).demand)));
    assert(most <= 2 * PORTION + largest && most < bytesOf(demand) / 2, `${most} bytes were held at once`);
    for (const reader of readers) reader.close();
    assertEquals([...Deno.readDirSync(folder)].every(({ name }) => name.endsWith(".used")), true);
  } finally {
    makers.dispose();
    for (const memory of memories) memory.dispose();
    Deno.removeSync(folder, { recursive: true });
  }
});
