import { plain } from "../../diagnostics/display.js";
import type { Terminal } from "../terminal.js";
import { parseReference } from "../values.js";
import { requirePolicy, withEngine } from "../with-engine.js";
import type { ReadingFlags } from "./authorize.js";

export async function list(
  actor: string,
  action: string,
  type: string,
  flags: ReadingFlags,
  terminal: Terminal,
): Promise<number> {
  requirePolicy(flags);
  const who = parseReference(actor, "actor");
  const ids = await withEngine(flags, terminal, (engine) => engine.list(who, action, type));
  if (flags.json) terminal.out(JSON.stringify(ids));
  else if (ids.length > 0) terminal.out(ids.map(plain).join("\n"));
  return 0;
}
