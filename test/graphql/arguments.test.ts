import { describe, expect, test } from "vitest";
import { TypedObject } from "../../src/solver/host.js";
import { type Grant, grantEngine } from "./support/grants.js";
import { buildSchema, denials, serve, startProblems } from "./support/serve.js";

const types = { Post: ["read", "edit", "publish", "create", "use"], Category: ["use"] };

async function server(typeDefs: string, ...grants: Grant[]) {
  const seen: unknown[] = [];
  const keep = (_: unknown, args: unknown) => {
    seen.push(JSON.parse(JSON.stringify(args)));
    return "done";
  };
  const schema = buildSchema(`type Query { hello: String @public }\n${typeDefs}`, {
    Mutation: { update: keep, create: keep },
  });
  const engine = await grantEngine(types, ["sort"]);
  await engine.grant(...grants);
  return { engine, seen, ...serve(schema, { engine }) };
}

describe("on: ARG", () => {
  const byId = `type Mutation { update(id: ID!): String @authorize(action: "edit", on: ARG, arg: "id", type: "Post") }`;

  test("asks about the resource that the argument names, before the resolver", async () => {
    const { ask, seen } = await server(byId, "alice edit Post:1");
    expect(denials(await ask(`mutation { update(id: 2) }`))).toEqual(["FORBIDDEN update"]);
    expect(seen).toEqual([]);
    expect(await ask(`mutation { update(id: "1") }`)).toEqual({ data: { update: "done" } });
    expect(await ask("mutation ($id: ID!) { update(id: $id) }", { variables: { id: 1 } })).toEqual({
      data: { update: "done" },
    });
  });

  test("compares ids as they are: no trimming, no case folding", async () => {
    const { ask } = await server(byId, "alice edit Post:a");
    for (const id of [" a", "a ", "A", "a\\u0000", ""]) {
      expect(denials(await ask(`mutation { update(id: "${id}") }`))).toEqual(["FORBIDDEN update"]);
    }
  });

  test("decodes global ids as `types` says; what means nothing is denied", async () => {
    const schema = buildSchema(`type Query { hello: String @public }\n${byId}`, { Mutation: { update: () => "done" } });
    const engine = await grantEngine(types);
    await engine.grant("alice edit Post:1");
    const decode = (id: string) => (id.startsWith("Post-") ? id.slice(5) : null);
    const { ask } = serve(schema, { engine, types: { Post: { decode } } });
    expect(await ask(`mutation { update(id: "Post-1") }`)).toEqual({ data: { update: "done" } });
    expect(denials(await ask(`mutation { update(id: "Category-1") }`))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(`mutation { update(id: "1") }`))).toEqual(["FORBIDDEN update"]);
  });

  test("follows a path through inputs and lists: every element must be allowed, null elements name nothing", async () => {
    const typeDefs = `
      input Item { id: ID }  input Batch { items: [Item]! }
      type Mutation { update(input: Batch!): String @authorize(action: "edit", on: ARG, arg: "input.items.id", type: "Post") }`;
    const { ask } = await server(typeDefs, "alice edit Post:1", "alice edit Post:2");
    const update = async (items: unknown) =>
      denials(await ask("mutation ($items: [Item]!) { update(input: { items: $items }) }", { variables: { items } }));
    expect(await update([{ id: 1 }, { id: 2 }])).toEqual([]);
    expect(await update([{ id: 1 }, null])).toEqual([]);
    expect(await update({ id: 1 })).toEqual([]);
    expect(await update([])).toEqual([]);
    expect(await update([{ id: 1 }, { id: 3 }])).toEqual(["FORBIDDEN update"]);
    expect(await update([{ id: 1 }, {}])).toEqual(["FORBIDDEN update"]);
  });

  test("denies when the argument is left out or null: nothing is named", async () => {
    const typeDefs = `type Mutation { update(id: ID): String @authorize(action: "edit", on: ARG, arg: "id", type: "Post") }`;
    const { ask } = await server(typeDefs, "alice edit Post:*");
    expect(denials(await ask("mutation { update }"))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask("mutation { update(id: null) }"))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(`mutation { update(id: "null") }`))).toEqual([]);
  });

  test("takes an input object for a resource that does not exist yet, with its fields as data", async () => {
    const asked: unknown[] = [];
    const typeDefs = `
      input NewPost { title: String!  category: ID }
      type Mutation { create(input: NewPost!): String @authorize(action: "create", on: ARG, arg: "input", type: "Post") }`;
    const schema = buildSchema(`type Query { hello: String @public }\n${typeDefs}`, {
      Mutation: { create: () => "done" },
    });
    const decide = (_actor: unknown, _action: string, resource?: unknown) => {
      asked.push(resource);
      return (resource as TypedObject & { object: { title: string } }).object.title === "ok";
    };
    const { ask } = serve(schema, { engine: await grantEngine(types, [], { decide: decide as never }) });
    expect(denials(await ask(`mutation { create(input: { title: "no" }) }`))).toEqual(["FORBIDDEN create"]);
    expect(await ask(`mutation { create(input: { title: "ok", category: 3 }) }`)).toEqual({ data: { create: "done" } });
    expect(asked[0]).toBeInstanceOf(TypedObject);
    expect(asked[1]).toMatchObject({ type: "Post", id: undefined, object: { title: "ok", category: "3" } });
    expect("category" in (asked[0] as { object: object }).object).toBe(false);
  });
});

describe("a guarded argument", () => {
  const typeDefs = `type Mutation { update(
    id: ID!
    category: ID @authorize(action: "use", type: "Category")
    published: Boolean = false @authorize(action: "publish")
  ): String @authorize(action: "edit", on: ARG, arg: "id", type: "Post") }`;

  test("is asked about only when the client supplied it", async () => {
    const { ask, seen } = await server(typeDefs, "alice edit Post:1");
    expect(denials(await ask("mutation { update(id: 1) }"))).toEqual([]);
    expect(seen).toEqual([{ id: "1", published: false }]);
    for (const args of ["category: 3", "published: true", "published: false"]) {
      expect(denials(await ask(`mutation { update(id: 1, ${args}) }`))).toEqual(["FORBIDDEN update"]);
    }
  });

  test("names its own resource with `type`, the field's without", async () => {
    const { ask } = await server(typeDefs, "alice edit Post:1", "alice use Category:3", "alice publish Post:1");
    expect(denials(await ask("mutation { update(id: 1, category: 3, published: true) }"))).toEqual([]);
    expect(denials(await ask("mutation { update(id: 1, category: 4) }"))).toEqual(["FORBIDDEN update"]);
  });

  test("an explicit null falls back on the field's own resource", async () => {
    const { ask, engine } = await server(typeDefs, "alice edit Post:1");
    expect(denials(await ask("mutation { update(id: 1, category: null) }"))).toEqual(["FORBIDDEN update"]);
    await engine.grant("alice use Post:1");
    expect(denials(await ask("mutation { update(id: 1, category: null) }"))).toEqual([]);
  });

  test("a variable counts with its value or its default, not when it is left out", async () => {
    const { ask } = await server(typeDefs, "alice edit Post:1");
    const query = "mutation ($p: Boolean) { update(id: 1, published: $p) }";
    expect(denials(await ask(query))).toEqual([]);
    expect(denials(await ask(query, { variables: { p: true } }))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(query, { variables: { p: null } }))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask("mutation ($p: Boolean = true) { update(id: 1, published: $p) }"))).toEqual([
      "FORBIDDEN update",
    ]);
  });

  test("a variable named like the inner parts of another version of graphql changes nothing", async () => {
    const typeDefs = `
      input Changes { published: Boolean @authorize(action: "publish") }
      type Mutation { update(id: ID!, changes: Changes): String @authorize(action: "edit", on: ARG, arg: "id", type: "Post") }`;
    const { ask } = await server(typeDefs, "alice edit Post:1");
    const query =
      "mutation ($coerced: Changes, $sources: Changes) { update(id: 1, changes: $coerced) b: update(id: 1, changes: $sources) }";
    const variables = { coerced: { published: true }, sources: { published: true } };
    expect(denials(await ask(query, { variables }))).toEqual(["FORBIDDEN b", "FORBIDDEN update"]);
  });
});

describe("a guarded input field", () => {
  const typeDefs = `
    input PostInput {
      id: ID!
      title: String
      published: Boolean = false @authorize(action: "publish")
      categories: [ID] @authorize(action: "use", type: "Category")
      replies: [PostInput!]
      order: Order
    }
    enum Order { NEW  SECRET @authorize(action: "sort", on: NONE) }
    type Mutation { update(input: PostInput!): String @authorize(action: "edit", on: ARG, arg: "input.id", type: "Post") }`;
  const literal = (input: string) => `mutation { update(input: ${input}) }`;

  test("is asked about wherever the input type is used, at any depth and in lists", async () => {
    const { ask } = await server(typeDefs, "alice edit Post:1");
    expect(denials(await ask(literal('{ id: 1, title: "x" }')))).toEqual([]);
    expect(denials(await ask(literal("{ id: 1, published: true }")))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(literal("{ id: 1, categories: [3] }")))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(literal("{ id: 1, categories: 3 }")))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(literal("{ id: 1, replies: [{ id: 2 }, { id: 3, published: true }] }")))).toEqual([
      "FORBIDDEN update",
    ]);
    expect(denials(await ask(literal("{ id: 1, replies: { id: 2, replies: [{ id: 3, categories: [1] }] } }")))).toEqual(
      ["FORBIDDEN update"],
    );
  });

  test("by variables, whole or in parts", async () => {
    const { ask } = await server(typeDefs, "alice edit Post:1");
    const whole = "mutation ($input: PostInput!) { update(input: $input) }";
    expect(denials(await ask(whole, { variables: { input: { id: 1 } } }))).toEqual([]);
    expect(denials(await ask(whole, { variables: { input: { id: 1, published: true } } }))).toEqual([
      "FORBIDDEN update",
    ]);
    const part = "mutation ($p: Boolean, $r: [PostInput!]) { update(input: { id: 1, published: $p, replies: $r }) }";
    expect(denials(await ask(part))).toEqual([]);
    expect(denials(await ask(part, { variables: { p: true } }))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(part, { variables: { r: [{ id: 1, published: true }] } }))).toEqual(["FORBIDDEN update"]);
  });

  test("an enum value is asked about when it stands in the input", async () => {
    const { ask, engine } = await server(typeDefs, "alice edit Post:1");
    expect(denials(await ask(literal("{ id: 1, order: NEW }")))).toEqual([]);
    expect(denials(await ask(literal("{ id: 1, order: SECRET }")))).toEqual(["FORBIDDEN update"]);
    await engine.grant("alice sort");
    expect(denials(await ask(literal("{ id: 1, order: SECRET }")))).toEqual([]);
  });

  test("elements of a list are all asked about, null elements name nothing", async () => {
    const { ask } = await server(typeDefs, "alice edit Post:1", "alice use Category:1", "alice use Category:2");
    expect(denials(await ask(literal("{ id: 1, categories: [1, 2, null] }")))).toEqual([]);
    expect(denials(await ask(literal("{ id: 1, categories: [1, 9] }")))).toEqual(["FORBIDDEN update"]);
  });

  test("with an `arg` of its own names what that path of the input says", async () => {
    const typeDefs = `
      input PostInput { id: ID!  category: ID!  title: String @authorize(action: "use", type: "Category", arg: "category") }
      type Mutation { update(input: PostInput!): String @authorize(action: "edit", on: ARG, arg: "input.id", type: "Post") }`;
    const { ask } = await server(typeDefs, "alice edit Post:1", "alice use Category:5");
    expect(denials(await ask(literal('{ id: 1, category: 5, title: "x" }')))).toEqual([]);
    expect(denials(await ask(literal('{ id: 1, category: 6, title: "x" }')))).toEqual(["FORBIDDEN update"]);
    expect(denials(await ask(literal("{ id: 1, category: 6 }")))).toEqual([]);
  });

  test("in a field that names no resource does not start", async () => {
    const engine = await grantEngine(types, ["sort"]);
    const schema = buildSchema(`
      input PostInput { published: Boolean @authorize(action: "publish") }
      type Query { posts(where: PostInput): [String] @public }`);
    expect(startProblems(() => serve(schema, { engine }))).toEqual(["graphql/no-resource Query.posts"]);
  });

  test("is inherited by an argument from the interface of its field", async () => {
    const schema = buildSchema(
      `interface Shelf { books(genre: String @authorize(action: "sort", on: NONE)): String }
       type Library implements Shelf @public { books(genre: String): String }
       type Query { library: Library @public }`,
      { Query: { library: () => ({ books: () => "books" }) } },
    );
    const { ask } = serve(schema, { engine: await grantEngine(types, ["sort"]) });
    expect(await ask("{ library { books } }")).toEqual({ data: { library: { books: "books" } } });
    expect(denials(await ask(`{ library { books(genre: "x") } }`))).toEqual(["FORBIDDEN library.books"]);
  });
});

describe("names of an enum that share one internal value", () => {
  const serveModes = async (...granted: Grant[]) => {
    const schema = buildSchema(
      `enum Mode {
         OPEN
         RAW @authorize(action: "one", on: NONE)
         SAME @authorize(action: "two", on: NONE)
         ALIKE @authorize(action: "three", on: NONE)
         OTHER @authorize(action: "two", on: NONE)
       }
       input In { modes: [Mode] }
       type Query { a(m: Mode, in: In): Int @public }`,
      { Mode: { OPEN: 1, RAW: 7, SAME: 7, ALIKE: 7, OTHER: 8 }, Query: { a: () => 1 } },
    );
    const engine = await grantEngine({}, ["one", "two", "three"]);
    await engine.grant(...granted);
    return serve(schema, { engine });
  };
  const every = ["alice one", "alice two", "alice three"];

  test("require together what each of them requires, since nobody can tell them apart", async () => {
    for (const left of ["nothing", ...every]) {
      const { ask } = await serveModes(...every.filter((grant) => grant !== left));
      for (const name of ["RAW", "SAME", "ALIKE"]) {
        for (const query of [`{ a(m: ${name}) }`, `{ a(in: { modes: [OPEN, ${name}] }) }`]) {
          expect({ left, query, denied: denials(await ask(query)) }).toEqual({
            left,
            query,
            denied: left === "nothing" ? [] : ["FORBIDDEN a"],
          });
        }
        const byVariable = await ask("query ($m: Mode) { a(m: $m) }", { variables: { m: name } });
        expect(denials(byVariable)).toEqual(left === "nothing" ? [] : ["FORBIDDEN a"]);
      }
      expect(denials(await ask("{ a(m: OPEN) }"))).toEqual([]);
      expect(denials(await ask("{ a(m: OTHER) }"))).toEqual(left === "alice two" ? ["FORBIDDEN a"] : []);
    }
  });
});

describe("an argument that several things guard", () => {
  test("is allowed when all of its own directives and those of each interface hold", async () => {
    const schema = buildSchema(
      `interface A { books(genre: String @authorize(action: "one", on: NONE)): String }
       interface B { books(genre: String @authorize(action: "two", on: NONE)): String }
       type Library implements A & B @public {
         books(genre: String @authorize(action: "three", on: NONE) @authorize(action: "four", on: NONE)): String
       }
       type Query { library: Library @public }`,
      { Query: { library: () => ({ books: () => "books" }) } },
    );
    const every = ["alice one", "alice two", "alice three", "alice four"];
    for (const left of ["nothing", ...every]) {
      const engine = await grantEngine({}, ["one", "two", "three", "four"]);
      await engine.grant(...every.filter((grant) => grant !== left));
      const { ask } = serve(schema, { engine });
      const denied = denials(await ask(`{ library { books(genre: "x") } }`));
      expect({ left, denied }).toEqual({ left, denied: left === "nothing" ? [] : ["FORBIDDEN library.books"] });
      expect(denials(await ask("{ library { books } }"))).toEqual([]);
    }
  });
});

describe("what an argument names", () => {
  const publish = `type Mutation { update(
    id: ID!  other: ID!  flag: Boolean  share: Float  category: ID @authorize(action: "use", type: "Category")
    categories: [[ID]] @authorize(action: "use", type: "Category")
    published: Boolean @authorize(action: "publish")
  ): String
    @authorize(action: "edit", on: ARG, arg: "id", type: "Post")
    @authorize(action: "edit", on: ARG, arg: "other", type: "Post")
  }`;

  test("is every resource that its field names, for the directives of its inputs", async () => {
    const edits = ["alice edit Post:1", "alice edit Post:2"];
    const update = "mutation { update(id: 1, other: 2, published: true) }";
    for (const [grants, expected] of [
      [["alice publish Post:1"], ["FORBIDDEN update"]],
      [["alice publish Post:2"], ["FORBIDDEN update"]],
      [["alice publish Post:1", "alice publish Post:2"], []],
    ] as const) {
      const { ask } = await server(publish, ...edits, ...grants);
      expect(denials(await ask(update))).toEqual(expected);
      // A null names what the field names.
      expect(denials(await ask("mutation { update(id: 1, other: 2, category: null) }"))).toEqual(["FORBIDDEN update"]);
    }
  });

  test("is each element of a list, wherever it stands", async () => {
    const { ask } = await server(publish, "alice edit Post:*", "alice use Category:1", "alice use Category:2");
    const update = async (categories: string) =>
      denials(await ask(`mutation { update(id: 1, other: 2, categories: ${categories}) }`));
    for (const allowed of ["[[1]]", "[[1, 2], [2]]", "1", "[[1], null, [null, 2]]", "[]"]) {
      expect(await update(allowed)).toEqual([]);
    }
    for (const denied of ["[[9, 1]]", "[[1, 9]]", "[[1], [9]]", "[[9], [1]]", "[[1], [1, 9, 1]]", "9"]) {
      expect(await update(denied)).toEqual(["FORBIDDEN update"]);
    }
  });

  test("is nothing when it is no id: that is denied", async () => {
    const named = (type: string): string =>
      `type Mutation { update(a: ${type}): String @authorize(action: "edit", on: ARG, arg: "a", type: "Post") }`;
    for (const [type, value, expected] of [
      ["Boolean", "true", ["FORBIDDEN update"]],
      ["Float", "1.5", ["FORBIDDEN update"]],
      ["[Float]", "[1, 1.5]", ["FORBIDDEN update"]],
      ["Float", "1", []],
      ["Int", "1", []],
    ] as const) {
      const { ask } = await server(named(type), "alice edit Post:*");
      expect({ value, denied: denials(await ask(`mutation { update(a: ${value}) }`)) }).toEqual({
        value,
        denied: expected,
      });
    }
  });

  test("is nothing when it is null and its field names none: that is denied", async () => {
    const schema = buildSchema(
      `type Query { posts(category: ID @authorize(action: "use", type: "Category")): String @public }`,
      { Query: { posts: () => "posts" } },
    );
    const engine = await grantEngine(types);
    await engine.grant("alice use Category:*");
    const { ask } = serve(schema, { engine });
    expect(denials(await ask("{ posts }"))).toEqual([]);
    expect(denials(await ask("{ posts(category: 1) }"))).toEqual([]);
    expect(denials(await ask("{ posts(category: null) }"))).toEqual(["FORBIDDEN posts"]);
    const byVariable = await ask("query ($c: ID) { posts(category: $c) }", { variables: { c: null } });
    expect(denials(byVariable)).toEqual(["FORBIDDEN posts"]);
  });

  test("is guarded however deep the input that holds it lies, whatever order the types stand in", async () => {
    for (const turned of [false, true]) {
      const inputs = [
        "input A { b: B }",
        "input B { c: [C!] }",
        "input C { d: D  again: A }",
        "input D { e: E }",
        "input E { mode: Mode }",
        'enum Mode { PLAIN  SORTED @authorize(action: "sort", on: NONE) }',
      ];
      const schema = buildSchema(
        `${(turned ? inputs.toReversed() : inputs).join("\n")} type Query { a(in: A): Int @public }`,
        { Query: { a: () => 1 } },
      );
      const { ask } = serve(schema, { engine: await grantEngine(types, ["sort"]) });
      const deep = (mode: string) =>
        `{ a(in: { b: { c: [{}, { again: { b: { c: { d: { e: { mode: ${mode} } } } } } }] } }) }`;
      expect(denials(await ask(deep("PLAIN")))).toEqual([]);
      expect(denials(await ask(deep("SORTED")))).toEqual(["FORBIDDEN a"]);
    }
  });

  test("is one thing of several in a one-of input: that one is asked about", async () => {
    const schema = buildSchema(
      `directive @oneOf on INPUT_OBJECT
       input By @oneOf { id: ID @authorize(action: "edit", type: "Post")  title: String @authorize(action: "sort", on: NONE)  any: Boolean }
       type Query { post(by: By!): String @public }`,
      { Query: { post: () => "post" } },
    );
    const engine = await grantEngine(types, ["sort"]);
    await engine.grant("alice edit Post:1");
    const { ask } = serve(schema, { engine });
    const byVariable = "query ($by: By!) { post(by: $by) }";
    for (const [by, expected] of [
      [{ id: 1 }, []],
      [{ id: 2 }, ["FORBIDDEN post"]],
      [{ title: "x" }, ["FORBIDDEN post"]],
      [{ any: true }, []],
    ] as const) {
      expect(denials(await ask(byVariable, { variables: { by } }))).toEqual(expected);
      const literal = JSON.stringify(by).replaceAll(/"(\w+)":/g, "$1: ");
      expect(denials(await ask(`{ post(by: ${literal}) }`))).toEqual(expected);
    }
  });
});
