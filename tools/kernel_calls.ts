/**
 * The wrappers of kernels, made from their AssemblyScript signatures: one place says what a kernel takes, all else follows.
 *
 * A wrapper computes; or, while something is recorded, writes the call down; or cuts it for several threads where `src/spreading.ts` says so.
 *
 * @module
 */
import { CUTS } from "../kernels/src/spreading.ts";

/** A parameter: an address or a number of bytes, a count, or a word. */
export interface Parameter {
  readonly name: string;
  readonly type: "usize" | "i32" | "u64";
}

/** A kernel as its source declares it. */
export interface Signature {
  readonly module: string;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** The comment before it. */
  readonly doc: string;
}

/** Modules whose functions are no kernels: shared code, and what runs recorded calls. */
const OTHERS = new Set(["chacha8", "lanes", "modulus", "replay"]);

/** The kernels of a module, in the order of its source. */
export function signaturesOf(module: string, source: string): Signature[] {
  if (OTHERS.has(module)) return [];
  const found = source.matchAll(/(?:(\/\*\*(?:(?!\*\/)[^])*\*\/)\n)?export function (\w+)\(([^)]*)\): (\w+)/g);
  return [...found].map(([, doc = "", name, parameters, result]) => {
    if (result !== "void") throw new TypeError(`${module}.${name} returns ${result}: a kernel writes to memory`);
    return {
      module,
      name: name!,
      doc,
      parameters: parameters!.split(",").map((p) => p.trim()).filter((p) => p !== "").map((p) => {
        const [, name, type] = /^(\w+): (usize|i32|u64)$/.exec(p) ?? [];
        if (name === undefined) throw new TypeError(`${module}.as.ts: a kernel takes usize, i32 and u64, not "${p}"`);
        return { name, type: type as Parameter["type"] };
      }),
    };
  });
}

/** The order in which calls name kernels. */
export function ordered(signatures: readonly Signature[]): Signature[] {
  return [...signatures].sort((a, b) => a.module < b.module ? -1 : a.module > b.module ? 1 : 0);
}

/** Which arguments have 64 bits, such as "nnwn". */
function formOf({ parameters }: Signature): string {
  return parameters.map(({ type }) => type === "u64" ? "w" : "n").join("");
}

/** All forms of calls. */
function formsOf(signatures: readonly Signature[]): string[] {
  return [...new Set(signatures.map(formOf))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** 32-bit slots of a form. */
function slotsOf(form: string): number {
  return [...form].reduce((slots, c) => slots + (c === "w" ? 2 : 1), 0);
}

/** Bytes of a recorded call: the kernel's number, its form, and slots for the arguments, in a multiple of 16. */
export function callBytes(signatures: readonly Signature[]): number {
  return Math.ceil((8 + 4 * Math.max(...formsOf(signatures).map(slotsOf))) / 16) * 16;
}

/** The cases of `src/replay.as.ts`, one a form. */
export function replayCases(signatures: readonly Signature[]): string {
  return formsOf(signatures).map((form, i) => {
    let slot = 0;
    const args = [...form].map((c) => {
      const text = c === "w" ? `wide(p, ${slot})` : `a(p, ${slot})`;
      slot += c === "w" ? 2 : 1;
      return text;
    });
    return `      case ${i}:\n        call_indirect<void>(${["k", ...args].join(", ")});\n        break;`;
  }).join("\n");
}

/** The wrappers of a module. */
export function wrappers(module: string, signatures: readonly Signature[]): string {
  const forms = formsOf(signatures);
  const own = signatures.filter((s) => s.module === module);
  const cut = own.some(({ name }) => CUTS[module]?.[name] !== undefined);
  return `// Made by "deno task kernels" from src/${module}.as.ts and src/spreading.ts.
/**
 * Kernels of \`src/${module}.as.ts\`. A call computes; while something is recorded it is written down instead${
    cut ? "; long ones go to all threads" : ""
  }.
 *
 * @module
 */
import * as wasm from "./${module}.wasm";
${cut ? 'import { helped, spread } from "../pool.ts";\n' : ""}import { note, recording } from "../recorder.ts";

${own.map((s) => wrapper(s, signatures.indexOf(s), forms.indexOf(formOf(s)))).join("\n\n")}
`;
}

function wrapper({ module, name, parameters, doc }: Signature, index: number, form: number): string {
  const args = parameters.map(({ name }) => name).join(", ");
  const cut = CUTS[module]?.[name];
  if (cut !== undefined && cut.moves.length !== parameters.length) {
    throw new TypeError(`spreading.ts: ${module}.${name} has ${parameters.length} parameters, not ${cut.moves.length}`);
  }
  const spread = cut === undefined ? "" : `  if (helped && ${cut.long}) {
    return spread({ kernel: ${index}, args: [${args}], moves: [${cut.moves.join(", ")}], total: ${cut.total}${
    cut.unit === undefined ? "" : `, unit: ${cut.unit}`
  }, least: ${cut.least}${cut.most === undefined ? "" : `, most: ${cut.most}`} });
  }
`;
  const typed = parameters.map(({ name, type }) => `${name}: ${type === "u64" ? "bigint" : "number"}`).join(", ");
  return `${doc === "" ? "" : `${doc}\n`}export function ${name}(${typed}): void {
${spread}  if (recording) note(${index}, ${form}, ${args});
  else wasm.${name}(${args});
}`;
}

/** The table of kernels, by number. */
export function table(signatures: readonly Signature[]): string {
  const modules = [...new Set(signatures.map(({ module }) => module))];
  return `// Made by "deno task kernels" from src/.
/**
 * All kernels by number: calls that are recorded or go to other threads name them so, so all threads have the same list.
 *
 * @module
 */
import type { Kernel } from "../call_board.ts";
${modules.map((m) => `import * as ${m} from "./${m}.wasm";`).join("\n")}

/** By number. */
export const KERNELS: readonly Kernel[] = [
${signatures.map(({ module, name }) => `  ${module}.${name},`).join("\n")}
] as readonly Kernel[];

/** Bytes of a recorded call: see \`src/replay.as.ts\`. */
export const CALL_BYTES = ${callBytes(signatures)};
`;
}
