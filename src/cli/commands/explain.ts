import { renderExplanation } from "../render-explanation.js";
import type { Terminal } from "../terminal.js";
import { jsonReplacer, parseReference } from "../values.js";
import { requirePolicy, withEngine } from "../with-engine.js";
import type { ReadingFlags } from "./authorize.js";

export async function explain(
  actor: string,
  action: string,
  resource: string | undefined,
  flags: ReadingFlags,
  terminal: Terminal,
): Promise<number> {
  requirePolicy(flags);
  const who = parseReference(actor, "actor");
  const what = resource === undefined ? undefined : parseReference(resource, "resource");
  const explanation = await withEngine(flags, terminal, (engine) => engine.explain(who, action, what));
  terminal.out(
    flags.json ? JSON.stringify(explanation, jsonReplacer, 2) : renderExplanation(explanation, terminal.outPaint),
  );
  return explanation.allowed ? 0 : 1;
}
