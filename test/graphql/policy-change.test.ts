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
  const complaints = (): string[] =>
    log.filter((line) => line.includes("has no rule that could grant `read` on `Doc`"));
  expect(complaints().map((line) => line.split(":")[0])).toEqual(["Doc", "Query.docs"]);
  // Once for each policy, not once for each request.
  await ask(query);
  expect(complaints()).toHaveLength(2);
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

test("a policy that reads every object, of types that it does not name as well, is asked about objects from the next request on", async () => {
  const objects = buildSchema(
    `type Doc @authorize { id: ID }  type Other @authorize { id: ID }
     type Query { docs: [Doc]  others: [Other]  list: [Doc] @authorize(on: LIST) }`,
    {
      Query: Object.fromEntries(
        ["docs", "others", "list"].map((name) => [name, () => [1, 2].map((id) => ({ id, open: id === 2 }))]),
      ),
    },
  );
  const shown = "{ docs { id } others { id } list { id } }";
  const second = { docs: [null, { id: "2" }], list: [{ id: "2" }] };
  const types = { Doc: { fields: { open: "Boolean" } } };
  const other = policy.replace("actor User {}", "").replace("Doc", "Other");
  for (const before of [`${policy} ${other}`, "allow(_, _, _);"]) {
    const engine = await createEngine({ policy: before, types, logger: silent });
    const { ask } = serve(objects, { engine });
    await ask(shown);
    await engine.setPolicy(`actor User {} resource Doc {} allow(_: User, _, doc: Doc) if doc.open = true;`);
    expect((await ask(shown)).data).toEqual({ ...second, others: [null, null] });
    await engine.setPolicy(`actor User {} allow(_: User, _, thing) if thing.open = true;`);
    expect((await ask(shown)).data).toEqual({ ...second, others: [null, { id: "2" }] });
    await engine.setPolicy(`actor User {} allow(_: User, "read", thing) if thing.open = true;`);
    expect((await ask(shown)).data).toEqual({ ...second, others: [null, { id: "2" }] });
    await engine.setPolicy("allow(_, _, _);");
    expect((await ask(shown)).data).toMatchObject({ docs: [{ id: "1" }, { id: "2" }] });
    await engine.close();
  }
});
