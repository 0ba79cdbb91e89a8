/**
 * The flags that split preprocessing from a run, for `run` and `party` alike.
 *
 * @module
 */
import type { Backend, Demand, Target } from "@symbolon/protocol";
import { type KeptPreprocessing, refusal } from "../party_material.ts";
import { UsageError } from "./usage_error.ts";

/** The flags' names. */
export const PREPROCESSING_FLAGS = ["preprocess-only", "use-preprocessing"] as const;

/** Where the files of material are, in the working directory. */
const FOLDER = "Player-Data";

/** The lines of the help texts. */
export const PREPROCESSING_HELP =
  `  --preprocess-only      makes the program's preprocessing, keeps it in ${FOLDER}/ and stops: needs no data
  --use-preprocessing    uses up what --preprocess-only has made for this program, once, instead of making it`;

/** What the flags ask for. @throws {UsageError} if both are there */
export function preprocessingOf(has: (flag: string) => boolean): KeptPreprocessing | undefined {
  const [only, file] = PREPROCESSING_FLAGS.map(has);
  if (only && file) throw new UsageError("Give --preprocess-only first, and --use-preprocessing in another run");
  if (!only && !file) return undefined;
  return { mode: only ? "only" : "file", folder: FOLDER };
}

/** Throws a UsageError if the program takes no preprocessing with this backend. */
export function checkPreprocessing(
  kept: KeptPreprocessing | undefined,
  { backend, target, demand }: { readonly backend: Backend; readonly target: Target; readonly demand: Demand },
): void {
  const why = kept === undefined ? null : refusal(backend, target, demand, kept);
  if (why !== null) throw new UsageError(why);
}
