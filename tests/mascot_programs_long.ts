/**
 * Programs under mascot that take longer than a test should: too long for every change.
 *
 * Left out are those that take more than some minutes for a single image. A step on one makes material of 11 GB for networks of three
 * dense layers, 41 GB for mnist_full_B, 160 to 270 GB for LeNets, 0.46 TB for torch_alex_test, and 1.1 and 1.8 TB for keras_mnist_lenet
 * and torch_cifar_alex. Their layers are trained on few pixels in `mascot_networks_cases.ts`.
 *
 * @module
 */
import { assertGreater } from "@std/assert";
import { suiteWith } from "./permissions.ts";
import { assertAsInTheClear, load } from "./mascot_programs.ts";

const PROGRAMS: readonly (readonly [name: string, args: readonly string[], samples?: number])[] = [
  ["breast_logistic", ["approx", "1", "batch32"]],
  ["breast_logistic", ["1", "batch32", "horizontal"]],
  ["diabetes", ["331", "1"]],
  ["logreg", ["2", "8", "1"]],
  ["mnist_full_D", ["1dense"], 1],
];

await suiteWith(["read", "env"], "larger programs print under mascot what they print in the clear", async () => {
  for (const [name, args, samples] of PROGRAMS) {
    const program = await load(name);
    Deno.test(`${[name, ...args].join(" ")} prints under mascot what it prints in the clear`, async () => {
      const { metrics } = await assertAsInTheClear(program, { args, ...(samples === undefined ? {} : { samples }) });
      if (name === "breast_logistic") assertGreater(metrics["testAccuracy"]!, 0.5);
    });
  }
});
