/**
 * `compile`: compiles a program and keeps it for `party`.
 *
 * @module
 */
import { plan } from "@symbolon/engine";
import { unitsByName } from "@symbolon/protocol";
import { type Command, command } from "../command.ts";
import { storeCompiled } from "../files/compiled_files.ts";
import {
  allowRead,
  backend,
  checkBackend,
  domain,
  GENERAL,
  inputPrefix,
  overwrite,
  parties,
  samples,
  tape,
} from "../options.ts";
import { bringsOnly, compileNamed, prepareInputs } from "../programs/compiling.ts";
import { predicted } from "../report.ts";

/** The command. */
export const compile: Command = command({
  name: "compile",
  summary: "compile a program, keep it with what it brings and print what a run will cost",
  usage: "[OPTIONS] PROGRAM [WORDS…]",
  about: `Compiles a program, keeps it with what it brings for "deno task party", and prints what a run will cost.`,
  options: {
    ...{ backend, parties, domain, samples },
    inputPrefix: { ...inputPrefix, about: "what it brings goes to P-Brought-P<party>-NAME (Player-Data/Input)" },
    ...{ allowRead, overwrite, tape, ...GENERAL },
  },
  examples: ["deno task compile breast_logistic", "deno task compile --tape diabetes"],
  does: async ({ words, values }) => {
    await checkBackend(values);
    const { name, path, args, compiled, compileSeconds } = await compileNamed(words, values);
    if (bringsOnly(compiled)) return await prepareInputs({ name, args, compiled }, values);
    const { backend, parties, domain, inputPrefix, overwrite } = values;
    const { prediction, target } = await plan(compiled, { backend, parties, domain });
    const { stored, written } = await storeCompiled(compiled, { program: name, path, args, inputPrefix, overwrite });
    if (values.json) {
      const bytes = prediction.links.flat().reduce((s, b) => s + b, 0);
      return console.log(JSON.stringify({
        ...{ program: name, args, backend: target.name, tapeHash: compiled.tapeHash, compileSeconds },
        predicted: { rounds: prediction.rounds, bytes, preprocessing: unitsByName(prediction.demand) },
        ...{ written, stored },
      }));
    }
    console.log(`${[name, ...args].join("-")}: tape ${compiled.tapeHash} (${compileSeconds.toFixed(2)} s)`);
    for (const name of [stored, ...written]) console.log(`wrote ${name}`);
    console.log(`\na run with ${target.name} will take\n${predicted(prediction, target)}`);
  },
});
