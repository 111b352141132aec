import type { Location } from "../diagnostics/diagnostic.js";
import { locationOf } from "../diagnostics/diagnostic.js";
import type { Span } from "../diagnostics/source.js";
import type { Fact, FactArgument } from "../facts/value.js";
import type { Derivation } from "./explanation.js";
import type { Premise, Premises } from "./proof.js";
import { showCall } from "./show.js";
import { type Answer, renameTerm, type Table } from "./tables.js";
import { ruleText } from "./trace.js";
import { Entity, type Term } from "./values.js";

/** Below this many levels a derivation goes on without its premises: it is for people, and for JSON. */
const deepest = 200;
/** From this many nodes on, what was shown once is not unfolded again. */
const largest = 5_000;

/** The proof of an answer as a tree: every leaf a fact or a builtin, every step a rule. */
export function derive(table: Table, answer: Answer): Derivation {
  const shown = new Set<Answer>();
  let nodes = 0;
  const ofAnswer = (from: Table, proved: Answer, depth: number): Derivation => {
    nodes++;
    const goal = goalOf(from, proved);
    const rule = proved.proof?.rule;
    const premises = listed(proved.proof?.premises);
    if (rule === undefined) {
      const [only] = premises;
      return only === undefined ? { kind: "builtin", goal } : ofPremise(only, depth);
    }
    const location = locationOf(rule.rule.head);
    const fact = rule.rule.body === undefined ? factOf(from, proved) : undefined;
    if (fact !== undefined) return { kind: "fact", goal, fact, stored: "policy", location };
    const folded = premises.length > 0 && (depth >= deepest || (nodes > largest && shown.has(proved)));
    shown.add(proved);
    return {
      kind: "rule",
      goal,
      rule: ruleText(rule.rule),
      location,
      premises: folded ? [] : premises.map((premise) => ofPremise(premise, depth + 1)),
      ...(folded ? { folded } : {}),
    };
  };
  const ofPremise = (premise: Premise, depth: number): Derivation => {
    switch (premise.kind) {
      case "answer":
        return ofAnswer(premise.table, premise.answer, depth);
      case "fact":
      case "missing": {
        nodes++;
        const goal = showCall(premise.predicate, premise.args);
        const fact = concrete(premise.predicate, premise.args);
        if (fact === undefined || premise.kind === "missing") return { kind: "builtin", goal };
        return { kind: "fact", goal, fact, stored: premise.stored };
      }
      default:
        nodes++;
        return { kind: premise.kind, goal: textOf(premise.span), ...located(premise.span) };
    }
  };
  return ofAnswer(table, answer, 0);
}

/** What was asked, with the answer put in. */
export function goalOf(table: Table, answer: Answer): string {
  return showCall(table.predicate?.name ?? "", argsOf(table, answer));
}

export function argsOf(table: Table, answer: Answer): readonly Term[] {
  return table.call.args.map((arg) => renameTerm(arg, ({ slot }) => answer.values[slot] as Term));
}

/** Oldest first. */
export function listed(premises: Premises | undefined): Premise[] {
  const list: Premise[] = [];
  for (let at = premises; at !== undefined; at = at.earlier) list.push(at.premise);
  return list.reverse();
}

export function textOf(span: Span | undefined): string {
  return span === undefined ? "" : oneLine(span.source.text.slice(span.start, span.end));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function located(span: Span | undefined): { location?: Location } {
  return span === undefined ? {} : { location: locationOf(span) };
}

function factOf(table: Table, answer: Answer): Fact | undefined {
  return concrete(table.predicate?.name ?? "", argsOf(table, answer));
}

/** The fact that a call without holes is; `undefined` if it holds what no fact can. */
export function concrete(predicate: string, args: readonly Term[]): Fact | undefined {
  const values: FactArgument[] = [];
  for (const arg of args) {
    if (arg instanceof Entity) values.push({ type: arg.type, id: arg.id });
    else if (typeof arg === "bigint") values.push(Number.isSafeInteger(Number(arg)) ? Number(arg) : arg);
    else if (typeof arg === "string" || typeof arg === "boolean") values.push(arg);
    else return undefined;
  }
  return [predicate, ...values];
}
