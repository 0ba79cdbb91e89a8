/** Writes the input files that keras_mnist_dense reads: MNIST's images and labels, in its reading order. */
import { type ByteTensor, mnist, program, sfix, sint } from "../mod.ts";

const all = await mnist();
const CLASSES = 10;

/** The number in the word party<n>; undefined without such a word. */
function partyIn(args: readonly string[]): number | undefined {
  const word = args.find((a) => /^party\d+$/.test(a));
  return word === undefined ? undefined : Number(word.slice("party".length));
}

export default program("writes MNIST as binary input files: training images, labels, test images, labels", {
  halves: "parties 0 and 1 bring half of the training images each, and party 0 those to test with",
  "party<n>": "party n brings everything (0); with halves: writes the file of party n only",
}, ({ args, samples = all.XTrain.length }) => {
  const { XTrain, yTrain, XTest, yTest } = all;
  const halves = args.includes("halves");
  const named = partyIn(args);
  const bring = (party: number, X: ByteTensor, y: ByteTensor) => {
    const here = !halves || named === undefined || named === party;
    sfix.inputTensorVia(party, here ? X : undefined, { shape: X.shape });
    sint.inputTensorVia(party, here ? y : undefined, { shape: y.shape, oneHot: CLASSES });
  };
  const tester = halves ? 0 : named ?? 0;
  if (halves) {
    const half = Math.floor(samples / 2);
    bring(0, XTrain.rowSlice(0, half), yTrain.rowSlice(0, half));
    bring(1, XTrain.rowSlice(half, samples), yTrain.rowSlice(half, samples));
  } else bring(tester, XTrain.rowSlice(0, samples), yTrain.rowSlice(0, samples));
  const tests = Math.min(samples, XTest.length);
  bring(tester, XTest.rowSlice(0, tests), yTest.rowSlice(0, tests));
});
