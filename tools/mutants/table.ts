/**
 * All changes that tests must notice. A new protocol brings its own: masks, separations, checks, bounds and orderings, one change each.
 *
 * @module
 */
import { CHECKED_TRANSFERS } from "./checked_transfers.ts";
import { MASCOT } from "./mascot.ts";
import { MASCOT_BITS } from "./mascot_bits.ts";
import { MASCOT_MAKING } from "./mascot_making.ts";
import { MASCOT_OWNED } from "./mascot_owned.ts";
import type { Mutant } from "./mutant.ts";
import { PREPROCESSING } from "./preprocessing.ts";
import { RELEASES } from "./release.ts";
import { RING } from "./ring.ts";
import { SEMI2K } from "./semi2k.ts";
import { TRANSFERS } from "./transfers.ts";
import { TRANSPORT } from "./transport.ts";
import { VERIFIER } from "./verifier.ts";

export const MUTANTS: readonly Mutant[] = [
  ...RING,
  ...SEMI2K,
  ...MASCOT,
  ...MASCOT_BITS,
  ...MASCOT_MAKING,
  ...MASCOT_OWNED,
  ...TRANSFERS,
  ...CHECKED_TRANSFERS,
  ...TRANSPORT,
  ...PREPROCESSING,
  ...RELEASES,
  ...VERIFIER,
];
