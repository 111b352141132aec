import { afterAll } from "vitest";
import { Source } from "../../src/diagnostics/source.js";
import type { CallCondition, Condition, File, ShortBody, Term } from "../../src/polar/ast.js";
import { loadPolicy } from "../../src/polar/load.js";
import { parseFile } from "../../src/polar/parser.js";
import type { Policy, Rule } from "../../src/polar/policy.js";
import { callsOf, variablesOf, walkCondition } from "../../src/polar/walk.js";
import { isNightly } from "./effort.js";

/*
 * Which shapes a policy has, read from its syntax trees: what users write, in words that they would use. A generator is as good as the
 * shapes that it makes, so its tests count them.
 */

/** The shapes of a policy that loads. */
export function shapesOf(text: string): Set<string> {
  const source = new Source("policy.polar", text);
  const { policy, diagnostics } = loadPolicy([source]);
  if (policy === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  const shapes = new Set<string>();
  const see = (shape: string | undefined | false): void => {
    if (typeof shape === "string") shapes.add(shape);
  };
  seeBlocks(parseFile(source).file, policy, see);
  for (const rule of [...policy.rules.values()].flat()) if (rule.origin !== "default") seeRule(rule, policy, see);
  seeGrants(policy, see);
  return shapes;
}

type See = (shape: string | undefined | false) => void;

const upTo = ["no", "one", "two", "three", "four"] as const;

/** `three`, or `five or more`. */
function number(count: number): string {
  return upTo[count] ?? "five or more";
}

// --- blocks ---

function seeBlocks(file: File, policy: Policy, see: See): void {
  for (const block of file.statements) {
    if (block.kind !== "block") continue;
    see(block.extends.length === 1 && "a type that extends another");
    see(block.extends.length > 1 && "a type that extends two others");
    const own = policy.types.get(block.name?.text ?? "");
    see(block.keyword === "global" && "roles or permissions of the whole system");
    see(block.keyword === "actor" && block.items.length > 0 && "an actor that is a resource as well");
    if (own !== undefined) seeRelations(own, policy, see);
    for (const item of block.items) {
      if (item.kind !== "shorthand") continue;
      const head = item.head.kind === "short-keyword" ? item.head.keyword : undefined;
      see(head !== undefined && `\`${head} if ${head} on\` a relation`);
      seeShortBody(item.body, own, see);
    }
  }
}

type TypeInfo = NonNullable<ReturnType<Policy["types"]["get"]>>;

function seeRelations(own: TypeInfo, policy: Policy, see: See): void {
  for (const [name, type] of own.relations) {
    const related = policy.types.get(type);
    see(type === own.name && "a relation to things of the same type");
    see(related?.kind === "actor" && "a relation to an actor");
    see((own.roles.has(name) || own.permissions.has(name)) && "a relation with the name of a role or permission");
    for (const role of own.roles) {
      see(
        related?.permissions.has(role) === true &&
          !related.roles.has(role) &&
          "a role with the name of a permission of what is above",
      );
    }
    for (const permission of own.permissions) {
      see(
        related?.roles.has(permission) === true &&
          !related.permissions.has(permission) &&
          "a permission with the name of a role of what is above",
      );
    }
  }
  for (const [names, others] of [
    [own.roles, policy.global?.permissions],
    [own.permissions, policy.global?.roles],
  ] as const)
    for (const name of names) see(others?.has(name) === true && "a name that is of another kind below `global`");
}

function seeShortBody(body: ShortBody, own: TypeInfo | undefined, see: See): void {
  switch (body.kind) {
    case "short-or":
    case "short-and":
      see(body.kind === "short-or" ? "`or` in a block" : "`and` in a block");
      for (const item of body.items) {
        see(
          item.kind === "short-or" || (body.kind === "short-or" && item.kind === "short-and")
            ? "`and` and `or` together in a block"
            : undefined,
        );
        seeShortBody(item, own, see);
      }
      return;
    case "short-call":
      see("a call in a block");
      return;
    case "short-atom": {
      see(body.global && "`global` in a block");
      if (body.name.kind !== "string" || body.global) return;
      if (body.on?.kind === "string") see("a role or permission on a relation");
      else see(own?.relations.has(body.name.value) === true && "a relation that gives a role or permission");
    }
  }
}

// --- what grants one thing ---

/** Rules for one name and type, direct ones counted. */
function seeGrants(policy: Policy, see: See): void {
  const grants = new Map<string, { what: string; direct: number; all: number }>();
  for (const rule of [...policy.rules.values()].flat()) {
    const [, name] = rule.params;
    if (!["has_permission", "has_role"].includes(rule.name) || name?.term.kind !== "string") continue;
    const type = typeOf(rule, 2);
    const key = `${rule.name} ${name.term.value} ${type}`;
    const what = rule.name === "has_role" ? "a role" : "a permission";
    const grant = grants.get(key) ?? { what, direct: 0, all: 0 };
    grants.set(key, grant);
    for (const branch of alternatives(rule.body)) {
      grant.all++;
      const [only] = branch;
      if (branch.length === 1 && only?.kind === "call" && only.name.text === "has_role" && sameThing(rule, only))
        grant.direct++;
    }
  }
  for (const { what, direct, all } of grants.values()) {
    see(direct >= 2 && `${what} that ${number(direct)} roles give`);
    see(all >= 3 && `${what} that one gets in ${number(all)} ways`);
  }
  for (const component of policy.dependencies.components) {
    if (!component.some(({ recursive }) => recursive)) continue;
    const rules = component.flatMap((node) => node.rules);
    const isWithin = new Set(component.map(({ predicate }) => predicate));
    const beginnings = rules
      .flatMap((rule) => alternatives(rule.body))
      .filter((branch) => !branch.some((one) => one.kind === "call" && isWithin.has(keyOf(one)) && leadsBack(one)));
    see(beginnings.length >= 2 && `a recursion that begins in ${number(beginnings.length)} ways`);
    see(new Set(rules.map(({ name }) => name)).size > 1 && "a recursion through several predicates");
  }
  /** A call of a role, permission or relation that is told or defined otherwise is no step of the recursion, as far as its name says. */
  function leadsBack(call: CallCondition): boolean {
    return policy.dependencies.nodes.some(
      (node) =>
        node.recursive &&
        node.predicate === keyOf(call) &&
        (node.name === undefined || call.args[1]?.kind !== "string" || call.args[1].value === node.name),
    );
  }
}

function keyOf(call: CallCondition): string {
  return `${call.name.text}/${call.args.length}`;
}

/** The type that a head names for a parameter. */
function typeOf(rule: Rule, at: number): string | undefined {
  const pattern = rule.params[at]?.pattern;
  return pattern?.kind === "type-pattern" ? pattern.type.text : undefined;
}

/** Whether a call asks for a role of the head's actor on the head's resource. */
function sameThing(rule: Rule, call: CallCondition): boolean {
  const name = (term: Term | undefined): string | undefined => (term?.kind === "variable" ? term.name : undefined);
  return [0, 2].every(
    (at) => name(rule.params[at]?.term) !== undefined && name(rule.params[at]?.term) === name(call.args[at]),
  );
}

/** The conjunctions that a body comes to. */
function alternatives(body: Condition | undefined): Condition[][] {
  if (body === undefined) return [[]];
  if (body.kind === "or") return body.items.flatMap(alternatives);
  if (body.kind !== "and") return [[body]];
  return body.items.reduce<Condition[][]>(
    (lists, item) => lists.flatMap((list) => alternatives(item).map((other) => [...list, ...other])),
    [[]],
  );
}

// --- rules ---

function seeRule(rule: Rule, policy: Policy, see: See): void {
  const { params, body } = rule;
  see(body === undefined && "a rule without a condition");
  seeHead(rule, see);
  const kinds = kindsOf(rule, policy);
  const isRecursive = policy.dependencies.nodeOf.get(rule)?.recursive === true;
  if (body === undefined) return;
  seeAlternatives(body, see);
  walkCondition(body, {
    condition: (condition) => seeCondition(condition, rule, kinds, isRecursive, see),
    term: (term) => seeTerm(term, see),
  });
  for (const branch of alternatives(body)) {
    see(branch.filter(({ kind }) => kind === "not").length > 1 && "two `not` in one rule");
    const calls = branch.filter((condition) => condition.kind === "call");
    const shared = joined(calls);
    see(shared >= 2 && `${number(shared)} facts joined`);
    if (isRecursive && rule.origin === "written") {
      const back = calls.filter((call) => keyOf(call) === `${rule.name}/${params.length}` && !isOther(call, rule));
      see(back.length > 0 && `a rule that calls itself ${back.length > 1 ? "twice" : "once"}`);
      see(back.length > 0 && shared >= 3 && "a recursion over three or more joined facts");
      see(back.length > 0 && branch.length > calls.length && "a recursion with a condition on each step");
    }
  }
}

/** Whether a call of the same predicate names something else. */
function isOther(call: CallCondition, rule: Rule): boolean {
  const [own, other] = [rule.params[1]?.term, call.args[1]];
  return own?.kind === "string" && other?.kind === "string" && own.value !== other.value;
}

/** How many of the calls hang together by their variables: the largest number of them. */
function joined(calls: readonly CallCondition[]): number {
  const groups: { calls: number; names: Set<string> }[] = [];
  for (const call of calls) {
    const names = new Set(call.args.flatMap((arg) => (arg.kind === "variable" && arg.name !== "_" ? [arg.name] : [])));
    const group = { calls: 1, names };
    for (const other of groups.filter((one) => [...one.names].some((name) => names.has(name)))) {
      groups.splice(groups.indexOf(other), 1);
      group.calls += other.calls;
      for (const name of other.names) group.names.add(name);
    }
    groups.push(group);
  }
  return Math.max(0, ...groups.map((group) => group.calls));
}

function seeHead({ name, params, body }: Rule, see: See): void {
  const names = params.flatMap(({ term }) => (term.kind === "variable" && term.name !== "_" ? [term.name] : []));
  see(new Set(names).size < names.length && "a variable twice in a head");
  const inBody = body === undefined ? [] : variablesOf({ body }).map((variable) => variable.name);
  params.forEach(({ term, pattern }, i) => {
    const type = pattern?.kind === "type-pattern" ? pattern.type.text : undefined;
    see((type === "Actor" || type === "Resource") && "a head for any actor or any resource");
    see(pattern?.kind === "type-pattern" && pattern.fields !== undefined && "properties of an object in a head");
    see(
      (pattern?.kind === "dictionary-pattern" || pattern?.kind === "list-pattern") && "a dictionary or list in a head",
    );
    see(term.kind === "entity" && "a certain thing in a head");
    see(
      term.kind === "variable" &&
        (term.name.startsWith("_") || !inBody.includes(term.name)) &&
        i === 0 &&
        pattern !== undefined &&
        "a rule for everybody",
    );
    see(
      i === 1 &&
        term.kind === "variable" &&
        ["allow", "has_permission", "has_role"].includes(name) &&
        "a rule that leaves the action or role open",
    );
    see(i !== 1 && term.kind === "string" && "a text in a head that is not the second argument");
  });
}

function seeAlternatives(body: Condition, see: See): void {
  see(body.kind === "or" && "alternatives in a rule");
  if (body.kind === "and") see(body.items.some(({ kind }) => kind === "or") && "alternatives within a conjunction");
}

/** What the variables of a rule can be: the names of types, as far as heads, conditions and declarations say. */
type Kinds = ReadonlyMap<string, ReadonlySet<string>>;

const plainTypes = new Set(["Integer", "String", "Boolean"]);

function kindsOf({ params, body }: Rule, policy: Policy): Kinds {
  const kinds = new Map<string, Set<string>>();
  const add = (term: Term, type: string): void => {
    if (term.kind !== "variable" || term.name === "_") return;
    const known = kinds.get(term.name);
    if (known === undefined) kinds.set(term.name, new Set([type]));
    else known.add(type);
  };
  for (const { term, pattern } of params) if (pattern?.kind === "type-pattern") add(term, pattern.type.text);
  for (const call of callsOf(body)) {
    for (const { args } of policy.signatures.get(call.name.text) ?? []) {
      if (args.length !== call.args.length) continue;
      args.forEach((arg, i) => {
        const type =
          arg.kind === "entity"
            ? arg.type
            : arg.kind === "any"
              ? undefined
              : `${arg.kind[0]?.toUpperCase()}${arg.kind.slice(1)}`;
        if (type !== undefined) add(call.args[i] as Term, type);
      });
    }
  }
  return kinds;
}

function seeCondition(condition: Condition, rule: Rule, kinds: Kinds, isRecursive: boolean, see: See): void {
  switch (condition.kind) {
    case "not": {
      seeNot(condition.item, see);
      see(isRecursive && "a `not` in a recursion");
      return;
    }
    case "forall":
      see("for all of these");
      return;
    case "compare":
      seeComparison(condition.operator, condition.left, condition.right, kinds, see);
      return;
    case "in":
      see(condition.collection.kind === "list" ? "one of a list of values" : "one of what a property holds");
      return;
    case "matches":
      see(condition.exact ? "a condition on the very type" : "a condition on the type");
      see(
        condition.pattern.kind === "type-pattern" &&
          condition.pattern.fields !== undefined &&
          "properties of an object in a pattern",
      );
      return;
    case "term":
      see(condition.term.kind === "variable" && "a Boolean as a condition");
      see(condition.term.kind === "boolean" && "`true` or `false` as a condition");
      return;
    case "call":
      seeCall(condition, rule, see);
      return;
    case "cut":
    case "print":
    case "debug":
      see("`cut`, `print` or `debug`");
      return;
    default:
  }
}

function seeNot(item: Condition, see: See): void {
  if (item.kind === "or") see(`not over ${number(item.items.length)} alternatives`);
  else if (item.kind === "and") see("not over several conditions at once");
  else if (item.kind === "call") {
    see("not over a fact or rule");
    see(item.args.some((arg) => arg.kind === "variable" && arg.name.startsWith("_")) && "not over anything of a kind");
  } else see("not over a comparison");
  let isNested = false;
  walkCondition(item, { condition: ({ kind }) => (isNested ||= kind === "not") });
  see(isNested && "not within a not");
}

function seeComparison(operator: string, left: Term, right: Term, kinds: Kinds, see: See): void {
  if (left.kind === "now" || right.kind === "now") {
    see("a time compared");
    return;
  }
  const typesOf = (term: Term): ReadonlySet<string> => {
    if (term.kind === "variable") return kinds.get(term.name) ?? new Set();
    if (term.kind === "entity") return new Set([term.type.text]);
    return new Set(
      term.kind === "integer"
        ? ["Integer"]
        : term.kind === "string"
          ? ["String"]
          : term.kind === "boolean"
            ? ["Boolean"]
            : [],
    );
  };
  const types = new Set([...typesOf(left), ...typesOf(right)]);
  const things = [...types].filter((type) => !plainTypes.has(type));
  const isOrder = !["=", "==", "!="].includes(operator);
  const how = operator === "!=" ? "for being different" : isOrder ? "by size" : "for being the same";
  if (things.length > 0) see(`things of ${things.length > 1 ? "two types" : "one type"} compared ${how}`);
  else if (types.size > 0)
    see(
      `${[...types][0] === "Integer" ? "numbers" : [...types][0] === "String" ? "texts" : "Booleans"} compared ${how}`,
    );
}

function seeCall(call: CallCondition, rule: Rule, see: See): void {
  const names = call.args.flatMap((arg) => (arg.kind === "variable" && arg.name !== "_" ? [arg.name] : []));
  const isTwice = new Set(names).size < names.length;
  see(isTwice && "a variable twice in a call");
  see(isTwice && call.args.length > 2 && "a variable twice in a call of three or more arguments");
  const isBuiltIn =
    call.name.text.startsWith("has_") && ["has_role", "has_permission", "has_relation"].includes(call.name.text);
  see(!isBuiltIn && call.args.length >= 3 && `a fact or rule with ${number(call.args.length)} arguments`);
  see(call.args.length === 1 && "a fact or rule about one thing");
  see(call.args.some(({ kind }) => kind === "entity") && "a certain thing in a condition");
  see(call.args.some(({ kind }, i) => kind === "string" && (!isBuiltIn || i !== 1)) && "a text in a fact");
  see(call.args.some(({ kind }) => kind === "integer") && "a number in a fact");
  see(call.args.some(({ kind }) => kind === "boolean") && "a Boolean in a fact");
  const [, name] = call.args;
  see(isBuiltIn && name?.kind === "variable" && name.name.startsWith("_") && "any role, permission or relation");
  see(
    isBuiltIn &&
      name?.kind === "variable" &&
      !name.name.startsWith("_") &&
      "a role or permission that a variable names",
  );
  see(call.name.text === "has_role" && call.args.length === 2 && "a role of the whole system asked for");
  see(
    ["allow", "has_permission"].includes(call.name.text) &&
      rule.name === call.name.text &&
      rule.origin === "written" &&
      "a permission that leads to another",
  );
}

function seeTerm(term: Term, see: See): void {
  see(term.kind === "dot" && "a property of an object");
  see(term.kind === "new" && "an object that a rule makes");
  see(term.kind === "arithmetic" && "arithmetic");
  see(term.kind === "dictionary" && "a dictionary");
  see(term.kind === "nil" && "nil");
  see(term.kind === "list" && term.rest !== undefined && "a list with a rest");
}

// --- counting ---

/** Counts the shapes of many policies, and in how many of them each was met. */
export class ShapeCount {
  readonly #counts = new Map<string, number>();
  #policies = 0;

  see(policy: string): void {
    this.#policies++;
    for (const shape of shapesOf(policy)) this.#counts.set(shape, (this.#counts.get(shape) ?? 0) + 1);
  }

  get shapes(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** The most frequent first. */
  table(): string {
    const rows = [...this.#counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
    return [
      `shapes in ${this.#policies} policies`,
      ...rows.map(([shape, n]) => `${String(n).padStart(7)}  ${shape}`),
    ].join("\n");
  }
}

/**
 * Counts the shapes of the policies that a test file makes, and prints them when it is through: at night only, when there is time to read.
 * Answers what is to be told each policy.
 */
export function countShapes(title: string): (policy: string) => void {
  if (!isNightly) return () => {};
  const count = new ShapeCount();
  afterAll(() => console.log(`${title}: ${count.table()}`));
  return (policy) => count.see(policy);
}
