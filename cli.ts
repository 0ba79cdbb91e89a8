/**
 * The command line: flags, exit codes, and nothing else. Exit code 2 is a wrong command line, 1 a run that failed.
 *
 * @module
 */
import { compile, type Compiled, format } from "@symbolon/compiler";
import { storeCompiled } from "./cli/compiled_files.ts";
import { inputsFrom, writeInputs } from "./cli/input_files.ts";
import { type Command, HELP, type Options, parseOptions, UsageError } from "./cli/options.ts";
import { party } from "./cli/party.ts";
import { describeProgram, type Loaded, loadProgram, programNames } from "./cli/program_files.ts";
import { Progress } from "./cli/progress.ts";
import { type Finished, json, predicted, summary } from "./cli/report.ts";
import { setupSsl } from "./cli/setup_ssl.ts";
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
  const compiled = compile(loaded.program, { args });
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
  const { loaded, args, compiled, compileSeconds } = await ready(options);
  const { prediction, target } = await plan(compiled, backendOptions(options));
  if (options.checkRange && !target.clear) {
    throw new UsageError(`--check-range needs the values in the clear, which ${target.name} never has: add -E emulate`);
  }
  await writeInputs(compiled, options.inputPrefix);
  const progress = new Progress(prediction.rounds);
  const metrics: Record<string, number> = {};
  const outputs: Finished["outputs"][number][] = [];
  const say = (line: string) => {
    progress.clear();
    console.log(line);
  };
  const report = await execute(compiled, {
    ...backendOptions(options),
    ...(options.checkRange ? { checkRange: options.debug ? "values" : "bits" } : {}),
    transport: options.transport,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    inputs: inputsFrom(compiled, options.inputPrefix),
    listener: {
      print: say,
      output: ({ label, party, shape, values }) => {
        outputs.push({ label, party, shape, values });
        say(`${label}${party === "all" ? "" : ` (party ${party})`}: [${values.join(", ")}]`);
      },
      metric: (name, value) => metrics[name] = value,
      progress: (rounds) => progress.update(rounds),
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
  if (options.transport === "auto" && report.parties > 1) {
    const work = Math.round(prediction.multiplications / Math.max(1, report.rounds));
    console.error(`transport auto: ${report.transport} (${work.toLocaleString("en")} multiplications a round)`);
  }
  console.log(options.json ? json(finished) : `\n${summary(finished)}`);
}

async function compileOnly(options: Options): Promise<void> {
  const { loaded, args, compiled, compileSeconds } = await ready(options);
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

async function listPrograms(options: Options): Promise<void> {
  const list = [];
  for (const name of programNames()) list.push({ name, ...(await describeProgram(name)).program });
  if (options.json) {
    return console.log(JSON.stringify(list.map(({ name, description, words }) => ({ name, description, words }))));
  }
  for (const { name, description, words = {} } of list) {
    console.log(`${name.padEnd(18)} ${description}`);
    for (const [word, what] of Object.entries(words)) console.log(`  ${word.padEnd(16)} ${what}`);
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
