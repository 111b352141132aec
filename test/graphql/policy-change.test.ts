import { expect, test } from "vitest";
import { createEngine } from "../../src/engine/create-engine.js";
import { authorizeSchema } from "../../src/graphql/index.js";
import { silent } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

const policy = `actor User {}
resource Doc { roles = ["reader"]; permissions = ["read"]; "read" if "reader"; }`;

const schema = buildSchema(
  `type Doc @authorize { id: ID! }
   type Query { doc: Doc  docs: [Doc!]! @authorize(on: LIST) }`,
  { Query: { doc: () => ({ id: 1 }), docs: () => [{ id: 1 }, { id: 2 }] } },
);
const query = "{ doc { id } docs { id } }";

test("a policy that is replaced counts from the next request on, and what no longer fits the schema is logged", async () => {
  const engine = await createEngine({ policy, logger: silent });
  await engine.tell("has_role", { type: "User", id: "alice" }, "reader", { type: "Doc", id: "1" });
  const { ask, log } = serve(schema, { engine });
  expect((await ask(query)).data).toEqual({ doc: { id: "1" }, docs: [{ id: "1" }] });
  await engine.setPolicy(`${policy.replace(/"read"/g, '"look"')}`);
  expect(await ask(query)).toEqual({ data: { doc: null, docs: [] } });
  expect(log.join("\n")).toContain("Doc: the policy has no rule that could grant `read` on `Doc`");
  await engine.setPolicy("");
  expect(await ask(query)).toEqual({ data: { doc: null, docs: [] } });
  await engine.setPolicy("allow(_, _, _);");
  expect((await ask(query)).data).toEqual({ doc: { id: "1" }, docs: [{ id: "1" }, { id: "2" }] });
  expect(denials(await ask(query, { as: null }))).toEqual(["UNAUTHENTICATED doc", "UNAUTHENTICATED docs"]);
});

test("an empty policy is legal and denies everything; one that allows everything knows every action", async () => {
  const empty = await createEngine({ logger: silent });
  const { ask } = serve(schema, { engine: empty });
  expect(await ask(query)).toEqual({ data: { doc: null, docs: [] } });
  const open = await createEngine({ policy: "allow(_, _, _);", logger: silent });
  const log: string[] = [];
  authorizeSchema(schema, {
    engine: open,
    actor: () => null,
    logger: { info: () => {}, warn: (line) => log.push(line) },
  });
  expect(log).toEqual([]);
});
