/**
 * Compiles `kernels/src/*.as.ts` to `kernels/build/*.wasm`; with `--check` only compares with what is committed.
 *
 * @module
 */
import asc from "assemblyscript/asc";
import { equals } from "@std/bytes";
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

const sources = Array.from(Deno.readDirSync(new URL("src/", root)), ({ name }) => name).sort();
for (const name of sources) {
  const kernel = name.replace(/\.as\.ts$/, "");
  const wasm = await compile(kernel);
  const target = new URL(`build/${kernel}.wasm`, root);
  const same = equals(await Deno.readFile(target).catch(() => new Uint8Array()), wasm);
  if (check && !same) stale.push(kernel);
  if (!check && !same) await Deno.writeFile(target, wasm);
  console.log(`${kernel}: ${wasm.length} bytes${same ? "" : check ? ", differs" : ", written"}`);
}
if (stale.length > 0) {
  console.error(`Stale kernels: ${stale.join(", ")}. Run "deno task kernels" and commit kernels/build.`);
  Deno.exit(1);
}

/** The module's bytes. Same source and compiler, same bytes. */
async function compile(kernel: string): Promise<Uint8Array> {
  const source = `${kernel}.as.ts`;
  let binary: Uint8Array | null = null;
  const { error, stderr } = await asc.main([
    source,
    "--outFile",
    "out.wasm",
    ...["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd", "--enable", "threads"],
    ...["--importMemory", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"],
    ...(kernel === "replay" ? ["--exportTable"] : []),
  ], {
    readFile: (file: string) => sources.includes(file) ? Deno.readTextFileSync(new URL(`src/${file}`, root)) : null,
    writeFile: (file: string, contents: string | Uint8Array) => {
      if (file === "out.wasm" && typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === null) throw new Error(`Cannot compile ${source}:\n${stderr.toString()}`);
  return binary;
}
