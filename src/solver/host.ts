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
