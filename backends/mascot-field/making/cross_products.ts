/**
 * Additive shares of products over F_p of what one party chooses with and what another has: KOS16 (section 5, Π_Triple, Multiply).
 *
 * Two parties of a pair, either may be corrupt and deviate; both directions at once. A factor x of the chooser has 128 checked transfers
 * (`checked_transfers.ts`), its bits are the choices. It meets a row of elements of the sender: by its bits (`bit_products.ts`), or by digits of
 * four bits (`digit_products.ts`), which takes fewer bytes from rows of three elements on.
 *
 * What a corrupt sender does wrong stays unnoticed here: it can make an error in the product that is any sum of functions of the chooser's
 * digits, one of each. Whoever takes these products checks them, and takes a factor of its own that stays uniform though anything of x
 * becomes known by that.
 *
 * @module
 */
import { NO_DEMAND, round, type Step, together } from "@symbolon/protocol";
import { CHECKED_ROUNDS, checkedBytes, type CheckedTransfers, rowsBytes } from "@symbolon/primitives";
import type { StepCost } from "../cost.ts";
import { ELEMENT, elements, type Party } from "../party.ts";
import { bitMessageBytes, BitProducts } from "./bit_products.ts";
import {
  BITS,
  type CrossFactors,
  type CrossSize,
  GROUP,
  type PairFactors,
  type PairProducts,
} from "./cross_factors.ts";
import { digitMessageBytes, DigitProducts } from "./digit_products.ts";

/** Depth of the trees of transfers for products. */
export const TRANSFER_DEPTH = 4;

/** Most bytes of messages a round, unless two factors have more. */
const ROUND_BYTES = 1 << 24;

/** A party with transfers for pads with all others, in the order of `party.peers`. */
export interface CrossMaker {
  readonly party: Party;
  readonly pads: readonly CheckedTransfers[];
}

/**
 * Adds this party's shares of all products with all others, its own as chooser and as sender.
 *
 * Masked by: messages by what {@linkcode BitProducts} and {@linkcode DigitProducts} say; choices by what hides them in
 * `CheckedTransfers.extend`.
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
  const { messageBytes, products } = wayOf(width), pair = products({ ...factors, party, transfers, batch });
  const perRound = factorsPerRound(messageBytes), most = messageBytes * Math.min(count, perRound);
  const own = memory.scratch(most), theirs = memory.scratch(most);
  for (let from = 0; from < count; from += perRound) {
    const range = { from, count: Math.min(perRound, count - from) }, bytes = messageBytes * range.count;
    pair.offer(range, own);
    yield round([{ peer, at: own, bytes }], [{ peer, at: theirs, bytes }]);
    pair.collect(range, theirs);
  }
}

/** How factors meet rows of a width, and the bytes of a factor's message. */
interface Way {
  readonly messageBytes: number;
  readonly products: (pair: PairFactors) => PairProducts;
}

/** What takes fewer bytes. */
function wayOf(width: number): Way {
  const bits = bitMessageBytes(width), digits = digitMessageBytes(width);
  return digits < bits
    ? { messageBytes: digits, products: (pair) => new DigitProducts(pair) }
    : { messageBytes: bits, products: (pair) => new BitProducts(pair) };
}

/** Factors whose messages leave in one round: an even number, so that groups begin at sliced rows. */
function factorsPerRound(messageBytes: number): number {
  return GROUP * Math.max(1, Math.floor(ROUND_BYTES / (messageBytes * GROUP)));
}

/**
 * Exact cost of {@linkcode crossProducts}. Each way a factor takes 128 transfers of 4 bytes, and 2 KiB a product; from rows of three
 * elements on 4 KiB, and 512 bytes a product.
 */
export function crossCost({ count, width }: CrossSize): StepCost {
  if (count * width === 0) return { rounds: 0, bytes: 0, first: 0, demand: NO_DEMAND };
  const transfers = checkedBytes({ send: BITS * count, receive: BITS * count }, TRANSFER_DEPTH);
  const { messageBytes } = wayOf(width);
  return {
    rounds: CHECKED_ROUNDS + Math.ceil(count / factorsPerRound(messageBytes)),
    bytes: transfers + messageBytes * count,
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
