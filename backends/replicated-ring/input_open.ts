/**
 * F_input and F_open, and inputs of which only rows are read.
 *
 * Such inputs, training data, are kept in a third of the memory that shares of them take. Of x = x_o + x_{o+1} + x_{o+2}, which party o
 * brings, x_o and x_{o+1} come from keys that their holders have in common. Instead of the words the holders keep the keys, one fresh pair
 * an input, and make the words of a row again when the row is read. Only x_{o+2} has to be stored, at the two parties that do not bring x.
 * The messages are those of Π_input.
 *
 * @module
 */
import {
  type Elements,
  type Feed,
  free,
  type HeldInput,
  type HeldRows,
  type Indices,
  type InputCall,
  type Memory,
  type OpenCall,
  round,
  sizeOf,
  type Step,
} from "@symbolon/protocol";
import { chacha12, layout, ring } from "@symbolon/kernels";
import {
  type KeyStreams,
  type Party,
  type ReplicatedShare,
  type RingOperations,
  rotated,
  summandBytes,
  words,
} from "./party.ts";

/** Elements that are input in a round: what an owner needs memory for besides its shares is 8 MiB. */
export const INPUT_PORTION = 2 ** 20;

/** Rounds that the input of n elements takes. */
export function inputRounds(n: number): number {
  return Math.max(1, Math.ceil(n / INPUT_PORTION));
}

/**
 * Π_input: the owner o draws x_o from k_o and x_{o+1} from k_{o+1}, and sends x_{o+2} = x − x_o − x_{o+1} to its two holders.
 *
 * Masked by: x_o towards party o+1 (k_o is unknown to it), x_{o+1} towards party o−1.
 *
 * Large inputs go in portions of 2^20 elements, one a round.
 *
 * Cost: 1 round a portion, 2 words an element.
 */
export function* input(party: Party, call: InputCall, value: Feed | null, out: ReplicatedShare): Step<void> {
  const { self, prev, after, own, next } = party;
  const rest = self === call.owner ? words(party, Math.min(out.n, INPUT_PORTION)) : 0;
  for (let part = 0; part < inputRounds(out.n); part++) {
    const first = part * INPUT_PORTION;
    const n = Math.min(INPUT_PORTION, out.n - first);
    const [mineAt, nextAt] = [out.mine + 8 * first, out.next + 8 * first];
    if (self === call.owner) {
      if (value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
      value(rest, n);
      own.mask.words(mineAt, n);
      next.mask.words(nextAt, n);
      ring.sub(rest, mineAt, rest, n);
      ring.sub(rest, nextAt, rest, n);
      yield round([{ peer: after, at: rest, bytes: 8 * n }, { peer: prev, at: rest, bytes: 8 * n }], []);
    } else if (self === (call.owner + 1) % 3) {
      own.mask.words(mineAt, n);
      yield round([], [{ peer: call.owner, at: nextAt, bytes: 8 * n }]);
    } else {
      next.mask.words(nextAt, n);
      yield round([], [{ peer: call.owner, at: mineAt, bytes: 8 * n }]);
    }
  }
}

/**
 * Π_open: every party that is to learn x gets the one summand it lacks, x_{i−1}, from the party before it.
 *
 * Masked by nothing: the summand is fixed by x and what the receiver holds.
 *
 * Cost: 1 round, 1 word an element and receiver.
 */
export function* open(party: Party, call: OpenCall, x: ReplicatedShare, out: Elements | null): Step<void> {
  const { self, prev, after } = party;
  const send = call.to === "all" || call.to === after ? [{ peer: after, at: x.mine, bytes: 8 * x.n }] : [];
  if (call.to !== "all" && call.to !== self) return void (yield round(send, []));
  if (out === null) throw new TypeError(`Party ${self} learns a value but was given no place for it`);
  yield round(send, [{ peer: prev, at: out.at, bytes: 8 * x.n }]);
  ring.add(out.at, x.mine, out.at, x.n);
  ring.add(out.at, x.next, out.at, x.n);
}

/** Nothing to check: the adversary follows the protocol. */
function* verify(): Step<void> {}

/** What goes in and out. */
export const INPUT_OPEN: Pick<RingOperations, "input" | "open" | "verify"> = {
  input: {
    cost({ owner, shape }) {
      const n = sizeOf(shape);
      return rotated({ rounds: inputRounds(n), messages: [[0, 1, 8 * n], [0, 2, 8 * n]] }, owner);
    },
    step: input,
    // Values come from outside.
    recorded: false,
  },
  open: {
    cost({ to, shape }) {
      const bytes = 8 * sizeOf(shape);
      const receivers = to === "all" ? [0, 1, 2] : [to];
      return rotated({ rounds: 1, messages: receivers.map((p) => [p + 2, p, bytes] as const) }, 0);
    },
    step: open,
    recorded: true,
  },
  verify: { cost: () => free(3), step: verify, recorded: true },
};

/** Bytes of a key. */
const KEY = 32;
/** Words that a group of ChaCha blocks gives. */
const GROUP = 32;
/** Blocks in a group. */
const BLOCKS = 4;

/** Where one of the two summands that a party holds comes from: the words at a place, or a key. */
interface Summand {
  readonly kind: "stored" | "key";
  readonly at: number;
}

/** A held input at one party. */
interface Held extends HeldInput {
  readonly n: number;
  readonly mine: Summand;
  readonly next: Summand;
}

/** One party's held inputs. */
export class HeldInputs implements HeldRows<ReplicatedShare, Held> {
  constructor(readonly party: Party, readonly keys: KeyStreams) {}

  /** Two keys, and x_{o+2} unless the party brings x. */
  bytes({ owner, shape }: InputCall): number {
    return 2 * KEY + (owner === this.party.self ? 0 : summandBytes(sizeOf(shape)));
  }

  at({ owner, shape }: InputCall, offset: number): Held {
    const { self } = this.party;
    const stored: Summand = { kind: "stored", at: offset + 2 * KEY };
    // x_{o+2} is what party o+1 holds as its next and party o+2 as its own.
    const mine: Summand = self === (owner + 2) % 3 ? stored : { kind: "key", at: offset };
    const next: Summand = self === (owner + 1) % 3 ? stored : { kind: "key", at: offset + KEY };
    return { shape, n: sizeOf(shape), mine, next };
  }

  /**
   * Π_input with masks from keys of their own.
   *
   * Masked by: x_o towards party o+1, x_{o+1} towards party o−1, each from a key that this party does not have.
   *
   * Cost: that of the input, 1 round a portion and 2 words an element.
   */
  *input({ owner }: InputCall, value: Feed | null, { n, mine, next }: Held): Step<void> {
    const { party, keys } = this;
    const { self, prev, after } = party;
    if (mine.kind === "key") keys.own.bytes(mine.at, KEY);
    if (next.kind === "key") keys.next.bytes(next.at, KEY);
    const stored = mine.kind === "stored" ? mine.at : next.at;
    const most = Math.min(n, INPUT_PORTION);
    const [rest, pad] = self === owner ? [words(party, most), words(party, most)] : [0, 0];
    for (let part = 0; part < inputRounds(n); part++) {
      const first = part * INPUT_PORTION;
      const count = Math.min(INPUT_PORTION, n - first);
      const bytes = 8 * count;
      if (self !== owner) {
        yield round([], [{ peer: owner, at: stored + 8 * first, bytes }]);
        continue;
      }
      if (value === null) throw new TypeError(`Party ${self} owns an input but was given no value`);
      value(rest, count);
      for (const { at } of [mine, next]) {
        keystream(party.memory, at, first, count, pad);
        ring.sub(rest, pad, rest, count);
      }
      yield round([{ peer: after, at: rest, bytes }, { peer: prev, at: rest, bytes }], []);
    }
  }

  gather(parts: readonly Held[], rows: Indices, out: ReplicatedShare): void {
    const { memory } = this.party;
    const width = rows.count === 0 ? 0 : out.n / rows.count;
    for (let i = 0; i < rows.count; i++) {
      let row = memory.words32[rows.at / 4 + i]!;
      const part = parts.find(({ shape }) => row < shape[0]! || (row -= shape[0]!, false));
      if (part === undefined) throw new RangeError(`Row ${memory.words32[rows.at / 4 + i]} of an input does not exist`);
      const to = 8 * width * i;
      copyWords(memory, part.mine, row * width, width, out.mine + to);
      copyWords(memory, part.next, row * width, width, out.next + to);
    }
  }
}

/** Words of a summand from number `first` on. */
function copyWords(memory: Memory, { kind, at }: Summand, first: number, count: number, to: number): void {
  if (kind === "stored") layout.copy(to, at + 8 * first, 8 * count);
  else keystream(memory, at, first, count, to);
}

/** Words of a key's ChaCha12 stream from number `first` on. */
function keystream(memory: Memory, key: number, first: number, count: number, to: number): void {
  const from = Math.floor(first / GROUP);
  const whole = first % GROUP === 0 ? Math.floor(count / GROUP) : 0;
  if (whole > 0) {
    chacha12(key, 0n, BigInt(BLOCKS * from), to, whole);
    return keystream(memory, key, first + GROUP * whole, count - GROUP * whole, to + 8 * GROUP * whole);
  }
  if (count === 0) return;
  const groups = Math.ceil((first + count) / GROUP) - from;
  const mark = memory.mark();
  const at = memory.scratch(8 * GROUP * groups);
  chacha12(key, 0n, BigInt(BLOCKS * from), at, groups);
  layout.copy(to, at + 8 * (first - GROUP * from), 8 * count);
  memory.release(mark);
}
