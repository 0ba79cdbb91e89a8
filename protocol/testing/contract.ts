/**
 * The contract: what every backend shows, at every party count it supports.
 *
 * @module
 */
import type { Backend, BackendOptions } from "@symbolon/protocol";
import { type Bounds, boundsOf, Context } from "./context.ts";
import { LOCAL } from "./local_properties.ts";
import { RUNS } from "./run_properties.ts";
import type { TestMemory } from "./simulate.ts";
import { STEPS } from "./step_properties.ts";

/** The properties, by name. */
export const PROPERTIES = { ...RUNS, ...LOCAL, ...STEPS } as const;

/** The name of a property: the test's name without the backend. */
export type PropertyName = keyof typeof PROPERTIES;

/** How the suite treats a backend. */
export interface ContractExtras {
  /**
   * Properties the backend lacks, each with the reason: shown in the test's name, and the test is ignored. A backend whose
   * `trunc` does not round to nearest is not asked to in other tests either.
   */
  readonly skips?: Partial<Readonly<Record<PropertyName, string>>>;
  /** Random cases a property, besides the fixed ones; 150 unless told. For slow backends. */
  readonly runs?: number;
  /** Elements of the largest tensor; 1000 unless told. For slow backends. */
  readonly largest?: number;
  /** Of the sizes from 1 to 70 those that are tried; all unless told. For slow backends. */
  readonly sizes?: readonly number[];
  /** The largest `bound` of truncations and comparisons: unless told, whatever a ring allows, 62 in a field. */
  readonly bounds?: Partial<Bounds>;
}

/** 1 to 70: below, at and above a word of bits. */
const SIZES: readonly number[] = Array.from({ length: 70 }, (_, i) => 1 + i);

/**
 * Registers one test a property and set of options.
 *
 * Everything is deterministic: a failure names the operation, its shapes and turn, the element, the value expected and the
 * value found, and after it the input that fast-check has shrunk to.
 */
export function contract(
  name: string,
  backend: Backend,
  optionsList: readonly BackendOptions[],
  makeMemory: () => TestMemory,
  extras: ContractExtras = {},
): void {
  for (const options of optionsList) {
    // Its parties serve all properties, until one fails: to set them up takes longer than most properties.
    let context: Context | undefined;
    for (const property of Object.keys(PROPERTIES) as PropertyName[]) {
      const reason = extras.skips?.[property];
      Deno.test({
        name: `${name}${label(options)}: ${property}${reason === undefined ? "" : ` [skipped: ${reason}]`}`,
        ignore: reason !== undefined,
        fn: () => PROPERTIES[property](context ??= contextOf(backend, { options, makeMemory, ...extras })),
      });
    }
    globalThis.addEventListener("unload", () => context?.dispose());
  }
}

/** What a backend is checked with. */
interface Setting extends ContractExtras {
  readonly options: BackendOptions;
  readonly makeMemory: () => TestMemory;
}

function contextOf(backend: Backend, setting: Setting): Context {
  const { options, makeMemory, runs = 150, largest = 1000, sizes = SIZES } = setting;
  const bounds = { ...boundsOf(backend.target(options).domain), ...setting.bounds };
  const nearest = setting.skips?.["trunc() with nearest rounding is exact"] === undefined;
  return new Context({ backend, options, makeMemory, runs, largest, sizes, bounds, nearest });
}

/** Checks one property of a backend. @throws {AssertionError} if it does not hold */
export function checkProperty(property: PropertyName, backend: Backend, setting: Setting): void {
  const context = contextOf(backend, setting);
  try {
    PROPERTIES[property](context);
  } finally {
    context.dispose();
  }
}

function label(options: BackendOptions): string {
  const parts = Object.entries(options).map(([key, value]) => `${key} ${value}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
