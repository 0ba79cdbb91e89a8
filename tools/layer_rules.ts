/**
 * The rules on imports and effects, as functions from a file's text to what is wrong with it.
 *
 * @module
 */
import { type Reference, scan, type Use } from "./layer_scan.ts";
import {
  type Effect,
  EFFECTS,
  EXTERNAL,
  isIn,
  isTest,
  NOT_FOR_THE_COMPILER,
  placeOf,
  ROOTS,
  ruleOf,
  WORKSHOPS,
} from "./layer_table.ts";

/** Something a rule forbids. */
export interface Violation {
  /** From the root of the repository. */
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Folders of the workspace's packages by name: `"@symbolon/vm"` → `"vm/"`; the root's own is `""`. */
export type Members = ReadonlyMap<string, string>;

/** Why an effect is confined. */
const REASONS: Readonly<Record<Effect, string>> = {
  async: "protocols, compiler and VM are synchronous: async belongs to the transports and the composition root",
  deno: "only the command line, the transports and the readers of files touch the system",
  entropy: "randomness comes from primitives/prg.ts",
  mathRandom: "Math.random is predictable: take randomness from primitives/prg.ts",
  worker: "threads are started in transport/",
  kernel: "kernels are called by their wrappers in kernels/build/, which write calls down while something is recorded",
  computedImport: "only the command line loads modules by a computed address",
};

/** All violations of one file, in the order of lines. */
export function violationsOf(file: string, text: string, members: Members): Violation[] {
  const place = placeOf(file);
  if (place === null) {
    return [{ file, line: 1, message: "no rule for this place: add it to tools/layer_table.ts" }];
  }
  const { references, uses } = scan(file, text);
  const found: Violation[] = [];
  const say = (line: number, message: string | null) => {
    if (message !== null && !found.some((v) => v.line === line && v.message === message)) {
      found.push({ file, line, message });
    }
  };
  for (const reference of references) say(reference.line, wrongImport(file, place, reference, members));
  for (const use of uses) say(use.line, wrongUse(file, use));
  return found.sort((x, y) => x.line - y.line);
}

function wrongUse(file: string, { effect, what }: Use): string | null {
  if (isTest(file) || EFFECTS[effect].some((place) => isIn(file, place))) return null;
  return `${what} is not allowed here: ${REASONS[effect]}`;
}

function wrongImport(file: string, place: string, { specifier, names }: Reference, members: Members): string | null {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(specifier)?.[1]?.toLowerCase();
  if (scheme === "node") return wrongNode(file, place, specifier.slice("node:".length));
  if (scheme === "npm") return wrongExternal(file, specifier.replace(/^npm:\/?/, ""), specifier);
  if (scheme !== undefined) return `"${specifier}": modules are imported neither by ${scheme}: nor by other addresses`;
  if (specifier.startsWith("@std/")) return null;
  const relative = specifier.startsWith(".") || specifier.startsWith("/");
  const target = relative ? resolve(file, specifier) : memberPath(specifier, members);
  if (target === undefined) return wrongExternal(file, specifier, specifier);
  if (target === null) return `"${specifier}" leads out of the repository`;
  return wrongOurs(file, place, { specifier, names, target, relative });
}

function wrongNode(file: string, place: string, module: string): string | null {
  if (isTest(file) || WORKSHOPS.includes(place)) return null;
  const allowed = ruleOf(place)?.node ?? ROOTS[place]?.node ?? [];
  if (allowed.includes(module)) return null;
  return `${place} may not import "node:${module}"` +
    (allowed.length === 0 ? "" : `, only node:${allowed.join(", node:")}`);
}

function wrongExternal(file: string, specifier: string, written: string): string | null {
  const name = /^(@[^/]+\/[^/@]+|[^/@]+)/.exec(specifier)?.[1] ?? specifier;
  const places = EXTERNAL[name];
  if (places === undefined) return `"${written}": unknown package, add it to EXTERNAL in tools/layer_table.ts`;
  if (places.some((place) => isIn(file, place))) return null;
  return `"${written}" may be imported only in ${places.join(", ")}`;
}

/** An import of ours, resolved. */
interface Ours {
  readonly specifier: string;
  readonly names: readonly string[];
  readonly target: string;
  readonly relative: boolean;
}

function wrongOurs(file: string, place: string, { specifier, names, target, relative }: Ours): string | null {
  if (isTest(file) || WORKSHOPS.includes(place)) return null;
  if (isTest(target)) return `"${specifier}": only tests import test code`;
  const to = placeOf(target);
  if (to === null) return `"${specifier}": no rule for this place, add it to tools/layer_table.ts`;
  if (to === place) return null;
  if (WORKSHOPS.includes(to)) return `"${specifier}": the product does not import ${to}`;
  const rule = ruleOf(place);
  if (rule === undefined) return null;
  if (!rule.ours.some((ours) => ours === to || ours === "backends/*" && to.startsWith("backends/"))) {
    return `${place} may import ${listed(rule.ours)}, not ${to} ("${specifier}")`;
  }
  if (relative && to.endsWith("/")) return `"${specifier}" leaves ${place}: import the package by its name`;
  if (place === "compiler/" && to === "protocol/") {
    const taken = names.filter((name) => name === "*" || NOT_FOR_THE_COMPILER.includes(name));
    if (taken.length > 0) return `compiler/ takes types and data from protocol/, not ${taken.join(", ")}`;
  }
  return null;
}

function listed(places: readonly string[]): string {
  return places.length === 0 ? "nothing of ours" : places.join(", ");
}

/** The files of the repository that a file imports, types included. */
export function importsOf(file: string, text: string, members: Members): string[] {
  const targets = scan(file, text).references.map(({ specifier }) =>
    /^\.{1,2}\//.test(specifier) ? resolve(file, specifier) : memberPath(specifier, members)
  );
  return [...new Set(targets.filter((target) => target !== null && target !== undefined))];
}

/** A relative specifier from the root of the repository; null if it leads out. */
function resolve(file: string, specifier: string): string | null {
  if (specifier.startsWith("/")) return null;
  const parts = file.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The path of `@symbolon/x/y`; undefined if the name is no package of the workspace. */
function memberPath(specifier: string, members: Members): string | undefined {
  for (const [name, folder] of members) {
    if (specifier === name) return `${folder}mod.ts`;
    if (specifier.startsWith(`${name}/`)) return `${folder}${specifier.slice(name.length + 1)}/mod.ts`;
  }
  return undefined;
}
