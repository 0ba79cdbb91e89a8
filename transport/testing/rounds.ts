/** Random rounds that every party knows, and a step that checks each byte of them. @module */
import type { Memory, Message, PartyId, Step } from "@symbolon/protocol";

/** Random rounds between n parties. */
export interface RandomRounds {
  readonly seed: number;
  readonly rounds: number;
  /** Most messages are short; about one in sixteen has up to this many bytes. */
  readonly longest: number;
}

/** Numbers from 0 to below 2^32, the same for the same seed (mulberry32). */
export function numbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
}

/**
 * Plays random rounds: 0 to 3 messages a link, of any length, in an order of their own on each side.
 *
 * Ends in the bytes sent, by receiver. Throws if a byte received is wrong or memory around a message was touched.
 */
export function* randomRounds(
  self: PartyId,
  parties: number,
  memory: Memory,
  { seed, rounds, longest }: RandomRounds,
): Step<number[]> {
  const next = numbers(seed);
  const own = numbers(seed + 1 + self);
  const sent = new Array<number>(parties).fill(0);
  for (let r = 0; r < rounds; r++) {
    const mark = memory.mark();
    const send: Message[] = [];
    const receive: Message[] = [];
    const expected: { at: number; bytes: number; tag: number }[] = [];
    for (let from = 0; from < parties; from++) {
      for (let to = 0; to < parties; to++) {
        for (let k = from === to ? 0 : next() % 4; k > 0; k--) {
          const bytes = next() % 16 === 0 ? 1 + next() % longest : 1 + next() % 40;
          const tag = next();
          if (from === self) {
            const at = memory.scratch(bytes);
            fill(memory.bytes, at, bytes, tag);
            send.push({ peer: to, at, bytes });
            sent[to]! += bytes;
          } else if (to === self) {
            const at = memory.scratch(bytes + 1);
            memory.bytes.fill(0xa5, at, at + bytes + 1);
            receive.push({ peer: from, at, bytes });
            expected.push({ at, bytes, tag });
          }
        }
      }
    }
    // Only the order within a link is agreed upon.
    if (own() % 2 === 0) send.sort((a, b) => a.peer - b.peer);
    else send.sort((a, b) => b.peer - a.peer);
    if (own() % 2 === 0) receive.sort((a, b) => b.peer - a.peer);
    yield { send, receive };
    for (const { at, bytes, tag } of expected) check(memory.bytes, at, bytes, tag);
    memory.release(mark);
  }
  return sent;
}

function fill(target: Uint8Array, at: number, bytes: number, tag: number): void {
  for (let i = 0; i < bytes; i++) target[at + i] = (tag + Math.imul(i, 167)) ^ (i >>> 7);
}

function check(target: Uint8Array, at: number, bytes: number, tag: number): void {
  for (let i = 0; i < bytes; i++) {
    if (target[at + i] !== (((tag + Math.imul(i, 167)) ^ (i >>> 7)) & 0xff)) {
      throw new Error(`Byte ${i} of ${bytes} arrived wrong`);
    }
  }
  if (target[at + bytes] !== 0xa5) throw new Error(`The byte behind ${bytes} bytes was overwritten`);
}
