import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { OwnedBits } from "./owned.ts";
import { add, addPublic, allOnes, subtractFromPublic, subtractWhere } from "./owned_arithmetic.ts";
import { type OwnedCircuit, runCircuit } from "./owned_circuit.ts";
import { MASK_BITS } from "./proofs.ts";
import { OwnedTable, packed, type TableParty } from "./testing/owned.ts";

/** The planes of numbers of `width` bits. */
function planesOf(numbers: readonly bigint[], width: number): number[][] {
  return Array.from({ length: width }, (_, j) => numbers.map((v) => Number(v >> BigInt(j) & 1n)));
}

/** The numbers of planes. */
function numbersOf(planes: readonly (readonly number[])[]): bigint[] {
  return planes[0]!.map((_, i) => planes.reduce((sum, plane, j) => sum | BigInt(plane[i]!) << BigInt(j), 0n));
}

const low = (v: bigint, width: number) => BigInt.asUintN(width, v);
let tables = 0;

/** Runs a circuit on planes at two parties and returns the planes of its results, which are authenticated and proved. */
function run(
  inputs: readonly (readonly number[])[],
  products: number,
  write: (circuit: OwnedCircuit, inputs: readonly OwnedBits[], party: TableParty) => readonly OwnedBits[],
): number[][] {
  const table = new OwnedTable(2, `arithmetic ${tables++}`), owner = tables % 2, n = inputs[0]!.length;
  const held = inputs.map((bits) => table.bits(owner, bits)), random = table.random(owner, n * products);
  const masks = table.random(owner, MASK_BITS), coin = new Uint8Array(32), outputs: (readonly OwnedBits[])[] = [];
  table.run((party) =>
    runCircuit(party, { owner, n, products }, random[party.self]!, (circuit) => {
      outputs[party.self] = write(circuit, held.map((of) => of[party.self]!), party);
    })
  );
  const taken = table.parties.map(({ proofs }) => proofs.take());
  for (const { self, proofs } of table.parties) {
    if (self === owner) continue;
    const message = table.parties[owner]!.proofs.message(taken[owner]!, self, coin, masks[owner]!);
    assert(proofs.accepts(taken[self]!, owner, message, coin, masks[self]!));
  }
  const values = outputs[0]!.map((_, i) => table.values(outputs.map((of) => of[i]!)));
  table.dispose();
  return values;
}

const blanks = (circuit: OwnedCircuit, n: number) => Array.from({ length: n }, () => circuit.blank());
const wantedOf = (places: readonly number[], to: readonly OwnedBits[]) => new Map(places.map((p, i) => [p, to[i]!]));

function checkAdd(x: readonly bigint[], y: readonly bigint[], width: number, places: readonly number[]): void {
  const planes = run([...planesOf(x, width), ...planesOf(y, width)], width, (circuit, bits) => {
    const sum = blanks(circuit, width), carries = blanks(circuit, places.length);
    add(circuit, [bits.slice(0, width), bits.slice(width)], sum, wantedOf(places, carries));
    return [...sum, ...carries];
  });
  assertEquals(numbersOf(planes.slice(0, width)), x.map((v, i) => low(v + y[i]!, width)));
  places.forEach((p, k) => {
    assertEquals(planes[width + k], x.map((v, i) => Number(low(v, p) + low(y[i]!, p) >> BigInt(p))), `into ${p}`);
  });
}

function checkPublic(c: readonly bigint[], x: readonly bigint[], width: number, places: readonly number[]): void {
  const planes = run(planesOf(x, width), width, (circuit, bits, { memory }) => {
    const difference = blanks(circuit, width), borrows = blanks(circuit, places.length);
    const public_ = planesOf(c, width).map((plane) => packed(memory, plane));
    subtractFromPublic(circuit, [public_, bits], difference, wantedOf(places, borrows));
    return [...difference, ...borrows];
  });
  assertEquals(numbersOf(planes.slice(0, width)), c.map((v, i) => low(v - x[i]!, width)));
  places.forEach((p, k) => {
    assertEquals(planes[width + k], c.map((v, i) => low(v, p) < low(x[i]!, p) ? 1 : 0), `into ${p}`);
  });
}

function checkAddPublic(c: readonly bigint[], x: readonly bigint[], width: number, places: readonly number[]): void {
  const planes = run(planesOf(x, width), width, (circuit, bits, { memory }) => {
    const sum = blanks(circuit, width), carries = blanks(circuit, places.length);
    addPublic(
      circuit,
      [bits, planesOf(c, width).map((plane) => packed(memory, plane))],
      sum,
      wantedOf(places, carries),
    );
    return [...sum, ...carries];
  });
  assertEquals(numbersOf(planes.slice(0, width)), c.map((v, i) => low(v + x[i]!, width)));
  places.forEach((p, k) => {
    assertEquals(planes[width + k], c.map((v, i) => Number(low(v, p) + low(x[i]!, p) >> BigInt(p))), `into ${p}`);
  });
}

interface Case {
  readonly x: readonly bigint[];
  readonly where: readonly number[];
  readonly constant: bigint;
}

function checkWhere({ x, where, constant }: Case, width: number, places: readonly number[]): void {
  const planes = run([...planesOf(x, width), [...where]], width, (circuit, bits) => {
    const difference = blanks(circuit, width), borrows = blanks(circuit, places.length);
    const of = { constant, where: bits[width]! };
    subtractWhere(circuit, [bits.slice(0, width), of], difference, wantedOf(places, borrows));
    return [...difference, ...borrows];
  });
  const y = where.map((bit) => bit === 1 ? constant : 0n);
  assertEquals(numbersOf(planes.slice(0, width)), x.map((v, i) => low(v - y[i]!, width)));
  places.forEach((p, k) => {
    assertEquals(planes[width + k], x.map((v, i) => low(v, p) < low(y[i]!, p) ? 1 : 0), `into ${p}`);
  });
}

/** All pairs of numbers of `width` bits. */
function pairs(width: number): [bigint[], bigint[]] {
  const all = Array.from({ length: 1 << width }, (_, i) => BigInt(i));
  return [all.flatMap((x) => all.map(() => x)), all.flatMap(() => all)];
}

Deno.test("sums and differences of all numbers of up to 4 bits, with all carries and borrows", () => {
  for (let width = 1; width <= 4; width++) {
    const [x, y] = pairs(width), places = Array.from({ length: width }, (_, j) => j + 1);
    checkAdd(x, y, width, places);
    checkPublic(x, y, width, places);
    checkAddPublic(x, y, width, places);
    for (let constant = 0n; constant < 1n << BigInt(width); constant++) {
      checkWhere({ x: [...x, ...x], where: [...x.map(() => 0), ...x.map(() => 1)], constant }, width, places);
    }
  }
});

const EDGES = [0n, 1n, 158n, 159n, 160n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 127n, 2n ** 128n - 159n, 2n ** 128n - 1n];

Deno.test("128 bits: sums, public minus owned, and minus 159 where a bit is set, at edges and anywhere", () => {
  const x = EDGES.flatMap((v) => EDGES.map(() => v)), y = EDGES.flatMap(() => EDGES), places = [1, 31, 64, 127, 128];
  checkAdd(x, y, 128, places);
  checkPublic(x, y, 128, places);
  checkAddPublic(x, y, 128, places);
  checkWhere({ x, where: x.map((_, i) => i % 3 % 2), constant: 159n }, 128, places);
  const number = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  const row = fc.tuple(number, number, fc.nat(1));
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 128 }), (rows, place) => {
      const [x, y, where] = [rows.map(([v]) => v), rows.map(([, v]) => v), rows.map(([, , bit]) => bit)];
      checkAdd(x, y, 128, [place]);
      checkPublic(x, y, 128, [place]);
      checkWhere({ x, where, constant: 159n }, 128, [place]);
    }),
    { seed: 5, numRuns: 3 },
  );
});

Deno.test("c − r mod p from both differences: c − r, or 159 less where it has wrapped", () => {
  const p = 2n ** 128n - 159n, table = new OwnedTable(2, "mod p");
  const c = Array.from({ length: 40 }, (_, i) => i % 4 === 0 ? EDGES[i / 4]! % p : table.numbers.wide() % p);
  const r = c.map((v, i) => i % 5 === 0 ? v : table.numbers.wide() % p);
  table.dispose();
  const planes = run(planesOf(r, 128), 256, (circuit, bits, { memory }) => {
    const [difference, out] = [blanks(circuit, 128), blanks(circuit, 128)], borrow = circuit.blank();
    const public_ = planesOf(c, 128).map((plane) => packed(memory, plane));
    subtractFromPublic(circuit, [public_, bits], difference, new Map([[128, borrow]]));
    subtractWhere(circuit, [difference, { constant: 159n, where: borrow }], out, new Map());
    return out;
  });
  assertEquals(numbersOf(planes), c.map((v, i) => ((v - r[i]!) % p + p) % p));
});

Deno.test("allOnes() is 1 for ones alone", () => {
  for (let width = 1; width <= 5; width++) {
    const x = Array.from({ length: 1 << width }, (_, i) => BigInt(i));
    const planes = run(planesOf(x, width), width - 1, (circuit, bits) => {
      const out = circuit.blank();
      allOnes(circuit, bits, out);
      return [out];
    });
    assertEquals(planes[0], x.map((_, i) => i === x.length - 1 ? 1 : 0));
  }
});
