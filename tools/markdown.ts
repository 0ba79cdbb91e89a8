/**
 * The parts of a Markdown text that can be checked: fenced code, links, headings.
 *
 * @module
 */

/** A fenced code block. */
export interface CodeBlock {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  /** Words after the fence: language first. */
  readonly info: readonly string[];
  readonly code: string;
}

/** A link or an image. */
export interface Link {
  readonly line: number;
  readonly target: string;
}

/** A Markdown text taken apart. */
export interface Markdown {
  readonly blocks: readonly CodeBlock[];
  readonly links: readonly Link[];
  /** What links to headings name, as forges write it: `## Who may import` is `who-may-import`. */
  readonly anchors: ReadonlySet<string>;
}

/** Takes a text apart. An indented fence's indentation is removed from its lines. */
export function parseMarkdown(text: string): Markdown {
  const blocks: CodeBlock[] = [];
  const links: Link[] = [];
  const anchors = new Set<string>();
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const fence = /^( *)(`{3,}|~{3,})\s*([^`]*)$/.exec(lines[i]!);
    if (fence !== null) {
      const [, indent, mark, info] = fence as unknown as [string, string, string, string];
      const line = i + 1;
      const code: string[] = [];
      while (++i < lines.length && !isClosing(lines[i]!, mark)) {
        code.push(lines[i]!.startsWith(indent) ? lines[i]!.slice(indent.length) : lines[i]!.trimStart());
      }
      blocks.push({ line, info: info.trim().split(/[\s,]+/).filter((word) => word !== ""), code: code.join("\n") });
      continue;
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(lines[i]!)?.[1];
    if (heading !== undefined) anchors.add(unused(slug(heading), anchors));
    const prose = lines[i]!.replace(/`[^`]*`/g, "``");
    for (
      const [, inline, reference] of prose.matchAll(
        /\]\(<?([^\s()<>]+)>?(?:\s+"[^"]*")?\)|^\s*\[[^\]]+\]:\s+<?([^\s<>]+)/g,
      )
    ) {
      links.push({ line: i + 1, target: (inline ?? reference)! });
    }
  }
  return { blocks, links, anchors };
}

function isClosing(line: string, mark: string): boolean {
  const closing = line.trim();
  return closing.length >= mark.length && closing === mark[0]!.repeat(closing.length);
}

function slug(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function unused(anchor: string, taken: ReadonlySet<string>): string {
  if (!taken.has(anchor)) return anchor;
  for (let i = 1;; i++) if (!taken.has(`${anchor}-${i}`)) return `${anchor}-${i}`;
}
