/**
 * `setup-ssl`: makes keys and certificates.
 *
 * @module
 */
import { naming } from "@symbolon/files";
import { makeCertificate } from "@symbolon/transport";
import { type Command, command } from "../command.ts";
import { certificateFile, keyFile } from "../files/certificate_files.ts";
import { writeTogether } from "../files/whole_files.ts";
import { flag, numberOf } from "../flags.ts";
import { GENERAL, MOST_PARTIES, player } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/** The command. */
export const setupSsl: Command = command({
  name: "setup-ssl",
  summary: "make the keys and certificates of parties",
  usage: "[OPTIONS] N",
  about: "Makes the keys and certificates with which parties prove who they are.",
  more:
    `Writes Player-Data/P<i>.key (secret) and Player-Data/P<i>.pem (public) for parties 0 to N−1: for trials on one machine.
On several machines, each party makes its own with -p and gives the others its .pem only; a key never travels.`,
  options: {
    player: { ...player, about: "only party I's" },
    renew: flag("renew", "replaces what is there; the others need the new .pem then"),
    ...{ help: GENERAL.help, debug: GENERAL.debug },
  },
  examples: ["deno task setup-ssl 3", "deno task setup-ssl --player 1"],
  does: ({ words, values: { player, renew } }) => make(partiesOf(words, player), renew),
});

async function make(parties: readonly number[], renew: boolean): Promise<void> {
  const files = parties.flatMap((p) => [keyFile(p), certificateFile(p)]);
  const there = files.filter(exists);
  if (there.length > 0 && !renew) {
    throw new UsageError(
      `There is ${
        there.join(", ")
      } already. With --renew new ones take their place, and every other party needs a copy ` +
        `of the new .pem`,
    );
  }
  const made = [];
  for (const party of parties) {
    const { key, certificate } = await makeCertificate(party);
    made.push(
      { name: keyFile(party), contents: new TextEncoder().encode(key), mode: 0o600 },
      { name: certificateFile(party), contents: new TextEncoder().encode(certificate), mode: 0o644 },
    );
  }
  await writeTogether(made);
  for (const party of parties) {
    console.log(`wrote ${keyFile(party)} (secret: it stays here) and ${certificateFile(party)} (for all parties)`);
  }
}

function partiesOf(words: readonly string[], player: number | undefined): number[] {
  const [count, ...more] = words;
  if (player !== undefined && count !== undefined) {
    throw new UsageError(
      `setup-ssl --player ${player} makes the key of that party alone, however many there are: leave out "${count}"`,
    );
  }
  if (more.length > 0 || count === undefined && player === undefined) {
    throw new UsageError("setup-ssl takes the number of parties, or --player and a number. See --help");
  }
  if (player !== undefined) return [player];
  const parties = numberOf("setup-ssl", count, { least: 1, most: MOST_PARTIES })!;
  return Array.from({ length: parties }, (_, p) => p);
}

function exists(file: string): boolean {
  try {
    naming(file, "write", () => Deno.lstatSync(file));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
