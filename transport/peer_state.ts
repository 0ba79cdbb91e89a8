/**
 * What a peer has said: who it is, whom it has met, how far it is, that it is done.
 *
 * Each is said once and in its order; a peer that does otherwise has left the protocol.
 *
 * @module
 */
import { DesyncError } from "@symbolon/protocol";
import { FrameType } from "./framing.ts";

/** What a peer has said so far. */
export interface PeerWords {
  /** Its hello. */
  readonly hello: string | undefined;
  /** Where all parties are. */
  readonly addresses: string | undefined;
  /** Whom it is connected with. */
  readonly meeting: string | undefined;
  /** Rounds that it has finished. */
  readonly rounds: number;
  /** It stops because of an error. */
  readonly aborted: boolean;
  /** It is done. */
  readonly ended: boolean;
}

/** Takes the words of a peer. All methods throw a DesyncError where it may not say them. */
export class PeerState implements PeerWords {
  hello: string | undefined;
  addresses: string | undefined;
  meeting: string | undefined;
  rounds = 0;
  aborted = false;
  ended = false;

  /** A frame of this type begins. */
  begin(type: FrameType): void {
    if (this.ended) throw new DesyncError("it goes on after it has ended");
    if ((type === FrameType.hello) !== (this.hello === undefined) && type !== FrameType.abort) {
      throw new DesyncError(this.hello === undefined ? "it does not introduce itself" : "it introduces itself twice");
    }
  }

  /** A frame with words about the parties has come. */
  take(type: typeof FrameType.hello | typeof FrameType.addresses | typeof FrameType.meeting, text: string): void {
    switch (type) {
      case FrameType.hello:
        this.hello = text;
        return;
      case FrameType.addresses:
        if (this.addresses !== undefined) throw new DesyncError("it tells twice where the parties are");
        this.addresses = text;
        return;
      case FrameType.meeting:
        if (this.meeting !== undefined) throw new DesyncError("it tells twice whom it has met");
        this.meeting = text;
    }
  }

  /** It says how many rounds it has finished, mod 2^32. */
  finished(rounds: number): void {
    if (((rounds - this.rounds) | 0) < 0) {
      throw new DesyncError(`it is in round ${rounds + 1} after it was in round ${this.rounds + 1}`);
    }
    this.rounds = rounds;
  }
}
