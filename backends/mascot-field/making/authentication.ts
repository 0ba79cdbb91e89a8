/**
 * F_[·], its input: elements that one party knows, authenticated to all others.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. KOS16 (section 4, Π_[·], Input) on COPE by digits (`field_links.ts`). A corrupt owner can send
 * corrections of several x, by digit or by peer. So after a fresh coin it tells everybody two random combinations y of its values, each with
 * an authenticated mask of its own, and each peer those v of its tags; the peer compares Δ · y + v with the combinations of its keys. But
 * for 2^-84.6 a batch an owner that passes has named keys, among which the peer's is, for which it knows by how much its MACs of one x are
 * shifted (docs/security.md, "Authentication by digits").
 *
 * What is made here counts once a check has passed (`mac_check.ts`): until then nothing may be opened that must not be known.
 *
 * @module
 */
import { type Cost, MacCheckError, round, type Step, together } from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import { costOf, sameBytes } from "@symbolon/primitives";
import { tellAll } from "../opening.ts";
import type { OwnedElements } from "../owned.ts";
import { ELEMENT, elements, type Party, type Vector } from "../party.ts";
import { type Coefficients, coefficients, coefficientsCost } from "./coefficients.ts";
import { correctionBytes } from "./digits.ts";
import type { FieldLink } from "./field_links.ts";

/** Combinations that a check looks at: one is wrong by chance with 2^-127, two leave room for the union over a run. */
const COMBINATIONS = 2;

/** A party with streams to all others, in the order of `party.peers`. */
export interface FieldMaker {
  readonly party: Party;
  readonly field: readonly FieldLink[];
}

/**
 * Authenticates `counts[o]` elements of each party o; this party's are at `own`, below p. The result, by owner, is in scratch.
 *
 * Masked by: corrections in what `OwnerStreams.correct` says; a combination by a uniform element that is used for nothing else.
 *
 * Cost: {@linkcode authenticationCost}. What is told of it is compared by the next check.
 *
 * @throws {MacCheckError} if an owner has sent corrections of other values, to this party or for some digits
 */
export function* authenticate(
  { party, field: links }: FieldMaker,
  counts: readonly number[],
  own: number,
): Step<readonly OwnedElements[]> {
  const { self, memory, random } = party;
  const sizes = counts.map(withMasks), size = sizes[self]!;
  const values = elements(party, size), masks = values + ELEMENT * counts[self]!;
  layout.copy(values, own, ELEMENT * counts[self]!);
  random.bytes(masks, ELEMENT * (size - counts[self]!));
  field.reduce(masks, masks, size - counts[self]!);
  const tags = links.map(() => elements(party, size));
  const keys = links.map(({ peer }) => elements(party, sizes[peer]!));
  const sent = links.map(({ owner }, i) => {
    const corrections = memory.scratch(correctionBytes(size));
    owner.correct(values, size, owner.reserve(size), { corrections, tags: tags[i]! });
    return corrections;
  });
  const received = links.map(({ peer, holder }) => ({
    from: holder.reserve(sizes[peer]!),
    at: memory.scratch(correctionBytes(sizes[peer]!)),
  }));
  if (sizes.some((n) => n > 0)) {
    yield round(
      links.map(({ peer }, i) => ({ peer, at: sent[i]!, bytes: correctionBytes(size) })),
      links.map(({ peer }, i) => ({ peer, at: received[i]!.at, bytes: correctionBytes(sizes[peer]!) })),
    );
    links.forEach(({ peer, holder }, i) => holder.learn(received[i]!.at, sizes[peer]!, received[i]!.from, keys[i]!));
  }
  const owned = sizes.map((n, owner): OwnedElements => {
    const rows = owner === self ? tags : [keys[party.peers.indexOf(owner)]!];
    return { owner, n, values: owner === self ? values : 0, rows };
  });
  if (sizes.some((n) => n > 0)) yield* party.trust.checked(combine(party, owned));
  return owned.map((of) => ({ ...of, n: counts[of.owner]! }));
}

/** The same elements as shared ones: the owner has the values, all others 0. In scratch, but for what is there already. */
export function sharedOf(party: Party, { owner, n, values, rows }: OwnedElements): Vector {
  if (owner !== party.self) {
    const zeros = elements(party, n);
    layout.clear(zeros, ELEMENT * n);
    return { n, at: zeros, mac: rows[0]! };
  }
  const mac = elements(party, n);
  field.mulScalar(values, party.key, mac, n);
  for (const tags of rows) field.sub(mac, tags, mac, n);
  return { n, at: values, mac };
}

/** What all parties own, as many elements each, added up: a sum of which nobody knows more than its summand. In scratch. */
export function sumOf(party: Party, owned: readonly OwnedElements[]): Vector {
  const { values } = owned[party.self]!, { n, mac } = sharedOf(party, owned[party.self]!);
  for (const { owner, rows } of owned) if (owner !== party.self) field.add(mac, rows[0]!, mac, n);
  return { n, at: values, mac };
}

/**
 * Compares random combinations of everybody's values, of which the last of each are their masks.
 *
 * Masked by: y by its mask; v is what a peer knows by its keys and y.
 */
function* combine(party: Party, owned: readonly OwnedElements[]): Step<void> {
  const { self, peers, memory } = party, pair = () => elements(party, COMBINATIONS);
  const draw = yield* coefficients(party, "authentication");
  const claims = owned.filter(({ n }) => n > 0).map(({ owner, n, values, rows }) => {
    const by = rowsOf(party, draw, n),
      combined = (from: number) => {
        const to = pair(), mark = memory.mark();
        layout.clear(to, ELEMENT * COMBINATIONS);
        field.matmul(by, from, to, COMBINATIONS, n, 1, memory.scratch(field.MATMUL_BYTES));
        memory.release(mark);
        return to;
      };
    return { owner, y: owner === self ? combined(values) : pair(), sums: rows.map(combined), v: pair() };
  });
  const bytes = ELEMENT * COMBINATIONS;
  yield* together([
    ...claims.map(({ owner, y }) => tellAll(party, owner, y, COMBINATIONS)),
    (function* (): Step<void> {
      yield round(
        claims.flatMap(({ owner, sums }) =>
          owner === self ? peers.map((peer, i) => ({ peer, at: sums[i]!, bytes })) : []
        ),
        claims.flatMap(({ owner, v }) => owner === self ? [] : [{ peer: owner, at: v, bytes }]),
      );
    })(),
  ]);
  for (const { owner, y, sums, v } of claims) {
    if (owner === self) continue;
    field.reduce(v, v, COMBINATIONS);
    field.mulScalarAdd(y, party.key, v, COMBINATIONS);
    if (!sameBytes(memory.bytes.subarray(v, v + bytes), memory.bytes.subarray(sums[0]!, sums[0]! + bytes))) {
      throw new MacCheckError(`Elements of party ${owner} were authenticated wrongly: it deviates from the protocol`);
    }
  }
}

/** A row for each combination of n values: uniform coefficients, but of the masks, of which each has one with 1. */
function rowsOf(party: Party, draw: Coefficients, n: number): number {
  const { memory } = party, at = elements(party, COMBINATIONS * n), values = n - COMBINATIONS;
  layout.clear(at, ELEMENT * COMBINATIONS * n);
  for (let row = 0; row < COMBINATIONS; row++) {
    const from = at + ELEMENT * n * row;
    layout.copy(from, draw(values), ELEMENT * values);
    memory.bytes[from + ELEMENT * (values + row)] = 1;
  }
  return at;
}

/** Elements with the masks of their combinations. */
function withMasks(n: number): number {
  return n === 0 ? 0 : n + COMBINATIONS;
}

/** Exact cost of {@linkcode authenticate}: 4 rounds, 512 bytes an element from its owner to each other party; nothing for none. */
export function authenticationCost(parties: number, counts: readonly number[]): Cost {
  if (counts.every((n) => n === 0)) return costOf(parties, 0, () => 0);
  const coin = coefficientsCost(parties), told = (n: number) => n === 0 ? 0 : 2 * ELEMENT * COMBINATIONS;
  const bytes = (n: number) => correctionBytes(withMasks(n)) + coin.bytes + told(n);
  return costOf(parties, 2 + coin.rounds, (from) => bytes(counts[from]!));
}
