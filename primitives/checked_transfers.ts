/**
 * F_Δ-ROT that holds against parties that deviate: transfers in both directions of a pair, given out once their check has passed.
 *
 * Two parties, either may be corrupt and deviate. The extension is that of `softspoken.ts`; the check is that of Roy 2022 (R22, section 4):
 * a linear hash x̃ of the choices and T̃ of the rows t, of which the sender makes Q̃ of its rows q and expects T̃ = Q̃ ⊕ x̃ ⊗ Δ. Choices that
 * differ between trees pass only where the receiver has guessed the trees' digits of Δ. The hash is 128 sums of rows, each of which is
 * selected at random for each sum: it is drawn from a fresh coin after all columns are there, afresh for every transfer, so two
 * vectors of choices have the same hash with probability 2^-128 however many there are. x̃ is masked by the choices of 128 transfers that
 * are given up. T̃ is sent as its hash, as in Baum et al. 2023 (BBDKORS23).
 *
 * Rows go either into pads (`OtPads`) or are used as they are, as keys and tags of authenticated bits; never both, under one Δ.
 *
 * @module
 */
import { type Entropy, type Memory, type Message, type PartyId, round, type Step, together } from "@symbolon/protocol";
import { type CheckCoin, COIN_BYTES } from "./check_coin.ts";
import { inconsistent } from "./checked_trees.ts";
import { hash, numberBytes, sameBytes } from "./prg.ts";
import type { OtPads } from "./ot_pads.ts";
import {
  CHUNK,
  eachPart,
  extensionBytes,
  type OtReceiver,
  type OtSender,
  type Reservation,
  type TreeDepth,
} from "./softspoken.ts";
import { CHOICES_HASH, hashChoices, hashRows, shiftRows, SUMS } from "./transfer_check.ts";

/** Bytes of what the receiver answers to a challenge: the hash of choices, and a hash of the hash of rows. */
const ANSWER: number = CHOICES_HASH + 32;

/** What rows of an end are for. */
export type RowUse = "pads" | "bits";

/** What transfers of a pair are made of. */
export interface CheckedEnds {
  readonly self: PartyId;
  readonly peer: PartyId;
  readonly entropy: Entropy;
  readonly use: RowUse;
  readonly send: OtSender;
  readonly receive: OtReceiver;
  readonly coin: CheckCoin;
}

/** Transfers to be made in both directions. Places are in linear memory; rows take {@linkcode rowsBytes}. */
export interface TransferBatch {
  /** Those of which this party has Δ. */
  readonly send: { readonly n: number; readonly rows: number };
  /** Those of which it has choices: ⌈n / 8⌉ bytes, lowest bit first. */
  readonly receive: { readonly n: number; readonly choices: number; readonly rows: number };
}

/** Rows whose check has passed, sliced as `OtPads` takes them. */
export interface CheckedRows {
  readonly at: number;
  readonly n: number;
  /** That of the first row. */
  readonly tweak: bigint;
}

/** Rows q = t ⊕ x · Δ in one direction, rows t in the other. */
export interface CheckedBatch {
  readonly sent: CheckedRows;
  readonly received: CheckedRows;
  /** The coin of the check: public, the same at both parties, and of no other batch. None where there are no transfers. */
  readonly coin: Uint8Array;
}

/** Rounds of a batch, if there are transfers in it. */
export const CHECKED_ROUNDS = 3;

/** Bytes that the rows of n transfers take. */
export function rowsBytes(n: number): number {
  return 16 * 256 * Math.ceil(n / 256);
}

/**
 * Bytes that a party sends for a batch in which it has the choices of `receive` transfers and Δ of `send`.
 *
 * 128 / k bits a transfer, and 176 bytes and 128 transfers a check.
 */
export function checkedBytes(
  { send, receive }: { readonly send: number; readonly receive: number },
  k: TreeDepth,
): number {
  if (send === 0 && receive === 0) return 0;
  return COIN_BYTES + (receive === 0 ? 0 : extensionBytes(SUMS, k) + extensionBytes(receive, k) + ANSWER);
}

/** Transfers of a pair. A check that fails, or is broken off, destroys them. */
export class CheckedTransfers {
  readonly #ends: CheckedEnds;
  readonly #memory: Memory;
  #alive = true;

  constructor(ends: CheckedEnds) {
    this.#ends = ends;
    this.#memory = ends.send.memory;
  }

  /** The other party. */
  get peer(): PartyId {
    return this.#ends.peer;
  }

  /** Place of the 16 bytes of Δ. */
  get delta(): number {
    return this.#ends.send.delta;
  }

  /**
   * The hash of rows, by direction.
   *
   * @throws {TypeError} if rows are used as they are
   */
  get pads(): { readonly send: OtPads; readonly receive: OtPads } {
    const { use, send, receive } = this.#ends;
    if (use !== "pads") throw new TypeError("Rows that are used as they are have no pads: set up transfers for pads");
    return { send: send.pads, receive: receive.pads };
  }

  /** Overwrites Δ and all keys. */
  destroy(): void {
    this.#alive = false;
    this.#ends.send.wipe();
    this.#ends.receive.wipe();
  }

  /**
   * Transfers in both directions under one check each.
   *
   * Masked by: what hides choices in {@linkcode OtReceiver.part}; their hash by 128 random choices that are used for nothing else.
   *
   * Cost: {@linkcode CHECKED_ROUNDS}, {@linkcode checkedBytes}; none where there are no transfers.
   *
   * @throws {ConsistencyError} if what the peer sent does not fit together
   * @throws {CommitmentError} if the peer opens another contribution to the challenge than it committed to
   * @throws {TypeError} if these transfers were destroyed
   */
  *extend({ send, receive }: TransferBatch): Step<CheckedBatch> {
    const { self, peer, coin } = this.#ends, memory = this.#memory;
    this.#assertAlive();
    if (send.n === 0 && receive.n === 0) {
      const none = { n: 0, tweak: 0n };
      return { sent: { at: send.rows, ...none }, received: { at: receive.rows, ...none }, coin: new Uint8Array() };
    }
    let passed = false;
    try {
      const own = this.#columns(this.#ends.receive, receive.n), theirs = this.#columns(this.#ends.send, send.n);
      const received = this.#choose(receive, own);
      let challenge = new Uint8Array();
      yield* together([
        swap(peer, own, theirs),
        (function* (): Step<void> {
          challenge = new Uint8Array(yield* coin.toss());
        })(),
      ]);
      this.#assertAlive();
      this.#answer(keyOf(challenge, peer, self), receive, own);
      const sent = this.#learn(send, theirs);
      yield* swap(peer, answerOf(own), answerOf(theirs));
      this.#assertAlive();
      if (!this.#isRight(keyOf(challenge, self, peer), send, theirs)) throw inconsistent(peer);
      passed = true;
      return {
        sent: { at: send.rows, n: send.n, tweak: sent },
        received: { at: receive.rows, n: receive.n, tweak: received },
        coin: challenge,
      };
    } finally {
      if (!passed) {
        this.destroy();
        memory.bytes.fill(0, send.rows, send.rows + rowsBytes(send.n));
        memory.bytes.fill(0, receive.rows, receive.rows + rowsBytes(receive.n));
      }
    }
  }

  /** One direction's chunks, and places for its messages and for the rows that are given up. */
  #columns(end: OtSender | OtReceiver, n: number): Columns {
    const memory = this.#memory, bytes = n === 0 ? 0 : extensionBytes(SUMS, end.k) + extensionBytes(n, end.k);
    return {
      from: end.reserve(n === 0 ? 0 : CHUNK + n),
      at: memory.scratch(bytes),
      bytes,
      spare: memory.scratch(rowsBytes(SUMS)),
      masks: memory.scratch(SUMS / 8),
      answer: memory.scratch(ANSWER),
    };
  }

  /** The receiver's rows and columns. Returns the tweak of the first row. */
  #choose({ n, choices, rows }: TransferBatch["receive"], { at, spare, masks, from }: Columns): bigint {
    if (n === 0) return 0n;
    const { receive: end, entropy } = this.#ends, memory = this.#memory;
    const drawn = new Uint8Array(SUMS / 8);
    entropy(drawn);
    memory.bytes.set(drawn, masks);
    drawn.fill(0);
    end.part({ at: spare, count: SUMS, from }, masks, at);
    const tweaks: bigint[] = [];
    eachPart(end, n, at + extensionBytes(SUMS, end.k), (first, count, message) => {
      tweaks.push(end.part({ at: rows + 16 * first, count, from }, choices + first / 8, message));
    });
    return tweaks[0]!;
  }

  /** The sender's rows from the columns. Returns the tweak of the first row. */
  #learn({ n, rows }: TransferBatch["send"], { at, spare, from }: Columns): bigint {
    if (n === 0) return 0n;
    const { send: end } = this.#ends;
    end.part({ at: spare, count: SUMS, from }, at);
    const tweaks: bigint[] = [];
    eachPart(end, n, at + extensionBytes(SUMS, end.k), (first, count, message) => {
      tweaks.push(end.part({ at: rows + 16 * first, count, from }, message));
    });
    return tweaks[0]!;
  }

  /** The receiver's answer to a challenge. */
  #answer(key: Uint8Array, { n, choices, rows }: TransferBatch["receive"], { spare, masks, answer }: Columns): void {
    if (n === 0) return;
    const memory = this.#memory;
    const x = hashChoices(memory, key, { spare: masks, at: choices, n });
    const t = hashRows(memory, key, { spare, at: rows, n });
    memory.bytes.set(x, answer);
    memory.bytes.set(digestOf(key, t), answer + CHOICES_HASH);
    t.fill(0);
    memory.bytes.fill(0, masks, masks + SUMS / 8);
    memory.bytes.fill(0, spare, spare + rowsBytes(SUMS));
  }

  /** Whether the receiver's answer fits the sender's rows. */
  #isRight(key: Uint8Array, { n, rows }: TransferBatch["send"], { spare, answer }: Columns): boolean {
    if (n === 0) return true;
    const memory = this.#memory, { delta } = this;
    const q = hashRows(memory, key, { spare, at: rows, n });
    const x = memory.bytes.slice(answer, answer + CHOICES_HASH);
    const t = shiftRows(q, x, memory.bytes.subarray(delta, delta + 16));
    const right = sameBytes(digestOf(key, t), memory.bytes.subarray(answer + CHOICES_HASH, answer + ANSWER));
    t.fill(0);
    memory.bytes.fill(0, spare, spare + rowsBytes(SUMS));
    return right;
  }

  #assertAlive(): void {
    if (this.#alive) return;
    throw new TypeError("These transfers were destroyed by a check that failed or was broken off: set up others");
  }
}

/** Bytes at a place. */
interface Piece {
  readonly at: number;
  readonly bytes: number;
}

/** One direction's messages: columns at a place and an answer; rows and choices that are given up. */
interface Columns extends Piece {
  readonly from: Reservation;
  readonly spare: number;
  readonly masks: number;
  readonly answer: number;
}

function answerOf({ answer, bytes }: Columns): Piece {
  return { at: answer, bytes: bytes === 0 ? 0 : ANSWER };
}

/** Sends one piece and receives another, in 1 round. */
function* swap(peer: PartyId, own: Piece, theirs: Piece): Step<void> {
  const message = ({ at, bytes }: Piece): Message => ({ peer, at, bytes });
  yield round([message(own)], [message(theirs)]);
}

/** The key of one direction's challenge. */
function keyOf(coin: Uint8Array, sender: PartyId, receiver: PartyId): Uint8Array {
  return hash("symbolon/ot/challenge", coin, numberBytes(sender), numberBytes(receiver));
}

function digestOf(key: Uint8Array, sums: Uint8Array): Uint8Array {
  return hash("symbolon/ot/check", key, sums);
}
