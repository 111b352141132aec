/** A fenced block of a Markdown file. */
export interface Block {
  /** The first word behind the fence: `polar`, `ts`, … */
  readonly language: string;
  /** The other words, e.g. `error=polar/unknown-role` or `file=policy.polar`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly text: string;
  /** The line of the opening fence, counted from 1. */
  readonly line: number;
}

export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { fence: string; indent: number; info: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const [, indent = "", fence, info = ""] = /^( *)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== undefined) open = { fence, indent: indent.length, info: info.trim(), line: index + 1, lines: [] };
    } else if (fence?.startsWith(open.fence) && info.trim() === "") {
      blocks.push(block(open.info, open.lines, open.line));
      open = undefined;
    } else {
      open.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`the block opened in line ${open.line} is never closed`);
  return blocks;
}

function block(info: string, lines: readonly string[], line: number): Block {
  const [language = "", ...words] = info.split(/\s+/);
  const attributes = new Map(
    words.map((word): [string, string] => {
      const at = word.indexOf("=");
      return at < 0 ? [word, ""] : [word.slice(0, at), word.slice(at + 1)];
    }),
  );
  return { language, attributes, text: `${lines.join("\n")}\n`, line };
}

/** One command of a transcript and what it is said to print. */
export interface Step {
  readonly command: string;
  readonly output: string;
  readonly line: number;
}

/** A `console` block: lines that begin with `$ ` are commands (a final `\` goes on in the next line), the others their output. */
export function stepsOf(transcript: Block): Step[] {
  const steps: { command: string; output: string[]; line: number }[] = [];
  let continued = false;
  for (const [index, line] of transcript.text.trimEnd().split("\n").entries()) {
    const last = steps.at(-1);
    if (continued && last !== undefined) last.command += `\n${line.replace(/^> /, "")}`;
    else if (line.startsWith("$ "))
      steps.push({ command: line.slice(2), output: [], line: transcript.line + 1 + index });
    else if (last !== undefined) last.output.push(line);
    else throw new Error(`line ${transcript.line + 1 + index}: a transcript begins with a command`);
    continued = (line.startsWith("$ ") || continued) && line.endsWith("\\");
  }
  return steps.map(({ command, output, line }) => ({ command, output: output.join("\n"), line }));
}

/** Whether a text is what a transcript says. A line `…` stands for any lines. Blanks at line ends do not count. */
export function saysThe(expected: string, actual: string): boolean {
  const trimmed = (text: string): string => text.replace(/[ \t]+$/gm, "").trimEnd();
  const parts = trimmed(expected)
    .split(/^…\n?/m)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^]*")}$`).test(trimmed(actual));
}

/** Targets of the links of a Markdown text, without those to other hosts. */
export function linksOf(markdown: string): string[] {
  const prose = withoutBlocks(markdown).replace(/`[^`]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)(?:\s[^)]*)?\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^(?:[a-z]+:|\/\/)/.test(target));
}

/** What links can name behind `#`: one anchor a heading, numbered where headings repeat. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of withoutBlocks(markdown).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading
      .toLowerCase()
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replace(/ /g, "-");
    let anchor = plain;
    for (let i = 1; anchors.has(anchor); i++) anchor = `${plain}-${i}`;
    anchors.add(anchor);
  }
  return anchors;
}

function withoutBlocks(markdown: string): string {
  return markdown.replace(/^( *)(`{3,}|~{3,}).*\n(?:.*\n)*?\1\2[`~]* *$/gm, "");
}
