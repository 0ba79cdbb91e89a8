import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Terminal, typedInputs } from "./typed_input.ts";

/** A terminal at which these pieces are typed, and what it was asked. */
function terminal(pieces: readonly string[], interactive: boolean): Terminal & { readonly asked: string[] } {
  const left = [...pieces];
  const asked: string[] = [];
  return {
    interactive,
    asked,
    read: () => {
      const piece = left.shift();
      return piece === undefined ? null : new TextEncoder().encode(piece);
    },
    ask: (text) => void asked.push(text),
  };
}

const nothing = () => {
  throw new Error("no file is to be read");
};

/** The words read. */
function typed(count: number, at: Terminal): string[] {
  const origin = typedInputs(nothing, count, at)(0, "text");
  return new TextDecoder().decode((origin as unknown as { bytes: Uint8Array }).bytes).split(" ").filter((w) =>
    w !== ""
  );
}

Deno.test("numbers may be cut anywhere by the pieces they come in", () => {
  fc.assert(fc.property(
    fc.array(fc.integer(), { minLength: 1, maxLength: 20 }),
    fc.array(fc.nat(60), { maxLength: 5 }),
    fc.constantFrom(" ", "\n", "\r\n", " \n\t"),
    (numbers, cuts, space) => {
      const text = `${space}${numbers.join(space)}\n`;
      const ends = [...new Set([...cuts, text.length])].filter((at) => at <= text.length).sort((a, b) => a - b);
      const pieces = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end));
      assertEquals(typed(numbers.length, terminal(pieces, false)), numbers.map(String));
    },
  ));
});

Deno.test("reading ends with the last number that is wanted, and nothing is asked where nobody sits", () => {
  const at = terminal(["1 2\n", "3\n", "never\n"], false);
  assertEquals(typed(3, at), ["1", "2", "3"]);
  assertEquals(new TextDecoder().decode(at.read()!), "never\n");
  assertEquals(at.asked, []);
});

Deno.test("an input that ends early gives what there was, also without a last line end", () => {
  assertEquals(typed(3, terminal(["1 ", "2.5"], false)), ["1", "2.5"]);
  assertEquals(typed(3, terminal([], false)), []);
});

Deno.test("at a terminal each line is asked for, and what is no number once more", () => {
  const at = terminal(["1\n", "2 x 3\n", "3\n"], true);
  assertEquals(typed(3, at), ["1", "2", "3"]);
  assertEquals(at.asked, [
    "Party 0: 3 numbers, separated by spaces or lines\n",
    "number 1 of 3: ",
    "number 2 of 3: ",
    "What was typed as number 3 is none: once more, please\n",
    "number 3 of 3: ",
  ]);
});

Deno.test("binary inputs come from elsewhere", () => {
  const files = () => ({ name: "file", bytes: new Uint8Array(1) });
  assertEquals(typedInputs(files, 0, terminal([], false))(0, "binary").name, "file");
  assertThrows(() => typedInputs(nothing, 0, terminal([], false))(0, "binary"), Error, "no file");
});
