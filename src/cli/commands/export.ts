import { factLine } from "../fact-lines.js";
import type { Terminal } from "../terminal.js";
import { type EngineFlags, openStore } from "../with-engine.js";

/** Needs no policy: what is stored is written, whether a rule can use it or not. */
export async function exportFacts(flags: EngineFlags, terminal: Terminal): Promise<number> {
  const store = await openStore(flags);
  await store.open();
  try {
    for (const fact of store.tables.facts()) terminal.out(factLine([fact.predicate, ...fact.args]));
  } finally {
    await store.close();
  }
  return 0;
}
