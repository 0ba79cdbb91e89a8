import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { naming, namingAsync } from "./mod.ts";

/** An error as the system gives it: with its code, or with its class alone. */
function systemError(Class: new (message: string) => Error, message: string, code?: string): Error {
  return Object.assign(new Class(message), code === undefined ? {} : { code });
}

const CASES: readonly (readonly [error: Error, read: string, write: string])[] = [
  [
    systemError(Deno.errors.PermissionDenied, "Permission denied (os error 13): open 'x'"),
    "Cannot read a/b.txt: this user may not read it: chmod u+r a/b.txt",
    "Cannot write a/b.txt: this user may not write it: chmod u+w it or its folder a",
  ],
  [
    systemError(Error, "No space left on device (os error 28)", "ENOSPC"),
    "Cannot read a/b.txt: no space is left on the disk",
    "Cannot write a/b.txt: no space is left on the disk: make room there and start again",
  ],
  [
    systemError(Error, "Read-only file system (os error 30): tmpfile", "EROFS"),
    "its file system is read-only",
    "Cannot write a/b.txt: its file system is read-only: give another place than a",
  ],
  [systemError(Error, "Disk quota exceeded (os error 122)", "EDQUOT"), "quota", "quota of the disk is used up"],
  [
    systemError(Error, "Is a directory (os error 21)", "EISDIR"),
    "it is a folder, and a file is expected",
    "it is a folder",
  ],
  [
    systemError(Deno.errors.NotADirectory, "Not a directory"),
    "something on its path is a file",
    "something on its path",
  ],
  [systemError(Deno.errors.NotFound, "No such file"), "there is no such file", "there is no folder a: make it first"],
  [systemError(Error, "Too many open files (os error 24)", "EMFILE"), "ulimit -n", "ulimit -n"],
  [systemError(Error, "Input/output error (os error 5)", "EIO"), "the disk reports an error", "look at the disk"],
  [
    systemError(Error, "Some new trouble (os error 999): open 'x'", "ENEW"),
    "Cannot read a/b.txt: Some new trouble",
    "Cannot write a/b.txt: Some new trouble",
  ],
];

for (const [error, read, write] of CASES) {
  Deno.test(`"${error.message}" names the file and what to do`, async () => {
    const again = () =>
      Object.assign(Object.create(Object.getPrototypeOf(error)), error, { message: error.message, name: error.name });
    for (const [doing, says] of [["read", read], ["write", write]] as const) {
      const thrown = assertThrows(() =>
        naming("a/b.txt", doing, () => {
          throw again();
        }), Error);
      assert(thrown instanceof error.constructor);
      assertStringIncludes(thrown.message, says);
      assert(!/os error|tmpfile|open '/.test(thrown.message));
      const later = await assertRejects(() =>
        namingAsync(new URL("file:///a%20b/c"), doing, () => Promise.reject(again()))
      );
      assertStringIncludes((later as Error).message, `Cannot ${doing} /a b/c: `);
    }
  });
}

Deno.test("an error is named once, by who is nearest to the file", () => {
  const error = systemError(Error, "No space left on device", "ENOSPC");
  const thrown = assertThrows(() =>
    naming("outer", "write", () =>
      naming("inner", "read", () => {
        throw error;
      })), Error);
  assertStringIncludes(thrown.message, "Cannot read inner:");
});

Deno.test("what is no error of the system passes as it is, and so do results", async () => {
  for (const error of [new RangeError("mine"), new Deno.errors.NotCapable("Requires read access")]) {
    const { message } = error;
    assertEquals(
      assertThrows(() =>
        naming("a", "read", () => {
          throw error;
        })
      ),
      error,
    );
    assertEquals(error.message, message);
  }
  assertEquals(naming("a", "read", () => 3), 3);
  assertEquals(await namingAsync("a", "write", () => Promise.resolve(4)), 4);
});

Deno.test("of a file that is not there the message says from which folder its path was seen, if it is relative", () => {
  const missing = (path: string) =>
    assertThrows(() => naming(path, "read", () => Deno.readTextFileSync(path)), Deno.errors.NotFound).message;
  assertEquals(missing("nothing/x.csv"), `Cannot read nothing/x.csv: there is no such file, seen from ${Deno.cwd()}`);
  assertEquals(missing("/nothing/x.csv"), "Cannot read /nothing/x.csv: there is no such file");
});
