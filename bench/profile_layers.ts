/**
 * A profile's time by layer of the system and by function.
 *
 * @module
 */
import type { Profile, ProfileNode } from "./profiler.ts";

/** Layers by the folders of a function's file, first match first. */
const LAYERS: readonly (readonly [layer: string, folders: readonly string[]])[] = [
  ["pseudorandom generator", ["/primitives/prg.ts", "/kernels/streams.ts", "/kernels/build/chacha.ts"]],
  ["kernels", ["/kernels/build/", "/kernels/pool.ts", "/kernels/call_board.ts", "wasm:"]],
  ["transport", ["/transport/", "/protocol/drive.ts"]],
  ["memory", ["/kernels/"]],
  ["protocol", ["/backends/", "/primitives/", "/protocol/"]],
  ["interpreter", ["/vm/"]],
];

/** Loading, the engine, what V8 does besides. */
const REST = "the rest";

/** Whoever calls these drives steps to their end. */
const DRIVERS = ["/protocol/drive.ts"];

/** The samples from the first to the last in which steps were run. */
export function ofRun(profile: Profile): Profile {
  const driven = new Set<number>();
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const mark = (node: ProfileNode, below: boolean): void => {
    const inside = below || DRIVERS.some((file) => node.callFrame.url.includes(file));
    if (inside) driven.add(node.id);
    for (const child of node.children ?? []) mark(byId.get(child)!, inside);
  };
  mark(profile.nodes[0]!, false);
  const first = profile.samples.findIndex((id) => driven.has(id));
  const last = profile.samples.findLastIndex((id) => driven.has(id));
  if (first < 0) throw new Error("The profile shows no run");
  return {
    nodes: profile.nodes,
    samples: profile.samples.slice(first, last + 1),
    timeDeltas: profile.timeDeltas.slice(first, last + 1),
  };
}

/** The share of each layer, from 0 to 1. `chacha`: the name of the module that makes keystream. */
export function byLayer(
  { nodes, samples, timeDeltas }: Profile,
  chacha: string,
): readonly (readonly [string, number])[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const layerOf = new Map<number, string>();
  /** What the engine does for a function is that function's. */
  const visit = (node: ProfileNode, caller: string): void => {
    const own = layer(node, chacha) ?? caller;
    layerOf.set(node.id, own);
    for (const child of node.children ?? []) visit(byId.get(child)!, own);
  };
  visit(nodes[0]!, REST);
  const times = new Map<string, number>();
  samples.forEach((id, i) => {
    const name = layerOf.get(id)!;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[i]!);
  });
  return shares(times);
}

/** Null for functions of the engine. */
function layer({ callFrame: { url, functionName } }: ProfileNode, chacha: string): string | null {
  if (functionName === "(garbage collector)") return "garbage collection";
  // In a run nothing is waited for but messages.
  if (functionName === "(idle)") return "transport";
  if (url === chacha) return "pseudorandom generator";
  const known = LAYERS.find(([, folders]) => folders.some((folder) => url.includes(folder)));
  if (known !== undefined) return known[0];
  return url.startsWith("file:") ? REST : null;
}

/** The share of each function's own time, largest first. */
export function byFunction({ nodes, samples, timeDeltas }: Profile): readonly (readonly [string, number])[] {
  const nameOf = new Map(nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const file = url.split("/").slice(-2).join("/");
    return [id, `${functionName || "(anonymous)"} ${file}:${lineNumber + 1}`];
  }));
  const times = new Map<string, number>();
  samples.forEach((id, i) => times.set(nameOf.get(id)!, (times.get(nameOf.get(id)!) ?? 0) + timeDeltas[i]!));
  return shares(times);
}

function shares(times: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  const total = [...times.values()].reduce((sum, t) => sum + t, 0);
  return [...times].map(([name, t]) => [name, t / total] as const).sort(([, a], [, b]) => b - a);
}
