import type { Span } from "../diagnostics/source.js";

/*
 * One immutable tree for policies, goals and tests. Every node has its span; nothing is changed after parsing:
 * later stages make new nodes and keep the spans of the text they come from.
 */

// --- terms: things that are, or stand for, a value ---------------------------------------------------------------

export type Term =
  | VariableTerm
  | IntegerTerm
  | FloatTerm
  | StringTerm
  | BooleanTerm
  | NilTerm
  | NowTerm
  | EntityTerm
  | ListTerm
  | DictionaryTerm
  | NewTerm
  | DotTerm
  | ArithmeticTerm
  | ConstantTerm;

/** A variable as written. `_` is anonymous: every occurrence is a fresh one. */
export interface VariableTerm {
  readonly kind: "variable";
  readonly name: string;
  readonly span: Span;
}
export interface IntegerTerm {
  readonly kind: "integer";
  readonly value: bigint;
  readonly span: Span;
}
export interface FloatTerm {
  readonly kind: "float";
  readonly value: number;
  readonly span: Span;
}
export interface StringTerm {
  readonly kind: "string";
  readonly value: string;
  readonly span: Span;
}
export interface BooleanTerm {
  readonly kind: "boolean";
  readonly value: boolean;
  readonly span: Span;
}
export interface NilTerm {
  readonly kind: "nil";
  readonly span: Span;
}
/** `@current_unix_time` */
export interface NowTerm {
  readonly kind: "now";
  readonly span: Span;
}
/** `User{"alice"}`. The parser makes one for `Integer{1}` too; resolution turns that into the plain value. */
export interface EntityTerm {
  readonly kind: "entity";
  readonly type: Name;
  readonly id: StringTerm | IntegerTerm | FloatTerm | BooleanTerm;
  readonly span: Span;
}
export interface ListTerm {
  readonly kind: "list";
  readonly items: readonly Term[];
  readonly rest: VariableTerm | ConstantTerm | undefined;
  readonly span: Span;
}
export interface DictionaryTerm {
  readonly kind: "dictionary";
  readonly entries: readonly { readonly key: Name; readonly value: Term }[];
  readonly span: Span;
}
/** `new Point(1, 2)` */
export interface NewTerm {
  readonly kind: "new";
  readonly type: Name;
  readonly args: readonly Term[];
  /** Keyword arguments as written, after the positional ones; the checks refuse them. */
  readonly keywords?: readonly KeywordArgument[];
  readonly span: Span;
}
/** `name: value` in a call, a method call or `new`: parsed so that it can be refused with a good message. */
export interface KeywordArgument {
  readonly name: Name;
  readonly value: Term;
  readonly span: Span;
}
/** `a.b`, `a.b(c)`, `a.("b")`, `a.(v)`. `args` is `undefined` for a plain look-up. A dot may also stand as a condition. */
export interface DotTerm {
  readonly kind: "dot";
  readonly target: Term;
  /** The member's name, or the term in `a.(…)`. */
  readonly member: Name | StringTerm | VariableTerm | ConstantTerm;
  readonly args: readonly Term[] | undefined;
  readonly keywords?: readonly KeywordArgument[];
  readonly span: Span;
}
export interface ArithmeticTerm {
  readonly kind: "arithmetic";
  readonly operator: "+" | "-" | "*" | "/" | "mod" | "rem";
  readonly left: Term;
  readonly right: Term;
  readonly span: Span;
}
/** A name of the `constants` option. Made by resolution out of a variable of that name. */
export interface ConstantTerm {
  readonly kind: "constant";
  readonly name: string;
  readonly span: Span;
}

export interface Name {
  readonly kind: "name";
  readonly text: string;
  readonly span: Span;
}

// --- conditions: things that hold or do not ------------------------------------------------------------------------

/** What every condition has besides its parts. */
interface ConditionBase {
  /**
   * Parentheses stood around it. They matter where a `cut` is inside (it is local to them) and where `and` stands
   * beside `or`. The span is without them.
   */
  readonly parens?: true;
  readonly span: Span;
}

export type Condition =
  | AndCondition
  | OrCondition
  | NotCondition
  | ForallCondition
  | CompareCondition
  | InCondition
  | MatchesCondition
  | CallCondition
  | CutCondition
  | PrintCondition
  | DebugCondition
  | TermCondition;

/** Two or more, left to right. */
export interface AndCondition extends ConditionBase {
  readonly kind: "and";
  readonly items: readonly Condition[];
}
export interface OrCondition extends ConditionBase {
  readonly kind: "or";
  readonly items: readonly Condition[];
}
export interface NotCondition extends ConditionBase {
  readonly kind: "not";
  readonly item: Condition;
}
export interface ForallCondition extends ConditionBase {
  readonly kind: "forall";
  readonly condition: Condition;
  readonly action: Condition;
}
export interface CompareCondition extends ConditionBase {
  readonly kind: "compare";
  readonly operator: "=" | ":=" | "==" | "!=" | "<" | "<=" | ">" | ">=";
  readonly left: Term;
  readonly right: Term;
}
export interface InCondition extends ConditionBase {
  readonly kind: "in";
  readonly element: Term;
  readonly collection: Term;
}
export interface MatchesCondition extends ConditionBase {
  readonly kind: "matches";
  readonly term: Term;
  readonly pattern: Pattern;
  /** `matches!` */
  readonly exact: boolean;
}
export interface CallCondition extends ConditionBase {
  readonly kind: "call";
  readonly name: Name;
  readonly args: readonly Term[];
  readonly keywords?: readonly KeywordArgument[];
}
export interface CutCondition extends ConditionBase {
  readonly kind: "cut";
}
export interface PrintCondition extends ConditionBase {
  readonly kind: "print";
  readonly args: readonly Term[];
}
export interface DebugCondition extends ConditionBase {
  readonly kind: "debug";
  readonly args: readonly Term[];
  readonly keywords?: readonly KeywordArgument[];
}
/** A term where a condition stands: a boolean, a variable, a constant or a dot. */
export interface TermCondition extends ConditionBase {
  readonly kind: "term";
  readonly term: Term;
}

// --- patterns ---------------------------------------------------------------------------------------------------------

export type Pattern = TermPattern | TypePattern | DictionaryPattern | ListPattern;

/** A literal, an entity, a variable or a constant: unified. */
export interface TermPattern {
  readonly kind: "term-pattern";
  readonly term: Term;
  readonly span: Span;
}
/** `T` or `T{k: p}`; `fields` is `undefined` for a bare `T`. */
export interface TypePattern {
  readonly kind: "type-pattern";
  readonly type: Name;
  readonly fields: readonly PatternField[] | undefined;
  readonly span: Span;
}
export interface DictionaryPattern {
  readonly kind: "dictionary-pattern";
  readonly fields: readonly PatternField[];
  readonly span: Span;
}
export interface ListPattern {
  readonly kind: "list-pattern";
  readonly items: readonly Pattern[];
  readonly rest: VariableTerm | ConstantTerm | undefined;
  readonly span: Span;
}
export interface PatternField {
  readonly key: Name;
  readonly pattern: Pattern;
}

// --- statements ---------------------------------------------------------------------------------------------------------

export interface File {
  readonly kind: "file";
  readonly statements: readonly Statement[];
  readonly span: Span;
}

export type Statement =
  | RuleStatement
  | RuleTypeStatement
  | DeclareStatement
  | BlockStatement
  | InlineStatement
  | TestStatement
  | FixtureStatement;

export interface Parameter {
  readonly kind: "parameter";
  readonly term: Term;
  /** The pattern after `:`, only ever behind a variable. */
  readonly pattern: Pattern | undefined;
  readonly span: Span;
}

export interface RuleStatement {
  readonly kind: "rule";
  readonly flags: readonly Name[];
  readonly name: Name;
  readonly params: readonly Parameter[];
  readonly body: Condition | undefined;
  /** `head` ends before `if`; `span` is the whole statement. */
  readonly head: Span;
  readonly span: Span;
}
export interface RuleTypeStatement {
  readonly kind: "rule-type";
  readonly name: Name;
  readonly params: readonly Parameter[];
  readonly head: Span;
  readonly span: Span;
}
export interface DeclareStatement {
  readonly kind: "declare";
  readonly name: Name;
  readonly types: readonly Name[];
  readonly span: Span;
}
/** `?= goal;` */
export interface InlineStatement {
  readonly kind: "inline";
  readonly goal: Condition;
  readonly span: Span;
}

export interface BlockStatement {
  readonly kind: "block";
  readonly keyword: "actor" | "resource" | "global";
  /** `undefined` for `global`. */
  readonly name: Name | undefined;
  readonly extends: readonly Name[];
  readonly items: readonly (Declaration | Shorthand)[];
  readonly span: Span;
}
export type Declaration = NamesDeclaration | RelationsDeclaration | BadDeclaration;
/** `roles = ["a", "b"];` */
export interface NamesDeclaration {
  readonly kind: "names-declaration";
  readonly key: Name & { readonly text: "roles" | "permissions" };
  readonly names: readonly StringTerm[];
  readonly span: Span;
}
/** `relations = { parent: Org };` */
export interface RelationsDeclaration {
  readonly kind: "relations-declaration";
  readonly key: Name;
  readonly relations: readonly { readonly name: Name; readonly type: Name }[];
  readonly span: Span;
}
/** A declaration that parses but means nothing: `roles = {…}`, `relations = […]`, another key. Reported by the checks as `polar/bad-declaration`. */
export interface BadDeclaration {
  readonly kind: "bad-declaration";
  readonly key: Name;
  readonly value:
    | { readonly kind: "names"; readonly names: readonly StringTerm[] }
    | { readonly kind: "relations"; readonly relations: RelationsDeclaration["relations"] };
  readonly span: Span;
}
/** `"read" if "reader" on "parent";` */
export interface Shorthand {
  readonly kind: "shorthand";
  readonly flags: readonly Name[];
  readonly head: ShortName;
  readonly body: ShortBody;
  readonly span: Span;
}
/** A string, or one of the keywords `role` and `permission`. */
export type ShortName =
  | StringTerm
  | { readonly kind: "short-keyword"; readonly keyword: "role" | "permission"; readonly span: Span };
export type ShortBody =
  | { readonly kind: "short-or"; readonly items: readonly ShortBody[]; readonly parens?: true; readonly span: Span }
  | { readonly kind: "short-and"; readonly items: readonly ShortBody[]; readonly parens?: true; readonly span: Span }
  | {
      readonly kind: "short-atom";
      readonly name: ShortName;
      readonly global: boolean;
      /** `on "relation"` or `on resource`. */
      readonly on: StringTerm | { readonly kind: "short-resource"; readonly span: Span } | undefined;
      readonly span: Span;
    }
  | { readonly kind: "short-call"; readonly call: CallCondition; readonly span: Span };

export interface FactStatement {
  readonly kind: "fact";
  readonly name: Name;
  readonly params: readonly Parameter[];
  readonly span: Span;
}
export interface FixtureUse {
  readonly kind: "fixture-use";
  readonly name: Name;
  readonly span: Span;
}
export interface FixtureStatement {
  readonly kind: "fixture";
  readonly name: Name;
  readonly facts: readonly FactStatement[];
  readonly span: Span;
}
export interface TestStatement {
  readonly kind: "test";
  readonly name: StringTerm;
  readonly setup: readonly (FactStatement | FixtureUse)[];
  readonly assertions: readonly Assertion[];
  readonly span: Span;
}
export interface Assertion {
  readonly kind: "assertion";
  readonly negated: boolean;
  readonly name: Name;
  readonly params: readonly Parameter[];
  readonly iff: Condition | undefined;
  readonly span: Span;
}
