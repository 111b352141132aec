import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, entity } from "arcturus";
import { type FieldNode, type OperationDefinitionNode, parse, valueFromASTUntyped } from "graphql";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { openExpenses } from "../../examples/expenses/expenses.js";
import { Guest, Request, User } from "../../examples/expenses/objects.js";
import { ensureBuilt, root } from "./build.js";
import { serveHere } from "./example-here.js";
import { startExample, temporaryFolder } from "./example-process.js";
import { codes, type GraphQLClient } from "./graphql-client.js";
import { check, reading, type Scenario, seed, stepsOf, titled, writing } from "./seed-scenarios.js";

const system = seed("001");
const { scenarios, policyVariants } = system;
const requests = readFileSync(join(root, "policies", "expenses-requests.polar"), "utf8");

/** The variants of the policy over requests and fields. */
const requestVariants: Readonly<Record<string, string>> = {
  "no-create": without(`allow(user: User, "create", expense: Expense) if submitted(user, expense);`),
  accountants: `${requests}
    allow(user: User, "read", _: Expense) if user.title in ["Accountant", "Senior Accountant"];`,
};

const policies = [
  { name: "the example's own policy", base: undefined, variants: policyVariants },
  { name: "the policy over requests and fields", base: requests, variants: requestVariants },
  { name: "the text of the seed", base: system.policy, variants: policyVariants },
];

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

describe(`the ${scenarios.length} scenarios of the expenses, over HTTP`, () => {
  test("there are 20: 16 read, 4 write, each under a policy that there is", () => {
    expect(scenarios).toHaveLength(20);
    expect(reading(system)).toHaveLength(16);
    expect(writing(system)).toHaveLength(4);
    for (const { policyVariant } of scenarios) {
      expect([undefined, ...Object.keys(policyVariants)]).toContain(policyVariant);
      expect([undefined, ...Object.keys(requestVariants)]).toContain(policyVariant);
    }
  });

  describe.each(policies)("under $name", ({ base, variants }) => {
    test.each([undefined, "accountants"])("those that read, variant %s", async (variant) => {
      const expenses = await startExample("expenses", { policy: variant === undefined ? base : variants[variant] });
      const group = reading(system).filter(({ policyVariant }) => policyVariant === variant);
      expect(group).toHaveLength(variant === undefined ? 14 : 2);
      for (const scenario of group) check(scenario, await ask(expenses, scenario));
      expect(expenses.output.stderr).not.toMatch(/error/i);
    });

    test.each(titled(writing(system)))("$title", async (scenario) => {
      const { policyVariant } = scenario;
      const policy = policyVariant ? variants[policyVariant] : base;
      const expenses =
        base === undefined ? await startExample("expenses", { policy }) : await serveHere(openExpenses, { policy });
      for (const step of stepsOf(system, scenario)) check(step, await ask(expenses, step));
    });
  });
});

describe("the request layer, asked by method and path", () => {
  test("lets through what is answered, and what it keeps out is denied, in every scenario", async () => {
    const { actor, engineOptions, context, close } = await openExpenses(":memory:");
    const engine = await createEngine({ ...engineOptions, policy: requests });
    let asked = 0;
    for (const scenario of scenarios.filter(({ policyVariant }) => policyVariant === undefined)) {
      const headers = new Headers(scenario.actor === null ? {} : { user: scenario.actor });
      const who = (await actor((await context!({ request: { headers } } as never)) as never)) as User | Guest | null;
      if (who === null) continue;
      for (const { field, request } of requestsOf(scenario)) {
        const allowed = await engine.authorize(who, request.method, request);
        const denied = (scenario.expect.errors ?? []).some(({ path }) => path?.[0] === field);
        if (!denied) expect(allowed, `${scenario.id} ${field}`).toBe(true);
        if (!allowed) expect(denied, `${scenario.id} ${field}`).toBe(true);
        asked += 1;
      }
    }
    expect(asked).toBe(18);

    const guest = new Guest();
    const alice = new User({ id: 1, email: "alice@foo.com", title: "CEO", organization_id: 1 });
    const may = (who: User | Guest, operation: string) => {
      const request = new Request(operation);
      return engine.authorize(who, request.method, request);
    };
    expect(await may(guest, "GET /expenses/2")).toBe(false);
    expect(await may(alice, "GET /expenses/2")).toBe(true);
    expect(await may(alice, "DELETE /expenses/2")).toBe(false);
    expect(await may(alice, "GET /expenses/2/receipt")).toBe(false);
    expect(await may(alice, "GET /expenses/")).toBe(true);
    expect(await may(alice, "")).toBe(false);
    await engine.close();
    await close();
  });
});

describe("submitting an expense", () => {
  const submit = `mutation ($userId: ID) {
    submitExpense(input: { amount: 7, description: "Gum", userId: $userId }) { id userId }
  }`;

  test.each([undefined, requests])("a denied one leaves no row and no fact, under policy %#", async (policy) => {
    const expenses = await serveHere(openExpenses, { policy });
    const facts = () => expenses.engine.get("has_relation", { type: "Expense" }, "submitter", { type: "User" });
    expect(await facts()).toHaveLength(101);
    for (const [who, userId] of [
      ["alice@foo.com", "2"],
      ["alice@foo.com", "999"],
      ["alice@foo.com", "01"],
      ["alice@foo.com", "x"],
      ["alice@foo.com", ""],
      [null, "1"],
      [null, undefined],
      [null, "guest"],
    ] as const) {
      const answer = await expenses.ask(who, submit, { userId });
      expect(codes(answer), `${who} for ${userId}`).toEqual(["FORBIDDEN"]);
      expect(answer.data).toEqual({ submitExpense: null });
    }
    expect(codes(await expenses.ask("nobody@foo.com", submit))).toEqual(["UNAUTHENTICATED"]);
    expect(await facts()).toHaveLength(101);

    // The row that is saved after all of these is the next one.
    expect(await expenses.ask("alice@foo.com", submit)).toEqual({
      data: { submitExpense: { id: "102", userId: "1" } },
    });
    expect(await facts()).toHaveLength(102);
    expect(
      await expenses.engine.get("has_relation", entity("Expense", "102"), "submitter", entity("User", "1")),
    ).toHaveLength(1);
    expect((await expenses.ask("alice@foo.com", `{ expense(id: "102") { description } }`)).data).toEqual({
      expense: { description: "Gum" },
    });
    expect(codes(await expenses.ask("keri@foo.com", `{ expense(id: "102") { description } }`))).toEqual(["FORBIDDEN"]);
  });

  test("what was saved is there after a restart, under each policy", async () => {
    const db = join(temporaryFolder(), "expenses.db");
    const first = await startExample("expenses", { db, policy: requests });
    expect((await first.ask("cora@foo.com", submit)).data).toEqual({ submitExpense: { id: "102", userId: "4" } });
    expect(await first.stop()).toBe(0);
    const second = await startExample("expenses", { db });
    const last = await second.ask("cora@foo.com", "{ expenses { id } }");
    expect(last.data).toEqual({ expenses: ["1", "7", "29", "62", "92", "96", "102"].map((id) => ({ id })) });
  });
});

describe("the two ends of what a policy can say", () => {
  const operations: Readonly<Record<string, unknown>> = {
    "{ hello }": { hello: "hello alice@foo.com" },
    "{ whoami }": { whoami: "You are alice@foo.com, the CEO at Foo Industries. (User ID: 1)" },
    '{ expense(id: "1") { amount } }': { expense: { amount: 64165 } },
    '{ organization(id: "2") { name } }': { organization: { name: "Bar, Inc." } },
    'mutation { submitExpense(input: { amount: 1, description: "x", userId: "2" }) { userId } }': {
      submitExpense: { userId: "2" },
    },
  };

  test("the empty policy denies every operation", async () => {
    const expenses = await startExample("expenses", { policy: "" });
    for (const who of ["alice@foo.com", null]) {
      for (const operation of Object.keys(operations)) {
        const answer = await expenses.ask(who, operation);
        expect(codes(answer), operation).toEqual(["FORBIDDEN"]);
        expect(Object.values(answer.data ?? {})).toEqual([null]);
      }
      expect(await expenses.ask(who, "{ expenses { id } }")).toEqual({ data: { expenses: [] } });
    }
  });

  test("allow(_, _, _); allow(_, _); allows every one", async () => {
    const expenses = await startExample("expenses", { policy: "allow(_, _, _); allow(_, _);" });
    for (const [operation, data] of Object.entries(operations)) {
      expect(await expenses.ask("alice@foo.com", operation), operation).toEqual({ data });
    }
    const { data } = await expenses.ask(null, "{ hello whoami expenses { id } }");
    expect(data).toMatchObject({ hello: "hello Guest", whoami: null });
    expect(data?.["expenses"]).toHaveLength(102);

    // Everything is allowed, but some things make no sense.
    const submit = (userId: string) =>
      expenses.ask(null, `mutation { submitExpense(input: { amount: 1, description: "x"${userId} }) { id } }`);
    for (const userId of ["", `, userId: ""`, `, userId: "14"`, `, userId: "01"`]) {
      expect(codes(await submit(userId)), userId).toEqual(["BAD_USER_INPUT"]);
    }
  });
});

function ask(expenses: GraphQLClient, { actor, operation, variables }: Scenario) {
  return expenses.ask(actor, operation, variables);
}

function without(rule: string): string {
  expect(requests).toContain(rule);
  return requests.replace(rule, "");
}

/** The root fields of a scenario's operation as a web server would see them. */
function requestsOf({ operation }: Scenario) {
  const { selectionSet } = parse(operation).definitions[0] as OperationDefinitionNode;
  return selectionSet.selections.map((selection) => {
    const { alias, name, arguments: args = [] } = selection as FieldNode;
    const id = args.find((arg) => arg.name.value === "id");
    const pathOf: Readonly<Record<string, string>> = {
      hello: "GET /",
      whoami: "GET /whoami",
      expenses: "GET /expenses",
      expense: `GET /expenses/${id && valueFromASTUntyped(id.value)}`,
      organization: `GET /organizations/${id && valueFromASTUntyped(id.value)}`,
      submitExpense: "PUT /expenses/submit",
    };
    return { field: (alias ?? name).value, request: new Request(pathOf[name.value]!) };
  });
}
