import { SYNTAX_CODES } from "../diagnostics/codes.js";
import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.js";
import type { Source, Span } from "../diagnostics/source.js";
import { assemble, sortStatements } from "./assemble.js";
import type { Statement } from "./ast.js";
import { withoutConsequences } from "./consequences.js";
import { parseFile } from "./parser.js";
import type { LoadOptions, Policy } from "./policy.js";
import { createReport, inSourceOrder, type Report } from "./report.js";

/**
 * Loads a policy from any number of sources, which form one namespace (reference, section 22). All diagnostics of the load come
 * together, in source order: errors, warnings and hints. With any error there is no policy. Runs nothing: inline queries and tests
 * are checked only.
 */
export function loadPolicy(
  sources: readonly Source[],
  options: LoadOptions = {},
): { policy: Policy | undefined; diagnostics: Diagnostic[] } {
  const report = createReport();
  const loaded = withoutDuplicates(sources, report);
  const syntax: Diagnostic[] = [];
  const statements: Statement[] = [];
  for (const source of loaded) {
    const { file, diagnostics } = parseFile(source, options.limits);
    syntax.push(...diagnostics);
    statements.push(...file.statements);
  }
  const policy = assemble(sortStatements(statements), loaded, options, report);
  const broken = syntax.some((d) => d.severity === "error" && SYNTAX_CODES.has(d.code));
  const found = broken ? withoutConsequences(report.diagnostics, loaded, statements) : report.diagnostics;
  const diagnostics = inSourceOrder([...syntax, ...found], sources);
  if (policy === undefined || hasErrors(diagnostics)) {
    // What could be tidier matters once the policy loads.
    return { policy: undefined, diagnostics: diagnostics.filter((d) => d.severity !== "hint") };
  }
  return { policy: { ...policy, warnings: diagnostics }, diagnostics };
}

/** Reports one file name twice, and one text under two names: every rule would stand twice. */
function withoutDuplicates(sources: readonly Source[], report: Report): Source[] {
  const unique: Source[] = [];
  const byName = new Map<string, Source>();
  const byText = new Map<string, Source>();
  for (const source of sources) {
    const sameName = byName.get(source.name);
    const text = source.text.trim();
    const sameText = text === "" ? undefined : byText.get(text);
    const span = startOf(source);
    if (sameName !== undefined) {
      report.error("polar/duplicate-source", span, `\`${source.name}\` is among the sources twice`);
    } else if (sameText !== undefined) {
      report.error("polar/duplicate-source", span, `\`${source.name}\` has the same text as \`${sameText.name}\``, {
        help: "name each source once",
        related: [{ message: "the first one", span: startOf(sameText) }],
      });
    }
    if (sameName === undefined) byName.set(source.name, source);
    if (sameText === undefined) byText.set(text, source);
    if (sameName === undefined && sameText === undefined) unique.push(source);
  }
  return unique;
}

function startOf(source: Source): Span {
  return { source, start: 0, end: 0 };
}
