import type { Span } from "../diagnostics/source.js";
import type { CallCondition, Condition } from "./ast.js";
import { headEnvironment, headKnowledge, type Inference, inferCallsInOrder } from "./infer.js";
import { Kinship } from "./kinship.js";
import { type Environment, type Knowledge, knowledgeOf, knowledgeOfPattern } from "./knowledge.js";
import { listed } from "./near.js";
import type { DependencyGraph, DependencyNode, Rule } from "./policy.js";
import { nameKinds, predicateKey } from "./predicates.js";
import type { Report } from "./report.js";
import { headOfShorthand } from "./rule-draft.js";

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
  readonly #kin: Kinship;
  readonly #byPredicate = new Map<string, NodesOfPredicate>();

  constructor(inference: Inference) {
    this.#inference = inference;
    this.#kin = new Kinship(inference.types);
  }

  addRule(rule: Rule): void {
    const predicate = predicateKey(rule.name, rule.params.length);
    const { name, type } = this.#headOf(rule);
    let all = this.#byPredicate.get(predicate);
    if (all === undefined) this.#byPredicate.set(predicate, (all = { byName: new Map(), reached: new Map() }));
    let byType = all.byName.get(name);
    if (byType === undefined) all.byName.set(name, (byType = new Map()));
    let node = byType.get(type);
    if (node === undefined) byType.set(type, (node = this.#newNode(predicate, name, type, [])));
    node.rules.push(rule);
    this.nodeOf.set(rule, node);
  }

  #newNode(predicate: string, name: string | undefined, type: string | undefined, edges: Edge[]): Node {
    const index = this.nodes.length;
    const node = { index, predicate, name, type, rules: [], edges, component: -1, stratum: 0, recursive: false };
    this.nodes.push(node);
    return node;
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
    if (rule.origin === "shorthand") {
      this.#addEdgesOfShorthand(from, rule.body, headEnvironment(this.#inference, rule.params));
      return;
    }
    const environment = headEnvironment(this.#inference, rule.params);
    for (const { call, args, negated } of inferCallsInOrder(this.#inference, rule.body, environment)) {
      this.#addEdgesTo(this.#reached(call.name.text, args.length, args), from, call, negated);
    }
  }

  /** Shorthand says itself of which type everything is, and each of its variables stands in one branch only. */
  #addEdgesOfShorthand(from: Node, condition: Condition, environment: Environment): void {
    switch (condition.kind) {
      case "and":
      case "or":
        for (const item of condition.items) this.#addEdgesOfShorthand(from, item, environment);
        break;
      case "matches":
        if (condition.term.kind === "variable") {
          environment.set(condition.term.name, knowledgeOfPattern(condition.pattern, environment));
        }
        break;
      case "call": {
        const { name, args, keywords } = condition;
        if (keywords !== undefined && keywords.length > 0) break;
        const known = nameKinds.has(name.text) ? args.map((arg) => knowledgeOf(arg, environment)) : [];
        this.#addEdgesTo(this.#reached(name.text, args.length, known), from, condition, false);
        break;
      }
      default:
    }
  }

  #addEdgesTo(targets: readonly Node[], from: Node, { span }: CallCondition, negative: boolean): void {
    for (const to of targets) from.edges.push({ to, negative, span });
  }

  /** The nodes that such a call may lead to; `args` matter where the predicate has nodes of its own for names and types. */
  #reached(name: string, arity: number, args: readonly Knowledge[]): readonly Node[] {
    const all = this.#byPredicate.get(predicateKey(name, arity));
    if (all === undefined) return none;
    const named = nameKinds.has(name);
    const names = named ? args[1]?.strings : undefined;
    const types = named ? resourceOf(name, args)?.types : undefined;
    const [nameKey, typeKey] = [keyOf(names), keyOf(types)];
    let byTypes = all.reached.get(nameKey);
    if (byTypes === undefined) all.reached.set(nameKey, (byTypes = new Map()));
    let targets = byTypes.get(typeKey);
    if (targets === undefined) {
      const found = this.#find(all, names, types);
      const [first] = found;
      targets = first === undefined || found.length <= maxTargets ? found : [this.#crossing(first.predicate, found)];
      byTypes.set(typeKey, targets);
    }
    return targets;
  }

  #find(
    { byName }: NodesOfPredicate,
    names: ReadonlySet<string> | undefined,
    types: ReadonlySet<string> | undefined,
  ): Node[] {
    const found: Node[] = [];
    const related = types === undefined ? undefined : this.#kin.ofAny(types);
    const collect = (byType: ReadonlyMap<string | undefined, Node> | undefined): void => {
      if (byType === undefined) return;
      if (related === undefined || related.size > byType.size) {
        for (const [type, node] of byType)
          if (type === undefined || related === undefined || related.has(type)) found.push(node);
        return;
      }
      const open = byType.get(undefined);
      if (open !== undefined) found.push(open);
      for (const type of related) {
        const node = byType.get(type);
        if (node !== undefined) found.push(node);
      }
    };
    if (names === undefined) for (const byType of byName.values()) collect(byType);
    else {
      collect(byName.get(undefined));
      for (const name of names) collect(byName.get(name));
    }
    // In the order of the rules, so that what is reported does not depend on how the nodes were found.
    return found.sort((a, b) => a.index - b.index);
  }

  /** A node without rules between many callers and many targets, so that they need not all be joined with each other. */
  #crossing(predicate: string, targets: readonly Node[]): Node {
    const span = (targets[0] as Node).rules[0]?.head as Span;
    const edges = targets.map((to) => ({ to, negative: false, span }));
    return this.#newNode(predicate, undefined, undefined, edges);
  }
}

interface NodesOfPredicate {
  /** By the name and then the type of the heads. */
  readonly byName: Map<string | undefined, Map<string | undefined, Node>>;
  /** What calls lead to, by what is known of the name and of the type. */
  readonly reached: Map<string, Map<string, readonly Node[]>>;
}

const none: readonly Node[] = [];

function keyOf(set: ReadonlySet<string> | undefined): string {
  if (set === undefined) return "";
  if (set.size === 1) for (const value of set) return `=${value}`;
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
  // By the index of a node; 0 stands for a node that was not met yet.
  const order = new Int32Array(nodes.length);
  const low = new Int32Array(nodes.length);
  const next = new Int32Array(nodes.length);
  let met = 0;
  const open: Node[] = [];
  const path: Node[] = [];
  const components: Node[][] = [];
  const enter = (node: Node): void => {
    order[node.index] = low[node.index] = ++met;
    open.push(node);
    path.push(node);
  };
  const lower = (node: Node, to: number): void => {
    if (to < (low[node.index] as number)) low[node.index] = to;
  };
  for (const root of nodes) {
    if (order[root.index] !== 0) continue;
    enter(root);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const edge = node.edges[(next[node.index] as number)++];
      if (edge !== undefined) {
        const { to } = edge;
        if (order[to.index] === 0) enter(to);
        // A node without a component is open.
        else if (to.component < 0) lower(node, order[to.index] as number);
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent, low[node.index] as number);
      if (low[node.index] === order[node.index]) {
        const members = open.splice(open.lastIndexOf(node));
        for (const member of members) member.component = components.length;
        components.push(members);
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
