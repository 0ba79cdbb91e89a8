import { assertEquals } from "@std/assert";
import { headerLine, readHeader } from "./format.ts";

const ID = { backend: "semi2k", domain: "integers mod 2^64", parties: 2, party: 0, tapeHash: "aa".repeat(32) };

Deno.test("a first line names a whole session, and else is none", () => {
  const session = "0123456789abcdef".repeat(4);
  const line = (of: string) => headerLine(ID, of, new Map([[{ name: "triple", parts: () => [64, 64, 64] }, 3]]));
  assertEquals(readHeader(line(session))?.session, session);
  const others = [
    "",
    session.slice(1),
    `${session}0`,
    session.toUpperCase(),
    session.replace("0", "/"),
    `${session}\n`,
  ];
  for (const other of others) assertEquals(readHeader(line(other)), null, other);
});
