/**
 * Judges the code that one program runs, wherever it lies, and nothing besides: what `run` does for programs of any module.
 *
 * Only what would need a tensor's value, or hides a tensor, is refused: other errors of the module are its own.
 *
 * @module
 */
import type { Finding } from "./finding.ts";
import { hidingFindings } from "./hiding_rules.ts";
import { blockAt, callAt, pathOf, type Place, Reach } from "./reach.ts";
import { secretFindings } from "./secret_rules.ts";
import { type CheckHost, readSources, type Sources } from "./sources.ts";
import { Tensors } from "./tensors.ts";
import ts from "./typescript.ts";

/** A finding and its file. */
export interface TracedFinding extends Finding {
  readonly source: ts.SourceFile;
}

/** Modules that have been read, with all findings in them. */
interface Judged {
  readonly roots: string;
  readonly texts: ReadonlyMap<string, string>;
  readonly sources: Sources;
  readonly findings: readonly TracedFinding[];
}

/** So many sets of modules are remembered: their files are not judged again until one has changed. */
const REMEMBERED = 4;
let remembered: readonly Judged[] = [];

/** The code of one program. */
export class TracedCode {
  readonly #judged: Judged;
  readonly #reach: Reach;

  /**
   * @param definedAt the frames in which `program(…)` was called, the innermost first; their files are paths of the host
   * @throws {RangeError} saying why the code cannot be judged
   */
  constructor(definedAt: readonly Place[], host: CheckHost) {
    const files = [...new Set(definedAt.map(({ file }) => pathOf(file)))].filter((path) => host.fileExists(path));
    this.#judged = judge(files, host);
    const { sources } = this.#judged;
    const calls = definedAt.flatMap((place) => callAt(place, sources) ?? []);
    const name = pathOf(definedAt[0]!.file);
    if (calls[0] === undefined || calls[0] !== callAt(definedAt[0]!, sources)) {
      throw new RangeError(`${name} is not what it was when it was loaded`);
    }
    const callee = sources.program.getTypeChecker().getResolvedSignature(calls[0] as ts.CallExpression)?.declaration;
    if (callee === undefined || !sources.isLibrary(callee.getSourceFile().fileName)) {
      throw new RangeError(`the check does not see where ${name} takes program() from`);
    }
    this.#reach = new Reach(sources, calls);
  }

  /** Adds the functions in which a program's instructions were recorded, if they were not known to be its own. */
  add(places: readonly Place[]): void {
    for (const place of places) {
      const block = blockAt(place, this.#judged.sources);
      if (block !== undefined) this.#reach.add(block);
    }
  }

  /** What is refused, in the order of files and lines. */
  findings(): readonly TracedFinding[] {
    return this.#judged.findings.filter(({ node }) => this.#reach.has(node));
  }
}

function judge(files: readonly string[], host: CheckHost): Judged {
  const roots = files.join("\n");
  const known = remembered.find((j) =>
    j.roots === roots && [...j.texts].every(([path, text]) => host.readFile(path) === text)
  );
  if (known !== undefined) return known;
  const sources = readSources(files, host);
  const { program, own } = sources;
  const checker = program.getTypeChecker();
  const tensors = new Tensors(program);
  const findings = own.flatMap((source) => {
    const found = [...secretFindings(source, tensors, checker), ...hidingFindings(source, tensors, program)];
    return found.filter(({ node, typeOnly, harmless }) =>
      !harmless && !(typeOnly && isAny(checker.getTypeAtLocation(node)))
    )
      .filter(({ node }, i, all) => all.findIndex((other) => other.node === node) === i)
      .sort((a, b) => a.node.getStart(source) - b.node.getStart(source))
      .map((finding) => ({ ...finding, source }));
  });
  const judged = { roots, texts: new Map(own.map(({ fileName, text }) => [fileName, text])), sources, findings };
  remembered = [judged, ...remembered.filter((j) => j.roots !== roots)].slice(0, REMEMBERED);
  return judged;
}

/** What comes from modules that the check does not follow has this type as well: it says nothing. */
function isAny({ flags }: ts.Type): boolean {
  return (flags & ts.TypeFlags.Any) !== 0;
}
