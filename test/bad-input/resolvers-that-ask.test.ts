import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, entity } from "arcturus";
import { type Authorization, authorizeDirective, authorizeSchema } from "arcturus/graphql";
import { graphql } from "graphql";
import { expect, test } from "vitest";

interface Context {
  readonly user: string;
  readonly authorization: Authorization;
}

const typeDefs = `
  type Query { docs: [Doc!]! @authorize(action: "read", on: LIST) }
  type Doc @authorize(action: "read") { id: ID!  mayRead: Boolean!  twice: [String!]! }
`;

test("R29: resolvers that ask again, beside and below each other, neither wait for each other nor are told otherwise", async () => {
  const engine = await createEngine({
    policy: 'actor User {} resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }',
  });
  const ids = Array.from({ length: 50 }, (_, i) => String(i));
  const alice = entity("User", "alice");
  await engine.bulkTell(
    ids.filter((id) => Number(id) % 2 === 0).map((id) => ["has_role", alice, "reader", entity("Doc", id)]),
  );
  const schema = authorizeSchema(
    makeExecutableSchema({
      typeDefs: [authorizeDirective.typeDefs, typeDefs],
      resolvers: {
        Query: { docs: () => ids.map((id) => ({ id })) },
        Doc: {
          // A field that asks about the very object whose gate is being asked.
          mayRead: (doc: { id: string }, _: unknown, { authorization }: Context) =>
            authorization.authorize("read", entity("Doc", doc.id)),
          // One that asks, waits, and asks again within the same epoch.
          twice: async (doc: { id: string }, _: unknown, { authorization }: Context) => {
            const listed = await authorization.list("read", "Doc");
            await new Promise((resolve) => setImmediate(resolve));
            return listed.includes(doc.id) ? await authorization.actions(entity("Doc", doc.id)) : [];
          },
        },
      },
    }),
    { engine, actor: ({ user }: Context) => entity("User", user) },
  );
  const source = "{ docs { id mayRead twice } again: docs { mayRead twice } }";
  const result = await graphql({ schema, source, contextValue: { user: "alice" } });
  expect(result.errors).toBeUndefined();
  const docs = (result.data as { docs: { id: string; mayRead: boolean; twice: string[] }[] }).docs;
  expect(docs.map((doc) => Number(doc.id))).toEqual(ids.map(Number).filter((id) => id % 2 === 0));
  expect(docs.every((doc) => doc.mayRead && doc.twice.join() === "read")).toBe(true);
  await engine.close();
});
