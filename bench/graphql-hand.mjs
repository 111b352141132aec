// What is attainable by hand with the same engine: `decide` in the two resolvers that lead to a guarded object, nothing remembered.
import { fullEngine } from "./graphql-world.mjs";

export default async (base) => {
  const engine = await fullEngine(base);
  const ifAllowed = (type) => ({
    node: ({ node }, _, { user }) =>
      engine.decide({ type: "User", id: user.id }, "view", { type, id: node.id }) === true ? node : null,
  });
  const schema = base.schemaOf({ RepositoryEdge: ifAllowed("Repository"), IssueEdge: ifAllowed("Issue") });
  return { name: "by hand: engine.decide in the edge resolvers", yoga: base.yogaOf(schema) };
};
