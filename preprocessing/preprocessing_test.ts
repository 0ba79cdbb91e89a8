/** Files of material: kept whole, used once, refused when anything about them is wrong. */
import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { Demand, MaterialKind } from "@symbolon/protocol";
import { testWith } from "../tests/permissions.ts";
import { fileOf, type MaterialId, MaterialReader, MaterialUsedError, MaterialWriter, sessionOf } from "./mod.ts";

const ID: MaterialId = { backend: "b", domain: "integers mod 7", parties: 2, party: 1, tapeHash: "ab".repeat(32) };
const SESSION = new Uint8Array(32).fill(7);
/** 1000 bytes a unit, and 2. */
const GOLD_KIND: MaterialKind = { name: "gold", parts: () => [8000] };
const SALT_KIND: MaterialKind = { name: "salt", parts: () => new Array<number>(16).fill(1) };
const SILVER_KIND: MaterialKind = { name: "silver", parts: () => [64] };
const DEMAND: Demand = new Map([[GOLD_KIND, 3], [SALT_KIND, 5]]);

/** Bytes that tell their places, in shared memory as a party's are. */
function pattern(length: number, seed: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length)).map((_, i) => 1 + (i * 7 + seed) % 250);
}

const GOLD = [pattern(2000, 1), pattern(1000, 2)];
const SALT = pattern(12, 3);

/** Writes all but the last step. */
function written(folder: string, id = ID): MaterialWriter {
  const writer = new MaterialWriter(folder, id);
  writer.start(SESSION, DEMAND);
  writer.begin(GOLD_KIND, 2, 2000);
  writer.write(GOLD[0]!.subarray(0, 10));
  writer.write(GOLD[0]!.subarray(10));
  writer.begin(SALT_KIND, 6, 12);
  writer.write(SALT);
  writer.begin(GOLD_KIND, 1, 1000);
  writer.write(GOLD[1]!);
  writer.finish();
  return writer;
}

function save(folder: string, id = ID): string {
  const writer = written(folder, id);
  writer.commit();
  writer.close();
  return writer.name;
}

function taken(reader: MaterialReader, kind: MaterialKind, bytes: number): Uint8Array | null {
  if (reader.begin(kind) === null) return null;
  const got = new Uint8Array(new SharedArrayBuffer(bytes));
  reader.read(got.subarray(0, bytes / 2));
  reader.read(got.subarray(bytes / 2));
  return got;
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const mode = (file: string) => Deno.build.os === "windows" ? 0o600 : Deno.statSync(file).mode! & 0o777;

function test(name: string, body: (folder: string) => void): void {
  testWith(["read", "write"], name, () => {
    const folder = Deno.makeTempDirSync();
    try {
      body(`${folder}/Player-Data`);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

test("material comes back as it was, kind by kind, in the order of its chunks", (folder) => {
  const name = save(folder);
  assertEquals([name, names(folder), mode(name)], [
    fileOf(folder, ID),
    ["Preprocessing-b-P1-of-2-abababababababab"],
    0o600,
  ]);
  const reader = new MaterialReader(folder, ID, DEMAND);
  assertEquals(reader.session, "07".repeat(32));
  assertEquals(taken(reader, SALT_KIND, 12), SALT);
  assertEquals(taken(reader, GOLD_KIND, 2000), GOLD[0]);
  assertEquals(taken(reader, GOLD_KIND, 1000), GOLD[1]);
  assertEquals([reader.begin(GOLD_KIND), reader.begin(SILVER_KIND)], [null, null]);
  reader.close();
});

test("material of which nothing was taken stays; of which something was is gone, for ever", (folder) => {
  const name = save(folder);
  const copy = Deno.readFileSync(name);
  new MaterialReader(folder, ID, DEMAND).close();
  assertEquals(Deno.readFileSync(name), copy);
  const reader = new MaterialReader(folder, ID, DEMAND);
  reader.begin(SALT_KIND);
  const mark = "Preprocessing-b-P1-of-2-abababababababab-0707070707070707.used";
  assertEquals(names(folder).includes(mark), true, "the mark is there before anything has been read");
  assertEquals(mode(`${folder}/${mark}`), 0o600);
  reader.close();
  assertEquals(names(folder), [mark]);
  const missing = assertThrows(() => new MaterialReader(folder, ID, DEMAND), RangeError, "it has been used (20");
  assertStringIncludes(missing.message, 'option preprocessing: "only"');
  // A copy turns up, from a backup for instance.
  Deno.writeFileSync(name, copy);
  const again = assertThrows(() => new MaterialReader(folder, ID, DEMAND), MaterialUsedError, "has been used (20");
  assertStringIncludes(again.message, 'option preprocessing: "only"');
  assertEquals(names(folder), [mark]);
  save(folder);
});

test("what has been read is erased at once", (folder) => {
  const name = save(folder);
  const before = Deno.readFileSync(name);
  const reader = new MaterialReader(folder, ID, DEMAND);
  taken(reader, GOLD_KIND, 2000);
  const after = Deno.readFileSync(name);
  assertEquals(after.filter((b, i) => b !== before[i]).length, 2000);
  assertEquals(after.filter((b) => b === 0).length, 2000);
  const open = Deno.openSync(name, { read: true });
  reader.close();
  const left = new Uint8Array(after.length);
  open.readSync(left);
  open.close();
  const line = left.indexOf(10) + 1;
  assertEquals([line > 100, left.subarray(line).some((b) => b !== 0)], [true, false]);
});

test("a run that stopped while it used material leaves nothing to use", (folder) => {
  const name = save(folder);
  const copy = Deno.readFileSync(name);
  const stopped = new MaterialReader(folder, ID, DEMAND);
  taken(stopped, SALT_KIND, 12);
  stopped.close();
  // As if it had been killed before it could delete the file, with and without a part of the contents.
  for (const left of [copy, copy.subarray(0, 3000)]) {
    Deno.writeFileSync(name, left);
    assertThrows(() => new MaterialReader(folder, ID, DEMAND), MaterialUsedError);
    assertEquals(names(folder).length, 1);
  }
  // Making new material clears such a file away too.
  Deno.writeFileSync(name, copy);
  written(folder).close();
  assertEquals(names(folder).length, 1);
});

test("two runs at once: one is refused", (folder) => {
  save(folder);
  const first = new MaterialReader(folder, ID, DEMAND);
  assertThrows(() => new MaterialReader(folder, ID, DEMAND), MaterialUsedError, "Another run is using");
  assertEquals(taken(first, SALT_KIND, 12), SALT);
  assertThrows(() => new MaterialReader(folder, ID, DEMAND), MaterialUsedError, "Another run is using");
  assertThrows(() => new MaterialWriter(folder, ID), RangeError, "wait until it has ended");
  first.close();
});

test("a run whose material somebody else has marked gets nothing of it", (folder) => {
  const name = save(folder);
  const reader = new MaterialReader(folder, ID, DEMAND);
  Deno.writeTextFileSync(`${name}-0707070707070707.used`, "");
  assertThrows(() => reader.begin(SALT_KIND), MaterialUsedError, "has been used");
  assertThrows(() => reader.read(new Uint8Array(1)), Error, "internal");
  reader.close();
  assertEquals(Deno.readFileSync(name).some((b) => b === SALT[0]), true);
});

test("every flipped bit and every cut is found, and says what to do", (folder) => {
  const name = save(folder);
  const good = Deno.readFileSync(name);
  const spoil = (bytes: Uint8Array) => {
    Deno.writeFileSync(name, bytes);
    const { message } = assertThrows(() => new MaterialReader(folder, ID, DEMAND), RangeError);
    assertMatch(
      message,
      /^\S*Preprocessing-b-P1-of-2-abababababababab (is damaged|is of another version|holds material)/,
    );
    assertMatch(message, /option preprocessing: "only"$/);
  };
  for (let at = 0; at < good.length; at += at < 700 || at > good.length - 120 ? 1 : 97) {
    spoil(good.map((b, i) => i === at ? b ^ 1 << at % 8 : b));
    spoil(good.subarray(0, at));
  }
  Deno.writeFileSync(name, good);
  new MaterialReader(folder, ID, DEMAND).close();
});

test("material for another program, party, backend, domain or number of parties is refused by name", (folder) => {
  const cases: [Partial<MaterialId>, RegExp][] = [
    [{ tapeHash: "ab".repeat(31) + "cd" }, /another program \(abab/],
    [{ party: 0 }, /another party \(1, here 0\)/],
    [{ parties: 3 }, /another number of parties \(2, here 3\)/],
    [{ backend: "c" }, /another backend \(b, here c\)/],
    [{ domain: "integers mod 8" }, /another domain \(integers mod 7, here integers mod 8\)/],
  ];
  const good = Deno.readFileSync(save(folder));
  for (const [change, message] of cases) {
    const id = { ...ID, ...change };
    Deno.writeFileSync(fileOf(folder, id), good);
    assertMatch(assertThrows(() => new MaterialReader(folder, id, DEMAND), RangeError).message, message);
  }
});

test("material of another version of the layout is refused", (folder) => {
  const name = save(folder);
  const latin = new TextDecoder("latin1").decode(Deno.readFileSync(name));
  const newer = latin.replace('"version":1', '"version":2');
  Deno.writeFileSync(name, Uint8Array.from(newer, (c) => c.charCodeAt(0)));
  assertThrows(
    () => new MaterialReader(folder, ID, DEMAND),
    RangeError,
    "another version of Symbolon: its layout is version 2",
  );
});

test("a program that takes more, or other units, than the file holds is refused before anything is used", (folder) => {
  save(folder);
  const more = new Map([...DEMAND, [GOLD_KIND, 4]]);
  assertThrows(() => new MaterialReader(folder, ID, more), RangeError, "the program takes 4 × gold, it holds 3");
  const other = new Map([[{ ...GOLD_KIND, parts: () => [64] }, 3], [SALT_KIND, 5]]);
  assertThrows(() => new MaterialReader(folder, ID, other), RangeError, "its units of gold have another size");
  const none = new Map([...DEMAND, [SILVER_KIND, 1]]);
  assertThrows(() => new MaterialReader(folder, ID, none), RangeError, "it holds 0");
  const less = new Map([[GOLD_KIND, 3]]);
  assertThrows(
    () => new MaterialReader(folder, ID, less),
    RangeError,
    "it holds salt, which the program does not take",
  );
  assertEquals(names(folder).length, 1);
});

test("material that was never made is asked for", (folder) => {
  const error = assertThrows(() => new MaterialReader(folder, ID, DEMAND), RangeError, "There is no");
  assertStringIncludes(error.message, "nothing has been preprocessed for this program, backend and party");
  assertEquals(sessionOf(folder, ID), null);
});

test("a file gets its name last, and until then there is nothing to use", (folder) => {
  const writer = written(folder);
  assertEquals(names(folder), ["Preprocessing-b-P1-of-2-abababababababab.partial"]);
  assertEquals(mode(`${writer.name}.partial`), 0o600);
  assertThrows(() => new MaterialReader(folder, ID, DEMAND), RangeError, "There is no");
  assertThrows(() => new MaterialWriter(folder, ID), RangeError, "Another run is writing");
  writer.close();
  assertEquals(names(folder), []);
});

test("what a run has left half-written is replaced by the next", (folder) => {
  Deno.mkdirSync(folder);
  const partial = `${fileOf(folder, ID)}.partial`;
  Deno.writeTextFileSync(partial, "half", { mode: 0o644 });
  const name = save(folder);
  assertEquals([names(folder).length, mode(name)], [1, 0o600]);
  new MaterialReader(folder, ID, DEMAND).close();
});

test("unused material is not overwritten", (folder) => {
  const name = save(folder);
  const before = Deno.readFileSync(name);
  assertThrows(() => new MaterialWriter(folder, ID), RangeError, "no run has used it");
  assertEquals([Deno.readFileSync(name), names(folder).length], [before, 1]);
});

test("when the disk is full nothing is left", (folder) => {
  const writer = new MaterialWriter(folder, ID);
  writer.start(SESSION, DEMAND);
  const { writeSync } = Deno.FsFile.prototype;
  try {
    Deno.FsFile.prototype.writeSync = () => {
      throw Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" });
    };
    const { message } = assertThrows(() => writer.begin(GOLD_KIND, 2, 2000), RangeError);
    assertMatch(message, /^There is no room for .*Preprocessing-b-P1.* after [\d,]+ bytes/);
  } finally {
    Deno.FsFile.prototype.writeSync = writeSync;
    writer.close();
  }
  assertEquals(names(folder), []);
});

test("no secret is in a message", (folder) => {
  const name = save(folder);
  const good = Deno.readFileSync(name);
  Deno.writeFileSync(name, good.map((b, i) => i === good.length - 200 ? b ^ 1 : b));
  const { message } = assertThrows(() => new MaterialReader(folder, ID, DEMAND), RangeError, "its checksum is wrong");
  assertEquals(/sha|[0-9a-f]{32}/.test(message), false);
});
