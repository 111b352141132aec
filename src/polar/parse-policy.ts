import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { Source } from "../diagnostics/source.js";
import type { File } from "./ast.js";
import { loadPolicy } from "./load.js";
import { parseFile } from "./parser.js";
import type { LoadOptions, Policy } from "./policy.js";

/** A source of a policy as tools have it: a text, or a text with the name that diagnostics show. */
export type PolicyText = string | Source | { readonly source: string; readonly filename: string };

export interface ParsedPolicy {
  /** The checked policy; `undefined` when a diagnostic is an error. */
  readonly policy: Policy | undefined;
  /** The tree of each source, in order; of a faulty source, what could be read. */
  readonly files: readonly File[];
  /** Everything found, in source order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks a policy without an engine and without running anything. Never throws for what the text says. */
export function parsePolicy(policy: PolicyText | readonly PolicyText[], options: LoadOptions = {}): ParsedPolicy {
  const texts = Array.isArray(policy) ? (policy as readonly PolicyText[]) : [policy as PolicyText];
  const sources = texts.map((text, i) => toSource(text, texts.length === 1 ? "<policy>" : `<policy ${i + 1}>`));
  const files = sources.map((source) => parseFile(source, options.limits).file);
  return { ...loadPolicy(sources, options), files };
}

function toSource(text: PolicyText, name: string): Source {
  if (text instanceof Source) return text;
  return typeof text === "string" ? new Source(name, text) : new Source(text.filename, text.source);
}
