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
  readonly tests: readonly PolicyTest[];
  /** Warnings and hints of the load; a policy with errors does not exist. */
  readonly warnings: readonly Diagnostic[];
}

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

/** The type of a fact's argument: a type's name (subtypes fit), `String`, `Integer`, `Boolean`, or one string out of a set. */
export type SignatureArgument =
  | { readonly kind: "entity"; readonly type: string }
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
  readonly limits?: { readonly sourceBytes?: number; readonly nesting?: number; readonly rules?: number };
}

/** A goal that was parsed and checked against a policy. */
export interface Goal {
  readonly condition: Condition;
  readonly source: Source;
  /** Names of its variables in order of appearance, without those that begin with `_`. */
  readonly variables: readonly string[];
}
