import type { Engine } from "arcturus";
import type { GraphQLArgument, GraphQLField, GraphQLInputType, GraphQLSchema } from "graphql";
import { getNamedType, isInputObjectType, isListType, isNonNullType } from "graphql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openBears } from "../../examples/bears/bears.js";
import { openBeatles } from "../../examples/beatles/beatles.js";
import { openExpenses } from "../../examples/expenses/expenses.js";
import { openGitcloud } from "../../examples/gitcloud/gitcloud.js";
import { openPages } from "../../examples/pages/pages.js";
import { loggedIn } from "./bears-here.js";
import { type ServedExample, serveHere } from "./example-here.js";
import { type Asker, codes, type GraphQLAnswer } from "./graphql-client.js";

// Some thousand requests, on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const OPEN = "allow(_, _, _); allow(_, _);";

interface Target {
  readonly serve: (policy?: string) => Promise<ServedExample>;
  readonly open: () => Promise<{ readonly schema: GraphQLSchema; readonly engine: Engine; close(): Promise<void> }>;
  readonly asker: () => Asker | Promise<Asker>;
  /** Arguments that do no harm, by root field; every one of them is then replaced, one at a time. */
  readonly calls: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const targets: Readonly<Record<string, Target>> = {
  beatles: {
    serve: (policy) => serveHere(openBeatles, { policy }),
    open: () => openBeatles(":memory:"),
    asker: () => "john@beatles.com",
    calls: {
      org: { id: "1" },
      repositories: { first: 1, after: null, last: null, before: null },
      users: { first: 1, after: null, last: null, before: null },
      assignOrgRole: { orgId: "1", name: "MEMBER", userEmail: "ringo@beatles.com" },
      removeOrgRole: { orgId: "1", userEmail: "ringo@beatles.com" },
    },
  },
  expenses: {
    serve: (policy) => serveHere(openExpenses, { policy }),
    open: () => openExpenses(":memory:"),
    asker: () => "alice@foo.com",
    calls: {
      expense: { id: "2" },
      organization: { id: "1" },
      submitExpense: { input: { amount: 1, description: "Gum", userId: "1" } },
    },
  },
  bears: {
    serve: (policy) => serveHere(openBears, { policy }),
    open: () => openBears(":memory:"),
    asker: () => loggedIn("agnes"),
    calls: {
      createBear: { input: { name: "Winnie", species: "sun" } },
      deleteBear: { id: "999" },
    },
  },
  pages: {
    serve: (policy) => serveHere(openPages, { policy }),
    open: () => openPages(":memory:"),
    asker: () => "alice",
    calls: { page: { num: 1 }, repo: { name: "react" }, writePage: { num: 1, body: "text" } },
  },
  gitcloud: {
    serve: (policy) => serveHere(openGitcloud, { policy }),
    open: () => openGitcloud(":memory:"),
    asker: () => "john",
    calls: {
      user: { username: "john" },
      org: { id: "1" },
      repo: { id: "1" },
      createOrg: { name: "Wings" },
      createIssue: { repoId: "1", title: "Something" },
      closeIssue: { id: "2" },
      createOrgRole: { orgId: "1", username: "ringo", role: "member" },
      deleteOrgRole: { orgId: "1", username: "george", role: "member" },
      createRepoRole: { repoId: "1", username: "ringo", role: "reader" },
      deleteRepoRole: { repoId: "1", username: "george", role: "reader" },
      cancelJob: { repoId: "1", jobId: "1" },
    },
  },
};

/** What a hostile client puts into the place of an argument. */
const values: Readonly<Record<string, unknown>> = {
  "100 KiB": "x".repeat(100 * 1024),
  "100 KiB of emoji": "😀".repeat(25 * 1024),
  "385 digits": "1".repeat(385),
  "a NUL character": "a\0b",
  "a NUL character behind a good id": "1\0",
  "half of a surrogate pair": "a\ud800",
  nothing: "",
  blanks: "   ",
  "a star": "*",
  "a property of every object": "__proto__",
  "a method of every object": "constructor",
  "two lines": "a\nb",
  "an emoji": "😀",
  "an id with a zero in front": "01",
  "a number beyond 64 bits": "9223372036854775808",
  "a negative number": "-1",
  SQL: "' or 1=1 --",
  "a reference in JSON": `{"type":"User","id":"1"}`,
  "a reference in Polar": `User{"1"}`,
  "a right-to-left override": "\u202eabc",
  "a Boolean": true,
  "a fraction": 1.5,
  "a large number": 1e300,
  "an object": { type: "User", id: "1" },
  "a list": ["1"],
  "a list of lists": [["1"], null],
  null: null,
};

const CLIENT_ERRORS = ["BAD_USER_INPUT", "FORBIDDEN", "NOT_FOUND"];

const errors = () => vi.mocked(console.error).mock.calls;
beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(Object.entries(targets))("the arguments of %s", (_, { asker, calls, open, serve }) => {
  test("are all in this list", async () => {
    const schema = await schemaOf(open);
    const taking = rootFields(schema).filter(({ args }) => args.length > 0);
    expect(Object.keys(calls).sort()).toEqual(taking.map(({ name }) => name).sort());
    for (const { name, args } of taking) expect(leavesOf(calls[name]!)).toEqual(args.flatMap(pathsOf));
  });

  test.each([
    ["its own policy", undefined],
    ["a policy that allows everything", OPEN],
  ])(
    "under %s: whatever stands there is an answer or the client's mistake, and nothing is logged",
    async (_, policy) => {
      const served = await serve(policy);
      const schema = await schemaOf(open);
      const who = await asker();
      let asked = 0;
      for (const field of rootFields(schema)) {
        const good = calls[field.name];
        if (good === undefined) continue;
        for (const path of leavesOf(good)) {
          for (const [kind, value] of Object.entries(values)) {
            const variables = replaced(good, path, value);
            const response = await served.send(who, operationOf(schema, field), variables);
            const text = await response.text();
            const answer = JSON.parse(text) as GraphQLAnswer;
            const where = `${field.name}(${path}: ${kind})`;
            if (response.status === 200) {
              for (const code of codes(answer)) expect(CLIENT_ERRORS, where).toContain(code);
              expect(JSON.stringify(answer.errors ?? []).length, where).toBeLessThan(1_000);
            } else {
              // What does not fit the type of the argument ends before anything runs.
              expect(response.status, where).toBe(400);
              expect(answer.data, where).toBeUndefined();
            }
            asked += 1;
          }
        }
      }
      expect(errors()).toEqual([]);
      expect(asked).toBe(Object.values(calls).flatMap(leavesOf).length * Object.keys(values).length);
    },
  );
});

describe("what is written is what was sent, or nothing is", () => {
  const unwritable = ["100 KiB", "a NUL character", "half of a surrogate pair"] as const;
  const lines = [...unwritable, "nothing", "blanks", "two lines"] as const;

  test.each(lines)("%s is no name of a bear, of an organization, no title of an issue", async (kind) => {
    const text = values[kind];
    const bears = await targets["bears"]!.serve();
    const create = "mutation ($text: String!) { createBear(input: { name: $text, species: sun }) { id } }";
    expect(codes(await bears.ask(await loggedIn("agnes"), create, { text }))).toEqual(["BAD_USER_INPUT"]);
    const gitcloud = await targets["gitcloud"]!.serve();
    for (const field of ["createOrg(name: $text)", `createIssue(repoId: "1", title: $text)`]) {
      const answer = await gitcloud.ask("john", `mutation ($text: String!) { ${field} { id } }`, { text });
      expect(codes(answer), field).toEqual(["BAD_USER_INPUT"]);
    }
    const before = await gitcloud.ask("john", `{ orgs { id } repo(id: "1") { issues { totalCount } } }`);
    expect(before.data).toEqual({ orgs: [{ id: "1" }], repo: { issues: { totalCount: 11 } } });
  });

  test.each(unwritable)("%s is no description of an expense", async (kind) => {
    const expenses = await targets["expenses"]!.serve();
    const submit = `mutation ($text: String!) { submitExpense(input: { amount: 1, description: $text }) { id } }`;
    expect(codes(await expenses.ask("alice@foo.com", submit, { text: values[kind] }))).toEqual(["BAD_USER_INPUT"]);
    expect((await expenses.ask("alice@foo.com", "{ expenses { id } }")).data?.["expenses"]).toHaveLength(6);
  });

  test.each(["an emoji", "a right-to-left override", "two lines", "nothing", "SQL"])(
    "%s in a page stays as it is",
    async (kind) => {
      const pages = await targets["pages"]!.serve();
      const body = values[kind];
      await pages.ask("alice", "mutation ($body: String!) { writePage(num: 1, body: $body) { num } }", { body });
      expect((await pages.ask("alice", "{ page(num: 1) { body } }")).data).toEqual({ page: { body } });
    },
  );
});

describe("the submitter of an expense", () => {
  const submit = `mutation ($userId: ID) {
    submitExpense(input: { amount: 1, description: "Gum", userId: $userId }) { id }
  }`;

  test.each(["100 KiB", "385 digits", "a NUL character", "half of a surrogate pair", "nothing"])(
    "is not named by %s: BAD_USER_INPUT, for users and guests",
    async (kind) => {
      const expenses = await targets["expenses"]!.serve();
      for (const who of ["alice@foo.com", null]) {
        expect(codes(await expenses.ask(who, submit, { userId: values[kind] })), `${who}`).toEqual(["BAD_USER_INPUT"]);
      }
      expect(codes(await expenses.ask("nobody@foo.com", submit, { userId: values[kind] }))).toEqual([
        "UNAUTHENTICATED",
      ]);
    },
  );
});

describe("whoever says to be somebody of a strange name", () => {
  const strange = [
    "x".repeat(400),
    "é".repeat(200),
    "*",
    "__proto__",
    "constructor",
    `User{"1"}`,
    "' or 1=1 --",
    "\u00ff",
  ];

  test.each(strange.map((name) => [name.length > 40 ? `${name.slice(0, 2)}… (${name.length})` : name, name]))(
    "%s is nobody, or somebody without rights",
    async (_, name) => {
      for (const [example, query, expected] of [
        ["beatles", `{ org(id: "1") { repos { name } } }`, ["UNAUTHENTICATED"]],
        ["expenses", `{ expense(id: "1") { id } }`, ["UNAUTHENTICATED"]],
        ["gitcloud", `{ org(id: "1") { name } }`, ["NOT_FOUND"]],
      ] as const) {
        const served = await targets[example]!.serve();
        expect(codes(await served.ask({ user: name }, query)), example).toEqual(expected);
      }
      const pages = await targets["pages"]!.serve();
      const [code] = codes(await pages.ask({ user: name }, "{ page(num: 1) { body } }"));
      expect(["UNAUTHENTICATED", "FORBIDDEN"]).toContain(code);
      expect(errors()).toEqual([]);
    },
  );
});

async function schemaOf(open: Target["open"]): Promise<GraphQLSchema> {
  const { schema, engine, close } = await open();
  await engine.close();
  await close();
  return schema;
}

function rootFields(schema: GraphQLSchema): GraphQLField<unknown, unknown>[] {
  return [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.values(type?.getFields() ?? {}));
}

/** The paths of an argument's leaves: `orgId`, `input.name`. */
function pathsOf({ name, type }: Pick<GraphQLArgument, "name" | "type">): string[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [name];
  return Object.values(named.getFields())
    .flatMap(pathsOf)
    .map((path) => `${name}.${path}`);
}

function leavesOf(args: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(args).flatMap(([name, value]) =>
    typeof value === "object" && value !== null
      ? leavesOf(value as Record<string, unknown>).map((path) => `${name}.${path}`)
      : [name],
  );
}

function replaced(args: Readonly<Record<string, unknown>>, path: string, value: unknown): Record<string, unknown> {
  const [name = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : replaced(args[name] as Record<string, unknown>, rest.join("."), value);
  return { ...args, [name]: inner };
}

/** A call of a root field, all of whose arguments are variables. */
function operationOf(schema: GraphQLSchema, { name, args, type }: GraphQLField<unknown, unknown>): string {
  const keyword = schema.getMutationType()?.getFields()[name] === undefined ? "query" : "mutation";
  const variables = args.map((argument) => `$${argument.name}: ${spelt(argument.type)}`).join(", ");
  const passed = args.map((argument) => `${argument.name}: $${argument.name}`).join(", ");
  return `${keyword} (${variables}) { ${name}(${passed})${"getFields" in getNamedType(type) ? " { __typename }" : ""} }`;
}

function spelt(type: GraphQLInputType): string {
  if (isNonNullType(type)) return `${spelt(type.ofType)}!`;
  return isListType(type) ? `[${spelt(type.ofType)}]` : type.name;
}
