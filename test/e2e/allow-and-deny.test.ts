import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, print } from "graphql";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openBears } from "../../examples/bears/bears.js";
import { openBeatles } from "../../examples/beatles/beatles.js";
import { openExpenses } from "../../examples/expenses/expenses.js";
import { openGitcloud } from "../../examples/gitcloud/gitcloud.js";
import { openPages } from "../../examples/pages/pages.js";
import { loggedIn } from "./bears-here.js";
import { root } from "./build.js";
import { type ServedExample, serveHere } from "./example-here.js";
import { type Asker, codes } from "./graphql-client.js";

interface Extremes {
  readonly example: string;
  serve(policy: string): Promise<ServedExample>;
  readonly asker: () => Asker | Promise<Asker>;
  /** What each operation answers when nothing is allowed: its data, and the codes of the errors. */
  readonly operations: Readonly<Record<string, { readonly data: unknown; readonly codes: readonly string[] }>>;
}

const denied = (field: string, code = "FORBIDDEN") => ({ data: { [field]: null }, codes: [code] });
const empty = { nodes: [], totalCount: 0 };

const examples: readonly Extremes[] = [
  {
    example: "gitcloud",
    serve: (policy) => serveHere(openGitcloud, { policy }),
    asker: () => "john",
    operations: {
      "{ me { username } }": { data: { me: null }, codes: [] },
      [`{ user(username: "john") { email viewerCan } }`]: denied("user", "NOT_FOUND"),
      "{ orgs { id repos { totalCount } roleAssignments { role } } }": { data: { orgs: [] }, codes: [] },
      [`{ org(id: "1") { id } }`]: denied("org", "NOT_FOUND"),
      [`{ repo(id: "1") { issues { totalCount } } }`]: denied("repo", "NOT_FOUND"),
      [`mutation { createOrg(name: "Apple") { id } }`]: denied("createOrg"),
      [`mutation { createIssue(repoId: "1", title: "x") { id } }`]: denied("createIssue"),
      [`mutation { closeIssue(id: "2") { closed } }`]: denied("closeIssue"),
      [`mutation { createOrgRole(orgId: "1", username: "sully", role: "member") { role } }`]: denied("createOrgRole"),
      [`mutation { deleteOrgRole(orgId: "1", username: "ringo", role: "member") }`]: denied("deleteOrgRole"),
      [`mutation { createRepoRole(repoId: "1", username: "sully", role: "editor") { role } }`]:
        denied("createRepoRole"),
      [`mutation { deleteRepoRole(repoId: "1", username: "sully", role: "editor") }`]: denied("deleteRepoRole"),
      [`mutation { cancelJob(repoId: "1", jobId: "1") }`]: denied("cancelJob"),
    },
  },
  {
    example: "beatles",
    serve: (policy) => serveHere(openBeatles, { policy }),
    asker: () => "john@beatles.com",
    operations: {
      "{ whoami }": { data: null, codes: ["FORBIDDEN"] },
      // Names are public.
      [`{ org(id: "1") { name repos { name } billingAddress roles { name } members { email } viewerCan } }`]: {
        data: {
          org: { name: "The Beatles", repos: null, billingAddress: null, roles: null, members: null, viewerCan: [] },
        },
        codes: ["FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"],
      },
      "{ repositories { nodes { name } totalCount } }": { data: { repositories: empty }, codes: [] },
      "{ users { nodes { email } totalCount } }": { data: { users: empty }, codes: [] },
      [`mutation { assignOrgRole(orgId: "1", name: "MEMBER", userEmail: "john@beatles.com") }`]:
        denied("assignOrgRole"),
      [`mutation { removeOrgRole(orgId: "1", userEmail: "ringo@beatles.com") }`]: denied("removeOrgRole"),
    },
  },
  {
    example: "pages",
    serve: (policy) => serveHere(openPages, { policy }),
    asker: () => "alice",
    operations: {
      "{ page(num: 1) { body } }": denied("page"),
      "{ pages { num } }": { data: { pages: [] }, codes: [] },
      [`{ repo(name: "react") { name } }`]: denied("repo", "NOT_FOUND"),
      [`mutation { writePage(num: 1, body: "x") { num } }`]: denied("writePage"),
    },
  },
  {
    example: "expenses",
    serve: (policy) => serveHere(openExpenses, { policy }),
    asker: () => "alice@foo.com",
    operations: {
      "{ hello }": denied("hello"),
      "{ whoami }": denied("whoami"),
      [`{ expense(id: "1") { amount description } }`]: denied("expense"),
      "{ expenses { id } }": { data: { expenses: [] }, codes: [] },
      [`{ organization(id: "2") { name } }`]: denied("organization"),
      [`mutation { submitExpense(input: { amount: 1, description: "x", userId: "2" }) { userId } }`]:
        denied("submitExpense"),
    },
  },
  {
    example: "bears",
    serve: (policy) => serveHere(openBears, { policy }),
    // Who is banned.
    asker: () => loggedIn("dana"),
    operations: {
      "{ bears { name owner { email } } }": { data: { bears: [] }, codes: [] },
      [`mutation { createBear(input: { name: "Winnie", species: sun }) { name owner { email } } }`]:
        denied("createBear"),
      [`mutation { deleteBear(id: "2") }`]: denied("deleteBear"),
    },
  },
];

// That these policies know less than the schemas is their purpose.
beforeAll(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
});

describe.each(examples)("every operation of $example", ({ example, serve, asker, operations }) => {
  const fields = rootFields(example);

  test("is in this list", () => {
    expect(Object.keys(operations).map(fieldOf).sort()).toEqual(Object.keys(fields).sort());
  });

  test(`is denied by the empty policy: ${Object.keys(operations).length}, and nothing is changed`, async () => {
    const served = await serve("");
    const before = await facts(served);
    for (const [operation, expected] of Object.entries(operations)) {
      const answer = await served.ask(await asker(), operation);
      expect({ data: answer.data, codes: codes(answer) }, operation).toEqual(expected);
    }
    expect(await facts(served)).toEqual(before);
  });

  test(`is allowed by the policy that allows everything: ${Object.keys(operations).length}`, async () => {
    const served = await serve("allow(_, _, _); allow(_, _);");
    for (const [operation, { data }] of Object.entries(operations)) {
      const answer = await served.ask(await asker(), operation);
      expect(answer.errors, operation).toBeUndefined();
      expect(answer.data, operation).not.toEqual(data);
      expect(JSON.stringify(answer.data), operation).not.toContain("null");
    }
  });

  test("is allowed by `allow(_, _, _);` alone where it is about something", async () => {
    const served = await serve("allow(_, _, _);");
    for (const [operation, expected] of Object.entries(operations)) {
      const answer = await served.ask(await asker(), operation);
      if (fields[fieldOf(operation)]?.isAboutTheActorAlone) {
        expect({ data: answer.data, codes: codes(answer) }, operation).toEqual(expected);
      } else {
        expect(answer.errors, operation).toBeUndefined();
        expect(JSON.stringify(answer.data), operation).not.toContain("null");
      }
    }
  });
});

function fieldOf(operation: string): string {
  return /^[a-z]* ?\{ (\w+)/.exec(operation)?.[1] ?? "";
}

/** The root fields of an example's schema: whether they ask about the actor and the action alone. */
function rootFields(example: string): Readonly<Record<string, { readonly isAboutTheActorAlone: boolean }>> {
  const source = ["authorize", example].map((name) => readFileSync(join(root, "schema", `${name}.graphql`), "utf8"));
  const schema = buildSchema(source.join("\n"), { assumeValid: true });
  return Object.fromEntries(
    [schema.getQueryType(), schema.getMutationType()]
      .flatMap((type) => Object.values(type?.getFields() ?? {}))
      .map((field) => [
        field.name,
        { isAboutTheActorAlone: field.astNode?.directives?.some((node) => print(node).includes("on: NONE")) ?? false },
      ]),
  );
}

/** All that the engine knows, in an order. */
async function facts({ engine }: ServedExample): Promise<string[]> {
  const known = await Promise.all(
    ["has_role", "has_relation", "is_public", "is_closed", "has_title"].map((name) => engine.get(name)),
  );
  return known
    .flat()
    .map((fact) => JSON.stringify(fact))
    .sort();
}
