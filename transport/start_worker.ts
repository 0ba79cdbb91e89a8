/**
 * Workers that are no parties: they help the thread that starts them.
 *
 * @module
 */

/**
 * Starts a worker and hands it one message. An error in it that it does not catch itself ends the process.
 *
 * A worker that blocks survives `terminate()`: whoever starts it needs a way to tell it to stop.
 */
export function startWorker(module: URL, name: string, init: unknown): Worker {
  const worker = new Worker(module, { type: "module", name });
  worker.postMessage(init);
  return worker;
}
