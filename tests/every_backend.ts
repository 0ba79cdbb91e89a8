/** Small programs in every backend and domain, on values that nobody knows. @module */
import { program, type Secret, type sfix, type sint } from "../mod.ts";
import { runUnchecked as run, type UncheckedRunOptions as RunOptions } from "../engine/run/run.ts";

/** Every backend and domain. */
export const WAYS: readonly RunOptions[] = [
  { backend: "emulate" },
  { backend: "emulate", domain: "field" },
  { backend: "ring" },
  { backend: "semi2k", parties: 2 },
  { backend: "semi2k", parties: 3 },
];

/** What a program's one result holds. */
export async function values(body: () => Secret, options: RunOptions): Promise<number[]> {
  const { outputs } = await run(program("", {}, () => body().reveal().output("y")), {
    transport: "inline",
    ...options,
  });
  return Array.from(outputs[0]!.values, Number);
}

/** Values in a sharing that nobody knows. */
export function secret(type: typeof sint | typeof sfix, values: readonly number[]): Secret {
  return type.inputTensorVia(0, values.map(() => 0)).add(type.constant(values));
}
