import type { Condition, ConstantTerm, Pattern, Term, VariableTerm } from "./ast.js";
import type { Rule } from "./policy.js";

/** A text that two rules share when they differ in nothing but the names of their variables and the places they stand at. */
export function canonicalRule(rule: Rule): string {
  const writer = new Writer();
  for (const { term, pattern } of rule.params) {
    writer.term(term);
    if (pattern !== undefined) writer.pattern(pattern);
  }
  if (rule.body !== undefined) writer.condition(rule.body);
  return `${rule.name}/${rule.params.length}${writer.text}`;
}

/**
 * A number that such rules share, and few others: cheaper than their texts. Looks at names, strings and types; whatever else two
 * rules differ in, they may share it.
 */
export function sketchOf(rule: Rule, numbers: Map<string, number>): number {
  let sketch = rule.params.length;
  const see = (text: string): void => {
    let number = numbers.get(text);
    if (number === undefined) numbers.set(text, (number = numbers.size));
    sketch = (Math.imul(sketch, 31) + number) | 0;
  };
  const seeTerm = (term: Term): void => {
    if (term.kind === "string") see(term.value);
    else if (term.kind === "integer") see(String(term.value));
    else if (term.kind === "entity") see(String(term.id.value));
  };
  const seePattern = (pattern: Pattern): void => {
    if (pattern.kind === "type-pattern") see(pattern.type.text);
    else if (pattern.kind === "term-pattern") seeTerm(pattern.term);
  };
  const seeCondition = (condition: Condition): void => {
    see(condition.kind);
    switch (condition.kind) {
      case "and":
      case "or":
        for (const item of condition.items) seeCondition(item);
        break;
      case "not":
        seeCondition(condition.item);
        break;
      case "call":
        see(condition.name.text);
        for (const arg of condition.args) seeTerm(arg);
        break;
      case "compare":
        seeTerm(condition.left);
        seeTerm(condition.right);
        break;
      case "matches":
        seePattern(condition.pattern);
        break;
      default:
    }
  };
  see(rule.name);
  for (const { term, pattern } of rule.params) {
    seeTerm(term);
    if (pattern !== undefined) seePattern(pattern);
  }
  if (rule.body !== undefined) seeCondition(rule.body);
  return sketch;
}

/** Writes trees in prefix form: every node its kind, then how much follows. */
class Writer {
  text = "";
  readonly #numbers = new Map<string, number>();

  term(term: Term): void {
    switch (term.kind) {
      case "variable":
        this.#variable(term);
        break;
      case "integer":
      case "boolean":
        this.text += ` ${term.value}`;
        break;
      case "float":
        this.text += ` f${Object.is(term.value, -0) ? "-0" : term.value}`;
        break;
      case "string":
        this.text += ` ${JSON.stringify(term.value)}`;
        break;
      case "entity":
        this.text += ` ${term.type.text}{${JSON.stringify(String(term.id.value))}`;
        break;
      case "list":
        this.text += ` [${term.items.length}`;
        for (const item of term.items) this.term(item);
        if (term.rest !== undefined) this.#rest(term.rest);
        break;
      case "dictionary":
        this.text += ` {${term.entries.length}`;
        for (const { key, value } of term.entries) {
          this.text += ` ${key.text}:`;
          this.term(value);
        }
        break;
      case "new":
        this.text += ` new ${term.type.text}`;
        this.#terms(term.args);
        break;
      case "dot":
        this.term(term.target);
        this.text += " .";
        if (term.member.kind === "name") this.text += term.member.text;
        else this.term(term.member);
        if (term.args !== undefined) this.#terms(term.args);
        break;
      case "arithmetic":
        this.text += ` ${term.operator}`;
        this.term(term.left);
        this.term(term.right);
        break;
      case "constant":
        this.text += ` const ${term.name}`;
        break;
      default:
        this.text += ` ${term.kind}`;
    }
  }

  pattern(pattern: Pattern): void {
    this.text += " :";
    switch (pattern.kind) {
      case "term-pattern":
        this.term(pattern.term);
        break;
      case "type-pattern":
      case "dictionary-pattern":
        if (pattern.kind === "type-pattern") this.text += pattern.type.text;
        if (pattern.fields === undefined) break;
        this.text += `{${pattern.fields.length}`;
        for (const { key, pattern: inner } of pattern.fields) {
          this.text += ` ${key.text}`;
          this.pattern(inner);
        }
        break;
      case "list-pattern":
        this.text += `[${pattern.items.length}`;
        for (const item of pattern.items) this.pattern(item);
        if (pattern.rest !== undefined) this.#rest(pattern.rest);
        break;
    }
  }

  condition(condition: Condition): void {
    switch (condition.kind) {
      case "and":
      case "or":
        // Parentheses say what a cut inside them drops.
        this.text += ` ${condition.kind}${condition.items.length}${condition.parens === true ? "()" : ""}`;
        for (const item of condition.items) this.condition(item);
        break;
      case "not":
        this.text += " not";
        this.condition(condition.item);
        break;
      case "forall":
        this.text += " forall";
        this.condition(condition.condition);
        this.condition(condition.action);
        break;
      case "compare":
        this.text += ` ${condition.operator}`;
        this.term(condition.left);
        this.term(condition.right);
        break;
      case "in":
        this.text += " in";
        this.term(condition.element);
        this.term(condition.collection);
        break;
      case "matches":
        this.text += condition.exact ? " matches!" : " matches";
        this.term(condition.term);
        this.pattern(condition.pattern);
        break;
      case "call":
        this.text += ` ${condition.name.text}`;
        this.#terms(condition.args);
        break;
      case "print":
      case "debug":
        this.text += ` ${condition.kind}`;
        this.#terms(condition.args);
        break;
      case "term":
        this.text += " ?";
        this.term(condition.term);
        break;
      case "cut":
        this.text += " cut";
        break;
    }
  }

  #terms(terms: readonly Term[]): void {
    this.text += `(${terms.length}`;
    for (const term of terms) this.term(term);
  }

  #rest(rest: VariableTerm | ConstantTerm): void {
    this.text += " *";
    this.term(rest);
  }

  #variable({ name }: VariableTerm): void {
    let number = this.#numbers.get(name);
    if (number === undefined) this.#numbers.set(name, (number = this.#numbers.size));
    this.text += ` _${number}`;
  }
}
