import { describe, expect, test } from "vitest";
import { grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve } from "./support/serve.js";

const cats = [
  { __typename: "Cat", id: 1, name: "Minka", owner: 1 },
  { __typename: "Cat", id: 2, name: "Tiger", owner: 2 },
];
const dogs = [{ __typename: "Dog", id: 1, name: "Rex", owner: 2 }];
const robots = [{ __typename: "Robot", id: 1, name: "R2" }];
const people = [
  { id: 1, name: "Anna", boss: 2 },
  { id: 2, name: "Bert", boss: null },
];
const find = <T extends { id: number }>(rows: readonly T[], id: unknown) =>
  rows.find((r) => String(r.id) === String(id)) ?? null;

const typeDefs = `
interface Node { id: ID! }
interface Pet implements Node { id: ID!  name: String! }
type Cat implements Node & Pet @authorize(action: "see") { id: ID!  name: String!  owner: Person }
type Dog implements Node & Pet @authorize(action: "see") { id: ID!  name: String!  owner: Person! }
type Robot @public { id: ID!  name: String! }
union Thing = Cat | Dog | Robot
type Person @authorize { id: ID!  name: String!  boss: Person  pets: [Pet]  petsForSure: [Pet!] }
type Query {
  node(id: ID!, type: String!): Node
  cat(id: ID!): Cat
  catForSure(id: ID!): Cat!
  cats: [Cat]
  catsForSure: [Cat!]
  things: [Thing] @public
  person(id: ID!): Person
}
`;
const schema = buildSchema(typeDefs, {
  Query: {
    node: (_: unknown, { id, type }: { id: string; type: string }) => find(type === "Cat" ? cats : dogs, id),
    cat: (_: unknown, { id }: { id: string }) => find(cats, id),
    catForSure: (_: unknown, { id }: { id: string }) => find(cats, id),
    cats: () => cats,
    catsForSure: () => cats,
    things: () => [...cats, ...dogs, ...robots],
    person: (_: unknown, { id }: { id: string }) => find(people, id),
  },
  Cat: { owner: (cat: { owner: number }) => find(people, cat.owner) },
  Dog: { owner: (dog: { owner: number }) => find(people, dog.owner) },
  Person: {
    boss: (person: { boss: number | null }) => find(people, person.boss),
    pets: () => [...cats, ...dogs],
    petsForSure: () => [...cats, ...dogs],
  },
});
const types = { Cat: ["see"], Dog: ["see"], Person: ["read"] };

async function server(...grants: string[]) {
  const engine = await grantEngine(types);
  await engine.grant(...grants);
  return { engine, ...serve(schema, { engine, types: { Person: { id: "id" } } }) };
}

describe("the gate of a type", () => {
  test("hides an object as if it did not exist, and shows it to whoever may see it", async () => {
    const { ask } = await server("alice see Cat:1");
    expect(await ask("{ cat(id: 1) { name } }")).toEqual({ data: { cat: { name: "Minka" } } });
    expect(JSON.stringify(await ask("{ cat(id: 2) { name } }"))).toBe(
      JSON.stringify(await ask("{ cat(id: 99) { name } }")),
    );
    expect(await ask("{ cat(id: 2) { name } }")).toEqual({ data: { cat: null } });
  });

  test("holds when nothing but __typename is asked for", async () => {
    const { ask } = await server("alice see Cat:1");
    expect(await ask("{ cat(id: 2) { __typename } }")).toEqual({ data: { cat: null } });
    expect(await ask(`{ node(id: 2, type: "Cat") { __typename } }`)).toEqual({ data: { node: null } });
  });

  test("holds through interfaces, unions and lists, by the concrete type of each object", async () => {
    const { ask } = await server("alice see Cat:1", "alice read Person:1");
    expect(await ask(`{ a: node(id: 1, type: "Cat") { id } b: node(id: 1, type: "Dog") { id } }`)).toEqual({
      data: { a: { id: "1" }, b: null },
    });
    const result = await ask("{ things { __typename ... on Cat { name } ... on Dog { name } ... on Robot { name } } }");
    expect(result).toEqual({
      data: {
        things: [{ __typename: "Cat", name: "Minka" }, null, null, { __typename: "Robot", name: "R2" }],
      },
    });
    expect(await ask("{ person(id: 1) { pets { id } } }")).toEqual({
      data: { person: { pets: [{ id: "1" }, null, null] } },
    });
  });

  test("where null cannot stand, is the error NOT_FOUND at the object, for hidden and missing ones alike", async () => {
    const { ask } = await server("alice see Cat:1");
    const hidden = await ask("{ catForSure(id: 2) { name } }");
    expect(denials(hidden)).toEqual(["NOT_FOUND catForSure"]);
    expect(JSON.stringify(hidden)).toBe(JSON.stringify(await ask("{ catForSure(id: 99) { name } }")));
    const list = await ask("{ catsForSure { name } }");
    expect(list.data).toEqual({ catsForSure: null });
    expect(denials(list)).toEqual(["NOT_FOUND catsForSure.1"]);
  });

  test("in a list where null cannot stand leaves no failure of a sibling behind that nobody catches", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    const late = buildSchema(
      `type Cat @authorize(action: "see") { id: ID!  late: String! @public } type Query { cats: [Cat!] }`,
      {
        Query: { cats: () => [{ id: 1 }, { id: 2 }] },
        Cat: { late: () => new Promise((_, reject) => setTimeout(() => reject(new Error("late")), 5)) },
      },
    );
    const engine = await grantEngine(types);
    await engine.grant("alice see Cat:1");
    const { ask } = serve(late, { engine, executors: "graphql-js" });
    expect(denials(await ask("{ cats { late } }"))).toEqual(["NOT_FOUND cats.1"]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("holds on every path, however long", async () => {
    const { ask } = await server("alice see Cat:1", "alice read Person:1");
    expect(await ask("{ cat(id: 1) { owner { name boss { name } } } }")).toEqual({
      data: { cat: { owner: { name: "Anna", boss: null } } },
    });
  });

  test("asks once for an object, however many aliases and paths lead to it", async () => {
    const { ask, engine } = await server(
      "alice see Cat:1",
      "alice see Cat:2",
      "alice read Person:1",
      "alice read Person:2",
    );
    await ask(`{ a: cat(id: 1) { name owner { id } } b: cat(id: 1) { owner { id name } } cats { id owner { id } } }`);
    // Both executors ran the operation.
    expect(engine.calls.decide.filter((call) => call === "alice see Cat:1")).toHaveLength(2);
    expect(engine.calls.decide.filter((call) => call === "alice read Person:1")).toHaveLength(2);
  });

  test("leaves nobody who is not logged in past it, before the resolver runs", async () => {
    let ran = false;
    const watched = buildSchema(`type Query { cat: Cat } type Cat @authorize { id: ID! }`, {
      Query: { cat: () => (ran = true) },
    });
    const engine = await grantEngine({ Cat: ["read"] });
    const { ask } = serve(watched, { engine });
    expect(denials(await ask("{ cat { id } }", { as: null }))).toEqual(["UNAUTHENTICATED cat"]);
    expect(ran).toBe(false);
    expect(engine.calls.decide).toEqual([]);
  });

  test("gives a stranger null where only some types of an abstract result are guarded", async () => {
    const { ask } = await server();
    expect(await ask("{ things { __typename } }", { as: null })).toEqual({
      data: { things: [null, null, null, { __typename: "Robot" }] },
    });
  });
});

describe("an object without an id", () => {
  test("cannot be asked about: it is denied, and the log says where", async () => {
    const odd = buildSchema(`type Query { cat: Cat } type Cat @authorize { id: ID! name: String }`, {
      Query: { cat: () => ({ name: "Minka" }) },
      Cat: { id: () => "1" },
    });
    const engine = await grantEngine({ Cat: ["read"] });
    await engine.grant("alice read Cat:1");
    const { ask, log } = serve(odd, { engine });
    const result = await ask("{ cat { id name } }");
    expect(result.data).toEqual({ cat: null });
    expect(denials(result)).toEqual(["AUTHORIZATION_UNAVAILABLE cat"]);
    expect(log.join("\n")).toContain("Cat: an object of type `Cat` has no id to ask about");
  });

  test("is identified by `types`, of the layer or of the engine", async () => {
    const pages = buildSchema(`type Query { page: Page } type Page @authorize { num: Int! }`, {
      Query: { page: () => ({ num: 7 }) },
    });
    for (const where of ["layer", "engine"]) {
      const types = { Page: { id: (page: { num: number }) => page.num } };
      const engine = await grantEngine({ Page: ["read"] }, [], where === "engine" ? { types } : {});
      await engine.grant("alice read Page:7");
      const { ask } = serve(pages, { engine, ...(where === "layer" ? { types } : {}) });
      expect(await ask("{ page { num } }")).toEqual({ data: { page: { num: 7 } } });
    }
  });

  test("is read once: what a getter says later changes nothing", async () => {
    let reads = 0;
    const shifty = buildSchema(`type Query { cat: Cat } type Cat @authorize { id: ID! a: String @authorize }`, {
      Query: {
        cat: () => ({
          get id() {
            return ++reads === 1 ? "1" : "2";
          },
          a: "a",
        }),
      },
    });
    const engine = await grantEngine({ Cat: ["read"] });
    await engine.grant("alice read Cat:1");
    const { ask } = serve(shifty, { engine, executors: "graphql-js" });
    expect((await ask("{ cat { a } }")).data).toEqual({ cat: { a: "a" } });
    expect(engine.calls.decide).toEqual(["alice read Cat:1"]);
  });
});

describe("directives of interfaces and unions", () => {
  const inherited = buildSchema(
    `
    interface Node @authorize(action: "touch") { id: ID! }
    interface Named implements Node { id: ID!  name: String @authorize(action: "name") }
    type Cat implements Node & Named @authorize(action: "see") { id: ID!  name: String }
    type Dog implements Node & Named { id: ID!  name: String }
    union Pet @authorize(action: "pet") = Cat | Dog
    extend interface Node @authorize(action: "more")
    type Query { cat: Cat  dog: Dog  pet: Pet  pets: [Pet] }
  `,
    {
      Query: {
        cat: () => ({ id: 1, name: "Minka" }),
        dog: () => ({ id: 1, name: "Rex" }),
        pet: () => ({ __typename: "Cat", id: 1, name: "Minka" }),
        pets: () => [
          { __typename: "Cat", id: 1 },
          { __typename: "Dog", id: 1 },
        ],
      },
    },
  );
  const all = { Cat: ["touch", "more", "see", "name", "pet"], Dog: ["touch", "more", "name", "pet"] };

  test("hold for every implementing type, all of them together", async () => {
    const engine = await grantEngine(all);
    const { ask } = serve(inherited, { engine });
    await engine.grant("alice touch Cat:1", "alice see Cat:1", "alice touch Dog:1", "alice more Dog:1");
    expect(await ask("{ cat { id } dog { id } }")).toEqual({ data: { cat: null, dog: { id: "1" } } });
    await engine.grant("alice more Cat:1");
    expect(await ask("{ cat { id } }")).toEqual({ data: { cat: { id: "1" } } });
  });

  test("on a field of an interface, guard the field of the implementing type", async () => {
    const engine = await grantEngine(all);
    await engine.grant("alice touch Dog:1", "alice more Dog:1");
    const { ask } = serve(inherited, { engine });
    expect(denials(await ask("{ dog { name } }"))).toEqual(["FORBIDDEN dog.name"]);
    await engine.grant("alice name Dog:1");
    expect(await ask("{ dog { name } }")).toEqual({ data: { dog: { name: "Rex" } } });
  });

  test("of a union are added where an object is reached through it, and only there", async () => {
    const engine = await grantEngine(all);
    await engine.grant("alice touch Cat:1", "alice more Cat:1", "alice see Cat:1");
    const { ask } = serve(inherited, { engine });
    expect(await ask("{ cat { id } pet { ... on Cat { id } } pets { __typename } }")).toEqual({
      data: { cat: { id: "1" }, pet: null, pets: [null, null] },
    });
    await engine.grant("alice pet Cat:1");
    expect(await ask("{ pet { ... on Cat { id } } }")).toEqual({ data: { pet: { id: "1" } } });
  });
});

describe("a value of an abstract type without __typename", () => {
  test("is recognised by the original isTypeOf, and a gate that denies one type does not deny another", async () => {
    const probing = buildSchema(
      `interface Node { id: ID! } type A implements Node @authorize { id: ID! } type B implements Node @authorize { id: ID! }
       type Query { node: Node }`,
      {
        Query: { node: () => ({ id: 1, b: true }) },
        A: { __isTypeOf: (value: { b?: boolean }) => value.b !== true },
        B: { __isTypeOf: async (value: { b?: boolean }) => value.b === true },
      },
    );
    const engine = await grantEngine({ A: ["read"], B: ["read"] });
    await engine.grant("alice read B:1");
    const { ask } = serve(probing, { engine });
    expect(await ask("{ node { __typename id } }")).toEqual({ data: { node: { __typename: "B", id: "1" } } });
    expect(engine.calls.decide).toEqual(["alice read B:1", "alice read B:1"]);
  });
});
