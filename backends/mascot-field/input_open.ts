/**
 * F_input and F_open.
 *
 * @module
 */
import {
  type Elements,
  type Feed,
  type InputCall,
  linkTable,
  type OpenCall,
  sizeOf,
  type Step,
} from "@symbolon/protocol";
import { field, layout } from "@symbolon/kernels";
import { inSequence, onAllLinks, opening } from "./cost.ts";
import { fullCheck, fullCheckCost } from "./mac_check.ts";
import { demandOf, MATERIAL, takeOwned } from "./material.ts";
import { openInPlace, tellAll } from "./opening.ts";
import {
  addElements,
  type AuthenticatedShare,
  copyVector,
  ELEMENT,
  elements,
  type Operations,
  type Party,
  subVectors,
  vector,
} from "./party.ts";

/**
 * Π_input: with an authenticated mask r that the owner knows, it tells everybody c = x − r, and [x] = [r] + c. DPSZ12 (input
 * phase of the online protocol).
 *
 * Masked by: r, used for nothing else. What c is does not matter: it makes the owner's input. That all were told the same is compared at
 * the next check.
 *
 * Cost: 1 round, 16 bytes an element from the owner to each other party.
 */
function* input(party: Party, call: InputCall, value: Feed | null, out: AuthenticatedShare): Step<void> {
  const { self } = party, { owner } = call, { n } = out;
  if (self === owner && value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
  const mask = takeOwned(party, MATERIAL.ownedMask.of(owner), n);
  const c = elements(party, n);
  if (self === owner) {
    value!(c, n);
    field.sub(c, mask.value, c, n);
  }
  yield* tellAll(party, owner, c, n);
  addElements(party, mask.shared, c, out);
}

/**
 * Π_open: to all, every party shows its share. To one, what is shown are the shares of x − r, with an authenticated mask r that the one who
 * is to learn x knows; so all can check it. DPSZ12 (output phase).
 *
 * What was opened before is checked first. An error in an opened factor makes x + e · y of x, and opening that would tell y to whoever has
 * made the error, however soon it is found afterwards. That x itself is opened right is what the next check finds.
 *
 * Masked by: nothing, or r, used for nothing else.
 *
 * Cost: that of a check, then 1 round, 16 bytes an element on each directed link.
 */
function* open(party: Party, { to }: OpenCall, x: AuthenticatedShare, out: Elements | null): Step<void> {
  const { self } = party, { n } = x;
  if ((to === "all" || to === self) && out === null) {
    throw new TypeError(`Party ${self} learns a value but was given no place for it`);
  }
  yield* fullCheck(party);
  const opened = vector(party, n);
  if (to === "all") {
    copyVector(x, opened);
    yield* openInPlace(party, opened);
    layout.copy(out!.at, opened.at, ELEMENT * n);
    return;
  }
  const mask = takeOwned(party, MATERIAL.ownedMask.of(to), n);
  subVectors(x, mask.shared, opened);
  yield* openInPlace(party, opened);
  if (self === to) field.add(opened.at, mask.value, out!.at, n);
}

/** What this backend says of them. */
export const INPUT_OPEN: Pick<Operations, "input" | "open"> = {
  input: {
    cost({ owner, shape }, parties) {
      const n = sizeOf(shape);
      const links = linkTable(parties).map((row, p) => row.map((_, q) => p === owner && q !== owner ? ELEMENT * n : 0));
      return { rounds: 1, links, demand: demandOf(MATERIAL.ownedMask.of(owner), n) };
    },
    step: input,
  },
  open: {
    cost({ to, shape }, parties) {
      const n = sizeOf(shape);
      const masks = to === "all" ? new Map() : demandOf(MATERIAL.ownedMask.of(to), n);
      return onAllLinks(inSequence(fullCheckCost(parties), opening(n, masks)), parties);
    },
    step: open,
  },
};
