/** One name or several. */
type Names = string | readonly string[];

/** Options of {@linkcode parseArgs}. */
export interface ParseOptions {
  /** Flags read as text, even where they look like numbers. */
  string?: Names;
  /** Flags that take no value and are false by default; `true` makes every `--flag` one. */
  boolean?: boolean | Names;
  /** Flags that may be repeated: their values come as an array. */
  collect?: Names;
  /** Flags that `--no-flag` sets to false. */
  negatable?: Names;
  /** Further names of a flag; the result holds the value under each of them. */
  alias?: Readonly<Record<string, Names>>;
  /** Values of flags that are not given. */
  default?: Readonly<Record<string, unknown>>;
  /** Puts the words after `--` under `"--"` instead of `_`. */
  "--"?: boolean;
  /** Takes everything after the first word that is no flag as words. */
  stopEarly?: boolean;
  /** Called for what is not declared above; `false` drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The part `K` of the options, `never` where it is absent. */
type Option<O, K extends string> = O extends { readonly [P in K]: infer V } ? V : never;

/** The names of a list. A list unknown at compile time and a dotted name, which nests, give none. */
type Listed<L> = L extends readonly (infer N)[] ? Named<N> : Named<L>;
type Named<N> = N extends string ? string extends N ? never : N extends `${string}.${string}` ? never : N : never;

/** `N` with all names that the aliases `A` hold equal to it. */
type WithAliases<N, A> =
  | N
  | { [K in keyof A]: N extends K | Listed<A[K]> ? (K & string) | Listed<A[K]> : never }[keyof A];

type NamesIn<O, K extends string> = WithAliases<Listed<Option<O, K>>, Option<O, "alias">>;
type Strings<O> = NamesIn<O, "string">;
type Booleans<O> = NamesIn<O, "boolean">;
type Collected<O> = NamesIn<O, "collect">;
type Negatable<O> = NamesIn<O, "negatable">;
type Declared<O> = Strings<O> | Booleans<O> | Collected<O>;

/** The default of the flag `K`, given under it or an alias; `never` where there is none. */
type Default<O, K> = Option<O, "default"> extends infer D
  ? { [P in keyof D]: K extends WithAliases<P, Option<O, "alias">> ? Widened<D[P]> : never }[keyof D]
  : never;

/** Literals widened, read-only tuples as arrays. */
type Widened<T> = T extends string ? string
  : T extends number ? number
  : T extends boolean ? boolean
  : T extends readonly (infer E)[] ? Widened<E>[]
  : T;

/** Refuses misspelt options. */
type NothingElse<O> = { [K in Exclude<keyof O, keyof ParseOptions>]: never };

/** One value of the flag `K`. */
type Single<O, K> = K extends Booleans<O> ? boolean : K extends Strings<O> ? string : unknown;

/** What the flag `K` holds once it is there. */
type Value<O, K> =
  | (K extends Collected<O> ? Single<O, K>[] : Single<O, K>)
  | (K extends Negatable<O> ? false : never)
  | Default<O, K>;

/** Flags that are always there: booleans, collected texts, those with a default. */
type Present<O> =
  | Booleans<O>
  | (Strings<O> & Collected<O>)
  | Defaulted<O>;

/** Flags with a default. */
type Defaulted<O> = { [K in Declared<O>]: [Default<O, K>] extends [never] ? never : K }[Declared<O>];

/** What {@linkcode parseArgs} returns for the options `O`: words in `_`, declared flags typed, others `unknown`. */
export type Args<O = Record<never, never>> =
  & { [K in Declared<O> & Present<O>]: Value<O, K> }
  & { [K in Exclude<Declared<O>, Present<O>>]?: Value<O, K> }
  & { _: (string | number)[] }
  & (O extends { readonly "--": true } ? { "--": string[] } : unknown)
  & Record<string, unknown>;

/**
 * The flags and words of a command line.
 *
 * `--name value`, `--name=value`, `-n value`, `-nvalue` for one letter and a number, `-abc` for three flags. Words, and
 * values of flags not declared as text, that look like numbers become numbers.
 *
 * @example
 * ```ts
 * import { parseArgs } from "@std/cli/parse-args";
 * import { assertEquals } from "@std/assert";
 *
 * const args = parseArgs(["-E", "ring", "breast_logistic", "approx"], {
 *   string: ["protocol"],
 *   alias: { protocol: "E" },
 *   default: { protocol: "emulate" },
 * });
 * const protocol: string = args.protocol;
 * assertEquals([protocol, ...args._], ["ring", "breast_logistic", "approx"]);
 * ```
 */
export function parseArgs<const O extends ParseOptions = Record<never, never>>(
  args: string[],
  options?: O & ParseOptions & NothingElse<O>,
): Args<O>;
