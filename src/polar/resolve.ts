import type { Span } from "../diagnostics/source.js";
import type { Condition, ConstantTerm, EntityTerm, Name, Parameter, Pattern, Term, VariableTerm } from "./ast.js";
import type { Report } from "./report.js";
import { builtinTypes, isKnownType, type TypeTable, unknownTypeHelp } from "./type-table.js";

/** What names mean where a rule or a goal stands. */
export interface Scope {
  readonly types: TypeTable;
  readonly constants: ReadonlySet<string>;
  /** Names that are variables even if a constant or a type is called so. */
  readonly locals?: ReadonlySet<string>;
  readonly report: Report;
}

/** Whether a variable was written `_`. Resolution gives each `_` a name of its own that no text can contain. */
export function isAnonymous(variable: string): boolean {
  return variable.startsWith("_#");
}

/**
 * Resolves the names of one rule or goal: constants become `constant` terms, `Integer{1}` the plain value, each `_` a variable of
 * its own; reports types that do not exist, types used as values and `debug(…)`.
 */
export class Resolver {
  readonly #scope: Scope;
  #anonymous = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  parameters(params: readonly Parameter[]): readonly Parameter[] {
    return this.#each(params, (param) => {
      const term = this.term(param.term);
      const pattern = param.pattern === undefined ? undefined : this.pattern(param.pattern);
      return term === param.term && pattern === param.pattern ? param : { ...param, term, pattern };
    });
  }

  condition(condition: Condition): Condition {
    switch (condition.kind) {
      case "and":
      case "or": {
        const items = this.#each(condition.items, (item) => this.condition(item));
        return items === condition.items ? condition : { ...condition, items };
      }
      case "not": {
        const item = this.condition(condition.item);
        return item === condition.item ? condition : { ...condition, item };
      }
      case "forall":
        return {
          ...condition,
          condition: this.condition(condition.condition),
          action: this.condition(condition.action),
        };
      case "compare": {
        const left = this.term(condition.left);
        const right = this.term(condition.right);
        return left === condition.left && right === condition.right ? condition : { ...condition, left, right };
      }
      case "in":
        return { ...condition, element: this.term(condition.element), collection: this.term(condition.collection) };
      case "matches": {
        const term = this.term(condition.term);
        const pattern = this.pattern(condition.pattern);
        return term === condition.term && pattern === condition.pattern ? condition : { ...condition, term, pattern };
      }
      case "call":
      case "print": {
        const args = this.#terms(condition.args);
        return args === condition.args ? condition : { ...condition, args };
      }
      case "debug":
        this.#scope.report.error("polar/debug", condition.span, "there is no debugger in a policy", {
          help: "ask the engine to `explain` the decision, or write `print(…)`",
        });
        return condition;
      case "term": {
        const term = this.term(condition.term);
        return term === condition.term ? condition : { ...condition, term };
      }
      case "cut":
        return condition;
    }
  }

  term(term: Term): Term {
    switch (term.kind) {
      case "variable":
        return this.#variable(term);
      case "entity":
        return this.#entity(term);
      case "list":
        return { ...term, items: this.#terms(term.items), rest: this.#rest(term.rest) };
      case "dictionary":
        return { ...term, entries: term.entries.map((e) => ({ ...e, value: this.term(e.value) })) };
      case "new":
        this.#constructible(term.type);
        return { ...term, args: this.#terms(term.args) };
      case "dot":
        return {
          ...term,
          target: this.term(term.target),
          member: term.member.kind === "variable" ? this.#variable(term.member) : term.member,
          args: term.args === undefined ? undefined : this.#terms(term.args),
        };
      case "arithmetic":
        return { ...term, left: this.term(term.left), right: this.term(term.right) };
      default:
        return term;
    }
  }

  pattern(pattern: Pattern): Pattern {
    switch (pattern.kind) {
      case "term-pattern": {
        const term = this.term(pattern.term);
        return term === pattern.term ? pattern : { ...pattern, term };
      }
      case "type-pattern":
        this.type(pattern.type);
        if (pattern.fields === undefined) return pattern;
        return {
          ...pattern,
          fields: pattern.fields.map((field) => ({ ...field, pattern: this.pattern(field.pattern) })),
        };
      case "dictionary-pattern":
        return {
          ...pattern,
          fields: pattern.fields.map((field) => ({ ...field, pattern: this.pattern(field.pattern) })),
        };
      case "list-pattern":
        return {
          ...pattern,
          items: this.#each(pattern.items, (item) => this.pattern(item)),
          rest: this.#rest(pattern.rest),
        };
    }
  }

  /** Reports a type that nothing provides. */
  type(name: Name): void {
    const { types, report } = this.#scope;
    if (isKnownType(types, name.text)) return;
    report.error("polar/unknown-type", name.span, `there is no type \`${name.text}\``, {
      help: unknownTypeHelp(types, name.text),
    });
  }

  #terms(terms: readonly Term[]): readonly Term[] {
    return this.#each(terms, (term) => this.term(term));
  }

  /** What every item becomes. Most stay what they are, and then so does the list: trees are never changed. */
  #each<T>(items: readonly T[], resolve: (item: T) => T): readonly T[] {
    let changed: T[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as T;
      const resolved = resolve(item);
      if (changed !== undefined) changed.push(resolved);
      else if (resolved !== item) changed = [...items.slice(0, i), resolved];
    }
    return changed ?? items;
  }

  #variable(variable: VariableTerm): VariableTerm | ConstantTerm {
    const { constants, locals, types, report } = this.#scope;
    if (locals?.has(variable.name) === true) return variable;
    if (constants.has(variable.name)) return { kind: "constant", name: variable.name, span: variable.span };
    if (isKnownType(types, variable.name)) {
      report.error("polar/type-as-value", variable.span, `\`${variable.name}\` is a type and not a value`, {
        help: `to ask whether something is of the type, write \`x matches ${variable.name}\`; an entity is \`${variable.name}{"id"}\``,
      });
      return variable;
    }
    return this.#named(variable);
  }

  #named(variable: VariableTerm): VariableTerm {
    return variable.name === "_" ? { ...variable, name: `_#${++this.#anonymous}` } : variable;
  }

  #rest(rest: VariableTerm | ConstantTerm | undefined): VariableTerm | ConstantTerm | undefined {
    return rest?.kind === "variable" ? this.#variable(rest) : rest;
  }

  #entity(term: EntityTerm): Term {
    const { types, report } = this.#scope;
    const { id, span } = term;
    const type = term.type.text;
    const bad = (message: string, help?: string): Term => {
      report.error("polar/bad-entity", span, message, { help });
      return term;
    };
    switch (type) {
      case "Integer":
        return id.kind === "integer" ? { ...id, span } : bad("`Integer{…}` holds an integer");
      case "Float":
        if (id.kind === "integer") return { kind: "float", value: Number(id.value), span };
        return id.kind === "float" ? { ...id, span } : bad("`Float{…}` holds a number");
      case "String":
        return id.kind === "string" ? { ...id, span } : bad("`String{…}` holds a string");
      case "Boolean":
        return id.kind === "boolean" ? { ...id, span } : bad("`Boolean{…}` holds `true` or `false`");
      default:
    }
    if (types.has(type)) {
      if (id.kind !== "string") return bad("the id of an entity is a string", `write \`${type}{"${textOf(id)}"}\``);
      if (id.value === "") return bad("the id of an entity is not empty");
      return term;
    }
    if (builtinTypes.has(type) || type === "Actor" || type === "Resource") {
      return bad(`there are no entities of type \`${type}\``, "name the type of the entity itself");
    }
    this.type(term.type);
    return term;
  }

  #constructible(name: Name): void {
    const { types, report } = this.#scope;
    const info = types.get(name.text);
    if (info?.constructible === true) return;
    if (info === undefined && !isKnownType(types, name.text)) {
      this.type(name);
      return;
    }
    report.error("polar/unknown-type", name.span, `\`${name.text}\` has no class, so \`new\` cannot make one`, {
      help: info === undefined ? undefined : `an entity is written \`${name.text}{"id"}\``,
    });
  }
}

function textOf(id: EntityTerm["id"]): string {
  return String(id.value);
}

/** Names of variables in order of appearance, without those that begin with `_`. */
export function publicNames(variables: readonly { readonly name: string; readonly span: Span }[]): string[] {
  return [...new Set(variables.map((v) => v.name))].filter((name) => !name.startsWith("_"));
}
