/**
 * Where the MAC keys and the material of a run come from.
 *
 * @module
 */
import type { Cost, Demand, Entropy, Step } from "@symbolon/protocol";
import type { MaterialOrigin } from "@symbolon/primitives";
import type { Party } from "./party.ts";

/** F_prep: what the online phase relies on is said in `docs/security.md`. */
export interface Preprocessing {
  /** Writes this party's shares of uniform MAC keys where the party has them, and says who makes material under them. */
  begin(party: Party, entropy: Entropy): Step<MaterialOrigin>;
  /** What making so much costs a party that has nothing yet: exact. Absent: nothing is sent. */
  readonly cost?: (demand: Demand, parties: number) => Cost;
}
