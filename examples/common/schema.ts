import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeExecutableSchema } from "@graphql-tools/schema";
import type { IResolvers } from "@graphql-tools/utils";
import { authorizeDirective } from "arcturus/graphql";
import type { GraphQLSchema } from "graphql";
import { root } from "./root.js";

/** The schema in `schema/<name>.graphql` with its resolvers, not guarded yet. */
export function schemaOf(name: string, resolvers: readonly IResolvers[]): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: [authorizeDirective.typeDefs, readFileSync(join(root, "schema", `${name}.graphql`), "utf8")],
    resolvers: [...resolvers],
  });
}
