import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { addressesText, readAddresses } from "./address_book.ts";

const FIRST = { host: "hospital-a.example", port: 5000 };

Deno.test("the list is what was told, but for party 0 and what is on its machine", () => {
  const port = fc.integer({ min: 1, max: 65535 });
  const host = fc.oneof(fc.ipV4().filter((h) => !h.startsWith("127.")), fc.ipV6().filter((h) => h !== "::1"));
  fc.assert(fc.property(fc.array(fc.record({ host, port }), { minLength: 1, maxLength: 16 }), (addresses) => {
    assertEquals(readAddresses(addressesText(addresses), addresses.length, FIRST), [FIRST, ...addresses.slice(1)]);
  }));
  const addresses = [FIRST, { host: "127.0.0.1", port: 7 }, { host: "::1", port: 8 }, { host: "10.0.0.1", port: 9 }];
  assertEquals(readAddresses(addressesText(addresses), 4, FIRST), [
    FIRST,
    { host: FIRST.host, port: 7 },
    { host: FIRST.host, port: 8 },
    { host: "10.0.0.1", port: 9 },
  ]);
});

Deno.test("what is no list of so many addresses is refused", () => {
  const bad = [
    "",
    "{}",
    "[1]",
    '[["a"]]',
    '[["a",0]]',
    '[["a",65536]]',
    '[["a",1.5]]',
    '[["a b",1]]',
    '[["",1]]',
    '[["a","1"]]',
  ];
  for (const text of bad) assertThrows(() => readAddresses(text, 1, FIRST), SyntaxError, "no list of addresses");
  assertThrows(() => readAddresses('[["a",1]]', 2, FIRST), SyntaxError, "all parties");
});
