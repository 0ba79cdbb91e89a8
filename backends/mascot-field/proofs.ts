/**
 * Proofs that the products in circuits on owned bits are right: QuickSilver (YSWW21), with the check put off.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. The owner of bits a, b and c has tags t, a peer keys q = t ⊕ value · Δ², its own Δ². With
 * A0 = t_a · t_b and A1 = a · t_b ⊕ b · t_a ⊕ t_c at the owner, and B0 = q_a · q_b and B1 = q_c at the peer, all over GF(2^128),
 *
 *     B0 ⊕ B1 · Δ² = A0 ⊕ A1 · Δ² ⊕ (a · b ⊕ c) · Δ² · Δ².
 *
 * With the coefficients χ of a coin that comes later the owner tells Σ χ · A0 ⊕ m0 and Σ χ · A1 ⊕ m1, and the peer compares. If some c is
 * wrong, Σ χ · (a · b ⊕ c) is 0 with probability 2^-128, and otherwise at most two Δ² pass, of 2^127: 2^-126 and 2^-128 together.
 *
 * m1 are 128 random bits of the owner, put together by powers of X, and m0 their tags likewise: what is told is uniform but for what the
 * peer knows already. Each peer has 128 bits of its own: two peers with the same m1 could add what they were told, and what remains are
 * linear equations of the owner's bits, since they know each other's keys.
 *
 * @module
 */
import { type Memory, type PartyId, round, type Step } from "@symbolon/protocol";
import { bits as planes, draw, gf128, layout, startStream, STREAM_BYTES, words as rows } from "@symbolon/kernels";
import { hash, numberBytes } from "@symbolon/primitives";
import { type Holder, type OwnedBits, partOfBits, placeOf, ROW } from "./owned.ts";

/** Random bits of the owner that a proof to one peer takes. */
export const MASK_BITS = 128;
/** Bytes of a proof to one peer. */
export const PROOF_BYTES: number = 2 * ROW;
/** Rows of a piece of the log, unless more are logged at once: 64 KiB. */
const PIECE = 1 << 12;

/** Gates of one circuit, before they are logged. */
export interface CircuitGates {
  readonly owner: PartyId;
  readonly rows: number;
  /** At the owner by place of the peer A0 of all gates, then A1 of all; elsewhere B0 and B1 in one place. */
  readonly at: readonly number[];
  /** Gates so far. */
  used: number;
}

/** Some gates: two vectors of n rows, one after the other. */
interface Run {
  readonly at: number;
  readonly n: number;
}

/** Memory of logs. */
interface Piece {
  readonly at: number;
  readonly rows: number;
  used: number;
}

/** Gates that were not proved yet: by peer those of this party (A0 and A1), and those of the peer (B0 and B1). */
export interface Unproved {
  readonly own: readonly (readonly Run[])[];
  readonly theirs: readonly (readonly Run[])[];
  readonly pieces: readonly Piece[];
}

/** One party's log of gates, and what it tells and expects of them. */
export class Proofs {
  readonly #party: Holder;
  readonly #bitKey: number;
  readonly #free: Piece[] = [];
  #own: Run[][];
  #theirs: Run[][];
  #pieces: Piece[] = [];

  /** `bitKey`: the byte of Δ²_i. */
  constructor(party: Holder, bitKey: number) {
    this.#party = party;
    this.#bitKey = bitKey;
    this.#own = this.#byParty();
    this.#theirs = this.#byParty();
  }

  /** Room in scratch for a circuit with so many gates in all: they count once they are appended. */
  begin(owner: PartyId, rows: number): CircuitGates {
    const { self, parties, memory } = this.#party, places = self === owner ? parties - 1 : 1;
    return { owner, rows, at: Array.from({ length: places }, () => memory.scratch(2 * ROW * rows)), used: 0 };
  }

  /** c is said to be a ∧ b, bit by bit. */
  products(gates: CircuitGates, a: OwnedBits, b: OwnedBits, c: OwnedBits): void {
    const { self } = this.#party, { n } = c;
    gates.at.forEach((at, place) => {
      const [ra, rb, rc] = [a, b, c].map((of) => of.rows[place]!) as [number, number, number];
      const first = at + ROW * gates.used, second = first + ROW * gates.rows;
      gf128.mul(ra, rb, first, n);
      layout.copy(second, rc, ROW * n);
      if (self !== gates.owner) return;
      rows.addWhere(rb, a.values, second, n);
      rows.addWhere(ra, b.values, second, n);
    });
    gates.used += n;
  }

  /** Logs the gates of a circuit: all parties at once, when all have the owner's corrections. */
  append({ owner, rows, at }: CircuitGates): void {
    const { self } = this.#party;
    at.forEach((from, place) => {
      const log = self === owner ? this.#own[place < self ? place : place + 1]! : this.#theirs[owner]!;
      layout.copy(this.#append(log, rows), from, 2 * ROW * rows);
    });
  }

  /** All gates so far, to be proved; those from now on are for the next proof. */
  take(): Unproved {
    const unproved = { own: this.#own, theirs: this.#theirs, pieces: this.#pieces };
    this.#own = this.#byParty();
    this.#theirs = this.#byParty();
    this.#pieces = [];
    return unproved;
  }

  /** Their memory is used again. */
  proved({ pieces }: Unproved): void {
    for (const piece of pieces) {
      layout.clear(piece.at, ROW * piece.used);
      this.#free.push(piece);
    }
  }

  /**
   * What this party tells a peer, {@linkcode PROOF_BYTES}. `coin`: 32 bytes that nobody knew before all that is proved was fixed.
   *
   * Masked by: {@linkcode MASK_BITS} of `masks` for each peer, used for nothing else.
   */
  message(unproved: Unproved, peer: PartyId, coin: Uint8Array, masks: OwnedBits): Uint8Array {
    const { self, memory } = this.#party, mark = memory.mark();
    const sums = this.#combinations(unproved.own[peer]!, keyOf(coin, self)), powers = powersOfX(memory);
    const mask = this.#mask(masks, peer);
    gf128.dot(mask.rows[placeOf(self, peer)]!, powers, sums, MASK_BITS);
    // Bit i of the packed values is the coefficient of X^i.
    planes.xorInto(sums + ROW, mask.values, ROW / 8);
    const message = memory.bytes.slice(sums, sums + PROOF_BYTES);
    memory.release(mark);
    return message;
  }

  /** Whether what a peer has told of its gates is right. `masks`: the peer's. */
  accepts(unproved: Unproved, peer: PartyId, message: Uint8Array, coin: Uint8Array, masks: OwnedBits): boolean {
    const { self, memory } = this.#party, mark = memory.mark();
    const sum = this.#combinations(unproved.theirs[peer]!, keyOf(coin, peer)), told = memory.scratch(PROOF_BYTES);
    memory.bytes.set(message, told);
    gf128.dot(this.#mask(masks, self).rows[0]!, powersOfX(memory), sum, MASK_BITS);
    // What is told of A1 and B1 together, times Δ².
    planes.xorInto(told + ROW, sum + ROW, ROW / 8);
    gf128.mulScalarAdd(told + ROW, this.#bitKey, told, 1);
    const { words32 } = memory;
    let difference = 0;
    for (let i = 0; i < ROW / 4; i++) difference |= words32[sum / 4 + i]! ^ words32[told / 4 + i]!;
    memory.release(mark);
    return difference === 0;
  }

  /** The bits of `masks` that are for a proof to `peer`. */
  #mask(masks: OwnedBits, peer: PartyId): OwnedBits {
    return partOfBits(masks, MASK_BITS * placeOf(masks.owner, peer), MASK_BITS);
  }

  /** Σ χ · row, for both vectors: in scratch. */
  #combinations(runs: readonly Run[], key: Uint8Array): number {
    const { memory } = this.#party, sums = memory.scratch(2 * ROW), mark = memory.mark();
    const stream = memory.scratch(STREAM_BYTES), coefficients = memory.scratch(ROW * PIECE);
    const buckets = [0, 1].map(() => memory.scratch(gf128.BUCKETS_BYTES));
    layout.clear(sums, 2 * ROW);
    for (const at of buckets) layout.clear(at, gf128.BUCKETS_BYTES);
    memory.bytes.set(key, stream);
    startStream(stream);
    for (const { at, n } of runs) {
      for (let from = 0; from < n; from += PIECE) {
        const count = Math.min(PIECE, n - from);
        draw(stream, coefficients, ROW * count);
        buckets.forEach((to, v) => gf128.addToBuckets(at + ROW * (v * n + from), coefficients, to, count));
      }
    }
    buckets.forEach((from, v) => gf128.addBuckets(from, sums + ROW * v));
    memory.release(mark);
    return sums;
  }

  /** A place for n gates. */
  #append(log: Run[], n: number): number {
    const rows = 2 * n;
    let piece = this.#pieces.at(-1);
    if (piece === undefined || piece.used + rows > piece.rows) {
      const fits = this.#free.findIndex((free) => free.rows >= rows);
      const capacity = Math.max(rows, PIECE);
      const { at, rows: all } = fits >= 0
        ? this.#free.splice(fits, 1)[0]!
        : { at: this.#party.memory.allocate(ROW * capacity), rows: capacity };
      this.#pieces.push(piece = { at, rows: all, used: 0 });
    }
    const at = piece.at + ROW * piece.used;
    piece.used += rows;
    log.push({ at, n });
    return at;
  }

  #byParty(): Run[][] {
    return Array.from({ length: this.#party.parties }, () => []);
  }
}

/** Who proves, and to whom. */
export interface Prover extends Holder {
  readonly peers: readonly PartyId[];
  readonly proofs: Proofs;
}

/**
 * All gates so far are proved: whether this party accepts what the others have told. `masks`: {@linkcode MASK_BITS} for each peer, of each
 * owner that has gates, or may have. `coin`: as in {@linkcode Proofs.message}.
 *
 * Masked by: `masks`.
 *
 * Cost: 1 round, {@linkcode PROOF_BYTES} from each owner to each peer; none without owners.
 *
 * @throws {RangeError} if other owners have gates
 */
export function* proveAll(party: Prover, coin: Uint8Array, masks: readonly OwnedBits[]): Step<boolean> {
  const { self, parties, memory, peers, proofs } = party, unproved = proofs.take();
  const owners = masks.map(({ owner }) => owner);
  if (
    [...unproved.own, ...unproved.theirs].some((runs, i) =>
      runs.length > 0 && !owners.includes(i < parties ? self : i - parties)
    )
  ) {
    throw new RangeError("internal: gates of an owner that proves nothing are in the log");
  }
  const own = masks.filter(({ owner }) => owner === self), theirs = masks.filter(({ owner }) => owner !== self);
  const place = (peer: PartyId) => ({ peer, at: memory.scratch(PROOF_BYTES), bytes: PROOF_BYTES });
  const sent = own.flatMap((of) => peers.map((peer) => ({ of, message: place(peer) })));
  const received = theirs.map((of) => ({ of, message: place(of.owner) }));
  for (const { of, message: { peer, at } } of sent) memory.bytes.set(proofs.message(unproved, peer, coin, of), at);
  if (masks.length > 0) yield round(sent.map(({ message }) => message), received.map(({ message }) => message));
  const right = received.map(({ of, message: { peer, at } }) =>
    proofs.accepts(unproved, peer, memory.bytes.slice(at, at + PROOF_BYTES), coin, of)
  );
  proofs.proved(unproved);
  return right.every((one) => one);
}

/** The key of the coefficients for one owner's gates. */
function keyOf(coin: Uint8Array, owner: PartyId): Uint8Array {
  return hash("symbolon/mascot-field/proof", coin, numberBytes(owner));
}

/** 1, X, X², … in scratch. */
function powersOfX(memory: Memory): number {
  const at = memory.scratch(ROW * MASK_BITS), { bytes } = memory;
  layout.clear(at, ROW * MASK_BITS);
  for (let i = 0; i < MASK_BITS; i++) bytes[at + ROW * i + (i >> 3)] = 1 << (i & 7);
  return at;
}
