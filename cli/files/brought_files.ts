/**
 * What a program brings for a party, on disk between `compile` and `party`: a file of our own, so that no input file of the party's
 * is touched.
 *
 * The first line says in JSON what the file is and how its tables are laid out; their elements follow, little-endian, each table in
 * its own type of numbers. The line has a random mark, which the compiled program has too: they belong together.
 *
 * @module
 */
import type { Brought, BroughtPart } from "@symbolon/compiler";
import { naming } from "@symbolon/files";
import { systemEntropy } from "@symbolon/primitives";
import type { PartyId } from "@symbolon/protocol";
import { createHash } from "node:crypto";
import { writeOwn } from "./whole_files.ts";

/** How every such file begins. */
const BEGINS = '{"symbolon":"brought"';
const VERSION = 1;
/** Owner only: the data is secret. */
const MODE = 0o600;

/** Types of elements, by the name in the file. */
const ELEMENTS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
} as const;

type ElementType = keyof typeof ELEMENTS;
type Elements = InstanceType<(typeof ELEMENTS)[ElementType]>;

/** A table in the first line. */
interface PartHeader extends Omit<BroughtPart, "values"> {
  readonly shape: readonly number[];
  readonly divisor: number;
  readonly element: ElementType;
  readonly length: number;
  readonly classes?: number;
}

interface Header {
  readonly symbolon: "brought";
  readonly version: number;
  readonly party: PartyId;
  readonly mark: string;
  readonly sha256: string;
  readonly parts: readonly PartHeader[];
}

/** The file's name. `program`: that of the compiled program. */
export function broughtName(prefix: string, party: PartyId, program: string): string {
  return `${prefix}-Brought-P${party}-${program.replace(/[^\w.+-]/g, encodeURIComponent)}`;
}

/**
 * Writes what a program brings for a party, whole or not at all; the mark of the file.
 *
 * @throws {UsageError} if another file has its name
 */
export async function writeBrought(
  name: string,
  party: PartyId,
  brought: Brought,
  { overwrite }: { readonly overwrite: boolean },
): Promise<string> {
  const tables = brought.map(({ values }) => elementsOf(("classes" in values ? values.labels : values).data));
  const parts = brought.map(({ type, size, reading, single, values }, i): PartHeader => {
    const { shape, divisor = 1 } = "classes" in values ? values.labels : values;
    const { length } = tables[i]!;
    const table = { type, size, reading, single, shape, divisor, element: typeOf(tables[i]!), length };
    return "classes" in values ? { ...table, classes: values.classes } : table;
  });
  const hash = createHash("sha256");
  for (const table of tables) hash.update(bytesOf(table));
  const random = new Uint8Array(16);
  systemEntropy(random);
  const mark = random.toHex();
  const header: Header = { symbolon: "brought", version: VERSION, party, mark, sha256: hash.digest("hex"), parts };
  const line = new TextEncoder().encode(`${JSON.stringify(header)}\n`);
  await writeOwn(name, [line, ...tables.map(bytesOf)], {
    isOurs: (begin) => begin.startsWith(BEGINS),
    begins: BEGINS.length,
    mode: MODE,
    overwrite,
  });
  return mark;
}

/**
 * What a program brings for a party, from its file; null if there is none.
 *
 * @throws {RangeError} if the file is of another compilation, or damaged. `how`: how to make it anew
 */
export function readBrought(name: string, { party, mark, how }: BroughtExpected): Brought | null {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = naming(name, "read", () => Deno.readFileSync(name));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const end = bytes.indexOf(10);
  const header = parse(new TextDecoder().decode(bytes.subarray(0, Math.max(0, end))));
  const wrong = (what: string) => new RangeError(`${name} ${what}. Compile again: ${how}`);
  if (header === null || header.version !== VERSION) throw wrong("holds nothing that this version has brought");
  if (header.party !== party || header.mark !== mark) throw wrong("is of another compilation of the program");
  const hash = createHash("sha256").update(bytes.subarray(end + 1)).digest("hex");
  if (hash !== header.sha256) throw wrong("is damaged");
  let at = end + 1;
  return header.parts.map(({ type, size, reading, single, shape, divisor, element, length, classes }) => {
    const Type = ELEMENTS[element];
    const from = at;
    at += length * Type.BYTES_PER_ELEMENT;
    const data = new Type(bytes.slice(from, at).buffer) as unknown as ArrayLike<number>;
    const table = { shape, data, divisor };
    return { type, size, reading, single, values: classes === undefined ? table : { labels: table, classes } };
  });
}

/** What {@linkcode readBrought} goes by. */
export interface BroughtExpected {
  readonly party: PartyId;
  /** The compiled program's. */
  readonly mark: string;
  readonly how: string;
}

function parse(line: string): Header | null {
  if (!line.startsWith(BEGINS)) return null;
  try {
    return JSON.parse(line) as Header;
  } catch {
    return null;
  }
}

/** The elements as numbers of one width: as they are, or exact ones. */
function elementsOf(data: ArrayLike<number | bigint>): Elements {
  if (Object.hasOwn(ELEMENTS, Object.prototype.toString.call(data).slice("[object ".length, -1))) {
    return data as Elements;
  }
  const list = Array.from(data);
  const whole = list.every((v) => typeof v === "bigint" || Number.isInteger(v));
  if (whole && list.some((v) => typeof v === "bigint")) return BigInt64Array.from(list, BigInt);
  return Float64Array.from(list, Number);
}

function typeOf(elements: Elements): ElementType {
  return Object.prototype.toString.call(elements).slice("[object ".length, -1) as ElementType;
}

function bytesOf({ buffer, byteOffset, byteLength }: Elements): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
}
