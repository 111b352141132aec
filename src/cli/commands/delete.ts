import { count, type Terminal } from "../terminal.js";
import { parsePattern } from "../values.js";
import { type EngineFlags, withStore } from "../with-engine.js";

export async function remove(
  predicate: string,
  args: readonly string[],
  flags: EngineFlags,
  terminal: Terminal,
): Promise<number> {
  const pattern = args.map(parsePattern);
  const deleted = await withStore(flags, terminal, async (engine) => {
    const matching = await engine.get(predicate, ...pattern);
    if (matching.length > 0) await engine.delete(predicate, ...pattern);
    return matching.length;
  });
  terminal.err(`${count(deleted, "fact")} deleted`);
  return 0;
}
