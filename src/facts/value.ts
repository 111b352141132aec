/** An entity: its type and its id. Two references are the same entity when both are equal, byte for byte. */
export interface Reference {
  readonly type: string;
  readonly id: string;
}

/**
 * A value inside Arcturus that can be an argument of a fact. An Integer is always a `bigint` here (64-bit signed),
 * so that `1`, `"1"` and `true` can never be confused.
 */
export type PlainValue = Reference | string | bigint | boolean;

/** What callers may write as an argument of a fact; an integer `number` is an Integer. */
export type FactArgument = Reference | string | number | bigint | boolean;

/** A fact as callers write and read it: `["has_role", { type: "User", id: "alice" }, "admin", { type: "Org", id: "acme" }]`. */
export type Fact = readonly [predicate: string, ...args: FactArgument[]];

/** One argument of a pattern: a value, `null` for any, `{ type }` for any entity of the type. */
export type FactPatternArgument = FactArgument | null | { readonly type: string; readonly id?: undefined };

/** A pattern of facts, e.g. `["has_role", { type: "User", id: "alice" }, null, { type: "Org" }]`. */
export type FactPattern = readonly [predicate: string, ...args: FactPatternArgument[]];

/** A fact in its inner form: validated, integers as `bigint`. */
export interface StoredFact {
  readonly predicate: string;
  readonly args: readonly PlainValue[];
}

/** A pattern in its inner form. `undefined` is any value, `{ anyOf: "User" }` any entity of the type. */
export interface StoredPattern {
  readonly predicate: string;
  readonly args: readonly (PlainValue | undefined | { readonly anyOf: string })[];
}

/** What a write resolves to: an opaque token, to be handed back as `atLeast`. */
export interface WriteResult {
  readonly revision: string;
}

/** A reference to an entity. An integer id is written as its decimal string. */
export function entity(type: string, id: string | number | bigint): Reference {
  return { type, id: String(id) };
}

export function isReference(value: unknown): value is Reference {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { type?: unknown }).type === "string" &&
    typeof (value as { id?: unknown }).id === "string"
  );
}
