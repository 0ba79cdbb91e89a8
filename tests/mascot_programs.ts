/** Programs under mascot beside the clear: what the tests of programs compare. @module */
import { assertEquals, assertGreater } from "@std/assert";
import { runUnchecked as run, type UncheckedRunSummary as RunSummary } from "../engine/run/run.ts";
import type { Program } from "../mod.ts";

/** A program of programs/. */
export async function load(name: string): Promise<Program> {
  return (await import(`../programs/${name}.ts`)).default;
}

/** Runs a program under mascot and in the clear: they print the same, and mascot takes the predicted rounds and bytes. */
export async function assertAsInTheClear(
  program: Program,
  { args = [], samples }: { readonly args?: readonly string[]; readonly samples?: number } = {},
): Promise<RunSummary> {
  const options = { args: [...args, "nearest"], samples, publicSeed: 2 };
  const clear = await run(program, { ...options, backend: "emulate", domain: "field" });
  const summary = await run(program, { ...options, backend: "mascot" });
  assertEquals(summary.printed, clear.printed);
  assertEquals(summary.metrics, clear.metrics);
  assertEquals(summary.rounds, summary.predicted.rounds);
  assertEquals(summary.bytes.total, summary.predicted.bytes);
  assertGreater(summary.preprocessing.bytes, summary.bytes.total);
  return summary;
}
