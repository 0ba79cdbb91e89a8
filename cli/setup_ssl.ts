/**
 * `setup-ssl`: makes keys and certificates.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { naming } from "@symbolon/files";
import { makeCertificate } from "@symbolon/transport";
import { certificateFile, keyFile } from "./certificate_files.ts";
import { refuseUnknown } from "./options.ts";
import { UsageError } from "./usage_error.ts";
import { writeWhole } from "./whole_files.ts";

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
  const args = parseArgs([...argv], {
    string: ["player"],
    boolean: ["renew", "help"],
    alias: { p: "player", h: "help" },
    unknown: refuseUnknown(["player", "renew", "help"], "--help"),
  });
  if (args.help) return console.log(SETUP_SSL_HELP);
  const parties = partiesOf(args._.map(String), args.player);
  const files = parties.flatMap((p) => [keyFile(p), certificateFile(p)]);
  const there = files.filter(exists);
  if (there.length > 0 && !args.renew) {
    throw new UsageError(
      `There is ${
        there.join(", ")
      } already. With --renew new ones take their place, and every other party needs a copy ` +
        `of the new .pem`,
    );
  }
  for (const party of parties) {
    const { key, certificate } = await makeCertificate(party);
    await writeWhole(keyFile(party), new TextEncoder().encode(key), 0o600);
    await writeWhole(certificateFile(party), new TextEncoder().encode(certificate), 0o644);
    console.log(`wrote ${keyFile(party)} (secret: it stays here) and ${certificateFile(party)} (for all parties)`);
  }
}

function partiesOf(words: readonly string[], player: string | undefined): number[] {
  const numbers = [...words, ...(player === undefined ? [] : [player])];
  const wrong = numbers.find((n) => !/^\d{1,4}$/.test(n));
  if (wrong !== undefined || words.length > 1 || numbers.length === 0) {
    throw new UsageError(`setup-ssl takes the number of parties, or --player and a number. See --help`);
  }
  if (player !== undefined) return [Number(player)];
  return Array.from({ length: Number(words[0]) }, (_, p) => p);
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
