import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createEngine, entity } from "arcturus";
import { type FieldNode, type GraphQLSchema, getArgumentValues, type OperationDefinitionNode, parse } from "graphql";
import { beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { openExpenses } from "../../examples/expenses/expenses.js";
import { Guest, Request, User } from "../../examples/expenses/objects.js";
import { requests as requestOf } from "../../examples/expenses/requests.js";
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

describe("the request layer, asked by method, path and arguments", () => {
  async function engineWithRequests() {
    const opened = await openExpenses(":memory:");
    const engine = await createEngine({ ...opened.engineOptions, policy: requests });
    onTestFinished(async () => {
      await engine.close();
      await opened.engine.close();
      await opened.close();
    });
    return { ...opened, engine };
  }

  test("lets through what is answered, and what it keeps out is denied, in every scenario", async () => {
    const { actor, context, engine, schema } = await engineWithRequests();
    let asked = 0;
    for (const scenario of scenarios.filter(({ policyVariant }) => policyVariant === undefined)) {
      const headers = new Headers(scenario.actor === null ? {} : { user: scenario.actor });
      const who = (await actor((await context({ request: { headers } } as never)) as never)) as User | Guest | null;
      if (who === null) continue;
      for (const { field, request } of requestsOf(schema, scenario)) {
        const allowed = await engine.authorize(who, request.method, request);
        const denied = (scenario.expect.errors ?? []).some(({ path }) => path?.[0] === field);
        if (!denied) expect(allowed, `${scenario.id} ${field}`).toBe(true);
        if (!allowed) expect(denied, `${scenario.id} ${field}`).toBe(true);
        asked += 1;
      }
    }
    expect(asked).toBe(18);
  });

  const guest = new Guest();
  const alice = new User({ id: 1, email: "alice@foo.com", title: "CEO", organization_id: 1 });

  test.each<[User | Guest, string, string, boolean]>([
    [guest, "GET", "/expenses/2", false],
    [alice, "GET", "/expenses/2", true],
    [alice, "DELETE", "/expenses/2", false],
    [alice, "GET", "/expenses/2/receipt", false],
    [alice, "GET", "/expenses/", true],
    [alice, "GET", "", false],
    [alice, "", "", false],
    [guest, "GET", "/expenses", true],
    [guest, "GET", "/whoami", false],
  ])("%o %s %j: %j", async (who, method, path, expected) => {
    const { engine } = await engineWithRequests();
    expect(await engine.authorize(who, method, new Request(method, path, {}))).toBe(expected);
  });

  test.each<[User | Guest, Record<string, unknown> | null, boolean]>([
    [guest, null, true],
    [guest, { input: { userId: null, amount: 1 } }, true],
    [guest, { input: { userId: "1", amount: 1 } }, false],
    [guest, { input: { userId: "", amount: 1 } }, false],
    [alice, null, true],
    [alice, { input: { userId: "2", amount: 1 } }, true],
  ])("%o submits %j: %j", async (who, args, expected) => {
    const { engine } = await engineWithRequests();
    expect(await engine.authorize(who, "PUT", new Request("PUT", "/expenses/submit", args))).toBe(expected);
  });

  const cheap = `allow(_: User, "PUT", request: Request{path: "/expenses/submit"}) if
    request.arguments = nil or request.arguments.input.amount <= 500;`;
  const thrifty = without(`allow_by_path(_: User, "PUT", "expenses", ["submit"]);`) + cheap;

  test("a rule over arguments judges each field of an operation by its own, however they are spelt", async () => {
    const expenses = await serveHere(openExpenses, { policy: thrifty });
    const answer = await expenses.ask(
      "alice@foo.com",
      `mutation ($input: ExpenseInput!, $amount: Int = 501) {
        ...Two
        literal: submitExpense(input: { amount: 500, description: "Gum" }) { id }
        missing: submitExpense(input: { amount: $amount, description: "Gum" }) { id }
      }
      fragment Two on Mutation {
        variable: submitExpense(input: $input) { id }
        ... on Mutation { dear: submitExpense(input: { amount: 501, description: "Gum" }) { id } }
      }`,
      { input: { amount: 1, description: "Gum", userId: "1" } },
    );
    expect(answer.data).toEqual({ variable: { id: "102" }, dear: null, literal: { id: "103" }, missing: null });
    expect(codes(answer)).toEqual(["FORBIDDEN", "FORBIDDEN"]);
  });

  test("what is looked at is asked about as a request too, before it is looked up", async () => {
    const expenses = await serveHere(openExpenses, {
      policy: without(`allow_by_path(_: User, "GET", "organizations", [_id]);`),
    });
    const answer = await expenses.ask("alice@foo.com", `{ expense(id: "2") { id } organization(id: "1") { id } }`);
    expect(answer.data).toEqual({ expense: { id: "2" }, organization: null });
    expect(codes(answer)).toEqual(["FORBIDDEN"]);
  });

  test("somebody who says to be a user that nobody is, is told so at every field", async () => {
    const expenses = await serveHere(openExpenses, { policy: requests });
    for (const field of ["hello", "whoami", `expense(id: "2") { id }`, `organization(id: "1") { id }`]) {
      expect(codes(await expenses.ask("unknown@foo.com", `{ ${field} }`)), field).toEqual(["UNAUTHENTICATED"]);
    }
    expect(codes(await expenses.ask("unknown@foo.com", "{ expenses { id } }"))).toEqual(["UNAUTHENTICATED"]);
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

describe("when everything is allowed", () => {
  const open = "allow(_, _, _); allow(_, _);";

  test("a guest sees every expense, and is still nobody in particular", async () => {
    const expenses = await serveHere(openExpenses, { policy: open });
    const { data } = await expenses.ask(null, "{ hello whoami expenses { id } }");
    expect(data).toMatchObject({ hello: "hello Guest", whoami: null });
    expect(data?.["expenses"]).toHaveLength(101);
  });

  test("some things make no sense", async () => {
    const expenses = await serveHere(openExpenses, { policy: open });
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
function requestsOf(schema: GraphQLSchema, { operation, variables = {} }: Scenario) {
  const { operation: kind, selectionSet } = parse(operation).definitions[0] as OperationDefinitionNode;
  const fields = schema.getRootType(kind)?.getFields() ?? {};
  return selectionSet.selections.map((selection) => {
    const node = selection as FieldNode;
    const args = getArgumentValues(fields[node.name.value]!, node, variables);
    return { field: (node.alias ?? node.name).value, request: requestOf[node.name.value]!(args as never) };
  });
}
