/**
 * `run`: compiles a program and runs all its parties on this machine.
 *
 * @module
 */
import { execute, plan, refusal } from "@symbolon/engine";
import { type Command, command } from "../command.ts";
import { inputsFrom } from "../files/input_files.ts";
import { flag, oneOf, option } from "../flags.ts";
import { Heard } from "../heard.ts";
import {
  allowRead,
  backend,
  checkBackend,
  domain,
  GENERAL,
  inputPrefix,
  overwrite,
  parties,
  PREPROCESSING,
  preprocessingOf,
  publicSeed,
  samples,
  tape,
  threads,
} from "../options.ts";
import { bringsOnly, compileNamed, prepareInputs } from "../programs/compiling.ts";
import { type Finished, report } from "../report.ts";
import { UsageError } from "../usage_error.ts";
import { inFlags } from "../wording.ts";

const TRANSPORTS = ["auto", "inline", "workers", "tls", "tcp"] as const;

/** What it takes. */
export const RUN_OPTIONS = {
  ...{ backend, parties, domain },
  transport: option(
    { name: "transport", value: "NAME" },
    "inline (one thread), workers (a thread a party), tls or tcp (a process a party, over\n" +
      "sockets of this machine), or auto (default): inline or workers, whichever suits the program",
    (text = "auto") => oneOf("--transport", text, TRANSPORTS),
  ),
  ...{ threads, publicSeed, samples, ...PREPROCESSING, inputPrefix, allowRead, overwrite, tape },
  checkRange: flag("check-range"),
  noCheckRange: flag(
    "no-check-range",
    "emulate only: do not stop at the first value that leaves its range, but compute on as the ring does",
  ),
  ...GENERAL,
};

/** The command. */
export const run: Command = command({
  name: "run",
  summary: "compile a program and run all its parties on this machine",
  usage: "[OPTIONS] PROGRAM [WORDS…]",
  about: "Compiles a program and runs all its parties on this machine.",
  more:
    `PROGRAM is a name that "deno task programs" lists, or the path of a .ts file. WORDS go to the program. It can read data
while it is compiled, and nothing else: docs/data.md and docs/security.md say more.`,
  options: RUN_OPTIONS,
  examples: [
    "deno task run -E ring breast_logistic",
    "deno task run -E emulate breast_logistic approx nearest",
    "deno task run -E ring --transport workers --json diabetes 4",
    "deno task run -E semi2k --preprocess-only breast_logistic",
    "deno task run -E mascot breast_logistic approx 1 batch32",
  ],
  does: async ({ words, values }) => {
    const { checkRange, noCheckRange, json } = values;
    if (checkRange && noCheckRange) throw new UsageError("--check-range and --no-check-range exclude each other");
    const preprocessing = preprocessingOf(values);
    await checkBackend(values);
    const { name, args, compiled, compileSeconds } = await compileNamed(words, values);
    if (bringsOnly(compiled)) return await prepareInputs({ name, args, compiled }, values);
    const { backend, parties, domain, publicSeed, threads } = values;
    const chosen = { backend, parties, domain, publicSeed, threads };
    const planned = await plan(compiled, chosen);
    const { target, prediction } = planned;
    const why = preprocessing && refusal(planned.backend, target, prediction.demand, preprocessing);
    if (typeof why === "string") throw new UsageError(inFlags(why));
    if (checkRange && !target.clear) {
      throw new UsageError(
        `--check-range needs the values in the clear, which ${target.name} never has: add -E emulate`,
      );
    }
    const heard = new Heard(prediction.rounds, (line) => console.log(line));
    const { seconds, rounds, sent, transport, threads: used, preprocessing: spent } = await execute(compiled, {
      ...chosen,
      checkRange: !target.clear ? undefined : noCheckRange ? "off" : values.debug ? "values" : "bits",
      transport: values.transport,
      preprocessing,
      inputs: inputsFrom(values.inputPrefix),
      onNotice: (line) => heard.notice(line),
      listener: heard,
    }, planned).finally(() => heard.end());
    const finished: Finished = {
      ...{ program: name, args, backend: values.backend, parties: target.parties, transport, threads: used },
      ...{ tapeHash: compiled.tapeHash, seconds, compileSeconds, rounds, sent, preprocessing: spent },
      ...{ metrics: heard.metrics, outputs: heard.outputs },
    };
    if (values.transport === "auto" && target.parties > 1 && preprocessing?.mode !== "only") {
      const work = Math.round(prediction.multiplications / Math.max(1, rounds));
      console.error(`transport auto: ${transport} (${work.toLocaleString("en")} multiplications a round)`);
    }
    console.log(report(finished, json));
  },
});
