/** Errors of parties on other threads and in other processes can be told apart as those of this one. @module */
import { assert, assertEquals } from "@std/assert";
import { OutOfRangeError, PeerError } from "@symbolon/protocol";
import { reportError, restoreError } from "./party_error.ts";
import { RefusedError } from "./tcp.ts";

class MaterialUsedError extends RangeError {
  override readonly name = "MaterialUsedError";
}

const across = (thrown: unknown) => restoreError(structuredClone(reportError(thrown)));

Deno.test("errors keep their class and name across threads, and those of other classes the nearest", () => {
  const full = new RangeError("Cannot reserve 5 bytes");
  full.name = "MemoryFullError";
  const cases: [Error, new (message: string) => Error][] = [
    [new RangeError("r"), RangeError],
    [new TypeError("t"), TypeError],
    [new OutOfRangeError("o"), OutOfRangeError],
    [new PeerError("p"), PeerError],
    [full, RangeError],
    [new MaterialUsedError("used"), RangeError],
    [new RefusedError("refused"), Error],
    [new Deno.errors.NotFound("nowhere"), Error],
  ];
  for (const [error, Class] of cases) {
    const again = across(error);
    assert(again instanceof Class, error.name);
    assertEquals([again.name, again.message, again.stack], [error.name, error.message, error.stack]);
  }
  assert(!(across(new Error("e")) instanceof RangeError));
  assertEquals(across("a text").message, "a text");
});
