/**
 * A blocking channel between parties on threads of one process.
 *
 * Every direction of every link is a {@linkcode SharedRing}. A party moves what can be moved, says on its rings what it still
 * waits for, looks once more and sleeps on its doorbell; a peer that brings what is waited for rings it. Nothing spins.
 *
 * Each message has a header of two words in its ring: its round and its length. It costs a few nanoseconds within one
 * process and is no part of `traffic`. With it everything that differs between two parties is found, before a byte of the
 * message has been used: another length, another number or order of lengths, a message too many (when the link is next read
 * or, at the latest, at the end of the run) or one that never comes (once the peer has gone past that round). Two messages of
 * the same length exchanged for one another are not found: that takes knowledge of what they mean.
 *
 * @module
 */
import { DesyncError, type Message, type PartyId, PeerError, type Round, type SyncChannel } from "@symbolon/protocol";
import { Control, HOST, ringBetween, type SharedLinks } from "./shared_links.ts";
import { HEADER_BYTES, recordBytes, type SharedRing } from "./shared_ring.ts";

/** A sleeping party looks around this often even if nobody rings: a peer that is ahead of it does not know to ring. */
const SLICE_MS = 1000;

const NONE: readonly Message[] = [];

/** Where one direction of a link stands in the current round. */
class Lane {
  readonly peer: PartyId;
  readonly ring: SharedRing;
  /** The round's messages, those of other links among them. */
  messages: readonly Message[] = NONE;
  /** Index of the message under way. */
  index = 0;
  /** Messages not yet complete. */
  left = 0;
  /** Bytes of the message under way that have been moved; -1 before its header. */
  done = -1;
  /** Bytes that the rest of the round takes in the ring. */
  pending = 0;
  /** What the ring was last told that this side waits for. */
  wanted = 0;

  constructor(peer: PartyId, ring: SharedRing) {
    this.peer = peer;
    this.ring = ring;
  }

  add(messages: readonly Message[], index: number): void {
    if (this.left++ === 0) {
      this.messages = messages;
      this.index = index;
      this.done = -1;
      this.pending = 0;
    }
    this.pending += HEADER_BYTES + recordBytes(messages[index]!.bytes);
  }

  next(): void {
    this.done = -1;
    if (--this.left === 0) {
      this.messages = NONE;
      return;
    }
    do this.index++; while (this.messages[this.index]!.peer !== this.peer);
  }

  /** The bytes worth waking up for: all that is pending, but no more than half a ring, so that both sides keep moving. */
  get worth(): number {
    return Math.min(this.pending, this.ring.capacity / 2);
  }
}

/**
 * One party's end of {@linkcode SharedLinks}.
 *
 * After any error the whole run is aborted: every other party throws a PeerError with the same reason.
 */
export class WorkerChannel implements SyncChannel {
  readonly self: PartyId;
  readonly parties: number;
  readonly traffic: { rounds: number; readonly sent: number[] };
  readonly #memory: { readonly bytes: Uint8Array };
  readonly #timeoutMs: number;
  readonly #control: Control;
  /** By peer; undefined at this party itself. */
  readonly #out: (Lane | undefined)[] = [];
  readonly #in: (Lane | undefined)[] = [];
  readonly #header = new Int32Array(2);
  /** Lanes with messages left. */
  #open = 0;

  constructor(self: PartyId, memory: { readonly bytes: Uint8Array }, links: SharedLinks) {
    this.self = self;
    this.parties = links.parties;
    this.traffic = { rounds: 0, sent: new Array<number>(links.parties).fill(0) };
    this.#memory = memory;
    this.#timeoutMs = links.timeoutMs;
    this.#control = new Control(links);
    for (let peer = 0; peer < links.parties; peer++) {
      this.#out.push(peer === self ? undefined : new Lane(peer, ringBetween(links, self, peer)));
      this.#in.push(peer === self ? undefined : new Lane(peer, ringBetween(links, peer, self)));
    }
  }

  /**
   * Exchanges one round.
   *
   * Sends and receives whichever can, so messages may be larger than a ring on both sides.
   *
   * @throws {PeerError} if a peer aborted or moved nothing for as long as allowed
   * @throws {DesyncError} if a peer's messages differ from those expected, or it has ended or gone past this round
   * @throws {RangeError} if the round names a party that is no peer
   */
  exchange(round: Round): void {
    const control = this.#control;
    if (control.aborted) this.#throwAborted();
    this.#begin(this.#out, round.send);
    this.#begin(this.#in, round.receive);
    const memory = this.#memory.bytes;
    let armed = false;
    let silentMs = 0;
    while (true) {
      const bell = control.bell(this.self);
      if (this.#move(memory)) {
        armed = false;
        silentMs = 0;
      }
      if (this.#open === 0) break;
      if (!armed) {
        // What a peer does after it could see this rings the bell; what it did before is seen by one more look.
        this.#arm();
        armed = true;
        continue;
      }
      if (this.#checkStalled(memory)) {
        armed = false;
        continue;
      }
      const slice = Math.min(SLICE_MS, this.#timeoutMs - silentMs);
      if (slice <= 0) this.#throwSilent();
      if (!control.wait(this.self, bell, slice)) silentMs += slice;
      if (control.aborted) this.#throwAborted();
    }
    this.#disarm();
    control.setRounds(this.self, ++this.traffic.rounds);
  }

  /** Stops all parties: the others throw a PeerError with this reason, as does any later exchange here. */
  abort(reason: string): void {
    this.#control.abort(this.self, reason);
  }

  /** Tells the peers that no round follows: one that waits for another throws a DesyncError. */
  end(): void {
    this.#control.setEnded(this.self);
  }

  #begin(lanes: readonly (Lane | undefined)[], messages: readonly Message[]): void {
    for (let i = 0; i < messages.length; i++) {
      const lane = lanes[messages[i]!.peer];
      if (lane === undefined) {
        this.#fail(new RangeError(`Party ${messages[i]!.peer} is no peer of party ${this.self} of ${this.parties}`));
      }
      if (lane.left === 0) this.#open++;
      lane.add(messages, i);
    }
  }

  /** Moves all that can be moved without waiting; whether that was anything. */
  #move(memory: Uint8Array): boolean {
    let moved = false;
    for (const lane of this.#out) {
      if (lane !== undefined && lane.left > 0 && this.#push(lane, memory)) moved = true;
    }
    for (const lane of this.#in) {
      if (lane !== undefined && lane.left > 0 && this.#pull(lane, memory)) moved = true;
    }
    return moved;
  }

  #push(lane: Lane, memory: Uint8Array): boolean {
    const { ring } = lane;
    let moved = false;
    while (lane.left > 0) {
      const message = lane.messages[lane.index]!;
      if (lane.done < 0) {
        if (!ring.writeHeader(this.traffic.rounds, message.bytes)) break;
        lane.done = 0;
        lane.pending -= HEADER_BYTES;
        moved = true;
      }
      const count = ring.write(memory, message.at + lane.done, message.at + message.bytes);
      lane.done += count;
      lane.pending -= recordBytes(count);
      if (count > 0) moved = true;
      if (lane.done === message.bytes) {
        this.traffic.sent[lane.peer]! += message.bytes;
        lane.next();
      } else if (count === 0) break;
      else if (ring.readerWaits(false)) this.#control.ring(lane.peer);
    }
    if (lane.left === 0) this.#open--;
    if (moved && ring.readerWaits(lane.left === 0)) this.#control.ring(lane.peer);
    return moved;
  }

  #pull(lane: Lane, memory: Uint8Array): boolean {
    const { ring } = lane;
    let moved = false;
    while (lane.left > 0) {
      const message = lane.messages[lane.index]!;
      if (lane.done < 0) {
        if (!ring.readHeader(this.#header)) break;
        this.#checkHeader(lane.peer, message.bytes);
        lane.done = 0;
        lane.pending -= HEADER_BYTES;
        moved = true;
      }
      const count = ring.read(memory, message.at + lane.done, message.at + message.bytes);
      lane.done += count;
      lane.pending -= recordBytes(count);
      if (count > 0) moved = true;
      if (lane.done === message.bytes) lane.next();
      else if (count === 0) break;
      else if (ring.writerWaits()) this.#control.ring(lane.peer);
    }
    if (lane.left === 0) this.#open--;
    if (moved && ring.writerWaits()) this.#control.ring(lane.peer);
    return moved;
  }

  /**
   * Tells the rings what this party waits for.
   *
   * A message that fits its ring arrives whole without any help of ours, so one such is waited for at a time, which saves
   * waking up for each.
   */
  #arm(): void {
    let waits = false;
    for (const lane of this.#out) {
      if (lane === undefined) continue;
      const bytes = lane.left > 0 ? lane.worth : 0;
      if (bytes > 0) waits = true;
      if (bytes !== lane.wanted) lane.ring.wantSpace(lane.wanted = bytes);
    }
    for (const lane of this.#in) {
      if (lane !== undefined && lane.left > 0 && lane.pending > lane.ring.capacity) waits = true;
    }
    for (const lane of this.#in) {
      if (lane === undefined) continue;
      const alone = !waits && lane.left > 0;
      const bytes = alone || (lane.left > 0 && lane.pending > lane.ring.capacity) ? lane.worth : 0;
      if (alone) waits = true;
      if (bytes !== lane.wanted) lane.ring.wantData(lane.wanted = bytes);
    }
  }

  #disarm(): void {
    for (const lane of this.#out) if (lane !== undefined && lane.wanted !== 0) lane.ring.wantSpace(lane.wanted = 0);
    for (const lane of this.#in) if (lane !== undefined && lane.wanted !== 0) lane.ring.wantData(lane.wanted = 0);
  }

  #checkHeader(peer: PartyId, expected: number): void {
    const ahead = (this.#header[0]! - this.traffic.rounds) | 0;
    const bytes = this.#header[1]! >>> 0;
    if (ahead === 0 && bytes === expected) return;
    const sent = ahead === 0 ? `${bytes} bytes` : `${bytes} bytes of its round ${this.traffic.rounds + ahead + 1}`;
    this.#fail(
      new DesyncError(
        `Party ${peer} sends party ${this.self} ${sent} where ${expected} of round ${this.#roundNow} are expected`,
      ),
    );
  }

  /** Finds peers that cannot bring what is waited for: they have ended or gone past this round. Whether anything moved. */
  #checkStalled(memory: Uint8Array): boolean {
    let moved = false;
    for (let peer = 0; peer < this.parties; peer++) {
      const out = this.#out[peer];
      const into = this.#in[peer];
      if (out === undefined || into === undefined || out.left + into.left === 0) continue;
      const ended = this.#control.hasEnded(peer);
      if (!ended && ((this.#control.rounds(peer) - this.traffic.rounds) | 0) <= 0) continue;
      // Its last bytes may have come after the last look.
      if (into.left > 0 && this.#pull(into, memory)) moved = true;
      if (into.left > 0) this.#throwStalled(peer, ended, `sent all that party ${this.self} expects`);
      if (out.left > 0 && this.#push(out, memory)) moved = true;
      if (out.left > 0) this.#throwStalled(peer, ended, `taken all that party ${this.self} sends`);
    }
    return moved;
  }

  #throwStalled(peer: PartyId, ended: boolean, what: string): never {
    if (this.#control.aborted) this.#throwAborted();
    const where = ended
      ? `ended after ${this.#control.rounds(peer) >>> 0} rounds`
      : `gone past round ${this.#roundNow}`;
    this.#fail(
      new DesyncError(`Party ${peer} has ${where} without having ${what} in round ${this.#roundNow}`),
    );
  }

  #throwSilent(): never {
    const silent: PartyId[] = [];
    for (let peer = 0; peer < this.parties; peer++) {
      if ((this.#out[peer]?.left ?? 0) + (this.#in[peer]?.left ?? 0) > 0) silent.push(peer);
    }
    const who = `${silent.length === 1 ? "party" : "parties"} ${silent.join(", ")}`;
    const waited = `Waited ${this.#timeoutMs} ms for ${who} in round ${this.#roundNow}`;
    this.#fail(new PeerError(`${waited}. Allow more time if a party may compute for longer`));
  }

  #throwAborted(): never {
    const { by, reason } = this.#control.abortion!;
    throw new PeerError(by === HOST ? `The run was stopped: ${reason}` : `Party ${by} aborted: ${reason}`);
  }

  #fail(error: Error): never {
    this.abort(error.message);
    throw error;
  }

  /** The round under way, counted from 1. */
  get #roundNow(): number {
    return this.traffic.rounds + 1;
  }
}
