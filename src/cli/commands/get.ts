import { factLine } from "../fact-lines.js";
import type { Terminal } from "../terminal.js";
import { parsePattern, writeLine, writeValue } from "../values.js";
import { withStore } from "../with-engine.js";
import type { ReadingFlags } from "./authorize.js";

export async function get(
  predicate: string,
  args: readonly string[],
  flags: ReadingFlags,
  terminal: Terminal,
): Promise<number> {
  const pattern = args.map(parsePattern);
  const facts = await withStore(flags, terminal, (engine) => engine.get(predicate, ...pattern));
  if (flags.json) {
    terminal.out(facts.length === 0 ? "[]" : `[\n${facts.map((fact) => `  ${factLine(fact)}`).join(",\n")}\n]`);
  } else if (facts.length > 0) {
    terminal.out(
      facts
        .map(([name, ...rest]) => writeLine([name, ...rest.map(writeValue)]))
        .sort()
        .join("\n"),
    );
  }
  return 0;
}
