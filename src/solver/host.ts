/** How objects of one type of the application become Polar values. */
export interface TypeOptions {
  /** Instances of this class (and of its subclasses) are of the type. Not needed for GraphQL objects, which are mapped by their type's name. */
  // biome-ignore lint/complexity/noBannedTypes: any constructor, whatever it takes
  readonly class?: Function;
  /** The id of an object. @default its `id` property */
  readonly id?: string | ((object: never) => string | number | bigint);
  /** Data fields that a policy may read, with their types; a `?` marks one that may be absent. Without it: the object's own data and its class's members. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly relations?: Readonly<Record<string, RelationOptions>>;
  /** Table of the database, for filters. */
  readonly table?: string;
  /** Rows for ids, `null` for those that do not exist, in order; called once per batch. */
  readonly load?: (ids: readonly string[], context: unknown) => Promise<readonly (object | null)[]>;
}

export interface RelationOptions {
  readonly type: string;
  readonly kind: "one" | "many";
  readonly from: string;
  readonly to: string;
}

/**
 * An application object together with the type it is asked about as. A row of a database does not say what it is; the
 * GraphQL layer knows it from the schema and hands objects over in this form, wherever a resource can stand.
 */
export class TypedObject {
  readonly type: string;
  readonly object: object;
  /** `undefined` for a resource that does not exist yet: an input that may become one. */
  readonly id: string | undefined;

  constructor(type: string, object: object, id: string | undefined) {
    this.type = type;
    this.object = object;
    this.id = id;
  }
}
