import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  CommitmentError,
  ConsistencyError,
  MacCheckError,
  ProgramMismatchError,
  SacrificeError,
} from "@symbolon/protocol";
import { type Agreement, checkAgreement, helloText, readHello } from "./handshake.ts";
import { abortText, readAbort } from "./abort_text.ts";
import { AGREEMENT, nonceOf } from "./testing/network.ts";

const nonce = nonceOf(7);

Deno.test("parties that run the same agree", () => {
  const options = { "--public-seed": 3 };
  checkAgreement({ ...AGREEMENT, options }, readHello(helloText(1, { ...AGREEMENT, options }, { nonce })));
});

Deno.test("everything that differs is named", () => {
  const others: [Partial<Agreement>, string][] = [
    [{ parties: 4 }, "option parties (here 3, there 4)"],
    [{ backend: "semi2k" }, "option backend (here ring, there semi2k)"],
    [{ domain: "integers mod 7" }, "the domain (here integers mod 2^64, there integers mod 7)"],
    [{ tapeHash: "bb".repeat(32) }, "the program (hash) (here aaaa"],
    [{ tapeHash: "aa".repeat(31) + "bb" }, "the program (hash)"],
    [{ options: { "--public-seed": 5 } }, "the option --public-seed (here none, there 5)"],
  ];
  const whole: Agreement = others.reduce<Agreement>((a, [change]) => ({ ...a, ...change }), AGREEMENT);
  for (const [change, text] of others) {
    const hello = readHello(helloText(2, { ...AGREEMENT, ...change }, { nonce }));
    const error = assertThrows(() => checkAgreement(AGREEMENT, hello), ProgramMismatchError, text);
    assertStringIncludes(error.message, "Party 2 has another value");
  }
  const all = assertThrows(
    () => checkAgreement(AGREEMENT, readHello(helloText(2, whole, { nonce }))),
    ProgramMismatchError,
  );
  assertEquals(all.message.split(" and ").length >= 5, true);
  const newer = readHello(helloText(0, AGREEMENT, { nonce }).replace('"symbolon":3', '"symbolon":4'));
  assertThrows(() => checkAgreement(AGREEMENT, newer), ProgramMismatchError, "version");
});

Deno.test("material of different sessions does not belong together, whatever its files are called", () => {
  const at = (file: string, session: string) => ({ ...AGREEMENT, material: { file, session } });
  const [one, other] = ["1".repeat(64), "2".repeat(64)] as const;
  checkAgreement(at("a", one), readHello(helloText(1, at("b", one), { nonce })));
  const error = assertThrows(
    () => checkAgreement(at("a", one), readHello(helloText(1, at("b\n", other), { nonce }))),
    ProgramMismatchError,
    "a here and b? at party 1 do not belong together: they are of sessions 1111111111111111 and 2222222222222222",
  );
  assertStringIncludes(error.message, 'option preprocessing: "only"');
  const tapeHash = "bb".repeat(32);
  assertThrows(
    () => checkAgreement(at("a", one), readHello(helloText(1, { ...at("b", other), tapeHash }, { nonce }))),
    ProgramMismatchError,
    "the program (hash)",
  );
  const bad = helloText(1, at("a", one), { nonce }).replace('"file":"a"', '"file":7');
  assertThrows(() => readHello(bad), SyntaxError, "no proper hello");
});

Deno.test("what is no hello is refused", () => {
  const good = helloText(1, AGREEMENT, { nonce });
  for (
    const text of [
      "",
      "{",
      "null",
      "[]",
      "{}",
      good.replace('"party":1', '"party":"1"'),
      good.replace('"ring"', "7"),
      good.replace("0707", ""),
    ]
  ) {
    assertThrows(() => readHello(text), SyntaxError, "no proper hello");
  }
});

Deno.test("a hello cannot write to the terminal", () => {
  const hello = readHello(helloText(1, { ...AGREEMENT, backend: "\x1b[2Jring" }, { nonce }));
  assertEquals(hello.agreement.backend, "?[2Jring");
});

Deno.test("other parties hear of errors of the protocol, not of those about a party's data", () => {
  assertEquals(abortText(new RangeError("Player-Data/Input-P1-0, value 3 does not fit")), "{}");
  for (const Found of [CommitmentError, ConsistencyError, MacCheckError, SacrificeError]) {
    assertEquals(abortText(new Found("which check has failed")), "{}", "which check it was helps whoever deviates");
  }
  const told = readAbort(abortText(new ProgramMismatchError("differs")), "Party 1 at x:1");
  assertEquals([told.name, told.message], ["ProgramMismatchError", "Party 1 at x:1 stopped: differs"]);
  for (const text of ["{}", "no json", "null", '{"message":3}']) {
    const error = readAbort(text, "Party 1 at x:1");
    assertEquals([error.name, error.message], [
      "PeerError",
      "Party 1 at x:1 stopped because of an error: see its own messages",
    ]);
  }
});
