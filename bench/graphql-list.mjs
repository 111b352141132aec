// Connections filtered by `list`, before edges are made.
import { replace, variant } from "./graphql-world.mjs";

export default (base) =>
  variant(base, "arcturus: on: LIST on the 2 connections", (text) =>
    ["RepositoryConnection!", "IssueConnection!"].reduce(
      (t, type) => replace(t, `: ${type} `, `: ${type} @authorize(action: "view", on: LIST) `),
      text,
    ),
  );
