import { type GraphQLSchema, getNamedType, isListType, isNonNullType, isObjectType } from "graphql";
import type { ConnectionType } from "./guard-table.js";

/**
 * The connection types of a schema: object types that have `pageInfo` and `edges`, the latter a list of an object type
 * with `node` and `cursor`. Their names need not matter. GraphQL reference, section 3.
 */
export function connectionTypes(schema: GraphQLSchema): ReadonlyMap<string, ConnectionType> {
  const found = new Map<string, ConnectionType>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith("__")) continue;
    const { edges, pageInfo, nodes, totalCount } = type.getFields();
    if (edges === undefined || pageInfo === undefined) continue;
    const list = isNonNullType(edges.type) ? edges.type.ofType : edges.type;
    const edge = getNamedType(edges.type);
    const info = getNamedType(pageInfo.type);
    if (!isListType(list) || !isObjectType(edge) || !isObjectType(info)) continue;
    const { node, cursor } = edge.getFields();
    if (node === undefined || cursor === undefined) continue;
    found.set(type.name, {
      name: type.name,
      edgeType: edge.name,
      nodeType: getNamedType(node.type).name,
      pageInfoType: info.name,
      hasNodes: nodes !== undefined,
      totalCountNullable: totalCount === undefined ? undefined : !isNonNullType(totalCount.type),
    });
  }
  return found;
}
