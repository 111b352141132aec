import type { Span } from "../diagnostics/source.js";
import type { BlockStatement, Name, NamesDeclaration } from "./ast.js";
import { canonicalRule, sketchOf } from "./canonical.js";
import type { Declarations } from "./declarations.js";
import { type CallSite, headKnowledge, type Inference } from "./infer.js";
import { Kinship } from "./kinship.js";
import { type Environment, isImpossible } from "./knowledge.js";
import type { DependencyGraph, DependencyNode, Rule } from "./policy.js";
import { neverFacts } from "./predicates.js";
import type { Report } from "./report.js";
import { headOfShorthand } from "./rule-draft.js";
import { callsOf } from "./walk.js";

/** Flags before rules and shorthand are read and mean nothing (reference, section 1). */
export function warnFlags(flags: readonly Name[], report: Report): void {
  for (const flag of flags)
    report.warning("polar/ignored-flag", flag.span, `the flag \`@${flag.text.replace(/^@/, "")}\` means nothing here`);
}

/** The same rule twice, whatever its variables are called. */
export function warnDuplicateRules(rules: readonly Rule[], report: Report): void {
  const numbers = new Map<string, number>();
  /** The first rule with this sketch, until its text is among `byText`. */
  const bySketch = new Map<number, Rule | undefined>();
  const byText = new Map<string, Rule>();
  for (const rule of rules) {
    const sketch = sketchOf(rule, numbers);
    if (!bySketch.has(sketch)) {
      bySketch.set(sketch, rule);
      continue;
    }
    const like = bySketch.get(sketch);
    if (like !== undefined) {
      byText.set(canonicalRule(like), like);
      bySketch.set(sketch, undefined);
    }
    warnIfThere(rule, byText, report);
  }
}

function warnIfThere(rule: Rule, byText: Map<string, Rule>, report: Report): void {
  const text = canonicalRule(rule);
  const first = byText.get(text);
  if (first === undefined) byText.set(text, rule);
  // One shorthand may stand for several rules, and two of these may be alike.
  else if (first.head !== rule.head) {
    report.warning("polar/duplicate-rule", rule.head, "the same rule stands here already", {
      help: "remove one of them",
      related: [{ message: "the first one", span: first.head }],
    });
  }
}

/** A rule whose conditions contradict each other, as far as types tell. */
export function warnUnreachable(rule: Rule, environment: Environment, report: Report): void {
  for (const [name, known] of environment.own()) {
    if (!isImpossible(known) || name.startsWith("_#")) continue;
    report.warning(
      "polar/unreachable-rule",
      rule.head,
      `this rule can never hold: nothing can be all that \`${name}\` has to be`,
      {
        help: "compare what the head and the body say about its type",
      },
    );
    return;
  }
}

/** Policies that deny everything, or whose permissions nobody asks for (reference, sections 14 and 15.4). `start` is where the policy begins. */
export function warnAboutAllow(
  blocks: readonly BlockStatement[],
  rules: readonly Rule[],
  graph: DependencyGraph,
  start: Span | undefined,
  report: Report,
): void {
  const own = rules.some((rule) => rule.name === "allow");
  if (!own && blocks.length === 0 && start !== undefined) {
    report.warning("polar/no-allow", start, "there is no `allow` rule and no block, so everything is denied", {
      help: "write `allow(actor, action, resource) if …;` or declare an `actor` and a `resource`",
    });
  }
  const permissions = blocks
    .flatMap((block) => block.items)
    .find(
      (i): i is NamesDeclaration =>
        i.kind === "names-declaration" && i.key.text === "permissions" && i.names.length > 0,
    );
  if (permissions !== undefined && own && !reachesPermissions(graph)) {
    report.warning("polar/unused-permissions", permissions.key.span, "no `allow` rule asks for a permission", {
      help: "write `allow(actor, action, resource) if has_permission(actor, action, resource);`",
    });
  }
}

function reachesPermissions(graph: DependencyGraph): boolean {
  const reached = new Set<DependencyNode>(
    graph.nodes.filter((n) => neverFacts.has(n.predicate.slice(0, n.predicate.lastIndexOf("/")))),
  );
  for (const node of reached) {
    if (node.rules.some((rule) => callsOf(rule.body).some((call) => call.name.text === "has_permission"))) return true;
    for (const { to } of node.edges) reached.add(to);
  }
  return false;
}

/** Roles on which nothing depends and permissions that no rule grants: as hints, since facts and questions may use them. */
export function hintUnused(
  declarations: Declarations,
  rules: readonly Rule[],
  sites: ReadonlyMap<Rule, readonly CallSite[]>,
  inference: Inference,
  report: Report,
): void {
  const kin = new Kinship(inference.types);
  const asked = new Uses(kin);
  const granted = new Uses(kin);
  for (const rule of rules) {
    if (rule.name === "has_permission" && rule.origin === "shorthand") {
      const { name, type } = headOfShorthand(rule);
      granted.addOne(name, type ?? "global");
    } else if (rule.name === "has_permission") {
      const [, name, resource] = headKnowledge(inference, rule.params);
      granted.add(name?.strings, rule.params.length === 2 ? new Set(["global"]) : resource?.types);
    }
    const found = sites.get(rule);
    if (found === undefined) {
      // Shorthand: its calls hold literal names.
      for (const call of callsOf(rule.body)) {
        if (call.name.text !== "has_role") continue;
        const name = call.args[1];
        const type = call.args.length === 2 ? "global" : undefined;
        if (name?.kind === "string") asked.addOne(name.value, type);
        else asked.add(undefined, type === undefined ? undefined : new Set([type]));
      }
    } else {
      for (const { call, args } of found) {
        if (call.name.text !== "has_role") continue;
        asked.add(args[1]?.strings, args.length === 2 ? new Set(["global"]) : args[2]?.types);
      }
    }
  }
  const all = [...declarations.own, ["global", declarations.globalMembers] as const];
  for (const [type, members] of all) {
    for (const member of members.values()) {
      if (member.kind === "role" && !asked.covers(member.name, type)) {
        report.hint("polar/unused-role", member.span, `nothing depends on the role \`${member.name}\` of \`${type}\``);
      } else if (member.kind === "permission" && !granted.covers(member.name, type)) {
        report.hint(
          "polar/ungranted-permission",
          member.span,
          `no rule grants the permission \`${member.name}\` of \`${type}\``,
          {
            help: "only a `has_permission` fact can",
          },
        );
      }
    }
  }
}

/** Names with the types for which they are used. */
class Uses {
  readonly #kin: Kinship;
  readonly #byName = new Map<string | undefined, TypesOfUse>();

  constructor(kin: Kinship) {
    this.#kin = kin;
  }

  /** `undefined` stands for any. */
  add(names: ReadonlySet<string> | undefined, types: ReadonlySet<string> | undefined): void {
    if (names === undefined) this.#add(undefined, types);
    else for (const name of names) this.#add(name, types);
  }

  addOne(name: string, type: string | undefined): void {
    const uses = this.#usesOf(name);
    if (type === undefined) uses.any = true;
    else uses.types.add(type);
  }

  #add(name: string | undefined, types: ReadonlySet<string> | undefined): void {
    const uses = this.#usesOf(name);
    if (types === undefined) uses.any = true;
    else for (const type of types) uses.types.add(type);
  }

  #usesOf(name: string | undefined): TypesOfUse {
    let uses = this.#byName.get(name);
    if (uses === undefined) this.#byName.set(name, (uses = { any: false, types: new Set() }));
    return uses;
  }

  covers(name: string, type: string): boolean {
    return this.#isUsed(this.#byName.get(name), type) || this.#isUsed(this.#byName.get(undefined), type);
  }

  #isUsed(uses: TypesOfUse | undefined, type: string): boolean {
    if (uses === undefined) return false;
    const { any, types } = uses;
    if (any || types.has(type)) return true;
    if (type === "global" || types.size === 0) return false;
    if (types.has("Actor") || types.has("Resource")) return true;
    for (const other of this.#kin.of(type)) if (types.has(other)) return true;
    return false;
  }
}

interface TypesOfUse {
  any: boolean;
  readonly types: Set<string>;
}
