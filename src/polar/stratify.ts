import type { Span } from "../diagnostics/source.js";
import { headOfShorthand } from "./expand.js";
import { headEnvironment, headKnowledge, type Inference, inferCallsInOrder } from "./infer.js";
import type { Knowledge } from "./knowledge.js";
import { listed } from "./near.js";
import type { DependencyGraph, DependencyNode, Rule } from "./policy.js";
import { nameKinds, predicateKey } from "./predicates.js";
import type { Report } from "./report.js";
import { isSubtype, typesOverlap } from "./type-table.js";

/** A call with more targets than this leads to them through a node of its own. */
const maxTargets = 32;

interface Edge {
  readonly to: Node;
  readonly negative: boolean;
  readonly span: Span;
}
interface Node extends DependencyNode {
  readonly rules: Rule[];
  readonly edges: Edge[];
  component: number;
  stratum: number;
  recursive: boolean;
}

/**
 * The dependency graph of a policy (reference, section 10), and a report of every negation through which a rule depends on itself.
 *
 * A call leads to all nodes that it may reach, by what is certain about its arguments at the moment it runs: from the head and from
 * what stands to its left. What stands to its right is not used, since a call may run, and meet itself, before that is known.
 */
export function stratify(rules: readonly Rule[], inference: Inference, report: Report): DependencyGraph {
  const graph = new GraphBuilder(inference);
  for (const rule of rules) graph.addRule(rule);
  for (const rule of rules) graph.addEdges(rule);
  const components = stronglyConnected(graph.nodes);
  rank(components);
  for (const component of components) reportNegativeCycles(component, report);
  return { nodes: graph.nodes, nodeOf: graph.nodeOf, components };
}

class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly nodeOf = new Map<Rule, Node>();
  readonly #inference: Inference;
  readonly #bare: Inference;
  readonly #byKey = new Map<string, Node>();
  /** By predicate: nodes by name, `undefined` for those with an open name. */
  readonly #byPredicate = new Map<string, Map<string | undefined, Node[]>>();
  readonly #targets = new Map<string, readonly Node[]>();

  constructor(inference: Inference) {
    this.#inference = inference;
    this.#bare = { types: inference.types, providers: () => undefined };
  }

  addRule(rule: Rule): void {
    const predicate = predicateKey(rule.name, rule.params.length);
    const { name, type } = this.#headOf(rule);
    const key = `${predicate} ${name === undefined ? "" : JSON.stringify(name)} ${type ?? ""}`;
    let node = this.#byKey.get(key);
    if (node === undefined) {
      const index = this.nodes.length;
      node = { index, predicate, name, type, rules: [], edges: [], component: -1, stratum: 0, recursive: false };
      this.nodes.push(node);
      this.#byKey.set(key, node);
      let byName = this.#byPredicate.get(predicate);
      if (byName === undefined) this.#byPredicate.set(predicate, (byName = new Map()));
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [node]);
      else list.push(node);
    }
    node.rules.push(rule);
    this.nodeOf.set(rule, node);
  }

  #headOf(rule: Rule): { readonly name: string | undefined; readonly type: string | undefined } {
    if (rule.origin === "shorthand") return headOfShorthand(rule);
    if (!nameKinds.has(rule.name)) return { name: undefined, type: undefined };
    const known = headKnowledge(this.#inference, rule.params);
    return { name: only(known[1]?.strings), type: only(resourceOf(rule.name, known)?.types) };
  }

  addEdges(rule: Rule): void {
    if (rule.body === undefined) return;
    const from = this.nodeOf.get(rule) as Node;
    const environment = headEnvironment(this.#inference, rule.params);
    // Shorthand says itself of which type everything is.
    const inference = rule.origin === "shorthand" ? this.#bare : this.#inference;
    for (const { call, args, negated } of inferCallsInOrder(inference, rule.body, environment)) {
      for (const to of this.#reached(call.name.text, args)) from.edges.push({ to, negative: negated, span: call.span });
    }
  }

  #reached(name: string, args: readonly Knowledge[]): readonly Node[] {
    const predicate = predicateKey(name, args.length);
    const byName = this.#byPredicate.get(predicate);
    if (byName === undefined) return [];
    if (!nameKinds.has(name)) return byName.get(undefined) ?? [];
    const names = args[1]?.strings;
    const types = resourceOf(name, args)?.types;
    const key = `${predicate} ${keyOf(names)} ${keyOf(types)}`;
    let targets = this.#targets.get(key);
    if (targets === undefined) {
      const candidates =
        names === undefined
          ? [...byName.values()].flat()
          : [...(byName.get(undefined) ?? []), ...[...names].flatMap((n) => byName.get(n) ?? [])];
      targets = candidates.filter((node) => this.#mayBe(node.type, types));
      if (targets.length > maxTargets) targets = [this.#crossing(predicate, targets)];
      this.#targets.set(key, targets);
    }
    return targets;
  }

  /** A node without rules between many callers and many targets, so that they need not all be joined with each other. */
  #crossing(predicate: string, targets: readonly Node[]): Node {
    const span = (targets[0] as Node).rules[0]?.head as Span;
    const edges = targets.map((to) => ({ to, negative: false, span }));
    const node: Node = {
      index: this.nodes.length,
      predicate,
      name: undefined,
      type: undefined,
      rules: [],
      edges,
      component: -1,
      stratum: 0,
      recursive: false,
    };
    this.nodes.push(node);
    return node;
  }

  #mayBe(type: string | undefined, types: ReadonlySet<string> | undefined): boolean {
    if (type === undefined || types === undefined) return true;
    for (const t of types) {
      if (t === "Actor" || t === "Resource" || isSubtype(this.#inference.types, t, type)) return true;
      if (typesOverlap(this.#inference.types, t, type)) return true;
    }
    return false;
  }
}

function keyOf(set: ReadonlySet<string> | undefined): string {
  if (set === undefined) return "";
  if (set.size === 1) for (const value of set) return JSON.stringify(value);
  return JSON.stringify([...set].sort());
}

/** The argument that is the resource: the third of has_role and has_permission, the first of has_relation. */
function resourceOf(name: string, args: readonly Knowledge[]): Knowledge | undefined {
  return name === "has_relation" ? args[0] : args[2];
}

function only(set: ReadonlySet<string> | undefined): string | undefined {
  if (set === undefined || set.size !== 1) return undefined;
  for (const value of set) return value === "Actor" || value === "Resource" ? undefined : value;
  return undefined;
}

/** Tarjan's algorithm, without recursion; components come after those they lead to. */
function stronglyConnected(nodes: readonly Node[]): Node[][] {
  const order = new Map<Node, number>();
  const low = new Map<Node, number>();
  const open: Node[] = [];
  const isOpen = new Set<Node>();
  const components: Node[][] = [];
  for (const root of nodes) {
    if (order.has(root)) continue;
    const work: { node: Node; next: number }[] = [{ node: root, next: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1) as { node: Node; next: number };
      const { node } = frame;
      if (frame.next === 0) {
        order.set(node, order.size);
        low.set(node, order.get(node) as number);
        open.push(node);
        isOpen.add(node);
      }
      const edge = node.edges[frame.next++];
      if (edge !== undefined) {
        if (!order.has(edge.to)) work.push({ node: edge.to, next: 0 });
        else if (isOpen.has(edge.to)) low.set(node, Math.min(low.get(node) as number, order.get(edge.to) as number));
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.node;
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent) as number, low.get(node) as number));
      if (low.get(node) === order.get(node)) {
        const component: Node[] = [];
        let member: Node;
        do {
          member = open.pop() as Node;
          isOpen.delete(member);
          member.component = components.length;
          component.push(member);
        } while (member !== node);
        components.push(component.reverse());
      }
    }
  }
  return components;
}

function rank(components: readonly (readonly Node[])[]): void {
  for (const component of components) {
    let stratum = 0;
    for (const node of component) {
      for (const { to, negative } of node.edges) {
        if (to.component === node.component) node.recursive = true;
        else stratum = Math.max(stratum, to.stratum + (negative ? 1 : 0));
      }
    }
    for (const node of component) {
      node.stratum = stratum;
      if (component.length > 1) node.recursive = true;
    }
  }
}

function reportNegativeCycles(component: readonly Node[], report: Report): void {
  for (const node of component) {
    const seen = new Set<string>();
    for (const edge of node.edges) {
      if (!edge.negative || edge.to.component !== node.component) continue;
      const place = `${edge.span.source.name}:${edge.span.start}`;
      if (seen.has(place)) continue;
      seen.add(place);
      const back = pathBetween(edge.to, node);
      const way = [edge.to, ...back.map((e) => e.to)].filter((n) => n !== node && n.rules.length > 0);
      const others = new Set(way.map(nameOf));
      report.error(
        "polar/unstratified",
        edge.span,
        `\`${nameOf(node)}\` depends on its own negation${others.size === 0 ? "" : `, by way of ${listed(others)}`}`,
        {
          help: "what is negated must not depend on the rule that negates it",
          related: back
            .filter((e) => e.to.rules.length > 0)
            .map((e) => ({ message: `leads to \`${nameOf(e.to)}\``, span: e.span })),
        },
      );
    }
  }
}

/** The shortest way from one node to another of its component, as edges. */
function pathBetween(from: Node, to: Node): Edge[] {
  const cameBy = new Map<Node, { edge: Edge; from: Node } | undefined>([[from, undefined]]);
  for (const node of cameBy.keys()) {
    if (node === to) break;
    for (const edge of node.edges) {
      if (edge.to.component === from.component && !cameBy.has(edge.to)) cameBy.set(edge.to, { edge, from: node });
    }
  }
  const path: Edge[] = [];
  for (let step = cameBy.get(to); step !== undefined; step = cameBy.get(step.from)) path.unshift(step.edge);
  return path;
}

function nameOf(node: DependencyNode): string {
  const name = node.predicate.slice(0, node.predicate.lastIndexOf("/"));
  if (node.name === undefined && node.type === undefined) return name;
  const parts = [node.name === undefined ? undefined : JSON.stringify(node.name), node.type];
  return `${name}(${parts.filter((p) => p !== undefined).join(", ")})`;
}
