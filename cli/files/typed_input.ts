/**
 * `-I`: a party's text input typed at its terminal, or read from standard input where that is none.
 *
 * @module
 */
import type { InputFiles } from "@symbolon/engine";

/** Where numbers are typed. */
export interface Terminal {
  /** Whether somebody sits there who wants to know what is asked for. */
  readonly interactive: boolean;
  /** The next piece of what is typed, or null at its end. */
  read(): Uint8Array | null;
  /** Shows a question. */
  ask(text: string): void;
}

/** Bytes that are read at a time; a terminal hands out one line. */
const PIECE = 2 ** 16;

/** This process's standard input; questions go to standard error. */
export const TERMINAL: Terminal = {
  get interactive() {
    return Deno.stdin.isTerminal();
  },
  read: () => {
    const piece = new Uint8Array(PIECE);
    const count = Deno.stdin.readSync(piece);
    return count === null ? null : piece.subarray(0, count);
  },
  ask: (text) => {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  },
};

/** Inputs with the text typed, binary from where they come otherwise. `count`: the numbers that the program reads. */
export function typedInputs(others: InputFiles, count: number, terminal: Terminal = TERMINAL): InputFiles {
  return (party, source) => {
    if (source === "binary") return others(party, source);
    return { name: "standard input", bytes: new TextEncoder().encode(readNumbers(count, party, terminal)) };
  };
}

/** Reads until there are `count` words, or to the end of the input; at a terminal words that are no numbers are asked for again. */
function readNumbers(count: number, party: number, terminal: Terminal): string {
  const { interactive } = terminal;
  const decoder = new TextDecoder();
  const words: string[] = [];
  let begun = "";
  if (interactive) terminal.ask(`Party ${party}: ${numbers(count)}, separated by spaces or lines\n`);
  while (words.length < count) {
    if (interactive) terminal.ask(`number ${words.length + 1} of ${count}: `);
    const piece = terminal.read();
    if (piece === null) {
      words.push(begun);
      break;
    }
    const parts = (begun + decoder.decode(piece, { stream: true })).split(/\s+/);
    // What no white space follows yet may go on in the next piece.
    begun = parts.pop()!;
    for (const word of parts.filter((part) => part !== "")) {
      if (!interactive || isNumber(word)) words.push(word);
      else {
        // What stands behind it on the line would take the wrong place.
        terminal.ask(`What was typed as number ${words.length + 1} is none: once more, please\n`);
        break;
      }
    }
  }
  return words.join(" ");
}

function isNumber(word: string): boolean {
  return Number.isFinite(Number(word));
}

function numbers(count: number): string {
  return count === 1 ? "one number" : `${count} numbers`;
}
