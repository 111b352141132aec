import { type GrantEngine, type GrantOptions, grantEngine } from "../graphql/support/grants.js";
import { buildSchema, type Served, type ServeOptions, serve } from "../graphql/support/serve.js";

export { denials } from "../graphql/support/serve.js";

/** A small API with everything that attacks need: interfaces, a union, connections, nested paths, inputs, mutations. */
export const worldTypeDefs = `
interface Node { id: ID! }
interface Confidential implements Node @authorize(action: "read") { id: ID!  note: String @authorize(action: "note") }
type Person implements Node @authorize(action: "read") {
  id: ID!
  name: String
  email: String @authorize(action: "email")
  manager: Person
  docs(first: Int, after: String, last: Int, before: String): DocConnection! @authorize(action: "read", on: LIST)
}
type Doc implements Node & Confidential { id: ID!  note: String  title: String  author: Person }
type Leaflet implements Node @public { id: ID!  title: String }
union Item = Person | Doc | Leaflet
type DocConnection { edges: [DocEdge!]!  nodes: [Doc!]!  pageInfo: PageInfo!  totalCount: Int! }
type DocEdge { node: Doc!  cursor: String! }
type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
input DocInput { id: ID!  title: String  note: String @authorize(action: "note")  parts: [DocInput!] }
input DocWhere { title: String  note: String @authorize(action: "search_notes", on: NONE) }
enum DocOrder { TITLE  NOTE @authorize(action: "search_notes", on: NONE) }
type Query {
  ping: String @public
  node(id: ID!): Node @public
  person(id: ID!): Person
  doc(id: ID!): Doc
  docOrError(id: ID!): Doc @authorize(action: "read", on: ARG, arg: "id", type: "Doc", deny: NOT_FOUND)
  docs(first: Int, after: String, last: Int, before: String): DocConnection! @authorize(action: "read", on: LIST)
  list: [Doc!]! @authorize(action: "read", on: LIST)
  items: [Item] @public
  visible: [Item!]! @authorize(action: "read", on: LIST)
  search(where: DocWhere, order: DocOrder): [Doc!]! @authorize(action: "read", on: LIST)
}
type Mutation {
  writeDoc(input: DocInput!): Doc @authorize(action: "write", on: ARG, arg: "input.id", type: "Doc")
  deleteDoc(id: ID!): Boolean @authorize(action: "write", on: ARG, arg: "id", type: "Doc")
}
`;

export const actions: Readonly<Record<string, readonly string[]>> = {
  Person: ["read", "email"],
  Doc: ["read", "note", "write"],
};

const people = [
  { __typename: "Person", id: 1, name: "Anna", email: "anna@example.com", manager: 2 },
  { __typename: "Person", id: 2, name: "Bert", email: "bert@example.com", manager: 3 },
  { __typename: "Person", id: 3, name: "Cleo", email: "cleo@example.com", manager: null },
];
const docs = [1, 2, 3, 4, 5, 6].map((id) => ({
  __typename: "Doc",
  id,
  title: `title ${id}`,
  note: `note ${id}`,
  author: (id % 3) + 1,
}));
const leaflets = [{ __typename: "Leaflet", id: 1, title: "opening hours" }];

interface Paging {
  readonly first?: number | null;
  readonly after?: string | null;
}

function page(rows: readonly (typeof docs)[number][], { first, after }: Paging) {
  const from = rows.filter((row) => after == null || row.id > Number(after));
  const shown = from.slice(0, first ?? undefined);
  return {
    edges: shown.map((node) => ({ node, cursor: String(node.id) })),
    nodes: shown,
    pageInfo: { hasNextPage: shown.length < from.length, hasPreviousPage: false, startCursor: "x", endCursor: "y" },
    totalCount: () => rows.length,
  };
}

const byId = <T extends { readonly id: number }>(rows: readonly T[], id: unknown): T | null =>
  rows.find((row) => String(row.id) === String(id)) ?? null;

export interface World extends Served {
  readonly engine: GrantEngine;
  /** Resolvers of mutations that ran. */
  readonly effects: string[];
}

/** The API, guarded, for an engine that grants this. */
export async function world(
  grants: readonly string[] = [],
  options: Partial<ServeOptions> = {},
  engineOptions: GrantOptions = {},
): Promise<World> {
  const effects: string[] = [];
  const schema = buildSchema(worldTypeDefs, {
    Query: {
      ping: () => "pong",
      node: (_: unknown, { id }: { id: string }) => {
        const [type, key] = id.split(":");
        return byId<{ readonly id: number }>(type === "Person" ? people : type === "Doc" ? docs : leaflets, key);
      },
      person: (_: unknown, { id }: { id: string }) => byId(people, id),
      doc: (_: unknown, { id }: { id: string }) => byId(docs, id),
      docOrError: (_: unknown, { id }: { id: string }) => byId(docs, id),
      docs: (_: unknown, args: Paging) => page(docs, args),
      list: () => docs,
      items: () => [...people, ...docs, ...leaflets],
      visible: () => [...people, ...docs],
      search: () => docs,
    },
    Person: {
      manager: (person: { manager: number | null }) => byId(people, person.manager),
      docs: (person: { id: number }, args: Paging) =>
        page(
          docs.filter((doc) => doc.author === person.id),
          args,
        ),
    },
    Doc: { author: (doc: { author: number }) => byId(people, doc.author) },
    Mutation: {
      writeDoc: (_: unknown, { input }: { input: { id: string } }) => {
        effects.push(`write ${input.id}`);
        return byId(docs, input.id);
      },
      deleteDoc: (_: unknown, { id }: { id: string }) => {
        effects.push(`delete ${id}`);
        return true;
      },
    },
  });
  const engine = await grantEngine(actions, ["search_notes"], engineOptions);
  await engine.grant(...grants);
  return { engine, effects, ...serve(schema, { engine, ...options }) };
}
