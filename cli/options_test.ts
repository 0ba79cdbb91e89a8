import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Command } from "./command.ts";
import { compile } from "./commands/compile.ts";
import { party, PARTY_OPTIONS } from "./commands/party.ts";
import { programs } from "./commands/programs.ts";
import { run, RUN_OPTIONS } from "./commands/run.ts";
import { parseFlags } from "./flags.ts";
import { checkBackend } from "./options.ts";
import { UsageError } from "./usage_error.ts";

const parseRun = (argv: readonly string[]) => parseFlags(argv, RUN_OPTIONS, "--help");
const parseParty = (argv: readonly string[]) => parseFlags(argv, PARTY_OPTIONS, "--help");

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
    assertThrows(
      () => parseRun(["-E", name, "p"]),
      UsageError,
      `-E takes ring, semi2k, mascot, emulate, not "${name}"`,
    );
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

Deno.test("options that a command has no use for are refused, not left out", async () => {
  const unused: readonly [command: Command, args: string[]][] = [
    [compile, ["--transport", "tls"]],
    [compile, ["--threads", "2"]],
    [compile, ["--public-seed", "1"]],
    [compile, ["--check-range"]],
    [compile, ["--no-check-range"]],
    [compile, ["--preprocess-only"]],
    [programs, ["--protocol", "ring"]],
    [programs, ["-E", "ring"]],
    [programs, ["-IF", "in"]],
    [programs, ["--overwrite"]],
  ];
  for (const [command, args] of unused) {
    const message = `${command.name} has no option ${args[0]}: it is one of run`;
    await assertRejects(() => command.run([...args, "p"], [run, compile, party, programs]), UsageError, message);
    assertEquals(parseRun([...args, "p"]).words, ["p"]);
  }
});

Deno.test("numbers of parties and threads and domains that a backend does not take are wrong command lines", async () => {
  assertThrows(
    () => parseRun(["--threads", "257", "p"]),
    UsageError,
    "--threads takes a whole number from 1 to 256",
  );
  const refused: readonly [args: string[], message: string][] = [
    [["-N", "5"], "-N 5: Backend ring runs with 3 parties, not 5"],
    [["-E", "semi2k", "-N", "17"], "-N 17: Backend semi2k runs with 2 to 16 parties"],
    [["-E", "mascot", "-N", "1"], "-N 1: Backend mascot runs with 2 to 16 parties"],
    [["-E", "mascot", "--domain", "ring"], "--domain ring: Backend mascot computes in the field"],
    [["--domain", "field"], "--domain field: Backend ring computes in the ring"],
    [["-E", "semi2k", "-N", "4", "--domain", "field"], "--domain field: "],
  ];
  for (const [args, message] of refused) {
    await assertRejects(() => checkBackend(parseRun([...args, "p"]).values), UsageError, message);
  }
  await assertRejects(() => checkBackend(parseParty(["-N", "5", "0", "p"]).values), UsageError, "-N 5: Backend ring");
  await checkBackend(parseRun(["-E", "emulate", "--domain", "field", "p"]).values);
  for (const name of ["semi2k", "mascot"]) await checkBackend(parseRun(["-E", name, "-N", "16", "p"]).values);
});

Deno.test("a prefix in a folder that is not there is refused with the nearest that is, and makes none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/results`);
    const at = (path: string) => `${folder}/${path}`;
    const near = `there is no folder ${at("resluts")} (did you mean "${at("results/run")}"?)`;
    assertThrows(() => parseRun(["-IF", at("resluts/run"), "p"]), UsageError, near);
    assertThrows(() => parseParty(["-OF", at("resluts/run"), "0", "p"]), UsageError, near);
    assertThrows(
      () => parseParty(["-IF", at("a/b/run"), "0", "p"]),
      UsageError,
      `no folder ${at("a/b")}. Make it`,
    );
    assertEquals(parseParty(["-OF", at("results/run"), "0", "p"]).values.outputPrefix, at("results/run"));
    assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["results"]);
    assertEquals(parseRun(["-IF", "Player-Data/Input", "p"]).values.inputPrefix, "Player-Data/Input");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
