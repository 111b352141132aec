import { readFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "libsql";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { openBears } from "../../examples/bears/bears.js";
import { loggedIn } from "./bears-here.js";
import { ensureBuilt, root } from "./build.js";
import { serveHere } from "./example-here.js";
import { startExample } from "./example-process.js";
import { codes, type GraphQLAnswer, type GraphQLClient } from "./graphql-client.js";
import { check, reading, type Scenario, seed, titled, writing } from "./seed-scenarios.js";

const system = seed("002");
const { scenarios, policyVariants } = system;
const variants = [undefined, ...Object.keys(policyVariants)];
const textOf = (variant: string | undefined) => (variant === undefined ? undefined : policyVariants[variant]);

// Starting processes takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });
beforeAll(ensureBuilt, 120_000);

describe(`the ${scenarios.length} scenarios of the bears, over HTTP`, () => {
  test("there are 16: 11 read, 5 write, under 8 variants of the policy", () => {
    expect(scenarios).toHaveLength(16);
    expect(reading(system)).toHaveLength(11);
    expect(writing(system)).toHaveLength(5);
    expect(Object.keys(policyVariants)).toHaveLength(8);
    for (const { policyVariant } of scenarios) expect(variants).toContain(policyVariant);
  });

  const read = [...new Set(reading(system).map(({ policyVariant }) => policyVariant))];
  test.each(read)("those that read, variant %s", async (variant) => {
    const bears = await startExample("bears", { policy: textOf(variant) });
    const group = reading(system).filter(({ policyVariant }) => policyVariant === variant);
    for (const scenario of group) await checkAll(bears, scenario);
  });

  test.each(titled(writing(system)))("$title", async (scenario) => {
    expect(scenario.after).toBeUndefined();
    await checkAll(await startExample("bears", { policy: textOf(scenario.policyVariant) }), scenario);
  });

  // The variant with all rules of the example's own policy, in the words of the seed.
  const same = scenarios.filter(({ policyVariant }) => policyVariant?.startsWith("final"));
  test.each([undefined, system.policy])(
    `the ${same.length} of the last stages under the whole policy, %#`,
    async (policy) => {
      const bears = await serveHere(openBears, { policy });
      for (const scenario of same) await checkAll(bears, scenario);
    },
  );
});

describe("creating and deleting", () => {
  test("the creator is the owner, and may delete what he made", async () => {
    const bears = await serveHere(openBears);
    const brynn = await loggedIn("brynn");
    const created = await bears.ask(
      brynn,
      `mutation { createBear(input: { name: "Winnie", species: sun }) { id name species owner { email } } }`,
    );
    expect(created.data).toEqual({
      createBear: { id: "15", name: "Winnie", species: "sun", owner: { email: "brynn@example.com" } },
    });
    expect(await names(bears, "brynn")).toContain("Winnie");
    expect(await names(bears, "agnes")).not.toContain("Winnie");
    const remove = `mutation { deleteBear(id: "15") }`;
    expect(codes(await bears.ask(await loggedIn("agnes"), remove))).toEqual(["FORBIDDEN"]);
    expect(await bears.ask(brynn, remove)).toEqual({ data: { deleteBear: true } });
    expect(codes(await bears.ask(brynn, remove))).toEqual(["FORBIDDEN"]);
  });

  test("a bear that is not there, or is no bear's id, is denied like somebody else's, in the same bytes", async () => {
    const bears = await serveHere(openBears);
    const answers = new Set<string>();
    for (const id of ["2", "12", "999", "01", "0", "-1", "1.0", "x", ""]) {
      const answer = await bears.send(await loggedIn("agnes"), "mutation ($id: ID!) { deleteBear(id: $id) }", { id });
      answers.add(await answer.text());
    }
    expect([...answers]).toEqual([expect.stringContaining(`"FORBIDDEN"`)]);
    expect(await names(bears, "brynn")).toHaveLength(10);
  });

  test("whoever is banned creates nothing, though he sees what others see", async () => {
    const bears = await serveHere(openBears);
    const dana = await loggedIn("dana");
    const answer = await bears.ask(dana, `mutation { createBear(input: { name: "Winnie", species: panda }) { id } }`);
    expect(codes(answer)).toEqual(["FORBIDDEN"]);
    expect(await names(bears, "dana")).toEqual(["Hei Bai", "Jake", "Panny", "PapaPanda", "Po", "Smokey"]);
  });
});

test("when everything is allowed, a bear that is not there is not deleted, and nobody still gets nothing", async () => {
  const bears = await serveHere(openBears, { policy: "allow(_, _, _); allow(_, _);" });
  const dana = await loggedIn("dana");
  expect((await bears.ask(dana, "{ bears { owner { email } } }")).data?.["bears"]).toHaveLength(14);
  const missing = await bears.ask(dana, `mutation { deleteBear(id: "999") }`);
  expect(missing).toEqual({ data: { deleteBear: false } });
  expect((await bears.send(null, "{ bears { id } }")).status).toBe(401);
});

describe("the list of bears", () => {
  /** The ids of the bears that one query reads, and of those that it shows. */
  async function readAndShown(policy: string | undefined) {
    const bears = await serveHere(openBears, { policy });
    const agnes = await loggedIn("agnes");
    const prepare = vi.spyOn(Sqlite.prototype, "prepare");
    const logged = vi.spyOn(console, "error");
    const { data } = await bears.ask(agnes, "{ bears { id } }");
    const statements = prepare.mock.calls.map(([source]) => source).filter((source) => source.includes(`"bears"`));
    prepare.mockRestore();
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
    const shown = data as { readonly bears: readonly { readonly id: string }[] };
    return { statements, shown: shown.bears.map(({ id }) => id) };
  }

  test("under a policy that looks at the bears, all of them are read by one query, and the guard chooses", async () => {
    const { statements, shown } = await readAndShown(undefined);
    expect(statements).toEqual([expect.stringContaining("where true")]);
    expect(shown).toEqual(["1", "4", "6", "7", "10", "11", "12", "13"]);
  });

  test("bears that a policy names by facts are a condition of the query", async () => {
    const policy = `actor User {}
      resource Bear { roles = ["keeper"]; permissions = ["index"]; "index" if "keeper"; }
      has_role(User{"agnes"}, "keeper", Bear{"2"});
      has_role(User{"agnes"}, "keeper", Bear{"14"});
      has_role(User{"brynn"}, "keeper", Bear{"3"});`;
    const { statements, shown } = await readAndShown(policy);
    expect(statements).toEqual([expect.stringMatching(/where "id" in \(select value from json_each\(\?\)\)/)]);
    expect(shown).toEqual(["2", "14"]);
  });

  test("when every bear is allowed none is left out, and when none is, nothing is read", async () => {
    const all = await readAndShown(`actor User {} resource Bear {} allow(_: User, "index", _: Bear);`);
    expect(all.statements).toHaveLength(1);
    expect(all.shown).toHaveLength(14);
    const none = await readAndShown(`actor User {} resource Bear {} allow(_: User, "pet", _: Bear);`);
    expect(none).toEqual({ statements: [], shown: [] });
  });
});

test("with sanctuaries: rangers see more bears, and directors alone send theirs away", async () => {
  const policy = `${readFileSync(join(root, "policies", "bears-sanctuaries.polar"), "utf8")}
    has_role(User{"agnes"}, "ranger", Sanctuary{"bear-creek"});
    has_role(User{"carli"}, "director", Sanctuary{"bear-creek"});
    has_relation(Bear{"2"}, "sanctuary", Sanctuary{"bear-creek"});
    has_relation(Bear{"14"}, "sanctuary", Sanctuary{"bear-creek"});`;
  const bears = await serveHere(openBears, { policy });
  expect(await names(bears, "agnes")).toEqual([
    "Baloo",
    "Boo-Boo",
    "Hei Bai",
    "Jake",
    "Kit Cloudkicker",
    "Panny",
    "PapaPanda",
    "Po",
    "Smokey",
    "Yogi",
  ]);
  const remove = async (who: string, id: string) => {
    const answer = await bears.ask(await loggedIn(who), `mutation { deleteBear(id: "${id}") }`);
    return answer.data?.["deleteBear"] ?? codes(answer)[0];
  };
  // Her own bear, but it lives in a sanctuary; a ranger looks only; the director may; bears outside are their owners'.
  expect(await remove("brynn", "2")).toBe("FORBIDDEN");
  expect(await remove("agnes", "2")).toBe("FORBIDDEN");
  expect(await remove("carli", "2")).toBe(true);
  expect(await remove("carli", "5")).toBe("FORBIDDEN");
  expect(await remove("brynn", "5")).toBe(true);
});

async function checkAll(bears: GraphQLClient, scenario: Scenario): Promise<void> {
  const { actor, headers, operation, http } = scenario;
  const response = await bears.send(actor === null ? (headers ?? {}) : await loggedIn(actor), operation);
  const answer = (await response.json()) as GraphQLAnswer;
  check(scenario, answer);
  expect(response.status).toBe(http?.status ?? 200);
  if (http === undefined) return;
  expect(answer.errors?.map(({ message }) => message)).toEqual([http.message]);
  expect(answer.data ?? null).toBeNull();
}

async function names(bears: GraphQLClient, who: string): Promise<string[]> {
  const answer = await bears.ask(await loggedIn(who), "{ bears { name } }");
  const data = answer.data as { readonly bears: readonly { readonly name: string }[] };
  return data.bears.map(({ name }) => name);
}
