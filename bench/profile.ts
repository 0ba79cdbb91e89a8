/**
 * `deno task profile [OPTIONS] [PROGRAM] [WORDS…]`: where a run's time goes, by layer, from V8's sampling profiler.
 *
 * Of the samples those between the first and the last of the run itself count: loading, compiling and ending are left out. Waiting
 * for messages counts as transport. The program is breast_logistic unless told.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { runUnchecked as run } from "../engine/run/run.ts";
import { byFunction, byLayer, ofRun } from "./profile_layers.ts";
import { chachaModule, type Profile, Profiler } from "./profiler.ts";

/** Microseconds between samples. */
const INTERVAL = 100;
const PARTIES = 3;
const CLI = new URL("../cli.ts", import.meta.url).href;

const HELP = `Where a run's time goes, by layer, from V8's sampling profiler.

usage: deno task profile [OPTIONS] [PROGRAM] [WORDS…]

PROGRAM is breast_logistic unless told.

options
  --transport NAME  inline: all parties in one thread, the second run in a process as in the benchmarks (default)
                    first: the same, the first run, in which V8 still compiles
                    workers: a thread a party; tls: a process a party
  --functions N     also the N functions that take most (0)
  -h, --help        this text

examples
  deno task profile
  deno task profile --transport workers --functions 10 breast_logistic approx`;

const { _: [name = "breast_logistic", ...words], functions, transport, help } = parseArgs(Deno.args, {
  string: ["functions", "transport", "_"],
  boolean: ["help"],
  alias: { h: "help" },
  default: { functions: "0", transport: "inline" },
  stopEarly: true,
  unknown: (arg: string) => !arg.startsWith("-") || fail(`There is no option ${arg}. See --help`),
});
if (help) {
  console.log(HELP);
  Deno.exit(0);
}
if (!["inline", "first", "workers", "tls"].includes(transport)) {
  fail(`--transport takes inline, first, workers or tls, not "${transport}"`);
}
if (!/^\d+$/.test(functions)) fail(`--functions takes a whole number, not "${functions}"`);

/** Ends with a message. */
function fail(message: string): never {
  console.error(`error: ${message}`);
  Deno.exit(2);
}

const title = [name, ...words].join(" ");

const folder = await Deno.makeTempDir();
try {
  const profiles = await (transport === "tls" ? ofProcesses() : transport === "inline" ? ofSecondRun() : ofThreads());
  const chacha = await chachaModule();
  for (const [thread, profile] of profiles) show(thread, ofRun(profile), chacha);
} finally {
  await Deno.remove(folder, { recursive: true });
}

/** Runs the command line in the temporary folder. */
async function command(args: readonly string[], flags: readonly string[] = []): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    cwd: folder,
    args: ["run", "-A", ...flags, CLI, ...args],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** The same, profiled; the profiles of its threads, the main one first. */
async function profiled(args: readonly string[], label: string): Promise<[thread: string, profile: Profile][]> {
  const into = `${folder}/${label}`;
  await command(args, ["--cpu-prof", `--cpu-prof-dir=${into}`, `--cpu-prof-interval=${INTERVAL}`]);
  const names = Array.from(Deno.readDirSync(into), ({ name }) => name).sort();
  return await Promise.all(names.map(async (name): Promise<[string, Profile]> => {
    const worker = /worker-\d+/.exec(name);
    return [worker === null ? label : worker[0], JSON.parse(await Deno.readTextFile(`${into}/${name}`)) as Profile];
  }));
}

async function ofSecondRun(): Promise<[thread: string, profile: Profile][]> {
  const { default: program } = await import(new URL(`../programs/${name}.ts`, import.meta.url).href);
  const once = () => run(program, { backend: "ring", args: words.map(String), transport: "inline" });
  await once();
  const profiler = new Profiler();
  await profiler.start();
  await once();
  return [["all parties", await profiler.stop()]];
}

async function ofThreads(): Promise<[thread: string, profile: Profile][]> {
  const args = ["run", "-E", "ring", "--transport", transport === "first" ? "inline" : transport, name, ...words];
  const profiles = await profiled(args, "all parties");
  return profiles.filter(([thread]) => thread.startsWith("worker") === (transport === "workers"));
}

async function ofProcesses(): Promise<[thread: string, profile: Profile][]> {
  await command(["compile", name, ...words]);
  await command(["setup-ssl", `${PARTIES}`]);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // Ports after a free one are likely free; if not, a party says so.
  const base = (listener.addr as Deno.NetAddr).port + 1;
  const kept = [name, ...words].join("-");
  const parties = Array.from(
    { length: PARTIES },
    (_, i) => profiled(["party", "-E", "ring", "--portnumbase", `${base}`, `${i}`, kept], `party ${i}`),
  );
  return (await Promise.all(parties)).map(([main]) => main!);
}

function show(thread: string, profile: Profile, chacha: string): void {
  const seconds = profile.timeDeltas.reduce((sum, t) => sum + t, 0) / 1e6;
  console.log(`\n${title}, ${transport}, ${thread}: ${seconds.toFixed(2)} s, profiled\n`);
  const percent = (share: number, digits: number) => `${(100 * share).toFixed(digits).padStart(6)} %`;
  for (const [layer, share] of byLayer(profile, chacha)) console.log(`${layer.padEnd(24)}${percent(share, 1)}`);
  for (const [place, share] of byFunction(profile).slice(0, Number(functions))) {
    console.log(`${percent(share, 2)}  ${place}`);
  }
}
