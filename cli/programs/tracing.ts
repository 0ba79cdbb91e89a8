/**
 * Compiles programs in a thread of few permissions: what a program does besides being compiled harms nobody.
 *
 * @module
 */
import type { Compiled } from "@symbolon/compiler";
import { CHECKOUT, isAbsolute, slashes, userFolder } from "../files/paths.ts";
import { isSecretName, readablePaths } from "./readable.ts";
import type { ProgramDescription, TracingFailure, TracingReply, TracingRequest } from "./tracing_worker.ts";
import { UsageError } from "../usage_error.ts";

/** A program that cannot be compiled: its own error, as the thread has told it. */
export class TracingError extends Error {
  constructor({ name, message, stack }: Pick<TracingFailure, "name" | "message" | "stack">) {
    super(message);
    this.name = name;
    if (stack !== undefined) this.stack = stack;
  }
}

/** The variables of the environment that programs see: where a data set lies. */
const VARIABLES: readonly string[] = ["MNIST_DIR"];

/** A thread that compiles programs, one after the other. */
export class Tracing implements Disposable {
  readonly #worker: Worker;

  /** `folders`: those of the programs. `allowed`: what they may read besides. */
  constructor(folders: readonly string[], allowed: readonly string[] = []) {
    const named = VARIABLES.flatMap((name) => Deno.env.get(name) ?? []);
    const readable = readablePaths([...new Set([CHECKOUT, Deno.cwd(), ...folders])], [
      ...[...allowed, ...named].map(absolute),
      packages(),
    ]);
    const permissions = {
      read: readable,
      env: [...VARIABLES],
      ...{ net: false, write: false, run: false, ffi: false, sys: false, import: false },
    };
    const options = { type: "module", name: "tracing", deno: { permissions } } as const;
    this.#worker = new Worker(new URL("./tracing_worker.ts", import.meta.url), options as WorkerOptions);
  }

  /** What a program says about itself. @throws {UsageError} if the file exports none; {TracingError} as its modules throw */
  async describe(name: string, url: URL): Promise<ProgramDescription> {
    const reply = await this.#ask({ does: "describe", name, url: url.href });
    if (reply.type === "described") return reply.program;
    throw this.#error(reply, name);
  }

  /** The compiled program. @throws {UsageError} if the file exports none; {TracingError} as the program throws */
  async compile(
    name: string,
    url: URL,
    options: { readonly args: readonly string[]; readonly samples?: number },
  ): Promise<Compiled> {
    const reply = await this.#ask({ does: "compile", name, url: url.href, ...options });
    if (reply.type === "compiled") return reply.compiled;
    throw this.#error(reply, name);
  }

  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  #ask(request: TracingRequest): Promise<TracingReply> {
    const { promise, resolve, reject } = Promise.withResolvers<TracingReply>();
    this.#worker.onmessage = ({ data }: MessageEvent<TracingReply>) => {
      if (data.type !== "waiting") return resolve(data);
      console.error(
        `${request.name} is still being loaded after ${data.seconds} s: an await at the top of it, or of a module that it imports, ` +
          `has not ended. Ctrl-C stops it`,
      );
    };
    this.#worker.onmessageerror = () =>
      reject(new Error("What the program brings cannot be passed on: give numbers only"));
    this.#worker.onerror = (event) => {
      event.preventDefault();
      reject(new TracingError({ name: "Error", message: event.message, stack: undefined }));
    };
    this.#worker.postMessage(request);
    return promise;
  }

  #error(reply: TracingReply, name: string): Error {
    if (reply.type !== "failed") return new Error(`internal: ${reply.type}`);
    const { error } = reply;
    if (error.kind === "no-program") {
      return new UsageError(`${name} exports no program: end it with "export default program(…)"`);
    }
    if (error.kind === "denied") return new TracingError({ ...error, message: deniedText(error) });
    return new TracingError(error.name === "NotFound" ? { ...error, message: error.message + seenFrom() } : error);
  }
}

/** What to do about something that the thread may not do. */
function deniedText({ access = "", target = "" }: TracingFailure): string {
  if (access !== "read") {
    return `A program may read data and nothing else while it is compiled; this one wants ${access} access` +
      `${target === "" ? "" : ` to ${target}`}`;
  }
  if (!isThere(target)) return `Cannot find ${target}, which the program reads${isAbsolute(target) ? "" : seenFrom()}`;
  if (isSecretName(target)) {
    return `The program wants to read ${target}: keys, preprocessed material, shares and hidden files are not for programs`;
  }
  return `The program may not read ${target}: it reads its own folder and the working folder, and no links that lead out ` +
    `of them. Put the data there, or allow it with --allow-read ${target}`;
}

/** Where relative paths begin, for a user who stands elsewhere. */
function seenFrom(): string {
  const here = slashes(Deno.cwd());
  if (userFolder() === here) return "";
  return `. Paths in a program are seen from ${here}, where the task runs, not from ${userFolder()}: for a file beside the ` +
    `program write new URL("…", import.meta.url)`;
}

/** The folder with packages, among them that of MNIST. */
function packages(): string {
  const path = decodeURIComponent(new URL(import.meta.resolve("cli-progress")).pathname);
  return path.replace(/^\/(?=[A-Za-z]:\/)/, "").replace(/(\/(?:npm|node_modules))\/.*$/, "$1");
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : `${Deno.cwd()}/${path}`;
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
