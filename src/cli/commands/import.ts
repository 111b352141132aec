import { parseFactLines } from "../fact-lines.js";
import { readSources } from "../sources.js";
import { count, type Terminal } from "../terminal.js";
import { type EngineFlags, requirePolicy, withStore } from "../with-engine.js";

export async function importFacts(file: string, flags: EngineFlags, terminal: Terminal): Promise<number> {
  requirePolicy(flags);
  const [source] = await readSources([file]);
  if (source === undefined) return 2;
  const facts = parseFactLines(source.text, source.name);
  if (facts.length > 0) {
    // One write, so that a fact that is refused leaves nothing behind; the limit of facts per write is for servers.
    await withStore(flags, terminal, (engine) => engine.bulkTell(facts), { limits: { facts: facts.length } });
  }
  terminal.err(`${count(facts.length, "fact")} told`);
  return 0;
}
