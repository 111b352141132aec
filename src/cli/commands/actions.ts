import { plain } from "../../diagnostics/display.js";
import type { Terminal } from "../terminal.js";
import { parseReference } from "../values.js";
import { requirePolicy, withEngine } from "../with-engine.js";
import type { ReadingFlags } from "./authorize.js";

export async function actions(
  actor: string,
  resource: string | undefined,
  flags: ReadingFlags,
  terminal: Terminal,
): Promise<number> {
  requirePolicy(flags);
  const who = parseReference(actor, "actor");
  const what = resource === undefined ? undefined : parseReference(resource, "resource");
  const names = await withEngine(flags, terminal, (engine) => engine.actions(who, what));
  if (flags.json) terminal.out(JSON.stringify(names));
  else if (names.length > 0) terminal.out(names.map(plain).join("\n"));
  return 0;
}
