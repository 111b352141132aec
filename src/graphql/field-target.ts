import { type GraphQLField, type GraphQLObjectType, getNamedType, isLeafType, isListType } from "graphql";
import { type Compilation, nodesOf } from "./compilation.js";
import type { AuthorizeOn } from "./directive.js";
import type { FieldGuard } from "./guard-table.js";
import { nullable } from "./shape.js";

/** What the question of a field's directive is about, be it written or inferred; `undefined` after a problem. */
export function targetOf(
  compilation: Compilation,
  on: AuthorizeOn | undefined,
  coordinate: string,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  root: FieldGuard["root"],
): AuthorizeOn | undefined {
  const { problems, connections } = compilation;
  const named = getNamedType(field.type);
  const misplaced = (message: string, help?: string): undefined => {
    problems.error("graphql/on-misplaced", coordinate, message, help);
    return undefined;
  };
  const leaf = isLeafType(named);
  switch (on) {
    case undefined:
      if (root === undefined && leaf) return "PARENT";
      problems.error(
        "graphql/on-required",
        coordinate,
        root === undefined
          ? `\`@authorize\` on a field that answers \`${String(field.type)}\` needs \`on\``
          : `\`@authorize\` on a field of \`${type.name}\` needs \`on\``,
        root === undefined
          ? `\`PARENT\` asks about the \`${type.name}\`, \`RESULT\` about each object it answers, \`LIST\` leaves out what is not allowed`
          : "`ARG` asks about what an argument names, `NONE` about the actor and the action alone",
      );
      return undefined;
    case "PARENT":
      if (root !== undefined) return misplaced(`\`on: PARENT\` has no meaning on \`${type.name}\`, which is no object`);
      return on;
    case "RESULT":
      if (root === "mutation") {
        return misplaced(
          "`on: RESULT` on a mutation asks when all is done",
          "ask before with `on: ARG` or `on: NONE`; the gate of the result's type holds anyway",
        );
      }
      if (connections.has(named.name)) {
        return misplaced("`on: RESULT` has no meaning on a connection", "`on: LIST` leaves out what is not allowed");
      }
      if (leaf) return misplaced(`\`on: RESULT\` needs a result that is an object, not \`${String(field.type)}\``);
      return on;
    case "LIST": {
      if (root === "mutation") {
        return misplaced("`on: LIST` on a mutation asks when all is done", "ask before with `on: ARG` or `on: NONE`");
      }
      const connection = connections.get(named.name);
      const isList = isListType(nullable(field.type));
      if (leaf || (!isList && connection === undefined)) {
        return misplaced(
          `\`on: LIST\` needs a list of objects or a connection, not \`${String(field.type)}\``,
          "a connection has `pageInfo` and `edges`, an edge `node` and `cursor`",
        );
      }
      if (!isList && connection !== undefined && nodesOf(compilation, connection).length === 0) {
        return misplaced(`\`on: LIST\` needs nodes that are objects, not \`${connection.nodeType}\``);
      }
      return on;
    }
    default:
      return on;
  }
}
