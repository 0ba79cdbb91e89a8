/**
 * In which order material reaches the disk: marked as used before it is used, whole before it has its name.
 *
 * What a machine that loses power leaves behind cannot be tried; the order of the calls that decide it can.
 *
 * @module
 */
import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { missing } from "../tests/permissions.ts";
import type { MaterialId } from "./format.ts";
import { MaterialReader, MaterialUsedError, MaterialWriter } from "./mod.ts";

const ID: MaterialId = { backend: "b", domain: "integers mod 2^64", parties: 2, party: 1, tapeHash: "cd".repeat(32) };
const SESSION = new Uint8Array(32).fill(9);
const GOLD = { name: "gold", parts: () => [128] };
const DEMAND = new Map([[GOLD, 2]]);
const LACKS = missing(["read", "write"]);

function test(name: string, fn: (folder: string) => void): void {
  Deno.test({
    name: LACKS.length === 0 ? name : `${name} (ignored: needs ${LACKS.map((p) => `--allow-${p}`).join(", ")})`,
    ignore: LACKS.length > 0,
    fn() {
      const folder = Deno.makeTempDirSync();
      try {
        fn(folder);
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}

/** Calls a body and returns what it did to files, in order: `open used new 600`, `sync folder`, `write used`, … */
function watch(folder: string, body: () => void): string[] {
  const events: string[] = [];
  const names = new WeakMap<Deno.FsFile, string>();
  const short = (path: string) => {
    if (path === folder) return "folder";
    return path.endsWith(".used") ? "used" : path.endsWith(".partial") ? "partial" : "file";
  };
  const { openSync, renameSync, removeSync } = Deno;
  const { writeSync, readSync, syncSync, syncDataSync } = Deno.FsFile.prototype;
  /** A file that was open before is the one of material. */
  const of = (file: Deno.FsFile) => names.get(file) ?? "file";
  try {
    Deno.openSync = (path, options = {}) => {
      const file = openSync(path, options);
      const name = short(String(path));
      names.set(file, name);
      const { createNew, mode } = options;
      events.push(`open ${name}${createNew ? " new" : ""}${mode === undefined ? "" : ` ${mode.toString(8)}`}`);
      return file;
    };
    Deno.renameSync = (from, to) => {
      renameSync(from, to);
      events.push(`rename ${short(String(from))} ${short(String(to))}`);
    };
    Deno.removeSync = (path, options) => {
      removeSync(path, options);
      events.push(`remove ${short(String(path))}`);
    };
    Deno.FsFile.prototype.writeSync = function (bytes) {
      const zeros = bytes.length > 8 && bytes.every((byte) => byte === 0);
      events.push(`${zeros ? "erase" : "write"} ${of(this)}`);
      return writeSync.call(this, bytes);
    };
    Deno.FsFile.prototype.readSync = function (bytes) {
      events.push(`read ${of(this)}`);
      return readSync.call(this, bytes);
    };
    Deno.FsFile.prototype.syncSync = function () {
      events.push(`sync ${of(this)}`);
      syncSync.call(this);
    };
    Deno.FsFile.prototype.syncDataSync = function () {
      events.push(`sync ${of(this)}`);
      syncDataSync.call(this);
    };
    body();
  } finally {
    Object.assign(Deno, { openSync, renameSync, removeSync });
    Object.assign(Deno.FsFile.prototype, { writeSync, readSync, syncSync, syncDataSync });
  }
  return events;
}

function save(folder: string): void {
  const writer = new MaterialWriter(folder, ID);
  writer.start(SESSION, DEMAND);
  writer.begin(GOLD, 2, 32);
  writer.write(new Uint8Array(32).fill(7));
  writer.finish();
  writer.commit();
}

/** Fails unless these are among the events in this order. */
function assertOrder(events: readonly string[], ...order: readonly string[]): void {
  let at = -1;
  for (const event of order) {
    const next = events.indexOf(event, at + 1);
    assertLess(at, next, `"${event}" is missing after "${events[at]}" in\n${events.join("\n")}`);
    at = next;
  }
}

test("material is marked as used by a new file that is on the disk, with its folder, before the first byte is taken", (folder) => {
  save(folder);
  const reader = new MaterialReader(folder, ID, DEMAND);
  const begun = watch(folder, () => void reader.begin(GOLD));
  assertEquals(begun, ["open used new 600", "write used", "sync used", "open folder", "sync folder"]);
  // Taken, then erased where it was; at the end erased as a whole, on the disk, and only then without a name.
  const taken = watch(folder, () => reader.read(new Uint8Array(32)));
  assertEquals(taken, ["read file", "erase file"]);
  assertOrder(watch(folder, () => reader.close()), "erase file", "sync file", "remove file", "sync folder");
});

test("a file of material is on the disk before it has its name, and its folder after", (folder) => {
  const events = watch(folder, () => save(folder));
  assertOrder(events, "open partial new 600", "write partial", "sync partial", "rename partial file", "sync folder");
  const last = events.lastIndexOf("write partial");
  assert(events.indexOf("sync partial", last) > last, "something is written after everything was put on the disk");
});

test("a file left by a run that was stopped is erased, on the disk, before its name is gone", (folder) => {
  save(folder);
  const reader = new MaterialReader(folder, ID, DEMAND);
  const { name } = reader;
  const copy = Deno.readFileSync(name);
  reader.begin(GOLD);
  reader.close();
  Deno.writeFileSync(name, copy);
  const events = watch(folder, () => {
    assertThrows(() => new MaterialReader(folder, ID, DEMAND), MaterialUsedError);
  });
  assertOrder(events, "erase file", "sync file", "remove file", "sync folder");
});
