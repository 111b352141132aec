import { writeFile } from "node:fs/promises";
import { renderDiagnostics } from "../../diagnostics/render.js";
import type { Source } from "../../diagnostics/source.js";
import { formatPolicy } from "../../polar/index.js";
import { readSources } from "../sources.js";
import type { Terminal } from "../terminal.js";

export async function fmt(
  files: readonly string[],
  flags: { readonly check?: boolean },
  terminal: Terminal,
): Promise<number> {
  let exitCode = 0;
  for (const source of await readSources(files)) {
    if (!(await format(source, flags.check === true, terminal))) exitCode = 1;
  }
  return exitCode;
}

/** Whether the file parses and, with `check`, is formatted already. */
async function format(source: Source, check: boolean, terminal: Terminal): Promise<boolean> {
  const { text, diagnostics } = formatPolicy(source);
  if (text === undefined) {
    terminal.err(renderDiagnostics(diagnostics, { color: terminal.errPaint.enabled }));
    return false;
  }
  if (check) {
    if (text !== source.text) terminal.out(source.name);
    return text === source.text;
  }
  if (source.name === "<stdin>") terminal.out(text.replace(/\n$/, ""));
  else if (text !== source.text) {
    await writeFile(source.name, text);
    terminal.out(source.name);
  }
  return true;
}
