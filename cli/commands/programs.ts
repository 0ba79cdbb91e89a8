/**
 * `programs`: lists the programs there are, or the words that some of them understand.
 *
 * @module
 */
import { COMMON_WORDS } from "@symbolon/compiler";
import { type Command, command } from "../command.ts";
import { GENERAL } from "../options.ts";
import { describeFiles, programNames } from "../programs/program_files.ts";
import type { ProgramDescription } from "../programs/tracing_worker.ts";

/** A program in a list. */
interface Listed extends ProgramDescription {
  readonly name: string;
}

/** The command. */
export const programs: Command = command({
  name: "programs",
  summary: "list the programs there are",
  usage: "[--json] [PROGRAM…]",
  about: "Lists the programs there are, or with their names the words that they understand.",
  options: GENERAL,
  examples: ["deno task programs", "deno task programs breast_logistic"],
  does: async ({ words, values: { json } }) => {
    const named = words.length > 0;
    // One program whose data cannot be had keeps nobody from seeing the others.
    const list = (await describeFiles(named ? words : programNames())).map(({ name, program }): Listed => {
      if (!(program instanceof Error)) return { name, ...program };
      if (named) throw program;
      return { name, description: `cannot be loaded: ${program.message}` };
    });
    if (json) {
      const all = list.map(({ name, description, words }) => ({ name, description, words, commonWords: COMMON_WORDS }));
      return console.log(JSON.stringify(all));
    }
    for (const { name, description, words } of list) {
      console.log(`${name.padEnd(18)} ${description}`);
      if (!named) continue;
      listWords(words ?? {});
      console.log("with every program");
      listWords(COMMON_WORDS);
    }
    if (!named) {
      console.log('\nWith a name, "deno task programs NAME" lists the words that a program understands.');
    }
  },
});

function listWords(words: Readonly<Record<string, string>>): void {
  for (const [word, what] of Object.entries(words)) console.log(`  ${word.padEnd(16)} ${what}`);
}
