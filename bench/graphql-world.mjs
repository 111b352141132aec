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

/** Every object of the harness as facts. */
function factsOf({ data, user }) {
  const facts = [];
  for (const repo of Object.values(data).flatMap((organizations) => organizations.flatMap(({ repos }) => repos))) {
    const repository = { type: "Repository", id: repo.id };
    facts.push(["has_role", { type: "User", id: user.id }, "reader", repository]);
    for (const issue of repo.issues) {
      facts.push(["has_relation", { type: "Issue", id: issue.id }, "repository", repository]);
    }
  }
  return facts;
}

const BATCH = 10_000;
const QUERY =
  '{ organizations(set: "small") { repositories { edges { node { id issues { edges { node { id } } } } } } } }';

/**
 * The harness's schema with our directives in its text, guarded by the plugin. `annotate` changes the text; when it guards
 * anything, that is tried before there are facts.
 */
export async function variant(base, name, annotate, { guards = true } = {}) {
  const { authorizeDirective, useAuthorization: plugin } = await import("../dist/src/graphql/index.js");
  const { makeExecutableSchema } = await import("./peers/node_modules/@graphql-tools/schema/esm/index.js");
  const engine = await createEngine({ policy, store: memoryStore() });
  const schema = makeExecutableSchema({
    typeDefs: [authorizeDirective.typeDefs, annotate(base.typeDefs)],
    resolvers: base.resolvers,
  });
  const actor = (context) => ({ type: "User", id: context.user.id });
  const yoga = base.yogaOf(schema, [plugin({ engine, actor, mode: "annotated-only" })]);

  const response = await yoga.fetch("http://localhost/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: QUERY }),
  });
  const shown = (await response.text()).includes('"id":"small-r');
  if (shown === guards) throw new Error(`${name}: ${guards ? "shows what nobody may see" : "hides something"}`);

  await tellAll(engine, base);
  return { name, yoga };
}

/** The engine with all facts, for a guard that is written by hand. */
export async function fullEngine(base) {
  const engine = await createEngine({ policy, store: memoryStore() });
  await tellAll(engine, base);
  return engine;
}

async function tellAll(engine, base) {
  const facts = factsOf(base);
  for (let i = 0; i < facts.length; i += BATCH) await engine.bulkTell(facts.slice(i, i + BATCH));
}

/** Replaces a piece of the harness's schema, and says so when it is not there any more. */
export function replace(text, from, to) {
  if (!text.includes(from)) throw new Error(`the harness's schema no longer contains: ${from}`);
  return text.replace(from, to);
}
