import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Source, Span } from "../diagnostics/source.js";
import type { PlainValue } from "../facts/value.js";
import type { Condition, Name, Parameter } from "./ast.js";

/**
 * A policy that loaded: checked, blocks expanded into rules, names resolved. Immutable.
 * What the solver compiles, what facts are checked against, what tools describe.
 */
export interface Policy {
  readonly sources: readonly Source[];
  /** Declared types (blocks and host types), without the built-in ones. By name. */
  readonly types: ReadonlyMap<string, TypeInfo>;
  /** `undefined` when the policy has no `global` block. */
  readonly global: TypeInfo | undefined;
  /**
   * Rules by `name/arity`, written and expanded ones, in source order with shorthand rules last. A rule without a body is
   * here too. Holds the default `allow` rules when the policy gets them (reference, section 14).
   */
  readonly rules: ReadonlyMap<string, readonly Rule[]>;
  /** What may be told: signatures by predicate name, in all arities (reference, section 13). */
  readonly signatures: ReadonlyMap<string, readonly FactSignature[]>;
  /** Names of the `constants` option, which goals may use too. */
  readonly constants: ReadonlySet<string>;
  /** What depends on what, in strata (reference, section 10). */
  readonly dependencies: DependencyGraph;
  /** The `?=` goals in source order. Checked, not run: running them is the engine's part (reference, section 22). */
  readonly inlineQueries: readonly Goal[];
  readonly tests: readonly PolicyTest[];
  /** Warnings and hints of the load; a policy with errors does not exist. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * A type, with what it inherits. `kind` is inherited too: a type below an actor type is an actor, a host type below a
 * resource is a resource.
 */
export interface TypeInfo {
  readonly name: string;
  readonly kind: "actor" | "resource" | "host" | "global";
  /** Direct supertypes, from `extends` and from class inheritance. */
  readonly extends: readonly string[];
  /** All supertypes including itself, without `Actor` and `Resource`. */
  readonly ancestors: readonly string[];
  /** Own and inherited. */
  readonly roles: ReadonlySet<string>;
  readonly permissions: ReadonlySet<string>;
  /** Relation name to the related type's name. Own and inherited. */
  readonly relations: ReadonlyMap<string, string>;
  /** Whether a block declares it or one of its ancestors. */
  readonly block: boolean;
  /** Whether it has a class, so that `new T(…)` is possible. */
  readonly constructible: boolean;
}

/**
 * A rule in its core form. In `params` and `body`:
 * constants are `constant` terms, `Integer{1}` is the plain integer, types are known, shorthand is gone.
 * Variables are still names, local to the rule; each `_` is a variable of its own.
 */
export interface Rule {
  readonly name: string;
  readonly params: readonly Parameter[];
  readonly body: Condition | undefined;
  /** The head (or the shorthand) as the user wrote it: where a derivation points. */
  readonly head: Span;
  readonly span: Span;
  /** Where the rule comes from. */
  readonly origin: "written" | "shorthand" | "default";
  /** Rules of one predicate in the order of section 11.3 are sorted by the solver per call; ties go by this number. */
  readonly order: number;
}

/**
 * The type of a fact's argument: an entity of a type (subtypes fit; the type may be `Actor` or `Resource`), a string, perhaps
 * out of a set, an Integer, a Boolean, or anything (only with the option `undefinedPredicates: "warning"`).
 */
export type SignatureArgument =
  | { readonly kind: "entity"; readonly type: string }
  | { readonly kind: "any" }
  | { readonly kind: "string"; readonly values: ReadonlySet<string> | undefined }
  | { readonly kind: "integer" }
  | { readonly kind: "boolean" };

export interface FactSignature {
  readonly predicate: string;
  readonly args: readonly SignatureArgument[];
  /** Where it was declared or inferred; `undefined` for built-in ones without a text. */
  readonly span: Span | undefined;
}

export interface PolicyTest {
  readonly name: string;
  readonly span: Span;
  /** The setup with its fixtures put in, in order. `undefined` stands for a wildcard argument of any kind, `anyOf` for one of a type. */
  readonly facts: readonly PolicyTestFact[];
  readonly assertions: readonly PolicyTestAssertion[];
}
export interface PolicyTestFact {
  readonly predicate: string;
  readonly args: readonly (PlainValue | undefined | { readonly anyOf: string })[];
  readonly span: Span;
}
export interface PolicyTestAssertion {
  readonly negated: boolean;
  readonly predicate: Name;
  readonly params: readonly Parameter[];
  /** The one variable of the assertion, if it has one. */
  readonly variable: { readonly name: string; readonly type: string | undefined } | undefined;
  /** The values after `iff x in […]`; `undefined` without `iff`. Floats and such cannot stand there. */
  readonly iff: readonly PlainValue[] | undefined;
  readonly span: Span;
}

/** What the host declares about a type, as far as loading needs it. */
export interface HostType {
  readonly name: string;
  /** Names of the declared types whose classes are its superclasses, nearest first. */
  readonly extends: readonly string[];
  /** Whether it has a class, so that `new T(…)` is possible. */
  readonly constructible: boolean;
}

export interface LoadOptions {
  readonly types?: readonly HostType[];
  /** Names of the `constants` option. */
  readonly constants?: readonly string[];
  /**
   * What a call is that has neither rules nor a signature that can be inferred (`polar/undefined-rule`). With `"warning"` the
   * predicate takes facts with anything in the places of unknown type; under a `not` it stays an error.
   * @default "error"
   */
  readonly undefinedPredicates?: "error" | "warning";
  readonly limits?: { readonly sourceBytes?: number; readonly nesting?: number; readonly rules?: number };
}

/**
 * Which rules can lead to which. Nodes are predicates; `has_role`, `has_permission` and `has_relation` are divided by the name
 * literal and the resource type of the rules' heads, where these are known. Every rule is in exactly one node; nodes without rules
 * stand between calls that reach many nodes and these.
 */
export interface DependencyGraph {
  readonly nodes: readonly DependencyNode[];
  /** The node of each rule. */
  readonly nodeOf: ReadonlyMap<Rule, DependencyNode>;
  /** Nodes that depend on each other, one array for each strongly connected component; a component comes after those it depends on. */
  readonly components: readonly (readonly DependencyNode[])[];
}
export interface DependencyNode {
  readonly index: number;
  /** `name/arity`. */
  readonly predicate: string;
  /** The name literal in the heads of `has_role`, `has_permission`, `has_relation`; `undefined` when it is open. */
  readonly name: string | undefined;
  /** The type of the resource in the heads of these predicates; `undefined` when it is open. */
  readonly type: string | undefined;
  readonly rules: readonly Rule[];
  /** Where the rules of this node lead. */
  readonly edges: readonly { readonly to: DependencyNode; readonly negative: boolean; readonly span: Span }[];
  /** Index into `components`. */
  readonly component: number;
  /** Negations below: 0 when no `not` or `forall` is reachable, else one more than the highest stratum that is negated. */
  readonly stratum: number;
  /** Whether it depends on itself. */
  readonly recursive: boolean;
}

/** A goal that was parsed and checked against a policy. */
export interface Goal {
  readonly condition: Condition;
  readonly source: Source;
  /** Names of its variables in order of appearance, without those that begin with `_`. */
  readonly variables: readonly string[];
}
