import { makeExecutableSchema } from "@graphql-tools/schema";
import { createEngine, type Engine, entity } from "arcturus";
import { authorizeDirective, type UseAuthorizationOptions, useAuthorization } from "arcturus/graphql";
import { getIntrospectionQuery, type IntrospectionQuery } from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import { describe, expect, onTestFinished, test } from "vitest";

const policy = `
actor User {}
actor Robot {}
global { roles = ["staff"]; permissions = ["audit"]; "audit" if "staff"; }
resource Note { roles = ["owner"]; permissions = ["read", "price"]; "read" if "owner"; }
resource Salary { roles = ["clerk"]; permissions = ["read"]; "read" if "clerk"; }
has_permission(_: Robot, "price", _: Note);
`;

const typeDefs = `
interface Node { id: ID! }
type Note implements Node @authorize { id: ID!  text: String  price: Int @authorize(action: "price") }
type Salary implements Node @authorize { id: ID!  amount: Int  paidBy: Bank }
type Bank @public { name: String }
union Thing = Note | Salary
type AuditEntry @public { at: String  by: Auditor }
type Auditor @public { name: String }
enum Order { TITLE AMOUNT_PAID @authorize(action: "audit", on: NONE) }
input Filter { text: String  auditedOnly: Boolean @authorize(action: "audit", on: NONE) }
type Query {
  notes(order: Order, filter: Filter, asAuditor: Boolean @authorize(action: "audit", on: NONE)): [Note!]! @authorize(on: LIST)
  salaries: [Salary!]! @authorize(on: LIST)
  node(id: ID!): Node @public
  thing: Thing @public
  auditLog: [AuditEntry!] @authorize(action: "audit", on: NONE)
  motto: String @public
}
type Mutation {
  purgeAuditLog: Boolean @authorize(action: "audit", on: NONE)
}
`;

type Options = Partial<UseAuthorizationOptions<{ request: Request }>>;

async function startWorld(options: Options = { visibility: { by: "facts" } }, plugins: Plugin[] = []) {
  const engine = await createEngine({ policy });
  onTestFinished(() => engine.close());
  await engine.tell("has_role", entity("User", "ann"), "owner", entity("Note", "1"));
  await engine.tell("has_role", entity("User", "bob"), "owner", entity("Note", "2"));
  await engine.tell("has_role", entity("User", "bob"), "clerk", entity("Salary", "9"));
  await engine.tell("has_role", entity("User", "bob"), "staff");
  const notes = [1, 2].map((id) => ({ __typename: "Note", id, text: `note ${id}`, price: 5 }));
  const salary = { __typename: "Salary", id: 9, amount: 1_000, paidBy: { name: "a bank" } };
  const yoga = createYoga({
    logging: false,
    schema: makeExecutableSchema({
      typeDefs: [authorizeDirective.typeDefs, typeDefs],
      resolvers: {
        Query: {
          notes: () => notes,
          salaries: () => [salary],
          node: (_root, { id }) => [...notes, salary].find((one) => String(one.id) === id),
          thing: () => salary,
          auditLog: () => [{ at: "noon", by: { name: "eve" } }],
          motto: () => "measure twice",
        },
      },
    }),
    plugins: [
      ...plugins,
      useAuthorization<{ request: Request }>({
        engine,
        actor: async ({ request }) => {
          const user = request.headers.get("user");
          // Somebody has to wait for it, so that requests overlap.
          await new Promise((resolve) => setTimeout(resolve, 1));
          return user === null ? null : entity(user.startsWith("robot") ? "Robot" : "User", user);
        },
        logger: { info: () => {}, warn: () => {} },
        ...options,
      }),
    ],
  });
  const send = async (user: string | null, query: string, variables?: object) => {
    const response = await yoga.fetch("http://localhost/graphql", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/graphql-response+json",
        ...(user !== null && { user }),
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, text: await response.text() };
  };
  const ask = async (user: string | null, query: string, variables?: object) =>
    JSON.parse((await send(user, query, variables)).text) as {
      data?: Record<string, unknown> | null;
      errors?: { message: string }[];
    };
  return { engine, ask, send };
}

/** Everything that introspection names: types, fields, arguments, values. */
async function namesSeenBy(ask: Awaited<ReturnType<typeof startWorld>>["ask"], user: string | null) {
  const { data } = await ask(user, getIntrospectionQuery({ inputValueDeprecation: true }));
  const { types } = (data as unknown as IntrospectionQuery).__schema;
  return types
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) => {
      const { name, fields, inputFields, enumValues } = type as IntrospectionParts;
      return [
        name,
        ...(fields ?? []).flatMap((field) => [
          `${name}.${field.name}`,
          ...field.args.map((arg) => `${name}.${field.name}(${arg.name}:)`),
        ]),
        ...[...(inputFields ?? []), ...(enumValues ?? [])].map((inner) => `${name}.${inner.name}`),
      ];
    });
}

interface IntrospectionParts {
  readonly name: string;
  readonly fields?: readonly { readonly name: string; readonly args: readonly { readonly name: string }[] }[] | null;
  readonly inputFields?: readonly { readonly name: string }[] | null;
  readonly enumValues?: readonly { readonly name: string }[] | null;
}

const forBob = [
  "Salary",
  "Salary.amount",
  "Bank",
  "Query.salaries",
  "AuditEntry",
  "Auditor",
  "Query.auditLog",
  "Query.notes(asAuditor:)",
  "Filter.auditedOnly",
  "Order.AMOUNT_PAID",
  "Mutation.purgeAuditLog",
];

describe("what an actor sees of a schema", () => {
  test("without the option, everybody sees everything", async () => {
    const { ask } = await startWorld({});
    expect(await namesSeenBy(ask, "ann")).toEqual(await namesSeenBy(ask, "bob"));
    expect(await namesSeenBy(ask, null)).toEqual(expect.arrayContaining(forBob));
  });

  test("what could never be shown is not there, nor what only led to it", async () => {
    const { ask } = await startWorld();
    const [ann, bob] = [await namesSeenBy(ask, "ann"), await namesSeenBy(ask, "bob")];
    expect(bob).toEqual(expect.arrayContaining(forBob));
    expect(ann.filter((name) => forBob.includes(name))).toEqual([]);
    expect(ann).toEqual(
      expect.arrayContaining(["Note", "Note.text", "Query.node", "Query.thing", "Node", "Order.TITLE"]),
    );
    // No rule lets a user see a price.
    expect([...ann, ...bob]).not.toContain("Note.price");
  });

  test("nobody logged in sees what needs no log-in", async () => {
    const { ask } = await startWorld();
    const names = await namesSeenBy(ask, null);
    expect(names).toContain("Query.motto");
    expect(names.filter((name) => /Note|Salary|Audit|Thing|Node/.test(name))).toEqual([]);
    expect(await ask(null, "{ motto }")).toEqual({ data: { motto: "measure twice" } });
  });

  test("by rules: whatever facts could still allow is seen", async () => {
    const { ask } = await startWorld({ visibility: { by: "rules" } });
    const [ann, robot] = [await namesSeenBy(ask, "ann"), await namesSeenBy(ask, "robot 7")];
    expect(ann).toContain("Query.salaries");
    expect(ann).not.toContain("Note.price");
    expect(ann).not.toContain("Query.auditLog");
    expect(robot).toContain("Note.price");
  });

  test("a right that is told or deleted shows with the next request", async () => {
    const { engine, ask } = await startWorld();
    expect(await namesSeenBy(ask, "ann")).not.toContain("Query.auditLog");
    await engine.tell("has_role", entity("User", "ann"), "staff");
    expect(await namesSeenBy(ask, "ann")).toContain("Query.auditLog");
    expect(await ask("ann", "{ auditLog { at } }")).toEqual({ data: { auditLog: [{ at: "noon" }] } });
    await engine.delete("has_role", entity("User", "ann"), "staff");
    expect(await namesSeenBy(ask, "ann")).not.toContain("Query.auditLog");
  });
});

describe("a hidden name and one that does not exist", () => {
  /** The same length, so that places are the same. */
  const pairs: readonly [what: string, hidden: string, missing: string][] = [
    ["a field", "{ auditLog { at } }", "{ auditXyz { at } }"],
    ["a field behind an alias", "{ motto: auditLog { at } }", "{ motto: auditXyz { at } }"],
    [
      "a field in a fragment",
      "{ ...F } fragment F on Query { auditLog { at } }",
      "{ ...F } fragment F on Query { auditXyz { at } }",
    ],
    [
      "a field below an interface",
      "{ node(id: 1) { ... on Salary { amount } } }",
      "{ node(id: 1) { ... on Salarz { amount } } }",
    ],
    [
      "a type of a fragment",
      "{ motto } fragment F on AuditEntry { at } query G { motto ...F }",
      "{ motto } fragment F on AuditEntrz { at } query G { motto ...F }",
    ],
    ["a member of a union", "{ thing { ... on Salary { id } } }", "{ thing { ... on Salarz { id } } }"],
    ["an argument", "{ notes(asAuditor: true) { id } }", "{ notes(asAuditoz: true) { id } }"],
    [
      "an input field",
      "{ notes(filter: { auditedOnly: true }) { id } }",
      "{ notes(filter: { auditedOnlz: true }) { id } }",
    ],
    ["an enum value", "{ notes(order: AMOUNT_PAID) { id } }", "{ notes(order: AMOUNT_PAIZ) { id } }"],
    ["a type of a variable", "query ($x: Salary) { motto }", "query ($x: Salarz) { motto }"],
    ["a mutation", "mutation { purgeAuditLog }", "mutation { purgeAuditLoz }"],
  ];

  test.each(pairs)("%s", async (_what, hidden, missing) => {
    const { send } = await startWorld();
    for (const user of ["ann", null]) {
      const [one, other] = [await send(user, hidden), await send(user, missing)];
      const masked = (text: string): string =>
        text.replaceAll(
          /auditXyz|Salarz|AuditEntrz|asAuditoz|auditedOnlz|AMOUNT_PAIZ|purgeAuditLoz/g,
          (word) => names.get(word) ?? word,
        );
      expect({ ...other, text: masked(other.text) }).toEqual(one);
      expect(one.status).toBe(400);
    }
  });
  const names = new Map([
    ["auditXyz", "auditLog"],
    ["Salarz", "Salary"],
    ["AuditEntrz", "AuditEntry"],
    ["asAuditoz", "asAuditor"],
    ["auditedOnlz", "auditedOnly"],
    ["AMOUNT_PAIZ", "AMOUNT_PAID"],
    ["purgeAuditLoz", "purgeAuditLog"],
  ]);

  test("in the values of variables", async () => {
    const { ask } = await startWorld();
    const messages = async (query: string, variables: object) =>
      (await ask("ann", query, variables)).errors?.map(({ message }) => message);
    const filter = "query ($f: Filter) { notes(filter: $f) { id } }";
    const [hidden] = (await messages(filter, { f: { auditedOnly: true } })) ?? [];
    const [missing] = (await messages(filter, { f: { auditedOnlz: true } })) ?? [];
    expect(missing?.replaceAll("auditedOnlz", "auditedOnly")).toBe(hidden);
    const order = "query ($o: Order) { notes(order: $o) { id } }";
    const [value] = (await messages(order, { o: "AMOUNT_PAID" })) ?? [];
    const [nonsense] = (await messages(order, { o: "AMOUNT_PAIZ" })) ?? [];
    expect(nonsense?.replaceAll("AMOUNT_PAIZ", "AMOUNT_PAID")).toBe(value);
  });

  test("introspection by name, also through fragments and aliases", async () => {
    const { ask } = await startWorld();
    const query = `query ($name: String!) {
      __type(name: $name) { ...T } again: __type(name: $name) { name possibleTypes { name } }
      s: __schema { types { ...T } queryType { n: name f: fields { name } } }
    } fragment T on __Type { name fields { name type { name ofType { name ofType { name } } } } }`;
    const [hidden, missing] = [
      await ask("ann", query, { name: "Salary" }),
      await ask("ann", query, { name: "Nonsense" }),
    ];
    expect(hidden).toEqual(missing);
    expect(hidden.data).toMatchObject({ __type: null, again: null });
    expect(JSON.stringify(hidden)).not.toMatch(/Salary|salaries|Audit|audit|Bank/);
    expect((await ask("bob", query, { name: "Salary" })).data).toMatchObject({ __type: { name: "Salary" } });
    const interfaces = await ask(
      "ann",
      '{ __type(name: "Node") { possibleTypes { name } } thing: __type(name: "Thing") { possibleTypes { name } } }',
    );
    expect(interfaces.data).toEqual({
      __type: { possibleTypes: [{ name: "Note" }] },
      thing: { possibleTypes: [{ name: "Note" }] },
    });
  });

  test("suggestions know only what the actor sees", async () => {
    const { ask } = await startWorld();
    const nearMiss = "{ auditLo { at } saleries { id } motta }";
    const [ann, bob] = [await ask("ann", nearMiss), await ask("bob", nearMiss)];
    expect(ann.errors?.map(({ message }) => message)).toEqual([
      'Cannot query field "auditLo" on type "Query".',
      'Cannot query field "saleries" on type "Query".',
      'Cannot query field "motta" on type "Query". Did you mean "motto" or "notes"?',
    ]);
    expect(bob.errors?.[0]?.message).toContain('Did you mean "auditLog"?');
    const quiet = await startWorld({ visibility: { by: "facts", suggestions: false } });
    expect(JSON.stringify(await quiet.ask("bob", nearMiss))).not.toContain("Did you mean");
  });

  test("one mistake does not tell which of the other names exist", async () => {
    const { ask } = await startWorld();
    const count = async (query: string) => (await ask("ann", query)).errors?.length;
    expect(await count("{ nonsense auditLog { at } }")).toBe(2);
    expect(await count("{ nonsense nonsens2 { at } }")).toBe(2);
  });
});

describe("what is shown", () => {
  test("is executed over guards as ever", async () => {
    const { ask } = await startWorld();
    expect(await ask("ann", "{ notes { id text } node(id: 2) { id } }")).toEqual({
      data: { notes: [{ id: "1", text: "note 1" }], node: null },
    });
    expect(await ask("bob", "{ salaries { amount paidBy { name } } thing { ... on Salary { amount } } }")).toEqual({
      data: { salaries: [{ amount: 1_000, paidBy: { name: "a bank" } }], thing: { amount: 1_000 } },
    });
  });

  test("an object of a hidden type, behind an interface or a union, is not there", async () => {
    const { send } = await startWorld();
    const hidden = await send("ann", "{ node(id: 9) { __typename id } thing { __typename } }");
    expect(JSON.parse(hidden.text)).toEqual({ data: { node: null, thing: null } });
    expect(hidden.text).not.toContain("Salary");
  });

  test("when it cannot be found out who asks, or what they see, nothing runs", async () => {
    const failing = (engine: Engine): Engine => ({
      ...engine,
      decide: () => {
        throw new Error("swordfish");
      },
    });
    const { engine } = await startWorld();
    const broken = await startWorld({ visibility: { by: "facts" }, engine: failing(engine) });
    const nobody = await startWorld({
      visibility: { by: "facts" },
      actor: () => {
        throw new Error("swordfish");
      },
    });
    for (const { send } of [broken, nobody]) {
      for (const query of ["{ motto }", "{ __schema { types { name } } }", "{ auditLog { at } }"]) {
        const { text } = await send("ann", query);
        expect(JSON.parse(text)).toMatchObject({
          data: null,
          errors: [{ extensions: { code: "AUTHORIZATION_UNAVAILABLE" } }],
        });
        expect(text).not.toContain("swordfish");
      }
    }
  });
});

describe("requests at once", () => {
  test("two actors with one document each get their own, in any order, again and again", async () => {
    const { send } = await startWorld();
    const documents = [
      "{ auditLog { at } }",
      "{ __schema { types { name } } }",
      '{ __type(name: "Salary") { name } }',
      "{ auditLo { at } }",
      "{ notes { id } }",
    ];
    const alone = new Map<string, string>();
    for (const user of ["ann", "bob", null]) {
      for (const document of documents) alone.set(`${user} ${document}`, (await send(user, document)).text);
    }
    expect(alone.get("ann { auditLog { at } }")).not.toBe(alone.get("bob { auditLog { at } }"));
    const rounds = Array.from({ length: 300 }, (_, i) => ({
      user: (["ann", "bob", null] as const)[(i * 7) % 3]!,
      document: documents[(i * 11) % documents.length]!,
    }));
    const answers = await Promise.all(rounds.map(({ user, document }) => send(user, document)));
    for (const [i, { user, document }] of rounds.entries()) {
      expect(answers[i]?.text).toBe(alone.get(`${user} ${document}`));
    }
  });

  test("rules that a plugin adds for some requests hold for these, also when a verdict is remembered", async () => {
    const { NoSchemaIntrospectionCustomRule } = await import("graphql");
    const shy: Plugin = {
      onValidate({ context, addValidationRule }) {
        const { request } = context as unknown as { request: Request };
        if (request.headers.get("user") !== "bob") addValidationRule(NoSchemaIntrospectionCustomRule);
      },
    };
    const { ask } = await startWorld(undefined, [shy]);
    for (let round = 0; round < 3; round++) {
      expect((await ask("bob", "{ __schema { queryType { name } } }")).errors).toBeUndefined();
      expect((await ask("ann", "{ __schema { queryType { name } } }")).errors).toHaveLength(2);
    }
  });

  test("documents that are wrong as texts are refused before anybody is asked who it is", async () => {
    let asked = 0;
    const { ask } = await startWorld({
      visibility: { by: "facts" },
      actor: () => {
        asked++;
        return null;
      },
    });
    const { errors } = await ask("ann", "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }");
    expect(errors?.length).toBeGreaterThan(0);
    expect(asked).toBe(0);
  });
});
