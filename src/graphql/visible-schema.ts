import { MapperKind, mapSchema } from "@graphql-tools/utils";
import {
  GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLInputFieldConfig,
  GraphQLSchema,
  GraphQLUnionType,
} from "graphql";

/** A copy of a guarded schema without its hidden parts. Its guards are the same functions. */
export function visibleSchema(schema: GraphQLSchema, hidden: ReadonlySet<string>): GraphQLSchema {
  if (hidden.size === 0) return schema;
  const field = <C>(config: GraphQLFieldConfig<unknown, C>, name: string, typeName: string) => {
    const coordinate = `${typeName}.${name}`;
    if (hidden.has(coordinate)) return null;
    const { args = {} } = config;
    const seen = Object.entries(args).filter(([argument]) => !hidden.has(`${coordinate}(${argument}:)`));
    return seen.length === Object.keys(args).length ? undefined : { ...config, args: Object.fromEntries(seen) };
  };
  const copy = mapSchema(schema, {
    [MapperKind.TYPE]: (type) => (hidden.has(type.name) ? null : undefined),
    [MapperKind.UNION_TYPE]: (type) => {
      if (hidden.has(type.name)) return null;
      const config = type.toConfig();
      const members = config.types.filter((one) => !hidden.has(one.name) && !hidden.has(`${type.name}.${one.name}`));
      return members.length === config.types.length ? undefined : new GraphQLUnionType({ ...config, types: members });
    },
    [MapperKind.ENUM_TYPE]: (type) => {
      if (hidden.has(type.name)) return null;
      const config = type.toConfig();
      const seen = Object.entries(config.values).filter(([value]) => !hidden.has(`${type.name}.${value}`));
      if (seen.length === Object.keys(config.values).length) return undefined;
      return new GraphQLEnumType({ ...config, values: Object.fromEntries(seen) });
    },
    [MapperKind.COMPOSITE_FIELD]: field,
    [MapperKind.INPUT_OBJECT_FIELD]: (_: GraphQLInputFieldConfig, name: string, typeName: string) =>
      hidden.has(`${typeName}.${name}`) ? null : undefined,
  });
  // A root whose fields are all hidden is empty, which no check would let pass.
  return new GraphQLSchema({ ...copy.toConfig(), assumeValid: true });
}
