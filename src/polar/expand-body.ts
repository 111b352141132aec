import type { Span } from "../diagnostics/source.js";
import type { CallCondition, Condition, ShortBody, Shorthand, StringTerm, Term } from "./ast.js";
import type { Declarations, Member, Members } from "./declarations.js";
import { didYouMean, listed } from "./near.js";
import type { Report } from "./report.js";
import { call, typePattern, variable } from "./rule-draft.js";
import { isKnownType, isSubtype } from "./type-table.js";
import { walkCondition } from "./walk.js";

export type Kind = "role" | "permission";
type ShortAtom = Extract<ShortBody, { kind: "short-atom" }>;

/** A shorthand and where it stands. */
export interface ShorthandPlace {
  readonly shorthand: Shorthand;
  /** `undefined` in a `global` block. */
  readonly type: string | undefined;
  /** What the block declares. */
  readonly members: Members;
  readonly declarations: Declarations;
  readonly constants: ReadonlySet<string>;
  readonly report: Report;
}

/** What the keyword stands for in the rule that is being made. */
export interface Each {
  readonly keyword: Kind;
  readonly name: string;
}

/** The condition of a shorthand, written out (reference, section 12). */
export class ShorthandBody {
  readonly #shorthand: Shorthand;
  readonly #type: string | undefined;
  readonly #members: Members;
  readonly #declarations: Declarations;
  readonly #constants: ReadonlySet<string>;
  readonly #report: Report;

  constructor({ shorthand, type, members, declarations, constants, report }: ShorthandPlace) {
    this.#shorthand = shorthand;
    this.#type = type;
    this.#members = members;
    this.#declarations = declarations;
    this.#constants = constants;
    this.#report = report;
  }

  /**
   * The condition, with the names of its variables. With `each`, the keyword is replaced by that name; an alternative in which the
   * name is not declared falls away. `undefined` when nothing remains or when it was wrong.
   */
  condition(each?: Each): { readonly body: Condition; readonly locals: ReadonlySet<string> } | undefined {
    const names = new Names(this.#constants);
    const body = this.#condition(this.#shorthand.body, each, names);
    return body === undefined ? undefined : { body, locals: names.all() };
  }

  #condition(body: ShortBody, each: Each | undefined, names: Names): Condition | undefined {
    switch (body.kind) {
      case "short-or": {
        const items = body.items.flatMap((item) => this.#condition(item, each, names) ?? []);
        if (items.length <= 1) return items[0];
        return { kind: "or", items, span: body.span, ...(body.parens === true ? { parens: true } : {}) };
      }
      case "short-and": {
        const items = body.items.map((item) => this.#condition(item, each, names));
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

  #atom(atom: ShortAtom, each: Each | undefined, names: Names): Condition | undefined {
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
  #nameOf(atom: ShortAtom, each: Each | undefined): StringTerm | undefined {
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
      this.undeclared(name, this.#members, this.where());
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
  #global(name: StringTerm, atom: ShortAtom, each: Each | undefined): Condition | undefined {
    const member = this.#declarations.globalMembers.get(name.value);
    const keyword = atom.name.kind === "short-keyword" ? atom.name.keyword : undefined;
    if (member === undefined || (keyword !== undefined && member.kind !== keyword)) {
      if (each === undefined || keyword === undefined) {
        this.undeclared(name, this.#declarations.globalMembers, "the `global` block");
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
    each: Each | undefined,
    names: Names,
  ): Condition | undefined {
    const { span } = atom;
    if (this.#type === undefined) {
      this.#badShorthand(on.span, "a `global` block has no relations");
      return undefined;
    }
    const relation = this.#members.get(on.value);
    if (relation === undefined) {
      this.undeclared(on, onlyRelations(this.#members), this.where(), "a relation ");
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
      if (each === undefined || keyword === undefined) this.undeclared(name, members, `\`${type}\``);
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

  /** What declares the names, for messages. */
  where(): string {
    return this.#type === undefined ? "the `global` block" : `\`${this.#type}\``;
  }

  undeclared(name: StringTerm, members: Members, where: string, what = ""): void {
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

/** The variables of one rule: `actor`, `resource`, and names for the related resources. */
class Names {
  /** Names of constants, which calls beside it may mean. */
  readonly #taken: ReadonlySet<string>;
  #made: Set<string> | undefined;
  /** By what was wished for: the number to try next. */
  readonly #next = new Map<string, number>();

  constructor(taken: ReadonlySet<string>) {
    this.#taken = taken;
  }

  fresh(wish: string): string {
    const base = /^\p{L}[\p{L}\p{N}_]*$/u.test(wish) ? wish : "related";
    let n = this.#next.get(base) ?? 1;
    let name: string;
    do {
      name = n === 1 ? base : `${base}_${n}`;
      n++;
    } while (this.#isUsed(name));
    this.#next.set(base, n);
    this.#made = (this.#made ?? new Set(own)).add(name);
    return name;
  }

  #isUsed(name: string): boolean {
    return own.has(name) || this.#taken.has(name) || this.#made?.has(name) === true;
  }

  all(): ReadonlySet<string> {
    return this.#made ?? own;
  }
}

const own: ReadonlySet<string> = new Set(["actor", "resource"]);

function onlyRelations(members: Members): Members {
  return new Map([...members].filter(([, m]) => m.kind === "relation"));
}
