/**
 * Random permutations of one party with a sharing of permuted masks: what a shuffle takes.
 *
 * Two parties, either may be corrupt, semi-honest. One knows a permutation π, the other masks a and b of rows; the first learns
 * π(a) − b and nothing else. Oblivious switching networks, Mohassel and Sadeghian 2013, section 3.2, with one random transfer a
 * swap; the use is that of Chase, Ghosh and Poburinnaya 2020 (Secret-shared shuffle), section 4.
 *
 * @module
 */
import { type Cost, round, type Step } from "@symbolon/protocol";
import { layout, ring } from "@symbolon/kernels";
import {
  bothWays,
  CHUNK,
  costOf,
  eachPart,
  extensionBytes,
  networkPlaces,
  type OtParty,
  type OtReceiver,
  type OtSender,
  route,
  type RoutedNetwork,
  rowBytes,
  swapCount,
  type TreeDepth,
} from "@symbolon/primitives";

/** Most bytes of corrections a round, unless a chunk has more. */
const ROUND_BYTES = 1 << 24;
/** Transfers whose pads are made at a time: rows that are sliced together. */
const SLICE = 256;
/** Bytes of a block of pads. */
const BLOCK = 64;

/** Rows and their words. */
export interface Rows {
  readonly height: number;
  readonly width: number;
}

/** Blocks of the pad of a transfer: two rows. */
const blocksOf = (width: number) => Math.ceil(16 * width / BLOCK);
const chunksPerRound = (width: number) => Math.max(1, Math.floor(ROUND_BYTES / (16 * width * CHUNK)));

/** Cost of a permutation: {@linkcode permuteSend} is the party without it. */
function permuteRounds({ height, width }: Rows): number {
  const swaps = swapCount(height);
  return swaps === 0 ? 0 : 1 + Math.ceil(Math.ceil(swaps / CHUNK) / chunksPerRound(width));
}

/** Exact cost of a permutation for each directed link: rounds and bytes, both ways together. */
export function permutationCost(parties: number, rows: Rows, k: TreeDepth = 4): Cost {
  const swaps = swapCount(rows.height);
  return costOf(parties, permuteRounds(rows), () => extensionBytes(swaps, k) + 16 * rows.width * swaps);
}

/**
 * The party with the masks: draws b for its a. `rows` holds a and ends as b.
 *
 * A swap's rows i and j get the masks ρ_i − p_0 and ρ_j − p'_0 from its transfer's pads, so that a choice of 0 needs no correction.
 * Masked by: the pads that the receiver did not choose.
 */
function* permuteSend(end: OtSender, peer: number, { height, width }: Rows, rows: number): Step<void> {
  const swaps = swapCount(height);
  if (swaps === 0) return;
  const { memory, pads, delta, k } = end;
  const places = networkPlaces(height), stride = BLOCK * blocksOf(width), bytes = 16 * width;
  const reserved = end.reserve(swaps), message = memory.scratch(extensionBytes(swaps, k));
  yield round([], [{ peer, at: message, bytes: extensionBytes(swaps, k) }]);
  const perRound = CHUNK * chunksPerRound(width);
  const corrections = memory.scratch(bytes * Math.min(swaps, perRound));
  for (let start = 0; start < swaps; start += perRound) {
    const count = Math.min(perRound, swaps - start);
    eachPart(end, count, message + extensionBytes(start, k), (first, transfers, part) => {
      const mark = memory.mark();
      const at = memory.scratch(rowBytes(transfers));
      const tweak = end.part({ at, count: transfers, from: reserved }, part);
      const zeros = memory.scratch(stride * SLICE), ones = memory.scratch(stride * SLICE);
      for (let done = 0; done < transfers; done += SLICE) {
        const from = first + done, n = Math.min(SLICE, transfers - done);
        const slice = { at: at + 16 * done, n, tweak: tweak + BigInt(done) };
        pads.blocks({ ...slice, offset: pads.zero }, { from: 0, count: blocksOf(width) }, { at: zeros, stride });
        pads.blocks({ ...slice, offset: delta }, { from: 0, count: blocksOf(width) }, { at: ones, stride });
        for (let s = 0; s < n; s++) {
          const swap = start + from + s,
            d = corrections + bytes * (from + s),
            p0 = zeros + stride * s,
            p1 = ones + stride * s;
          const i = rows + 8 * width * places[2 * swap]!, j = rows + 8 * width * places[2 * swap + 1]!;
          // d = (ρ_j − ρ'_i, ρ_i − ρ'_j) − p_1
          layout.copy(d, j, 8 * width);
          layout.copy(d + 8 * width, i, 8 * width);
          ring.sub(d, p1, d, 2 * width);
          ring.sub(i, p0, i, width);
          ring.sub(j, p0 + 8 * width, j, width);
          ring.sub(d, i, d, width);
          ring.sub(d + 8 * width, j, d + 8 * width, width);
        }
      }
      memory.release(mark);
    });
    yield round([{ peer, at: corrections, bytes: bytes * count }], []);
  }
}

/** The party with the permutation: `rows` becomes π(a) − b. */
function* permuteReceive(
  end: OtReceiver,
  peer: number,
  { width }: Rows,
  { places, swaps }: RoutedNetwork,
  rows: number,
): Step<void> {
  const total = swaps.length;
  if (total === 0) return;
  const { memory, pads, k } = end;
  const stride = BLOCK * blocksOf(width), bytes = 16 * width;
  const message = memory.scratch(extensionBytes(total, k));
  // All pads at once, since the extension goes out before the corrections come in.
  const chosen = memory.scratch(stride * total), choices = memory.scratch(Math.ceil(total / 8) + 8);
  packChoices(memory.bytes, swaps, choices);
  const mark = memory.mark();
  const at = memory.scratch(rowBytes(total)), from = end.reserve(total);
  eachPart(end, total, message, (first, n, part) => {
    const tweak = end.part({ at, count: n, from }, choices + first / 8, part);
    const rows = { at, n, tweak, offset: pads.zero };
    pads.blocks(rows, { from: 0, count: blocksOf(width) }, { at: chosen + stride * first, stride });
  });
  memory.release(mark);
  yield round([{ peer, at: message, bytes: extensionBytes(total, k) }], []);
  const perRound = CHUNK * chunksPerRound(width);
  const corrections = memory.scratch(bytes * Math.min(total, perRound));
  const difference = memory.scratch(8 * width);
  for (let start = 0; start < total; start += perRound) {
    const count = Math.min(perRound, total - start);
    yield round([], [{ peer, at: corrections, bytes: bytes * count }]);
    for (let s = 0; s < count; s++) {
      const swap = start + s, d = corrections + bytes * s, pad = chosen + stride * swap;
      const i = rows + 8 * width * places[2 * swap]!, j = rows + 8 * width * places[2 * swap + 1]!;
      const choice = BigInt(swaps[swap]!);
      ring.mulScalar(d, choice, d, 2 * width);
      ring.add(d, pad, d, 2 * width);
      ring.sub(j, i, difference, width);
      ring.mulScalar(difference, choice, difference, width);
      ring.add(i, difference, i, width);
      ring.sub(j, difference, j, width);
      ring.add(i, d, i, width);
      ring.add(j, d + 8 * width, j, width);
    }
  }
}

/** Where a permutation is, and where its masks go. */
export interface PermutationPlaces {
  readonly order: number;
  /** The sum of π(a) − b, then a and b towards each other party. */
  readonly part: (i: number) => number;
}

/** This party's permutation with everybody's masks, and its masks for everybody's permutations. */
export function* permutation(ot: OtParty, rows: Rows, { order, part }: PermutationPlaces): Step<void> {
  const { self, memory, random, links } = ot;
  const n = rows.height * rows.width;
  const network = route(memory.words32.slice(order / 4, order / 4 + rows.height));
  const own = links.map((link, i) => ({ ...link, i, permuted: memory.scratch(8 * n) }));
  yield* bothWays(self, own, {
    *send({ peer, send, i }): Step<void> {
      const [a, b] = [part(1 + 2 * i + 1), part(1 + 2 * i + 2)];
      random.words(a, n);
      layout.copy(b, a, 8 * n);
      yield* permuteSend(send, peer, rows, b);
    },
    *receive({ peer, receive, permuted }): Step<void> {
      layout.clear(permuted, 8 * n);
      yield* permuteReceive(receive, peer, rows, network, permuted);
    },
  });
  layout.clear(part(1), 8 * n);
  for (const { permuted } of own) ring.add(part(1), permuted, part(1), n);
}

/** Bits from bytes that are 0 or 1. */
function packChoices(memory: Uint8Array, choices: Uint8Array, at: number): void {
  memory.fill(0, at, at + Math.ceil(choices.length / 8));
  choices.forEach((bit, i) => memory[at + (i >> 3)]! |= bit << (i & 7));
}
