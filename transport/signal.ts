/** Waiting for something to change, for a while. @module */

/** Wakes whoever waits at the moment. */
export class Signal {
  #next = Promise.withResolvers<void>();

  /** Something has changed. */
  give(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  /** Resolves at the next change, or after so many milliseconds. */
  async within(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(1, ms));
    await Promise.race([this.#next.promise, promise]);
    clearTimeout(timer);
  }
}
