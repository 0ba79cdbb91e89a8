/**
 * The command line: flags, exit codes, and nothing else. Exit code 2 is a wrong command line, 1 a run that failed.
 *
 * @module
 */
import { COMMON_WORDS, format, suggestion } from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import { storeCompiled } from "./cli/compiled_files.ts";
import { bringsOnly, describeInputs, inputsFrom, writeInputs } from "./cli/input_files.ts";
import { checkBackend, type Command, HELP, type Options, parseOptions } from "./cli/options.ts";
import { party } from "./cli/party.ts";
import { type CompiledFile, compileFile, describeFiles, programNames } from "./cli/program_files.ts";
import { checkPreprocessing } from "./cli/preprocessing_options.ts";
import { RunProgress } from "./cli/progress.ts";
import { type Finished, json, predicted, preprocessedSummary, summary } from "./cli/report.ts";
import { setupSsl } from "./cli/setup_ssl.ts";
import type { ProgramDescription } from "./cli/tracing_worker.ts";
import { UsageError } from "./cli/usage_error.ts";
import { execute, plan } from "./engine.ts";

/** A program compiled, with the time it took. */
interface Ready extends CompiledFile {
  readonly args: readonly string[];
  readonly compileSeconds: number;
}

async function ready(options: Options): Promise<Ready> {
  const [name, ...args] = options.words;
  if (name === undefined) throw new UsageError(`Which program? There are: ${programNames().join(", ")}`);
  const start = performance.now();
  const file = await compileFile(name, { args, samples: options.samples, allowRead: options.allowRead });
  const compileSeconds = (performance.now() - start) / 1000;
  if (options.tape) console.log(format(file.compiled.tape));
  return { ...file, args, compileSeconds };
}

/** The options that a backend takes. */
function backendOptions({ backend, parties, domain, publicSeed }: Options) {
  return {
    backend,
    ...(parties === undefined ? {} : { parties }),
    ...(domain === undefined ? {} : { domain }),
    ...(publicSeed === undefined ? {} : { publicSeed }),
  };
}

async function run(options: Options): Promise<void> {
  const program = await ready(options);
  if (bringsOnly(program.compiled)) return await prepareInputs(program, options);
  const { name, args, compiled, compileSeconds } = program;
  const { prediction, target, backend } = await plan(compiled, backendOptions(options));
  const { preprocessing } = options;
  checkPreprocessing(preprocessing, { backend, target, demand: prediction.demand });
  const only = preprocessing?.mode === "only";
  if (options.asksCheckRange && !target.clear) {
    throw new UsageError(`--check-range needs the values in the clear, which ${target.name} never has: add -E emulate`);
  }
  const progress = new RunProgress(prediction.rounds);
  const metrics: Record<string, number> = {};
  const outputs: Finished["outputs"][number][] = [];
  const say = (line: string) => {
    progress.clear();
    console.log(line);
  };
  const report = await execute(compiled, {
    ...backendOptions(options),
    ...(target.clear ? { checkRange: !options.checkRange ? "off" : options.debug ? "values" : "bits" } : {}),
    transport: options.transport,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(preprocessing === undefined ? {} : { preprocessing }),
    inputs: inputsFrom(options.inputPrefix),
    onNotice: (line) => console.error(line),
    listener: {
      print: say,
      output: ({ label, party, shape, values }) => {
        outputs.push({ label, party, shape, values });
        say(`${label}${party === "all" ? "" : ` (party ${party})`}: [${values.join(", ")}]`);
      },
      metric: (metric, value) => metrics[metric] = value,
      progress: (rounds) => progress.rounds(rounds),
      preprocessing: (fraction) => progress.preprocessing(fraction),
    },
  }).finally(() => progress.clear());
  const finished: Finished = {
    program: name,
    args,
    backend: options.backend,
    compiled,
    compileSeconds,
    report,
    metrics,
    outputs,
  };
  if (only) return console.log(options.json ? json(finished) : preprocessedSummary(finished));
  if (options.transport === "auto" && report.parties > 1) {
    const work = Math.round(prediction.multiplications / Math.max(1, report.rounds));
    console.error(`transport auto: ${report.transport} (${work.toLocaleString("en")} multiplications a round)`);
  }
  console.log(options.json ? json(finished) : `\n${summary(finished)}`);
}

/** A program that prepares data: it has been run when its inputs are written. */
async function prepareInputs({ name, args, compiled }: Ready, options: Options): Promise<void> {
  if (options.preprocessing !== undefined) {
    const flag = options.preprocessing.mode === "only" ? "--preprocess-only" : "--use-preprocessing";
    throw new UsageError(`${name} brings data and computes nothing: it has no preprocessing, so leave out ${flag}`);
  }
  const written = await writeInputs(compiled, options);
  if (options.json) return console.log(JSON.stringify({ program: name, args, written }));
  for (const name of written) console.log(`wrote ${name}`);
  console.log(`\nin reading order\n${describeInputs(compiled, options.inputPrefix)}`);
}

async function compileOnly(options: Options): Promise<void> {
  if (options.preprocessing !== undefined) {
    throw new UsageError(
      "compile makes no preprocessing and uses none: that is for run and party, once this is compiled",
    );
  }
  const program = await ready(options);
  if (bringsOnly(program.compiled)) return await prepareInputs(program, options);
  const { name, path, args, compiled, compileSeconds } = program;
  const { prediction, target } = await plan(compiled, backendOptions(options));
  const { inputPrefix, overwrite } = options;
  const { stored, written } = await storeCompiled(compiled, { program: name, path, args, inputPrefix, overwrite });
  if (options.json) {
    const bytes = prediction.links.flat().reduce((s, b) => s + b, 0);
    const cost = { rounds: prediction.rounds, bytes, preprocessing: Object.fromEntries(prediction.demand) };
    const { hash: tapeHash } = compiled;
    return console.log(
      JSON.stringify({
        program: name,
        args,
        backend: target.name,
        tapeHash,
        compileSeconds,
        predicted: cost,
        written,
        stored,
      }),
    );
  }
  console.log(`${[name, ...args].join("-")}: tape ${compiled.hash} (${compileSeconds.toFixed(2)} s)`);
  for (const name of [stored, ...written]) console.log(`wrote ${name}`);
  console.log(`\na run with ${target.name} will take\n${predicted(prediction, target)}`);
}

/** A program in a list. */
interface Listed extends ProgramDescription {
  readonly name: string;
}

/** One program whose data cannot be had keeps nobody from seeing the others. */
async function listPrograms(options: Options): Promise<void> {
  const named = options.words.length > 0;
  const list = (await describeFiles(named ? options.words : programNames())).map(({ name, program }): Listed => {
    if (!(program instanceof Error)) return { name, ...program };
    if (named) throw program;
    return { name, description: `cannot be loaded: ${program.message}` };
  });
  if (options.json) {
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
}

function listWords(words: Readonly<Record<string, string>>): void {
  for (const [word, what] of Object.entries(words)) console.log(`  ${word.padEnd(16)} ${what}`);
}

const COMMANDS: Readonly<Record<Command, (options: Options) => Promise<void>>> = {
  run,
  compile: compileOnly,
  programs: listPrograms,
};

/** Commands with options of their own. */
const OTHERS: Readonly<Record<string, (argv: readonly string[]) => Promise<void>>> = { party, "setup-ssl": setupSsl };

async function main([command = "", ...argv]: readonly string[]): Promise<void> {
  if (command === "" || command === "help" || command === "-h" || command === "--help") return console.log(HELP[""]);
  if (Object.hasOwn(OTHERS, command)) return await OTHERS[command]!(argv);
  if (!Object.hasOwn(COMMANDS, command)) {
    const all = [...Object.keys(COMMANDS), ...Object.keys(OTHERS)];
    throw new UsageError(`There is no command "${command}"${suggestion(command, all)}. There are: ${all.join(", ")}`);
  }
  const options = parseOptions(argv, command as Command);
  if (options.help) return console.log(HELP[command as Command]);
  if (command !== "programs") await checkBackend(options);
  await COMMANDS[command as Command](options);
}

/** Lines of standard output that cannot be written say so. */
function nameStandardOutput(): void {
  const { log } = console;
  console.log = (...args: readonly unknown[]) => naming("standard output", "write", () => log(...args));
}

/** Whether the last line of standard output is to be one JSON object. */
function asksJson([command = "", ...argv]: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (Object.hasOwn(COMMANDS, command) || command === "party") &&
    argv.slice(0, end < 0 ? argv.length : end).includes("--json");
}

if (import.meta.main) {
  nameStandardOutput();
  try {
    await main(Deno.args);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    console.error(`error: ${Deno.args.includes("--debug") ? stack ?? message : message}`);
    try {
      if (asksJson(Deno.args)) console.log(JSON.stringify({ error: message }));
    } catch {
      // Standard output cannot be written, which may be the error.
    }
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
