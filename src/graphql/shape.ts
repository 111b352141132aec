import { type GraphQLOutputType, isListType, isNonNullType } from "graphql";
import type { Shape } from "./guard-table.js";

/** Where null may stand in a result of this type, from the outside in. */
export function shapeOf(type: GraphQLOutputType): Shape {
  const canBeNull = !isNonNullType(type);
  const inner = nullable(type);
  return isListType(inner)
    ? { kind: "list", nullable: canBeNull, of: shapeOf(inner.ofType) }
    : { kind: "item", nullable: canBeNull };
}

/** The shape of one item. */
export function innermost(shape: Shape): Shape {
  return shape.kind === "list" ? innermost(shape.of) : shape;
}

/** The type without its outermost `!`. */
export function nullable(type: GraphQLOutputType): GraphQLOutputType {
  return isNonNullType(type) ? type.ofType : type;
}
