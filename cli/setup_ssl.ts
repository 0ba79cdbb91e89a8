/**
 * `setup-ssl`: makes keys and certificates.
 *
 * @module
 */
import { naming } from "@symbolon/files";
import { makeCertificate } from "@symbolon/transport";
import { certificateFile, keyFile } from "./certificate_files.ts";
import { numberOf, parseFlags } from "./flags.ts";
import { UsageError } from "./usage_error.ts";
import { writeTogether } from "./whole_files.ts";

/** The help text. */
export const SETUP_SSL_HELP = `Makes the keys and certificates with which parties prove who they are.

usage: deno task setup-ssl [OPTIONS] N

Writes Player-Data/P<i>.key (secret) and Player-Data/P<i>.pem (public) for parties 0 to N−1: for trials on one machine.
On several machines, each party makes its own with -p and gives the others its .pem only; a key never travels.

options
  -p, --player I         only party I's
  --renew                replaces what is there; the others need the new .pem then
  -h, --help             this text

examples
  deno task setup-ssl 3
  deno task setup-ssl --player 1`;

/** Runs the command. */
export async function setupSsl(argv: readonly string[]): Promise<void> {
  const { words, text, has } = parseFlags(argv, {
    ...{ strings: ["player"], flags: ["renew", "help"], letters: { p: "player", h: "help" } },
    help: "deno task setup-ssl --help",
  });
  if (has("help")) return console.log(SETUP_SSL_HELP);
  const parties = partiesOf(words, text("player"));
  const files = parties.flatMap((p) => [keyFile(p), certificateFile(p)]);
  const there = files.filter(exists);
  if (there.length > 0 && !has("renew")) {
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

/** As many as `run` and `party` know. */
const MOST_PARTIES = 1000;

function partiesOf(words: readonly string[], player: string | undefined): number[] {
  const [count, ...more] = words;
  if (player !== undefined && count !== undefined) {
    throw new UsageError(
      `setup-ssl --player ${player} makes the key of that party alone, however many there are: leave out "${count}"`,
    );
  }
  if (more.length > 0 || count === undefined && player === undefined) {
    throw new UsageError("setup-ssl takes the number of parties, or --player and a number. See --help");
  }
  const self = numberOf("--player", player, { least: 0, most: MOST_PARTIES - 1 });
  if (self !== undefined) return [self];
  const parties = numberOf("setup-ssl takes the number of parties", count, { least: 1, most: MOST_PARTIES })!;
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
