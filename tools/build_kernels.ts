/**
 * Compiles `kernels/src/*.as.ts` to `kernels/build/*.wasm`; with `--check` only compares with what is committed.
 *
 * @module
 */
import asc from "assemblyscript/asc";
import { equals } from "@std/bytes";
import { callBytes, ordered, replayCases, signaturesOf, table, wrappers } from "./kernel_calls.ts";
import { flagsOf } from "./task_help.ts";

const root = new URL("../kernels/", import.meta.url);
const check = flagsOf(
  `Compiles kernels/src to kernels/build.

usage: deno task kernels [--check]

options
  --check     writes nothing: exits with 1 if what is committed is not what the sources give
  -h, --help  this text`,
  ["--check"],
).has("--check");
const stale: string[] = [];

/** Its cases come from the signatures. */
const REPLAY = "replay.as.ts";

const sources = Array.from(Deno.readDirSync(new URL("src/", root)), ({ name }) => name)
  .filter((name) => name.endsWith(".as.ts")).sort();
const textOf = (name: string) => Deno.readTextFileSync(new URL(`src/${name}`, root));
const moduleOf = (name: string) => name.replace(/\.as\.ts$/, "");
const signatures = ordered(sources.flatMap((name) => signaturesOf(moduleOf(name), textOf(name))));

for (const name of sources) {
  const module = moduleOf(name);
  await keep(`${module}.wasm`, await compile(name));
  if (signatures.some((s) => s.module === module)) {
    await keep(`${module}.ts`, await formatted(wrappers(module, signatures)));
  }
}
await keep("table.ts", await formatted(table(signatures)));

/** Writes a file of `build/`, or notes that it differs. */
async function keep(name: string, bytes: Uint8Array): Promise<void> {
  const target = new URL(`build/${name}`, root);
  const same = equals(await Deno.readFile(target).catch(() => new Uint8Array()), bytes);
  if (check && !same) stale.push(name);
  if (!check && !same) await Deno.writeFile(target, bytes);
  console.log(`${name}: ${bytes.length} bytes${same ? "" : check ? ", differs" : ", written"}`);
}

/** TypeScript as `deno fmt` writes it. */
async function formatted(text: string): Promise<Uint8Array> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "-"],
    ...{ cwd: root, stdin: "piped", stdout: "piped", stderr: "inherit" } as const,
  });
  const process = command.spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout } = await process.output();
  if (!success) throw new Error("deno fmt does not take the wrappers");
  return stdout;
}

if (stale.length > 0) {
  console.error(`Stale kernels: ${stale.join(", ")}. Run "deno task kernels" and commit kernels/build.`);
  Deno.exit(1);
}

function withCases(text: string): string {
  return `const CALL_BYTES: usize = ${callBytes(signatures)};\n${text}`
    .replace(/^ *\/\/ One case a form.*$/m, () => replayCases(signatures));
}

/** The module's bytes. Same source and compiler, same bytes. */
async function compile(source: string): Promise<Uint8Array> {
  let binary: Uint8Array | null = null;
  const { error, stderr } = await asc.main([
    source,
    "--outFile",
    "out.wasm",
    ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "threads"],
    ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
    ...(source === REPLAY ? ["--exportTable"] : []),
  ], {
    readFile: (file: string) =>
      !sources.includes(file) ? null : file === REPLAY ? withCases(textOf(file)) : textOf(file),
    writeFile: (file: string, contents: string | Uint8Array) => {
      if (file === "out.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) throw new Error(`Cannot compile ${source}:\n${stderr.toString()}`);
  return binary;
}
