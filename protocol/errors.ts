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

/** What was opened does not fit its MACs: somebody has changed a share. Nobody can say who. Not recoverable. */
export class MacCheckError extends Error {
  /** "MacCheckError" */
  override readonly name = "MacCheckError";
}

/** A party opens something else than it committed to, or told parties different things. All keys shared with it are gone. */
export class CommitmentError extends Error {
  /** "CommitmentError" */
  override readonly name = "CommitmentError";
}

/**
 * What a peer sent does not fit together, or parties were told different things where all had to be told the same: somebody deviates
 * from the protocol, or a link changes what it carries. All keys shared with it are gone.
 */
export class ConsistencyError extends Error {
  /** "ConsistencyError" */
  override readonly name = "ConsistencyError";
}

/** Preprocessed material does not have the form it must have: somebody has cheated while it was made. Not recoverable. */
export class SacrificeError extends Error {
  /** "SacrificeError" */
  override readonly name = "SacrificeError";
}
