/**
 * V8's sampling profiler of this thread.
 *
 * @module
 */
import inspector from "node:inspector";
import { chacha12, PartyMemory } from "@symbolon/kernels";

/** A place in the call tree. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

/** Samples of a run. */
export interface Profile {
  readonly nodes: readonly ProfileNode[];
  /** The node of each sample, and the microseconds since the one before. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Microseconds between samples. */
const INTERVAL = 100;

/** The profiler of the thread that makes it. */
export class Profiler {
  readonly #session = new inspector.Session();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#post("Profiler.enable");
    await this.#post("Profiler.setSamplingInterval", { interval: INTERVAL });
    await this.#post("Profiler.start");
  }

  async stop(): Promise<Profile> {
    const { profile } = await this.#post("Profiler.stop") as { profile: Profile };
    this.#session.disconnect();
    return profile;
  }

  #post(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error, result) => error ? reject(error) : resolve(result));
    });
  }
}

/** Under which name profiles of this thread list the module that makes keystream: it is profiled at work. */
export async function chachaModule(): Promise<string> {
  const memory = new PartyMemory();
  const [key, out] = [memory.allocate(32), memory.allocate(1 << 20)];
  const profiler = new Profiler();
  await profiler.start();
  for (let i = 0; i < 20; i++) chacha12(key, 0n, BigInt(i << 14), out, (1 << 20) / 256);
  const { nodes, samples } = await profiler.stop();
  memory.dispose();
  const seen = new Map<string, number>();
  for (const id of samples) {
    const { url } = nodes.find((node) => node.id === id)!.callFrame;
    if (url.startsWith("wasm:")) seen.set(url, (seen.get(url) ?? 0) + 1);
  }
  const [first] = [...seen].sort(([, a], [, b]) => b - a);
  if (first === undefined) throw new Error("The profiler took no sample of the keystream kernel");
  return first[0];
}
