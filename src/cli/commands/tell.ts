import type { Terminal } from "../terminal.js";
import { parseValue } from "../values.js";
import { type EngineFlags, requirePolicy, withStore } from "../with-engine.js";

export async function tell(
  predicate: string,
  args: readonly string[],
  flags: EngineFlags,
  terminal: Terminal,
): Promise<number> {
  requirePolicy(flags);
  const values = args.map(parseValue);
  await withStore(flags, terminal, (engine) => engine.tell(predicate, ...values));
  return 0;
}
