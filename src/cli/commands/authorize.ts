import type { Terminal } from "../terminal.js";
import { parseReference } from "../values.js";
import { type EngineFlags, requirePolicy, withEngine } from "../with-engine.js";

export interface ReadingFlags extends EngineFlags {
  readonly json?: boolean;
}

export async function authorize(
  actor: string,
  action: string,
  resource: string | undefined,
  flags: ReadingFlags,
  terminal: Terminal,
): Promise<number> {
  requirePolicy(flags);
  const who = parseReference(actor, "actor");
  const what = resource === undefined ? undefined : parseReference(resource, "resource");
  const allowed = await withEngine(flags, terminal, (engine) => engine.authorize(who, action, what));
  const { green, red } = terminal.outPaint;
  terminal.out(flags.json ? JSON.stringify({ allowed }) : allowed ? green("allowed") : red("denied"));
  return allowed ? 0 : 1;
}
