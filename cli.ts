/**
 * The command line: flags, exit codes, and nothing else. Exit code 2 is a wrong command line, 1 a run that failed.
 *
 * @module
 */
import { compile, type Compiled, format } from "@symbolon/compiler";
import { storeCompiled } from "./cli/compiled_files.ts";
import { bringsOnly, describeInputs, inputsFrom, writeInputs } from "./cli/input_files.ts";
import { type Command, HELP, type Options, parseOptions } from "./cli/options.ts";
import { party } from "./cli/party.ts";
import { describeProgram, type Loaded, loadProgram, programNames } from "./cli/program_files.ts";
import { checkPreprocessing } from "./cli/preprocessing_options.ts";
import { RunProgress } from "./cli/progress.ts";
import { type Finished, json, predicted, preprocessedSummary, summary } from "./cli/report.ts";
import { setupSsl } from "./cli/setup_ssl.ts";
import { UsageError } from "./cli/usage_error.ts";
import { execute, plan } from "./engine.ts";

/** A program compiled, with the time it took. */
interface Ready {
  readonly loaded: Loaded;
  readonly args: readonly string[];
  readonly compiled: Compiled;
  readonly compileSeconds: number;
}

async function ready(options: Options): Promise<Ready> {
  const [name, ...args] = options.words;
  if (name === undefined) throw new UsageError(`Which program? There are: ${programNames().join(", ")}`);
  const start = performance.now();
  const loaded = await loadProgram(name);
  const { samples } = options;
  const compiled = compile(loaded.program, { args, ...(samples === undefined ? {} : { samples }) });
  const compileSeconds = (performance.now() - start) / 1000;
  if (options.tape) console.log(format(compiled.tape));
  return { loaded, args, compiled, compileSeconds };
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
  const { loaded, args, compiled, compileSeconds } = program;
  const { prediction, target, backend } = await plan(compiled, backendOptions(options));
  const { preprocessing } = options;
  checkPreprocessing(preprocessing, { backend, target, demand: prediction.demand });
  const only = preprocessing?.mode === "only";
  if (options.asksCheckRange && !target.clear) {
    throw new UsageError(`--check-range needs the values in the clear, which ${target.name} never has: add -E emulate`);
  }
  if (!only) await writeInputs(compiled, options.inputPrefix);
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
    inputs: inputsFrom(compiled, options.inputPrefix),
    onNotice: (line) => console.error(line),
    listener: {
      print: say,
      output: ({ label, party, shape, values }) => {
        outputs.push({ label, party, shape, values });
        say(`${label}${party === "all" ? "" : ` (party ${party})`}: [${values.join(", ")}]`);
      },
      metric: (name, value) => metrics[name] = value,
      progress: (rounds) => progress.rounds(rounds),
      preprocessing: (fraction) => progress.preprocessing(fraction),
    },
  }).finally(() => progress.clear());
  const finished: Finished = {
    program: loaded.name,
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
async function prepareInputs({ loaded, args, compiled }: Ready, options: Options): Promise<void> {
  const written = await writeInputs(compiled, options.inputPrefix);
  if (options.json) return console.log(JSON.stringify({ program: loaded.name, args, written }));
  for (const name of written) console.log(`wrote ${name}`);
  console.log(`\nin reading order\n${describeInputs(compiled, options.inputPrefix)}`);
}

async function compileOnly(options: Options): Promise<void> {
  const program = await ready(options);
  if (bringsOnly(program.compiled)) return await prepareInputs(program, options);
  const { loaded, args, compiled, compileSeconds } = program;
  const { prediction, target } = await plan(compiled, backendOptions(options));
  const written = await writeInputs(compiled, options.inputPrefix);
  const stored = await storeCompiled(compiled, loaded.name, args);
  if (options.json) {
    const bytes = prediction.links.flat().reduce((s, b) => s + b, 0);
    const cost = { rounds: prediction.rounds, bytes, preprocessing: Object.fromEntries(prediction.demand) };
    const { hash: tapeHash } = compiled;
    return console.log(
      JSON.stringify({
        program: loaded.name,
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
  console.log(`${[loaded.name, ...args].join("-")}: tape ${compiled.hash} (${compileSeconds.toFixed(2)} s)`);
  for (const name of [stored, ...written]) console.log(`wrote ${name}`);
  console.log(`\na run with ${target.name} will take\n${predicted(prediction, target)}`);
}

/** What a program does. One whose data cannot be had keeps nobody from seeing the others. */
async function described(name: string): Promise<Pick<Loaded["program"], "description" | "words">> {
  try {
    return (await describeProgram(name)).program;
  } catch (error) {
    return { description: `cannot be loaded: ${error instanceof Error ? error.message : error}` };
  }
}

async function listPrograms(options: Options): Promise<void> {
  const named = options.words.length > 0;
  const list = [];
  for (const name of named ? options.words : programNames()) {
    list.push({ name, ...named ? (await describeProgram(name)).program : await described(name) });
  }
  if (options.json) {
    return console.log(JSON.stringify(list.map(({ name, description, words }) => ({ name, description, words }))));
  }
  for (const { name, description, words = {} } of list) {
    console.log(`${name.padEnd(18)} ${description}`);
    if (!named) continue;
    for (const [word, what] of Object.entries(words)) console.log(`  ${word.padEnd(16)} ${what}`);
  }
  if (!named) {
    console.log('\nWith a name, "deno task programs NAME" lists the words that a program understands.');
  }
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
    const all = [...Object.keys(COMMANDS), ...Object.keys(OTHERS)].join(", ");
    throw new UsageError(`There is no command "${command}". There are: ${all}`);
  }
  const options = parseOptions(argv);
  if (options.help) return console.log(HELP[command as Command]);
  await COMMANDS[command as Command](options);
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    console.error(`error: ${Deno.args.includes("--debug") ? stack ?? message : message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
