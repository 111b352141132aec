import type { Span } from "../diagnostics/source.js";
import type {
  BlockStatement,
  CallCondition,
  Condition,
  Name,
  Parameter,
  ShortBody,
  Shorthand,
  StringTerm,
  Term,
  VariableTerm,
} from "./ast.js";
import type { Declarations, Member, Members } from "./declarations.js";
import { didYouMean, listed } from "./near.js";
import type { Rule } from "./policy.js";
import type { Report } from "./report.js";
import { isKnownType, isSubtype } from "./type-table.js";
import { walkCondition } from "./walk.js";

/** A rule before its names are resolved. `locals` are names that are variables even if a constant is called so. */
export interface RuleDraft {
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly body: Condition | undefined;
  readonly head: Span;
  readonly span: Span;
  readonly origin: "written" | "shorthand" | "default";
  readonly locals: ReadonlySet<string>;
}

type ShortAtom = Extract<ShortBody, { kind: "short-atom" }>;
type Kind = "role" | "permission";

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
  for (const block of blocks) {
    const type = block.keyword === "global" ? undefined : block.name?.text;
    const members = type === undefined ? declarations.globalMembers : declarations.members.get(type);
    // A block without a usable name was reported already.
    if (members === undefined) continue;
    for (const item of block.items) {
      if (item.kind !== "shorthand") continue;
      const expansion = new Expansion(item, type, members, declarations, constants, report);
      rules.push(...expansion.rules());
    }
  }
  return rules;
}

/** The expansion of one shorthand. */
class Expansion {
  readonly #shorthand: Shorthand;
  /** `undefined` in a `global` block. */
  readonly #type: string | undefined;
  readonly #members: Members;
  readonly #declarations: Declarations;
  readonly #constants: ReadonlySet<string>;
  readonly #report: Report;

  constructor(
    shorthand: Shorthand,
    type: string | undefined,
    members: Members,
    declarations: Declarations,
    constants: ReadonlySet<string>,
    report: Report,
  ) {
    this.#shorthand = shorthand;
    this.#type = type;
    this.#members = members;
    this.#declarations = declarations;
    this.#constants = constants;
    this.#report = report;
  }

  rules(): RuleDraft[] {
    const { head, body } = this.#shorthand;
    if (head.kind === "short-keyword") return this.#keywordRules(head.keyword, head.span);
    const member = this.#headMember(head);
    const condition = this.#body(body, undefined, new Names(this.#constants));
    if (member === undefined || condition === undefined) return [];
    return [this.#rule(member.kind as Kind, head, this.#type, condition)];
  }

  #headMember(head: StringTerm): Member | undefined {
    const member = this.#members.get(head.value);
    if (member === undefined) {
      this.#undeclared(head, this.#members, this.#where());
      return undefined;
    }
    if (member.kind === "relation") {
      this.#report.error(
        "polar/bad-shorthand",
        head.span,
        `\`${head.value}\` is a relation; only roles and permissions can be granted by shorthand`,
        {
          help: `write a rule: \`has_relation(resource: ${this.#type}, "${head.value}", related: ${member.type?.text}) if …;\``,
          related: [{ message: "declared as a relation here", span: member.span }],
        },
      );
      return undefined;
    }
    return member;
  }

  /** `role if role on "parent";`: one rule for each name that both sides declare; also for the names that subtypes add. */
  #keywordRules(keyword: Kind, span: Span): RuleDraft[] {
    const keywords = keywordsOf(this.#shorthand.body);
    if (!keywords.some((k) => k.keyword === keyword)) {
      this.#report.error("polar/bad-shorthand", span, `\`${keyword} if …\` needs \`${keyword}\` in its condition`, {
        help: `write \`${keyword} if ${keyword} on "relation";\` or \`${keyword} if global ${keyword};\``,
      });
      return [];
    }
    const rules: RuleDraft[] = [];
    const types = this.#type === undefined ? [undefined] : [this.#type, ...this.#subtypes(this.#type)];
    const covered = new Map<string, string[]>();
    for (const type of types) {
      const members = type === undefined || type === this.#type ? this.#members : this.#declarations.members.get(type);
      for (const member of members?.values() ?? []) {
        if (member.kind !== keyword) continue;
        const done = covered.get(member.name) ?? [];
        // The rule for a supertype accepts the subtype.
        if (type !== undefined && done.some((t) => isSubtype(this.#declarations.types, type, t))) continue;
        const condition = this.#body(this.#shorthand.body, { keyword, name: member.name }, new Names(this.#constants));
        if (condition === undefined) continue;
        covered.set(member.name, type === undefined ? done : [...done, type]);
        const name: StringTerm = { kind: "string", value: member.name, span };
        rules.push(this.#rule(keyword, name, type, condition));
      }
    }
    return rules;
  }

  /** Supertypes before subtypes. */
  #subtypes(type: string): string[] {
    const { types } = this.#declarations;
    return [...types.values()]
      .filter((t) => t.name !== type && t.ancestors.includes(type))
      .sort((a, b) => a.ancestors.length - b.ancestors.length)
      .map((t) => t.name);
  }

  #rule(kind: Kind, name: StringTerm, type: string | undefined, body: Condition): RuleDraft {
    const { span } = this.#shorthand;
    const params: Parameter[] = [
      typed("actor", "Actor", span),
      { kind: "parameter", term: name, pattern: undefined, span },
    ];
    if (type !== undefined) params.push(typed("resource", type, span));
    const locals = new Set(["actor", "resource"]);
    walkCondition(body, {
      condition: (c) => {
        if (c.kind === "matches" && c.term.kind === "variable") locals.add(c.term.name);
      },
    });
    return { name: `has_${kind}`, params, body, head: span, span, origin: "shorthand", locals };
  }

  /**
   * The condition that a body stands for. With `each`, the keyword is replaced by that name; an alternative in which the name is
   * not declared falls away. `undefined` when nothing remains or when it was wrong.
   */
  #body(body: ShortBody, each: { keyword: Kind; name: string } | undefined, names: Names): Condition | undefined {
    switch (body.kind) {
      case "short-or": {
        const items = body.items.flatMap((item) => this.#body(item, each, names) ?? []);
        if (items.length <= 1) return items[0];
        return { kind: "or", items, span: body.span, ...(body.parens === true ? { parens: true } : {}) };
      }
      case "short-and": {
        const items = body.items.map((item) => this.#body(item, each, names));
        if (!items.every((item) => item !== undefined)) return undefined;
        const flat = items.flatMap((item) => (item.kind === "and" && item.parens !== true ? item.items : [item]));
        return { kind: "and", items: flat, span: body.span, ...(body.parens === true ? { parens: true } : {}) };
      }
      case "short-call":
        return this.#call(body.call);
      case "short-atom":
        return this.#atom(body, each, names);
    }
  }

  #atom(atom: ShortAtom, each: { keyword: Kind; name: string } | undefined, names: Names): Condition | undefined {
    const name = this.#nameOf(atom, each);
    if (name === undefined) return undefined;
    if (atom.global) return this.#global(name, atom, each);
    if (atom.on === undefined || atom.on.kind === "short-resource") {
      if (atom.on !== undefined && this.#type === undefined) {
        this.#badShorthand(atom.on.span, "a `global` block has no resource");
        return undefined;
      }
      return this.#own(name, atom.span);
    }
    return this.#related(name, atom, atom.on, each, names);
  }

  /** The name an atom stands for, or `undefined` after a report. */
  #nameOf(atom: ShortAtom, each: { keyword: Kind; name: string } | undefined): StringTerm | undefined {
    const { name } = atom;
    if (name.kind === "string") return name;
    if (!atom.global && atom.on?.kind !== "string") {
      this.#badShorthand(atom.span, `\`${name.keyword}\` needs \`on\` a relation, or \`global\` before it`, {
        help: `write \`${name.keyword} on "relation"\` or \`global ${name.keyword}\``,
      });
      return undefined;
    }
    if (each === undefined || each.keyword !== name.keyword) {
      this.#badShorthand(atom.span, `\`${name.keyword}\` may only stand below \`${name.keyword} if …\``, {
        help: "name the role or the permission",
      });
      return undefined;
    }
    return { kind: "string", value: each.name, span: name.span };
  }

  /** A name of this block: `"reader"`. */
  #own(name: StringTerm, span: Span): Condition | undefined {
    const member = this.#members.get(name.value);
    if (member === undefined) {
      this.#undeclared(name, this.#members, this.#where());
      return undefined;
    }
    if (member.kind !== "relation") {
      const resource = this.#type === undefined ? [] : [variable("resource", span)];
      return call(`has_${member.kind}`, [variable("actor", span), name, ...resource], span);
    }
    if (!this.#leadsToActor(member)) {
      this.#badShorthand(
        span,
        `the relation \`${name.value}\` leads to \`${member.type?.text}\`, which is not an actor`,
        {
          help: `say what the actor needs there: \`"role" on "${name.value}"\``,
          related: [{ message: "declared here", span: member.span }],
        },
      );
      return undefined;
    }
    return call("has_relation", [variable("resource", span), name, variable("actor", span)], span);
  }

  /** `global "admin"` */
  #global(name: StringTerm, atom: ShortAtom, each: { name: string } | undefined): Condition | undefined {
    const member = this.#declarations.globalMembers.get(name.value);
    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;
    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {
      if (each === undefined || keyword === undefined) {
        this.#undeclared(name, this.#declarations.globalMembers, "the `global` block");
      }
      return undefined;
    }
    return call(`has_${member.kind}`, [variable("actor", atom.span), name], atom.span);
  }

  /** `"reader" on "parent"` */
  #related(
    name: StringTerm,
    atom: ShortAtom,
    on: StringTerm,
    each: { name: string } | undefined,
    names: Names,
  ): Condition | undefined {
    const { span } = atom;
    if (this.#type === undefined) {
      this.#badShorthand(on.span, "a `global` block has no relations");
      return undefined;
    }
    const relation = this.#members.get(on.value);
    if (relation === undefined) {
      this.#undeclared(on, onlyRelations(this.#members), this.#where(), "a relation ");
      return undefined;
    }
    if (relation.type === undefined) {
      this.#badShorthand(on.span, `\`${on.value}\` is a ${relation.kind}, not a relation`, {
        related: [{ message: "declared here", span: relation.span }],
      });
      return undefined;
    }
    const type = relation.type.text;
    if (this.#declarations.types.get(type)?.block !== true) {
      this.#report.error(
        "polar/no-block",
        relation.type.span,
        `\`${type}\` has no block, so nothing is declared for it`,
        {
          help:
            isSubtype(this.#declarations.types, type, "Resource") || type === "Resource"
              ? "let the relation lead to a type with a block"
              : `declare \`resource ${type} { roles = ["${name.value}"]; }\``,
          related: [{ message: `used here, \`on "${on.value}"\``, span }],
        },
      );
      return undefined;
    }
    const members = this.#declarations.members.get(type) as Members;
    const member = members.get(name.value);
    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;
    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {
      if (each === undefined || keyword === undefined) this.#undeclared(name, members, `\`${type}\``);
      return undefined;
    }
    const y = names.fresh(on.value);
    const last = this.#onRelated(member, name, y, span);
    if (last === undefined) return undefined;
    const items: Condition[] = [
      { kind: "matches", term: variable(y, span), pattern: typePattern(type, span), exact: false, span },
      call("has_relation", [variable("resource", span), on, variable(y, span)], span),
      last,
    ];
    return { kind: "and", items, span };
  }

  #onRelated(member: Member, name: StringTerm, y: string, span: Span): Condition | undefined {
    if (member.kind !== "relation") {
      return call(`has_${member.kind}`, [variable("actor", span), name, variable(y, span)], span);
    }
    if (!this.#leadsToActor(member)) {
      this.#badShorthand(
        name.span,
        `the relation \`${name.value}\` leads to \`${member.type?.text}\`, which is not an actor`,
        {
          related: [{ message: "declared here", span: member.span }],
        },
      );
      return undefined;
    }
    return call("has_relation", [variable(y, span), name, variable("actor", span)], span);
  }

  /** `is_public(resource)` */
  #call(condition: CallCondition): Condition | undefined {
    let fine = true;
    const check = (term: Term): void => {
      if (term.kind !== "variable" || term.name === "_" || term.name === "actor") return;
      if (term.name === "resource" && this.#type !== undefined) return;
      if (this.#constants.has(term.name) || isKnownType(this.#declarations.types, term.name)) return;
      fine = false;
      const global = term.name === "resource";
      this.#badShorthand(
        term.span,
        global ? "a `global` block has no resource" : `\`${term.name}\` means nothing in a block`,
        { help: global ? undefined : "a block knows `actor` and `resource`; for other variables write a rule" },
      );
    };
    walkCondition(condition, { term: check });
    return fine ? condition : undefined;
  }

  #leadsToActor(member: Member): boolean {
    return member.type !== undefined && isSubtype(this.#declarations.types, member.type.text, "Actor");
  }

  #where(): string {
    return this.#type === undefined ? "the `global` block" : `\`${this.#type}\``;
  }

  #undeclared(name: StringTerm, members: Members, where: string, what = ""): void {
    // What the shorthand grants is not what it asks for.
    const { head } = this.#shorthand;
    const others = [...members.keys()].filter((n) => head === name || head.kind !== "string" || n !== head.value);
    const near = didYouMean(name.value, others);
    const declared =
      members.size === 0 ? `it declares ${what === "" ? "nothing" : "none"}` : `it declares ${listed(members.keys())}`;
    this.#report.error("polar/undeclared-name", name.span, `${where} does not declare ${what}\`${name.value}\``, {
      help: near ?? declared,
    });
  }

  #badShorthand(span: Span, message: string, options: Parameters<Report["error"]>[3] = {}): void {
    this.#report.error("polar/bad-shorthand", span, message, options);
  }
}

/** The name and the type in the head of a rule that shorthand became; no type in a `global` block. */
export function headOfShorthand(rule: Rule): { readonly name: string; readonly type: string | undefined } {
  const name = rule.params[1]?.term;
  const pattern = rule.params[2]?.pattern;
  return {
    name: name?.kind === "string" ? name.value : "",
    type: pattern?.kind === "type-pattern" ? pattern.type.text : undefined,
  };
}

/** Names for the related resources of one rule. */
class Names {
  readonly #used: Set<string>;

  /** @param taken names of constants, which calls beside it may mean */
  constructor(taken: ReadonlySet<string>) {
    this.#used = new Set([...taken, "actor", "resource"]);
  }

  fresh(wish: string): string {
    const base = /^\p{L}[\p{L}\p{N}_]*$/u.test(wish) ? wish : "related";
    let name = base;
    for (let n = 2; this.#used.has(name); n++) name = `${base}_${n}`;
    this.#used.add(name);
    return name;
  }
}

function keywordsOf(body: ShortBody): { readonly keyword: Kind }[] {
  switch (body.kind) {
    case "short-or":
    case "short-and":
      return body.items.flatMap(keywordsOf);
    case "short-atom":
      return body.name.kind === "short-keyword" ? [body.name] : [];
    case "short-call":
      return [];
  }
}

function onlyRelations(members: Members): Members {
  return new Map([...members].filter(([, m]) => m.kind === "relation"));
}

function variable(name: string, span: Span): VariableTerm {
  return { kind: "variable", name, span };
}

function name(text: string, span: Span): Name {
  return { kind: "name", text, span };
}

function typePattern(type: string, span: Span): { kind: "type-pattern"; type: Name; fields: undefined; span: Span } {
  return { kind: "type-pattern", type: name(type, span), fields: undefined, span };
}

function typed(variableName: string, type: string, span: Span): Parameter {
  return { kind: "parameter", term: variable(variableName, span), pattern: typePattern(type, span), span };
}

function call(predicate: string, args: readonly Term[], span: Span): CallCondition {
  return { kind: "call", name: name(predicate, span), args, span };
}

/** The `allow` rules of a policy that has blocks and writes none itself (reference, section 14). `span` is where they are said to be. */
export function defaultAllowRules(span: Span): RuleDraft[] {
  const locals = new Set(["actor", "action", "resource"]);
  return [
    ["actor", "action", "resource"],
    ["actor", "action"],
  ].map((vars) => ({
    name: "allow",
    params: vars.map((v) => ({ kind: "parameter", term: variable(v, span), pattern: undefined, span }) as const),
    body: call(
      "has_permission",
      vars.map((v) => variable(v, span)),
      span,
    ),
    head: span,
    span,
    origin: "default",
    locals,
  }));
}
