/**
 * What options are called: below the command line by their names in TypeScript, `option timeoutMs` for instance, for someone who typed
 * a command by its flags.
 *
 * @module
 */

/** What stands in messages, and what a user of the command line is told instead. */
const FLAGS: readonly (readonly [name: RegExp, flag: string])[] = [
  [/\boption backend\b/g, "-E"],
  [/\boption parties\b/g, "-N"],
  [/\bbackend emulate\b/g, "-E emulate"],
  [/\bbackend ring needs none\b/g, '"-E ring" needs none'],
  [/\b([Cc])ompare option addresses\b/g, "$1ompare -ip, -h, -pn and -mp"],
  [/\boption addresses\b/g, "-pn, -mp or -ip"],
  [/\boption waitMs\b/g, "--wait"],
  [/\boption timeoutMs\b/g, "--timeout"],
  [/\boption roundTimeoutMs\b/g, "--round-timeout"],
  [/\boption plainTcp\b/g, "--insecure-tcp"],
  [/\boption samples\b/g, "--samples"],
  [/\b(the )?option publicSeed\b/g, "--public-seed"],
  [/\b(the option )?(?:option )?preprocessing: "only"/g, "$1--preprocess-only"],
  [/\b(the option )?(?:option )?preprocessing: "file"/g, "$1--use-preprocessing"],
  [/\bmake a new key and certificate\b/g, "make new ones with setup-ssl --renew"],
];

/** A message for someone who typed a command. */
export function inFlags(message: string): string {
  return FLAGS.reduce((text, [name, flag]) => text.replace(name, flag), message);
}
