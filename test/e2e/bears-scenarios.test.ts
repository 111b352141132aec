import { beforeAll, describe, expect, test, vi } from "vitest";
import { openBears } from "../../examples/bears/bears.js";
import { loggedIn } from "./bears-here.js";
import { ensureBuilt } from "./build.js";
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
