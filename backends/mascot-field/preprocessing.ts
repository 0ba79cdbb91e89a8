/**
 * Where the MAC key and the material of a run come from.
 *
 * @module
 */
import type { Entropy, Memory, PartyId, Step } from "@symbolon/protocol";
import type { MaterialOrigin } from "@symbolon/primitives";

/** Who preprocesses. */
export interface PreprocessingParty {
  readonly self: PartyId;
  readonly parties: number;
  readonly memory: Memory;
  readonly entropy: Entropy;
  /** 32 public bytes that no other run has. */
  readonly session: Uint8Array;
}

/** F_prep: what the online phase relies on is said in `docs/security.md`. */
export interface Preprocessing {
  /** Writes this party's share of a uniform MAC key at `key`, an element, and says who makes material under it. */
  begin(party: PreprocessingParty, key: number): Step<MaterialOrigin>;
}
