/** Helper threads for tests. @module */
import { HELPER, type HelperInit, useThreads } from "../pool.ts";

/** Milliseconds that a worker takes to start, on a busy machine. */
const STARTING = 200;

/** Runs a body with several threads, all of them up. */
export async function withThreads(threads: number, body: () => void): Promise<void> {
  const workers: Worker[] = [];
  const stop = useThreads(threads, (init) => workers.push(startHelper(init)));
  try {
    if (threads > 1) await new Promise((resolve) => setTimeout(resolve, STARTING));
    body();
  } finally {
    stop();
    for (const worker of workers) worker.terminate();
  }
}

/** A worker that helps. */
export function startHelper(init: HelperInit): Worker {
  const worker = new Worker(HELPER, { type: "module" });
  worker.postMessage(init);
  return worker;
}
