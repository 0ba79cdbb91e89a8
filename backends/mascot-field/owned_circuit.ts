/**
 * Circuits on bits that one party knows: XOR is local, a product takes one random owned bit and one bit told, and all are proved later.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. A circuit is written once, as a function of what has `xor` and `and`: the owner runs it
 * before it tells the corrections of all products in one message, the others when they have received it. YSWW21.
 *
 * @module
 */
import { type PartyId, round, type Step } from "@symbolon/protocol";
import { bits as planes, layout, words as rows } from "@symbolon/kernels";
import { clearBits, copyBits, type OwnedBits, ownedBits, packedBytes, ROW, xorBits } from "./owned.ts";
import type { Party } from "./party.ts";
import type { CircuitGates } from "./proofs.ts";

/** A circuit for n instances side by side. */
export interface CircuitSize {
  readonly owner: PartyId;
  readonly n: number;
  /** Products of an instance. */
  readonly products: number;
}

/** Bytes that the owner tells each peer. */
export function circuitBytes({ n, products }: Omit<CircuitSize, "owner">): number {
  return Math.ceil(n * products / 8);
}

/** What a circuit works with: n random bits for each product, planes of corrections, and gates. */
interface CircuitRoom {
  readonly random: OwnedBits;
  readonly corrections: number;
  readonly gates: CircuitGates;
}

/** What writes a circuit. All vectors have n bits of one owner; `out` may be an operand. */
export class OwnedCircuit {
  readonly #party: Party;
  readonly #size: CircuitSize;
  readonly #random: OwnedBits;
  /** Planes of corrections, and at the owner of the random bits. */
  readonly #corrections: number;
  readonly #gates: CircuitGates;
  readonly #values: number;
  #next = 0;

  constructor(party: Party, size: CircuitSize, { random, corrections, gates }: CircuitRoom) {
    const { n, products, owner } = size, stride = packedBytes(n);
    this.#party = party;
    this.#size = size;
    this.#random = random;
    this.#corrections = corrections;
    this.#gates = gates;
    this.#values = 0;
    if (party.self === owner && products > 0) {
      this.#values = party.memory.scratch(stride * products);
      planes.unpackBits(random.values, 0n, products, n, this.#values, stride);
    }
  }

  get n(): number {
    return this.#size.n;
  }

  /** Products so far. */
  get products(): number {
    return this.#next;
  }

  /** A place for a result, in scratch. */
  blank(): OwnedBits {
    return ownedBits(this.#party, this.#size.owner, this.n);
  }

  /** out = x */
  copy(x: OwnedBits, out: OwnedBits): void {
    copyBits(this.#party, x, out);
  }

  /** out = 0 */
  clear(out: OwnedBits): void {
    clearBits(this.#party, out);
  }

  /** out ^= x */
  xor(x: OwnedBits, out: OwnedBits): void {
    xorBits(this.#party, x, out);
  }

  /** out ^= c, for n public bits c, packed. */
  xorPublic(c: number, out: OwnedBits): void {
    const { self, bitKey } = this.#party, { n } = this;
    if (self === out.owner) planes.xorInto(out.values, c, packedBytes(n) / 8);
    else rows.addOffsetWhere(bitKey, c, out.rows[0]!, n);
  }

  /** out ^= 1 */
  not(out: OwnedBits): void {
    const { self, memory, bitKey } = this.#party;
    if (self === out.owner) flip(memory.words32, out.values, packedBytes(this.n));
    else rows.addOffset(bitKey, out.rows[0]!, this.n);
  }

  /** out = x ∧ y */
  and(x: OwnedBits, y: OwnedBits, out: OwnedBits): void {
    const { self, memory, bitKey, proofs } = this.#party, { owner, n, products } = this.#size;
    const number = this.#next++;
    if (number >= products) throw new RangeError(`internal: a circuit of ${products} products has more`);
    const mark = memory.mark(), product = ownedBits(this.#party, owner, n), stride = packedBytes(n);
    const correction = this.#corrections + stride * number;
    product.rows.forEach((row, i) => layout.copy(row, this.#random.rows[i]! + ROW * n * number, ROW * n));
    if (self === owner) {
      and(memory.words32, [x.values, y.values, product.values], stride);
      layout.copy(correction, product.values, stride);
      planes.xorInto(correction, this.#values + stride * number, stride / 8);
    } else {
      // q ⊕ (r ⊕ c) · Δ², where q is the key of r: that of c.
      rows.addOffsetWhere(bitKey, correction, product.rows[0]!, n);
    }
    proofs.products(this.#gates, x, y, product);
    copyBits(this.#party, product, out);
    memory.release(mark);
  }
}

/** Turns packed bits. */
function flip(words: Uint32Array, at: number, bytes: number): void {
  for (let i = 0; i < bytes / 4; i++) words[at / 4 + i] = ~words[at / 4 + i]!;
}

/** to = x ∧ y, of packed bits. */
function and(words: Uint32Array, [x, y, to]: readonly [number, number, number], bytes: number): void {
  for (let i = 0; i < bytes / 4; i++) words[to / 4 + i] = words[x / 4 + i]! & words[y / 4 + i]!;
}

/**
 * Runs a circuit. `random`: n bits for each product, used for nothing else.
 *
 * Masked by: `random`.
 *
 * Cost: {@linkcode circuitBytes} from the owner to each peer, in 1 round; none where there are no products.
 */
export function* runCircuit(
  party: Party,
  size: CircuitSize,
  random: OwnedBits,
  write: (circuit: OwnedCircuit) => void,
): Step<void> {
  const { self, memory, peers, openings, proofs } = party, { owner, n, products } = size;
  const bytes = circuitBytes(size), stride = packedBytes(n);
  const corrections = memory.scratch(stride * products), packed = memory.scratch(packedBytes(n * products));
  const gates = proofs.begin(owner, n * products);
  const run = () => {
    const circuit = new OwnedCircuit(party, size, { random, corrections, gates });
    write(circuit);
    if (circuit.products !== products) throw new RangeError(`internal: ${circuit.products} products, not ${products}`);
  };
  if (bytes === 0) return run();
  if (self === owner) {
    run();
    planes.packBits(corrections, stride, products, n, packed);
    yield round(peers.map((peer) => ({ peer, at: packed, bytes })), []);
  } else {
    yield round([], [{ peer: owner, at: packed, bytes }]);
    planes.unpackBits(packed, 0n, products, n, corrections, stride);
    run();
  }
  openings.told(packed, bytes);
  // Not before: a check that begins meanwhile takes the same gates at all parties.
  proofs.append(gates);
}
