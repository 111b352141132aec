// What the three GraphQL variants share: the harness's objects as facts, and a policy that lets its user see all of them.
import "./one-graphql.mjs";

const { createEngine, memoryStore } = await import("../dist/src/index.js");

const policy = `
actor User {}

resource Repository {
  roles = ["reader"];
  permissions = ["view"];
  "view" if "reader";
}

resource Issue {
  permissions = ["view"];
  relations = { repository: Repository };
  "view" if "reader" on "repository";
}
`;

const BATCH = 10_000;

/** An engine that knows every object of the harness. */
export async function engineOf({ data, user }) {
  const engine = await createEngine({ policy, store: memoryStore() });
  const facts = [];
  for (const organization of Object.values(data).flat()) {
    for (const repo of organization.repos) {
      const repository = { type: "Repository", id: repo.id };
      facts.push(["has_role", { type: "User", id: user.id }, "reader", repository]);
      for (const issue of repo.issues) {
        facts.push(["has_relation", { type: "Issue", id: issue.id }, "repository", repository]);
      }
    }
  }
  for (let i = 0; i < facts.length; i += BATCH) await engine.bulkTell(facts.slice(i, i + BATCH));
  return engine;
}

/** The harness's schema with our directives in its text, guarded by the plugin. `annotate` changes the text. */
export async function variant(base, name, annotate) {
  const { authorizeDirective, useAuthorization } = await import("../dist/src/graphql/index.js");
  const { makeExecutableSchema } = await import("./peers/node_modules/@graphql-tools/schema/esm/index.js");
  const engine = await engineOf(base);
  const schema = makeExecutableSchema({
    typeDefs: [authorizeDirective.typeDefs, annotate(base.typeDefs)],
    resolvers: base.resolvers,
  });
  const plugin = useAuthorization({
    engine,
    actor: (context) => ({ type: "User", id: context.user.id }),
    mode: "annotated-only",
  });
  return { name, yoga: base.yogaOf(schema, [plugin]) };
}

/** Replaces a piece of the harness's schema, and says so when it is not there any more. */
export function replace(text, from, to) {
  if (!text.includes(from)) throw new Error(`the harness's schema no longer contains: ${from}`);
  return text.replace(from, to);
}
