/** A queue of things. @module */

/** Slots at the front that are given back together. */
const SLACK = 1024;

/** First in, first out, in constant time on average. */
export class Fifo<T> {
  readonly #items: T[] = [];
  #from = 0;

  /** How many there are. */
  get length(): number {
    return this.#items.length - this.#from;
  }

  /** The one that comes out next. */
  get first(): T | undefined {
    return this.#items[this.#from];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first out; undefined if there is none. */
  shift(): T | undefined {
    const item = this.first;
    if (this.length <= 1) this.clear();
    else if (++this.#from === SLACK) {
      this.#items.splice(0, SLACK);
      this.#from = 0;
    }
    return item;
  }

  /** Forgets all. */
  clear(): void {
    this.#items.length = this.#from = 0;
  }
}
