/**
 * Tensors that the parties bring.
 *
 * @module
 */
import type { PartyId, Shape } from "@symbolon/protocol";
import { checkOptions, either, flag, listOf, party, shown, whole } from "./arguments.ts";
import { type Data, elementOf, givenPart, type OneHot, oneHotOf, type Table, tableOf } from "./data.ts";
import { checkShape, type Kind, show } from "./registers.ts";
import { Secret } from "./tensor.ts";
import { where } from "./places.ts";
import { tracer } from "./tracer.ts";

/** Which of its input files a party reads. */
export interface InputFormat {
  /** Player-Data/Input-Binary-P<p>-0 instead of the text file Player-Data/Input-P<p>-0. */
  readonly binary?: boolean;
}

/** Where an input's values come from when the program brings none. */
export interface InputSource extends InputFormat {
  /** The tensor's shape: so many values are read, row by row. */
  readonly shape: Shape;
}

/** How a party brings a tensor. */
export interface InputOptions extends InputFormat {
  /** Shape of the data: needed where the program that is compiled has none, at the other parties. */
  readonly shape?: Shape;
  /**
   * Number of classes: the data are labels from 0 to oneHot − 1, and each becomes a row with a 1 at its place. The owner does
   * that before anything is shared. The tensor's shape is that of the data and [oneHot].
   *
   * True: one class more than the largest label, where the data is at hand. Everybody learns the number of classes, as they do of any shape,
   * and parties who compile without the data need it.
   */
  readonly oneHot?: number | boolean;
}

const dimensions = listOf(whole(0), "whole numbers from 0");

/** A tensor from a party's file: what `inputFrom` of a type does. */
export function inputFrom(owner: PartyId, source: InputSource, kind: Kind): Secret {
  checkOptions("inputFrom()", source, { shape: dimensions, binary: flag });
  return input(owner, source.shape, kind, source);
}

/** The owner's next values in reading order. @throws {RangeError} if there is no such party */
export function input(owner: PartyId, shape: Shape, kind: Kind, { binary = false }: InputFormat): Secret {
  if (party.judge(owner) !== null) {
    throw new RangeError(`${where()}Parties are numbered from 0 to 999: there is no party ${shown(owner)}`);
  }
  const source = binary ? "binary" : "text";
  return new Secret(tracer().emit({ op: "input", owner, source }, checkShape(shape), kind), shape, kind);
}

/** What {@linkcode SecretType.inputTensorVia} does, for a kind. */
export function inputVia(owner: PartyId, data: Data | undefined, options: InputOptions, kind: Kind): Secret {
  checkOptions("inputTensorVia()", options, { shape: dimensions, oneHot: either(flag, whole(1)), binary: flag });
  const { binary = true } = options;
  const table = data === undefined ? undefined : tableOf(data);
  const shape = table?.shape ?? options.shape;
  if (shape === undefined) throw new TypeError(`${where()}inputTensorVia() needs data or a shape`);
  if (options.shape !== undefined && options.shape.join() !== shape.join()) {
    throw new RangeError(`${where()}The data has shape ${show(shape)}, not ${show(options.shape)}`);
  }
  if (table !== undefined && !binary) {
    throw new TypeError(`${where()}Data that the program brings goes to the binary input: leave out binary: false`);
  }
  const oneHot = options.oneHot === true ? classesOf(table) : options.oneHot || undefined;
  const given = table && (oneHot === undefined ? table : oneHotOf(table, oneHot));
  const tensor = input(owner, oneHot === undefined ? shape : [...shape, oneHot], kind, { binary });
  if (given !== undefined) give(owner, tensor, given);
  return tensor;
}

/** Classes of labels: one more than the largest. @throws {TypeError} without labels */
function classesOf(labels: Table | undefined): number {
  let classes = 0;
  for (let i = 0; i < (labels?.data.length ?? 0); i++) classes = Math.max(classes, elementOf(labels!, i) + 1);
  // A label that is no integer is refused by its place later on.
  if (classes > 0) return Math.ceil(classes);
  throw new TypeError(
    `${where()}oneHot: true counts the classes in the data, and here is none: give their number, oneHot: 10, which is ` +
      `the same at all parties`,
  );
}

function give(owner: PartyId, { reg, kind }: Secret, values: Table | OneHot): void {
  tracer().give(owner, reg, givenPart(values, kind));
}
