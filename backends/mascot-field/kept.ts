/**
 * Material and the keys of its MACs, between the run that makes them and the one that uses them.
 *
 * n ≥ 2 parties, up to n − 1 actively corrupt. A MAC means something under its key alone, so each party's shares of Δ and of Δ² go with
 * its material: one unit of a kind of their own, saved with the first chunks, and the first that the later run takes. All that was opened
 * to make material had passed a check before it came into store, so the later run begins with empty logs, a hash of nothing told and
 * check number 0. Its commitments and coins are bound to a session of its own, to which each party has contributed fresh bytes: what
 * was committed to, shown or tossed in the run before is worth nothing in it. KOS16, whose online phase takes F_prep as it comes.
 *
 * @module
 */
import type { Demand, MaterialSink, MaterialSource } from "@symbolon/protocol";
import { layout } from "@symbolon/kernels";
import { Kinds, SavedMaterial, saveStore } from "@symbolon/primitives";
import { ELEMENT, type Party } from "./party.ts";
import type { Preprocessing } from "./preprocessing.ts";

/** This party's shares of Δ and of Δ². Not among the kinds that operations take. */
const MAC_KEYS = new Kinds<void>({ name: () => "MAC keys", parts: () => [8 * ELEMENT, 8 * ELEMENT] });

/** What a run saves besides the material that was asked for. */
export const SAVED_BESIDES: Demand = new Map([[MAC_KEYS.of(), 1]]);

/**
 * Moves all that is in store to a sink, and the keys with the first of it.
 *
 * The function that it returns throws what was found if somebody was found to cheat: the keys are gone then. It throws an Error, too, if
 * something was opened that no check has looked at: the later run does not know of it.
 */
export function savingOf(party: Party): (sink: MaterialSink) => void {
  const { store, trust, openings } = party, keys = [party.key, party.bitKey];
  let saved = false;
  return (sink) => {
    trust.insist();
    if (openings.size > 0) {
      throw new Error(`internal: ${openings.size} values were opened for material and not checked`);
    }
    // Where nothing was made there is no key of bits yet.
    if ([...store.contents.values()].every((n) => n === 0)) return;
    if (!saved) {
      const { places } = store.reserve(MAC_KEYS.of(), 1);
      keys.forEach((from, i) => layout.copy(places[i]!, from, ELEMENT));
      store.added(MAC_KEYS.of(), 1);
    }
    saved = true;
    saveStore(party, sink);
  };
}

/**
 * Material that an earlier run has saved, with its keys: they are read when this party begins, after all have agreed on a session, so the
 * material counts as used from there on.
 */
export function savedIn(source: MaterialSource): Preprocessing {
  return {
    *begin({ memory, store, key, bitKey }) {
      const material = new SavedMaterial(source, memory);
      yield* material.prepare(SAVED_BESIDES, store);
      const { places } = store.take(MAC_KEYS.of(), 1);
      [key, bitKey].forEach((to, i) => {
        layout.copy(to, places[i]!, ELEMENT);
        layout.clear(places[i]!, ELEMENT);
      });
      return material;
    },
  };
}
