import type { Severity } from "./diagnostic.js";

/** What a diagnostic code means. */
export interface Code {
  /** `area/slug`; never changes once published. */
  readonly code: string;
  /** How bad it is, unless the diagnostic says otherwise. For a code that is thrown: `error`. */
  readonly severity: Severity;
  /** One line: when it is reported. */
  readonly meaning: string;
}

/** A fault of the text, found while parsing (Polar reference, section 15.1). */
const syntax = {
  "polar/unexpected-character": "a character that no token begins with",
  "polar/unterminated-string": "a string that does not end on its line",
  "polar/bad-number": "a number that cannot be read, or an Integer beyond 64 bits",
  "polar/unexpected-token": "a word or sign where it cannot stand",
  "polar/unexpected-end": "the text ends inside a statement",
  "polar/reserved-word": "a reserved word in the place of a name",
  "polar/expected-value": "a condition where a value is needed",
  "polar/expected-condition": "a value where a condition is needed",
  "polar/duplicate-key": "a key twice in a dictionary, a pattern or an argument list",
  "polar/too-deep": "nested deeper than the limit",
  "polar/limit-exceeded": "a source, a token or a policy beyond its limit",
};

/** A policy that reads well and cannot be used (sections 15.2 and 15.3). */
const checks = {
  "polar/unknown-type": "a type that nothing declares",
  "polar/undefined-rule": "a call that no rule and no fact can answer",
  "polar/wrong-arity": "a known name with another number of arguments",
  "polar/unsafe-variable": "a variable that occurs once, in a rule's body",
  "polar/rule-type-mismatch": "a rule that fits no `type` of its name",
  "polar/bad-rule-type": "something in a `type` head that says nothing about types",
  "polar/unknown-role": "a role that the type does not declare",
  "polar/unknown-permission": "a permission that the type does not declare",
  "polar/unknown-relation": "a relation that the type does not declare",
  "polar/undeclared-name": "a name in shorthand that its block does not declare",
  "polar/no-block": "`on` a relation whose type has no block",
  "polar/bad-shorthand": "a shorthand rule that stands for no rule",
  "polar/bad-declaration": "a declaration of another shape than its key asks for",
  "polar/duplicate-declaration": "a name declared twice, or as two things",
  "polar/relation-order": "a relation written with the related object first",
  "polar/reserved-name": "a type named like a built-in one",
  "polar/extends-cycle": "a type that extends itself",
  "polar/unstratified": "a rule that depends on its own negation",
  "polar/keyword-arguments": "`name: value` among arguments",
  "polar/debug": "a call of `debug`",
  "polar/type-as-value": "a type's name where a value is needed",
  "polar/bad-entity": "an entity of a type that has none, or with an id of the wrong kind",
  "polar/inline-query-failed": "a `?=` goal without an answer",
  "polar/duplicate-source": "one file name or one text twice among the sources",
  "polar/bad-test": "a test that cannot be run as written",
  "polar/bad-role-definition": "a role of the prelude `resourceRoles` that cannot be meant so",
  "polar/policy": "thrown with all diagnostics of a policy that does not load",
};

/** Worth a look; never stops a load (section 15.4). */
const warnings = {
  "polar/unused-variable": "a named variable that occurs once, in a head",
  "polar/ambiguous-precedence": "`and` beside `or` without parentheses",
  "polar/no-allow": "a policy that allows nothing",
  "polar/unused-permissions": "permissions that no allow rule asks for",
  "polar/similar-name": "a fact's name that resembles a known one",
  "polar/duplicate-rule": "the same rule twice",
  "polar/relation-order-unclear": "a relation between equals that may be written in the other order",
  "polar/ignored-flag": "a flag before a rule",
  "polar/unused-fixture": "a fixture that no test uses",
  "polar/unreachable-rule": "a rule whose conditions contradict each other",
};

const hints = {
  "polar/unused-role": "a role on which nothing depends",
  "polar/ungranted-permission": "a permission that no rule grants",
};

/** Thrown while a question is answered (sections 16 and 17). */
const evaluation = {
  "engine/unbound-variable": "a goal waits for a variable that nothing binds",
  "engine/type-mismatch": "a comparison or arithmetic on values that have none",
  "engine/not-a-condition": "another value than true or false as a condition",
  "engine/not-iterable": "`in` something that has no elements",
  "engine/not-a-value": "a function, class, symbol or undefined where a value is needed",
  "engine/missing-property": "a property that the object does not have",
  "engine/unknown-member": "a member that the type does not have",
  "engine/host-error": "the application's own code failed",
  "engine/arithmetic": "an Integer beyond 64 bits, or divided by zero",
  "engine/reassigned": "`:=` on a variable that has a value",
  "engine/cut-cycle": "a call that meets itself through a rule with `cut`",
  "engine/limit-exceeded": "a question beyond one of its limits",
  "engine/timeout": "a question that took too long",
  "engine/aborted": "the caller's signal ended the question",
  "engine/star-id": "a list whose only id is `*`, which in a list means all",
  "engine/closed": "a question to an engine that was closed",
};

/** Thrown for facts that cannot be told (section 13). */
const facts = {
  "facts/unknown-predicate": "a fact that the policy does not use",
  "facts/wrong-arity": "a fact with another number of arguments than the policy uses",
  "facts/wrong-type": "an argument of a type that the policy does not use there",
  "facts/unknown-name": "a role, permission or relation that the type does not declare",
  "facts/bad-revision": "a revision that this store did not make",
  "facts/bad-fact": "something that is not a fact, or not a list of them",
};

/** Thrown for arguments of questions. */
const input = {
  "input/bad-goal": "a goal that is not text",
  "input/bad-policy": "a policy that is neither text nor a list of sources",
  "input/bad-resources": "resources that are no array",
};

/** Thrown by stores. */
const stores = {
  "store/bad-options": "options that a store does not take",
  "store/cannot-open": "the file, or its lock, cannot be opened",
  "store/locked": "a database file that another process has open",
  "store/damaged": "a database file that is damaged",
  "store/diverged": "a database that was changed behind the store's back",
  "store/newer-schema": "a database file written by a newer version",
  "store/full": "no room is left on the disk",
  "store/read-only": "a store that takes no more writes",
  "store/busy": "a transaction on the shared handle is open for too long",
  "store/failed": "the database failed otherwise",
  "store/closed": "a store that is not open",
  "store/no-transactions": "`within` on a store that cannot take part in transactions",
  "store/no-shared-handle": "`within` on a store that does not share the application's handle",
  "store/no-transaction": "`within` where no transaction is open",
  "store/foreign-transaction": "`within` with a transaction of another database",
  "store/revision-unavailable": "a revision that the store does not hold in time",
};

const filters = {
  "filter/unsupported": "a goal that cannot become a condition for a database",
};

/** A schema whose guards cannot be trusted (GraphQL reference, section 4). */
const schema = {
  "graphql/schema": "thrown with all problems of a schema that cannot be guarded",
  "graphql/uncovered": "a field that nothing guards",
  "graphql/both": "`@public` and `@authorize` at one place",
  "graphql/on-required": "a composite or mutation field without `on`",
  "graphql/on-misplaced": "`on`, `arg` or `type` where it means nothing",
  "graphql/arg-path": "an argument path that the field does not have",
  "graphql/unknown-type": "a type known neither to the schema nor to the policy",
  "graphql/unknown-action": "an action that the policy can never grant",
  "graphql/null-on-non-null": "`deny: NULL` on a field that cannot be null",
  "graphql/definition": "the directives are not defined as they should be",
  "graphql/inheritance": "`@public` against a guard of an interface",
  "graphql/no-resource": "a guard that finds no resource to ask about",
  "graphql/double": "a schema that is already guarded",
};

const schemaWarnings = {
  "graphql/no-identity": "objects of a guarded type cannot be told apart",
  "graphql/unprotected-json": "a scalar that hides its contents from the guards",
  "graphql/id-argument": "an id argument of a mutation that no guard names",
  "graphql/unknown-policy-type": "a guarded type that the policy never mentions",
  "graphql/response-cache": "a response cache that does not tell actors apart",
};

const config = {
  "config/prelude-name": "a name for a prelude that cannot stand in Polar text",
  "config/types": "`types` names something that is no class",
  "config/constants": "a constant that is not a value",
  "config/limits": "a limit that does not exist, or is no number above 0",
  "config/policy-file": "a policy file that cannot be read",
};

function table(severity: Severity, meanings: Readonly<Record<string, string>>): Code[] {
  return Object.entries(meanings).map(([code, meaning]) => ({ code, severity, meaning }));
}

/** Every code, by itself. The order is that of the references. */
export const CODES: ReadonlyMap<string, Code> = new Map(
  [
    ...table("error", syntax),
    ...table("error", checks),
    ...table("warning", warnings),
    ...table("hint", hints),
    ...table("error", evaluation),
    ...table("error", facts),
    ...table("error", input),
    ...table("error", stores),
    ...table("error", filters),
    ...table("error", schema),
    ...table("warning", schemaWarnings),
    ...table("error", config),
  ].map((code) => [code.code, code]),
);

/** The codes of section 15.1: the text does not parse. */
export const SYNTAX_CODES: ReadonlySet<string> = new Set(Object.keys(syntax));

/** The severity a code has unless a diagnostic says otherwise. */
export function severityOf(code: string): Severity {
  return CODES.get(code)?.severity ?? "error";
}
