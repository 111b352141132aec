import type {
  BadDeclaration,
  BlockStatement,
  Condition,
  ConstantTerm,
  Declaration,
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
} from "./ast.js";

/*
 * Trees as Polar text: what explanations, messages and tools show. Reading what was printed gives the same tree again, spans aside.
 * Comments and the author's lines are not in a tree; the formatter keeps those.
 */

// --- terms ------------------------------------------------------------------------------------------------------

const SUM = 1;
const PRODUCT = 2;
/** Both sides of `in` and `matches`, and what stands before a dot. */
const DOTTED = 3;

/** A term, e.g. `User{"alice"}` or `[1, x + 1, *rest]`. */
export function printTerm(term: Term): string {
  return termAt(term, SUM);
}

function termAt(term: Term, tightest: number): string {
  switch (term.kind) {
    case "variable":
    case "constant":
      return term.name;
    case "integer":
      return String(term.value);
    case "float":
      return printFloat(term.value);
    case "string":
      return printString(term.value);
    case "boolean":
      return String(term.value);
    case "nil":
      return "nil";
    case "now":
      return "@current_unix_time";
    case "entity":
      return `${term.type.text}{${printTerm(term.id)}}`;
    case "list":
      return `[${[...term.items.map(printTerm), ...printRest(term.rest)].join(", ")}]`;
    case "dictionary":
      return `{${term.entries.map(({ key, value }) => `${key.text}: ${printTerm(value)}`).join(", ")}}`;
    case "new":
      return `new ${term.type.text}${printArguments(term.args, term.keywords)}`;
    case "dot":
      return printDot(term);
    case "arithmetic": {
      const level = term.operator === "+" || term.operator === "-" ? SUM : PRODUCT;
      const text = `${termAt(term.left, level)} ${term.operator} ${termAt(term.right, level + 1)}`;
      return level < tightest ? `(${text})` : text;
    }
  }
}

function printDot(term: Extract<Term, { kind: "dot" }>): string {
  const { target, member, args, keywords } = term;
  // `3.x` would read as a number.
  const number = target.kind === "integer" || target.kind === "float";
  const before = number ? `(${printTerm(target)})` : termAt(target, DOTTED);
  if (member.kind !== "name") return `${before}.(${printTerm(member)})`;
  return `${before}.${member.text}${args === undefined ? "" : printArguments(args, keywords)}`;
}

function printRest(rest: VariableTerm | ConstantTerm | undefined): string[] {
  return rest === undefined ? [] : [`*${rest.name}`];
}

function printArguments(args: readonly Term[], keywords: readonly KeywordArgument[] = []): string {
  const named = keywords.map(({ name, value }) => `${name.text}: ${printTerm(value)}`);
  return `(${[...args.map(printTerm), ...named].join(", ")})`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
};

/** A string as Polar writes it, in double quotes. */
export function printString(value: string): string {
  return `"${value.replace(/["\\\n\r\t\0]/g, (c) => ESCAPES[c] as string)}"`;
}

/** A Float as Polar writes it: never mistaken for an Integer. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}

// --- patterns -----------------------------------------------------------------------------------------------------

export function printPattern(pattern: Pattern): string {
  switch (pattern.kind) {
    case "term-pattern":
      return printTerm(pattern.term);
    case "type-pattern":
      return pattern.fields === undefined ? pattern.type.text : `${pattern.type.text}${printFields(pattern.fields)}`;
    case "dictionary-pattern":
      return printFields(pattern.fields);
    case "list-pattern":
      return `[${[...pattern.items.map(printPattern), ...printRest(pattern.rest)].join(", ")}]`;
  }
}

function printFields(fields: readonly PatternField[]): string {
  return `{${fields.map((field) => `${field.key.text}: ${printPattern(field.pattern)}`).join(", ")}}`;
}

// --- conditions ---------------------------------------------------------------------------------------------------

const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;

/** A condition on one line, e.g. `x in [1, 2] and not banned(x)`. */
export function printCondition(condition: Condition): string {
  return conditionAt(condition, OR);
}

function conditionAt(condition: Condition, loosest: number): string {
  const { text, level } = bare(condition);
  return condition.parens || level < loosest ? `(${text})` : text;
}

function bare(condition: Condition): { readonly text: string; readonly level: number } {
  switch (condition.kind) {
    case "or":
      return { text: condition.items.map((item) => conditionAt(item, AND)).join(" or "), level: OR };
    case "and":
      return { text: condition.items.map((item) => conditionAt(item, NOT)).join(" and "), level: AND };
    case "not":
      return { text: `not ${conditionAt(condition.item, COMPARISON)}`, level: NOT };
    default:
      return { text: simple(condition), level: COMPARISON };
  }
}

function simple(condition: Exclude<Condition, { kind: "or" | "and" | "not" }>): string {
  switch (condition.kind) {
    case "forall":
      return `forall(${printCondition(condition.condition)}, ${printCondition(condition.action)})`;
    case "compare":
      return `${printTerm(condition.left)} ${condition.operator} ${printTerm(condition.right)}`;
    case "in":
      return `${termAt(condition.element, DOTTED)} in ${termAt(condition.collection, DOTTED)}`;
    case "matches":
      return `${termAt(condition.term, DOTTED)} ${condition.exact ? "matches!" : "matches"} ${printPattern(condition.pattern)}`;
    case "call":
      return `${condition.name.text}${printArguments(condition.args, condition.keywords)}`;
    case "cut":
      return "cut";
    case "print":
      return `print${printArguments(condition.args)}`;
    case "debug":
      return `debug${printArguments(condition.args, condition.keywords)}`;
    case "term":
      return printTerm(condition.term);
  }
}

// --- statements -----------------------------------------------------------------------------------------------------

/** A file, a statement a line; blocks and tests over several. Ends with a line end unless it is empty. */
export function printFile(file: File): string {
  return file.statements.map((statement) => `${printStatement(statement)}\n`).join("");
}

/** A statement with its `;`, without a line end. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case "rule": {
      const body = statement.body === undefined ? "" : ` if ${printCondition(statement.body)}`;
      return `${printFlags(statement.flags)}${printHead(statement.name, statement.params)}${body};`;
    }
    case "rule-type":
      return `type ${printHead(statement.name, statement.params)};`;
    case "declare":
      return `declare ${statement.name.text}(${statement.types.map((type) => type.text).join(", ")});`;
    case "inline":
      return `?= ${printCondition(statement.goal)};`;
    case "block":
      return printBlock(statement);
    case "fixture":
      return `test fixture ${statement.name.text} ${braces(statement.facts.map(printFact))}`;
    case "test": {
      const setup = statement.setup.map((item) =>
        item.kind === "fixture-use" ? `fixture ${item.name.text};` : printFact(item),
      );
      const items = [
        ...(setup.length === 0 ? [] : [`setup ${braces(setup)}`]),
        ...statement.assertions.map((assertion) => {
          const iff = assertion.iff === undefined ? "" : ` iff ${printCondition(assertion.iff)}`;
          const word = assertion.negated ? "assert_not" : "assert";
          return `${word} ${printHead(assertion.name, assertion.params)}${iff};`;
        }),
      ];
      return `test ${printString(statement.name.value)} ${braces(items)}`;
    }
  }
}

/** The head of a rule, e.g. `has_role(user: User, "admin", org)`. */
export function printHead(name: Name, params: readonly Parameter[]): string {
  return `${name.text}(${params.map(printParameter).join(", ")})`;
}

function printParameter({ term, pattern }: Parameter): string {
  return pattern === undefined ? printTerm(term) : `${printTerm(term)}: ${printPattern(pattern)}`;
}

function printFact(fact: { readonly name: Name; readonly params: readonly Parameter[] }): string {
  return `${printHead(fact.name, fact.params)};`;
}

function printFlags(flags: readonly Name[]): string {
  return flags.map((flag) => `@${flag.text} `).join("");
}

function braces(items: readonly string[]): string {
  if (items.length === 0) return "{}";
  const lines = items.flatMap((item) => item.split("\n"));
  return `{\n${lines.map((line) => `  ${line}`).join("\n")}\n}`;
}

function printBlock(block: BlockStatement): string {
  const name = block.name === undefined ? "" : ` ${block.name.text}`;
  const supertypes = block.extends.length === 0 ? "" : ` extends ${block.extends.map((type) => type.text).join(", ")}`;
  const items = block.items.map((item) => (item.kind === "shorthand" ? printShorthand(item) : printDeclaration(item)));
  return `${block.keyword}${name}${supertypes} ${braces(items)}`;
}

function printDeclaration(declaration: Declaration): string {
  switch (declaration.kind) {
    case "names-declaration":
      return `${declaration.key.text} = ${printNames(declaration.names)};`;
    case "relations-declaration":
      return `${declaration.key.text} = ${printRelations(declaration.relations)};`;
    case "bad-declaration":
      return `${declaration.key.text} = ${printBadValue(declaration.value)};`;
  }
}

function printBadValue(value: BadDeclaration["value"]): string {
  return value.kind === "names" ? printNames(value.names) : printRelations(value.relations);
}

function printNames(names: readonly StringTerm[]): string {
  return `[${names.map((name) => printString(name.value)).join(", ")}]`;
}

function printRelations(relations: readonly { readonly name: Name; readonly type: Name }[]): string {
  if (relations.length === 0) return "{}";
  return `{ ${relations.map(({ name, type }) => `${name.text}: ${type.text}`).join(", ")} }`;
}

function printShorthand(shorthand: Shorthand): string {
  return `${printFlags(shorthand.flags)}${printShortName(shorthand.head)} if ${printShortBody(shorthand.body, OR)};`;
}

function printShortName(name: ShortName): string {
  return name.kind === "string" ? printString(name.value) : name.keyword;
}

function printShortBody(body: ShortBody, loosest: number): string {
  switch (body.kind) {
    case "short-or": {
      const text = body.items.map((item) => printShortBody(item, AND)).join(" or ");
      return body.parens || loosest > OR ? `(${text})` : text;
    }
    case "short-and": {
      const text = body.items.map((item) => printShortBody(item, NOT)).join(" and ");
      return body.parens || loosest > AND ? `(${text})` : text;
    }
    case "short-call":
      return printCondition(body.call);
    case "short-atom": {
      const { name, global, on } = body;
      const where = on === undefined ? "" : ` on ${on.kind === "string" ? printString(on.value) : "resource"}`;
      return `${global ? "global " : ""}${printShortName(name)}${where}`;
    }
  }
}
