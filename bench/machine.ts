/**
 * The machine that figures were taken on.
 *
 * @module
 */

/** A machine, as far as Deno can tell. */
export interface Machine {
  readonly model: string;
  readonly cpus: number;
  readonly arch: string;
  readonly os: string;
  readonly deno: string;
}

/** This machine. */
export function thisMachine(): Machine {
  return {
    model: processor(),
    cpus: navigator.hardwareConcurrency,
    arch: Deno.build.arch,
    os: Deno.build.os,
    deno: Deno.version.deno,
  };
}

/** "2 cores of an AMD EPYC (x86_64, linux), Deno 2.9.6". */
export function describe({ model, cpus, arch, os, deno }: Machine): string {
  return `${cpus} cores, ${model} (${arch}, ${os}), Deno ${deno}`;
}

function processor(): string {
  try {
    const line = /^model name\s*:\s*(.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1];
    return line?.trim() ?? "an unnamed processor";
  } catch {
    return "an unnamed processor";
  }
}
