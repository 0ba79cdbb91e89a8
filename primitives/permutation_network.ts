/**
 * A network of conditional swaps that puts n rows into any order.
 *
 * Beneš 1964, for every n: Chang and Melhem 1997 (Arbitrary size Benes networks), section 3. Each swap acts on two places, so the
 * rows stay where they are. The places depend on n alone; the swap bits depend on the order.
 *
 * @module
 */

/** A network with the bits that make one order. */
export interface RoutedNetwork {
  /** Swap s acts on places 2s and 2s + 1 of this list. */
  readonly places: Uint32Array;
  /** 1 where swap s exchanges its rows. */
  readonly swaps: Uint8Array;
}

/** Swaps of the network for n rows. */
export function swapCount(n: number): number {
  if (n < 2) return 0;
  if (n === 2) return 1;
  const half = Math.floor(n / 2);
  return 2 * half + swapCount(half) + swapCount(n - half);
}

/**
 * Places and bits such that row `order[i]` ends in place i.
 *
 * Time and addresses depend on the order: only who may know it may route it.
 */
export function route(order: Uint32Array): RoutedNetwork {
  const count = swapCount(order.length);
  const network = { places: new Uint32Array(2 * count), swaps: new Uint8Array(count) };
  write(network, { at: 0, first: 0, step: 1, order, last: -1 });
  return network;
}

/** The places of the network for n rows. */
export function networkPlaces(n: number): Uint32Array {
  return route(Uint32Array.from({ length: n }, (_, i) => i)).places;
}

/** A network over the places first, first + step, … and, where it is not −1, `last` instead of the last of them. */
interface Part {
  /** Its first swap. */
  readonly at: number;
  readonly first: number;
  readonly step: number;
  readonly last: number;
  readonly order: Uint32Array;
}

function write(network: RoutedNetwork, { at, first, step, order, last }: Part): number {
  const n = order.length;
  const place = (i: number) => i === n - 1 && last >= 0 ? last : first + step * i;
  const put = (i: number, swap: boolean) => {
    network.places[2 * at] = place(i);
    network.places[2 * at + 1] = place(i + 1);
    network.swaps[at++] = swap ? 1 : 0;
  };
  if (n < 2) return at;
  if (n === 2) {
    put(0, order[0] === 1);
    return at;
  }
  const half = Math.floor(n / 2);
  const { lower, inverse } = halves(order);
  for (let i = 0; i < half; i++) put(2 * i, lower[inverse[2 * i]!] === 1);
  const parts = [new Uint32Array(half), new Uint32Array(n - half)];
  for (let i = 0; i < n; i++) parts[lower[i]!]![i >> 1] = order[i]! >> 1;
  at = write(network, { at, first, step: 2 * step, order: parts[0]!, last: -1 });
  // The lower half has the second of each pair, and of an odd number of rows the last.
  const odd = n % 2 === 1;
  at = write(network, {
    ...{ at, first: place(1), step: 2 * step, order: parts[1]! },
    last: odd || last >= 0 ? place(n - 1) : -1,
  });
  for (let i = 0; i < half; i++) put(2 * i, lower[2 * i] === 1);
  return at;
}

/** Which half each row passes, by its place in the result: rows of a pair, before or after, pass different halves. */
function halves(order: Uint32Array): { lower: Uint8Array; inverse: Uint32Array } {
  const n = order.length, open = 2;
  const inverse = new Uint32Array(n), lower = new Uint8Array(n).fill(open);
  order.forEach((from, to) => inverse[from] = to);
  // Of an odd number the last place is reached through the lower half.
  for (let start = n - 1; start >= 0; start--) {
    for (let to = start; to < n && lower[to] === open;) {
      lower[to] = 1;
      const partner = order[to]! ^ 1;
      if (partner >= n) break;
      const other = inverse[partner]!;
      lower[other] = 0;
      to = other ^ 1;
    }
  }
  return { lower, inverse };
}
