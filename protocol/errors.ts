/** Errors a caller may catch, one class per thing that can go wrong. @module */

/** The peers disagree about where in the protocol they are. Not recoverable. */
export class DesyncError extends Error {
  /** "DesyncError" */
  override readonly name = "DesyncError";
}

/** A peer failed, closed its link or stayed silent beyond the time allowed. */
export class PeerError extends Error {
  /** "PeerError" */
  override readonly name = "PeerError";
}

/** The parties run different programs or different options of the same program. */
export class ProgramMismatchError extends Error {
  /** "ProgramMismatchError" */
  override readonly name = "ProgramMismatchError";
}

/** An input does not fit the fixed-point or integer range of its type. */
export class OutOfRangeError extends RangeError {
  /** "OutOfRangeError" */
  override readonly name = "OutOfRangeError";
}

/** What a peer sent does not fit together: it deviates from the protocol, or a link changes what it sends. All keys shared with it are gone. */
export class ConsistencyError extends Error {
  /** "ConsistencyError" */
  override readonly name = "ConsistencyError";
}

/** A peer opens something else than it committed to, or told parties different things: it deviates from the protocol. */
export class CommitmentError extends Error {
  /** "CommitmentError" */
  override readonly name = "CommitmentError";
}
