/**
 * A program's files as TypeScript sees them: its own, the library's types, the standard library without a browser, and what programs may
 * name besides ECMAScript: of what reads, writes or sends only the reading of data files.
 *
 * Files come from the host that the caller gives. Only the types of the library matter here, so its imports of passes,
 * engine and backends are left unresolved: whatever such a type would say, no program sees it.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "./typescript.ts";

/** Where the check reads files; paths are absolute. */
export interface CheckHost {
  readFile(path: string): string | undefined;
  fileExists(path: string): boolean;
  /** The address of a name that is neither the library's nor a path, if it has one: what an import map gives. */
  resolve?(name: string): string | undefined;
}

/** A program's files, ready to ask for types. */
export interface Sources {
  readonly program: ts.Program;
  /** The program and the modules of its own that it imports, directly or not. */
  readonly own: readonly ts.SourceFile[];
  /** The JSON files that these import. */
  readonly data: readonly { readonly path: string; readonly text: string }[];
  /** Whether a path is one of the library's. */
  isLibrary(path: string): boolean;
}

/** The library as its deno.json files describe it. */
interface Library {
  readonly root: string;
  /** Folders of its packages. */
  readonly folders: readonly string[];
  /** Specifier to path. */
  readonly names: ReadonlyMap<string, string>;
}

/** What the type of `list[i]` says: that the entry may be undefined, as in deno.json, or that it is there, as elsewhere. */
export type Indices = "may be missing" | "exist";

/** As in deno.json, so that a program passes here where it passes `deno check`. */
const OPTIONS: ts.CompilerOptions = {
  allowImportingTsExtensions: true,
  exactOptionalPropertyTypes: true,
  lib: ["lib.esnext.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  resolveJsonModule: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
  types: [],
  useUnknownInCatchVariables: true,
};

/** What the library's own imports may lead to, relative to its root. */
const TYPED = /^(mod\.ts|(engine\/run|protocol|compiler|ml|datasets|std)\/)/;
const UNTYPED = /^compiler\/(passes|checker)\/|^compiler\/(check|print|verify)\.ts$/;

/** What a program may import of its own: what runs is what the check has read. A declaration file says nothing about code. */
const FOLLOWED = /(?<!\.d)\.m?ts$|\.json$/;

const EXTENSIONS: readonly (readonly [end: string, extension: string])[] = [
  [".d.ts", ts.Extension.Dts],
  [".ts", ts.Extension.Ts],
  [".mts", ts.Extension.Mts],
  [".tsx", ts.Extension.Tsx],
  [".json", ts.Extension.Json],
  [".js", ts.Extension.Js],
  [".mjs", ts.Extension.Mjs],
];

/** Parsed files that do not change from program to program; a file with another text is parsed again. */
const parsed = new Map<string, ts.SourceFile>();

/**
 * Reads modules, given by their absolute paths, with all that they import.
 *
 * @throws {TypeError} if the host does not give the declarations that come with TypeScript
 */
export function readSources(
  files: readonly string[],
  host: CheckHost,
  indices: Indices = "may be missing",
): Sources {
  const library = readLibrary(fromUrl(new URL("../../", import.meta.url)), host);
  const libs = fromUrl(new URL("./", import.meta.resolve("typescript")));
  const globals = `${libs}symbolon.d.ts`;
  const imports = new Map<string, string[]>();
  const compilerHost: ts.CompilerHost = {
    fileExists: (path) => host.fileExists(path),
    getCanonicalFileName: (path) => path,
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: () => `${libs}lib.d.ts`,
    getDefaultLibLocation: () => libs,
    getNewLine: () => "\n",
    getSourceFile(path, options) {
      const text = path === globals ? GLOBALS : host.readFile(path);
      if (text === undefined) return undefined;
      const known = parsed.get(path);
      if (known?.text === text) return known;
      const given = typeof options === "object" ? options : { languageVersion: options };
      const source = ts.createSourceFile(path, text, { ...given, jsDocParsingMode: ts.JSDocParsingMode.ParseNone });
      if (path.startsWith(libs) || isOf(library, path)) parsed.set(path, source);
      return source;
    },
    readFile: (path) => host.readFile(path),
    resolveModuleNameLiterals(literals, from, _redirected, _options, source) {
      const found = literals.map((literal) => resolve(literal, from, source));
      imports.set(from, found.filter((path) => path !== undefined));
      return found.map((path) => {
        const extension = EXTENSIONS.find(([end]) => path?.endsWith(end))?.[1];
        if (path === undefined || extension === undefined) return { resolvedModule: undefined };
        return { resolvedModule: { resolvedFileName: path, extension } };
      });
    },
    useCaseSensitiveFileNames: () => true,
    writeFile: () => {},
  };

  function resolve({ text, pos }: ts.StringLiteralLike, from: string, source: ts.SourceFile): string | undefined {
    // Only the library may say that other types than those of the file itself belong to an import.
    const pragma = isOf(library, from) ? typesPragma(source.text.slice(0, pos)) : undefined;
    const specifier = pragma ?? text;
    const path = library.names.get(specifier) ?? relative(specifier, from) ?? mapped(specifier, from);
    // TypeScript takes a backslash for a slash: it would read another file.
    if (path === undefined || path.includes("\\")) return undefined;
    if (!isOf(library, from)) return FOLLOWED.test(path) && host.fileExists(path) ? path : undefined;
    if (!isOf(library, path)) return host.fileExists(path) ? path : undefined;
    const place = path.slice(library.root.length);
    return TYPED.test(place) && !UNTYPED.test(place) ? path : undefined;
  }

  function mapped(specifier: string, from: string): string | undefined {
    const address = isOf(library, from) ? undefined : host.resolve?.(specifier);
    return address === undefined ? undefined : relative(address, from);
  }

  const options = { ...OPTIONS, noUncheckedIndexedAccess: indices === "may be missing" };
  const program = ts.createProgram({ rootNames: [globals, ...files], options, host: compilerHost });
  if (program.getSourceFile(`${libs}lib.es5.d.ts`) === undefined) {
    throw new TypeError(`The check cannot read TypeScript's own declarations: allow reading ${libs}`);
  }
  const own = new Set(files);
  for (const path of own) {
    for (const next of imports.get(path) ?? []) if (!isOf(library, next)) own.add(next);
  }
  return {
    program,
    data: [...own].filter((path) => path.endsWith(".json")).map((path) => ({ path, text: host.readFile(path) ?? "" })),
    own: [...own].flatMap((path) => path.endsWith(".json") ? [] : program.getSourceFile(path) ?? []),
    isLibrary: (path) => isOf(library, path),
  };
}

/** The path of a `file:` URL with `/` between folders. */
export function fromUrl(url: string | URL): string {
  return slashes(fileURLToPath(url));
}

/** A path with `/` between folders: where paths begin with it, a backslash is a letter as any other. */
export function slashes(path: string): string {
  return path.startsWith("/") ? path : path.replaceAll("\\", "/");
}

/** Reads which folders and names are the library's. */
function readLibrary(root: string, host: CheckHost): Library {
  const names = new Map<string, string>();
  const config = readConfig(`${root}deno.json`, host);
  const folders: string[] = [];
  const addExports = ({ name, exports }: Config, folder: string) => {
    if (name === undefined || exports === undefined) return;
    const all = typeof exports === "string" ? { ".": exports } : exports;
    for (const [key, path] of Object.entries(all)) names.set(name + key.slice(1), folder + path.replace(/^\.\//, ""));
  };
  addExports(config, root);
  for (const [name, path] of Object.entries(config.imports ?? {})) {
    if (path.startsWith("./")) names.set(name, root + path.slice(2));
  }
  for (const member of config.workspace ?? []) {
    const folder = `${root}${member.replace(/^\.\//, "")}/`;
    folders.push(folder);
    addExports(readConfig(`${folder}deno.json`, host), folder);
  }
  return { root, folders, names };
}

/** What the check reads in a deno.json. */
interface Config {
  readonly name?: string;
  readonly exports?: string | Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
  readonly workspace?: readonly string[];
}

function readConfig(path: string, host: CheckHost): Config {
  const { config } = ts.parseConfigFileTextToJson(path, host.readFile(path) ?? "{}");
  return (config ?? {}) as Config;
}

function isOf({ root, folders }: Library, path: string): boolean {
  return path === `${root}mod.ts` || folders.some((folder) => path.startsWith(folder));
}

/** The path that a relative, absolute or `file:` specifier leads to. */
function relative(specifier: string, from: string): string | undefined {
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return undefined;
  try {
    return fromUrl(new URL(specifier, pathToFileURL(from)));
  } catch {
    return undefined;
  }
}

/** What a comment `@ts-types` right before an import gives as the place of its types. */
function typesPragma(before: string): string | undefined {
  return /@ts-types="([^"]+)"[^\n]*\n[^\n]*$/.exec(before)?.[1];
}

/** Ambient declarations, in TypeScript. */
const GLOBALS = `
interface Console {
  debug(...data: unknown[]): void;
  error(...data: unknown[]): void;
  info(...data: unknown[]): void;
  log(...data: unknown[]): void;
  table(data: unknown): void;
  warn(...data: unknown[]): void;
}
declare const console: Console;
interface Performance {
  now(): number;
}
declare const performance: Performance;
declare namespace Deno {
  function readTextFile(path: string | URL): Promise<string>;
  function readTextFileSync(path: string | URL): string;
  function readFile(path: string | URL): Promise<Uint8Array<ArrayBuffer>>;
  function readFileSync(path: string | URL): Uint8Array<ArrayBuffer>;
}
interface URL {
  readonly hash: string;
  readonly host: string;
  readonly href: string;
  readonly origin: string;
  readonly pathname: string;
  readonly protocol: string;
  readonly search: string;
}
declare const URL: {
  readonly prototype: URL;
  new (url: string | URL, base?: string | URL): URL;
};
interface TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare const TextEncoder: { readonly prototype: TextEncoder; new (): TextEncoder };
interface TextDecoder {
  decode(bytes?: ArrayBufferView | ArrayBuffer): string;
}
declare const TextDecoder: { readonly prototype: TextDecoder; new (label?: string): TextDecoder };
declare function structuredClone<T>(value: T): T;
interface ImportMeta {
  readonly url: string;
  readonly main: boolean;
  readonly dirname?: string;
  readonly filename?: string;
  resolve(specifier: string): string;
}
`;
