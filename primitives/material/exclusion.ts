/**
 * Keeps steps that fill the store apart from steps that take from it.
 *
 * A step holds places of the units it took for as long as it runs, and filling may move what is in store. So steps that take may run side
 * by side, a step that fills runs alone. The order of steps is the program's, at all parties alike: a violation is an error of
 * whoever schedules them, and is found before anything is sent under a mask that has moved.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";

/** The steps of one store. */
export class Exclusion {
  #taking = 0;
  #filling = false;

  /** A step that takes units. @throws {TypeError} when it begins while the store is being filled */
  *taking<T>(step: Step<T>): Step<T> {
    if (this.#filling) throw new TypeError("internal: an operation began while material was being made");
    this.#taking++;
    try {
      return yield* step;
    } finally {
      this.#taking--;
    }
  }

  /** A step that fills. @throws {TypeError} when it begins while another runs */
  *filling<T>(step: Step<T>): Step<T> {
    if (this.#filling || this.#taking > 0) {
      throw new TypeError("internal: material is to be made while it is being made or used");
    }
    this.#filling = true;
    try {
      return yield* step;
    } finally {
      this.#filling = false;
    }
  }

  /** What empties the store at once. @throws {TypeError} while a step takes or fills: its places would be handed out again */
  emptying(empty: () => void): void {
    if (this.#filling || this.#taking > 0) {
      throw new TypeError("internal: material is to be saved while it is being made or used");
    }
    empty();
  }
}
