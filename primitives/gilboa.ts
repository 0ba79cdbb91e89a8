/**
 * Additive shares of products x · y in Z_2^64, where the receiver knows x and the sender y.
 *
 * Two parties, either may be corrupt, semi-honest. Gilboa 1999 (G99) on correlated transfers, one a bit of x; transfer i
 * carries its values mod 2^(64 − i) only, as in Demmler, Schneider and Zohner 2015 (DSZ15). A transfer carries a whole row
 * where one x meets many y. Corrections leave in blocks of about 16 MiB, a round each, so that memory stays bounded.
 *
 * @module
 */
import { round, type Step } from "@symbolon/protocol";
import { gilboa } from "@symbolon/kernels";
import type { PadRows } from "./ot_pads.ts";
import {
  CHUNK,
  eachPart,
  extensionBytes,
  type OtReceiver,
  type OtSender,
  rowBytes,
  type TreeDepth,
} from "./softspoken.ts";

/** Bits of a word, transfers of a product. */
const WORD = 64;
/** Products of a chunk of transfers. */
const PER_CHUNK = CHUNK / WORD;
/** Bytes of corrections for a product: 64 + 63 + … + 1 bits. */
const CORRECTION_BYTES = 260;
/** Most bytes of corrections a round, unless a single chunk has more. */
const ROUND_BYTES = 1 << 24;
/** Entries whose rows are hashed together: those of 256 sliced rows. */
const GROUP = 4;
/** Words of a row that are worked on at a time: the pads of a group then stay in the second-level cache. */
const TILE = 32;
/** Bytes of pads that a transfer has in a tile, at most. */
const STRIDE = 8 * TILE;

/** `count` factors of the receiver, each with a row of `width` factors of the sender. */
interface Size {
  readonly count: number;
  readonly width: number;
}

/** What {@linkcode Size} costs. */
export interface ProductCost {
  readonly rounds: number;
  /** Bytes from the party with x: 64 transfers a factor. */
  readonly receiver: number;
  /** Bytes from the party with y: 260 a product. */
  readonly sender: number;
}

/** Rounds and bytes of `count` factors x, each times `width` factors y. */
export function productCost(count: number, width: number, k: TreeDepth): ProductCost {
  if (count === 0) return { rounds: 0, receiver: 0, sender: 0 };
  return {
    rounds: 1 + Math.ceil(count / factorsPerRound(width)),
    receiver: extensionBytes(WORD * count, k),
    sender: CORRECTION_BYTES * count * width,
  };
}

function factorsPerRound(width: number): number {
  return PER_CHUNK * Math.max(1, Math.floor(ROUND_BYTES / (CORRECTION_BYTES * PER_CHUNK * width)));
}

/** The sender's half of a part: transfers at `rows` for `n` products from number `from` on, corrections to be written. */
type Offer = (rows: number, tweak: bigint, from: number, n: number, corrections: number) => void;

function* send(end: OtSender, peer: number, { count, width }: Size, offer: Offer): Step<void> {
  if (count === 0) return;
  const { memory, k } = end;
  const transfers = WORD * count, perRound = factorsPerRound(width);
  const reserved = end.reserve(transfers);
  const message = memory.scratch(extensionBytes(transfers, k)), rows = memory.scratch(rowBytes(transfers));
  const corrections = memory.scratch(CORRECTION_BYTES * width * Math.min(count, perRound));
  yield round([], [{ peer, at: message, bytes: extensionBytes(transfers, k) }]);
  for (let start = 0; start < count; start += perRound) {
    const factors = Math.min(perRound, count - start);
    eachPart(end, WORD * factors, message + extensionBytes(WORD * start, k), (from, n, part) => {
      const tweak = end.part({ at: rows, count: n, from: reserved }, part), first = from / WORD;
      offer(rows, tweak, start + first, n / WORD, corrections + CORRECTION_BYTES * width * first);
    });
    yield round([{ peer, at: corrections, bytes: CORRECTION_BYTES * width * factors }], []);
  }
}

/** The receiver's halves of a part, before and after the corrections. */
interface Collect {
  before(rows: number, tweak: bigint, from: number, n: number): void;
  after(corrections: number, from: number, n: number): void;
}

function* receive(end: OtReceiver, peer: number, { count, width }: Size, x: number, collect: Collect): Step<void> {
  if (count === 0) return;
  const { memory, k } = end;
  const transfers = WORD * count, perRound = factorsPerRound(width);
  const reserved = end.reserve(transfers);
  const message = memory.scratch(extensionBytes(transfers, k)), rows = memory.scratch(rowBytes(transfers));
  const corrections = memory.scratch(CORRECTION_BYTES * width * Math.min(count, perRound));
  eachPart(end, transfers, message, (from, n, part) => {
    const tweak = end.part({ at: rows, count: n, from: reserved }, x + from / 8, part);
    collect.before(rows, tweak, from / WORD, n / WORD);
  });
  yield round([{ peer, at: message, bytes: extensionBytes(transfers, k) }], []);
  for (let start = 0; start < count; start += perRound) {
    const factors = Math.min(perRound, count - start);
    yield round([], [{ peer, at: corrections, bytes: CORRECTION_BYTES * width * factors }]);
    collect.after(corrections, start, factors);
  }
}

/**
 * `out` += the sender's shares of x_i · y_i, for its n words y; the receiver runs {@linkcode mulReceive}.
 *
 * Masked by: the pad of the choice that the receiver did not take.
 *
 * Cost: {@linkcode productCost} with width 1: 2 rounds up to 64,512 products.
 */
export function mulSend(end: OtSender, peer: number, n: number, { y, out }: { y: number; out: number }): Step<void> {
  const { memory, pads, delta } = end;
  return send(end, peer, { count: n, width: 1 }, (rows, tweak, from, n, corrections) => {
    const mark = memory.mark();
    const zeros = memory.scratch(8 * WORD * n), ones = memory.scratch(8 * WORD * n);
    const transfers = { at: rows, n: WORD * n, tweak };
    pads.words({ ...transfers, offset: pads.zero }, zeros);
    pads.words({ ...transfers, offset: delta }, ones);
    gilboa.offerScalars(zeros, ones, y + 8 * from, n, corrections, out + 8 * from);
    memory.release(mark);
  });
}

/**
 * `out` += the receiver's shares of x_i · y_i, for its n words x.
 *
 * Masked by: what hides choices in {@linkcode OtReceiver.part}.
 *
 * Cost: as {@linkcode mulSend}.
 */
export function mulReceive(
  end: OtReceiver,
  peer: number,
  n: number,
  { x, out }: { x: number; out: number },
): Step<void> {
  const { memory, pads } = end;
  return receive(end, peer, { count: n, width: 1 }, x, {
    before: (rows, tweak, from, n) => {
      const mark = memory.mark();
      const chosen = memory.scratch(8 * WORD * n);
      pads.words({ at: rows, n: WORD * n, offset: pads.zero, tweak }, chosen);
      gilboa.collectScalars(chosen, n, out + 8 * from);
      memory.release(mark);
    },
    after: (corrections, from, n) => gilboa.settleScalars(x + 8 * from, corrections, n, out + 8 * from),
  });
}

/** X of [m, k] at the receiver, Y of [k, n] at the sender. */
export type MatrixSize = readonly [m: number, k: number, n: number];

/**
 * `out` += the sender's share of X · Y, for its matrix Y; the receiver runs {@linkcode matmulReceive}. Each entry of X meets a row
 * of Y, so a transfer carries n words.
 *
 * Masked by: as {@linkcode mulSend}.
 *
 * Cost: {@linkcode productCost} with m · k factors of width n.
 */
export function matmulSend(
  end: OtSender,
  peer: number,
  size: MatrixSize,
  { y, out }: { y: number; out: number },
): Step<void> {
  const [m, k, n] = size;
  const { memory, pads, delta } = end;
  return send(end, peer, { count: n === 0 ? 0 : m * k, width: n }, (rows, tweak, from, count, corrections) => {
    const mark = memory.mark(), group = GROUP * WORD * STRIDE;
    const zeros = memory.scratch(group), ones = memory.scratch(group);
    eachTile({ from, count, k, n }, ({ first, entries, tile, words }) => {
      const transfers = { at: rows + 1024 * first, n: WORD * entries, tweak: tweak + BigInt(WORD * first) };
      rowPads(end, { ...transfers, offset: pads.zero }, tile, words, zeros);
      rowPads(end, { ...transfers, offset: delta }, tile, words, ones);
    }, (e, { row, result, words, done }) => {
      const at = WORD * STRIDE * (e % GROUP);
      const to = corrections + CORRECTION_BYTES * (n * e + done);
      gilboa.offer(zeros + at, ones + at, STRIDE, y + row, words, to, out + result);
    });
    memory.release(mark);
  });
}

/**
 * `out` += the receiver's share of X · Y, for its matrix X.
 *
 * Masked by: as {@linkcode mulReceive}.
 *
 * Cost: as {@linkcode matmulSend}.
 */
export function matmulReceive(
  end: OtReceiver,
  peer: number,
  size: MatrixSize,
  { x, out }: { x: number; out: number },
): Step<void> {
  const [m, k, n] = size;
  const { memory, pads } = end;
  return receive(end, peer, { count: n === 0 ? 0 : m * k, width: n }, x, {
    before: (rows, tweak, from, count) => {
      const mark = memory.mark();
      const chosen = memory.scratch(GROUP * WORD * STRIDE);
      eachTile({ from, count, k, n }, ({ first, entries, tile, words }) => {
        const at = rows + 1024 * first, transfers = tweak + BigInt(WORD * first);
        rowPads(end, { at, n: WORD * entries, tweak: transfers, offset: pads.zero }, tile, words, chosen);
      }, (e, { result, words }) => {
        gilboa.collect(chosen + WORD * STRIDE * (e % GROUP), STRIDE, words, out + result);
      });
      memory.release(mark);
    },
    after: (corrections, from, count) => {
      eachTile({ from, count, k, n }, () => {}, (e, { result, words, done }) => {
        gilboa.settle(x + 8 * (from + e), corrections + CORRECTION_BYTES * (n * e + done), words, out + result);
      });
    },
  });
}

/** A tile of the rows that a group of entries meets. */
interface GroupTile {
  /** First entry of the group, from the start of the part on. */
  readonly first: number;
  readonly entries: number;
  readonly tile: number;
  readonly words: number;
}

/** A tile of the row that one entry meets: places in Y and in the result, its words and those before it. */
interface EntryTile {
  readonly row: number;
  readonly result: number;
  readonly words: number;
  readonly done: number;
}

/** The tiles of the rows that entries `from` to `from + count` of X meet, in groups of entries; then each entry of the group. */
function eachTile(
  { from, count, k, n }: { from: number; count: number; k: number; n: number },
  group: (tile: GroupTile) => void,
  entry: (entry: number, tile: EntryTile) => void,
): void {
  for (let first = 0; first < count; first += GROUP) {
    const entries = Math.min(GROUP, count - first);
    for (let done = 0; done < n; done += TILE) {
      const words = Math.min(TILE, n - done);
      group({ first, entries, tile: done / TILE, words });
      for (let e = first; e < first + entries; e++) {
        const row = 8 * n * ((from + e) % k), result = 8 * n * Math.floor((from + e) / k);
        entry(e, { row: row + 8 * done, result: result + 8 * done, words, done });
      }
    }
  }
}

/** A tile of the pads of a group's transfers: words for the first 32 of an entry, halves of words for the others. */
function rowPads({ pads }: OtSender | OtReceiver, rows: PadRows, tile: number, words: number, at: number): void {
  const out = { at, stride: STRIDE };
  pads.blocks(rows, { from: TILE / 8 * tile, count: Math.ceil(words / 8), rows: [0, 32] }, out);
  pads.blocks(rows, { from: TILE / 16 * tile, count: Math.ceil(words / 16), rows: [32, 64] }, out);
}
