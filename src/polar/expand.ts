import type { Span } from "../diagnostics/source.js";
import type { BlockStatement, Condition, Parameter, ShortBody, StringTerm } from "./ast.js";
import type { Declarations, Member } from "./declarations.js";
import { type Kind, ShorthandBody, type ShorthandPlace } from "./expand-body.js";
import { Kinship } from "./kinship.js";
import type { Report } from "./report.js";
import { type RuleDraft, typed } from "./rule-draft.js";
import { isSubtype } from "./type-table.js";

/**
 * The rules that the shorthand of all blocks stands for (reference, section 12), in source order. A rule's `head` is the
 * shorthand's text.
 */
export function expandBlocks(
  blocks: readonly BlockStatement[],
  declarations: Declarations,
  constants: ReadonlySet<string>,
  report: Report,
): RuleDraft[] {
  const rules: RuleDraft[] = [];
  const kin = new Kinship(declarations.types);
  for (const block of blocks) {
    const type = block.keyword === "global" ? undefined : block.name?.text;
    const members = type === undefined ? declarations.globalMembers : declarations.members.get(type);
    // A block without a usable name was reported already.
    if (members === undefined) continue;
    for (const shorthand of block.items) {
      if (shorthand.kind !== "shorthand") continue;
      const { head } = shorthand;
      const place = { shorthand, type, members, declarations, constants, report };
      const body = new ShorthandBody(place);
      if (head.kind === "short-keyword") addKeywordRules(head.keyword, head.span, place, body, kin, rules);
      else addRule(head, place, body, rules);
    }
  }
  return rules;
}

function addRule(head: StringTerm, place: ShorthandPlace, body: ShorthandBody, rules: RuleDraft[]): void {
  const member = headMember(head, place, body);
  const found = body.condition();
  if (member !== undefined && found !== undefined) {
    rules.push(draft(place, member.kind as Kind, head, place.type, found.body, found.locals));
  }
}

function headMember(
  head: StringTerm,
  { members, type, report }: ShorthandPlace,
  body: ShorthandBody,
): Member | undefined {
  const member = members.get(head.value);
  if (member === undefined) {
    body.undeclared(head, members, body.where());
    return undefined;
  }
  if (member.kind === "relation") {
    report.error(
      "polar/bad-shorthand",
      head.span,
      `\`${head.value}\` is a relation; only roles and permissions can be granted by shorthand`,
      {
        help: `write a rule: \`has_relation(resource: ${type}, "${head.value}", related: ${member.type?.text}) if …;\``,
        related: [{ message: "declared as a relation here", span: member.span }],
      },
    );
    return undefined;
  }
  return member;
}

/** `role if role on "parent";`: one rule for each name that both sides declare; also for the names that subtypes add. */
function addKeywordRules(
  keyword: Kind,
  span: Span,
  place: ShorthandPlace,
  body: ShorthandBody,
  kin: Kinship,
  rules: RuleDraft[],
): void {
  const { shorthand, type: own, declarations, report } = place;
  if (!mentions(shorthand.body, keyword)) {
    report.error("polar/bad-shorthand", span, `\`${keyword} if …\` needs \`${keyword}\` in its condition`, {
      help: `write \`${keyword} if ${keyword} on "relation";\` or \`${keyword} if global ${keyword};\``,
    });
    return;
  }
  const types = own === undefined ? [undefined] : [own, ...subtypes(own, declarations, kin)];
  const covered = new Map<string, string[]>();
  for (const type of types) {
    const members = type === undefined || type === own ? place.members : declarations.members.get(type);
    for (const member of members?.values() ?? []) {
      if (member.kind !== keyword) continue;
      const done = covered.get(member.name) ?? [];
      // The rule for a supertype accepts the subtype.
      if (type !== undefined && done.some((t) => isSubtype(declarations.types, type, t))) continue;
      const found = body.condition({ keyword, name: member.name });
      if (found === undefined) continue;
      covered.set(member.name, type === undefined ? done : [...done, type]);
      const name: StringTerm = { kind: "string", value: member.name, span };
      rules.push(draft(place, keyword, name, type, found.body, found.locals));
    }
  }
}

/** Supertypes before subtypes. */
function subtypes(type: string, { types }: Declarations, kin: Kinship): string[] {
  const depth = (name: string): number => types.get(name)?.ancestors.length ?? 0;
  return kin
    .below(type)
    .filter((name) => name !== type)
    .sort((a, b) => depth(a) - depth(b));
}

function draft(
  { shorthand: { span } }: ShorthandPlace,
  kind: Kind,
  name: StringTerm,
  type: string | undefined,
  body: Condition,
  locals: ReadonlySet<string>,
): RuleDraft {
  const params: Parameter[] = [
    typed("actor", "Actor", span),
    { kind: "parameter", term: name, pattern: undefined, span },
  ];
  if (type !== undefined) params.push(typed("resource", type, span));
  return { name: `has_${kind}`, params, body, head: span, span, origin: "shorthand", locals };
}

/** Whether the keyword stands in the condition. */
function mentions(body: ShortBody, keyword: Kind): boolean {
  switch (body.kind) {
    case "short-or":
    case "short-and":
      return body.items.some((item) => mentions(item, keyword));
    case "short-atom":
      return body.name.kind === "short-keyword" && body.name.keyword === keyword;
    case "short-call":
      return false;
  }
}
