/**
 * Bits that one party knows, entered into the field.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. What the owner tells to enter a bit is opened: it goes into the log with its MACs.
 *
 * @module
 */
import { type PartyId, round, type Step } from "@symbolon/protocol";
import { bits as planes, layout, words as rows } from "@symbolon/kernels";
import type { StepCost } from "./cost.ts";
import { turnBits } from "./field_bits.ts";
import { demandOf, MATERIAL, sharedPart } from "./material.ts";
import { type OwnedBits, ownedBits, packedBytes, xorBits } from "./owned.ts";
import { openedOwnedBits } from "./owned_opening.ts";
import { ELEMENT, part, type Party, type Vector } from "./party.ts";

/** The next n bits of one party that are shared both ways. */
function takeBoth(party: Party, owner: PartyId, n: number): { readonly bits: OwnedBits; readonly shared: Vector } {
  const { store, self, memory } = party, units = store.take(MATERIAL.ownedDaBit.of(owner), n);
  const place = (part: number) => units.places[part]! + ELEMENT * units.from;
  const values = self === owner ? memory.scratch(packedBytes(n)) : 0;
  if (self === owner) rows.packLow(place(2), values, n);
  const tags = self === owner ? party.peers.map((_, i) => place(3 + i)) : [place(3)];
  return { bits: { owner, n, values, rows: tags }, shared: sharedPart(units, 0, n) };
}

/**
 * [out] = the bits, for some vectors of n bits each of one owner, one after the other.
 *
 * Masked by: random bits of the owner that are shared both ways, used for nothing else.
 *
 * Cost: {@linkcode enterBitsCost} from the owner to each peer.
 */
export function* enterBits(party: Party, xs: readonly OwnedBits[], out: Vector): Step<void> {
  const { self, memory, peers, openings } = party;
  if (out.n === 0) return;
  const { owner, n } = xs[0]!, count = xs.length, stride = packedBytes(n), bytes = Math.ceil(n * count / 8);
  const masks = xs.map(() => takeBoth(party, owner, n));
  const masked = masks.map(({ bits }) => ({ sum: ownedBits(party, owner, n), bits }));
  openings.expect(n * count);
  const told = memory.scratch(stride * count), packed = memory.scratch(packedBytes(n * count));
  const add = () =>
    masked.forEach(({ sum, bits }, i) => {
      if (self === owner) layout.copy(sum.values, bits.values, stride);
      bits.rows.forEach((row, p) => layout.copy(sum.rows[p]!, row, ELEMENT * n));
      xorBits(party, xs[i]!, sum);
    });
  if (self === owner) {
    add();
    masked.forEach(({ sum }, i) => layout.copy(told + stride * i, sum.values, stride));
    planes.packBits(told, stride, count, n, packed);
    yield round(peers.map((peer) => ({ peer, at: packed, bytes })), []);
  } else {
    yield round([], [{ peer: owner, at: packed, bytes }]);
    add();
  }
  planes.unpackBits(packed, 0n, count, n, told, stride);
  masked.forEach(({ sum }, i) => {
    const c = told + stride * i;
    openedOwnedBits(party, sum, c);
    turnBits(party, masks[i]!.shared, c, part(out, n * i, n));
  });
}

/** Cost of {@linkcode enterBits} for so many bits of party 0: 1 round, a bit each. */
export function enterBitsCost(bits: number): StepCost {
  const rounds = bits === 0 ? 0 : 1;
  return { rounds, bytes: 0, first: Math.ceil(bits / 8), demand: demandOf(MATERIAL.ownedDaBit.of(0), bits) };
}
