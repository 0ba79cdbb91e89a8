/**
 * Additive shares of products over F_p of what one party chooses with and what another has: KOS16 (section 5, Π_Triple, Multiply).
 *
 * Two parties of a pair, either may be corrupt and deviate; both directions at once. Gilboa 1999 (G99) on checked transfers
 * (`checked_transfers.ts`), 128 a factor x of the chooser, whose bits choose; a transfer carries a whole row where x meets many y. The
 * sender's pads p, p' of transfer i make a correction p − p' + y, so the chooser has p + x_i · y, and the sender takes −p.
 *
 * What a corrupt sender puts into corrections in place of y stays unnoticed here: an error in those of transfer i makes an
 * error in the product just if x_i = 1. Whoever takes these products checks them, and takes a factor of its own that stays uniform though
 * bits of x become known by that.
 *
 * @module
 */
import { NO_DEMAND, round, type Step, together } from "@symbolon/protocol";
import { fieldGilboa } from "@symbolon/kernels";
import {
  CHECKED_ROUNDS,
  type CheckedBatch,
  checkedBytes,
  type CheckedRows,
  type CheckedTransfers,
  type OtPads,
  rowsBytes,
} from "@symbolon/primitives";
import type { StepCost } from "../cost.ts";
import { ELEMENT, elements, type Party } from "../party.ts";

/** Depth of the trees of transfers for products. */
export const TRANSFER_DEPTH = 4;

/** Transfers of a factor, one a bit. */
const BITS = 128;
/** Factors whose pads are made together: those of 256 sliced rows. */
const GROUP = 2;
/** Elements of a block of a pad, and of a row at most that are worked on at a time: pads of a group then stay in the second-level cache. */
const BLOCK = 4;
const TILE = 8;
/** Bytes of corrections for a product. */
const CORRECTION = BITS * ELEMENT;
/** Most bytes of corrections a round, unless a single factor has more. */
const ROUND_BYTES = 1 << 24;

/** Factors that meet rows. */
export interface CrossSize {
  readonly count: number;
  /** Elements of a row. */
  readonly width: number;
}

/** What both parties of a pair bring, and which products they want. */
export interface CrossFactors extends CrossSize {
  /** Place of this party's `count` factors: 128-bit words, whose bits choose. */
  readonly x: number;
  /** Place of the row that factor e of the other party meets. */
  readonly row: (e: number) => number;
  /** Place of the elements to which the products of factor e are added, of either party. */
  readonly out: (e: number) => number;
}

/** A party with transfers for pads with all others, in the order of `party.peers`. */
export interface CrossMaker {
  readonly party: Party;
  readonly pads: readonly CheckedTransfers[];
}

/**
 * Adds this party's shares of all products with all others, its own as chooser and as sender.
 *
 * Masked by: corrections by the pad of the choice that was not taken; choices by what hides them in `CheckedTransfers.extend`.
 *
 * Cost: {@linkcode crossCost}.
 *
 * @throws {ConsistencyError} if a peer's transfers do not fit together
 */
export function* crossProducts({ party, pads }: CrossMaker, factors: CrossFactors): Step<void> {
  if (factors.count * factors.width === 0) return;
  yield* together(pads.map((transfers) => withPeer(party, transfers, factors)));
}

function* withPeer(party: Party, transfers: CheckedTransfers, factors: CrossFactors): Step<void> {
  const { memory } = party, { peer } = transfers, { count, width, x } = factors;
  const batch = yield* transfers.extend({
    send: { n: BITS * count, rows: memory.scratch(rowsBytes(BITS * count)) },
    receive: { n: BITS * count, choices: x, rows: memory.scratch(rowsBytes(BITS * count)) },
  });
  const pair = new Pair(party, transfers, batch, factors);
  const perRound = factorsPerRound(width), most = CORRECTION * width * Math.min(count, perRound);
  const own = memory.scratch(most), theirs = memory.scratch(most);
  for (let from = 0; from < count; from += perRound) {
    const now = Math.min(perRound, count - from), bytes = CORRECTION * width * now;
    pair.offer(from, now, own);
    yield round([{ peer, at: own, bytes }], [{ peer, at: theirs, bytes }]);
    pair.collect(from, now, theirs);
  }
}

/** A pair's rows after their check, and what is made of them. */
class Pair {
  readonly #party: Party;
  readonly #transfers: CheckedTransfers;
  readonly #batch: CheckedBatch;
  readonly #factors: CrossFactors;

  constructor(party: Party, transfers: CheckedTransfers, batch: CheckedBatch, factors: CrossFactors) {
    this.#party = party;
    this.#transfers = transfers;
    this.#batch = batch;
    this.#factors = factors;
  }

  /** The sender's part for `count` factors from number `from` on. */
  offer(from: number, count: number, corrections: number): void {
    const { memory } = this.#party, { width, row, out } = this.#factors, { pads } = this.#transfers;
    const mark = memory.mark(), scratch = memory.scratch(ELEMENT);
    const [zeros, ones] = [0, 1].map(() => memory.scratch(this.#padBytes)) as [number, number];
    this.#eachTile(from, count, (rows, tile) => {
      padsOf(pads.send, this.#batch.sent, pads.send.zero, rows, tile, zeros);
      padsOf(pads.send, this.#batch.sent, this.#transfers.delta, rows, tile, ones);
    }, (e, at, { done, elements, stride }) => {
      const to = corrections + CORRECTION * (width * (e - from) + done), step = ELEMENT * done;
      fieldGilboa.offer(zeros + at, ones + at, stride, row(e) + step, elements, to, out(e) + step, scratch);
    });
    memory.release(mark);
  }

  /** The chooser's part for them, with the sender's corrections: any bytes. */
  collect(from: number, count: number, corrections: number): void {
    const { memory } = this.#party, { width, x, out } = this.#factors, { pads } = this.#transfers;
    const mark = memory.mark(), scratch = memory.scratch(ELEMENT), all = memory.scratch(ELEMENT);
    memory.bytes.fill(255, all, all + ELEMENT);
    const chosen = memory.scratch(this.#padBytes);
    this.#eachTile(from, count, (rows, tile) => {
      padsOf(pads.receive, this.#batch.received, pads.receive.zero, rows, tile, chosen);
    }, (e, at, { done, elements, stride }) => {
      const theirs = corrections + CORRECTION * (width * (e - from) + done), to = out(e) + ELEMENT * done;
      fieldGilboa.collect(all, chosen + at, stride, elements, to, scratch);
      fieldGilboa.collect(x + ELEMENT * e, theirs, ELEMENT * elements, elements, to, scratch);
    });
    memory.release(mark);
  }

  /** Bytes of the pads of a group's tile. */
  get #padBytes(): number {
    return GROUP * BITS * ELEMENT * BLOCK * Math.ceil(Math.min(TILE, this.#factors.width) / BLOCK);
  }

  /** Tiles of rows, for groups of factors; then each factor of the group, with the place of its pads within those of the group. */
  #eachTile(
    from: number,
    count: number,
    group: (rows: Rows, tile: Tile) => void,
    factor: (e: number, at: number, tile: Tile) => void,
  ): void {
    const { width } = this.#factors;
    for (let e = from; e < from + count; e += GROUP) {
      const factors = Math.min(GROUP, from + count - e);
      for (let done = 0; done < width; done += TILE) {
        const elements = Math.min(TILE, width - done), tile = tileOf(done, elements);
        group({ first: BITS * e, n: BITS * factors }, tile);
        for (let i = 0; i < factors; i++) factor(e + i, BITS * tile.stride * i, tile);
      }
    }
  }
}

/** Rows of some factors. */
interface Rows {
  readonly first: number;
  readonly n: number;
}

/** Elements of a row from number `done` on, and bytes of the pads for them. */
interface Tile {
  readonly done: number;
  readonly elements: number;
  readonly stride: number;
}

function tileOf(done: number, elements: number): Tile {
  return { done, elements, stride: ELEMENT * BLOCK * Math.ceil(elements / BLOCK) };
}

function padsOf(
  pads: OtPads,
  { at, tweak }: CheckedRows,
  offset: number,
  { first, n }: Rows,
  { done, stride }: Tile,
  to: number,
): void {
  const rows = { at: at + ELEMENT * first, n, offset, tweak: tweak + BigInt(first) };
  pads.blocks(rows, { from: done / BLOCK, count: stride / (ELEMENT * BLOCK) }, { at: to, stride });
}

/** Factors whose corrections leave in one round: an even number, so that groups begin at sliced rows. */
function factorsPerRound(width: number): number {
  return GROUP * Math.max(1, Math.floor(ROUND_BYTES / (CORRECTION * width * GROUP)));
}

/** Exact cost of {@linkcode crossProducts}: a factor takes 128 transfers of 4 bytes, a product 2 KiB of corrections, each way. */
export function crossCost({ count, width }: CrossSize): StepCost {
  if (count * width === 0) return { rounds: 0, bytes: 0, first: 0, demand: NO_DEMAND };
  const transfers = checkedBytes({ send: BITS * count, receive: BITS * count }, TRANSFER_DEPTH);
  return {
    rounds: CHECKED_ROUNDS + Math.ceil(count / factorsPerRound(width)),
    bytes: transfers + CORRECTION * count * width,
    first: 0,
    demand: NO_DEMAND,
  };
}

/** n uniform 128-bit words, in scratch: factors to choose with. */
export function drawFactors(party: Party, n: number): number {
  const at = elements(party, n);
  party.random.bytes(at, ELEMENT * n);
  return at;
}
