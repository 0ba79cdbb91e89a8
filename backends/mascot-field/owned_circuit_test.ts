import { type Step, together } from "@symbolon/protocol";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { OwnedBits } from "./owned.ts";
import { circuitBytes, type OwnedCircuit, runCircuit } from "./owned_circuit.ts";
import { MASK_BITS, PROOF_BYTES, proveAll, type Unproved } from "./proofs.ts";
import { OwnedTable, packed, type TableParty } from "./testing/owned.ts";

/** Writes a circuit at one party: its inputs and where its outputs belong. */
type Writer = (circuit: OwnedCircuit, inputs: readonly OwnedBits[], party: TableParty) => readonly OwnedBits[];

interface Outcome {
  /** By output its bits; null where keys do not fit tags. */
  readonly outputs: readonly (readonly number[] | null)[];
  /** By party whether it accepts the owner's proof. */
  readonly accepted: readonly boolean[];
}

interface Trial {
  readonly table: OwnedTable;
  readonly owner: number;
  readonly products: number;
  readonly coin?: Uint8Array;
  /** What a cheat does after its tags are dealt, before it sends corrections. */
  readonly tamper?: (message: { readonly at: number; readonly party: TableParty }) => void;
}

/** Runs and proves a circuit. */
function run(
  { table, owner, products, coin, tamper }: Trial,
  inputs: readonly (readonly number[])[],
  write: Writer,
): Outcome {
  const n = inputs[0]!.length, { parties } = table;
  const held = inputs.map((bits) => table.bits(owner, bits)), random = table.random(owner, n * products);
  const masks = table.random(owner, MASK_BITS * (parties.length - 1));
  const outputs: (readonly OwnedBits[])[] = [];
  const { traffic } = table.run((party) =>
    runCircuit(party, { owner, n, products }, random[party.self]!, (circuit) => {
      outputs[party.self] = write(circuit, held.map((of) => of[party.self]!), party);
    }), (rounds) => {
    const at = rounds[owner]!.send[0]?.at;
    if (tamper !== undefined && at !== undefined) tamper({ at, party: parties[owner]! });
  });
  const bytes = circuitBytes({ n, products });
  for (const [p, { rounds, sent }] of traffic.entries()) {
    assertEquals([rounds, sent], [bytes > 0 ? 1 : 0, parties.map((_, to) => p === owner && to !== owner ? bytes : 0)]);
  }
  const taken = parties.map(({ proofs }) => proofs.take()), challenge = coin ?? new Uint8Array(32).fill(5);
  const accepted = parties.map(({ self, proofs }) => {
    if (self === owner) return true;
    const message = parties[owner]!.proofs.message(taken[owner]!, self, challenge, masks[owner]!);
    assertEquals(message.length, PROOF_BYTES);
    return proofs.accepts(taken[self]!, owner, message, challenge, masks[self]!);
  });
  parties.forEach(({ proofs }, p) => proofs.proved(taken[p]!));
  return {
    outputs: outputs[0]!.map((_, i) => {
      try {
        return table.values(outputs.map((of) => of[i]!));
      } catch {
        return null;
      }
    }),
    accepted,
  };
}

const AND: Writer = (circuit, [x, y]) => {
  const out = circuit.blank();
  circuit.and(x!, y!, out);
  return [out];
};

Deno.test("a circuit on owned bits gives authenticated results, and its proof is accepted, for any owner and number of parties", () => {
  for (const parties of [2, 3, 4]) {
    const table = new OwnedTable(parties, `circuit ${parties}`);
    for (let owner = 0; owner < parties; owner++) {
      for (const n of [1, 3, 64, 65, 130]) {
        const [x, y, z] = [0, 1, 2].map(() => table.numbers.bits(n)) as [number[], number[], number[]];
        const { outputs, accepted } = run(
          { table, owner, products: 2 },
          [x, y, z],
          (circuit, [a, b, c], { memory }) => {
            // (a ∧ b) ⊕ ¬c, then that ∧ (a ⊕ public z), in place.
            const out = circuit.blank(), other = circuit.blank(), last = circuit.blank();
            circuit.and(a!, b!, out);
            circuit.copy(c!, other);
            circuit.not(other);
            circuit.xor(other, out);
            circuit.copy(a!, last);
            circuit.xorPublic(packed(memory, z), last);
            circuit.and(last, out, last);
            return [out, last];
          },
        );
        const first = x.map((v, i) => v & y[i]! ^ 1 ^ z[i]!);
        assertEquals(outputs, [first, first.map((v, i) => v & (x[i]! ^ z[i]!))]);
        assert(accepted.every((ok) => ok));
      }
    }
    assert(table.opensRight());
    table.dispose();
  }
});

Deno.test("all inputs and operands: a product of bits, and of a bit with itself", () => {
  const table = new OwnedTable(2, "and");
  const [x, y] = [[0, 0, 1, 1], [0, 1, 0, 1]];
  assertEquals(run({ table, owner: 1, products: 1 }, [x, y], AND), { outputs: [[0, 0, 0, 1]], accepted: [true, true] });
  const square: Writer = (circuit, [a]) => {
    const out = circuit.blank();
    circuit.and(a!, a!, out);
    return [out];
  };
  assertEquals(run({ table, owner: 0, products: 1 }, [x], square).outputs, [x]);
  table.dispose();
});

Deno.test("proofs of many gates, more than one piece of a log has, and of none", () => {
  const table = new OwnedTable(2, "many"), n = 5000;
  const [x, y] = [table.numbers.bits(n), table.numbers.bits(n)];
  for (let times = 0; times < 2; times++) {
    const { outputs, accepted } = run({ table, owner: 0, products: 1 }, [x, y], AND);
    assertEquals([outputs, accepted], [[x.map((v, i) => v & y[i]!)], [true, true]]);
  }
  assertEquals(run({ table, owner: 0, products: 0 }, [x], (_, inputs) => inputs), {
    outputs: [x],
    accepted: [true, true],
  });
  table.dispose();
});

Deno.test("one wrong product, told to all or to one, is found whichever it is", () => {
  for (const parties of [2, 3]) {
    const n = 70;
    for (let wrong = 0; wrong < n; wrong += 7) {
      const table = new OwnedTable(parties, `wrong ${parties}`);
      const [x, y] = [table.numbers.bits(n), table.numbers.bits(n)];
      const flip = ({ at, party }: { at: number; party: TableParty }) => {
        party.memory.bytes[at + (wrong >> 3)]! ^= 1 << (wrong & 7);
      };
      const { accepted } = run({ table, owner: 1, products: 1, tamper: flip }, [x, y], AND);
      assertEquals(accepted, accepted.map((_, p) => p === 1), `gate ${wrong}`);
      table.dispose();
    }
  }
});

Deno.test("two wrong products do not cancel, nor wrong products with changed proofs", () => {
  const n = 8, zeros = new Array<number>(n).fill(0);
  for (let coin = 0; coin < 20; coin++) {
    const table = new OwnedTable(2, "two wrong");
    const outcome = run(
      {
        ...{ table, owner: 0, products: 1, coin: new Uint8Array(32).fill(coin) },
        tamper: ({ at, party }) => party.memory.bytes[at]! ^= 0b10010,
      },
      [zeros, zeros],
      AND,
    );
    assertEquals(outcome.accepted, [true, false]);
    table.dispose();
  }
});

Deno.test("any change of a proof is refused, as is one for another coin, other masks or another peer", () => {
  const table = new OwnedTable(3, "changed"), { parties } = table, owner = 0, n = 9;
  const x = table.random(owner, n), y = table.random(owner, n), random = table.random(owner, n);
  const masks = table.random(owner, 2 * MASK_BITS), others = table.random(owner, 2 * MASK_BITS);
  table.run((party) =>
    runCircuit(party, { owner, n, products: 1 }, random[party.self]!, (circuit) => {
      circuit.and(x[party.self]!, y[party.self]!, circuit.blank());
    })
  );
  const [own, first, second] = parties.map(({ proofs }) => proofs.take());
  const coin = new Uint8Array(32), proofs = parties[0]!.proofs;
  const message = proofs.message(own!, 1, coin, masks[0]!);
  const accepts = (message: Uint8Array, by = coin, mask = masks[1]!) =>
    parties[1]!.proofs.accepts(first!, owner, message, by, mask);
  assert(accepts(message));
  for (let bit = 0; bit < 8 * PROOF_BYTES; bit++) {
    const changed = message.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert(!accepts(changed), `bit ${bit}`);
  }
  assert(!accepts(message, new Uint8Array(32).fill(1)));
  // Bits that mask one peer's proof mask no other's.
  const flipped = (peer: number, bit: number) => {
    const { memory } = parties[0]!, at = masks[0]!.values + (bit >> 3);
    memory.bytes[at]! ^= 1 << (bit & 7);
    const changed = proofs.message(own!, peer, coin, masks[0]!);
    memory.bytes[at]! ^= 1 << (bit & 7);
    return changed;
  };
  const toSecond = proofs.message(own!, 2, coin, masks[0]!);
  for (const bit of [0, MASK_BITS - 1]) {
    assertNotEquals(flipped(1, bit), message);
    assertEquals(flipped(2, bit), toSecond);
    assertEquals(flipped(1, MASK_BITS + bit), message);
    assertNotEquals(flipped(2, MASK_BITS + bit), toSecond);
  }
  assert(!accepts(message, coin, others[1]!));
  assert(!parties[2]!.proofs.accepts(second!, owner, message, coin, masks[2]!));
  table.dispose();
});

Deno.test("what is told to a peer is uniform over the masks: each of its bits is set about half the time", () => {
  // 256 counts of 400 are off by 6 standard deviations with probability 5e-7.
  const table = new OwnedTable(2, "uniform"), { parties } = table, n = 3, times = 400;
  const zeros = table.bits(0, [0, 1, 1]), random = table.random(0, n);
  table.run((party) =>
    runCircuit(party, { owner: 0, n, products: 1 }, random[party.self]!, (circuit) => {
      circuit.and(zeros[party.self]!, zeros[party.self]!, circuit.blank());
    })
  );
  const taken = parties[0]!.proofs.take(), counts = new Array<number>(8 * PROOF_BYTES).fill(0);
  for (let i = 0; i < times; i++) {
    const message = parties[0]!.proofs.message(taken, 1, new Uint8Array(32), table.random(0, MASK_BITS)[0]!);
    counts.forEach((_, bit) => counts[bit]! += message[bit >> 3]! >> (bit & 7) & 1);
  }
  for (const count of counts) assert(Math.abs(count - times / 2) < 6 * Math.sqrt(times / 4), `${count} of ${times}`);
  table.dispose();
});

Deno.test("what a check takes while a circuit is under way is the same at all parties: its gates come later", () => {
  const table = new OwnedTable(2, "under way"), n = 5;
  const [x, random] = [table.random(0, n), table.random(0, n)], early: Unproved[] = [];
  table.run(function* (party) {
    const circuit = runCircuit(party, { owner: 0, n, products: 1 }, random[party.self]!, (circuit) => {
      circuit.and(x[party.self]!, x[party.self]!, circuit.blank());
    });
    // deno-lint-ignore require-yield -- a step of no rounds
    const taking = (function* (): Step<void> {
      early[party.self] = party.proofs.take();
    })();
    yield* together([circuit, taking]);
  });
  for (const { own, theirs } of early) assertEquals([...own, ...theirs].flat(), []);
  assertEquals(
    table.parties.map(({ proofs }) => proofs.take()).map(({ own, theirs }) => [own, theirs].flat(2).length),
    [1, 1],
  );
  table.dispose();
});

Deno.test("gates of an owner that does not prove them are not dropped", () => {
  const table = new OwnedTable(2, "dropped"), [x, random, masks] = [1, 1, MASK_BITS].map((n) => table.random(0, n));
  const others = table.random(1, MASK_BITS), coin = new Uint8Array(32), all = [masks!, others];
  const prove = (of: readonly (readonly OwnedBits[])[]) =>
    table.run((party) => proveAll(party, coin, of.map((held) => held[party.self]!))).results;
  const gate = () =>
    table.run((party) =>
      runCircuit(party, { owner: 0, n: 1, products: 1 }, random![party.self]!, (circuit) => {
        circuit.and(x![party.self]!, x![party.self]!, circuit.blank());
      })
    );
  gate();
  assertThrows(() => prove([others]), RangeError, "gates of an owner that proves nothing");
  for (const { proofs } of table.parties) proofs.take();
  gate();
  assertEquals(prove(all), [true, true]);
  assertEquals(prove([]), [true, true]);
  table.dispose();
});

Deno.test("a circuit with another number of products than was said is refused", () => {
  const table = new OwnedTable(2, "count");
  assertThrows(() => run({ table, owner: 0, products: 2 }, [[1], [0]], AND), RangeError, "1 products, not 2");
  assertThrows(() => run({ table, owner: 0, products: 0 }, [[1], [0]], AND), RangeError, "has more");
  table.dispose();
});

Deno.test("any circuit of xor, not and and is what it is in the clear", () => {
  const gate = fc.record({ op: fc.constantFrom("xor", "not", "and"), x: fc.nat(5), y: fc.nat(5) });
  let seed = 0;
  fc.assert(
    fc.property(fc.array(gate, { maxLength: 25 }), fc.integer({ min: 1, max: 70 }), (gates, n) => {
      const table = new OwnedTable(2, `any ${seed++}`), wires = Array.from({ length: 6 }, () => table.numbers.bits(n));
      const products = gates.filter(({ op }) => op === "and").length;
      const { outputs, accepted } = run({ table, owner: seed % 2, products }, wires, (circuit, inputs) => {
        for (const { op, x, y } of gates) {
          if (op === "and") circuit.and(inputs[x]!, inputs[y]!, inputs[y]!);
          else if (op === "not") circuit.not(inputs[y]!);
          else circuit.xor(inputs[x]!, inputs[y]!);
        }
        return inputs;
      });
      for (const { op, x, y } of gates) {
        wires[y] = wires[y]!.map((v, i) => op === "and" ? v & wires[x]![i]! : op === "not" ? 1 - v : v ^ wires[x]![i]!);
      }
      assertEquals(outputs, wires);
      assert(accepted.every((ok) => ok));
      table.dispose();
    }),
    { seed: 8, numRuns: 40 },
  );
});
