/**
 * Helper threads of a run: workers for the pool of `kernels/`.
 *
 * @module
 */
import { HELPER, type HelperInit, stopHelper, useThreads } from "@symbolon/kernels";
import { startWorker } from "@symbolon/transport";

/** Workers started for threads of this process, and the one place where they end. */
export class KernelHelpers {
  readonly #started: { readonly init: HelperInit; readonly worker: Worker }[] = [];

  /** Starts a helper of the thread that this init comes from. */
  start(init: HelperInit): void {
    this.#started.push({ init, worker: startWorker(HELPER, "kernels", init) });
  }

  /** Ends all helpers, those of threads that failed too. */
  stop(): void {
    for (const { init, worker } of this.#started.splice(0)) {
      stopHelper(init);
      worker.terminate();
    }
  }
}

/**
 * Lets `threads` threads compute this thread's kernels until the function returned is called.
 *
 * @throws {RangeError} if the number of threads is none from 1 to 256
 */
export function startThreads(threads: number): () => void {
  const helpers = new KernelHelpers();
  const stop = useThreads(threads, (init) => helpers.start(init));
  return () => {
    stop();
    helpers.stop();
  };
}
