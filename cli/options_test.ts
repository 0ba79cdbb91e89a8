import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { checkBackend, parseOptions } from "./options.ts";
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

Deno.test("options that a command has no use for are refused, not left out", () => {
  const unused: readonly [command: "compile" | "programs", args: string[]][] = [
    ["compile", ["--transport", "tls"]],
    ["compile", ["--threads", "2"]],
    ["compile", ["--public-seed", "1"]],
    ["compile", ["--check-range"]],
    ["compile", ["--no-check-range"]],
    ["programs", ["-E", "ring"]],
    ["programs", ["-IF", "in"]],
    ["programs", ["--overwrite"]],
    ["programs", ["--preprocess-only"]],
  ];
  for (const [command, args] of unused) {
    assertThrows(() => parseOptions([...args, "p"], command), UsageError, `${command} has no use for --`);
    assertEquals(parseOptions([...args, "p"]).words, ["p"]);
  }
  assertEquals(parseOptions(["--json", "p"], "programs").json, true);
});

Deno.test("numbers of parties and threads and domains that a backend does not take are wrong command lines", async () => {
  assertThrows(
    () => parseOptions(["--threads", "257", "p"]),
    UsageError,
    "--threads takes a whole number from 1 to 256",
  );
  const refused: readonly [args: string[], message: string][] = [
    [["-N", "5"], "-N 5: Backend ring runs with 3 parties, not 5"],
    [["-E", "semi2k", "-N", "17"], "-N 17: Backend semi2k runs with 2 to 16 parties"],
    [["--domain", "field"], "--domain field: Backend ring computes in the ring"],
    [["-E", "semi2k", "-N", "4", "--domain", "field"], "--domain field: "],
  ];
  for (const [args, message] of refused) {
    await assertRejects(() => checkBackend(parseOptions([...args, "p"])), UsageError, message);
  }
  await assertRejects(() => checkBackend(parsePartyOptions(["-N", "5", "0", "p"])), UsageError, "-N 5: Backend ring");
  await checkBackend(parseOptions(["-E", "emulate", "--domain", "field", "p"]));
  await checkBackend(parseOptions(["-E", "semi2k", "-N", "16", "p"]));
});

Deno.test("a prefix in a folder that is not there is refused with the nearest that is, and makes none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/results`);
    const at = (path: string) => `${folder}/${path}`;
    const near = `there is no folder ${at("resluts")} (did you mean "${at("results/run")}"?)`;
    assertThrows(() => parseOptions(["-IF", at("resluts/run"), "p"]), UsageError, near);
    assertThrows(() => parsePartyOptions(["-OF", at("resluts/run"), "0", "p"]), UsageError, near);
    assertThrows(
      () => parsePartyOptions(["-IF", at("a/b/run"), "0", "p"]),
      UsageError,
      `no folder ${at("a/b")}. Make it`,
    );
    assertEquals(parsePartyOptions(["-OF", at("results/run"), "0", "p"]).outputPrefix, at("results/run"));
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["results"]);
    assertEquals(parseOptions(["-IF", "Player-Data/Input", "p"]).inputPrefix, "Player-Data/Input");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
