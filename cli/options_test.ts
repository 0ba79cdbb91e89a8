import { assertEquals, assertThrows } from "@std/assert";
import { PARTY_OPTIONS } from "./commands/party.ts";
import { RUN_OPTIONS } from "./commands/run.ts";
import { parseFlags } from "./flags.ts";
import { UsageError } from "./usage_error.ts";

const parseRun = (argv: readonly string[]) => parseFlags(argv, RUN_OPTIONS, { help: "--help" });
const parseParty = (argv: readonly string[]) => parseFlags(argv, PARTY_OPTIONS, { help: "--help" });

/** Names that every object has. */
const MEMBERS = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "isPrototypeOf"];

Deno.test("words and programs may be named like members of objects", () => {
  for (const name of MEMBERS) {
    assertEquals(parseRun([name, "-IF", "in", name]).words, [name, name]);
    assertEquals(parseParty(["-pn", "5000", "0", name]).words, ["0", name]);
  }
});

Deno.test("values and options named like members of objects are refused as any others", () => {
  for (const name of MEMBERS) {
    assertThrows(() => parseRun(["-E", name, "p"]), UsageError, `-E takes ring, semi2k, emulate, not "${name}"`);
    assertThrows(() => parseRun(["--transport", name, "p"]), UsageError, `not "${name}"`);
    assertThrows(() => parseRun([`--${name}`, "p"]), UsageError, `There is no option --${name}`);
    assertThrows(() => parseParty([`--${name}=1`, "0", "p"]), UsageError, `There is no option --${name}`);
    assertThrows(() => parseParty(["-E", name, "0", "p"]), UsageError, `not "${name}"`);
  }
});

Deno.test("words come as they were typed", () => {
  assertEquals(parseRun(["p", "1e1", "0x10", "007", "1.50"]).words, ["p", "1e1", "0x10", "007", "1.50"]);
});

Deno.test("an option with a value is there once, --allow-read as often as one likes", () => {
  const twice: readonly [args: string[], option: string][] = [
    [["-E", "emulate", "-E", "ring"], "protocol"],
    [["-E", "ring", "--protocol=ring"], "protocol"],
    [["--samples", "3", "--samples", "4"], "samples"],
    [["-IF", "a", "--input-prefix", "b"], "input-prefix"],
  ];
  for (const [args, option] of twice) {
    assertThrows(() => parseRun([...args, "p"]), UsageError, `The option --${option} is there 2 times`);
  }
  assertThrows(() => parseParty(["-pn", "5000", "-pn", "6000", "0", "p"]), UsageError, `with "5000" and "6000"`);
  assertThrows(
    () => parseParty(["--wait", "1", "--wait", "2", "0", "p"]),
    UsageError,
    "--wait is there 2 times",
  );
  assertEquals(parseRun(["--allow-read", "a", "--allow-read", "b", "p"]).values.allowRead, ["a", "b"]);
});

Deno.test("a flag takes no value, and an option needs one", () => {
  for (const arg of ["--json=5", "--json=true", "--overwrite=no", "-h=1", "--use-preprocessing="]) {
    assertThrows(() => parseRun([arg, "p"]), UsageError, `The option ${arg.split("=")[0]} takes no value`);
  }
  assertThrows(() => parseParty(["--insecure-tcp=false", "0", "p"]), UsageError, "takes no value");
  assertThrows(() => parseRun(["p", "--samples"]), UsageError, "The option --samples needs a value");
  assertThrows(() => parseRun(["--samples", "--json", "p"]), UsageError, "The option --samples needs a value");
  assertEquals(parseRun(["p", "--", "--json=5"]).words, ["p", "--json=5"]);
});
