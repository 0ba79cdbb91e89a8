/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Loads and traces programs in a thread that may read what programs read, and nothing else: no network, no writing, no processes.
 *
 * @module
 */
import { type BroughtPart, compile, type Compiled, located, type Program, type Table } from "@symbolon/compiler";

/** What the thread is asked. */
export type TracingRequest =
  & { readonly name: string; readonly url: string }
  & ({ readonly does: "describe" } | {
    readonly does: "compile";
    readonly args: readonly string[];
    readonly samples?: number;
  });

/** What a program says about itself. */
export type ProgramDescription = Pick<Program, "description" | "words">;

/** What the thread answers. */
export type TracingReply =
  | { readonly type: "described"; readonly program: ProgramDescription }
  | { readonly type: "compiled"; readonly compiled: Compiled }
  | { readonly type: "failed"; readonly error: TracingFailure }
  /** No answer yet: the program's modules have not ended to load for so long. */
  | { readonly type: "waiting"; readonly seconds: number };

/** An error as plain data. */
export interface TracingFailure {
  /** `no-program`: the file exports none. `denied`: what was to be done to `target` is not for programs. */
  readonly kind: "error" | "no-program" | "denied";
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly access?: string;
  readonly target?: string;
}

declare const self: DedicatedWorkerGlobalScope;

// The program's line may lie below many calls of the library.
Error.stackTraceLimit = 50;

self.onmessage = async ({ data }: MessageEvent<TracingRequest>) => {
  self.postMessage(await answer(data).catch((error) => ({ type: "failed", error: failure(error) })));
};

/** Seconds after which the thread says that it still waits for a program's modules. */
const LONG = 5;

async function answer(request: TracingRequest): Promise<TracingReply> {
  const timer = setTimeout(() => self.postMessage({ type: "waiting", seconds: LONG }), 1000 * LONG);
  const { default: program } = await (import(request.url) as Promise<{ default?: Program }>)
    .finally(() => clearTimeout(timer));
  if (typeof program?.trace !== "function") {
    const error = { name: "TypeError", message: `${request.name} exports no program`, stack: undefined };
    return { type: "failed", error: { kind: "no-program", ...error } };
  }
  const { description, words } = program;
  if (request.does === "describe") {
    return { type: "described", program: { description, ...(words === undefined ? {} : { words }) } };
  }
  const { args, samples } = request;
  return {
    type: "compiled",
    compiled: plain(compile(program, { args, ...(samples === undefined ? {} : { samples }) })),
  };
}

/** What a program brings as plain data: its tables may be objects of any class. */
function plain(compiled: Compiled): Compiled {
  const table = ({ shape, data, divisor = 1 }: Table): Table => ({ shape: [...shape], data, divisor });
  const part = ({ values, ...rest }: BroughtPart): BroughtPart => ({
    ...rest,
    values: "classes" in values ? { labels: table(values.labels), classes: values.classes } : table(values),
  });
  return { ...compiled, brought: new Map([...compiled.brought].map(([party, parts]) => [party, parts.map(part)])) };
}

function failure(thrown: unknown): TracingFailure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack } = error;
  const denied = deniedBy(error);
  return denied === null
    ? { kind: "error", name, message: located(error), stack }
    : { kind: "denied", name, message, stack, ...denied };
}

/** What the thread's permissions have refused, if they have: the error itself or what it was made of. */
function deniedBy(error: unknown): { access: string; target: string } | null {
  if (!(error instanceof Error)) return null;
  const [, access, target] = /Requires (\w+) access(?: to "?(.*?)"?)?, run again/.exec(error.message) ?? [];
  if (access === undefined) return deniedBy(error.cause);
  return { access, target: target ?? "" };
}
