/**
 * The check of programs before they run: once for what they are made of.
 *
 * @module
 */
import { cacheFolder, hasPassed, remember } from "./checked_before.ts";
import type { CheckingReply } from "./checking_worker.ts";

/** A program that would branch on a secret, or that does not compile. The message lists the places. */
export class ProgramError extends Error {
  override readonly name = "ProgramError";
}

/** A thread that checks programs; it starts when one has not passed before. */
export class Checking implements Disposable {
  #worker: Worker | undefined;

  /** `folder`: where programs that have passed are remembered; null: nowhere. */
  constructor(readonly folder: string | null = cacheFolder()) {}

  /** Refuses branches on secrets before any of the program runs. @throws {ProgramError} naming every place */
  async check(url: URL): Promise<void> {
    if (hasPassed(url, this.folder)) return;
    const reply = await this.#ask(url);
    if ("failure" in reply) throw reply.failure;
    if (reply.findings.length > 0) throw new ProgramError(reply.findings.join("\n"));
    await remember(url, reply.seen, this.folder);
  }

  [Symbol.dispose](): void {
    this.#worker?.terminate();
  }

  #ask(url: URL): Promise<CheckingReply> {
    const worker = this.#worker ??= new Worker(new URL("./checking_worker.ts", import.meta.url), {
      type: "module",
      name: "checking",
    });
    const { promise, resolve, reject } = Promise.withResolvers<CheckingReply>();
    worker.onmessage = ({ data }: MessageEvent<CheckingReply>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(url.href);
    return promise;
  }
}
