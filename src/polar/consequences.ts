import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Source } from "../diagnostics/source.js";
import type { Statement } from "./ast.js";

/** Codes that say of a name that it is missing; a statement that could not be read may be what declares it. */
const aboutMissingNames = new Set([
  "polar/unknown-type",
  "polar/undefined-rule",
  "polar/wrong-arity",
  "polar/unknown-role",
  "polar/unknown-permission",
  "polar/unknown-relation",
  "polar/undeclared-name",
  "polar/no-block",
  "polar/bad-shorthand",
  "polar/rule-type-mismatch",
  "polar/bad-test",
  "polar/similar-name",
]);

/** Codes that say of the whole policy that something is missing from it. */
const aboutTheWhole = new Set([
  "polar/no-allow",
  "polar/unused-permissions",
  "polar/unused-fixture",
  "polar/unused-role",
  "polar/ungranted-permission",
  "polar/unreachable-rule",
]);

/**
 * Leaves out what may only be a consequence of a statement that could not be read: that a name is missing which seems to be
 * declared in a part of a source that is not in the tree, or that the policy as a whole lacks something.
 */
export function withoutConsequences(
  diagnostics: readonly Diagnostic[],
  sources: readonly Source[],
  statements: readonly Statement[],
): Diagnostic[] {
  const unread = new Set(unreadParts(sources, statements).flatMap(declaredIn));
  return diagnostics.filter((d) => {
    if (aboutTheWhole.has(d.code)) return false;
    if (!aboutMissingNames.has(d.code)) return true;
    const mentioned = [...d.message.matchAll(/`([^`]*)`/g)].flatMap((m) => (m[1] as string).match(names) ?? []);
    return !mentioned.some((name) => unread.has(name));
  });
}

/** The text between statements, and in blocks between their items. */
function unreadParts(sources: readonly Source[], statements: readonly Statement[]): string[] {
  const parts: string[] = [];
  for (const source of sources) {
    let at = 0;
    const skip = (start: number, end: number): void => {
      if (start > at) parts.push(source.text.slice(at, start));
      at = Math.max(at, end);
    };
    for (const statement of statements) {
      if (statement.span.source !== source) continue;
      if (statement.kind !== "block") {
        skip(statement.span.start, statement.span.end);
        continue;
      }
      const head = statement.extends.at(-1)?.span.end ?? statement.name?.span.end ?? statement.span.start;
      skip(statement.span.start, head);
      for (const item of statement.items) skip(item.span.start, item.span.end);
    }
    skip(source.text.length, source.text.length);
  }
  return parts;
}

const names = /[\p{L}_][\p{L}\p{N}_.:-]*/gu;

/** The names that a piece of text may declare: types, predicates at the beginning of a statement, fixtures, and whatever a block lists. */
function declaredIn(text: string): string[] {
  const found: string[] = [];
  for (const [, name] of text.matchAll(/\b(?:actor|resource|fixture)\s+([\p{L}_][\p{L}\p{N}_:]*)/gu))
    found.push(name as string);
  for (const [, name] of text.matchAll(/(?:^|[;}\n]|\bdeclare\b)\s*([\p{L}_][\p{L}\p{N}_:]*\??)\s*\(/gu))
    found.push(name as string);
  if (/\bglobal\s*\{/.test(text)) found.push("global");
  if (/\b(?:roles|permissions|relations)\b/.test(text)) found.push(...(text.match(names) ?? []));
  return found;
}
