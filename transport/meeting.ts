/**
 * Whether the parties that met are the parties of one run.
 *
 * Certificates prove who a party is, not which of its runs it is in: with a wrong port in one address file, two runs of the same program
 * can be linked crosswise. So each hello has a nonce of its run, and once a party has all hellos it tells every peer what it has heard
 * from whom. Only if everybody has heard the same is there one run, and a number that its parties have in common and no other run has:
 * keys are bound to it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type PartyId, ProgramMismatchError } from "@symbolon/protocol";

/** What a party tells the others of whom it has met. */
export class Meeting {
  /** 32 bytes that depend on the hellos of all parties, so on a nonce of each, and on all that they have agreed on. */
  readonly run: Uint8Array<ArrayBuffer>;
  /** A few digits of each party's hello, to name those that differ. */
  readonly #parties: readonly string[];

  /** From the texts of all hellos, by party. */
  constructor(hellos: readonly string[]) {
    const digests = hellos.map((hello) => createHash("sha256").update("symbolon/hello\0").update(hello).digest());
    const run = createHash("sha256").update(`symbolon/run\0${digests.length}\0`);
    for (const digest of digests) run.update(digest);
    this.run = new Uint8Array(run.digest());
    this.#parties = digests.map((digest) => digest.toString("hex").slice(0, 8));
  }

  /** The text for the others. */
  get text(): string {
    return JSON.stringify({ run: this.run.toHex(), parties: this.#parties });
  }

  /**
   * Compares with what a peer tells.
   *
   * @throws {SyntaxError} if it tells nothing of the kind
   * @throws {ProgramMismatchError} if it has met others
   */
  check(peer: PartyId, text: string): void {
    const { run, parties } = parse(text, this.#parties.length);
    if (run === this.run.toHex()) return;
    const others = this.#parties.flatMap((own, p) => own === parties[p] ? [] : [`party ${p}`]);
    throw new ProgramMismatchError(
      `The links of different runs are crossed: party ${peer} is connected with ` +
        `${
          others.length === 0 ? "others" : `another ${others.join(" and another ")}`
        } than this party. A host or port is wrong ` +
        `somewhere: compare option addresses of all parties, see that no two runs use the same ports, and start all again`,
    );
  }
}

function parse(text: string, count: number): { readonly run: string; readonly parties: readonly unknown[] } {
  try {
    const { run, parties } = JSON.parse(text) as { run?: unknown; parties?: unknown };
    if (typeof run === "string" && Array.isArray(parties) && parties.length === count) return { run, parties };
  } catch {
    // Told below.
  }
  throw new SyntaxError("it does not say whom it has met");
}
