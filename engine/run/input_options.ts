/**
 * What the parties bring to a run besides the program's own data: numbers and files, given by TypeScript.
 *
 * @module
 */
import {
  type Brought,
  type BroughtPart,
  broughtPart,
  checkOptions,
  type Compiled,
  type Data,
  describeLabels,
  type LabelCheck,
  readings,
  type Rule,
  shown,
  type Table,
  tableOf,
  wrongLabel,
} from "@symbolon/compiler";
import { OutOfRangeError, type PartyId } from "@symbolon/protocol";
import type { InputFiles } from "../party/job.ts";

/** What one party brings, in the order in which the program reads it. */
export interface PartyInput {
  /**
   * For `inputFrom` with `binary: true`, and for `inputTensorVia` and `inputVia` without data: numbers, which keep all their digits. A
   * `Uint8Array` is the content of a file, as Player-Data/Input-Binary-P0-0 has it: float32 for sfix, int64 for sint, little-endian.
   */
  readonly binary?: Data;
  /** For `inputFrom`: the content of a text file, as a text or as the file's bytes, a `Uint8Array`; or numbers. */
  readonly text?: string | Data;
}

const ANY: Rule = { wanted: "data", judge: () => null };

/** What parties bring, by party. */
export const INPUTS: Rule = {
  wanted: 'an object with what each party brings, { 0: { binary: [1, 2] }, 1: { text: "3" } }',
  judge: (value) => typeof value === "object" && value !== null && !Array.isArray(value) ? null : "type",
};

/** A compiled program with the numbers that its parties bring, and where their files are. */
export function withInputs(
  compiled: Compiled,
  inputs: Readonly<Record<number, PartyInput>>,
  texts: readonly string[],
): { readonly compiled: Compiled; readonly files: InputFiles } {
  const files = new Map<string, Uint8Array>();
  const brought = new Map<PartyId, Brought>(compiled.brought);
  texts.forEach((text, party) => {
    if (text !== "") requireReading(compiled, party, "text", `texts[${party}]`);
    files.set(`text ${party}`, new TextEncoder().encode(text));
  });
  for (const [key, input] of Object.entries(inputs)) {
    const party = Number(key);
    if (!Number.isInteger(party) || party < 0) {
      throw new RangeError(`run(): inputs: parties are numbered from 0: there is no party "${key}"`);
    }
    checkOptions(`run(): inputs[${party}]`, input, { binary: ANY, text: ANY });
    const { binary, text } = input;
    if (text !== undefined) {
      if (files.has(`text ${party}`)) {
        throw new TypeError(`run(): party ${party} has a text input in texts and in inputs: leave out one`);
      }
      requireReading(compiled, party, "text", `inputs[${party}].text`);
      files.set(`text ${party}`, fileOf(text, party));
    }
    if (binary === undefined) continue;
    requireReading(compiled, party, "binary", `inputs[${party}].binary`);
    if (binary instanceof Uint8Array) files.set(`binary ${party}`, binary);
    else brought.set(party, broughtBy(compiled, party, binary));
  }
  return {
    compiled: { ...compiled, brought },
    files: (owner, source) => {
      const bytes = files.get(`${source} ${owner}`);
      return bytes === undefined ? noInput(owner, source) : { name: nameOf(owner, source), bytes };
    },
  };
}

/** Where the inputs of a run are that was given none. @throws {RangeError} always */
export const noInput: InputFiles = (owner, source) => {
  throw new RangeError(
    `The program reads ${
      nameOf(owner, source)
    }, but none is given: run(program, { inputs: { ${owner}: { ${source}: … } } })`,
  );
};

function nameOf(owner: PartyId, source: "binary" | "text"): string {
  return `the ${source} input of party ${owner}`;
}

/** Numbers that are never read are a mistake. `option`: where they are given, for messages. */
function requireReading(
  { tape, brought }: Compiled,
  party: PartyId,
  from: "binary" | "text",
  option: string,
): void {
  let count = 0;
  for (const { owner, source } of readings(tape)) if (owner === party && source === from) count++;
  if (from === "binary") count -= brought.get(party)?.length ?? 0;
  if (count > 0) return;
  throw new RangeError(`run(): ${option}: the program reads no ${from} input of party ${party}`);
}

/** What the program brings for a party, and in its other binary readings these numbers. */
function broughtBy({ tape, brought }: Compiled, party: PartyId, data: Data): Brought {
  const name = `run(): inputs[${party}].binary`;
  const table = named(name, () => tableOf(data));
  const own = brought.get(party) ?? [];
  const parts: BroughtPart[] = [...own];
  let reading = 0;
  let at = 0;
  for (const { owner, source, kind, count, labels } of readings(tape)) {
    if (owner !== party || source !== "binary") continue;
    if (!own.some((part) => part.reading === reading)) {
      if (at + count > table.data.length) {
        throw new RangeError(`${name} has ${table.data.length} numbers, but the program reads ${at + count} and more`);
      }
      const from = at;
      const values = named(`${name}, from number ${from}`, () => broughtPart(part(table, from, count), kind));
      for (const label of labels ?? []) checkLabels(name, from, part(table, from, count), label);
      parts.push({ ...values, reading });
      at += count;
    }
    reading++;
  }
  if (at < table.data.length) {
    throw new RangeError(`${name} has ${table.data.length} numbers, but the program reads ${at}`);
  }
  return parts.sort((a, b) => a.reading - b.reading);
}

function checkLabels(name: string, from: number, table: Table, label: LabelCheck): void {
  const { divisor = 1, data } = table;
  const wrong = wrongLabel(data.length, (i) => Number(data[i]!) / divisor, label);
  if (wrong !== null) throw new RangeError(`${name}: ${describeLabels(label)}: number ${from + wrong} is not`);
}

function part({ data, divisor = 1 }: Table, from: number, count: number): Table {
  const values = ArrayBuffer.isView(data) && "subarray" in data
    ? (data as Float64Array).subarray(from, from + count)
    : Array.prototype.slice.call(data, from, from + count) as number[];
  return { shape: [count], data: values, divisor };
}

/** The bytes of a text file. */
function fileOf(text: string | Data, party: PartyId): Uint8Array {
  if (text instanceof Uint8Array) return text;
  return new TextEncoder().encode(typeof text === "string" ? text : written(text, party));
}

function written(data: Data, party: PartyId): string {
  const { data: values, divisor = 1 } = named(`run(): inputs[${party}].text`, () => tableOf(data));
  return Array.from(values, (value) => divisor === 1 ? String(value) : String(Number(value) / divisor)).join("\n");
}

/** What `make` gives; its errors name the option. */
function named<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof Error)) throw new TypeError(`${name}: ${shown(error)}`);
    error.message = `${name}: ${error.message}`;
    if (error instanceof OutOfRangeError || error instanceof RangeError || error instanceof TypeError) throw error;
    throw new TypeError(error.message, { cause: error });
  }
}
