import { Source, type Span } from "../../src/diagnostics/source.js";
import type {
  Assertion,
  BlockStatement,
  Condition,
  Declaration,
  FactStatement,
  File,
  KeywordArgument,
  Name,
  Parameter,
  Pattern,
  PatternField,
  ShortBody,
  Shorthand,
  ShortName,
  Statement,
  StringTerm,
  Term,
  VariableTerm,
} from "../../src/polar/ast.js";

/** A number from 0 to `below` - 1; 0 leads to the smallest tree. */
export type Choose = (below: number) => number;

const span: Span = { source: new Source("generated", ""), start: 0, end: 0 };

/** Makes syntax trees such as the parser makes, out of choices: every construct of the grammar, with hostile names and strings. */
export class TreeMaker {
  readonly #choose: Choose;

  constructor(choose: Choose) {
    this.#choose = choose;
  }

  file(): File {
    return { kind: "file", statements: this.#list(4, () => this.statement()), span };
  }

  statement(): Statement {
    const flags = (): Name[] => (this.#one(8) ? this.#list(2, () => this.#flag()) : []);
    switch (this.#choose(10)) {
      case 1:
        return { kind: "rule-type", name: this.#name(), params: this.#parameters(2), head: span, span };
      case 2:
        return { kind: "declare", name: this.#name(), types: this.#list(3, () => this.#typeName()), span };
      case 3:
        return { kind: "inline", goal: this.condition(3), span };
      case 4:
      case 5:
        return this.#block();
      case 6:
        return {
          kind: "test",
          name: this.#string(),
          setup: this.#list(3, () =>
            this.#one(3) ? { kind: "fixture-use" as const, name: this.#name(), span } : this.#fact(),
          ),
          assertions: this.#list(3, () => this.#assertion()),
          span,
        };
      case 7:
        return { kind: "fixture", name: this.#name(), facts: this.#list(3, () => this.#fact()), span };
      default:
        return {
          kind: "rule",
          flags: flags(),
          name: this.#name(),
          params: this.#parameters(3),
          body: this.#one(3) ? undefined : this.condition(4),
          head: span,
          span,
        };
    }
  }

  /** `level` is the loosest operator that may stand bare: 1 `or`, 2 `and`, 3 `not`, 4 none of them. */
  condition(depth: number, level: number = 1): Condition {
    const condition = this.#bareCondition(depth);
    const own = condition.kind === "or" ? 1 : condition.kind === "and" ? 2 : condition.kind === "not" ? 3 : 4;
    return own < level || this.#one(8) ? { ...condition, parens: true } : condition;
  }

  #bareCondition(depth: number): Condition {
    const terms = (): Term[] => this.#list(3, () => this.term(depth - 1));
    switch (depth <= 0 ? this.#choose(3) : this.#choose(13)) {
      case 1:
        return { kind: "cut", span };
      case 2:
        return { kind: "call", name: this.#name(), args: [], span };
      case 3:
        return { kind: "and", items: this.#some(() => this.condition(depth - 1, 3)), span };
      case 4:
        return { kind: "or", items: this.#some(() => this.condition(depth - 1, 2)), span };
      case 5:
        return { kind: "not", item: this.condition(depth - 1, 4), span };
      case 6:
        return { kind: "forall", condition: this.condition(depth - 1), action: this.condition(depth - 1), span };
      case 7: {
        const operator = this.#pick(["=", "==", "!=", "<", "<=", ">", ">=", ":="] as const);
        const left = operator === ":=" ? this.#variable() : this.term(depth - 1);
        return { kind: "compare", operator, left, right: this.term(depth - 1), span };
      }
      case 8:
        return { kind: "in", element: this.term(depth - 1), collection: this.term(depth - 1), span };
      case 9:
        return {
          kind: "matches",
          term: this.term(depth - 1),
          pattern: this.pattern(depth - 1, true),
          exact: this.#one(4),
          span,
        };
      case 10:
        return { kind: "call", name: this.#name(), args: terms(), ...this.#keywords(depth), span };
      case 11:
        return { kind: "print", args: terms(), span };
      case 12:
        return { kind: "debug", args: terms(), ...this.#keywords(depth), span };
      default: {
        const term = this.#pick([() => this.#variable(), () => this.#boolean(), () => this.#dot(depth - 1)])();
        return { kind: "term", term, span };
      }
    }
  }

  term(depth: number): Term {
    switch (depth <= 0 ? this.#choose(8) : this.#choose(13)) {
      case 1:
        return this.#integer();
      case 2:
        return { kind: "float", value: this.#pick(FLOATS), span };
      case 3:
        return this.#string();
      case 4:
        return this.#boolean();
      case 5:
        return { kind: "nil", span };
      case 6:
        return { kind: "now", span };
      case 7:
        return {
          kind: "entity",
          type: this.#typeName(),
          id: this.#pick([() => this.#string(), () => this.#integer(), () => this.#boolean()])(),
          span,
        };
      case 8:
        return { kind: "list", items: this.#list(3, () => this.term(depth - 1)), rest: this.#rest(), span };
      case 9: {
        const keys = this.#keys();
        return { kind: "dictionary", entries: keys.map((key) => ({ key, value: this.term(depth - 1) })), span };
      }
      case 10:
        return {
          kind: "new",
          type: this.#typeName(),
          args: this.#list(2, () => this.term(depth - 1)),
          ...this.#keywords(depth),
          span,
        };
      case 11:
        return this.#dot(depth - 1);
      case 12:
        return {
          kind: "arithmetic",
          operator: this.#pick(["+", "-", "*", "/", "mod", "rem"] as const),
          left: this.term(depth - 1),
          right: this.term(depth - 1),
          span,
        };
      default:
        return this.#variable();
    }
  }

  #dot(depth: number): Extract<Term, { kind: "dot" }> {
    const target = this.term(depth - 1);
    if (this.#one(3)) {
      const member = this.#one(2) ? this.#variable() : this.#string();
      return { kind: "dot", target, member, args: undefined, span };
    }
    const member = this.#key();
    if (this.#one(2)) return { kind: "dot", target, member, args: undefined, span };
    const args = this.#list(2, () => this.term(depth - 1));
    return { kind: "dot", target, member, args, ...this.#keywords(depth), span };
  }

  /** `top`: directly behind `:` or `matches`, where a name is a type. */
  pattern(depth: number, top: boolean): Pattern {
    switch (depth <= 0 ? this.#choose(4) : this.#choose(7)) {
      case 1:
        return { kind: "term-pattern", term: this.#literal(), span };
      case 2:
        return top
          ? { kind: "type-pattern", type: this.#typeName(), fields: undefined, span }
          : { kind: "term-pattern", term: this.#variable(), span };
      case 3:
      case 4:
        return { kind: "type-pattern", type: this.#typeName(), fields: this.#fields(depth), span };
      case 5:
        return { kind: "dictionary-pattern", fields: this.#fields(depth), span };
      case 6:
        return {
          kind: "list-pattern",
          items: this.#list(3, () => this.pattern(depth - 1, false)),
          rest: this.#rest(),
          span,
        };
      default:
        return { kind: "term-pattern", term: this.#literal(), span };
    }
  }

  #literal(): Term {
    const term = this.term(0);
    return term.kind === "variable" || term.kind === "now" ? { kind: "nil", span } : term;
  }

  #fields(depth: number): PatternField[] {
    return this.#keys().map((key) => ({ key, pattern: this.pattern(depth - 1, false) }));
  }

  #parameters(depth: number): Parameter[] {
    return this.#list(3, () => {
      const typed = this.#one(2);
      return {
        kind: "parameter" as const,
        term: typed ? this.#variable() : this.term(depth),
        pattern: typed ? this.pattern(depth, true) : undefined,
        span,
      };
    });
  }

  #block(): BlockStatement {
    const keyword = this.#pick(["resource", "actor", "global"] as const);
    const isGlobal = keyword === "global";
    return {
      kind: "block",
      keyword,
      name: isGlobal ? undefined : this.#typeName(),
      extends: isGlobal ? [] : this.#list(2, () => this.#typeName()),
      items: this.#list(4, () => (this.#one(2) ? this.#declaration() : this.#shorthand())),
      span,
    };
  }

  #declaration(): Declaration {
    const key = this.#pick(["roles", "permissions", "relations", "other"]);
    const name: Name = { kind: "name", text: key, span };
    if (this.#one(2)) {
      const names = this.#list(3, () => this.#string());
      if (key === "roles" || key === "permissions") {
        return { kind: "names-declaration", key: { kind: "name", text: key, span }, names, span };
      }
      return { kind: "bad-declaration", key: name, value: { kind: "names", names }, span };
    }
    const relations = this.#list(3, () => ({ name: this.#key(), type: this.#typeName() }));
    if (key === "relations") return { kind: "relations-declaration", key: name, relations, span };
    return { kind: "bad-declaration", key: name, value: { kind: "relations", relations }, span };
  }

  #shorthand(): Shorthand {
    return {
      kind: "shorthand",
      flags: this.#one(8) ? [this.#flag()] : [],
      head: this.#shortName(),
      body: this.#shortBody(3, 1),
      span,
    };
  }

  #shortName(): ShortName {
    const keyword = this.#pick(["", "role", "permission"] as const);
    return keyword === "" ? this.#string() : { kind: "short-keyword", keyword, span };
  }

  #shortBody(depth: number, level: number): ShortBody {
    switch (depth <= 0 ? 0 : this.#choose(5)) {
      case 1:
      case 2: {
        const or = this.#one(2);
        const items = this.#some(() => this.#shortBody(depth - 1, or ? 2 : 3));
        const parens = (or ? 1 : 2) < level || this.#one(4) ? { parens: true as const } : {};
        return or ? { kind: "short-or", items, ...parens, span } : { kind: "short-and", items, ...parens, span };
      }
      case 3: {
        const args = this.#list(2, () => this.term(1));
        return { kind: "short-call", call: { kind: "call", name: this.#name(), args, span }, span };
      }
      default: {
        const global = this.#one(4);
        const on = this.#pick([undefined, () => this.#string(), () => ({ kind: "short-resource" as const, span })])?.();
        return { kind: "short-atom", name: this.#shortName(), global, on: global ? undefined : on, span };
      }
    }
  }

  #fact(): FactStatement {
    return { kind: "fact", name: this.#name(), params: this.#parameters(1), span };
  }

  #assertion(): Assertion {
    return {
      kind: "assertion",
      negated: this.#one(2),
      name: this.#name(),
      params: this.#parameters(1),
      iff: this.#one(2) ? this.condition(1) : undefined,
      span,
    };
  }

  // --- leaves -------------------------------------------------------------------------------------------------------

  #integer(): Extract<Term, { kind: "integer" }> {
    return { kind: "integer", value: this.#pick(INTEGERS), span };
  }

  #string(): StringTerm {
    return { kind: "string", value: this.#pick(STRINGS), span };
  }

  #boolean(): Extract<Term, { kind: "boolean" }> {
    return { kind: "boolean", value: this.#one(2), span };
  }

  #variable(): VariableTerm {
    return { kind: "variable", name: this.#pick(NAMES), span };
  }

  #name(): Name {
    return { kind: "name", text: this.#pick(NAMES), span };
  }

  #typeName(): Name {
    return { kind: "name", text: this.#pick(TYPES), span };
  }

  #flag(): Name {
    return { kind: "name", text: this.#pick(["deprecated", "a::b", "current_unix_time"]), span };
  }

  #key(): Name {
    return { kind: "name", text: this.#pick(KEYS), span };
  }

  #keys(): Name[] {
    const texts = new Set(this.#list(3, () => this.#pick(KEYS)));
    return [...texts].map((text) => ({ kind: "name", text, span }));
  }

  #keywords(depth: number): { keywords?: KeywordArgument[] } {
    if (!this.#one(10)) return {};
    return { keywords: [{ name: this.#name(), value: this.term(depth - 1), span }] };
  }

  #rest(): VariableTerm | undefined {
    return this.#one(3) ? this.#variable() : undefined;
  }

  // --- choices ------------------------------------------------------------------------------------------------------

  /** True once in `times`. */
  #one(times: number): boolean {
    return this.#choose(times) === 1;
  }

  #pick<T>(values: readonly T[]): T {
    return values[this.#choose(values.length)] as T;
  }

  #list<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.#choose(most + 1) }, make);
  }

  /** Two or three. */
  #some<T>(make: () => T): T[] {
    return Array.from({ length: 2 + this.#choose(2) }, make);
  }
}

const NAMES = ["x", "_", "_y", "actor", "resource", "test", "role", "on", "is_ok?", "a::b", "тест", "🎉", "has_role"];
const TYPES = ["User", "Repo", "models::Org", "Integer", "Тип", "global", "extends"];
const KEYS = ["a", "b", "name", "in", "type", "cut", "new", "not", "ключ"];
const INTEGERS = [0n, 1n, -1n, 42n, 9007199254740993n, 9223372036854775807n, -9223372036854775808n];
const FLOATS = [0.5, 1, -0, 1e21, 5e-324, -1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
const STRINGS = [
  "",
  "read",
  'a"b\\c',
  "\n\r\t\0",
  "# no comment",
  "{}[]();",
  "if and \\",
  "漢字 🎉",
  "\u2028\u00a0",
  "\u202ex\u202c",
  "a very long name that makes a line too long for the formatter to leave it as it is",
];
