import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine } from "../../src/engine/index.js";
import { entity, type Fact } from "../../src/facts/index.js";
import { authorizeDirective } from "../../src/graphql/index.js";
import { createServer } from "../../src/server/index.js";

/*
 * The server under attack: production settings and defaults, 2,000 notes of which each user may read 50. Its parent asks for
 * what it has used by a message, and ends it by closing the channel.
 */
const users = 40;
const notes = Array.from({ length: 2_000 }, (_, i) => ({
  id: String(i),
  text: `note ${i}`,
  at: i,
  owner: `u${i % users}`,
}));

const engine = await createEngine({
  policy: `actor User {}
    resource Folder { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }
    resource Note {
      roles = ["reader"]; permissions = ["read"]; relations = { folder: Folder };
      "reader" if "reader" on "folder"; "read" if "reader";
    }`,
});
await engine.bulkTell([
  ...notes.map(({ id, owner }): Fact => ["has_relation", entity("Note", id), "folder", entity("Folder", owner)]),
  ...Array.from(
    { length: users },
    (_, i): Fact => ["has_role", entity("User", `u${i}`), "reader", entity("Folder", `u${i}`)],
  ),
]);

const server = createServer<{ user: string | null }>({
  engine,
  environment: "production",
  schema: makeExecutableSchema({
    typeDefs: [
      authorizeDirective.typeDefs,
      `type Query { notes(first: Int, search: [String!]): [Note!]! @authorize(on: LIST)  note(id: ID!): Note }
       type Note @authorize { id: ID!  text: String!  at: Int!  owner: String!  next: Note }`,
    ],
    resolvers: {
      Query: {
        notes: () => notes,
        note: (_root, { id }: { id: string }) => notes[Number(id)] ?? null,
      },
      Note: { next: ({ at }: { at: number }) => notes[at + users] ?? null },
    },
  }),
  context: ({ request }) => ({ user: request.headers.get("user") }),
  actor: ({ user }) => (user === null ? null : entity("User", user)),
  logger: { info: () => {}, warn: () => {}, error: () => {} },
});
const url = await server.listen({ port: 0, host: "127.0.0.1" });

process.send?.({ url });
process.on("message", (message) => {
  // Collecting garbage takes time of its own: only between attacks.
  if (message === "collect") globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ cpu: (user + system) / 1_000, rss, heapUsed });
});
process.on("disconnect", () => process.exit(0));
