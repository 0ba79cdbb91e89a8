/**
 * What parties of an {@linkcode OwnedTable} share, and products of it that are dealt.
 *
 * @module
 */
import type { Step } from "@symbolon/protocol";
import type { JointSources, Words } from "../making/dabits.ts";
import { ROW } from "../owned.ts";
import { MODULUS, type Vector } from "../party.ts";
import { bigAt, type OwnedTable, packed, type TableParty, writeBig } from "./owned.ts";

/** Values that all share. */
export class Joint {
  readonly #table: OwnedTable;
  /** Products of words and of elements so far: how many each time. */
  readonly ands: number[] = [];
  readonly products: number[] = [];
  readonly #places = new Map<string, number[][]>();
  readonly #dealt = new Set<number[][]>();

  constructor(table: OwnedTable) {
    this.#table = table;
  }

  #sum(of: (party: TableParty) => bigint): bigint {
    return this.#table.parties.reduce((sum, party) => (sum + of(party)) % MODULUS, 0n);
  }

  #xor(of: (party: TableParty) => bigint): bigint {
    return this.#table.parties.reduce((sum, party) => sum ^ of(party), 0n);
  }

  /** The bits of words, by party. @throws {Error} if they are none */
  bits(places: readonly number[], n: number): number[] {
    const key = this.#xor(({ memory, bitKey }) => bigAt(memory, bitKey));
    return Array.from({ length: n }, (_, i) => {
      const word = this.#xor(({ memory, self }) => bigAt(memory, places[self]! + ROW * i));
      if (word !== 0n && word !== key) throw new Error(`Word ${i} is of no bit`);
      return word === 0n ? 0 : 1;
    });
  }

  /** Elements from shares and MAC shares, by party. @throws {Error} if a MAC is wrong */
  elements(vectors: readonly Vector[]): bigint[] {
    const key = this.#sum(({ memory, key }) => bigAt(memory, key));
    return Array.from({ length: vectors[0]!.n }, (_, i) => {
      const at = (of: (v: Vector) => number) =>
        this.#sum(({ memory, self }) => bigAt(memory, of(vectors[self]!) + ROW * i));
      const value = at((v) => v.at);
      if (at((v) => v.mac) !== value * key % MODULUS) throw new Error(`The MAC of element ${i} is wrong`);
      return value;
    });
  }

  /** Sources of a party with products that are dealt, a round each. */
  sources(party: TableParty): JointSources {
    let calls = 0;
    const meet = (own: readonly number[]): number[][] => {
      const name = `${calls++}`, places = this.#places.get(name) ?? [];
      places[party.self] = [...own];
      this.#places.set(name, places);
      return places;
    };
    const { parties, numbers } = this.#table, last = parties.length - 1;
    /** The first one that goes on deals, to all. */
    const deal = (places: number[][], write: () => void) => {
      if (this.#dealt.has(places)) return;
      this.#dealt.add(places);
      write();
    };
    return {
      ...this.#table.sources(party),
      and: function* (this: Joint, x: Words, y: Words, out: Words): Step<void> {
        const places = meet([x.at, y.at, out.at]);
        yield { send: [], receive: [] };
        deal(places, () => {
          this.ands.push(x.n);
          const [a, b] = [0, 1].map((k) => this.bits(places.map((of) => of[k]!), x.n)) as [number[], number[]];
          a.forEach((bit, i) => {
            let rest = bit & b[i]! ? this.#xor(({ memory, bitKey }) => bigAt(memory, bitKey)) : 0n;
            parties.forEach(({ memory }, p) => {
              const share = p === last ? rest : numbers.wide();
              rest ^= share;
              writeBig(memory, places[p]![2]! + ROW * i, share);
            });
          });
        });
      }.bind(this),
      multiply: function* (this: Joint, x: Vector, y: Vector, out: Vector): Step<void> {
        const places = meet([x.at, x.mac, y.at, y.mac, out.at, out.mac]);
        yield { send: [], receive: [] };
        deal(places, () => {
          this.products.push(x.n);
          const at = (k: number) => this.elements(places.map((of) => ({ n: x.n, at: of[k]!, mac: of[k + 1]! })));
          const a = at(0), b = at(2), key = this.#sum(({ memory, key }) => bigAt(memory, key));
          a.forEach((value, i) => {
            const product = value * b[i]! % MODULUS;
            for (const [k, whole] of [[4, product], [5, product * key % MODULUS]] as const) {
              let rest = whole;
              parties.forEach(({ memory }, p) => {
                const share = p === last ? rest : numbers.wide() % MODULUS;
                rest = (rest - share + MODULUS) % MODULUS;
                writeBig(memory, places[p]![k]! + ROW * i, share);
              });
            }
          });
        });
      }.bind(this),
      openBits: function* (this: Joint, x: Words): Step<number> {
        const places = meet([x.at]), { memory, bitKey } = party;
        yield { send: [], receive: [] };
        const values = Array.from(
          { length: x.n },
          (_, i) => Number(this.#xor((one) => bigAt(one.memory, places[one.self]![0]! + ROW * i)) & 1n),
        );
        // All have looked before any word is changed.
        yield { send: [], receive: [] };
        values.forEach((bit, i) => {
          const at = x.at + ROW * i;
          if (bit === 1) writeBig(memory, at, bigAt(memory, at) ^ bigAt(memory, bitKey));
        });
        const at = packed(memory, values);
        party.openings.openedBits(at, x.at, x.n);
        return at;
      }.bind(this),
    };
  }
}
