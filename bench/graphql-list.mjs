// Connections filtered by `list`, before edges are made. A connection has pageInfo and cursors to be one; the query does not ask for them.
import { replace, variant } from "./graphql-world.mjs";

const annotate = (text) =>
  ["Repository", "Issue"].reduce((before, type) => {
    const connection = replace(
      before,
      `: ${type}Connection! `,
      `: ${type}Connection! @authorize(action: "view", on: LIST) `,
    );
    const paged = replace(connection, `type ${type}Connection {`, `type ${type}Connection { pageInfo: PageInfo!`);
    return replace(paged, `type ${type}Edge {`, `type ${type}Edge { cursor: String!`);
  }, `${text}\ntype PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }`);

export default (base) => variant(base, "arcturus: on: LIST on the 2 connections", annotate);
