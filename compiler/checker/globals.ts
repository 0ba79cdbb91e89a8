/**
 * What programs may name besides ECMAScript: of what reads, writes or sends only the reading of data files.
 *
 * @module
 */

/** Ambient declarations, in TypeScript. */
export const GLOBALS = `
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
