import { ConfigError } from "../diagnostics/errors.js";
import type { HostType } from "../polar/policy.js";
import type { RelationOptions, TypeOptions } from "./host.js";

/** A field that a policy may read: `String?` is `{ type: "String", optional: true }`. */
export interface FieldSpec {
  readonly type: string;
  readonly optional: boolean;
}

/** One entry of the `types` option, normalised; what its superclasses declare is put in. */
export interface HostTypeInfo {
  readonly name: string;
  readonly prototype: object | undefined;
  readonly construct: ((args: readonly unknown[]) => unknown) | undefined;
  readonly readId: (object: object) => unknown;
  /** The property that holds the id; `undefined` when a function reads it. */
  readonly idProperty: string | undefined;
  /** `undefined`: not declared, so the object's own data is readable. */
  readonly fields: ReadonlyMap<string, FieldSpec> | undefined;
  readonly relations: ReadonlyMap<string, RelationOptions>;
  readonly load: TypeOptions["load"];
  /** Declared supertypes, nearest first. */
  readonly extends: readonly string[];
}

export interface HostTypes {
  readonly byName: ReadonlyMap<string, HostTypeInfo>;
  /** The nearest declared class of an instance. */
  of(object: object): HostTypeInfo | undefined;
  /** For `LoadOptions.types`. */
  describe(): readonly HostType[];
}

/** @throws ConfigError `config/types` for an entry that makes no sense. */
export function createHostTypes(options: Readonly<Record<string, TypeOptions>>): HostTypes {
  const prototypes = new Map<object, string>();
  for (const [name, option] of Object.entries(options)) {
    if (option.class === undefined) continue;
    const prototype: unknown = typeof option.class === "function" ? option.class.prototype : undefined;
    if (typeof prototype !== "object" || prototype === null || prototype === Object.prototype) {
      throw new ConfigError("config/types", `\`types.${name}.class\` is not a class`);
    }
    const other = prototypes.get(prototype);
    if (other !== undefined) {
      throw new ConfigError("config/types", `\`types.${name}\` and \`types.${other}\` name the same class`);
    }
    prototypes.set(prototype, name);
  }
  const above = (prototype: object): string[] => {
    const found: string[] = [];
    for (let p = Object.getPrototypeOf(prototype); p !== null; p = Object.getPrototypeOf(p)) {
      const name = prototypes.get(p);
      if (name !== undefined) found.push(name);
    }
    return found;
  };
  const byName = new Map<string, HostTypeInfo>();
  for (const [name, option] of Object.entries(options)) {
    const prototype = option.class?.prototype as object | undefined;
    const supertypes = prototype === undefined ? [] : above(prototype);
    byName.set(name, info(name, option, prototype, supertypes, options));
  }
  const of = (object: object): HostTypeInfo | undefined => {
    for (let p = Object.getPrototypeOf(object); p !== null; p = Object.getPrototypeOf(p)) {
      const name = prototypes.get(p);
      if (name !== undefined) return byName.get(name);
    }
    return undefined;
  };
  return {
    byName,
    of: prototypes.size === 0 ? () => undefined : of,
    describe: () =>
      [...byName.values()].map((type) => ({
        name: type.name,
        extends: type.extends,
        constructible: type.construct !== undefined,
      })),
  };
}

function info(
  name: string,
  own: TypeOptions,
  prototype: object | undefined,
  supertypes: readonly string[],
  all: Readonly<Record<string, TypeOptions>>,
): HostTypeInfo {
  // Farthest first, so that what is nearer wins.
  const chain = [...supertypes.map((supertype) => all[supertype] as TypeOptions).reverse(), own];
  const fields = new Map<string, FieldSpec>();
  const relations = new Map<string, RelationOptions>();
  let declared = false;
  let id: TypeOptions["id"] = "id";
  let load: TypeOptions["load"];
  for (const option of chain) {
    if (option.fields !== undefined) declared = true;
    for (const [field, type] of Object.entries(option.fields ?? {})) fields.set(field, fieldSpec(name, field, type));
    for (const [relation, value] of Object.entries(option.relations ?? {})) relations.set(relation, value);
    id = option.id ?? id;
    load = option.load ?? load;
  }
  const key = id;
  const ownClass = own.class as (new (...args: readonly unknown[]) => unknown) | undefined;
  return {
    name,
    prototype,
    construct: ownClass === undefined ? undefined : (args) => Reflect.construct(ownClass, args),
    readId:
      typeof key === "function" ? (key as (object: object) => unknown) : (object) => Reflect.get(object, key, object),
    idProperty: typeof key === "string" ? key : undefined,
    fields: declared ? fields : undefined,
    relations,
    load,
    extends: supertypes,
  };
}

function fieldSpec(type: string, field: string, spec: unknown): FieldSpec {
  if (typeof spec !== "string" || spec === "" || spec === "?") {
    throw new ConfigError("config/types", `\`types.${type}.fields.${field}\` is not the name of a type`);
  }
  return spec.endsWith("?") ? { type: spec.slice(0, -1), optional: true } : { type: spec, optional: false };
}
