import type { AuthorizeDeny } from "./directive.js";

/*
 * What a schema requires, compiled once: at run time loops go over these steps. No step knows an actor.
 */

/** One `@authorize` of a type: a question about every object of it. */
export interface GateStep {
  readonly action: string;
  readonly deny: Exclude<AuthorizeDeny, "REJECT">;
  readonly coordinate: string;
}

/** A question about the actor and the action alone, or about the name of a type. */
export interface NoneStep {
  readonly action: string;
  readonly type: string | undefined;
  readonly deny: AuthorizeDeny;
  readonly coordinate: string;
}

/** A question about the parent object, or about each object of the result. */
export interface ObjectStep {
  readonly action: string;
  readonly deny: AuthorizeDeny;
  readonly coordinate: string;
}

/** A question about the resources that an argument names. */
export interface ArgStep {
  readonly action: string;
  readonly type: string;
  /** From the arguments of the field; names of input fields, through lists. */
  readonly path: readonly string[];
  readonly deny: AuthorizeDeny;
  readonly coordinate: string;
}

export interface ListStep {
  readonly action: string;
  readonly coordinate: string;
}

/** One `@authorize` of an argument, an input field or an enum value; asked when the client supplied it. */
export type InputStep =
  | (NoneStep & { readonly kind: "none" })
  /** The resources that the value names, or those at `path`, seen from the object that holds the value. */
  | {
      readonly kind: "named";
      readonly action: string;
      readonly type: string;
      readonly path: readonly string[] | undefined;
      readonly deny: AuthorizeDeny;
      readonly coordinate: string;
    }
  /** The resources that the field's own `on: ARG` directives name. */
  | {
      readonly kind: "enclosing";
      readonly action: string;
      readonly deny: AuthorizeDeny;
      readonly coordinate: string;
    };

/** What hangs on one argument or input field. */
export interface InputPlace {
  readonly name: string;
  readonly steps: readonly InputStep[];
  /** A default written in the schema is not supplied by the client. `undefined` when there is none. */
  readonly defaultValue: unknown;
  readonly value: InputValue | undefined;
}

/** What hangs on the values of one input type; lists are gone through. Input types may be recursive, so may this be. */
export interface InputValue {
  readonly fields: ReadonlyMap<string, InputPlace> | undefined;
  /** Steps by internal value of an enum. */
  readonly values: ReadonlyMap<unknown, readonly InputStep[]> | undefined;
}

/** Where null may stand in a result, from the outside in. */
export type Shape =
  | { readonly kind: "item"; readonly nullable: boolean }
  | { readonly kind: "list"; readonly nullable: boolean; readonly of: Shape };

/** An object type recognised as a connection. GraphQL reference, section 3. */
export interface ConnectionType {
  readonly name: string;
  readonly edgeType: string;
  /** Named type of `node`. */
  readonly nodeType: string;
  readonly pageInfoType: string;
  readonly hasNodes: boolean;
  /** `undefined` without a `totalCount`. */
  readonly totalCountNullable: boolean | undefined;
}

/** A LIST field that answers a connection, and which of the four arguments it takes. */
export interface ConnectionField {
  readonly type: ConnectionType;
  readonly first: boolean;
  readonly after: boolean;
  readonly last: boolean;
  readonly before: boolean;
}

/** An object type with its gate: no steps where there is none. */
export interface GuardedType {
  readonly name: string;
  readonly gate: readonly GateStep[];
  /**
   * Whether fields of the type ask about the object that they belong to: later than its gate, but by the same id. Known when
   * all fields are compiled.
   */
  isParent: boolean;
}

/** What one field of an object type requires. */
export interface FieldGuard {
  readonly coordinate: string;
  readonly typeName: string;
  /** The type that the field belongs to. */
  readonly owner: GuardedType;
  readonly fieldName: string;
  readonly root: "query" | "mutation" | "subscription" | undefined;
  readonly none: readonly NoneStep[];
  readonly parent: readonly ObjectStep[];
  readonly arg: readonly ArgStep[];
  readonly inputs: readonly InputPlace[];
  readonly result: readonly ObjectStep[];
  readonly list: readonly ListStep[];
  readonly shape: Shape;
  /** Named type of the result, and the object types it can be; none for a leaf. */
  readonly resultType: string;
  readonly possible: readonly string[];
  /** How many of `possible` have a gate. */
  readonly gated: "none" | "some" | "every";
  /** What the gates are about: the result, or the nodes of a LIST connection. Their named type, and the object types it can be. */
  readonly itemType: string;
  /** The concrete type of every item; `undefined` when it has to be found out for each. */
  readonly item: GuardedType | undefined;
  readonly itemTypes: readonly string[];
  /** Whether a denial by the gate of every possible type is silent. */
  readonly silentGate: boolean;
  /** Whether some gate of the result hides with NOT_FOUND: then "nothing there" must look the same. */
  readonly hides: boolean;
  /** Whether `deny: NOT_FOUND` is written on the field: then "nothing to show" is the same error. */
  readonly notFound: boolean;
  readonly connection: ConnectionField | undefined;
}

export interface GuardTable {
  /** Every object type, by name. */
  readonly types: ReadonlyMap<string, GuardedType>;
  /** By object type; types without a gate are absent. */
  readonly gates: ReadonlyMap<string, readonly GateStep[]>;
  /** By union: added for objects that are reached through it. */
  readonly unionGates: ReadonlyMap<string, readonly GateStep[]>;
  /** By coordinate; every field of an object type that the layer has to know about. */
  readonly fields: ReadonlyMap<string, FieldGuard>;
  /** Connection types, by name. */
  readonly connections: ReadonlyMap<string, ConnectionType>;
  /** Object types and fields that are public, by coordinate, inherited ones included. */
  readonly open: ReadonlySet<string>;
  /** Fields with a directive of their own or an inherited one, by coordinate. */
  readonly annotated: ReadonlySet<string>;
  /** Every question that can be asked, for the comparison with a policy. */
  readonly asked: readonly AskedQuestion[];
}

export interface AskedQuestion {
  readonly coordinate: string;
  readonly action: string;
  /** Types of the resource; `undefined` for a question without one. */
  readonly types: readonly string[] | undefined;
}
