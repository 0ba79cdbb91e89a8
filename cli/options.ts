/**
 * The options that several commands have, each in one place: its names, its meaning, its line in the help.
 *
 * @module
 */
import { backendNamed, BACKENDS, type KeptPreprocessing } from "@symbolon/engine";
import type { BackendOptions } from "@symbolon/protocol";
import { userPrefix } from "./files/paths.ts";
import { flag, numberOf, oneOf, type Option, option } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

/** What all commands have. */
export const GENERAL = {
  help: flag("help", "this text", "h"),
  json: flag("json", 'one JSON object as the last line of standard output; after an error {"error": message}'),
  debug: flag("debug", "stack traces with errors"),
};

/** The protocol. */
export const backend: Option<string> = option(
  { name: "protocol", short: "E", value: "NAME" },
  BACKENDS.map(({ name, summary }) => `${name.padEnd(9)} ${summary}`).join("\n"),
  (text = "ring") => oneOf("-E", text, BACKENDS.map(({ name }) => name)),
);

/** As many as anybody has tried. */
export const MOST_PARTIES = 1000;

/** How many parties there are. */
export const parties: Option<number | undefined> = option(
  { name: "nparties", short: "N", value: "N" },
  "number of parties, where the protocol allows several",
  (text) => numberOf("-N", text, { least: 1, most: MOST_PARTIES }),
);

/** Which of them. */
export const player: Option<number | undefined> = option(
  { name: "player", short: "p", value: "I" },
  "this party's number, instead of the first word",
  (text) => numberOf("--player", text, { least: 0, most: MOST_PARTIES - 1 }),
);

/** What emulate computes in. */
export const domain: Option<"ring" | "field" | undefined> = option(
  { name: "domain", value: "ring|field" },
  "emulate only: Z_2^64 (default) or a 128-bit prime field",
  (text) => text === undefined ? undefined : oneOf("--domain", text, ["ring", "field"] as const),
);

/** Threads that compute. */
export const threads: Option<number | undefined> = option(
  { name: "threads", value: "N" },
  "threads that compute, a party (the program's setNThreads, or 1); results stay the same",
  (text) => numberOf("--threads", text, { least: 1, most: 256 }),
);

/** Fixes what is public and random. */
export const publicSeed: Option<number | undefined> = option(
  { name: "public-seed", value: "N" },
  "fixes public shuffles and initial weights, never shares or masks; the same at all parties",
  (text) => numberOf("--public-seed", text, { least: 0 }),
);

/** Fewer samples. */
export const samples: Option<number | undefined> = option(
  { name: "samples", value: "N" },
  "the first N training samples only, with programs that can do with fewer: for a first try",
  (text) => numberOf("--samples", text, { least: 1 }),
);

/** The prefix of input files: one that the user gives is seen from where he stands. */
export const inputPrefix: Option<string> = option(
  { name: "input-prefix", short: "IF", value: "P" },
  "input files P-P<party>-0 and P-Binary-P<party>-0 (Player-Data/Input)",
  (text) => text === undefined ? "Player-Data/Input" : userPrefix("-IF", text),
);

/** What programs may read. */
export const allowRead: Option<readonly string[]> = {
  name: "allow-read",
  value: "PATH",
  several: true,
  about: "a file or folder that the program may read besides its own folder and the working folder",
  read: (texts) => texts,
};

/** Files that are there. */
export const overwrite: Option<boolean> = flag(
  "overwrite",
  "files that are there already and are not ours may be replaced",
);

/** The tape. */
export const tape: Option<boolean> = flag("tape", "print the compiled tape first");

/** Where the files of material are, in the working directory. */
const FOLDER = "Player-Data";

/** What splits preprocessing from a run. */
export const PREPROCESSING = {
  preprocessOnly: flag(
    "preprocess-only",
    `makes the program's preprocessing, keeps it in ${FOLDER}/ and stops: needs no data`,
  ),
  usePreprocessing: flag(
    "use-preprocessing",
    "uses up what --preprocess-only has made for this program, once, instead of making it",
  ),
};

/** What the flags ask for. @throws {UsageError} if both are there */
export function preprocessingOf(
  { preprocessOnly, usePreprocessing }: { readonly preprocessOnly: boolean; readonly usePreprocessing: boolean },
): KeptPreprocessing | undefined {
  if (preprocessOnly && usePreprocessing) {
    throw new UsageError("Give --preprocess-only first, and --use-preprocessing in another run");
  }
  if (!preprocessOnly && !usePreprocessing) return undefined;
  return { mode: preprocessOnly ? "only" : "file", folder: FOLDER };
}

/** The options that a backend may refuse. */
interface BackendChoice {
  readonly backend: string;
  readonly parties: number | undefined;
  readonly domain?: "ring" | "field" | undefined;
}

/** Does nothing where the backend takes the options that are for it. @throws {UsageError} naming the one that it refuses */
export async function checkBackend({ backend, parties, domain }: BackendChoice): Promise<void> {
  const { target } = await backendNamed(backend).load();
  const refuse = (named: string, options: BackendOptions) => {
    try {
      target(options);
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(`${named}: ${error.message}`);
      throw error;
    }
  };
  if (parties !== undefined) refuse(`-N ${parties}`, { parties });
  if (domain !== undefined) refuse(`--domain ${domain}`, { parties, domain });
}
