import { assertEquals, assertThrows } from "@std/assert";
import { parseOptions } from "./options.ts";
import { parsePartyOptions } from "./party_options.ts";
import { UsageError } from "./usage_error.ts";

/** Names that every object has. */
const MEMBERS = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "isPrototypeOf"];

Deno.test("words and programs may be named like members of objects", () => {
  for (const name of MEMBERS) {
    assertEquals(parseOptions([name, "-IF", "in", name]).words, [name, name]);
    assertEquals(parsePartyOptions(["-pn", "5000", "0", name]).program, name);
  }
});

Deno.test("values and options named like members of objects are refused as any others", () => {
  for (const name of MEMBERS) {
    assertThrows(() => parseOptions(["-E", name, "p"]), UsageError, `-E takes ring, semi2k, emulate, not "${name}"`);
    assertThrows(() => parseOptions(["--transport", name, "p"]), UsageError, `not "${name}"`);
    assertThrows(() => parseOptions([`--${name}`, "p"]), UsageError, `There is no option --${name}`);
    assertThrows(() => parsePartyOptions([`--${name}=1`, "0", "p"]), UsageError, `There is no option --${name}`);
    assertThrows(() => parsePartyOptions(["-E", name, "0", "p"]), UsageError, `not "${name}"`);
  }
});

Deno.test("words come as they were typed", () => {
  assertEquals(parseOptions(["p", "1e1", "0x10", "007", "1.50"]).words, ["p", "1e1", "0x10", "007", "1.50"]);
});

Deno.test("an option with a value is there once, --allow-read as often as one likes", () => {
  const twice: readonly [args: string[], option: string][] = [
    [["-E", "emulate", "-E", "ring"], "protocol"],
    [["-E", "ring", "--protocol=ring"], "protocol"],
    [["--samples", "3", "--samples", "4"], "samples"],
    [["-IF", "a", "--input-prefix", "b"], "input-prefix"],
  ];
  for (const [args, option] of twice) {
    assertThrows(() => parseOptions([...args, "p"]), UsageError, `The option --${option} is there 2 times`);
  }
  assertThrows(() => parsePartyOptions(["-pn", "5000", "-pn", "6000", "0", "p"]), UsageError, `with "5000" and "6000"`);
  assertThrows(
    () => parsePartyOptions(["--wait", "1", "--wait", "2", "0", "p"]),
    UsageError,
    "--wait is there 2 times",
  );
  assertEquals(parseOptions(["--allow-read", "a", "--allow-read", "b", "p"]).allowRead, ["a", "b"]);
});

Deno.test("a flag takes no value, and an option needs one", () => {
  for (const arg of ["--json=5", "--json=true", "--overwrite=no", "-h=1", "--use-preprocessing="]) {
    assertThrows(() => parseOptions([arg, "p"]), UsageError, `The option ${arg.split("=")[0]} takes no value`);
  }
  assertThrows(() => parsePartyOptions(["--insecure-tcp=false", "0", "p"]), UsageError, "takes no value");
  assertThrows(() => parseOptions(["p", "--samples"]), UsageError, "The option --samples needs a value");
  assertThrows(() => parseOptions(["--samples", "--json", "p"]), UsageError, "The option --samples needs a value");
  assertEquals(parseOptions(["p", "--", "--json=5"]).words, ["p", "--json=5"]);
});
