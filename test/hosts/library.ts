import type { ExecutionResult } from "graphql";
import type { AuthorizationOptions, Decision } from "../../src/graphql/index.js";
import { entity } from "../../src/index.js";
import { type GrantEngine, grantEngine, silent } from "../graphql/support/grants.js";
import { buildSchema } from "../graphql/support/serve.js";

const typeDefs = `
type Doc @authorize { id: ID!  title: String  secret: String @authorize(action: "read_secret") }
type DocConnection { edges: [DocEdge!]!  pageInfo: PageInfo!  totalCount: Int! }
type DocEdge { node: Doc!  cursor: String! }
type PageInfo { hasNextPage: Boolean!  hasPreviousPage: Boolean!  startCursor: String  endCursor: String }
type Query {
  doc(id: ID!): Doc
  docs: [Doc!]! @authorize(on: LIST)
  page(first: Int, after: String): DocConnection! @authorize(on: LIST)
}
type Mutation { rename(id: ID!, title: String!): Doc @authorize(action: "write", on: ARG, arg: "id", type: "Doc") }
type Subscription { changed: Doc }
`;

interface Doc {
  readonly id: number;
  readonly title: string;
  readonly secret: string;
}

const docs: readonly Doc[] = [1, 2, 3, 4, 5].map((id) => ({ id, title: `title ${id}`, secret: `secret ${id}` }));
const find = (id: string): Doc | null => docs.find((doc) => String(doc.id) === id) ?? null;

export interface HostContext {
  readonly user: string | null;
}

/** One API that every host of these tests serves. */
export interface Library {
  readonly schema: ReturnType<typeof buildSchema>;
  readonly engine: GrantEngine;
  readonly options: AuthorizationOptions<HostContext>;
  /** What was decided since the last call, as sorted lines; repeated questions once. */
  decided(): string[];
  /** Sends an event about this document to every subscriber. */
  publish(id: number): void;
  /** How many event sources are being read. */
  readonly listeners: () => number;
}

export async function library(): Promise<Library> {
  const engine = await grantEngine({ Doc: ["read", "read_secret", "write"] });
  await engine.grant("alice read Doc:1", "alice read Doc:3", "alice read Doc:5", "alice read_secret Doc:3");
  await engine.grant("alice write Doc:1", "bob read Doc:2", "bob write Doc:2");
  const decisions = new Set<string>();
  const readers = new Set<(id: number) => void>();
  const schema = buildSchema(typeDefs, {
    Query: {
      doc: (_: unknown, { id }: { id: string }) => find(id),
      docs: () => docs,
      page: (_: unknown, { first, after }: { first?: number; after?: string }) => {
        const rest = docs.filter(({ id }) => id > Number(after ?? 0));
        const rows = rest.slice(0, first);
        return {
          edges: rows.map((node) => ({ node, cursor: String(node.id) })),
          pageInfo: { hasNextPage: rows.length < rest.length, hasPreviousPage: false },
          totalCount: docs.length,
        };
      },
    },
    Mutation: { rename: (_: unknown, { id, title }: { id: string; title: string }) => ({ ...find(id), title }) },
    Subscription: { changed: { subscribe: () => events(readers), resolve: (id: number) => find(String(id)) } },
  });
  const describe = ({ actor, action, resource, allowed, coordinate }: Decision): string =>
    `${coordinate}: ${JSON.stringify(actor)} ${action} ${JSON.stringify(resource)} ${allowed}`;
  return {
    schema,
    engine,
    options: {
      engine,
      logger: silent,
      actor: ({ user }) => (user === null ? null : entity("User", user)),
      onDecision: (decision) => void decisions.add(describe(decision)),
    },
    decided() {
      const lines = [...decisions].sort();
      decisions.clear();
      return lines;
    },
    publish: (id) => {
      for (const read of readers) read(id);
    },
    listeners: () => readers.size,
  };
}

/** A source of events that ends when nobody reads it any more. */
function events(readers: Set<(id: number) => void>): AsyncIterableIterator<number> {
  const waiting: ((result: IteratorResult<number>) => void)[] = [];
  const ready: number[] = [];
  const read = (id: number): void => {
    const next = waiting.shift();
    if (next === undefined) ready.push(id);
    else next({ value: id, done: false });
  };
  readers.add(read);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const id = ready.shift();
      if (id !== undefined) return Promise.resolve({ value: id, done: false });
      return new Promise((resolve) => waiting.push(resolve));
    },
    return() {
      readers.delete(read);
      for (const resolve of waiting.splice(0)) resolve({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
  };
}

export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** What hosts are compared by: objects without a null prototype, errors in one order and without what a host adds. */
export function normal({ data, errors }: ExecutionResult): unknown {
  const listed = (errors ?? []).map(({ message, path, extensions }) => ({ message, path, code: extensions?.["code"] }));
  return JSON.parse(
    JSON.stringify({ data, errors: listed.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) }),
  );
}
