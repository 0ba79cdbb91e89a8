import { assertEquals, assertThrows } from "@std/assert";
import { isLoopback, listenHost, parseAddress, parseAddresses, showAddress } from "./addresses.ts";

Deno.test("hosts and ports are read, IPv6 in brackets", () => {
  const cases: [string, string, number][] = [
    ["example.org", "example.org", 5000],
    ["example.org:77", "example.org", 77],
    ["10.0.0.2:65535", "10.0.0.2", 65535],
    ["[::1]", "::1", 5000],
    ["[fe80::1%eth0]:81", "fe80::1%eth0", 81],
  ];
  for (const [text, host, port] of cases) assertEquals(parseAddress(text, 5000), { host, port });
  assertEquals(cases.map(([t]) => showAddress(parseAddress(t, 5000)))[4], "[fe80::1%eth0]:81");
});

Deno.test("what is no address is refused with the reason", () => {
  assertThrows(() => parseAddress("::1", 5000), SyntaxError, "in brackets");
  for (const text of ["", "a b", "host:", "host:x", "host:0", "host:65536", "[::1"]) {
    assertThrows(() => parseAddress(text, 5000), SyntaxError);
  }
});

Deno.test("an address file has one party a line; ports count up where none is given", () => {
  const text = "# hospitals\na.example\n\n[::1]:7001 # second\nc.example\r\n";
  assertEquals(parseAddresses(text, "hosts", 3, 5000).map(showAddress), [
    "a.example:5000",
    "[::1]:7001",
    "c.example:5002",
  ]);
  assertThrows(() => parseAddresses("a\nb\n", "hosts", 3, 5000), RangeError, "hosts has 2 addresses for 3 parties");
  assertThrows(() => parseAddresses("a\nb:c:d\n", "hosts", 2, 5000), SyntaxError, "hosts, party 1: ");
});

Deno.test("a party listens on the loopback interface only if all parties are there", () => {
  const at = (host: string) => ({ host, port: 1 });
  assertEquals(listenHost([at("127.0.0.1"), at("::1")], 1), "::1");
  assertEquals(listenHost([at("127.0.0.1"), at("10.0.0.2")], 0), undefined);
  assertEquals(["localhost", "127.3.2.1", "::1", "10.0.0.1"].map(isLoopback), [true, true, true, false]);
});
