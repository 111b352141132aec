import type { Span } from "../diagnostics/source.js";
import type { ArithmeticTerm } from "../polar/ast.js";
import type { Rule } from "../polar/policy.js";
import type { Comparison } from "./operators.js";
import type { TypeSet } from "./types.js";
import type { Term, Variable } from "./values.js";

/*
 * What rules are compiled to, once per policy. Variables are slots of the rule's frame: the parameters first, then the
 * named variables, then the places for what expressions compute. A body is a chain of goals; `or` branches share what
 * follows them.
 */

export interface Step {
  readonly op: Op;
  /** `undefined`: the body (or the negated goal) is proved. */
  readonly next: Step | undefined;
}

export type Op =
  | {
      readonly kind: "unify";
      readonly left: Term;
      readonly right: Term;
      /** Written as `=`, not a part of a head or a pattern. */
      readonly condition: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "assign";
      readonly target: Variable;
      readonly value: Term;
      /** The variable is a parameter of the rule, which is never assigned. */
      readonly parameter: boolean;
      readonly span: Span;
    }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Term;
      readonly right: Term;
      readonly span: Span;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticTerm["operator"];
      readonly left: Term;
      readonly right: Term;
      readonly out: Variable;
      readonly span: Span;
    }
  | {
      readonly kind: "dot";
      readonly target: Term;
      readonly member: Term;
      /** `undefined` for a property. */
      readonly args: readonly Term[] | undefined;
      readonly out: Variable;
      readonly span: Span;
    }
  /** A field of a pattern: like a dot, but a Dictionary without the key, and any other value, just fails. */
  | { readonly kind: "field"; readonly target: Term; readonly key: string; readonly out: Variable; readonly span: Span }
  /** Something with fields: a Dictionary or an object. */
  | { readonly kind: "record"; readonly target: Term; readonly span: Span }
  /** A term as a condition. A computed one waits; a plain variable becomes true. */
  | { readonly kind: "test"; readonly term: Term; readonly computed: boolean; readonly span: Span }
  | { readonly kind: "in"; readonly element: Term; readonly collection: Term; readonly span: Span }
  | { readonly kind: "type"; readonly term: Term; readonly set: TypeSet; readonly span: Span }
  | {
      readonly kind: "call";
      readonly predicate: Predicate;
      readonly args: readonly Term[];
      /** Answers are wanted all at once, in order: there is a cut in the same rule. */
      readonly whole: boolean;
      readonly span: Span;
    }
  /** The stored and context facts of a predicate, without its rules. */
  | { readonly kind: "facts"; readonly predicate: Predicate; readonly args: readonly Term[]; readonly span: undefined }
  | {
      readonly kind: "or";
      readonly branches: readonly (Step | undefined)[];
      /** Whether a `join` follows the branches. */
      readonly joins: boolean;
      readonly span: Span;
    }
  /**
   * Where the branches of a disjunction meet again. Branches that agree on `live`, the variables that also occur outside,
   * have the same future: one of them is enough. Without this, 30 disjunctions in a row were 2^30 branches.
   */
  | { readonly kind: "join"; readonly live: readonly Variable[]; readonly span: Span }
  /** `outer`: the variables that also occur elsewhere, which must be known first. */
  | {
      readonly kind: "not";
      readonly body: Step | undefined;
      readonly outer: readonly Variable[];
      readonly span: Span;
    }
  | { readonly kind: "cut"; readonly span: Span }
  /** Parentheses or a disjunction around a cut: it stays inside. */
  | { readonly kind: "enter"; readonly span: Span }
  | { readonly kind: "leave"; readonly span: Span }
  | { readonly kind: "print"; readonly args: readonly Term[]; readonly span: Span }
  | {
      readonly kind: "new";
      readonly type: string;
      readonly args: readonly Term[];
      readonly out: Variable;
      readonly span: Span;
    }
  | { readonly kind: "now"; readonly out: Variable; readonly span: Span }
  | { readonly kind: "fail"; readonly span: Span };

/** What an argument must be for a rule to be worth trying; `undefined` for anything. */
export type Filter = { readonly value: Term } | { readonly set: TypeSet } | undefined;

export interface RuleCode {
  readonly rule: Rule;
  readonly filters: readonly Filter[];
  /** How many slots a frame begins with; the first ones are the parameters. */
  readonly slots: number;
  /** Head and body in one chain. */
  readonly start: Step | undefined;
}

/** A name and an arity, with what can make it hold. */
export interface Predicate {
  readonly name: string;
  readonly arity: number;
  /** Equal for equal predicates only; stands before the arguments in the keys of tables. */
  readonly key: string;
  /** Most specific first (Polar reference, section 11.3). Compiled on first use. */
  readonly rules: readonly RuleCode[];
  /** Whether a rule of its own holds a cut: its calls are evaluated in order, each on its own. */
  readonly cuts: boolean;
  /** Matches the facts of the predicate against the first slots of a frame; `undefined` when it can have none. */
  readonly facts: Step | undefined;
}

export interface GoalCode {
  readonly slots: number;
  readonly start: Step | undefined;
  /** Slots of the named variables, in order of appearance. */
  readonly variables: readonly { readonly name: string; readonly slot: Variable }[];
  readonly cuts: boolean;
}
