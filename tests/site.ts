/**
 * Parties as processes, each in a folder of its own: what the tests of networks and of the command line start.
 *
 * @module
 */
import { freePorts, makeCertificate } from "@symbolon/transport";

const CLI = new URL("../cli.ts", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

/** The address that programs in folders import. */
export const MOD: string = new URL("../mod.ts", import.meta.url).href;

/** How a process ended. */
export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How a process is started. */
export interface StartOptions {
  /** A command that runs it, such as `ip netns exec a`. */
  readonly under?: readonly string[];
  /** Its standard input. */
  readonly input?: string;
}

/** Starts the command line in a folder. */
export function start(folder: string, args: readonly string[], { under = [], input }: StartOptions = {}) {
  const [command, ...rest] = [...under, Deno.execPath(), "run", "-A", "--config", CONFIG, CLI, ...args];
  const child = new Deno.Command(command!, {
    args: rest,
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  if (input !== undefined) {
    const writer = child.stdin.getWriter();
    writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  }
  return child;
}

/** Waits for a process to end. */
export async function finish(child: Deno.ChildProcess): Promise<Finished> {
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: decode(stdout), err: decode(stderr) };
}

/** Reads a process's output to its end; `begun` resolves at the first of it. */
export function watch(child: Deno.ChildProcess): { begun: Promise<void>; finished: Promise<Finished> } {
  const begun = Promise.withResolvers<void>();
  const text = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>, onText: () => void) => {
    let all = "";
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      all += part;
      onText();
    }
    return all;
  };
  const finished = Promise.all([child.status, text(child.stdout, begun.resolve), text(child.stderr, () => {})]);
  return { begun: begun.promise, finished: finished.then(([{ code }, out, err]) => ({ code, out, err })) };
}

let lent: string | undefined;

/**
 * Lends a folder with these files for as long as `body` runs. All tests of a file get the same, one after the other: a program that has
 * passed the check is not checked again as long as its path and its text are the same.
 */
export async function inFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  body: (folder: string) => Promise<T>,
): Promise<T> {
  if (lent === undefined) {
    lent = await Deno.realPath(await Deno.makeTempDir({ prefix: "symbolon-" }));
  } else {
    // It fails if another test still has it.
    await Deno.mkdir(lent);
  }
  try {
    for (const [file, content] of Object.entries(files)) {
      await Deno.mkdir(`${lent}/${file}`.replace(/[^/]*$/, ""), { recursive: true });
      if (typeof content === "string") await Deno.writeTextFile(`${lent}/${file}`, content);
      else await Deno.writeFile(`${lent}/${file}`, content);
    }
    return await body(lent);
  } finally {
    await Deno.remove(lent, { recursive: true });
  }
}

/** Has many programs checked in one process, where each would take a second and more of its own: those that pass are remembered. */
export async function checkTogether(folder: string, programs: readonly string[]): Promise<Finished> {
  return await finish(start(folder, ["programs", ...programs]));
}

/** The last line of what a process has written, as the object that `--json` asks for. */
export function report({ out }: Finished) {
  return JSON.parse(out.trimEnd().split("\n").at(-1)!);
}

/** The first of some ports in a row that nobody uses. */
export function portBase(count = 3, hostname = "127.0.0.1"): number {
  while (true) {
    const [port] = freePorts(1, hostname) as [number];
    try {
      if (port > 65_000) continue;
      for (let i = 1; i < count; i++) Deno.listen({ hostname, port: port + i }).close();
      return port;
    } catch {
      // Somebody uses the next one.
    }
  }
}

/** How long parties wait for each other in tests that do not say so. */
export function waiting(args: readonly string[]): string[] {
  return args.includes("--wait") ? [] : ["--wait", "20"];
}

/** A folder for each party, with all certificates and its own key. */
export class Site {
  readonly root: string = Deno.makeTempDirSync();

  static async make(parties: number): Promise<Site> {
    const site = new Site();
    const keys = await Promise.all(Array.from({ length: parties }, (_, p) => makeCertificate(p)));
    for (const [p, { key }] of keys.entries()) {
      keys.forEach(({ certificate }, q) => site.write(p, `Player-Data/P${q}.pem`, certificate));
      site.write(p, `Player-Data/P${p}.key`, key);
    }
    return site;
  }

  folder(party: number): string {
    return `${this.root}/p${party}`;
  }

  write(party: number, name: string, text: string): void {
    const path = `${this.folder(party)}/${name}`;
    Deno.mkdirSync(path.replace(/[^/]*$/, ""), { recursive: true });
    Deno.writeTextFileSync(path, text, name.endsWith(".key") ? { mode: 0o600 } : {});
  }

  /** A copy of a party's keys, inputs and programs, to be spoiled. */
  copy(party: number): string {
    const from = this.folder(party);
    const to = Deno.makeTempDirSync({ dir: this.root });
    for (const sub of ["Player-Data", "Compiled"]) {
      Deno.mkdirSync(`${to}/${sub}`);
      for (const { name } of Deno.readDirSync(`${from}/${sub}`)) {
        Deno.copyFileSync(`${from}/${sub}/${name}`, `${to}/${sub}/${name}`);
      }
    }
    return to;
  }

  /** Compiles a program in one party's folder and gives the result to others. */
  async compile(program: string, by: number, others: readonly number[] = []): Promise<void> {
    const { code, err } = await finish(start(this.folder(by), ["compile", program]));
    if (code !== 0) throw new Error(`Cannot compile ${program}: ${err}`);
    const name = `Compiled/${program.replace(/\.ts$/, "")}.json`;
    const text = Deno.readTextFileSync(`${this.folder(by)}/${name}`);
    for (const party of others) this.write(party, name, text);
  }

  /** Starts a party on the loopback interface. */
  party(party: number, port: number, program: string, ...more: string[]): Deno.ChildProcess {
    const args = ["-h", "127.0.0.1", "-pn", String(port), ...waiting(more), ...more];
    return start(this.folder(party), ["party", ...args, String(party), program]);
  }

  dispose(): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}
